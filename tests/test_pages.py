"""The built book, opened in a browser: `make book` first."""

from pathlib import Path

import pytest
import yaml

from tools.book import changed_inputs
from tools.page_checker import open_site

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"


def page_names():
    """The pages of the table of contents, and whatever else has been built."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [contents["root"], *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"])]
    built = (path.relative_to(HTML) for path in HTML.rglob("*.html"))
    return sorted(
        {f"{chapter}.html" for chapter in chapters} | {path.as_posix() for path in built if path.parts[0] != "_static"}
    )


@pytest.fixture(scope="module")
def problems(browser):
    """What says what is wrong with pages. Each is visited in its own test: the workers share them out."""
    with open_site(browser, HTML) as problems:
        yield problems


def test_the_built_book_is_up_to_date():
    changed = changed_inputs(ROOT)
    assert changed is not None, "the book is not built: run make book"
    assert changed == [], "changed since the book was built: run make book"


@pytest.mark.parametrize("name", page_names())
def test_page(problems, name):
    assert problems([name]) == {name: []}
