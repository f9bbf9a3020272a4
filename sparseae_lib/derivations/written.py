"""A scalar expression in entries, as it is written on paper: an index with one value alone is not summed over."""

from sympy import Expr

from sparseae_lib.calculus.indices import indexed
from sparseae_lib.formulas.printer import without_single


def in_entries(expression: Expr) -> Expr:
    """The expression in entries, every index new, without the sums over a side of length 1."""
    return without_single(indexed(expression))
