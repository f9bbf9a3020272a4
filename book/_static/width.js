// A formula that is too wide for its box is broken before the equals signs, plus and minus of its outermost row, and if
// a piece is still too wide, of the brackets in it. What is left too wide is made smaller, but not so small that it
// cannot be read: then its box scrolls. What is folded is fitted when it is opened.
window.addEventListener("load", () => {
  const BOXES = "article :is(div.math, span.math, span.equation, div.decision, table, .output.text_html)";
  const FITTED_ELSEWHERE = "article.line, dl.source-lines"; // by ledger.js
  const BEFORE = /^[=+−≈≤≥<>∘≠]$/;
  const SMALLEST = 0.5;

  const overflows = box => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1;

  /* The outermost row with more than one part. */
  const outermost = row => {
    const parts = [...row.children];
    const [only] = parts;
    return parts.length === 1 && /^MJX-(MROW|MSTYLE|TEXATOM|MPADDED)$/.test(only.tagName) ? outermost(only) : row;
  };

  /* Put the parts of a formula, or of a bracket in it, into pieces; a piece that is wider than the box again. */
  const breakUp = (node, width) => {
    const row = outermost(node);
    if (row.classList.contains("broken")) return;
    const pieces = [];
    let open = 0; // brackets that are letters of the row
    for (const part of [...row.children]) {
      const sign = part.tagName === "MJX-MO" ? drawn(part) : "";
      if (/[([{]/.test(sign)) open += 1;
      if (/[)\]}]/.test(sign)) open -= 1;
      if (!pieces.length || (open <= 0 && BEFORE.test(sign))) {
        pieces.push(document.createElement("span"));
        pieces.at(-1).className = "piece";
        row.append(pieces.at(-1));
      }
      pieces.at(-1).append(part);
    }
    for (let part = row; part.tagName !== "MJX-CONTAINER"; part = part.parentElement) part.classList.add("broken");
    for (const piece of pieces.filter(one => one.getBoundingClientRect().width > width)) {
      for (const inner of piece.querySelectorAll(":scope > mjx-mrow")) breakUp(inner, width);
    }
  };

  /* The character that a style sheet draws. */
  const drawn = part => {
    const character = part.querySelector("mjx-c");
    return character ? getComputedStyle(character, "::before").content.replace(/^"|"$/g, "") : "";
  };

  const isWide = (formula, box) =>
    formula.querySelector("mjx-math")?.getBoundingClientRect().width > box.clientWidth / 3;

  /* Everything is measured before anything is changed: a page is laid out anew only some times. */
  const fit = resized => {
    let boxes = resized.filter(overflows);
    const wide = new Map();
    for (const box of boxes) wide.set(box, [...box.querySelectorAll("mjx-container")].filter(one => isWide(one, box)));
    for (const [box, formulas] of wide) {
      const width = box.clientWidth * (box.tagName === "TABLE" ? 0.45 : 1); // a table has other columns too
      for (const formula of formulas) breakUp(formula.querySelector("mjx-math"), width);
    }
    for (const size of [0.9, 0.8, 0.7, 0.6, SMALLEST]) {
      boxes = boxes.filter(overflows);
      for (const box of boxes) for (const formula of wide.get(box)) formula.style.fontSize = `${115 * size}%`;
    }
  };

  const typeset = window.MathJax?.startup?.promise ?? Promise.resolve();
  typeset.then(() => {
    const observer = new ResizeObserver(entries => fit(entries.map(entry => entry.target)));
    for (const box of document.querySelectorAll(BOXES)) if (!box.closest(FITTED_ELSEWHERE)) observer.observe(box);
  });
});
