"""The page checker reports what is wrong with a page, and nothing else."""

from pathlib import Path

import pytest

from tools.pages import page_problems, serve

ROOT = Path(__file__).resolve().parent.parent
MATHJAX = '<script src="mathjax/tex-mml-chtml.js"></script>'
HEAD = f'<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,">{MATHJAX}</head>'
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An empty site with the book's MathJax, and its address."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "mathjax").symlink_to(ROOT / "book" / "_static" / "mathjax")
    (folder / "other.html").write_text(f'{HEAD}<body><p id="here">text</p></body></html>')
    with serve(folder) as address:
        yield folder, address


def report(browser, site, body, scheme="light"):
    folder, address = site
    (folder / "page.html").write_text(f"{HEAD}<body><article>{body}</article></body></html>")
    return page_problems(browser, folder, address, "page.html", [scheme])


def test_a_sound_page_has_no_problems(browser, site):
    body = (
        r'<p class="math">\(x^2\)</p><pre>\(x^2\) $y_1$</pre>'
        f'<a href="other.html#here">a</a><a href="#top" id="top">b</a><a href="https://example.org/">c</a>'
        f'<img src="{PIXEL}" alt="a dot">'
        '<div style="overflow-x: auto"><div style="width: 2000px">wide</div></div>'
    )
    assert report(browser, site, body) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (r'<p class="math">\(\undefinedmacro\)</p>', "undefined macro"),
        (r'<p class="math">\(\frac{1}\)</p>', "mathematics in error"),
        (r'<p class="math">x^2</p>', "mathematics not rendered"),
        (r'<p class="mathjax_ignore">\(x\)</p>', "raw LaTeX"),
        (r"<p>the cost $J_1$</p>", "raw LaTeX"),
        (r'<p class="math">\(\cancel{x}\)</p>', "404"),
        ('<img src="https://example.org/a.png" alt="elsewhere">', "request to another host: https://example.org/a.png"),
        ('<script>fetch("https://example.org/x").catch(() => 0)</script>', "request to another host"),
        ('<script>console.error("oh")</script>', "console: oh"),
        ('<script>throw new Error("oh")</script>', "script error"),
        ('<a href="gone.html">a</a>', "broken link: /gone.html"),
        ('<a href="other.html#gone">a</a>', "missing anchor: /other.html#gone"),
        ('<a href="#gone">a</a>', "missing anchor: /page.html#gone"),
        (f'<img src="{PIXEL}">', "image without alt text"),
        (f'<img src="{PIXEL}" alt="_images/figure.png">', "alt text is a file name"),
        ('<img src="gone.png" alt="a figure">', "image does not load"),
        ('<div style="width: 2000px">wide</div>', "the page scrolls sideways"),
        ('<div style="overflow: hidden"><p style="width: 2000px">cut off</p></div>', "wider than the window"),
        ('<p style="color: #eee; background: #fff">pale</p>', "contrast 1.2: pale"),
    ],
)
def test_a_broken_page_is_reported(browser, site, body, complaint):
    found = report(browser, site, body)
    assert any(complaint in problem for problem in found), found


def test_a_fault_in_the_dark_scheme_alone_is_reported(browser, site):
    style = "<style>@media (prefers-color-scheme: dark) { p { color: #111; background: #000 } }</style>"
    assert report(browser, site, f"{style}<p>dim</p>", "light") == []
    assert report(browser, site, f"{style}<p>dim</p>", "dark") == ["dark: contrast 1.1: dim"]


def test_a_missing_page_is_reported(browser, site):
    folder, address = site
    assert any("404" in problem for problem in page_problems(browser, folder, address, "gone.html"))
