// What scrolls sideways in a box of its own is reached with the keyboard as well, for as long as it does.
{
  const BOXES = "article :is(table, td, th, pre, div.math, span.math, mjx-container, div.output, div.decision, div.map, .equation)";
  const waiting = new Set();
  const mark = () => {
    const inside = [...waiting].flatMap(part => [part, ...part.querySelectorAll(BOXES)]);
    waiting.clear();
    // What is out of sight is not laid out for this.
    const boxes = inside.filter(box => box.matches(BOXES) && box.checkVisibility({ contentVisibilityAuto: true }));
    const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0
      && /auto|scroll/.test(getComputedStyle(box).overflowX));
    boxes.forEach((box, k) => (scrolls[k] ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex")));
  };
  const later = part => {
    if (!waiting.size) window.requestIdleCallback?.(mark, { timeout: 500 }) ?? setTimeout(mark);
    waiting.add(part);
  };
  for (const event of ["load", "resize"]) addEventListener(event, () => later(document.body));
  for (const event of ["toggle", "contentvisibilityautostatechange"]) {
    document.addEventListener(event, ({ target, skipped }) => skipped || later(target), true);
  }
}
