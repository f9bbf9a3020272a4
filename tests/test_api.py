"""The API reference: its pages, built with the book's settings beside chapters that hold their theorems alone."""

import inspect
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from types import SimpleNamespace
from unittest.mock import Mock
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

import benchmarks
import sparseae_lib
import tools
from sparseae_lib import book_map, calculus, derivations, errata, formulas, kernel, mistakes, statements
from tools import plain_notebooks, theorem_links

ROOT = Path(__file__).resolve().parent.parent
PAGES = {page.name: page.read_text(encoding="utf-8") for page in (ROOT / "book" / "api").glob("*.md")}
DOCUMENTED = set(re.findall(r"automodule:: (\S+)", "".join(PAGES.values())))
INTERNAL = {
    "sparseae_lib.book_map": "a package that has nothing of its own",
    "sparseae_lib.book_map.theorems": "the theorems as they stand in the chapters, for the map",
    "sparseae_lib.book_map.foundations": "what each theorem rests on, for the map and for the heads of the chapters",
    "sparseae_lib.book_map.evidence": "how each theorem was decided, for the map",
    "sparseae_lib.book_map.drawing": "the map as a picture",
    "sparseae_lib.book_map.table": "the map as a table",
    "sparseae_lib.checks": "a package that has nothing of its own but two modules",
    "sparseae_lib.cost_function": "a cost that somebody else wrote, for gradcheck",
    "sparseae_lib.early_stopping": "held-out samples and when to stop, for estimator",
    "sparseae_lib.fast": "the sigmoid as numba compiles it, for compiled",
    "sparseae_lib.notebook_html": "pieces of HTML for the notebooks",
    "sparseae_lib.kernel": "a package that has nothing of its own",
    "sparseae_lib.kernel.claims": "the statements as propositions for Rocq",
    "sparseae_lib.kernel.logic": "what a proposition may say beside an equation, for claims",
    "sparseae_lib.kernel.worded": "the theorems in words as propositions",
    "sparseae_lib.kernel.refuted": "the source's wrong lines for Rocq",
    "sparseae_lib.kernel.roads": "what proves each theorem, for the chapter on the kernel",
    "sparseae_lib.kernel.rocq": "an expression as Rocq's text",
    "sparseae_lib.files": "writing files that are whole at any moment",
    "sparseae_lib.project": "where the files are that the chapters show",
    "sparseae_lib.matmul": "matrix products in pieces, for backprop",
    "sparseae_lib.shards": "some samples of a batch on their way, for Objective and its kin",
    "sparseae_lib.threads": "threads over the samples, and the limit of BLAS",
    "sparseae_lib.typing": "names for the types in annotations",
    "sparseae_lib.validation": "the checks of arguments",
}


def modules():
    """Every module, but those inside a package that is documented: its public names are in its ``__init__``."""
    for module in pkgutil.walk_packages(sparseae_lib.__path__, "sparseae_lib."):
        if module.name in DOCUMENTED or not any(module.name.startswith(f"{package}.") for package in DOCUMENTED):
            yield module.name


def public_names(module):
    """The full names of the functions and classes of a module, and of the methods and properties of the classes.

    Not those that only override what a foreign base class has.
    """
    for name, value in vars(module).items():
        if (
            name.startswith("_")
            or not hasattr(value, "__qualname__")
            or not value.__module__.startswith(module.__name__)
        ):
            continue
        yield f"{module.__name__}.{name}"
        if inspect.isclass(value):
            foreign = [base for base in value.__mro__ if not base.__module__.startswith("sparseae_lib")]
            for member, method in vars(value).items():
                is_method = isinstance(method, property | classmethod | staticmethod) or inspect.isfunction(method)
                is_new = not any(member in vars(base) for base in foreign)
                if is_method and is_new and (member == "__call__" or not member.startswith("_")):
                    yield f"{module.__name__}.{name}.{member}"


@pytest.mark.parametrize(
    "package",
    [sparseae_lib, book_map, calculus, derivations, errata, formulas, kernel, mistakes, statements, benchmarks, tools],
    ids=lambda package: package.__name__,
)
def test_the_package_names_each_of_its_modules(package):
    named = set(re.findall(r"``([a-z_]+)``", package.__doc__))
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)} - {"__main__"}
    assert modules - named == set()
    assert package is not sparseae_lib or named == modules


def build(folder, pages):
    """Build ``pages``, {file name: text}, and the theorems of the chapters in ``folder``; what the build warns of."""
    (folder / "api").mkdir()
    for name, text in pages.items():
        (folder / "api" / name).write_text(text, encoding="utf-8")
    for chapter in (ROOT / "book").glob("*.ipynb"):
        notebook = plain_notebooks.read(chapter.read_text(encoding="utf-8"))
        nbformat.write(theorems_of(notebook), folder / chapter.name)
    contents = "\n".join(("# Contents", "```{toctree}", ":numbered:", ":glob:", "*", "api/*", "```"))
    (folder / "index.md").write_text(contents, encoding="utf-8")

    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    settings = {name: value for name, value in config.items() if name.startswith(("autodoc_", "add_module_names"))}
    settings |= {"extensions": ["myst_nb", "sphinx_proof", "tools.api_pages", "tools.theorem_links"]}
    settings |= {"nb_execution_mode": "off", "nitpicky": True}
    lines = ["import sys", f"sys.path.append({str(folder.parent)!r})", *(f"{k} = {v!r}" for k, v in settings.items())]
    (folder / "conf.py").write_text("\n".join(lines), encoding="utf-8")
    # In a process of its own: Sphinx changes the signatures that it documents.
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", folder / "doctrees", folder, folder / "html"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stderr


def theorems_of(chapter):
    """The chapter as one cell, with its definitions and theorems; what they say is left out."""
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    heads = re.findall(r"^````\{prf:.*\n:label: .*$", text, re.MULTILINE)
    cell = nbformat.v4.new_markdown_cell("\n\n".join(("# Title", *(f"{head}\n\nA claim.\n````" for head in heads))))
    return nbformat.v4.new_notebook(cells=[cell])


def read(folder):
    """The built pages, parsed."""
    return [BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in folder.rglob("*.html")]


def entries(pages):
    return {entry["id"] for page in pages for entry in page.select("dl.py > dt[id]")}


def links_to_theorems(pages):
    """{(object, label)}: the links to a theorem in the entry of an object."""
    links = {(a.find_parent("dl", class_="py"), fragment(a)) for page in pages for a in page.select("dl.py dd a")}
    return {(entry.dt["id"], target) for entry, target in links if target.startswith("thm-")}


def links_to_objects(pages):
    """{(object, label)}: the links to an object in a theorem."""
    return {(fragment(a), label) for label, a in in_code(pages)}


def in_code(pages):
    """(label, link): every link in the last line of a theorem."""
    for page in pages:
        for theorem in page.select("div.proof"):
            for a in theorem.select("p > a"):
                if a.parent.get_text().startswith("In code: "):
                    yield theorem["id"], a


def fragment(a):
    return urlsplit(a["href"]).fragment


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """What the build of the API reference warns of, and its pages."""
    folder = tmp_path_factory.mktemp("reference")
    return build(folder, PAGES), read(folder / "html")


def test_the_build_warns_of_nothing(reference):
    warnings, _ = reference
    assert warnings == ""


def test_every_module_is_documented_or_internal():
    assert not DOCUMENTED & INTERNAL.keys()
    assert set(modules()) == DOCUMENTED | INTERNAL.keys()


@pytest.mark.parametrize("module", sorted(DOCUMENTED))
def test_every_public_name_has_an_entry(reference, module):
    _, pages = reference
    names = set(public_names(resolve_name(module)))
    assert names
    assert names - entries(pages) == set()


def test_functions_and_theorems_link_to_each_other(reference):
    _, pages = reference
    named = {
        (name, label)
        for name in entries(pages)
        for label in re.findall(r"``(thm-[\w-]+)``", inspect.getdoc(resolve_name(name)) or "")
    }
    assert ("sparseae_lib.backprop.hidden_delta", "thm-hidden-delta") in named
    assert links_to_theorems(pages) == named
    assert links_to_objects(pages) == named


def test_a_page_that_is_read_again_or_in_another_process_names_a_theorem_once():
    app, other = Mock(), SimpleNamespace(docname="api/other")
    theorem_links.setup(app)
    handlers = {call.args[0]: call.args[1] for call in app.connect.call_args_list}
    read, forget, merge = (handlers[name] for name in ("autodoc-process-docstring", "env-purge-doc", "env-merge-info"))
    app.env = SimpleNamespace(docname="api/page")
    for _ in range(2):
        forget(app, app.env, "api/page")
        read(app, "function", "lib.f", None, {}, ["Theorems ``thm-a`` and ``thm-b``.", "``thm-a`` again."])
    read(SimpleNamespace(env=other), "function", "lib.g", None, {}, ["Theorem ``thm-a``."])
    merge(app, app.env, {"api/other"}, other)
    assert theorem_links.naming(app.env) == {
        "api/page": [("thm-a", "lib.f"), ("thm-b", "lib.f")],
        "api/other": [("thm-a", "lib.g")],
    }


def test_links_say_where_they_lead(reference):
    _, pages = reference
    texts = {a.get_text() for page in pages for a in page.select("dl.py dd a") if fragment(a).startswith("thm-")}
    assert texts and all(re.fullmatch(r"(Theorem|Definition) \d+\.\d+", text) for text in texts)
    assert not any(re.search(r"heorem\s+(Theorem|Definition) \d", page.get_text()) for page in pages)
    lines = {a.parent.get_text() for label, a in in_code(pages) if label == "thm-hidden-delta"}
    assert lines == {"In code: backprop.hidden_delta"}


def test_modules_have_headings_and_their_lists_have_lines(reference):
    _, pages = reference
    headings = {code.get_text() for page in pages for code in page.select("h2 code")}
    assert headings == DOCUMENTED - {"sparseae_lib.calculus"}  # which has a page to itself
    lines = {line.get_text() for page in pages for line in page.select(".line")}
    assert "normal_form equality of sums, for all sizes" in lines


def test_signatures_are_short(reference):
    _, pages = reference
    signatures = [entry for page in pages for entry in page.select("dl.py > dt")]
    text = "\n".join(entry.get_text() for entry in signatures)
    assert "entry(matrix, i, j)" in text and "Outcome(" not in text
    assert len(signatures) == len({entry.get("id") for entry in signatures})
    assert not re.search(r"<factory>|Bases:|Alias for|<function|\bat 0x", "\n".join(page.get_text() for page in pages))


def test_contents_list_every_page():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    (chapter,) = (c for part in contents["parts"] for c in part["chapters"] if c["file"] == "book/api")
    assert {section["file"] for section in chapter["sections"]} == {f"book/api/{name[:-3]}" for name in PAGES}


MODULE = '''"""A module."""

def named():
    """Theorem ``thm-cost``, and theorem ``thm-of-nobody``."""

def silent():
    pass
'''


def test_what_is_wrong_with_a_docstring_is_found(tmp_path, monkeypatch):
    (tmp_path / "sample.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sample", raising=False)
    (tmp_path / "book").mkdir()
    warnings = build(tmp_path / "book", {"sample.md": "# Sample\n\n```{eval-rst}\n.. automodule:: sample\n```\n"})
    pages = read(tmp_path / "book" / "html")
    assert "label 'thm-of-nobody' not found" in warnings
    assert "thm-cost" not in warnings
    assert links_to_theorems(pages) == links_to_objects(pages) == {("sample.named", "thm-cost")}
    assert set(public_names(import_module("sample"))) - entries(pages) == {"sample.silent"}
