// A formula that is too wide for its box runs on from line to line, as a text does: it is broken where a wide space sets
// apart for which l it holds, then before the equals signs, plus and minus of its outermost row, and if a piece is still
// too wide, of the brackets in it, and then between the factors of a product. What is left too wide is made smaller, but
// not so small that it cannot be read: then its box scrolls. What is folded is fitted when it is opened, what is out of
// sight when a reader comes near, and all of it anew when a window or a telephone is turned.
//
// A browser lays out the whole page anew when something is measured after something has changed. So each step measures
// all formulas first, and then changes all.
window.addEventListener("load", () => {
  const BOXES = "article :is(div.math, span.math, span.equation, div.decision, table, .output.text_html)";
  const FITTED_ELSEWHERE = "article.line, dl.source-lines"; // by ledger.js
  const BRACKETS = ":scope > mjx-mrow, :scope > :is(mjx-msup, mjx-msub, mjx-msubsup) > mjx-mrow:first-child";
  const BEFORE = /^[=+−≈≤≥<>∘≠]$/;
  const SMALLEST = 0.5;

  const overflows = box => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1;
  const width = element => element.getBoundingClientRect().width;
  const isFittedHere = part => !part.closest(FITTED_ELSEWHERE);
  const formulas = box => [...box.querySelectorAll("mjx-container")].filter(isFittedHere);

  /* The outermost row with more than one part. */
  const outermost = row => {
    const parts = [...row.children];
    const [only] = parts;
    return parts.length === 1 && /^MJX-(MROW|MSTYLE|TEXATOM|MPADDED)$/.test(only.tagName) ? outermost(only) : row;
  };

  /* The character of a sign, and nothing for any other part; MathJax names the class after its code. */
  const sign = part => {
    const drawn = part.matches(".mjx-sign") ? part : part.tagName === "MJX-MO" && part.querySelector("mjx-c");
    const code = drawn && drawn.className.match(/mjx-c([0-9A-F]+)/);
    return code ? String.fromCodePoint(parseInt(code[1], 16)) : "";
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

  /* A space of an em or more. */
  const isWide = part => parseFloat((part.querySelector(":scope > mjx-mspace") ?? part).style.width) >= 1;

  /* Break a formula, or a bracket in it, after its wide spaces; where there are none, before its signs. */
  const breakUp = node => {
    const row = outermost(node);
    if (row.classList.contains("broken")) return [];
    for (let part = row; part.tagName !== "MJX-CONTAINER"; part = part.parentElement) part.classList.add("broken");
    if ([...row.children].slice(0, -1).some(isWide)) {
      const clauses = cut(row, (part, before) => isWide(before));
      for (const clause of clauses) clause.classList.add("clause");
      return clauses;
    }
    let open = 0; // brackets that are letters of the row
    return cut(row, part => {
      open += /^[([{]/.test(sign(part)) - /^[)\]}]/.test(sign(part));
      return open <= 0 && BEFORE.test(sign(part));
    });
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

  const fit = resized => {
    for (const formula of resized.flatMap(formulas)) formula.style.fontSize = "";
    let boxes = resized.filter(overflows);
    const wide = new Map();
    for (const box of boxes) {
      const isWide = formula => width(formula.querySelector("mjx-math") ?? formula) > box.clientWidth / 3;
      wide.set(box, formulas(box).filter(isWide));
    }
    const room = box => box.clientWidth * (box.tagName === "TABLE" ? 0.45 : 1); // a table has other columns too
    let rows = [...wide].flatMap(([box, tight]) => tight.map(each => [each.querySelector("mjx-math"), room(box)]));
    while (rows.length) {
      const pieces = rows.flatMap(([row, space]) => breakUp(row).map(piece => [piece, space]));
      rows = pieces
        .filter(([piece, space]) => width(piece) > space)
        .flatMap(([piece, space]) => {
          const parts = piece.matches(".clause") ? [piece] : [...piece.querySelectorAll(BRACKETS)];
          return parts.map(part => [part, space]);
        });
    }
    for (let round = 0; round < 2; round += 1) {
      boxes = boxes.filter(overflows);
      const tight = boxes.flatMap(box => {
        const edge = box.getBoundingClientRect().left + box.clientLeft + box.clientWidth + 1;
        const pieces = wide.get(box).flatMap(formula => [...formula.querySelectorAll(".piece:not(.loose)")]);
        return pieces.filter(piece => piece.getBoundingClientRect().right > edge);
      });
      tight.forEach(loosen);
    }
    for (const size of [0.9, 0.8, 0.7, 0.6, SMALLEST]) {
      boxes = boxes.filter(overflows);
      for (const box of boxes) for (const formula of wide.get(box)) formula.style.fontSize = `${115 * size}%`;
    }
  };

  const fitted = new WeakMap(); // to which width: a box that has only become higher is done, if nothing was unfolded
  const unfit = boxes => {
    const found = boxes.filter(box => fitted.get(box) !== box.clientWidth || overflows(box));
    for (const box of found) fitted.set(box, box.clientWidth);
    return found;
  };
  const boxes = [...document.querySelectorAll(BOXES)].filter(isFittedHere);
  // It hears of a box in sight, or near it. What has just been laid out may still wait for the fonts of its formulas.
  const observer = new ResizeObserver(entries => {
    const found = unfit(entries.map(entry => entry.target));
    if (found.length) document.fonts.ready.then(() => fit(found));
  });
  for (const box of boxes) observer.observe(box);
  addEventListener("beforeprint", () => fit(unfit(boxes)));
});
