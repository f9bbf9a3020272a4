"""Shapes, checked symbolically: two sizes meet only when they are equal for every value of their symbols.

SymPy compares numbers only: it lets the product of an ``m x S(l+1)`` and an ``S(l) x S(l+1)`` matrix pass.
"""

import itertools
from functools import cache, singledispatch

from sympy import (
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    expand,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from .functions import AppliedToMatrix
from .matrices import Gradient, Hadamard


class IllFormed(ValueError):
    """The expression means nothing: two shapes or two ranges of one index do not meet, or it divides by zero.

    ``parts`` are the words and the expressions of the message, in order.
    """

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)
        self.parts = parts

    def __str__(self):
        return "".join(map(str, self.parts))


class Unsupported(TypeError):
    """The expression is not one that the engine knows how to read."""


def same_size(a, b):
    return expand(a - b) == 0


@cache
def shape(matrix):
    """(rows, columns) of a matrix expression; ``IllFormed`` where two shapes in it do not meet."""
    return _shape(matrix)


@singledispatch
def _shape(matrix):
    raise Unsupported(f"{type(matrix).__name__} in {matrix}: not a matrix operation of the engine")


@_shape.register(MatrixSymbol)
@_shape.register(OneMatrix)
@_shape.register(ZeroMatrix)
@_shape.register(Identity)
def _(matrix):
    return matrix.shape


@_shape.register
def _(matrix: Transpose):
    rows, columns = shape(matrix.arg)
    return columns, rows


@_shape.register(MatAdd)
@_shape.register(Hadamard)
def _(matrix):
    first, *others = matrix.args
    for other in others:
        if not all(map(same_size, shape(first), shape(other))):
            operation = "sum" if isinstance(matrix, MatAdd) else "elementwise product"
            raise IllFormed(f"{operation} of ", *described(first), " and ", *described(other))
    return shape(first)


@_shape.register
def _(matrix: MatMul):
    scalars, factors = matrix.as_coeff_matrices()
    check(scalars)
    for left, right in itertools.pairwise(factors):
        if not same_size(shape(left)[1], shape(right)[0]):
            raise IllFormed("matrix product of ", *described(left), " and ", *described(right))
    return shape(factors[0])[0], shape(factors[-1])[1]


@_shape.register
def _(matrix: MatPow):
    rows, columns = shape(matrix.base)
    if not same_size(rows, columns):
        raise IllFormed("power of ", *described(matrix.base))
    if not (matrix.exp.is_Integer and matrix.exp > 0):
        raise Unsupported(f"{matrix}: only whole positive powers of a matrix")
    return rows, columns


@_shape.register
def _(matrix: AppliedToMatrix):
    return shape(matrix.args[1])


@_shape.register
def _(matrix: Gradient):
    check(matrix.args[0])
    return matrix.shape


def described(matrix):
    """A matrix and its shape, as parts of a message."""
    rows, columns = shape(matrix)
    return matrix, " (", rows, " x ", columns, ")"


@cache
def check(expression):
    """Raise ``IllFormed`` where shapes, or the ranges of an index, do not meet in a scalar or matrix expression."""
    if isinstance(expression, MatrixExpr):
        shape(expression)
        return
    if isinstance(expression, Trace):
        rows, columns = shape(expression.arg)
        if not same_size(rows, columns):
            raise IllFormed("trace of ", *described(expression.arg))
    elif isinstance(expression, MatrixElement):
        shape(expression.parent)
    else:
        for argument in expression.args:
            check(argument)
    index_ranges(expression)


def index_ranges(*expressions):
    """{free index: size}, read off shapes and deltas; indices count from 0. ``IllFormed`` where two sizes disagree."""
    sizes = {}
    for expression in expressions:
        for index, size in _places(expression):
            if isinstance(index, Symbol):
                _meet(index, sizes.setdefault(index, size), size)
            elif not index.is_Integer:
                raise Unsupported(f"index {index}: neither a letter nor a number")
            elif index < 0 or (size.is_Integer and index >= size):
                raise IllFormed("index ", index, " is not one of ", size, ", counted from 0")
    for index in sizes:
        if any(size.has(index) for size in sizes.values()):
            raise IllFormed(index, " is an index and a size")
    return sizes


def _places(expression):
    """(index, size) for every place of an index, but of those that a sum binds: they are held against its limits."""
    if isinstance(expression, MatrixElement):
        yield from zip(expression.indices, expression.parent.shape, strict=True)
    elif isinstance(expression, KroneckerDelta) and len(expression.args) == 3:
        if expression.args[2][0] != 0:
            raise Unsupported(f"{expression}: indices count from 0")
        yield from ((index, expression.args[2][1] + 1) for index in expression.args[:2])
    elif isinstance(expression, Sum):
        bound = {index: high + 1 for index, _, high in reversed(expression.limits)}  # the innermost sum binds
        limits = [limit for part in expression.atoms(Sum) for limit in part.limits]
        if any(low != 0 or high.has(*bound) for _, low, high in limits):
            raise Unsupported(f"{expression}: sums run from 0, over sizes that do not depend on an index")
        for index, size in _places(expression.function):
            if index in bound:
                _meet(index, bound[index], size)
            elif size.has(*bound):
                raise Unsupported(f"{expression}: index {index} runs over {size} values, which depends on an index")
            else:
                yield index, size
    else:
        for part in expression.args:
            yield from _places(part)


def _meet(index, size, other):
    if not same_size(size, other):
        raise IllFormed("index ", index, " runs over ", size, " values and over ", other)
