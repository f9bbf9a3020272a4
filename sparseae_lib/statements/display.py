"""The statements on one page: the equation, its shape, and the line of NumPy that it becomes."""

from html import escape

from sympy import MatrixExpr

from sparseae_lib.calculus.lowering import lower
from sparseae_lib.calculus.shapes import shape
from sparseae_lib.formulas.printer import latex
from sparseae_lib.notebook_html import Html, formula, table


def statement_table(rows):
    """A table of statements; each row is (statement, page that proves it, function of the library that computes it)."""
    titles = ("Theorem", "Equation, and its NumPy line", "Shape")
    return Html(table(titles, [_cells(*row) for row in rows], "ledger statements"))


def _cells(statement, page, function):
    return (
        f'<a href="{page}.ipynb#{statement.label}">{escape(statement.title)}</a>',
        formula(statement.equation)
        + (f" &ensp; {formula(statement.range)}" if statement.range else "")
        + f"<br><code>{escape(lower(statement.formula).source)}</code>"
        f' <span class="kinds">{function.__name__}</span>',
        formula(r" \times ".join(map(latex, shape(statement.left))))
        if isinstance(statement.left, MatrixExpr)
        else "number",
    )
