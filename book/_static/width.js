// A formula that is too wide for its box runs on from line to line, as a text does: it is broken before the equals signs,
// plus and minus of its outermost row, and if a piece is still too wide, of the brackets in it, and then between the
// factors of a product. What is left too wide is made smaller, but not so small that it cannot be read: then its box
// scrolls. What is folded is fitted when it is opened, and all of it anew when a window or a telephone is turned.
window.addEventListener("load", () => {
  const BOXES = "article :is(div.math, span.math, span.equation, div.decision, table, .output.text_html)";
  const FITTED_ELSEWHERE = "article.line, dl.source-lines"; // by ledger.js
  const BRACKETS = ":scope > mjx-mrow, :scope > :is(mjx-msup, mjx-msub, mjx-msubsup) > mjx-mrow:first-child";
  const BEFORE = /^[=+−≈≤≥<>∘≠]$/;
  const SMALLEST = 0.5;

  const overflows = box => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1;

  /* The outermost row with more than one part. */
  const outermost = row => {
    const parts = [...row.children];
    const [only] = parts;
    return parts.length === 1 && /^MJX-(MROW|MSTYLE|TEXATOM|MPADDED)$/.test(only.tagName) ? outermost(only) : row;
  };

  /* The character of a sign, which its class tells: to ask its style would lay out the page. A tall bracket has pieces. */
  const sign = part => {
    const character = part.tagName === "MJX-MO" && part.querySelector("mjx-c");
    if (!character) return "";
    const [, code = "239C"] = /mjx-c(\w+)/.exec(character.className) ?? [];
    return String.fromCodePoint(parseInt(code, 16));
  };

  /* Put the parts of a row into pieces, and return them. */
  const cut = (row, begins) => {
    const pieces = [];
    let before = null;
    for (const part of [...row.children]) {
      if (!before || begins(part, before)) {
        pieces.push(document.createElement("span"));
        pieces.at(-1).className = "piece";
        row.append(pieces.at(-1));
      }
      pieces.at(-1).append(part);
      before = part;
    }
    return pieces;
  };

  /* Break formulas, or brackets in them, before their signs; the pieces that are wider than their box again. */
  const breakUp = jobs => {
    const pieces = jobs.flatMap(([node, width]) => {
      const row = outermost(node);
      if (row.classList.contains("broken")) return [];
      let open = 0; // brackets that are letters of the row
      const pieces = cut(row, part => {
        open += /^[([{]/.test(sign(part)) - /^[)\]}]/.test(sign(part));
        return open <= 0 && BEFORE.test(sign(part));
      });
      for (let part = row; part.tagName !== "MJX-CONTAINER"; part = part.parentElement) part.classList.add("broken");
      return pieces.map(piece => [piece, width]);
    });
    const wide = pieces.filter(([piece, width]) => piece.getBoundingClientRect().width > width);
    const inner = wide.flatMap(([piece, width]) => [...piece.querySelectorAll(BRACKETS)].map(row => [row, width]));
    if (inner.length) breakUp(inner);
  };

  /* Break a piece between factors: not before a sign or after one, and not before the bracket of a function. */
  const loosen = piece => {
    const isSpace = part => part.tagName === "MJX-MSTYLE";
    const isGap = part => part.querySelector("mjx-mspace")?.style.width; // and not a space to be taken back
    const begins = (part, before) =>
      !isSpace(part) && !sign(part) && !sign(before) && (part.tagName !== "MJX-MROW" || isGap(before));
    for (const factor of cut(piece, begins)) if (factor.querySelector(".broken")) factor.classList.add("broken");
    piece.classList.add("broken", "loose");
  };

  const isWide = (formula, box) =>
    formula.querySelector("mjx-math")?.getBoundingClientRect().width > box.clientWidth / 3;
  const sticksOut = (piece, box) =>
    piece.getBoundingClientRect().right > box.getBoundingClientRect().left + box.clientLeft + box.clientWidth + 1;

  /* Everything is measured before anything is changed: a page is laid out anew only some times. */
  const fit = resized => {
    for (const formula of resized.flatMap(box => [...box.querySelectorAll("mjx-container")])) formula.style.fontSize = "";
    let boxes = resized.filter(overflows);
    const wide = new Map();
    for (const box of boxes) wide.set(box, [...box.querySelectorAll("mjx-container")].filter(one => isWide(one, box)));
    breakUp([...wide].flatMap(([box, formulas]) => {
      const width = box.clientWidth * (box.tagName === "TABLE" ? 0.45 : 1); // a table has other columns too
      return formulas.map(formula => [formula.querySelector("mjx-math"), width]);
    }));
    const pieces = box => wide.get(box).flatMap(formula => [...formula.querySelectorAll(".piece:not(.loose)")]);
    for (let round = 0; round < 2; round += 1) {
      const tight = boxes.filter(overflows).flatMap(box => pieces(box).filter(piece => sticksOut(piece, box)));
      tight.forEach(loosen);
    }
    for (const size of [0.9, 0.8, 0.7, 0.6, SMALLEST]) {
      boxes = boxes.filter(overflows);
      for (const box of boxes) for (const formula of wide.get(box)) formula.style.fontSize = `${115 * size}%`;
    }
  };

  const typeset = window.MathJax?.startup?.promise ?? Promise.resolve();
  typeset.then(() => {
    // What has just been laid out may still wait for the fonts of its formulas.
    const observer = new ResizeObserver(entries => {
      document.fonts.ready.then(() => fit(entries.map(entry => entry.target)));
    });
    for (const box of document.querySelectorAll(BOXES)) if (!box.closest(FITTED_ELSEWHERE)) observer.observe(box);
  });
});
