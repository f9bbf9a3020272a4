"""How fast the built pages are: ``python -m tools.page_speed``, after ``make book`` and on a quiet machine.

Headless Chromium opens each page with an empty cache, on a processor that is slowed down four times. The page is served
as the web serves it, compressed. The best of a few visits counts, since other work only makes one slower. If Google's
Lighthouse is installed (``npm install --global lighthouse``), it marks some of the pages, as a phone sees them and as a
desktop does; otherwise its marks stay as they were.
"""

import contextlib
import functools
import gzip
import json
import os
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from tools.page_checker import CHROMIUM_FLAGS, DESKTOP, FIRST_VISIT, find_chromium, open_browser
from tools.pdf import read_chapters
from tools.release import ROOT

RESULTS = Path(__file__).with_suffix(".json")
SLOWDOWN, VISITS = 4, 5
GOALS = {"text": 1000, "mathematics": 1500, "bytes": 500_000}
"""No page may need more: milliseconds until the first text is seen and until all mathematics is, and bytes."""
MARKED = (
    "book/intro.html",
    "book/errata.html",
    "book/output_delta.html",
    "book/kl_gradient.html",
    "book/api/network.html",
)
MARKS = {"phone": 90, "desktop": 98, "accessibility": 100}
"""The least marks of Lighthouse, of 100."""

# Mathematics is there when the page is laid out with the fonts of its formulas, and the frame is drawn.
WATCH = r"""
window.seen = { shift: 0 };
new PerformanceObserver(list => {
  for (const { value } of list.getEntries()) seen.shift += value;
}).observe({ type: "layout-shift", buffered: true });
addEventListener("DOMContentLoaded", async () => {
  await new Promise(requestAnimationFrame);
  await document.fonts.ready;
  requestAnimationFrame(() => setTimeout(() => { seen.mathematics = performance.now(); }));
});
"""
MEASURED = r"""
() => ({ ...seen, text: performance.getEntriesByName("first-contentful-paint")[0].startTime })
"""


class _Compressing(SimpleHTTPRequestHandler):
    """Serves text compressed, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".css", ".js", ".json", ".svg"} or not path.is_file():
            return super().send_head()
        body = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def serve_compressed(folder):
    """The address at which ``folder`` is served, without a trailing slash."""
    handler = functools.partial(_Compressing, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def visit(browser, address):
    """One visit: milliseconds until text and mathematics are seen, how far the page shifted, and bytes received."""
    context = browser.new_context(viewport=DESKTOP)
    context.add_init_script(FIRST_VISIT)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(120_000)  # a busy machine is slow
    session = context.new_cdp_session(page)
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("seen.mathematics")
    seen = page.evaluate(MEASURED)
    context.close()
    return seen | {"bytes": sum(received)}


def measure(browser, address, visits=VISITS):
    """The best of some visits."""
    seen = [visit(browser, address) for _ in range(visits)]
    best = {name: min(each[name] for each in seen) for name in seen[0]}
    return {name: round(value, 4) if name == "shift" else round(value) for name, value in best.items()}


def marks(address, command):
    """{phone, desktop, accessibility: the marks of Lighthouse}; for accessibility the lower of the two."""
    found = {}
    for kind, options in (("phone", []), ("desktop", ["--preset=desktop"])):
        run = subprocess.run(
            [
                *(command, address, "--quiet", "--output=json", "--only-categories=performance,accessibility"),
                *(f"--chrome-flags=--headless {' '.join(CHROMIUM_FLAGS[:2])}", *options),
            ],
            env=os.environ | {"CHROME_PATH": find_chromium()},
            stdout=subprocess.PIPE,
            check=True,
        )
        scores = {name: round(100 * each["score"]) for name, each in json.loads(run.stdout)["categories"].items()}
        found[kind] = scores["performance"]
        found["accessibility"] = min(scores["accessibility"], found.get("accessibility", 100))
    return found


def main():
    folder, lighthouse = ROOT / "_build" / "html", shutil.which("lighthouse")
    stored = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {"marks": {}}
    pages = [chapter.file for chapter in read_chapters((ROOT / "_toc.yml").read_text(encoding="utf-8"), folder)]
    with serve_compressed(folder) as address, open_browser(find_chromium()) as browser:
        found = {name: measure(browser, f"{address}/{name}") for name in pages}
        given = {name: marks(f"{address}/{name}", lighthouse) for name in MARKED} if lighthouse else stored["marks"]
    RESULTS.write_text(json.dumps({"pages": found, "marks": given}, indent=1) + "\n", encoding="utf-8")
    for name, problem in problems(found, given):
        print(f"{name}: {problem}")


def problems(found, given):
    """The goals that are missed, as pairs (page, sentence)."""
    for name, seen in found.items():
        for goal, most in GOALS.items():
            if seen[goal] > most:
                yield name, f"{goal}: {seen[goal]}, and the goal is {most}"
    for name, marked in given.items():
        for goal, least in MARKS.items():
            if marked[goal] < least:
                yield name, f"Lighthouse, {goal}: {marked[goal]}, and the goal is {least}"


if __name__ == "__main__":
    main()
