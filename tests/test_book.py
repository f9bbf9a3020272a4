"""What is run and read again when something has changed since the book was built."""

import os
import re
import subprocess
from importlib.metadata import Distribution
from pathlib import Path

import nbformat
import pytest
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import book, inputs, plain_notebooks
from tools.inputs import installation
from tools.notebooks import KERNEL, Run, execute

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ["book/a.ipynb", "book/b.ipynb"]
PAGES = [*NOTEBOOKS, "book/intro.md"]
OTHERS = [
    "_config.yml",
    "_toc.yml",
    "CHANGELOG.md",
    "CITATION.cff",
    "pyproject.toml",
    "tools/api_pages.py",
    "book/references.bib",
    "book/_static/book.css",
]
LIBRARY = ["sparseae_lib/network.py", "sparseae_lib/errata/lines.toml"]


class Book:
    """A small book, with stand-ins for the kernel and for Sphinx that write down what they are asked for."""

    def __init__(self, root):
        self.root, self.opened, self.ran, self.read, self.status, self.failing = root, {}, [], [], 0, []
        self.installed = []
        for name in (*OTHERS, *LIBRARY, "book/intro.md", "benchmarks/results.json"):
            self.write(name, name)
        for name in NOTEBOOKS:
            self.write_notebook(name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_notebook(self, name, prose="# Title", code="1 + 1"):
        cells = [new_markdown_cell(prose), new_code_cell(f"'{name}'\n{code}")]
        self.write(name, nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": KERNEL})))

    def execute_all(self, paths):
        for path in paths:
            name = path.relative_to(self.root).as_posix()
            self.ran.append(name)
            notebook = nbformat.read(path, as_version=4)
            shown = [(self.root / opened).read_text() for opened in self.opened.get(name, [])]
            output = new_output("execute_result", data={"text/plain": str(shown)}, execution_count=1)
            code = [cell for cell in notebook.cells if cell.cell_type == "code"]
            for count, cell in enumerate(code, start=1):
                cell.update(execution_count=count, outputs=[output])
            error = RuntimeError("a cell failed") if name in self.failing else None
            yield Run(path, notebook, 0.0, self.opened.get(name, []), error)

    def build_sphinx(self, root, html, **settings):
        for path in sorted((root / "book").iterdir()):
            doctree = html.parent / ".doctrees" / "book" / f"{path.stem}.doctree"
            if path.suffix in (".ipynb", ".md"):
                if not doctree.exists():
                    self.read.append(f"book/{path.name}")
                for file in (doctree, html / "book" / f"{path.stem}.html"):
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.touch()
        if isinstance(self.status, BaseException):
            raise self.status
        return self.status

    def build(self):
        """(success, notebooks that were run, pages that were read)"""
        self.ran, self.read = [], []
        return book.build(self.root), sorted(self.ran), self.read


@pytest.fixture
def small(tmp_path, monkeypatch):
    small = Book(tmp_path)
    monkeypatch.setattr(inputs, "distributions", lambda: small.installed)
    monkeypatch.setattr(book, "execute_all", small.execute_all)
    monkeypatch.setattr(book, "build_sphinx", small.build_sphinx)
    return small


@pytest.fixture
def built(small):
    assert small.build() == (True, NOTEBOOKS, PAGES)
    return small


def test_what_has_not_changed_is_not_made_again(built):
    (built.root / "sparseae_lib" / "__pycache__").mkdir()
    built.write("sparseae_lib/__pycache__/network.pyc", "cache")
    assert book.changed_inputs(built.root) == []
    built.status = 1  # Sphinx is not even asked
    assert built.build() == (True, [], [])


def test_a_change_of_prose_runs_no_notebook(built):
    built.write_notebook("book/a.ipynb", prose="# Another title")
    assert book.changed_inputs(built.root) == ["book/a.ipynb"]
    assert built.build() == (True, [], ["book/a.ipynb"])
    built.write("book/intro.md", "# Another title")
    assert built.build() == (True, [], ["book/intro.md"])


def test_a_change_of_code_runs_its_notebook(built):
    built.write_notebook("book/a.ipynb", code="1 + 2")
    assert built.build() == (True, ["book/a.ipynb"], ["book/a.ipynb"])
    built.write_notebook("book/a.ipynb")  # an output that is still known is shown again
    assert built.build() == (True, [], ["book/a.ipynb"])


@pytest.mark.parametrize("name", [*PAGES, *OTHERS, *LIBRARY])
def test_a_change_that_bears_an_old_date_is_seen(built, name):
    text = (built.root / name).read_text()
    built.write(name, text.replace("Title", "Other") if name in PAGES else text + "x")
    if name == "book/intro.md":
        built.write(name, "other")
    os.utime(built.root / name, (0, 0))
    success, ran, read = built.build()
    assert success
    assert ran == (NOTEBOOKS if name in LIBRARY else [])
    assert read == ([name] if name in PAGES else PAGES)


@pytest.mark.parametrize("folder", ["sparseae_lib", "tools", "book/_static"])
def test_a_file_that_is_new_or_gone_is_seen(built, folder):
    for change in (lambda path: path.write_text("new"), Path.unlink):
        change(built.root / folder / "new.py")
        assert book.changed_inputs(built.root) == [f"{folder}/new.py"]
        assert built.build() == (True, NOTEBOOKS if folder == "sparseae_lib" else [], PAGES)


def test_a_page_that_is_gone_is_not_shown(built):
    html = built.root / "_build" / "html" / "book" / "b.html"
    assert html.exists()
    (built.root / "book" / "b.ipynb").unlink()
    assert built.build() == (True, [], ["book/a.ipynb", "book/intro.md"])
    assert not html.exists()


def test_what_was_run_is_what_sphinx_finds(small):
    """The book gives a figure's caption and a theorem's formula to the cells that make them, as their metadata."""
    figure = [new_code_cell("draw()"), new_markdown_cell('<a id="fig-a"></a>\n**Figure.** A caption.')]
    box = [new_markdown_cell('<a id="thm-a"></a>\n> **Theorem: A**\n> says\n<a id="eq-a"></a>'), new_code_cell("a")]
    text = nbformat.writes(new_notebook(cells=[*figure, *box], metadata={"kernelspec": KERNEL}))
    small.write("book/a.ipynb", text)
    assert small.build()[0]
    cache = get_cache(small.root / "_build" / ".jupyter_cache")
    as_read = plain_notebooks.read(text)
    assert [cell.metadata for cell in as_read.cells if cell.cell_type == "code"] != [{}, {}]
    assert "opened" in cache.match_cache_notebook(as_read).data
    assert small.build() == (True, [], [])


def test_what_a_notebook_opened_is_asked_for(small):
    small.opened = {"book/a.ipynb": ["benchmarks/results.json", "book/b.ipynb"]}
    assert small.build()[0]
    small.write("benchmarks/results.json", "other")
    assert book.changed_inputs(small.root) == ["benchmarks/results.json"]
    assert small.build() == (True, ["book/a.ipynb"], PAGES)
    # It shows what stands in the other one, so its page is read again as well, though its own text is the same.
    small.write_notebook("book/b.ipynb", prose="# Another title")
    assert small.build() == (True, ["book/a.ipynb"], NOTEBOOKS)
    (small.root / "benchmarks" / "results.json").rename(small.root / "benchmarks" / "gone.json")
    assert book.changed_inputs(small.root) == ["benchmarks/results.json"]


def test_another_environment_makes_everything_anew(built, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "another")
    assert built.build() == (True, NOTEBOOKS, PAGES)
    for passing in ("SHLVL", "CI", "FORCE_COLOR", "SSH_TTY"):
        monkeypatch.setenv(passing, "7")
        assert built.build() == (True, [], [])


def test_what_make_is_told_is_not_said_to_the_notebooks(tmp_path):
    """As in ``make serve PORT=9000``: everything would be made anew."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    set_there = re.findall(r"^(?:export )?(\w+) :=", text, re.MULTILINE)
    told = set(re.findall(r"\$\((\w+)\)", text)) - {*set_there, "CURDIR"}
    assert told > {"PORT", "PYTHON", "WORKERS"}
    (tmp_path / "makefile").write_text("include Makefile\nsaid:\n\t@env\n")
    command = ["make", "-f", tmp_path / "makefile", "said", "OTHER=here", *(f"{name}=here" for name in told)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    assert [line for line in said.splitlines() if re.fullmatch(r"\w+=here", line)] == ["OTHER=here"]


def distribution(folder, version, record=""):
    """A distribution of that version, with that list of files."""
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n")
    (folder / "RECORD").write_text(record)
    return Distribution.at(folder)


def test_another_version_makes_everything_anew(built, tmp_path):
    for version, record in (("1", ""), ("2", ""), ("2", "thing.py,sha256=x,1\n")):
        built.installed = [distribution(tmp_path / f"{version}{len(record)}.dist-info", version, record)]
        assert built.build() == (True, NOTEBOOKS, PAGES)
        assert built.build() == (True, [], [])


def test_what_is_installed_is_asked_for(tmp_path, monkeypatch):
    before = installation()
    assert installation() == before
    distribution(tmp_path / "thing-1.dist-info", "1")
    monkeypatch.syspath_prepend(tmp_path)
    assert installation() != before


def test_after_a_warning_every_page_is_read_again(built):
    built.status = 1
    built.write_notebook("book/a.ipynb", prose="{ref}`nowhere`")
    assert built.build() == (False, [], ["book/a.ipynb"])
    assert book.last_build(built.root) is None
    assert built.build() == (False, [], PAGES)
    built.status = 0
    assert built.build() == (True, [], PAGES)


def test_after_an_interruption_every_page_is_read_again(built):
    built.write_notebook("book/a.ipynb", prose="# Another title")
    built.status = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        built.build()
    built.status = 0
    assert built.build() == (True, [], PAGES)


def test_a_notebook_that_fails_leaves_no_page(built, capsys):
    built.write_notebook("book/a.ipynb", code="assert 1 + 1 == 3")
    built.write_notebook("book/b.ipynb", code="1 + 3")
    built.failing = ["book/a.ipynb"]
    assert built.build() == (False, NOTEBOOKS, [])
    assert "a cell failed" in capsys.readouterr().err
    assert not (built.root / "_build" / "html").exists()
    assert built.build() == (False, ["book/a.ipynb"], [])
    built.failing = []
    assert built.build() == (True, ["book/a.ipynb"], PAGES)


def test_an_output_that_was_not_written_to_its_end_is_made_again(built):
    for path in (built.root / "_build" / ".jupyter_cache" / "executed").rglob("*.ipynb"):
        path.write_text(path.read_text()[:100])
    built.write("_toc.yml", "other")
    assert built.build() == (True, NOTEBOOKS, PAGES)


def test_a_page_that_changes_while_the_book_is_built_is_stale(small, monkeypatch):
    build_sphinx = book.build_sphinx

    def change(*arguments, **settings):
        small.write("book/intro.md", "# Late")
        return build_sphinx(*arguments, **settings)

    monkeypatch.setattr(book, "build_sphinx", change)
    assert small.build()[0]
    assert book.changed_inputs(small.root) == ["book/intro.md"]


def test_a_run_notes_what_it_opens(tmp_path, monkeypatch):
    monkeypatch.setenv("SHLVL", "7")
    monkeypatch.setenv("REACHES", "the notebook")
    (tmp_path / "data" / ".hidden").mkdir(parents=True)
    for name in ("read.txt", "child.txt", "module.py", "unread.txt", ".hidden/x.txt"):
        (tmp_path / "data" / name).write_text("x = 1")
    code = """
import os, subprocess, sys
from importlib.metadata import entry_points
from pathlib import Path
entry_points()  # lists the folders of sys.path, this one among them
sys.path.insert(0, "../data")
import module
Path("../data/read.txt").read_text()
Path("../data/.hidden/x.txt").read_text()
subprocess.run([sys.executable, "-c", "open('../data/child.txt')"])
try:
    open("<unknown>")  # as a warning does about code from no file
except FileNotFoundError:
    pass
list(Path("../data").glob("*"))
assert "SHLVL" not in os.environ
os.environ["REACHES"]"""
    (tmp_path / "book").mkdir()
    path = tmp_path / "book" / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(code)], metadata={"kernelspec": KERNEL}), path)
    for _ in range(2):  # the second time the module is there compiled
        run = execute(path)
        assert run.error is None
        assert run.notebook.cells[0].outputs[0].data["text/plain"] == "'the notebook'"
        assert run.opened == ["data", "data/child.txt", "data/module.py", "data/read.txt"]


# What nbval compares without a run of its own


def shown(small, name="book/a.ipynb"):
    run = book.last_run(small.root / name, installation())
    return run and [cell.outputs[0].data["text/plain"] for cell in run.cells if cell.cell_type == "code"]


def test_what_was_run_for_the_book_is_known(small):
    assert shown(small) is None
    small.opened = {"book/a.ipynb": ["benchmarks/results.json"]}
    small.build()
    assert shown(small) == ["['benchmarks/results.json']"]
    small.write_notebook("book/a.ipynb", prose="# Another title")
    assert shown(small) == ["['benchmarks/results.json']"]


def write_code(small):
    small.write_notebook("book/a.ipynb", code="1 + 2")


def write_library(small):
    small.write("sparseae_lib/network.py", "other")


def write_what_it_opened(small):
    small.write("benchmarks/results.json", "other")


def write_another_output(small):
    (path,) = (path for path in (small.root / "_build").rglob("*.ipynb") if "book/a.ipynb" in path.read_text())
    path.write_text(path.read_text().replace("['benchmarks/results.json']", "[]"))


def install(small):
    small.installed = [distribution(small.root / "thing-1.dist-info", "1")]


def fail_to_build(small):
    small.status = 1
    small.write("book/intro.md", "other")
    small.build()


@pytest.mark.parametrize(
    "change", [write_code, write_library, write_what_it_opened, write_another_output, install, fail_to_build]
)
def test_after_a_change_the_run_for_the_book_counts_no_more(small, change):
    small.opened = {"book/a.ipynb": ["benchmarks/results.json"]}
    small.build()
    change(small)
    assert shown(small) is None


def test_in_another_environment_the_run_for_the_book_counts_no_more(built, monkeypatch):
    assert shown(built)
    monkeypatch.setenv("OPENBLAS_CORETYPE", "another")
    assert shown(built) is None
