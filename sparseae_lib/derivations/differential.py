r"""The differential :math:`\mathrm d E`: the part of :math:`E(V + \mathrm d V) - E(V)` that is linear in the change.

Each operation stands once, with what it does to a change and what that does on the other side of an inner product:
:math:`\langle G, \mathrm{put}(D) \rangle = \langle \mathrm{back}(G), D \rangle` for every D. For a product,
:math:`\langle G, P D Q \rangle = \langle P^{\top} G\, Q^{\top}, D \rangle`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Self

from sympy import (
    Add,
    Basic,
    Expr,
    Function,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Trace,
    Transpose,
)

from sparseae_lib.calculus import EntrySum, Hadamard, SquaredNorm, Unsupported
from sparseae_lib.calculus.functions import Applied, AppliedToMatrix


class Differential(MatrixExpr):
    r"""The matrix :math:`\mathrm d E` for a change of the matrix V, not worked out."""

    def __new__(cls, expression: MatrixExpr, variable: MatrixSymbol) -> Self:
        return MatrixExpr.__new__(cls, expression, variable)

    @property
    def shape(self):
        return self.args[0].shape

    def _sympystr(self, printer):
        return f"d({printer._print(self.args[0])})"


class DifferentialOfNumber(Expr):
    r"""The number :math:`\mathrm d J` for a change of the matrix V in a cost J."""

    def __new__(cls, cost: Expr, variable: MatrixSymbol) -> Self:
        return Expr.__new__(cls, cost, variable)

    def _sympystr(self, printer):
        return f"d({printer._print(self.args[0])})"


def evaluated(expression: Basic) -> Basic:
    """The expression with every differential worked out; the change of V itself is a matrix with a name."""
    return expression.replace(lambda part: isinstance(part, Differential), lambda part: _worked_out(*part.args))


def _worked_out(expression, variable):
    if expression == variable:
        return MatrixSymbol(f"change of {variable}", *variable.shape)
    terms = [part.put(_worked_out(part.child, variable)) for part in parts(expression, variable)]
    return reduce(lambda a, b: a + b, terms)


def inner(left: MatrixExpr, right: MatrixExpr) -> Expr:
    r"""The inner product :math:`\langle A, B \rangle`, numbers before it."""
    number, left = _split(left)
    return number * EntrySum(Hadamard(left, right))


@dataclass(frozen=True)
class Part:
    """A matrix in an expression, and what its change is to the whole: the two sides of an inner product."""

    child: MatrixExpr
    put: Callable[[MatrixExpr], Basic]
    back: Callable[[Basic], MatrixExpr]


def parts(expression: Basic, variable: MatrixSymbol) -> list[Part]:
    """The changing matrices in an expression, one operation below it; sums and numbers are no operation of their own.

    Raises Unsupported if an operation has no differential here.
    """
    return [
        Part(deeper.child, _then(deeper.put, put), _then(back, deeper.back))
        for child, put, back in _operation(expression, variable)
        for deeper in (parts(child, variable) if _is_passed(child) else [Part(child, _same, _same)])
    ]


def _same(part):
    return part


def _then(first, second):
    return lambda part: second(first(part))


def _is_passed(child):
    """Sums, multiples and scalars are gone through at once."""
    if isinstance(child, MatMul):
        return len(child.as_coeff_matrices()[1]) == 1
    return isinstance(child, MatAdd) or not isinstance(child, MatrixExpr)


def _operation(expression, variable):
    """(child, put, back) for each argument that changes."""
    match expression:
        case MatAdd() | Add():
            for term in expression.args:
                if term.has(variable):
                    yield term, _same, _same
        case Transpose():
            yield expression.arg, transposed, transposed
        case AppliedToMatrix():
            function, argument = expression.args
            derivative = function.prime(argument)
            yield argument, lambda d: Hadamard(derivative, d), lambda g: elementwise(g, derivative)
        case Hadamard():
            for k, factor in enumerate(expression.args):
                if factor.has(variable):
                    others = reduce(elementwise, _without(expression.args, k))
                    yield factor, lambda d, o=others: elementwise(o, d), lambda g, o=others: elementwise(g, o)
        case MatMul() | MatPow():
            number, factors = _factors(expression)
            rest = factors[0] if len(factors) == 1 else MatMul(*factors)
            if number.has(variable):
                yield number, lambda d: times(d, rest), lambda g: inner(g, rest)
            for k, factor in enumerate(factors):
                if factor.has(variable):
                    yield (factor, *_product(number, factors[:k], factors[k + 1 :]))
        case SquaredNorm():
            (matrix,) = expression.args
            yield matrix, lambda d: 2 * inner(matrix, d), lambda g: times(2 * g, matrix)
        case EntrySum():
            yield from _entry_sum(expression.args[0], variable)
        case Trace():
            size = expression.arg.shape[0]
            yield expression.arg, lambda d: inner(Identity(size), d), lambda g: times(g, Identity(size))
        case Mul():
            for k, factor in enumerate(expression.args):
                if factor.has(variable):
                    others = Mul(*_without(expression.args, k))
                    yield factor, lambda d, o=others: o * d, lambda g, o=others: o * g
        case Pow() if not expression.exp.has(variable):
            base, exponent = expression.args
            derivative = exponent * base ** (exponent - 1)
            yield base, lambda d: derivative * d, lambda g: derivative * g
        case Applied():
            function, argument = expression.args
            derivative = function.prime(argument)
            yield argument, lambda d: derivative * d, lambda g: derivative * g
        case Function() if len(expression.args) == 1:
            derivative = expression.fdiff()
            yield expression.args[0], lambda d: derivative * d, lambda g: derivative * g
        case _:
            raise Unsupported(f"{type(expression).__name__} in {expression}: it has no differential here")


def _factors(product):
    """(number, matrices) of a product or a power."""
    if isinstance(product, MatMul):
        return product.as_coeff_matrices()
    return Integer(1), [product.base] * int(product.exp)


def _product(number, before, after):
    """P D Q, and on the other side of an inner product P' G Q'."""

    def put(d):
        return times(number, MatMul(*before, d, *after))

    def back(g):
        left = [transposed(factor) for factor in reversed(before)]
        right = [transposed(factor) for factor in reversed(after)]
        return times(number, multiplied(*left, g, *right))

    return put, back


def _entry_sum(matrix, variable):
    """The sum of an elementwise product of two is their inner product."""
    if isinstance(matrix, Hadamard) and len(matrix.args) == 2:
        for one, other in (matrix.args, matrix.args[::-1]):
            if one.has(variable):
                yield one, lambda d, o=other: inner(o, d), lambda g, o=other: times(g, o)
        return
    everywhere = OneMatrix(*matrix.shape)
    yield matrix, lambda d: inner(everywhere, d), lambda g: times(g, everywhere)


# How a gradient is written: numbers in front, and no factor that changes nothing.


def times(number: Expr, matrix: MatrixExpr) -> MatrixExpr:
    inside, matrix = _split(matrix)
    number = number * inside
    if isinstance(matrix, MatAdd) and number.could_extract_minus_sign():
        number, matrix = -number, MatAdd(*[times(Integer(-1), term) for term in matrix.args])
    return matrix if number == 1 else MatMul(number, *(matrix.args if isinstance(matrix, MatMul) else (matrix,)))


def elementwise(left: MatrixExpr, right: MatrixExpr) -> MatrixExpr:
    (a, left), (b, right) = _split(left), _split(right)
    if isinstance(left, OneMatrix):
        return times(a * b, right)
    if isinstance(right, OneMatrix):
        return times(a * b, left)
    factors = [part for side in (left, right) for part in (side.args if isinstance(side, Hadamard) else [side])]
    return times(a * b, Hadamard(*factors))


def multiplied(*factors: MatrixExpr) -> MatrixExpr:
    """The product; a matrix of ones in it is a column times a row, and what is one alone is left out."""
    number, matrices = Integer(1), []
    for factor in factors:
        inside, matrix = _split(factor)
        number *= inside
        if isinstance(matrix, OneMatrix) and 1 not in matrix.shape:
            matrices += [OneMatrix(matrix.shape[0], 1), OneMatrix(1, matrix.shape[1])]
        elif not isinstance(matrix, Identity) and matrix != OneMatrix(1, 1):
            matrices += matrix.args if isinstance(matrix, MatMul) else [matrix]
    if not matrices:
        return times(number, factors[0])
    return times(number, matrices[0] if len(matrices) == 1 else MatMul(*matrices))


def transposed(matrix: MatrixExpr) -> MatrixExpr:
    number, matrix = _split(matrix)
    match matrix:
        case Transpose():
            return times(number, matrix.arg)
        case OneMatrix():
            return times(number, OneMatrix(*matrix.shape[::-1]))
        case MatMul():
            return times(number, MatMul(*[transposed(factor) for factor in reversed(matrix.args)]))
    return times(number, matrix if isinstance(matrix, Identity) else Transpose(matrix))


def _split(matrix):
    """(number, matrix without it)."""
    if not isinstance(matrix, MatMul):
        return Integer(1), matrix
    number, factors = matrix.as_coeff_matrices()
    return number, factors[0] if len(factors) == 1 else MatMul(*factors)


def _without(parts, k):
    return [*parts[:k], *parts[k + 1 :]]
