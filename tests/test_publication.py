"""What the pages say of the book as a whole: one version, one date, one setting for the address."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

import sparseae_lib
from tools.publication import bibtex, site_of
from tools.release import newest, release

ROOT = Path(__file__).resolve().parent.parent
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_changelog_the_library_and_the_citation_agree_on_version_and_date():
    version, date = newest()
    assert version == sparseae_lib.__version__ == CITATION["version"]
    assert date == CITATION["date-released"].isoformat()


def test_the_newest_entry_of_a_changelog_counts_and_one_without_is_refused():
    assert release("# Changes\n\n## [1.2.0] - 2030-01-31\n\n## [1.1.0] - 2029-01-31\n") == ("1.2.0", "2030-01-31")
    with pytest.raises(ValueError, match="the changelog must have an entry"):
        release("## 1.2.0 (January)\n")


def test_the_entry_for_bibtex_has_the_address_only_if_it_is_known():
    assert f"version = {{{CITATION['version']}}}" in bibtex(CITATION, "") and "url" not in bibtex(CITATION, "")
    assert "url = {https://a.github.io/b/}" in bibtex(CITATION, "https://a.github.io/b/")


@pytest.mark.parametrize(
    ("repository", "site"),
    [
        ("https://github.com/Owner/book", "https://owner.github.io/book/"),
        ("https://github.com/Owner/owner.github.io", "https://owner.github.io/"),
        ("https://example.org/owner/book", ""),
        ("", ""),
    ],
)
def test_the_site_of_a_repository(repository, site):
    assert site_of(repository) == site


@pytest.fixture(scope="module", params=["", "https://github.com/Owner/book"])
def small(request, tmp_path_factory):
    """(address of the project, folder of the built pages) of a book of two pages."""
    root = tmp_path_factory.mktemp("small")
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings["repository"]["url"] = request.param
    names = ["sphinx_book_theme", "myst_nb", "jupyter_book", "sphinx_external_toc"]
    settings["sphinx"]["config"].update(
        extensions=[*names, "publication", "downloads"], html_static_path=[], html_css_files=[], html_js_files=[]
    )
    for name in ("nb_custom_formats", "html_math_renderer"):
        settings["sphinx"]["config"].pop(name)
    settings["sphinx"]["local_extensions"] = dict.fromkeys(("publication", "downloads"), str(ROOT / "tools"))
    settings["html"].pop("favicon")
    settings.pop("bibtex_bibfiles")
    settings["execute"] = {"execute_notebooks": "off"}
    (root / "_config.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/intro\nchapters: [{file: book/take_away}, {file: book/activation}]\n"
    )
    (root / "book").mkdir()
    (root / "book" / "intro.md").write_text("# First\n\nThe first words.\n")
    for name in ("take_away.md", "activation.ipynb"):
        (root / "book" / name).symlink_to(ROOT / "book" / name)
    (root / "CHANGELOG.md").symlink_to(ROOT / "CHANGELOG.md")
    build = """
        from jupyter_book.sphinx import build_sphinx
        raise SystemExit(build_sphinx(".", "html", path_config="_config.yml", noconfig=True,
                         confoverrides={"external_toc_path": "_toc.yml", "latex_individualpages": False}))
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(build)],
        cwd=root,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    assert run.returncode == 0, run.stderr
    return request.param, root / "html"


def text_of(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def test_every_page_has_version_date_licence_and_a_picture_to_share(small):
    _, html = small
    version, date = newest()
    for name in ("book/intro.html", "book/take_away.html", "genindex.html", "404.html"):
        page = text_of(html, name)
        assert f"Version {version}, {date}" in page and "#how-to-cite" in page and "#licence" in page, name
    intro = text_of(html, "book/intro.html")
    assert '<meta name="description" content="The first words."' in intro
    assert 'property="og:title" content="First"' in intro and "_static/page.png" in intro


def test_what_follows_from_the_address_is_there_if_it_is_set(small):
    address, html = small
    intro, chapter, missing = (text_of(html, f"{name}.html") for name in ("book/intro", "book/activation", "404"))
    cell = text_of(html, "_sources/book/activation.ipynb")
    site = "https://owner.github.io/book/"
    follows = {
        "canonical": f'<link rel="canonical" href="{site}book/intro.html"' in intro,
        "og:url": f'property="og:url" content="{site}book/intro.html"' in intro,
        "sitemap": (html / "sitemap.xml").exists() and f"{site}book/intro.html" in text_of(html, "sitemap.xml"),
        "picture": f'property="og:image" content="{site}_static/page.png"' in intro,
        "binder": "https://mybinder.org/v2/gh/Owner/book/main?urlpath=lab/tree/book/activation.ipynb" in chapter,
        "colab": "github/Owner/book/blob/gh-pages/_sources/book/activation.ipynb" in chapter,
        "feedback": f"{address}/issues/new" in intro,
        "absolute": 'href="/book/book/take_away.html' in missing,
        "wheel": f"@ {site}downloads/sparseae_lib-" in cell,
    }
    assert set(follows.values()) == {bool(address)}, follows
    if not address:
        assert "github" not in intro + chapter and 'property="og:image" content="../_static/page.png"' in intro
        assert 'href="book/take_away.html' in missing and '"./sparseae_lib-' in cell.replace("\\", "")
