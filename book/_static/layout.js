// What is far out of sight is not laid out at first, see book.css. Once the page is there it is, block by block, whenever
// the browser has nothing else to do; then the page is as long as it seems. Of each block it is asked what scrolls sideways
// in a box of its own: that must be reached with the keyboard as well, for as long as it does.
{
  const BOXES = "table, td, th, pre, div.math, span.math, mjx-container, div.output, div.decision, div.map, .equation";
  const waiting = [];

  const seen = element => element.checkVisibility({ contentVisibilityAuto: true });
  const mark = block => {
    const boxes = [block, ...block.querySelectorAll(BOXES)].filter(box => box.matches(BOXES) && seen(box));
    const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0
      && /auto|scroll/.test(getComputedStyle(box).overflowX));
    boxes.forEach((box, k) => {
      if (scrolls[k]) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    });
  };

  const whenIdle = window.requestIdleCallback ?? setTimeout;
  const work = () => {
    const start = performance.now();
    do {
      const block = waiting.shift();
      block.style.contentVisibility = "visible";
      mark(block);
    } while (waiting.length && performance.now() - start < 10);
    if (waiting.length) whenIdle(work);
    else {
      delete document.documentElement.dataset.busy;
      dispatchEvent(new Event("laidout"));
    }
  };
  const later = blocks => {
    if (!waiting.length && blocks.length) whenIdle(work);
    waiting.push(...blocks);
    if (waiting.length) document.documentElement.dataset.busy = "";
  };

  // The cards come before the block that holds all of them.
  const all = () => later([
    ...document.querySelectorAll("article.line, article section > :not(section, .cell:has(article.line))"),
    ...document.querySelectorAll(".cell:has(article.line)"),
  ]);
  addEventListener("load", all);
  addEventListener("resize", all);
  document.addEventListener("toggle", ({ target }) => later([target]), true);
}
