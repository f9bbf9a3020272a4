"""A page stays at what its address names, while what is above it is laid out, until a reader takes it in hand."""

from pathlib import Path

import pytest

from tools.ledger_checker import FITTED, SEEN, opened
from tools.page_checker import serve

SCRIPT = (Path(__file__).resolve().parent.parent / "book" / "_static" / "landing.js").read_text(encoding="utf-8")
# The browser's own help is taken away: not every one has it. Each block has another height than the one guessed for it.
STYLE = """html { overflow-anchor: none } .decision { height: 20px } body { margin: 0 }
section { content-visibility: auto; contain-intrinsic-block-size: 100px } section > div { height: 700px }"""
BLOCKS = "<section><div>tall</div></section>" * 20
PAGE = (
    f"<!doctype html><html><head><title>t</title><style>{STYLE}</style><script>{SCRIPT}</script></head>"
    f"<body>%s{BLOCKS}<h2 id='here'>here</h2>{BLOCKS}<h2 id='there'>there</h2>{BLOCKS}</body></html>"
)
LATE = "<p id='late'>late</p><script>setTimeout(() => { late.style.height = '2500px' }, %d)</script>"


@pytest.fixture
def page(browser, tmp_path):
    """A function that opens the page at this fragment; what it is given stands above all."""

    def shown(fragment, above=""):
        (tmp_path / "page.html").write_text(PAGE % above, encoding="utf-8")
        return opened(browser, f"{address}/page.html{fragment}")

    with serve(tmp_path) as address:
        yield shown


def top(page, name):
    page.evaluate(FITTED)
    return page.evaluate(SEEN, name)["top"]


def test_a_page_opens_at_what_its_address_names(page):
    with page("#there") as found:
        assert abs(top(found, "there")) < 1


def test_a_link_leads_there_from_far_away(page):
    with page("") as found:
        for name in ("there", "here", "there"):
            found.evaluate("name => { location.hash = name }", name)
            assert abs(top(found, name)) < 1


def test_it_stays_there_while_the_page_grows_above(page):
    with page("#here", LATE % 500) as found:
        found.wait_for_function("document.getElementById('late').offsetHeight === 2500")
        assert abs(top(found, "here")) < 1


@pytest.mark.parametrize("hand", ["wheel", "key", "scrollbar"])
def test_it_goes_where_a_reader_takes_it(page, hand):
    with page("#here", "<p id='late'>late</p>") as found:
        if hand == "wheel":
            found.mouse.wheel(0, 3000)
        elif hand == "key":
            found.keyboard.press("PageDown")
        else:
            found.mouse.move(1275, 400)
            found.mouse.down()
            found.mouse.move(1275, 600)
            found.mouse.up()
        found.wait_for_function("Math.abs(document.getElementById('here').getBoundingClientRect().top) > 300")
        found.evaluate("document.getElementById('late').style.height = '2500px'")
        assert abs(top(found, "here")) > 300
