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
