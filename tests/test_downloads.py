"""What can be taken away: the first cell of a chapter, the wheel, the archive; and what Binder installs."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.specifiers import SpecifierSet

from tools.downloads import PDF, build_wheel, pictures
from tools.first_cell import CELL, packages, wheel, with_first_cell
from tools.notebooks import KERNEL

ROOT = Path(__file__).resolve().parent.parent
SITE = "https://owner.github.io/book/downloads/"


def chapter(*sources):
    cells = [new_markdown_cell("# Title"), *map(new_code_cell, sources)]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def test_the_first_cell_names_what_the_chapter_and_its_modules_import():
    notebook = chapter("import json\nfrom skimage import data", "from sparseae_lib.checks.against_autograd import x")
    assert packages(notebook) == ["autograd", "numpy", "skimage", "sparseae_lib", "sympy"]
    cell = with_first_cell(notebook, SITE).cells[1]
    assert f'[autodiff,distributed,estimator,fast,plots] @ {SITE}{wheel()}" scikit-image' in cell.source
    assert cell.metadata == {"jupyter": {"source_hidden": True}, "tags": ["remove-cell"]}
    assert f'"./{wheel()}[autodiff,' in with_first_cell(chapter(), "").cells[1].source


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.ipynb")), ids=lambda path: path.name)
def test_each_chapter_can_begin_with_it(path):
    notebook = with_first_cell(nbformat.read(path, as_version=4), SITE)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.source.startswith("# Installs what this chapter needs") and "sparseae_lib" in first.source
    nbformat.validate(notebook)


def outputs(notebook):
    NotebookClient(notebook, timeout=300, kernel_name=KERNEL["name"]).execute()
    return notebook.cells[1].outputs


def test_it_is_silent_if_nothing_is_missing_and_calls_pip_if_something_is():
    assert outputs(with_first_cell(chapter("import numpy"), "")) == []
    notebook = with_first_cell(chapter(), "")
    source = CELL.format(source="", packages='["no_such_package"]', requirements="./no_such_file.whl")
    notebook.cells[1].source = source
    said = "".join(output.get("text", "") for output in outputs(notebook))
    assert "no_such_file.whl" in said


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build_wheel(folder)
    return folder / wheel()


def test_the_wheel_brings_what_a_chapter_reads_that_was_downloaded_alone(built, tmp_path):
    """The measurements and the proofs are found where nothing of the project but the wheel is."""
    with zipfile.ZipFile(built) as archive:
        archive.extractall(tmp_path)
    code = (
        "import json; from sparseae_lib.project import PROJECT; from sparseae_lib.book_map.theorems import *\n"
        "json.loads((PROJECT / 'benchmarks' / 'results.json').read_text())\n"
        "print(PROJECT.name, len(read_theorems(PROJECT / 'book')), (PROJECT / 'kernel' / 'gradient.v').is_file())"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    name, theorems, kernel = run.stdout.split()
    assert (name, kernel) == ("_project", "True") and int(theorems) > 40, run.stderr


def test_pictures_of_the_chapters_are_found():
    text = json.dumps({"source": '<img src="_static/outer_product.svg" width="2">'}).encode()
    assert pictures([text, b"_static/book.css"]) == ["_static/outer_product.svg"]
    assert PDF.startswith("downloads/") and PDF.endswith(".pdf")


def test_binder_installs_the_pins_with_a_python_that_the_library_takes():
    folder = ROOT / ".binder"
    lines = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (included,) = (line.removeprefix("-r ") for line in lines if line.startswith("-r "))
    assert (folder / included).resolve() == ROOT / "requirements.txt"
    python = (folder / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert python in SpecifierSet(">=3.11,<3.14")
    assert (folder / "postBuild").stat().st_mode & 0o111
