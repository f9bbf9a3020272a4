"""When two expressions are the same: as they stand, up to the letters of indices, or as the engine decides."""

from sympy import Dummy, Expr, KroneckerDelta, MatMul, OneMatrix, Sum, Symbol, preorder_traversal

from sparseae_lib.calculus import Outcome, decide
from sparseae_lib.calculus.mutation.places import mapped
from sparseae_lib.formulas.latex import with_letters


def same(left, right):
    """Whether two expressions are written alike, or are proved equal."""
    return written(left) == written(right) or decide(left, right).outcome is Outcome.PROVED


def written(expression):
    """The expression in one form, with the same letters for its indices in the order in which they stand."""
    expression = mapped(with_letters(expression))
    letters = {part: Symbol(part.name) for part in expression.atoms(Symbol) if part.is_integer}
    return mapped(_plain(expression).xreplace(letters)) if letters else mapped(_plain(expression))


def _plain(expression):
    """Without the ranges of deltas, which are read off the sums and the entries around them."""
    return expression.replace(KroneckerDelta, lambda *args: KroneckerDelta(*args[:2]))
