"""The checker of cards says which symbols are cut, and which decisions are far away, and nothing else."""

from pathlib import Path

import pytest

from tools.ledger_checker import HEIGHT, SEEN, cut_symbols, landings, opened
from tools.page_checker import serve

STATIC = Path(__file__).resolve().parent.parent / "book" / "_static"
HEAD = (
    '<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="ledger.css">%s'
    '<script src="mathjax/tex-mml-chtml.js" async></script></head>'
)
FITTED = '<script src="ledger.js" defer></script>'
WIDE = r"\(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y + z\)"


def card(content):
    number = '<a class="number" href="#e1">E1</a>'
    return f'<article class="line" id="e1">{number}<dl><dt>t</dt><dd>{content}</dd></dl></article>'


@pytest.fixture
def page(browser, tmp_path):
    """A function that opens a page with this body, with or without the script of the ledger."""
    for name in ("book.css", "ledger.css", "ledger.js", "mathjax"):
        (tmp_path / name).symlink_to(STATIC / name)

    def shown(body, script=FITTED, fragment=""):
        (tmp_path / "page.html").write_text(HEAD % script + f"<body>{body}</body></html>", encoding="utf-8")
        return opened(browser, f"{address}/page.html{fragment}", 390)

    with serve(tmp_path) as address:
        yield shown


@pytest.mark.parametrize(
    "content",
    [
        "short",
        WIDE,
        f'<details><summary>more</summary><dl><dt>t</dt><dd><div class="decision">{WIDE}</div></dd></dl></details>',
    ],
)
def test_what_fits_or_is_made_to_fit_is_not_cut(page, content):
    with page(card(content)) as found:
        assert cut_symbols(found) == []


@pytest.mark.parametrize(
    ("content", "script"),
    [
        (WIDE, ""),  # nothing makes it fit
        (f'<div style="overflow: auto hidden; width: 60px">{WIDE}</div>', ""),
        (r'<div style="height: 8px; overflow: hidden">\(\frac{a}{b}\)</div>', FITTED),
        ('<span class="kinds" style="display: inline-block; margin-left: -80px">kinds</span>', FITTED),
    ],
)
def test_what_is_cut_is_reported(page, content, script):
    with page(card(content), script) as found:
        assert any(problem.startswith("screen, 390 px: E1: ") for problem in cut_symbols(found))


FAR = f'<p style="height: {2 * HEIGHT}px">far</p>'
DECISION = '<div class="decision">proved</div>'


def test_a_decision_counts_within_a_screen(page):
    body = f'{FAR}<p id="near">near</p>{DECISION}{FAR}<p id="far">far</p>{FAR}{FAR}'
    with page(body) as found:
        seen = landings(found, ["near", "far"])
    assert seen["near"]["decided"] and not seen["far"]["decided"]
    assert abs(seen["near"]["top"]) < 5 and abs(seen["far"]["top"]) < 5


GROWS = r"\(\begin{array}{c} 1 \\ 2 \\ 3 \\ 4 \\ 5 \\ 6 \\ 7 \\ 8 \\ 9 \\ 10 \\ 11 \\ 12 \\ 13 \\ 14 \end{array}\)"


LATE = """<script>MathJax = { startup: { pageReady: async () => {
  await new Promise(resolve => setTimeout(resolve, 1500));
  await MathJax.startup.defaultPageReady();
} } };</script>"""


def test_the_page_jumps_again_once_formulas_are_set(page):
    """Formulas above the anchor grow after the jump; the browser's own help against that is taken away."""
    body = f"<style>html {{ overflow-anchor: none }}</style><p>{GROWS}</p><p>{GROWS}</p>{card('x')}{FAR}{FAR}"
    with page(body, LATE + FITTED, "#e1") as found:
        assert abs(found.evaluate(SEEN, "e1")["top"]) < 30
