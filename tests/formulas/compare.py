"""When two expressions are the same: as they stand, up to the letters of indices, or as the engine decides."""

from sympy import KroneckerDelta, OneMatrix, Symbol

from sparseae_lib.calculus import Gradient, Outcome, decide
from sparseae_lib.calculus.mutation.places import mapped, product
from sparseae_lib.formulas.printer import with_letters


def same(left, right):
    """Whether two expressions are written alike, or are proved equal."""
    return written(left) == written(right) or decide(left, right).outcome is Outcome.PROVED


def written(expression):
    """The expression in one form, with the same letters for its indices in the order in which they stand."""
    expression = with_letters(expression).replace(KroneckerDelta, lambda *args: KroneckerDelta(*args[:2]))
    expression = expression.replace(Gradient, lambda *args: Gradient(*args[:2]))  # what is held fixed is not printed
    letters = {part: Symbol(part.name) for part in expression.atoms(Symbol) if part.is_integer}
    return mapped(mapped(expression.xreplace(letters), _column_and_row))


def _column_and_row(leaf):
    if isinstance(leaf, OneMatrix) and 1 not in leaf.shape:
        return product(OneMatrix(leaf.shape[0], 1), OneMatrix(1, leaf.shape[1]))
    return leaf
