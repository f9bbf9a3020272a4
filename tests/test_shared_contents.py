"""The table of contents is made anew for a page that is in it, and once a folder for all others."""

from types import SimpleNamespace

import pytest

from tools.shared_contents import setup


@pytest.fixture
def contents():
    """What the table of contents of a page is; and for which pages one was made, and how."""
    connected, made = {}, []
    setup(SimpleNamespace(connect=lambda event, handler, priority: connected.update({event: handler})))
    app = SimpleNamespace(env=SimpleNamespace(found_docs={"book/map", "book/trust"}))

    def of(page, **options):
        def toctree(**options):
            made.append((page, options))
            return f"the contents for {page}"

        context = {"toctree": toctree}
        connected["html-page-context"](app, page, "page.html", context, None)
        return context["toctree"](**options)

    return of, made


def test_a_page_that_is_in_it_has_its_own(contents):
    of, _ = contents
    assert [of(page) for page in ("book/map", "book/trust")] == [
        "the contents for book/map",
        "the contents for book/trust",
    ]


def test_the_others_of_a_folder_share_one_and_ask_for_what_they_want(contents):
    of, made = contents
    pages = ("_modules/a", "_modules/b", "_modules/c/d", "genindex", "_modules/c/e")
    shared = [of(page, maxdepth=2) for page in pages]
    assert shared == [
        f"the contents for {page}" for page in ("_modules/a", "_modules/a", "_modules/c/d", "genindex", "_modules/c/d")
    ]
    assert of("_modules/b", maxdepth=1) == "the contents for _modules/b"
    assert made == [
        ("_modules/a", {"maxdepth": 2}),
        ("_modules/c/d", {"maxdepth": 2}),
        ("genindex", {"maxdepth": 2}),
        ("_modules/b", {"maxdepth": 1}),
    ]
