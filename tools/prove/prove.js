// The page on which the browser proves or refutes what a reader types. Python runs in a worker, so the page stays alive,
// and a proof that takes too long is stopped by ending the worker. Everything is served from the book itself.
"use strict";

const form = document.getElementById("prove");
const here = new URL("_static/prove/", new URL(form.dataset.root, location.href));
const field = name => form.elements[name];
const output = document.getElementById("prove-answer");
const status = document.getElementById("prove-status");
let worker = null;
let starting = null; // what may be held against, once it is known

const megabytes = bytes => `${(bytes / 1e6).toFixed(0)} MB`;

function say(text, busy = false) {
  status.textContent = text;
  form.classList.toggle("busy", busy);
  field("stop").disabled = !busy;
  for (const name of ["decide", "construct"]) field(name).disabled = busy;
}

// The files come one by one, so that the page can say how far it is; the worker then finds them in the browser's cache.
async function fetchAll(files) {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  for (const { name } of files) {
    const response = await fetch(new URL(name, here));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    for (const reader = response.body.getReader(); ; ) {
      const part = await reader.read();
      if (part.done) break;
      done += part.value.length;
      say(`Python and SymPy are fetched: ${megabytes(done)} of ${megabytes(total)}`, true);
    }
  }
}

async function ask(request) {
  output.replaceChildren();
  if (!worker) {
    worker = new Worker(new URL("worker.mjs", here), { type: "module" });
    const mine = worker;
    try {
      await fetchAll((await starting).files);
    } catch (error) {
      stop(`Python could not be fetched (${error.message}).`);
      return;
    }
    if (worker !== mine) return; // it was stopped meanwhile
  }
  say("Python starts", true);
  worker.onmessage = ({ data }) => (data.progress ? say(data.progress, true) : show(data.answer));
  worker.onerror = event => stop(`Python could not be started (${event.message}).`);
  worker.postMessage(request);
}

function stop(text) {
  if (worker) worker.terminate();
  worker = null;
  say(text);
}

// The formulas of the book are typeset before it comes here; those of an answer are not.
let typesetter = null;
function mathjax() {
  typesetter ??= new Promise((resolve, reject) => {
    window.MathJax = {
      options: { menuOptions: { settings: { inTabOrder: false } } },
      startup: { typeset: false, ready: () => (MathJax.startup.defaultReady(), resolve(MathJax.startup.promise.then(() => MathJax))) },
    };
    const script = document.createElement("script");
    script.src = new URL("../mathjax/tex-mml-chtml.js", here);
    script.onerror = reject;
    document.head.append(script);
  });
  return typesetter;
}

async function show(answer) {
  for (const box of form.querySelectorAll("[aria-invalid]")) box.removeAttribute("aria-invalid");
  if (answer.error) {
    const message = document.createElement("pre");
    message.className = "prove-error";
    message.textContent = answer.error;
    output.append(message);
    if (answer.field && field(answer.field)) {
      field(answer.field).setAttribute("aria-invalid", "true");
      field(answer.field).focus();
      const position = /at position (\d+)/.exec(answer.error);
      if (position) field(answer.field).setSelectionRange(+position[1], +position[1] + 1);
    }
  } else {
    output.innerHTML = answer.html; // made by the library, which escapes what was typed
    await (await mathjax()).typesetPromise([output]);
  }
  say(answer.error ? "That could not be decided." : answer.outcome ? `The answer: ${answer.outcome}.` : "Done.");
  document.dispatchEvent(new Event("prove-answered"));
}

function request() {
  const right = field("right").value;
  const notation = field("notation").value;
  const [kind, name] = field("against").value.split(":");
  if (kind === "theorem") return { ask: "theorem", label: name, right, notation };
  if (kind === "line") return { ask: "line", name, right, notation: "source" };
  return { ask: "equation", left: field("left").value, right, notation };
}

// What is chosen fills the boxes: a theorem with its formula, a line of the source as it is printed.
async function choose() {
  const [kind, name] = field("against").value.split(":");
  const { theorems, lines } = await starting;
  const free = !kind;
  field("left").closest("p").hidden = !free;
  field("notation").closest("p").hidden = kind === "line";
  if (kind === "theorem") field("right").value = theorems.find(theorem => theorem.label === name).latex;
  if (kind === "line") field("right").value = lines.find(line => line.id === name).printed;
}

function option(group, value, text) {
  const element = document.createElement("option");
  element.value = value;
  element.textContent = text;
  group.append(element);
}

async function open() {
  starting = fetch(new URL("prove.json", here)).then(response => {
    if (!response.ok) throw new Error(response.status);
    return response.json();
  });
  let known;
  try {
    known = await starting;
  } catch {
    form.hidden = true;
    document.getElementById("prove-missing").hidden = false;
    return;
  }
  for (const { label, title } of known.theorems) option(document.getElementById("prove-theorems"), `theorem:${label}`, title);
  for (const { id, verdict } of known.lines) option(document.getElementById("prove-lines"), `line:${id}`, `${id}, ${verdict}`);
  document.getElementById("prove-size").textContent = megabytes(known.files.reduce((sum, file) => sum + file.size, 0));

  const asked = new URLSearchParams(location.search);
  const name = asked.get("theorem") ? `theorem:${asked.get("theorem")}` : asked.get("line") ? `line:${asked.get("line").toUpperCase()}` : "";
  field("against").value = name;
  if (field("against").selectedIndex < 0) field("against").value = "";
  await choose();
  for (const box of ["left", "right", "cost", "variable", "notation"]) {
    if (asked.get(box)) field(box).value = asked.get(box);
  }
  field("against").addEventListener("change", choose);
  form.addEventListener("submit", event => {
    event.preventDefault();
    ask(event.submitter === field("construct")
      ? { ask: "gradient_of", cost: field("cost").value, variable: field("variable").value, notation: field("notation").value }
      : request());
  });
  field("stop").addEventListener("click", () => stop("Stopped."));
  say("Nothing is fetched before you ask.");
  form.dataset.ready = "true";
}

open();
