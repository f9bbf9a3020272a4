// Typesets formulas: from a list [[LaTeX, displayed], ...] as JSON on stdin to {"html": [...], "css": "..."} on stdout.
// MathJax is the one that lies in the folder given, made for browsers: of what it looks for in Node, it needs nothing.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const SIGN = "mjx-sign"; // width.js breaks lines before some
const folder = path.resolve(process.argv[2]);
const formulas = JSON.parse(fs.readFileSync(0, "utf8"));

function run(name) {
  return vm.runInThisContext(fs.readFileSync(name, "utf8"), name);
}

// Its speech rules, which are not used, ask for an XML parser when they are loaded.
const unused = { DOMImplementation: class { createDocument() {} }, XPathResult: {}, install() {} };
globalThis.require = name => (path.isAbsolute(name) ? run(name) : unused);

globalThis.MathJax = {
  loader: {
    paths: { mathjax: folder },
    require: globalThis.require,
    load: ["adaptors/liteDOM", "[tex]/html"],
    versionWarnings: false,
  },
  tex: { packages: { "[+]": ["html"] } },
  startup: { typeset: false },
  chtml: { fontURL: "mathjax/output/chtml/fonts/woff-v2", matchFontHeight: false },
};

run(path.join(folder, "tex-mml-chtml.js"));

// A browser takes its time for each element. These say nothing: around the one character of a symbol the box of the
// symbol, and of braces; and in what is read aloud, braces around one symbol, and spaces.
function compact(node, adaptor) {
  const kind = adaptor.kind(node);
  for (const child of [...adaptor.childNodes(node)]) {
    if (adaptor.kind(child)[0] === "#") continue; // text
    const small = compact(child, adaptor);
    if (small !== child) adaptor.replace(small, child);
  }
  if (/^(math|mrow)$/.test(kind)) {
    for (const child of [...adaptor.childNodes(node)]) if (isSpace(child, adaptor)) adaptor.remove(child);
  }
  for (const name of ["texclass", "data-mjx-texclass"]) adaptor.removeAttribute(node, name);
  const [only, ...others] = adaptor.childNodes(node);
  if (!only || others.length) return node;
  const attributes = adaptor.allAttributes(node);
  const has = pattern => attributes.every(({ name, value }) => pattern.test(`${name}=${value}`));
  if (kind === "mrow" && /^m[ino]$/.test(adaptor.kind(only)) && has(/^$/)) return only;
  if (adaptor.kind(only) !== "mjx-c") return node;
  const isSymbol = /^mjx-m[ino]$/.test(kind) && has(/^(class=mjx-\w+|space=.*|size=.*)$/);
  const isBraces = kind === "mjx-TeXAtom" && !adaptor.hasClass(only, SIGN) && has(/^(space|size)=/);
  if (!isSymbol && !isBraces) return node;
  const moved = attributes.filter(({ name }) => name !== "class");
  if (moved.some(({ name }) => adaptor.hasAttribute(only, name))) return node;
  for (const { name, value } of moved) adaptor.setAttribute(only, name, value);
  if (kind === "mjx-mo") adaptor.addClass(only, SIGN);
  return only;
}

function isSpace(node, adaptor) {
  const kind = adaptor.kind(node);
  return kind === "mspace" || (kind === "mstyle" && adaptor.childNodes(node).every(child => isSpace(child, adaptor)));
}

MathJax.startup.promise.then(() => {
  const { adaptor } = MathJax.startup;
  const typeset = ([latex, display]) => compact(MathJax.tex2chtml(latex, { display }), adaptor);
  const html = formulas.map(formula => adaptor.outerHTML(typeset(formula)));
  const css = adaptor.textContent(MathJax.chtmlStylesheet());
  process.stdout.write(JSON.stringify({ html, css }));
});
