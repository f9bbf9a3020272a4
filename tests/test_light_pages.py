"""Nothing keeps a page from being shown: scripts wait, style sheets are one, and nothing is measured first."""

from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from tools.light_pages import THEME, join_files, measure_less, style_sheet, with_one_style_sheet, write_style_sheet

MEASURES, BESIDE = THEME
PAGE = (
    '<head>\n<link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />\n<meta name="a">\n'
    '<link rel="stylesheet" type="text/css" href="../_static/book.css?v=2" />\n'
    '<script src="../_static/documentation_options.js?v=3"></script>\n</head>\n'
)
FILES = {
    "basic.css": "b { color: red }",
    "styles/theme.css": '@charset "UTF-8";/* A note */@import "../basic.css";i { background: url(../a.png) }',
    "book.css": 'u { background: url("#x") }\ns { background: url(data:image/gif;base64,AA) }',
    "documentation_options.js": "const DOCUMENTATION_OPTIONS = {};",
    MEASURES: 'function O(){const e=()=>{document.querySelectorAll(["pre",".a"])}}',
    BESIDE: 'document.querySelectorAll(n.join(", ")).forEach(f)',
}


@pytest.fixture
def site(tmp_path):
    """A folder with a page and the files that it names."""
    (tmp_path / "_static").mkdir()
    for name, text in [("../book/page.html", PAGE), *FILES.items()]:
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def built(folder):
    return SimpleNamespace(outdir=str(folder), builder=SimpleNamespace(format="html"))


def test_a_style_sheet_has_what_it_imports_and_finds_its_files_from_its_new_place(site):
    assert style_sheet("_static/styles/theme.css", site) == 'b { color: red }i { background: url("a.png") }'
    assert style_sheet("_static/book.css", site) == FILES["book.css"]


def test_the_style_sheets_of_a_page_are_one_in_their_order(site):
    page = with_one_style_sheet(PAGE, "book", partial(write_style_sheet, site))
    (sheet,) = (site / "_static").glob("page-*.css")
    assert page.count("stylesheet") == 1 and f'href="../_static/{sheet.name}"' in page and '<meta name="a">' in page
    assert sheet.read_text() == "\n".join(
        style_sheet(f"_static/{name}", site) for name in ("styles/theme.css", "book.css")
    )
    assert with_one_style_sheet(page, "book", partial(write_style_sheet, site)) == page


def test_what_comes_from_elsewhere_stays(site):
    page = '<link rel="stylesheet" href="https://example.org/a.css"><link rel="stylesheet" href="/a.css">'
    assert with_one_style_sheet(page, "book", partial(write_style_sheet, site)) == page


def test_the_settings_are_in_the_page(site):
    join_files(built(site), None)
    page = (site / "book" / "page.html").read_text()
    assert f"<script>{FILES['documentation_options.js']}</script>" in page and "documentation_options" not in page


def test_the_theme_does_not_look_at_the_whole_page_before_it_is_shown(site):
    for _ in range(2):
        measure_less(built(site), None)
        assert "function O(){return;const e=" in (site / "_static" / MEASURES).read_text()
        assert (site / "_static" / BESIDE).read_text() == (
            '[...document.querySelectorAll("section>*")].filter(e=>e.matches(n.join(", "))).forEach(f)'
        )
    for name in THEME:
        before = (site / "_static" / name).read_text()
        (site / "_static" / name).write_text("another theme")
        with pytest.raises(ExtensionError, match=f"{name} is not as it was"):
            measure_less(built(site), None)
        (site / "_static" / name).write_text(before)


@pytest.mark.parametrize("name", THEME)
def test_this_is_how_the_installed_theme_looks_at_the_whole_page(name):
    package = "pydata_sphinx_theme" if "pydata" in name else "sphinx_book_theme"
    folder = Path(find_spec(package).origin).parent / "theme" / package / "static"
    slow, _ = THEME[name]
    assert len(slow.findall((folder / name).read_text(encoding="utf-8"))) == 1
