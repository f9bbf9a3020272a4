"""The stored notebooks: executed in order, clean, normalised, listed in the table of contents."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.guards import contents_problems
from tools.notebooks import KERNEL, NOT_STORED, main, normalise, storable

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
MACHINE_PATH = re.compile(r"/(home|root|tmp|work|Users|usr|opt|var)/|\\\\Users\\\\|site-packages|ipykernel_\d")


TAGS = {"full-width", "hide-input", "remove-cell", "remove-input", NOT_STORED}
"""What a cell may be tagged with. Other tags, and comments of nbval's, would keep it from being run or compared."""


def problems(text):
    """What is wrong with the stored notebook ``text``, a sentence each."""
    notebook = nbformat.reads(text, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    found = []
    if notebook.metadata.get("kernelspec") != KERNEL:
        found.append("the kernel is not python3")
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        found.append("the cells are not executed in order from 1")
    if any(output.get("name") == "stderr" for output in outputs):
        found.append("a cell writes to stderr")
    if any(output.output_type == "error" for output in outputs):
        found.append("a cell ends in an error")
    if strange := {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])} - TAGS:
        found.append(f"tags that the book does not use: {', '.join(sorted(strange))}")
    if any(re.search("NBVAL_|PYTEST_VALIDATE_", cell.source) for cell in code):
        found.append("a comment tells nbval not to compare")
    if not any(re.search(r"^\s*assert\b", cell.source, re.MULTILINE) for cell in code):
        found.append("nothing is asserted")
    if match := MACHINE_PATH.search(text):
        found.append(f"a path of one machine: {match.group()}")
    if storable(text) != text:
        found.append("not normalised: run make notebooks")
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_clean(path):
    assert problems(path.read_text(encoding="utf-8")) == []


def test_contents_list_every_page_of_the_book():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    pages = [path.relative_to(ROOT).with_suffix("").as_posix() for path in (*NOTEBOOKS, *(ROOT / "book").glob("*.md"))]
    assert contents_problems(contents, pages) == []


def executed():
    """A clean notebook of three cells."""
    return new_notebook(
        metadata={"kernelspec": KERNEL},
        cells=[
            new_markdown_cell("# Title"),
            new_code_cell("x = 2\nassert x == 2", execution_count=1),
            new_code_cell(
                "x",
                execution_count=2,
                outputs=[new_output("execute_result", data={"text/plain": "2"}, execution_count=2)],
            ),
        ],
    )


def strip(notebook):
    for cell in notebook.cells[1:]:
        cell.execution_count, cell.outputs = None, []


def write_to_stderr(notebook):
    notebook.cells[1].outputs = [new_output("stream", name="stderr", text="careful")]


def store_an_error(notebook):
    notebook.cells[1].outputs = [new_output("error", ename="E", evalue="e", traceback=[])]


def choose_another_kernel(notebook):
    notebook.metadata.kernelspec = {"display_name": "Mine", "language": "python", "name": "mine"}


def skip_a_count(notebook):
    notebook.cells[2].execution_count = 3


def lose_a_count(notebook):
    notebook.cells[2].execution_count = None


def print_a_path(notebook):
    notebook.cells[1].outputs = [new_output("stream", name="stdout", text="/home/someone/book")]


def assert_nothing(notebook):
    notebook.cells[1].source = "x = 2  # assert"


def tag(name):
    def damage(notebook):
        notebook.cells[2].metadata.tags = [name]

    return damage


def comment(text):
    def damage(notebook):
        notebook.cells[2].source = f"# {text}\nx"

    return damage


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        *(
            (tag(name), f"tags that the book does not use: {name}")
            for name in ("nbval-skip", "nbval-ignore-output", "raises-exception", "skip-execution", "remove-stderr")
        ),
        (comment("NBVAL_IGNORE_OUTPUT"), "not to compare"),
        (comment("PYTEST_VALIDATE_IGNORE_OUTPUT"), "not to compare"),
        (strip, "not executed in order"),
        (skip_a_count, "not executed in order"),
        (lose_a_count, "not executed in order"),
        (write_to_stderr, "stderr"),
        (store_an_error, "error"),
        (choose_another_kernel, "kernel"),
        (print_a_path, "/home/"),
        (assert_nothing, "nothing is asserted"),
    ],
)
def test_damage_is_reported(damage, complaint):
    notebook = executed()
    assert problems(normalise(notebook)) == []
    damage(notebook)
    # Written as it is: normalising would put the kernel right.
    assert complaint in " ".join(problems(nbformat.writes(notebook) + "\n"))


def test_unnormalised_bytes_are_reported():
    text = normalise(executed())
    notebook = executed()
    notebook.cells[1].metadata.collapsed = True
    for other in (text + "\n", text.rstrip("\n"), nbformat.writes(notebook) + "\n"):
        assert problems(other) == ["not normalised: run make notebooks"]


def test_the_picture_of_a_training_is_not_stored_and_any_other_is():
    notebook = executed()
    notebook.cells[2].outputs[0].data["image/png"] = "iVBORw0KGgo="
    text = normalise(notebook)
    assert storable(text) == text and problems(text) == []
    notebook.cells[2].metadata.tags = [NOT_STORED]
    text = normalise(notebook)
    assert problems(text) == ["not normalised: run make notebooks"]
    assert problems(storable(text)) == []
    assert nbformat.reads(storable(text), as_version=4).cells[2].outputs[0].data == {"text/plain": "2"}


def test_normalise_keeps_what_the_book_uses_and_repeats_itself():
    notebook = executed()
    notebook.cells[1].metadata = {"tags": ["hide-input"], "mystnb": {"image": {"alt": "a"}}, "trusted": True}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.0"}
    text = normalise(notebook)
    stored = nbformat.reads(text, as_version=4)
    kept = {"tags": ["hide-input"], "mystnb": {"image": {"alt": "a"}}}
    assert stored.cells[1].metadata == kept | {"jupyter": {"source_hidden": True}}
    assert stored.metadata == {"kernelspec": KERNEL}
    assert normalise(stored) == text


def test_jupyter_folds_what_the_book_folds_and_nothing_else():
    notebook = executed()
    notebook.cells[1].metadata = {"jupyter": {"source_hidden": True}}
    notebook.cells[2].metadata = {"tags": ["hide-input"]}
    notebook.cells += [new_markdown_cell("#### Solution"), new_markdown_cell("#### Solution of another kind")]
    metadata = [dict(cell.metadata) for cell in nbformat.reads(normalise(notebook), as_version=4).cells]
    assert metadata[1:] == [
        {},
        {"tags": ["hide-input"], "jupyter": {"source_hidden": True}},
        {"jp-MarkdownHeadingCollapsed": True},
        {},
    ]


@pytest.fixture
def stored(tmp_path):
    """A stored notebook that has not been run."""
    path = tmp_path / "sum.ipynb"
    path.write_text(normalise(new_notebook(cells=[new_code_cell("print(1, end='')\nprint(2)\nassert 1 + 1 == 2")])))
    return path


def test_a_run_is_stored_and_a_second_run_changes_nothing(stored, capsys):
    assert main([str(stored)]) == 0
    text = stored.read_text()
    assert problems(text) == []
    assert '"12\\n"' in text
    assert main([str(stored), "--check"]) == 0
    assert main([str(stored)]) == 0
    assert stored.read_text() == text
    assert capsys.readouterr().out.count("unchanged") == 2
    assert [path.name for path in stored.parent.iterdir()] == ["sum.ipynb"]


def test_check_fails_on_another_output_and_writes_nothing(stored, capsys):
    before = stored.read_text()
    assert main([str(stored), "--check"]) == 1
    assert stored.read_text() == before
    assert "DIFFERS from the stored file, in the cells 1 (" in capsys.readouterr().out


def test_a_failing_notebook_keeps_its_stored_file(stored, capsys):
    stored.write_text(normalise(new_notebook(cells=[new_code_cell("assert 1 + 1 == 3")])))
    before = stored.read_text()
    assert main([str(stored)]) == 1
    assert stored.read_text() == before
    assert "AssertionError" in capsys.readouterr().out
