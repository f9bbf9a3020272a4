// Makes of what MathJax writes the same drawing, and the same text to be read aloud, of fewer elements: a browser takes
// its time for each. What stands in a row is written as the symbols of that row, without boxes around them, a script of one
// symbol is that symbol, and a space is the margin of what stands before it.
"use strict";

const SIGN = "mjx-sign"; // width.js breaks lines before some
const GAP = "mjx-gap"; // and between factors after others
const SCRIPT = "mjx-raised"; // but not between a base and its script
const LOWER = "mjx-lower"; // the second of two scripts
const SMALL = 0.707; // size="s"
const THIN = 0.167;
const OFTEN = 8; // a style that stands so often is a rule of the style sheet

const ROWS = new Set(["mjx-math", "mjx-mrow", "mjx-mstyle", "mjx-TeXAtom", "mjx-script"]);
const LINES = new Set(["mjx-math", "mjx-mrow", "mjx-mstyle", "mjx-TeXAtom", "mjx-msub", "mjx-msup", "mjx-msubsup"]);
const SILENT = /^(stretchy|fence|separator|symmetric|minsize|maxsize|largeop|movablelimits|accent|class|xmlns|data-.*)$/;

// What MathJax does with elements of their own.
const CSS = `
mjx-container[jax="CHTML"] {
  position: relative;
}

mjx-script[size="s"], mjx-c.${SCRIPT}[size="s"] {
  padding-left: ${em(0.033 / SMALL)};
  padding-right: ${em(0.05 / SMALL)};
}

mjx-script > .${LOWER} {
  display: block;
}

mjx-container .${GAP} {
  margin-right: ${em(THIN)};
}

mjx-container .${GAP}[size="s"] {
  margin-right: ${em(THIN / SMALL)};
}

mjx-num::before, mjx-den::before {
  content: "";
  display: inline-block;
  width: 0;
}

mjx-num::before {
  height: .054em;
  vertical-align: -.054em;
}

mjx-frac[type="d"] > mjx-num::before {
  height: .217em;
  vertical-align: -.217em;
}

mjx-den::before {
  height: .505em;
}

mjx-frac[type="d"] > mjx-dbox > mjx-dtable > mjx-row > mjx-den::before {
  height: .726em;
}
`;

function em(length) {
  return `${Number(length.toFixed(5))}em`;
}

function compactor(adaptor) {
  const kind = node => adaptor.kind(node);
  const children = node => [...adaptor.childNodes(node)];
  const names = node => adaptor.allAttributes(node).map(({ name }) => name);
  const hasOnly = (node, ...allowed) => names(node).every(name => allowed.includes(name));
  const lengthOf = (node, name) => parseFloat(adaptor.getStyle(node, name)) || 0;

  function move(name, from, to) {
    if (!adaptor.hasAttribute(from, name)) return;
    adaptor.setAttribute(to, name, adaptor.getAttribute(from, name));
    adaptor.removeAttribute(from, name);
  }

  /* Put what a node has in its place. */
  function unwrap(node) {
    for (const child of children(node)) adaptor.insert(child, node);
    adaptor.remove(node);
  }

  /* Whether what a box says of itself, its place in the row and its size, can as well be said by a part of it. */
  function canSay(part, box) {
    const said = names(box);
    if (said.includes("size") && adaptor.hasAttribute(part, "style")) return false; // its lengths would be others
    return !said.length || !["space", "rspace", "size"].some(name => adaptor.hasAttribute(part, name));
  }

  function hand(box, part) {
    for (const name of ["space", "size"]) move(name, box, part);
  }

  function withoutSign(node) {
    adaptor.removeClass(node, SIGN);
    if (!adaptor.getAttribute(node, "class")) adaptor.removeAttribute(node, "class");
  }

  /* No line is broken in here. */
  function withoutSigns(node) {
    for (const child of children(node)) {
      if (kind(child)[0] === "#") continue;
      if (adaptor.hasClass(child, SIGN)) withoutSign(child);
      withoutSigns(child);
    }
  }

  /* The box of a symbol around its one character, and braces around one thing. */
  function only(node) {
    const [part, ...others] = children(node);
    if (!part || others.length || kind(part)[0] === "#") return node;
    const isSymbol = /^mjx-m[ino]$/.test(kind(node)) && kind(part) === "mjx-c";
    const isBox = /^mjx-(TeXAtom|mstyle)$/.test(kind(node));
    if (isSymbol ? !/^mjx-\w+$/.test(adaptor.getAttribute(node, "class")) : !isBox) return node;
    if (!hasOnly(node, "space", "size", ...(isSymbol ? ["class"] : []))) return node;
    adaptor.removeAttribute(node, "class");
    if (!canSay(part, node)) return node;
    hand(node, part);
    if (kind(node) === "mjx-mo") adaptor.addClass(part, SIGN);
    if (kind(node) === "mjx-TeXAtom") withoutSign(part); // in braces it is a letter like others
    return part;
  }

  function scaleStyle(node, ...properties) {
    for (const name of properties) {
      const length = lengthOf(node, name);
      if (length) adaptor.setStyle(node, name, em(length / SMALL));
    }
  }

  /* A script in which all is small is small itself. */
  function script(node) {
    const parts = children(node);
    if (parts.length === 3 && kind(parts[1]) === "mjx-spacer") {
      const [, spacer, lower] = parts;
      const isSmall = adaptor.getAttribute(lower, "size") === "s";
      if (adaptor.hasAttribute(lower, "style") || !hasOnly(lower, "size", "class")) return node;
      if (!isSmall && adaptor.hasAttribute(lower, "size")) return node;
      adaptor.setStyle(lower, "margin-top", adaptor.getStyle(spacer, "margin-top"));
      if (isSmall) scaleStyle(lower, "margin-top");
      adaptor.addClass(lower, LOWER);
      adaptor.remove(spacer);
      return node;
    }
    const [part] = parts;
    if (parts.length > 1 || !hasOnly(node, "style")) return node;
    if (adaptor.getAttribute(part, "size") !== "s") return node;
    if (kind(part) === "mjx-TeXAtom" && hasOnly(part, "size")) {
      move("size", part, node);
      scaleStyle(node, "vertical-align", "margin-left");
      unwrap(part);
    } else if (kind(part) === "mjx-c" && hasOnly(part, "size", "class")) {
      move("style", node, part);
      scaleStyle(part, "vertical-align", "margin-left");
      adaptor.addClass(part, SCRIPT);
      return part;
    }
    return node;
  }

  const isSpace = node => kind(node) === "mjx-mspace";

  /* What stands in a row as a row. */
  function row(node) {
    for (const part of children(node)) {
      const first = children(part)[0];
      const isBase = /^mjx-(msub|msup|msubsup)$/.test(kind(part)) && kind(first) !== "mjx-mspace";
      const isRow = /^mjx-(TeXAtom|mstyle)$/.test(kind(part));
      if (!(isBase || isRow) || !hasOnly(part, "space")) continue;
      if (!first) {
        if (!adaptor.hasAttribute(part, "space") && children(node).length > 1) adaptor.remove(part);
        continue;
      }
      if (!canSay(first, part)) continue;
      hand(part, first);
      if (kind(part) === "mjx-TeXAtom") withoutSigns(part);
      unwrap(part);
    }
    let before = null;
    for (const part of children(node)) {
      if (before && isSpace(part) && hasOnly(part, "style") && adaptor.getStyle(part, "width") === em(THIN) && canWiden(before)) {
        adaptor.addClass(before, GAP);
        adaptor.remove(part);
      } else if (before && isSpace(part) && hasOnly(part, "style") && !lengthOf(part, "width") && canWiden(before)) {
        const back = lengthOf(part, "margin-right");
        const scale = adaptor.getAttribute(before, "size") === "s" ? SMALL : 1;
        adaptor.setStyle(before, "margin-right", em(back / scale));
        adaptor.remove(part);
      } else before = part;
    }
  }

  function canWiden(node) {
    if (isSpace(node) || adaptor.hasAttribute(node, "rspace") || adaptor.hasClass(node, GAP)) return false;
    if (!/^(|s)$/.test(adaptor.getAttribute(node, "size") ?? "")) return false;
    return !adaptor.getStyle(node, "margin-right") && !adaptor.getStyle(node, "margin");
  }

  /* A space in a box, which says no more than its size and, if it takes back another, the same once more. */
  function space(box) {
    const [part, ...others] = children(box);
    const isAlone = part && !others.length && isSpace(part) && hasOnly(box, "style") && hasOnly(part, "style");
    const style = adaptor.getAttribute(box, "style") ?? "";
    if (!isAlone || style.match(/[\w-]+(?=:)/g)?.some(name => !/^(font-size|width|margin-right)$/.test(name))) return box;
    const scale = lengthOf(box, "font-size") / 100 || 1; // in percent
    for (const name of ["width", "margin-right"]) {
      if (lengthOf(part, name)) adaptor.setStyle(part, name, em(lengthOf(part, name) * scale));
    }
    return part;
  }

  function drawn(node) {
    if (kind(node)[0] === "#") return node;
    for (const child of children(node)) {
      const small = drawn(child);
      if (small !== child) adaptor.replace(small, child);
    }
    for (const name of ["texclass", "data-mjx-texclass"]) adaptor.removeAttribute(node, name);
    if (/^mjx-(num|den)$/.test(kind(node))) {
      for (const child of children(node)) if (/^mjx-[nd]strut$/.test(kind(child))) adaptor.remove(child);
      const [part, ...others] = children(node);
      if (kind(part) === "mjx-mrow" && !others.length && hasOnly(part)) unwrap(part);
    }
    if (!LINES.has(kind(node))) withoutSigns(node);
    if (kind(node) === "mjx-mstyle") node = space(node);
    if (isSpace(node)) return node;
    if (ROWS.has(kind(node))) row(node);
    return kind(node) === "mjx-script" ? script(node) : only(node);
  }

  const isUnsaid = node => kind(node) === "mspace" || (isGroup(node) && children(node).every(isUnsaid));
  const isGroup = node => /^(mrow|mstyle)$/.test(kind(node)) && hasOnly(node, "displaystyle", "scriptlevel");

  function said(node) {
    if (kind(node)[0] === "#") return node;
    for (const name of names(node)) if (SILENT.test(name)) adaptor.removeAttribute(node, name);
    for (const child of children(node)) {
      const small = said(child);
      if (small !== child) adaptor.replace(small, child);
    }
    if (/^(math|mrow|mstyle)$/.test(kind(node))) {
      for (const child of children(node)) {
        if (isUnsaid(child)) adaptor.remove(child);
        else if (isGroup(child)) unwrap(child);
      }
    }
    const parts = children(node);
    return isGroup(node) && parts.length === 1 ? parts[0] : node;
  }

  function compact(formula) {
    for (const name of ["class", "style"]) adaptor.removeAttribute(formula, name);
    for (const part of children(formula)) {
      if (kind(part) === "mjx-math") drawn(part);
      else said(children(part)[0]);
      if (kind(part) !== "mjx-math") for (const name of names(part)) adaptor.removeAttribute(part, name);
    }
    return formula;
  }

  /* Everything that is drawn in a formula. */
  function* drawings(node) {
    for (const child of children(node)) {
      if (!kind(child).startsWith("mjx-") || kind(child) === "mjx-assistive-mml") continue;
      yield child;
      yield* drawings(child);
    }
  }

  /* Give what has a style that is frequent a class instead, and return the rules of these classes. */
  function withRules(formulas) {
    const found = new Map(); // of each style what has it
    for (const part of formulas.flatMap(formula => [...drawings(formula)])) {
      const style = adaptor.getAttribute(part, "style");
      if (!style || isSpace(part)) continue; // width.js asks how wide a space is
      if (!found.has(style)) found.set(style, []);
      found.get(style).push(part);
    }
    const frequent = [...found].filter(([, parts]) => parts.length >= OFTEN);
    const rules = frequent.map(([style, parts], k) => {
      for (const part of parts) {
        adaptor.removeAttribute(part, "style");
        adaptor.addClass(part, `mjx-${k}`);
      }
      return `mjx-math .mjx-${k} { ${style.replace(/;? *$/, "").replace(/;/g, " !important;")} !important }\n`;
    });
    return rules.join("");
  }

  /* Make the formulas smaller, and return the style sheet that they need besides that of MathJax. */
  return formulas => {
    for (const formula of formulas) compact(formula);
    const rules = withRules(formulas);
    for (const part of formulas.flatMap(formula => [...drawings(formula)])) {
      const name = adaptor.getAttribute(part, "class");
      if (name) adaptor.setAttribute(part, "class", name.trim());
    }
    return CSS + rules;
  };
}

module.exports = { compactor };
