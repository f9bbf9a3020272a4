"""The checker of cards says which symbols are cut, and which decisions are far away, and nothing else."""

from pathlib import Path

import pytest

from tools.ledger_checker import HEIGHT, cut_symbols, landings, opened
from tools.mathematics import formulas_in, replaced, typeset
from tools.page_checker import serve

STATIC = Path(__file__).resolve().parent.parent / "book" / "_static"
HEAD = (
    '<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="ledger.css">%s'
    '<style>%s</style><script src="waiting_formulas.js"></script></head>'
)
FITTED = '<script src="ledger.js" defer></script>'
WIDE = r"\(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y + z\)"


def card(content):
    number = '<a class="number" href="#e1">E1</a>'
    return f'<article class="line" id="e1">{number}<dl><dt>t</dt><dd>{content}</dd></dl></article>'


@pytest.fixture
def page(browser, tmp_path):
    """A function that opens a page with this body, typeset, with or without the script of the ledger."""
    for name in ("book.css", "ledger.css", "ledger.js", "waiting_formulas.js", "mathjax"):
        (tmp_path / name).symlink_to(STATIC / name)

    def shown(body, script=FITTED):
        formulas, css = typeset(formulas_in(body))
        text = HEAD % (script, css) + f"<body>{replaced(body, formulas)}</body></html>"
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        return opened(browser, f"{address}/page.html", 390)

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
