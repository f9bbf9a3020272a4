"""The places in an expression: each part of it, and the whole with another part put there."""

from collections.abc import Callable
from dataclasses import dataclass

from sympy import (
    Add,
    Basic,
    Expr,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Sum,
    Symbol,
    Transpose,
    default_sort_key,
    sympify,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.functions import Elementwise
from sparseae_lib.calculus.matrices import Gradient, Hadamard

LEAVES = Symbol | AppliedUndef | MatrixSymbol | OneMatrix


@dataclass(frozen=True)
class Place:
    """A part of an expression, the part around it, and ``put``: the whole with another part in this place."""

    node: Basic
    parent: Basic | None
    put: Callable

    def takes(self, new):
        """Whether ``new`` can be written here: only a symbol has entries with a name, and is differentiated by."""
        named = isinstance(self.parent, Gradient | MatrixElement) and isinstance(self.node, MatrixSymbol)
        return isinstance(new, MatrixSymbol) or not named


def places(expression, parent=None, put=lambda new: new):
    """Every place, the whole first. A layer, a size, a limit or an exponent is no place of its own.

    A function is a place, and so is a parameter of it; what defines the function is not.
    """
    yield Place(expression, parent, put)
    parts = _parts(expression)
    for number, part in parts.items():

        def put_part(new, number=number):
            return put(_rebuilt(expression, parts | {number: new}))

        yield from places(part, expression, put_part)


def leaves(expression):
    """The symbols of an expression, each once, in the order in which they stand."""
    return list(dict.fromkeys(place.node for place in places(expression) if isinstance(place.node, LEAVES)))


def mapped(expression, leaf=lambda node: node):
    """The expression with ``leaf(node)`` for every leaf, written as ``put`` writes it."""
    parts = _parts(expression)
    if not parts:
        return leaf(expression)
    return _rebuilt(expression, {number: mapped(part, leaf) for number, part in parts.items()})


def product(*factors):
    """The product of numbers and matrices; whether their shapes meet is not asked."""
    factors = [part for factor in factors for part in (factor.args if isinstance(factor, MatMul) else [factor])]
    scalar = Mul(*[factor for factor in factors if not factor.is_Matrix])
    matrices = [factor for factor in factors if factor.is_Matrix]
    if scalar.is_Rational and len(matrices) == 1 and isinstance(matrices[0], MatAdd):
        return total(*[product(scalar, term) for term in matrices[0].args])
    if scalar != 1 or not matrices:
        matrices.insert(0, scalar)
    return matrices[0] if len(matrices) == 1 else MatMul(*matrices)


def total(*terms):
    """The sum of numbers, or of matrices."""
    terms = [part for term in terms for part in (term.args if isinstance(term, MatAdd) else [term])]
    if not terms[0].is_Matrix:
        return Add(*terms)
    return terms[0] if len(terms) == 1 else MatAdd(*sorted(terms, key=default_sort_key))


def transposed(matrix):
    match matrix:
        case Transpose():
            return matrix.arg
        case OneMatrix():
            return OneMatrix(*reversed(matrix.shape))
        case MatMul() if not matrix.args[0].is_Matrix:
            return product(matrix.args[0], transposed(product(*matrix.args[1:])))
        case MatAdd():
            return total(*map(transposed, matrix.args))
    return Transpose(matrix)


def factors_of(node):
    """The factors of a product of any sort, numbers first and a minus sign apart; none of what is no product."""
    match node:
        case Hadamard():
            return list(node.args)
        case MatMul():
            scalar, matrices = node.as_coeff_matrices()
        case Mul():
            scalar, matrices = node, []
        case _:
            return []
    number, rest = scalar.as_coeff_Mul()
    numbers = [-1, -number] if number < 0 else [number]
    return [sympify(factor) for factor in (*numbers, *Mul.make_args(rest), *matrices) if factor != 1]


def of_factors(node, factors):
    """The product of the same sort with other factors."""
    if not isinstance(node, Hadamard):
        return product(*factors)
    return factors[0] if len(factors) == 1 else Hadamard(*factors)


def factors_dropped(node, numbers):
    """A product without one of its factors, for each of these; not without its sign, nor without its only matrix."""
    factors = factors_of(node)
    for k in numbers:
        rest = without(factors, k)
        if factors[k] != -1 and rest[-1].is_Matrix == node.is_Matrix:
            yield of_factors(node, rest)


def without(parts, k):
    return [*parts[:k], *parts[k + 1 :]]


def twice(parts, k):
    return [*parts[: k + 1], *parts[k:]]


def _parts(node):
    """{number of the argument: part} for the parts that are places."""
    if isinstance(node, LEAVES):
        return {}
    if isinstance(node, Elementwise):
        return dict(enumerate(node.parameters, start=len(node.args) - len(node.parameters)))
    arguments = node.args[:1] if isinstance(node, Pow | MatPow | Sum | MatrixElement) else node.args
    return {number: part for number, part in enumerate(arguments) if isinstance(part, Expr | Elementwise)}


def _rebuilt(node, parts):
    arguments = [parts.get(number, argument) for number, argument in enumerate(node.args)]
    match node:
        case Mul():
            return product(*arguments)
        case Add():
            return total(*arguments)
        case Transpose():
            return transposed(*arguments)
    return node.func(*arguments)
