// Python in the browser: starts when it is first asked, and answers one request after another.
import { loadPyodide } from "./pyodide.mjs";

const python = start();

async function start() {
  const pyodide = await loadPyodide({ indexURL: new URL(".", import.meta.url).href });
  postMessage({ progress: "SymPy is unpacked" });
  const packages = await (await fetch(new URL("packages.zip", import.meta.url))).arrayBuffer();
  pyodide.unpackArchive(packages, "zip", { extractDir: "/book" });
  postMessage({ progress: "The proof engine starts" });
  return pyodide.runPython(`
import json, sys
sys.path.insert(0, "/book")
from answers import answer
lambda request: json.dumps(answer(json.loads(request)))
`);
}

onmessage = async ({ data }) => {
  try {
    const answer = await python;
    postMessage({ progress: "Python is at work" });
    postMessage({ answer: JSON.parse(answer(JSON.stringify(data))) });
  } catch (error) {
    postMessage({ answer: { error: `Python stopped: ${error.message}` } });
  }
};
