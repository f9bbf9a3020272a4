r"""Formulas are printed and read back in one place: SymPy and lark only, so that it runs in a browser too.

``printer``       from an expression to LaTeX
``letters``       names and the letters that they are printed as
``sizes``         the length of a column of ones, which is not printed where its neighbours tell it
``notation``      what the letters stand for
``grammar.lark``  how formulas are written
``syntax``        from text to a tree
``trees``         what a tree holds, whatever the braces
``as_written``    sums and products as the statements write them, in which no mistake is evaluated away
``reader``        from a tree to an expression
``decisions``     a decision as a box
``theorems``      the derivatives of the cost in a line that is held against the book
``unreadable``    the one error
"""

from sparseae_lib.formulas.notation import BOOK, IN_COLUMNS, IN_ROWS, SOURCE_IN_COLUMNS, SOURCE_IN_ROWS, Notation
from sparseae_lib.formulas.printer import latex
from sparseae_lib.formulas.reader import read, read_line
from sparseae_lib.formulas.unreadable import Unreadable

__all__ = [
    "BOOK",
    "IN_COLUMNS",
    "IN_ROWS",
    "SOURCE_IN_COLUMNS",
    "SOURCE_IN_ROWS",
    "Notation",
    "Unreadable",
    "latex",
    "read",
    "read_line",
]
