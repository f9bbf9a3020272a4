"""How fast the built pages are: ``python -m tools.page_speed``, after ``make book`` and on a quiet machine.

Headless Chromium opens the pages with an empty cache, on a processor that is slowed down four times. They are served as
the web serves them, compressed. The best of a few visits counts, since other work only makes one slower. Then Google's
Lighthouse (``npm install --global lighthouse``) marks them, as a phone sees them and as a desktop does. What was
measured is stored, and the table in ``book/architecture.md`` is written from it.
"""

import contextlib
import gzip
import json
import os
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

from tools.page_checker import CHROMIUM_FLAGS, DESKTOP, FIRST_VISIT, QuietHandler, find_chromium, open_browser, serve
from tools.release import ROOT

RESULTS = Path(__file__).with_suffix(".json")
PAGE = ROOT / "book" / "architecture.md"
SLOWDOWN, VISITS = 4, 3
PAGES = {
    "intro": "the first page",
    "errata": "the ledger",
    "kl_gradient": "the gradient of the penalty",
    "minibatches": "mini-batches, the largest",
    "api/network": "a page of the reference",
}
GOALS = {
    "text": ("text", "{:.1f} s", 1),
    "mathematics": ("mathematics", "{:.1f} s", 1.5),
    "kilobytes": ("size", "{:.0f} KB", 500),
    "phone": ("phone", "{}", 90),
    "desktop": ("desktop", "{}", 98),
    "accessibility": ("accessibility", "{}", 100),
}
"""Of each measure its title in the table, how it is written, and its goal: at most that, or at least, for a mark."""
TABLE = re.compile(r"(?m)^\| page \|.*\n(?:\|.*\n)+")
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


class _Compressing(QuietHandler):
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

    def copyfile(self, source, outputfile):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the visitor has gone
            super().copyfile(source, outputfile)


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


def measure(browser, address):
    """The best of some visits: seconds, kilobytes, and how far the page shifted."""
    seen = [visit(browser, address) for _ in range(VISITS)]
    best = {name: min(each[name] for each in seen) for name in seen[0]}
    return {
        "text": round(best["text"] / 1000, 1),
        "mathematics": round(best["mathematics"] / 1000, 1),
        "kilobytes": round(best["bytes"] / 1000),
        "shift": round(best["shift"], 4),
    }


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


def table(found):
    """What was found, as a table in Markdown; what misses its goal is bold."""
    titles = ["page", *(title for title, _, _ in GOALS.values())]
    rows = [titles, ["---"] * len(titles)]
    for page, name in PAGES.items():
        cells = [name]
        for measure, (_, form, goal) in GOALS.items():
            value = found[page][measure]
            reached = value >= goal if measure in {"phone", "desktop", "accessibility"} else value <= goal
            cells.append(form.format(value) if reached else f"**{form.format(value)}**")
        rows.append(cells)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main():
    lighthouse = shutil.which("lighthouse")
    if not lighthouse:
        raise SystemExit("lighthouse is missing: npm install --global lighthouse")
    found = {}
    with serve(ROOT / "_build" / "html", _Compressing) as address, open_browser(find_chromium()) as browser:
        for name in PAGES:
            page = f"{address}/book/{name}.html"
            found[name] = measure(browser, page) | marks(page, lighthouse)
            print(name, found[name], flush=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda _: table(found), PAGE.read_text(encoding="utf-8"), count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
