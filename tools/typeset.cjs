// Typesets formulas: from a list [[LaTeX, displayed], ...] as JSON on stdin to {"html": [...], "css": "..."} on stdout.
// MathJax is the one that lies in the folder given, made for browsers: of what it looks for in Node, it needs nothing.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { compactor } = require("./compact.cjs");

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

MathJax.startup.promise.then(() => {
  const { adaptor } = MathJax.startup;
  const made = formulas.map(([latex, display]) => MathJax.tex2chtml(latex, { display }));
  const styles = compactor(adaptor)(made);
  const html = made.map(formula => adaptor.outerHTML(formula));
  const css = adaptor.textContent(MathJax.chtmlStylesheet()) + styles;
  process.stdout.write(JSON.stringify({ html, css }));
});
