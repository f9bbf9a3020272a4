// What scrolls sideways in a box of its own is reached with the keyboard as well, for as long as it does.
addEventListener("load", () => {
  const BOXES = "article :is(table, td, th, pre, div.math, span.math, mjx-container, div.output, div.decision, div.map, .equation)";
  const resized = new Set();
  const mark = () => {
    const boxes = [...resized];
    resized.clear();
    const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0
      && /auto|scroll/.test(getComputedStyle(box).overflowX));
    boxes.forEach((box, k) => (scrolls[k] ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex")));
  };
  // It hears of a box when it has been laid out: unfolded, near to what is in sight, in a window of another width.
  const observer = new ResizeObserver(entries => {
    const idle = window.requestIdleCallback ?? setTimeout; // Safari has none
    if (!resized.size) document.fonts.ready.then(() => idle(mark, { timeout: 500 }));
    for (const { target } of entries) resized.add(target);
  });
  for (const box of document.querySelectorAll(BOXES)) observer.observe(box);
});
