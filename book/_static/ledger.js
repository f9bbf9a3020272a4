// The filter of the ledger, by verdict and by kind. It is kept in the address, as ?verdict=wrong&kind=transpose.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.ledger-filter");
  if (!form) return;
  const lines = [...document.querySelectorAll("article.line")];
  const { verdict, kind } = form.elements;

  function show() {
    let shown = 0;
    for (const line of lines) {
      const fits = verdict.value === "all" || line.dataset.verdict === verdict.value;
      line.hidden = !fits || (kind.value !== "all" && !line.dataset.kinds.split("; ").includes(kind.value));
      shown += !line.hidden;
    }
    form.querySelector("output").textContent = `${shown} of ${lines.length} lines`;
  }

  function remember() {
    const address = new URL(location);
    for (const { name, value } of [{ name: "verdict", value: verdict.value }, kind]) {
      if (value === "all") address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    }
    history.replaceState(null, "", address);
  }

  const asked = new URLSearchParams(location.search);
  for (const control of [verdict, kind]) {
    const name = control === kind ? "kind" : "verdict";
    const before = control.value;
    control.value = asked.get(name) ?? before;
    if (!control.value) control.value = before; // a name that there is not
  }
  form.addEventListener("change", () => {
    show();
    remember();
  });
  form.addEventListener("submit", event => event.preventDefault());
  show();
});

// A piece of a formula that is wider than its card, as on a phone, is made smaller until it fits: its width is measured
// once, when it is first laid out, and the style sheet does the rest, on paper too.
document.addEventListener("DOMContentLoaded", () => {
  const fitted = new WeakSet();
  function fit(parts) {
    const measured = []; // all of it before anything is changed: the page is laid out anew only once
    for (const drawing of parts.flatMap(part => [...part.querySelectorAll("dd mjx-math")])) {
      const formula = drawing.parentElement;
      const width = drawing.getBoundingClientRect().width;
      if (fitted.has(formula) || width === 0) continue; // what is folded has no width yet
      const size = parseFloat(getComputedStyle(formula).fontSize);
      const around = parseFloat(getComputedStyle(formula.parentElement).fontSize);
      measured.push([formula, size / around, width / size]);
      fitted.add(formula);
    }
    for (const [formula, scale, width] of measured) {
      formula.style.fontSize = `min(${scale}em, ${100 / width}cqi)`; // of the container, a dd or a decision
    }
  }
  const cards = [...document.querySelectorAll("article.line > *, dl.source-lines")];
  // What is out of sight has no size until it is laid out. Then the browser asks for the fonts that it needs.
  const observer = new ResizeObserver(entries => {
    document.fonts.ready.then(() => fit(entries.map(({ target }) => target)));
  });
  for (const card of cards) observer.observe(card);
  addEventListener("beforeprint", () => fit(cards));
});
