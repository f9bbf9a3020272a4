"""The page checker reports what is wrong with a page, and nothing else."""

from pathlib import Path

import pytest

from tools.page_checker import open_site

ROOT = Path(__file__).resolve().parent.parent
HEAD = '<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,">%s</head>'
MATHJAX = '<script src="mathjax/tex-mml-chtml.js"></script>'
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
CAPTION = '<figcaption><span class="caption-number">Fig. 1</span> A dot.</figcaption>'
DOT = f'<figure><img src="{PIXEL}" alt="a dot" width="9" height="9">{CAPTION}</figure>'


SOUND = (
    r'<p class="math">\(x^2\)</p><pre>\(x^2\) $y_1$</pre>'
    "<style>@media (max-width: 400px) { .narrow { overflow: auto hidden; width: 3em } }</style>"
    '<p class="narrow" tabindex="0">wide&nbsp;and&nbsp;wider</p>'
    f'<a href="other.html#here">a</a><a href="#top" id="top">b</a><a href="https://example.org/">c</a>'
    f'{DOT}<p style="height: 9000px"></p>{DOT.replace("<img", "<img loading=lazy")}'
    f'<figure><svg aria-label="a drawing" width="9" height="9"></svg>{CAPTION}</figure>'
    f'<button>copy <svg></svg></button><table><td><img src="{PIXEL}" alt="-" width="9" height="9"></table>'
    '<div style="overflow-x: auto" tabindex="0"><div style="width: 900px">wide</div></div>'
    '<button disabled style="color: #888">not yet</button><p style="background: #000"><i style="color: #fff">x</i></p>'
    "<script>for (const storage of [localStorage, sessionStorage]) {"
    '  if (storage.getItem("seen")) console.error("not the first visit"); storage.setItem("seen", "yes") }</script>'
)
DIM = (
    "<style>@media (prefers-color-scheme: dark) { p { color: #111; background: #000 } }</style><p>dim</p>"
    '<i>set dim</i><script>if (localStorage.getItem("mode") === "dark" && localStorage.getItem("theme") === "dark")'
    '  document.querySelector("i").style = "color: #111; background: #000"</script>'
)
BROKEN = [
    (r'<p class="math">\(\undefinedmacro\)</p>', "undefined macro"),
    (r'<p class="math">\(\frac{1}\)</p>', "mathematics in error"),
    (r'<p class="math">x^2</p>', "mathematics not rendered"),
    (r'<p class="mathjax_ignore">\(x\)</p>', "raw LaTeX"),
    (r"<p>the cost $J_1$</p>", "raw LaTeX"),
    (r'<p class="math">\(\cancel{x}\)</p>', "404"),
    ('<img src="https://example.org/a.png" alt="elsewhere">', "request to another host: https://example.org/a.png"),
    ('<img src="http://localhost/a.png" alt="elsewhere">', "ERR_NAME_NOT_RESOLVED"),
    ('<img src="http://127.0.0.1:9/a.png" alt="elsewhere">', "request to another host: http://127.0.0.1:9/a.png"),
    ('<script>setTimeout(() => fetch("https://example.org/late").catch(() => 0), 400)</script>', "example.org/late"),
    ('<script>fetch("https://example.org/x").catch(() => 0)</script>', "request to another host"),
    ('<script>new WebSocket("wss://example.org/")</script>', "request to another host: wss://example.org/"),
    ('<script>console.error("oh")</script>', "console: oh"),
    ('<script>throw new Error("oh")</script>', "script error"),
    ('<a href="gone.html">a</a>', "broken link: /gone.html"),
    ('<a href="http://localhost:8888/a">a</a>', "a link to the reader's own machine: http://localhost:8888/a"),
    ('<a href="file:///a.html">a</a>', "a link to the reader's own machine: file:///a.html"),
    ('<a href="other.html#gone">a</a>', "missing anchor: /other.html#gone"),
    ('<a href="#gone">a</a>', "missing anchor: /{name}#gone"),
    ("<script>document.querySelector('link').remove()</script>", "no icon of its own"),
    (f'<img src="{PIXEL}">', "image without alt text"),
    (f'<img src="{PIXEL}" alt="_images/figure.png">', "alt text is a file name"),
    (DOT.replace('width="9"', ""), "image without width and height: data:"),
    (DOT.replace('height="9"', ""), "image without width and height: data:"),
    (DOT.replace('height="9"', 'height="12"'), "image out of proportion: data:"),
    (DOT.replace(CAPTION, "<figcaption>A dot.</figcaption>"), "picture without a numbered caption: a dot"),
    (f'<img src="{PIXEL}" alt="a dot" width="9" height="9">', "picture without a numbered caption: a dot"),
    (f"<figure><svg></svg>{CAPTION}</figure>", "drawing without a name"),
    ('<svg aria-label="a drawing"></svg>', "picture without a numbered caption: a drawing"),
    ('<img src="gone.png" alt="a figure">', "image does not load"),
    (
        '<div style="height: 9000px"></div><img src="gone.png" alt="a figure" loading="lazy">',
        "image does not load",
    ),
    (
        '<div style="height: 9000px"></div><img src="https://example.org/b.png" alt="elsewhere" loading="lazy">',
        "request to another host: https://example.org/b.png",
    ),
    (
        r'<p><span class="math" style="display: inline-block; overflow: auto hidden">\(x^2\)</span></p>',
        "light: a formula that fits has a scrollbar",
    ),
    (
        "<style>@media (max-width: 400px) { .math { display: inline-block; overflow: auto hidden } }</style>"
        r'<p>so <span class="math">\(x^2\)</span></p>',
        "dark: a formula that fits has a scrollbar",
    ),
    (
        DOT.replace('width="9" height="9"', 'width="600" height="600" style="max-width: 100%"'),
        "dark: image out of shape: data:",
    ),
    ('<div style="width: 600px">wide</div>', "dark: the page scrolls sideways"),
    ('<div style="overflow: hidden"><p style="width: 2000px">cut off</p></div>', "wider than the window"),
    (
        '<div style="overflow: auto; width: 300px"><p style="width: 900px">wide</p></div>',
        "wider than its box by 600 px",
    ),
    (
        '<details><div style="overflow: hidden; width: 300px"><p style="width: 900px">folded</p></div></details>',
        "wider than its box by 600 px: folded",
    ),
    (r'<p class="math" style="overflow: auto; width: 4em">\(x^2 + y^2 + z^2 = 1\)</p>', "dark: wider than its box"),
    (
        r'<p class="math"><b style="display: block; overflow: auto; width: 4em">\(x^2 + y^2 + z^2 = 1\)</b></p>',
        "dark: wider than its box",
    ),
    ('<pre style="overflow: auto; width: 40ch">' + 50 * "x" + "</pre>", "dark: wider than its box"),
    (
        "<style>pre { white-space: pre-wrap }</style>"
        '<div class="cell_input" style="width: 5ch"><pre>some = code</pre></div>',
        "a line of code is broken: some = code",
    ),
    (
        '<table style="width: 9ch"><tr><th><code style="overflow-wrap: anywhere">witness</code></th>'
        "<td>" + "wide&nbsp;" * 3 + "</td></tr></table>",
        "dark: a name is broken: witness",
    ),
    (
        '<p><mjx-math class="broken"><i class="piece"><b>x</b></i>'
        '<i class="piece" style="position: relative; top: -3em"><b>y</b></i></mjx-math></p>',
        "part 1 of a formula does not follow the one before it: xy",
    ),
    ('<p style="color: #eee; background: #fff">pale</p>', "contrast 1.2: pale"),
    ('<p style="color: #888; background: #fff">pale</p>', "contrast 3.5: pale"),
    ('<p style="opacity: 0.3">pale</p>', "contrast 2.1: pale"),
    ('<div style="background: #000; opacity: 0.5"><p style="color: #fff">pale</p></div>', "contrast 4.0: pale"),
    ('<article>text</article><nav style="color: #888">pale</nav>', "contrast 3.5: pale"),
    ('<label>a <input value="pale" style="color: #888"></label>', "contrast 3.5: pale"),
    ('<label>a <select style="color: #888"><option>pale</select></label>', "contrast 3.1: pale"),
    (
        '<pre><b class="n">some</b> <span class="n">code</span> <span class="c" style="color: #888">pale</span></pre>',
        "contrast 3.5: pale",
    ),
    ('<pre style="color: #888"><span class="n">some</span> <span class="n">code</span></pre>', "contrast 3.5: code"),
    ("<details><p>folded</p><summary><i></i></summary></details>", "axe, summary-name"),
    ('<details><summary>fold</summary><p style="color: #888">pale</p></details>', "contrast 3.5: pale"),
    ('<div style="overflow-x: auto"><table><td>' + "wide&nbsp;" * 400 + "</table></div>", "axe, scrollable-region"),
    ("<dl><p>no term</p></dl>", "axe, definition-list"),
    ("<input>", "axe, label"),
    ('<p id="twice">a</p><p id="twice">b</p>', "id given twice: twice"),
    ('<div role="list"><a href="#">a</a></div>', "axe, aria-required-children"),
    ("<style>button:focus { outline: none }</style><button>press</button>", "focus is not visible: press"),
    ("<style>a { opacity: 0 }</style><a href='#top'>unseen</a>", "focus is not visible: unseen"),
]


@pytest.fixture(scope="module")
def reports(browser, tmp_path_factory):
    """{page: what is reported of it}. The pages are visited together, which takes a fraction of the time."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "mathjax").symlink_to(ROOT / "book" / "_static" / "mathjax")
    pages = {"sound": SOUND, "dim": DIM, "other": '<p id="here">text</p>'}
    pages |= {f"broken{k}": body for k, (body, _) in enumerate(BROKEN)}
    for name, body in pages.items():
        # Not on each page: to start MathJax takes a third of the time of a visit.
        head = HEAD % (MATHJAX if "math" in body or "$" in body else "")
        (folder / f"{name}.html").write_text(f"{head}<body><article>{body}</article></body></html>")
    broken = [f"{name}.html" for name in pages if name.startswith("broken")]
    with open_site(browser, folder) as problems:
        return problems(["sound.html", "dim.html", "gone.html", *broken])


def test_a_sound_page_has_no_problems(reports):
    assert reports["sound.html"] == []


@pytest.mark.parametrize("k", range(len(BROKEN)), ids=[body for body, _ in BROKEN])
def test_a_broken_page_is_reported(reports, k):
    name, complaint = f"broken{k}.html", BROKEN[k][1]
    assert any(complaint.format(name=name) in problem for problem in reports[name]), reports[name]


def test_a_fault_in_the_dark_scheme_alone_is_reported(reports):
    own = [problem for problem in reports["dim.html"] if "axe" not in problem]
    assert own == ["dark: contrast 1.1: dim", "dark: contrast 1.1: set dim"]
    assert {problem.partition(":")[0] for problem in reports["dim.html"]} == {"dark"}


def test_a_missing_page_is_reported(reports):
    assert any("404" in problem for problem in reports["gone.html"])
