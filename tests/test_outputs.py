"""The stored outputs are words, mathematics, tables or pictures, and no value as Python writes it."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools.notebooks import NOT_STORED

BOOK = Path(__file__).resolve().parent.parent / "book"

CONTAINER = re.compile(r"^\$\\displaystyle \\left(\(|\[|\\\{).*, \\ ", re.DOTALL)
"""How SymPy prints a tuple, a list or a dictionary of Python; a bracket in mathematics has no such comma."""

ONE_VALUE = re.compile(r"\\sum_\{(\w+)=1\}\^\{1\}")
"""A sum over a side of length one, which nobody writes."""


def python_in(notebook):
    """The outputs that are Python's own words: a value with no other form than its ``repr``, or a container of it.

    A printed text is allowed, and so is the name of a picture that is not stored.
    """
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or NOT_STORED in cell.metadata.get("tags", ()):
            continue
        for data in (output.data for output in cell.outputs if "data" in output):
            if set(data) == {"text/plain"} or ("text/html" not in data and CONTAINER.match(data.get("text/latex", ""))):
                found.append(data["text/plain"])
    return found


def sums_over_one_value(notebook):
    """The sums in outputs that have one term alone."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [match.group() for output in outputs for match in ONE_VALUE.finditer(str(output.get("data", "")))]


def stored(path):
    return nbformat.read(path, as_version=4)


NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_output_is_python(path):
    assert python_in(stored(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_sum_has_one_term_alone(path):
    assert sums_over_one_value(stored(path)) == []


def notebook_with(tags=(), **data):
    data = {name.replace("_", "/"): text for name, text in data.items()}
    outputs = [new_output("execute_result", data=data, execution_count=1)]
    return new_notebook(cells=[new_code_cell("x", metadata={"tags": list(tags)}, outputs=outputs)])


@pytest.mark.parametrize("text", ["'18 cases'", "['proved', 'proved']", "{3: (1, 6)}", "array([1., 0.])", "Lowered(1)"])
def test_a_value_without_another_form_is_found(text):
    assert python_in(notebook_with(text_plain=text)) == [text]
    assert python_in(notebook_with(text_plain=text, text_html="<p>said</p>")) == []
    assert python_in(notebook_with(text_plain=text, text_markdown="said")) == []
    assert python_in(notebook_with([NOT_STORED], text_plain="<Figure size 740x220 with 1 Axes>")) == []


@pytest.mark.parametrize(
    "latex", [r"\left( 1, \ 2\right)", r"\left[ W^{(1)}, \ W^{(2)}\right]", r"\left\{ 3 : 1, \ 4 : 2\right\}"]
)
def test_a_container_in_dollars_is_found(latex):
    assert python_in(notebook_with(text_plain="x", text_latex=rf"$\displaystyle {latex}$")) == ["x"]


def test_mathematics_in_brackets_is_no_container():
    latex = r"$\displaystyle \left(1 + u\right)\, f\!\left(\rho \,\Vert\, u\right) \left\langle A,\; B \right\rangle$"
    assert python_in(notebook_with(text_plain="x", text_latex=latex)) == []


def test_a_sum_with_one_term_is_found():
    assert sums_over_one_value(notebook_with(text_latex=r"$\sum_{q=1}^{1} \sum_{k=1}^{S_{l}} \delta_{k}$")) != []
    assert sums_over_one_value(notebook_with(text_latex=r"$\sum_{k=1}^{10} \delta_{k}$")) == []
