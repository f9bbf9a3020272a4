"""Slips in any formula with sums, products and transposes. A rule yields what may stand in a place instead."""

from itertools import combinations, pairwise

from sympy import Add, Expr, Function, Integer, MatMul, OneMatrix, Symbol, Transpose
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.functions import Applied, AppliedToMatrix
from sparseae_lib.calculus.matrices import Hadamard, SquaredNorm
from sparseae_lib.calculus.mutation.places import (
    factors_dropped,
    factors_of,
    leaves,
    mapped,
    of_factors,
    places,
    product,
    total,
    transposed,
    twice,
    without,
)
from sparseae_lib.calculus.shapes import same_size
from sparseae_lib.calculus.words import reciprocal


def transpose_dropped(place):
    if _is_transposed(place.node):
        yield transposed(place.node)


def transpose_added(place):
    if place.node.is_Matrix and not _is_transposed(place.node):
        yield transposed(place.node)


def _is_transposed(node):
    """A row of ones is the transpose of the column."""
    return isinstance(node, Transpose) or (isinstance(node, OneMatrix) and node.shape[0] == 1)


def elementwise_for_product(place):
    """A o B for A B, two neighbours at a time and all."""
    if isinstance(place.node, MatMul):
        yield from _joined(place.node, Hadamard)


def product_for_elementwise(place):
    """A B for A o B, two neighbours at a time and all."""
    if isinstance(place.node, Hadamard):
        yield from _joined(place.node, product)


def _joined(node, join):
    factors = factors_of(node)
    matrices = [k for k, factor in enumerate(factors) if factor.is_Matrix]
    for first, last in dict.fromkeys([*pairwise(matrices), (matrices[0], matrices[-1])]):
        if first < last:
            yield of_factors(node, [*factors[:first], join(*factors[first : last + 1]), *factors[last + 1 :]])


def product_reversed(place):
    """B A for A B, two neighbours at a time and all."""
    factors = factors_of(place.node)
    start = len([factor for factor in factors if not factor.is_Matrix])
    for first, last in [*((k, k + 2) for k in range(start, len(factors) - 1)), (start, len(factors))]:
        if last - first > 1:
            yield of_factors(place.node, [*factors[:first], *factors[first:last][::-1], *factors[last:]])


def out_of_bracket(place):
    """A o C + B for (A + B) o C."""
    factors = factors_of(place.node)
    for k, bracket in enumerate(factors):
        if isinstance(bracket, Add) and bracket.is_Matrix == place.node.is_Matrix:
            for n, term in enumerate(bracket.args):
                rest = total(*without(bracket.args, n))
                yield total(of_factors(place.node, [*factors[:k], rest, *factors[k + 1 :]]), term)


def factor_dropped(place):
    yield from factors_dropped(place.node, range(len(factors_of(place.node))))


def factor_twice(place):
    factors = factors_of(place.node)
    yield from (of_factors(place.node, twice(factors, k)) for k, factor in enumerate(factors) if factor != -1)


def factor_inverted(place):
    """1/p for a number p, and entry by entry for a factor of an elementwise product."""
    factors = factors_of(place.node)
    for k, factor in enumerate(factors):
        if factor != -1 and (not factor.is_Matrix or isinstance(place.node, Hadamard)):
            inverse = reciprocal(factor) if factor.is_Matrix else 1 / factor
            yield of_factors(place.node, [*factors[:k], inverse, *factors[k + 1 :]])


def term_dropped(place):
    if isinstance(place.node, Add):
        yield from (total(*without(place.node.args, k)) for k in range(len(place.node.args)))


def term_twice(place):
    yield from _terms_times(2, place)


def sign_flipped(place):
    yield from _terms_times(-1, place)


def _terms_times(number, place):
    """Each term of a sum, and the whole where it is no factor or term of something larger, times a number."""
    node, number = place.node, Integer(number)
    if isinstance(node, Add):
        yield from (total(*without(node.args, k), product(number, term)) for k, term in enumerate(node.args))
    is_argument = isinstance(place.parent, Applied | AppliedToMatrix | Function | SquaredNorm)
    if isinstance(node, Expr) and (place.parent is None or is_argument):
        yield product(number, node)


def indices_swapped(place):
    """The two indices of an entry."""
    if isinstance(place.node, MatrixElement):
        matrix, i, j = place.node.args
        yield MatrixElement(matrix, j, i)


def exchanged(alike):
    """The rule for whole expressions: two symbols exchanged throughout, and one in the place of the other."""

    def rule(expression):
        for a, b in combinations(leaves(expression), 2):
            if _are_alike(a, b) is not alike:
                continue
            other = {a: b, b: a}
            where = [place for place in places(expression) if place.node in other]
            takes = [place.takes(other[place.node]) for place in where]
            if all(takes):  # no derivative by a column of ones, as that of f(Z) W by W would be with W and 1 exchanged
                yield mapped(expression, lambda leaf, other=other: other.get(leaf, leaf))
            yield from (place.put(other[place.node]) for place, can in zip(where, takes, strict=True) if can)

    return rule


def _are_alike(a, b):
    """Whether two symbols have the same shape, or are both numbers; ``None`` where one cannot stand for the other."""
    if a.is_Matrix and b.is_Matrix:
        return all(map(same_size, a.shape, b.shape))
    return True if all(isinstance(part, Symbol | AppliedUndef) for part in (a, b)) else None
