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

// A piece of a formula that is still wider than its card, as on a phone, is made smaller until it fits.
window.addEventListener("load", () => {
  function fit() {
    for (const formula of document.querySelectorAll(":is(article.line, dl.source-lines) dd mjx-container")) {
      formula.style.fontSize = "";
      const room = formula.closest("dd").clientWidth;
      const width = formula.querySelector("mjx-math").getBoundingClientRect().width;
      if (width > room) formula.style.fontSize = `${(parseFloat(getComputedStyle(formula).fontSize) * room) / width}px`;
    }
  }
  window.MathJax?.startup?.promise?.then(() => {
    fit();
    window.addEventListener("resize", fit);
    window.addEventListener("beforeprint", fit);
  });
});
