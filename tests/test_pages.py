"""The built book, opened in a browser: `make book` first."""

from pathlib import Path

import pytest
import yaml

from tests.guards import newer
from tools.pages import serve, site_problems

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
STAMP = ROOT / "_build" / ".built"


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
    """What is wrong with each page."""
    with serve(HTML) as address:
        return site_problems(browser, HTML, address, page_names())


def sources():
    """What the pages are made from."""
    files = [
        path for folder in ("book", "sparseae_lib", "tools") for path in (ROOT / folder).rglob("*") if path.is_file()
    ]
    files += [ROOT / "_config.yml", ROOT / "_toc.yml", *(ROOT / "benchmarks").glob("*.json")]
    return [path for path in files if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)]


def test_the_built_book_is_up_to_date():
    assert STAMP.is_file(), "the book is not built: run make book"
    assert newer(sources(), STAMP) == [], "changed since the book was built: run make book"


@pytest.mark.parametrize("name", page_names())
def test_page(problems, name):
    assert problems[name] == []
