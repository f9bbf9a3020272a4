"""Slips in the formulas of a network: its functions, its layers, its means."""

from itertools import combinations

from sympy import Add, MatMul, MatrixSymbol, Mul, Sum, Symbol
from sympy.core.function import AppliedUndef

from sparseae_lib.calculus.functions import Applied, AppliedToMatrix, Elementwise
from sparseae_lib.calculus.matrices import EntrySum, Gradient, LayerMatrix, SquaredNorm
from sparseae_lib.calculus.mutation.places import (
    LEAVES,
    factors_dropped,
    factors_of,
    leaves,
    mapped,
    of_factors,
    places,
    product,
    transposed,
    twice,
)

SUMS = SquaredNorm | EntrySum | Sum


# Functions


def other_order(place):
    """f for f', f' for f, f'' for f'."""
    if isinstance(place.node, Elementwise) and not _is_divergence(place.node):
        yield from _neighbouring_orders(place.node)


def other_order_of_divergence(place):
    """KL for KL', KL' for KL, KL'' for KL'."""
    if isinstance(place.node, Elementwise) and _is_divergence(place.node):
        yield from _neighbouring_orders(place.node)


def function_dropped(place):
    """Z for f(Z), and a product without its factor f'(Z)."""
    if _is_value(place.node) and not _is_divergence(place.node.args[0]):
        yield place.node.args[1]
    yield from factors_dropped(place.node, _derivatives(factors_of(place.node)))


def function_twice(place):
    """f(f(Z)) for f(Z), f'(f(Z)) for f'(Z), and a product with its factor f'(Z) twice."""
    if _is_value(place.node) and not _is_divergence(place.node.args[0]):
        function, argument = place.node.args
        yield function(function.of_order(0)(argument))
    factors = factors_of(place.node)
    yield from (of_factors(place.node, twice(factors, k)) for k in _derivatives(factors))


def divergence_dropped(place):
    """u for KL(u). A product without KL' is one with a factor dropped."""
    if _is_value(place.node) and _is_divergence(place.node.args[0]):
        yield place.node.args[1]


def _is_value(node):
    return isinstance(node, Applied | AppliedToMatrix)


def _is_divergence(function):
    """Whether a function has parameters, as KL its target."""
    return bool(function.parameters)


def _neighbouring_orders(function):
    return [function.of_order(order) for order in (function.order - 1, function.order + 1) if order >= 0]


def _derivatives(factors):
    """The numbers of the factors f'(Z) of a product."""
    return [k for k, g in enumerate(factors) if _is_value(g) and g.args[0].order and not _is_divergence(g.args[0])]


def complement(expression):
    """p and 1 - p exchanged, throughout and in one place, for a number p that stands as both, or is a parameter."""
    nodes = [place.node for place in places(expression)]
    numbers = {1 - node for node in nodes if isinstance(node, Add) and not node.is_Matrix}
    numbers |= {parameter for node in nodes if isinstance(node, Elementwise) for parameter in node.parameters}
    for p in sorted((p for p in numbers if isinstance(p, Symbol | AppliedUndef)), key=str):

        def other(leaf, p=p):
            return 1 - p if leaf == p else leaf

        yield mapped(expression, other)
        yield from (place.put(other(place.node)) for place in places(expression))


# Sums and means


def mean_for_sum(place):
    """A sum divided by the number of its terms; a mean multiplied by it."""
    for size, _ in _sums(place):
        yield product(size if _is_mean(place.node, size) else 1 / size, place.node)


def one_for_mean(place):
    """The first sample for the mean of all samples."""
    for size, first in _sums(place):
        if _is_mean(place.node, size):
            yield product(size, first)


def _sums(place):
    """(number of terms, the same with the first term alone) for every sum in a product, or that stands alone."""
    node = place.node
    alone = isinstance(node, SUMS) and not isinstance(place.parent, Mul)
    factors = [node] if alone else factors_of(node) if isinstance(node, Mul) else []
    for k, factor in enumerate(factors):
        if isinstance(factor, SUMS):
            for size, first in _first_terms(factor):
                yield size, product(*factors[:k], first, *factors[k + 1 :])
        elif factor.is_Matrix and k + 1 < len(factors) and factor.shape[1] != 1:
            e = _unit(factor.shape[1])
            yield factor.shape[1], product(*factors[: k + 1], e, transposed(e), *factors[k + 1 :])


def _first_terms(node):
    if isinstance(node, Sum):
        *outer, (index, low, high) = node.limits
        first = node.function.xreplace({index: low})
        yield high - low + 1, node.func(first, *outer) if outer else first
        return
    (matrix,) = node.args
    rows, columns = matrix.shape
    if rows != 1:
        yield rows, node.func(product(transposed(_unit(rows)), matrix))
    if columns != 1:
        yield columns, node.func(product(matrix, _unit(columns)))


def _unit(size):
    """The column (1, 0, ..., 0): the derivative of the first of ``size`` variables."""
    e = MatrixSymbol("e", size, 1)
    return Gradient(e[0, 0], e)


def _is_mean(node, size):
    scalar = node.as_coeff_matrices()[0] if isinstance(node, MatMul) else node
    return scalar.as_powers_dict().get(size, 0) < 0


# Layers


def layer_shifted(by):
    """The rule for whole expressions: the layer of one symbol, of all, or at one end of a sum over layers."""

    def shifted(leaf):
        layer = _layer(leaf)
        return leaf if layer is None else _in_layer(leaf, layer + by)

    def rule(expression):
        for place in places(expression):
            if isinstance(place.node, LEAVES):
                yield place.put(shifted(place.node))
            elif isinstance(place.node, Sum) and place.node.limits[0][1] != 0:
                (index, low, high), *inner = place.node.limits
                for limits in (index, low + by, high), (index, low, high + by):
                    yield place.put(place.node.func(place.node.function, limits, *inner))
        yield mapped(expression, shifted)

    return rule


def layers_swapped(expression):
    """The layers of two symbols exchanged."""
    for a, b in combinations([leaf for leaf in leaves(expression) if _layer(leaf) is not None], 2):
        other = {a: _in_layer(a, _layer(b)), b: _in_layer(b, _layer(a))}
        yield mapped(expression, lambda leaf, other=other: other.get(leaf, leaf))


def _layer(leaf):
    """The layer that a symbol belongs to; ``None`` where it has none."""
    match leaf:
        case LayerMatrix():
            return leaf.layer
        case AppliedUndef() if leaf.args[0].is_integer:
            return leaf.args[0]
    return None


def _in_layer(leaf, layer):
    by = layer - _layer(leaf)

    def moved(part):
        return part.replace(lambda e: isinstance(e, AppliedUndef), lambda e: e.func(e.args[0] + by))

    return LayerMatrix(leaf.name, layer, *map(moved, leaf.shape)) if isinstance(leaf, LayerMatrix) else moved(leaf)
