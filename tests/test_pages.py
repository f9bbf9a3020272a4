"""The built book, opened in a browser: `make book` first."""

import re
from pathlib import Path

import pytest
import yaml

from sparseae_lib.errata import load_errata
from sparseae_lib.statements.source import READINGS
from tools.book import changed_inputs, last_run
from tools.ledger_checker import CUT, FITTED, HEIGHT, SEEN, WIDTHS, cut_symbols, landings, opened
from tools.page_checker import WHOLE, open_site, serve

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"


def page_names():
    """The pages of the table of contents, and whatever else has been built, the longest first: they take most time."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [contents["root"], *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"])]
    built = (path.relative_to(HTML) for path in HTML.rglob("*.html"))
    names = {f"{chapter}.html" for chapter in chapters}
    names |= {path.as_posix() for path in built if path.parts[0] != "_static"}
    return sorted(names, key=lambda name: (-_length(HTML / name), name))


def _length(path):
    return path.stat().st_size if path.is_file() else 0


@pytest.fixture(scope="module")
def problems(browser):
    """What says what is wrong with pages. Each is visited in its own test: the workers share them out."""
    with open_site(browser, HTML) as problems:
        yield problems


def test_the_built_book_is_up_to_date():
    changed = changed_inputs(ROOT)
    assert changed is not None, "the book is not built: run make book"
    assert changed == [], "changed since the book was built: run make book"


def test_the_notebooks_were_compared_with_their_run_for_the_book(at_start):
    """And not run a second time, which would take minutes."""
    notebooks = sorted((ROOT / "book").glob("*.ipynb"))
    assert notebooks
    assert [path.name for path in notebooks if last_run(path, at_start) is None] == []


@pytest.mark.parametrize("name", page_names())
def test_page(problems, name):
    assert problems([name]) == {name: []}


@pytest.fixture(scope="module")
def address():
    """Where the book is served."""
    with serve(HTML) as address:
        yield f"{address}/book"


def test_no_symbol_of_a_card_is_cut_on_any_screen_or_on_paper(browser, address):
    with opened(browser, f"{address}/errata.html") as page:
        assert page.locator("article.line").count() == len(load_errata())
        assert cut_symbols(page) == []


def test_a_formula_that_a_narrow_page_made_smaller_grows_again(browser, address):
    """A phone is turned; and a browser that takes a picture of a whole page narrows it to nothing for a moment."""
    sizes = "[...document.querySelectorAll('.decision mjx-container')].map(each => getComputedStyle(each).fontSize)"
    with opened(browser, f"{address}/delta_recursion.html") as page:
        page.add_style_tag(content=WHOLE)
        page.evaluate(FITTED)
        wide = page.evaluate(sizes)
        page.set_viewport_size({"width": 120, "height": HEIGHT})
        page.evaluate(FITTED)
        assert page.evaluate(sizes) != wide
        page.set_viewport_size({"width": max(WIDTHS), "height": HEIGHT})
        page.evaluate(FITTED)
        assert page.evaluate(sizes) == wide


STICKS_OUT = r"""() => {
  const edge = document.querySelector("article").getBoundingClientRect().right + 1;
  const parts = [...document.querySelectorAll("article :is(mjx-math, table, pre, img)")];
  return parts.filter(part => part.getBoundingClientRect().right > edge).map(part => part.textContent.slice(0, 40));
}"""
PRINT = "kind => dispatchEvent(new Event(kind))"
STATE = """
() => [document.querySelectorAll("details[open]").length, document.querySelector("article").style.cssText]
"""


@pytest.mark.parametrize("chapter", ["delta_recursion", "performance", "minibatches"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_the_paper_while_it_is_printed(browser, address, chapter, width):
    with opened(browser, f"{address}/{chapter}.html", width) as page:
        before = page.evaluate(STATE)
        page.evaluate(PRINT, "beforeprint")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 665, "height": 1000})  # what an A4 page has between its margins
        assert page.evaluate("document.querySelector('article').clientWidth") == 665
        assert page.evaluate("document.querySelectorAll('article details:not([open])').length") == 0
        assert page.evaluate(STICKS_OUT) == []
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate(PRINT, "afterprint")
        assert page.evaluate(STATE) == before


def test_what_the_theme_does_it_does_once_the_page_is_seen(browser, address):
    assert len(re.findall("<script data-late=", (HTML / "book/delta_recursion.html").read_text(encoding="utf-8"))) == 2
    with opened(browser, f"{address}/delta_recursion.html") as page:
        page.wait_for_function("window.bootstrap?.ScrollSpy.getInstance(document.body)", timeout=10_000)
        mode = page.evaluate("document.documentElement.dataset.mode")
        page.locator("button.theme-switch-button").first.click()
        page.wait_for_function("mode => document.documentElement.dataset.mode !== mode", arg=mode)


PRESSED_EARLY = {
    "the search, by its keys": (1280, "Control+K", "document.getElementById('pst-search-dialog').open"),
    "the search": (390, ".article-header-buttons .search-button", "document.getElementById('pst-search-dialog').open"),
    "the colours": (1280, "button.theme-switch-button", "document.documentElement.dataset.mode === 'dark'"),
    "the menu": (390, "button.primary-toggle", "document.getElementById('pst-primary-sidebar-modal').open"),
    "the sections": (390, "button.secondary-toggle", "document.getElementById('pst-secondary-sidebar-modal').open"),
    "the downloads": (1280, "button.dropdown-toggle", "document.querySelector('.dropdown-menu.show') !== null"),
    "the sidebar, which has its script": (
        1280,
        "button.primary-toggle",
        "document.getElementById('pst-primary-sidebar').matches('.pst-sidebar-hidden')",
    ),
}


@pytest.mark.parametrize("what", PRESSED_EARLY)
def test_what_is_pressed_before_that_is_done(browser, address, what):
    """A picture that comes late keeps the theme's scripts waiting."""
    width, press, done = PRESSED_EARLY[what]
    context, held = browser.new_context(viewport={"width": width, "height": HEIGHT}), []
    context.route("**/late.png", lambda route: held.append(route))
    page = context.new_page()
    page.set_default_timeout(60_000)

    def with_picture(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("</article>", "<img src=late.png></article>"))

    page.route(f"{address}/activation.html", with_picture)
    with page.expect_request("**/late.png"):
        page.goto(f"{address}/activation.html", wait_until="domcontentloaded")
    assert page.evaluate("document.querySelectorAll('script[data-late]').length") == 2
    if press == "Control+K":
        page.keyboard.press(press)
    else:
        page.locator(press).first.click(no_wait_after=True)
    page.wait_for_function(done)
    while not held:
        page.wait_for_timeout(10)
    held[0].abort()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(done), "it was done twice"
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_link_to_a_line_lands_on_its_card_and_nothing_of_it_is_cut(browser, address, width):
    with opened(browser, f"{address}/errata.html#e46", width) as page:
        assert 0 <= page.evaluate(SEEN, "e46")["top"] < 120
        assert page.evaluate(CUT, "#e46") == []


@pytest.mark.parametrize("chapter", sorted({entry.chapter for entry in load_errata() if entry.is_judged}))
def test_a_card_leads_to_within_a_screen_of_the_decision(browser, address, chapter):
    lines = {entry.decided_at: entry.id for entry in load_errata() if entry.is_judged and entry.chapter == chapter}
    with opened(browser, f"{address}/{chapter}.html") as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for anchor, seen in landings(page, lines).items():
                assert 0 <= seen["top"] < 120, (width, anchor)
                assert seen["decided"] or lines[anchor] not in READINGS, (width, anchor)


def test_from_the_front_page_every_card_is_one_click_away_and_its_decision_two(browser, address):
    with opened(browser, f"{address}/intro.html") as page:
        for entry in load_errata():
            assert page.locator(f".line-map a[href='errata.html#{entry.label}']").count() == 1
        page.click(".line-map a[href='errata.html#e46']")
        page.click("#e46 dd a[href$='#e46-decided']")
        assert page.url == f"{address}/kl_gradient.html#e46-decided"
        page.click("p:has(#e46-decided) a[href$='#e46'], p#e46-decided a[href$='#e46']")
        assert page.url == f"{address}/errata.html#e46"


def shown(page):
    return page.locator("article.line:visible").evaluate_all("cards => cards.map(card => card.id.toUpperCase())")


def test_the_filter_works_from_the_keyboard_and_is_in_the_address(browser, address):
    wrong = [entry.id for entry in load_errata() if entry.verdict == "wrong"]
    with opened(browser, f"{address}/errata.html?verdict=wrong") as page:
        assert shown(page) == wrong
        assert page.locator("form.ledger-filter output").inner_text() == f"{len(wrong)} of 52 lines"
        page.locator("input[name=verdict]:checked").focus()
        page.keyboard.press("Tab")
        page.keyboard.type("trans")
        assert page.url.endswith("?verdict=wrong&kind=transpose")
        transposes = [entry.id for entry in load_errata() if "transpose" in entry.kinds]
        assert shown(page) == [line for line in transposes if line in wrong]
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("ArrowLeft")  # from wrong to convention
        assert page.url.endswith("?verdict=convention&kind=transpose")
        assert shown(page) and not set(shown(page)) & set(wrong)
        page.reload()
        assert page.locator("input[name=verdict]:checked").input_value() == "convention"
    with opened(browser, f"{address}/errata.html?kind=transpose&verdict=nothing") as page:
        assert shown(page) == transposes
