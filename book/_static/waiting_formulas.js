// What is not seen of the formulas when a page is opened waits in <noscript>, see mathematics.py: there it is one text for
// the browser, and no elements. Once the page is shown it is put in its place, a little at a time; at once, if it is
// unfolded or printed.
{
  const WAITING = "mjx-container noscript";
  const fill = text => (text.outerHTML = text.textContent);
  const fillIn = part => part.querySelectorAll(WAITING).forEach(fill);
  const idle = window.requestIdleCallback ?? (work => setTimeout(work, 50, { timeRemaining: () => 10 }));
  addEventListener("load", () => {
    const waiting = [...document.querySelectorAll(WAITING)];
    const work = deadline => {
      do {
        const next = waiting.shift();
        if (next?.isConnected) fill(next);
      } while (waiting.length && deadline.timeRemaining() > 1);
      if (waiting.length) idle(work, { timeout: 100 });
    };
    idle(work, { timeout: 500 });
  });
  document.addEventListener("toggle", ({ target }) => target.open && fillIn(target), true);
  addEventListener("beforeprint", () => fillIn(document));
}
