"""A second opinion: the value of an expression by NumPy floats, with nothing of the engine's witness or lowering."""

from itertools import product
from math import prod

import numpy as np
from sympy import (
    Add,
    Identity,
    KroneckerDelta,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, SquaredNorm
from sparseae_lib.calculus.functions import Applied, AppliedToMatrix

STEP = 1e-30


class Values:
    """Random arrays, numbers and functions for given sizes, and the value of an expression under them."""

    def __init__(self, sizes, seed=0):
        self.sizes = sizes
        self.rng = np.random.default_rng(seed)
        self.drawn = {}

    def draw(self, symbol, shape=()):
        if symbol not in self.drawn:
            self.drawn[symbol] = self.rng.uniform(0.2, 0.9, shape)
        return self.drawn[symbol]

    def function(self, function, x):
        """The sum of two exponentials and a wave, or a derivative of it."""
        order, rates = function.order, self.draw(function.args[0], 2)
        return sum(rate**order * np.exp(rate * x) for rate in rates) + np.sin(x + order * np.pi / 2)

    def of(self, e, at=None):
        at = at or {}

        def value(part):
            return self.of(part, at)

        match e:
            case Rational():
                return int(e) if e.is_Integer else int(e.p) / int(e.q)
            case Symbol() if e in at:
                return at[e]
            case Symbol() | AppliedUndef():
                return self.sizes[e] if e in self.sizes else self.draw(e)
            case Add():  # of numbers or of matrices: MatAdd is an Add
                return sum(map(value, e.args))
            case Pow():
                return value(e.base) ** value(e.exp)
            case exp():
                return np.exp(value(e.args[0]))
            case log():
                return np.log(value(e.args[0]))
            case MatrixSymbol():
                return self.draw(e, tuple(value(size) for size in e.shape))
            case Identity():
                return np.eye(value(e.shape[0]))
            case OneMatrix():
                return np.ones(tuple(value(size) for size in e.shape))
            case Transpose():
                return value(e.arg).T
            case MatMul():
                scalar, factors = e.as_coeff_matrices()
                result = value(factors[0])
                for factor in factors[1:]:
                    result = result @ value(factor)
                return value(scalar) * result
            case Mul():  # of numbers: MatMul is a Mul as well
                return prod(map(value, e.args))
            case MatPow():
                return np.linalg.matrix_power(value(e.base), int(e.exp))
            case Hadamard():
                result = value(e.args[0])
                for factor in e.args[1:]:
                    result = result * value(factor)
                return result
            case SquaredNorm():
                return np.sum(value(e.args[0]) ** 2)
            case EntrySum():
                return np.sum(value(e.args[0]))
            case Trace():
                return np.trace(value(e.arg))
            case Applied() | AppliedToMatrix():
                function, argument = e.args
                if function.definition is None:
                    return self.function(function, value(argument))
                (x,), body = function.definition.args
                return self.of(body, at | {x: value(argument)})
            case MatrixElement():
                return value(e.parent)[tuple(value(index) for index in e.indices)]
            case KroneckerDelta():
                return float(value(e.args[0]) == value(e.args[1]))
            case Sum():
                *inner, (index, low, high) = e.limits
                body = e.func(e.function, *inner) if inner else e.function
                return sum(self.of(body, at | {index: n}) for n in range(value(low), value(high) + 1))
            case Gradient():
                return self.gradient(e, at)
        raise TypeError(f"{type(e).__name__}: {e}")

    def gradient(self, e, at):
        """By complex steps, one entry after the other."""
        scalar, variable, *_ = e.args
        plain = self.of(variable)
        gradient = np.zeros(plain.shape)
        for place in np.ndindex(plain.shape):
            step = plain.astype(complex)
            step[place] += STEP * 1j
            self.drawn[variable] = step
            gradient[place] = np.imag(self.of(scalar, at)) / STEP
        self.drawn[variable] = plain
        return gradient


def agree(left, right, sizes, free=(), seeds=(0, 1)):
    """Whether two expressions have the same values for every {size: number}, where ``free`` is {free index: size}.

    Where a value does not exist, or is too large, nothing is compared; ``None`` where that is so everywhere.
    """
    free, compared = dict(free), False
    for numbers, seed in product(sizes, seeds):
        values = Values(numbers, seed)
        for places in product(*[range(numbers[size]) for size in free.values()]):
            at = dict(zip(free, places, strict=True))
            try:
                with np.errstate(divide="raise", over="raise", invalid="raise"):
                    a, b = np.asarray(values.of(left, at)), np.asarray(values.of(right, at))
            except ArithmeticError:
                continue
            if np.abs(a - b).max() > 1e-9 * (1 + np.abs(a).max()):
                return False
            compared = True
    return compared or None
