// What scrolls sideways in a box of its own is reached with the keyboard as well, for as long as it does.
{
  const BOXES = "article :is(table, td, th, pre, div.math, span.math, mjx-container, div.output, div.decision, div.map, .equation)";
  const mark = () => {
    const boxes = [...document.querySelectorAll(BOXES)];
    const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0
      && /auto|scroll/.test(getComputedStyle(box).overflowX));
    boxes.forEach((box, k) => (scrolls[k] ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex")));
  };
  const later = () => requestIdleCallback?.(mark, { timeout: 500 }) ?? setTimeout(mark);
  addEventListener("load", later);
  addEventListener("resize", later);
  document.addEventListener("toggle", later, true);
}
