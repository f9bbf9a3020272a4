// What scrolls sideways in a box of its own is reached with the keyboard as well, for as long as it does. What is far
// out of sight is not laid out yet, and its turn comes when it is.
{
  const BOXES = "article :is(table, td, th, pre, div.math, span.math, mjx-container, div.output, div.decision, div.map, .equation)";
  const mark = () => {
    const boxes = [...document.querySelectorAll(BOXES)].filter(box => box.checkVisibility({ contentVisibilityAuto: true }));
    const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0
      && /auto|scroll/.test(getComputedStyle(box).overflowX));
    boxes.forEach((box, k) => (scrolls[k] ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex")));
  };
  let asked = false;
  const later = () => {
    if (asked) return;
    asked = true;
    const then = () => {
      asked = false;
      mark();
    };
    if (window.requestIdleCallback) requestIdleCallback(then, { timeout: 500 });
    else setTimeout(then);
  };
  addEventListener("load", later);
  addEventListener("resize", later);
  document.addEventListener("toggle", later, true);
  document.addEventListener("contentvisibilityautostatechange", later, true);
}
