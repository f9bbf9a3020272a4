// Who copies text copies its formulas as LaTeX; what a formula is drawn with holds no text.
document.addEventListener("copy", event => {
  const selection = getSelection();
  if (selection.isCollapsed || selection.rangeCount === 0) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formulaAt = node => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("mjx-container");
  const [first, last] = [formulaAt(range.startContainer), formulaAt(range.endContainer)];
  if (first) range.setStartBefore(first); // a formula is copied whole
  if (last) range.setEndAfter(last);
  const copied = range.cloneContents();
  const formulas = copied.querySelectorAll("mjx-container[data-latex]");
  if (formulas.length === 0) return;
  for (const formula of formulas) formula.replaceWith(formula.dataset.latex);
  // Laid out, the text has the line breaks that one sees.
  const page = document.createElement("div");
  page.append(copied);
  page.style.cssText = "position: fixed; opacity: 0";
  document.body.append(page);
  event.clipboardData.setData("text/plain", page.innerText);
  page.remove();
  event.preventDefault();
});
