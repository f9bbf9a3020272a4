"""The statements on one page: equation, shape, and the NumPy line that each becomes."""

from html import escape

from sympy import MatrixExpr

from sparseae_lib.html import Html, formula, table

from ..calculus.lowering import lower
from ..calculus.shapes import shape
from .latex import latex


def statement_table(rows):
    """A table of statements; each row is (statement, page that proves it, function of the library that computes it)."""
    titles = ("Theorem", "Equation", "Shape", "NumPy")
    return Html(table(titles, [_cells(*row) for row in rows]))


def _cells(statement, page, function):
    return (
        f'<a href="{page}.html#{statement.label}">{escape(statement.title)}</a>',
        formula(statement.equation) + (f"<br>{formula(statement.range)}" if statement.range else ""),
        formula(r" \times ".join(map(latex, shape(statement.left))))
        if isinstance(statement.left, MatrixExpr)
        else "number",
        f"<code>{escape(lower(statement.formula).source)}</code><br>"
        f'<span class="kinds">{escape(function.__module__)}.{function.__name__}</span>',
    )
