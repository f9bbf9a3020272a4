r"""The gradient: the matrix G for which the directional derivative along every H is :math:`\langle G, H \rangle`."""

from functools import reduce

from sympy import Add, Mul

from sparseae_lib.calculus.matrices import EntrySum, Gradient, LayerMatrix, Stand
from sparseae_lib.calculus.second_opinion.directional import directional
from sparseae_lib.calculus.second_opinion.words import (
    Diagonal,
    Elements,
    Form,
    Function,
    Matrix,
    Unreadable,
    form,
    of_word,
    ones,
)


def gradient(matrix: Gradient) -> Form:
    """The form of the gradient of a scalar expression.

    Raises ``Unreadable`` if W^(k) may or may not be W^(l), or a cost in it may or may not depend on the variable.
    """
    cost, variable, *fixed = matrix.args
    if matrix.unknown_cost or any(part.has(variable) for part in fixed):
        raise Unreadable(f"{matrix.unknown_cost or cost}: nothing is known of its derivative")
    layers = cost.atoms(LayerMatrix) if isinstance(variable, LayerMatrix) else ()
    for other in layers:
        if other.name == variable.name and not (other.layer - variable.layer).is_Integer:
            raise Unreadable(f"{other}: it may or may not be {variable}")
    direction = Stand("direction", *variable.shape)
    return _of_scalar(directional(cost, variable, direction), direction)


def _of_scalar(linear, direction):
    """The form of G for a scalar expression <G, H> that is linear in the direction H."""
    zero = Form(direction.shape, frozenset())
    match linear:
        case _ if not linear.has(direction):  # zero, as SymPy has seen
            return zero
        case Add():
            return reduce(Form.__add__, (_of_scalar(term, direction) for term in linear.args))
        case EntrySum():
            matrix = form(linear.args[0], gradient)
            if any(c.has(direction) for _, c in matrix.terms):
                raise Unreadable(f"{linear}: the direction in a coefficient")
            terms = [_of_word(ones(*matrix.shape), word, direction) * c for word, c in matrix.terms]
            return reduce(Form.__add__, terms, zero)
        case Mul():
            coefficient, rest = linear.as_independent(direction)
            if not isinstance(rest, Mul):
                return _of_scalar(rest, direction) * coefficient
    raise Unreadable(f"{linear}: not a linear form in the direction")


def _of_word(G, word, direction):
    """The form of G' with <G, word> = <G', H>, where the direction H stands once in the word."""
    (place,) = [k for k, factor in enumerate(word) if _holds(factor, direction)]
    before, factor, after = word[:place], word[place], word[place + 1 :]
    if isinstance(factor, Diagonal):
        return _of_word(_of_diagonal(G, before, after), factor.row, direction)
    if before:
        G = of_word(before).T @ G
    if after:
        G = G @ of_word(after).T
    if isinstance(factor, Matrix):
        return G.T if factor.flipped else G
    inside = [word for word, count in factor.words for _ in range(count)]
    (linear,) = [word for word in inside if any(_holds(part, direction) for part in word)]
    for word in inside:
        if word != linear:
            G = G.elementwise(of_word(word))
    return _of_word(G, linear, direction)


def _of_diagonal(G, before, after):
    r"""The row g with <G, P diag(v) Q> = <g, v>: the sums of the columns of (G Q') o P, or of the rows of G o Q."""
    if before:
        G = G @ of_word(after).T if after else G
        return ones(1, G.shape[0]) @ G.elementwise(of_word(before))
    if after:
        return (G.elementwise(of_word(after)) @ ones(G.shape[1], 1)).T
    raise Unreadable("the direction on the diagonal of a square matrix")


def _holds(factor, direction):
    match factor:
        case Matrix():
            return factor.symbol == direction
        case Elements():
            return any(_holds(part, direction) for word, _ in factor.words for part in word)
        case Diagonal():
            return any(_holds(part, direction) for part in factor.row)
        case Function():
            return any(_holds(part, direction) for word, _ in factor.argument.terms for part in word)
    return False
