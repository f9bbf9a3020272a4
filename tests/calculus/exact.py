"""Exact values: dense arrays of fractions, every index value by itself. It shares nothing with the engine's witness.

A derivative is the second part of a dual number: (a + a' e)(b + b' e) = a b + (a b' + a' b) e.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product

from sympy import (
    Add,
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm
from sparseae_lib.calculus.functions import Applied, AppliedToMatrix


@dataclass(frozen=True)
class Dual:
    """A number and its derivative."""

    value: Fraction
    derivative: object = Fraction(0)

    def __add__(self, other):
        return Dual(self.value + other.value, self.derivative + other.derivative)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.derivative + self.derivative * other.value)

    def inverse(self):
        """1 / a; ``ZeroDivisionError`` where there is none."""
        if not self:
            raise ZeroDivisionError
        if isinstance(self.value, Dual):
            inverse = self.value.inverse()
            return Dual(inverse, Dual(Fraction(-1)) * inverse * inverse * self.derivative)
        return Dual(1 / self.value, -self.derivative / self.value**2)

    def __bool__(self):
        return bool(self.value)


class World:
    """Fractions for every entry, number and function, some of them 0, at given sizes and layers."""

    def __init__(self, sizes, rng):
        self.sizes, self.rng, self.drawn, self.raised = sizes, rng, {}, {}
        self.level = 0

    def draw(self, name, lowest=-4):
        if name not in self.drawn:
            self.drawn[name] = Fraction(self.rng.randint(lowest, 4), self.rng.choice([1, 1, 2, 3]))
        return self.drawn[name]

    def lift(self, number):
        """A number as a dual number, or as a dual number of dual numbers in a derivative of a derivative."""
        for _ in range(self.level):
            number = Dual(number, self.zero(number))
        return number

    def zero(self, like):
        return Dual(self.zero(like.value), self.zero(like.value)) if isinstance(like, Dual) else Fraction(0)

    def power(self, base, exponent):
        if exponent < 0:
            base, exponent = (base.inverse() if isinstance(base, Dual) else 1 / base), -exponent
        return reduce(lambda a, b: a * b, [base] * exponent, self.lift(Fraction(1)))

    def function(self, function, x):
        """A polynomial of fifth degree, or a derivative of it."""
        coefficients = [self.draw((function.name, k)) for k in range(6)]
        for _ in range(function.order):
            coefficients = [k * c for k, c in enumerate(coefficients)][1:] or [Fraction(0)]
        terms = [self.lift(c) * self.power(x, k) for k, c in enumerate(coefficients)]
        return reduce(lambda a, b: a + b, terms)

    def size(self, e, at):
        level, self.level = self.level, 0
        number = self.scalar(e, at)
        self.level = level
        assert number == int(number)
        return int(number)

    def named(self, matrix, at):
        """The name of a matrix with its layer as a number."""
        layer = self.size(matrix.layer, at) if isinstance(matrix, LayerMatrix) else None
        return matrix.name, layer

    def entry(self, matrix, i, j, at):
        rows, columns = (self.size(size, at) for size in matrix.shape)
        if not (0 <= i < rows and 0 <= j < columns):
            raise IndexError
        name = (*self.named(matrix, at), i, j)
        number = self.draw(name)
        for level in range(1, self.level + 1):
            one = Fraction(int(self.raised.get(level) == name))
            derivative = one
            for _ in range(level - 1):
                derivative = Dual(derivative, self.zero(derivative))
            number = Dual(number, derivative)
        return number

    def scalar(self, e, at):
        def value(part):
            return self.scalar(part, at)

        match e:
            case Rational():
                return self.lift(Fraction(int(e.p), int(e.q)))
            case Symbol() if e in at:
                return self.lift(Fraction(at[e]))
            case Symbol() | AppliedUndef() if e in self.sizes:
                return self.lift(Fraction(self.sizes[e]))
            case Symbol():
                return self.lift(self.draw(e.name, 1 if e.is_positive else -4))
            case Add():
                return reduce(lambda a, b: a + b, map(value, e.args))
            case Mul():
                return reduce(lambda a, b: a * b, map(value, e.args))
            case Pow() if e.exp.is_Integer:
                return self.power(value(e.base), int(e.exp))
            case EntrySum():
                return self.total(x for row in self.matrix(e.args[0], at) for x in row)
            case SquaredNorm():
                return self.total(x * x for row in self.matrix(e.args[0], at) for x in row)
            case Trace():
                return self.total(row[k] for k, row in enumerate(self.matrix(e.arg, at)))
            case MatrixElement():
                i, j = (self.size(index, at) for index in e.indices)
                if isinstance(e.parent, MatrixSymbol):
                    return self.entry(e.parent, i, j, at)
                return self.matrix(e.parent, at)[i][j]
            case KroneckerDelta():
                a, b = (self.size(part, at) for part in e.args[:2])
                inside = len(e.args) == 2 or 0 <= a <= self.size(e.args[2][1], at)
                return self.lift(Fraction(int(a == b and inside)))
            case Sum():
                ranges = []
                for index, low, high in reversed(e.limits):
                    ranges.append((index, range(self.size(low, at), self.size(high, at) + 1)))
                places = product(*[values for _, values in ranges])
                names = [index for index, _ in ranges]
                return self.total(
                    self.scalar(e.function, at | dict(zip(names, place, strict=True))) for place in places
                )
            case Applied():
                return self.applied(e.args[0], value(e.args[1]), at)
        raise TypeError(f"{type(e).__name__}: {e}")

    def total(self, terms):
        return reduce(lambda a, b: a + b, terms, self.lift(Fraction(0)))

    def applied(self, function, x, at):
        if function.definition is None:
            return self.function(function, x)
        variable = Symbol("the argument")
        body = function.definition(variable)
        return self.with_argument(body, variable, x, at)

    def with_argument(self, body, variable, x, at):
        """A formula of one variable whose value may be a dual number."""
        if body == variable:
            return x
        parts = [self.with_argument(part, variable, x, at) for part in body.args] if body.has(variable) else []
        if isinstance(body, Add) and parts:
            return reduce(lambda a, b: a + b, parts)
        if isinstance(body, Mul) and parts:
            return reduce(lambda a, b: a * b, parts)
        if isinstance(body, Pow) and parts:
            return self.power(parts[0], int(body.exp))
        return self.scalar(body, at)

    def matrix(self, e, at):
        """The rows of a matrix."""
        if isinstance(e, MatrixSymbol):
            rows, columns = (self.size(size, at) for size in e.shape)
            return [[self.entry(e, i, j, at) for j in range(columns)] for i in range(rows)]
        if isinstance(e, OneMatrix | ZeroMatrix | Identity):
            rows, columns = (self.size(size, at) for size in e.shape)
            number = Fraction(int(isinstance(e, OneMatrix)))
            same = Fraction(int(not isinstance(e, ZeroMatrix)))
            return [[self.lift(same if i == j else number) for j in range(columns)] for i in range(rows)]
        if isinstance(e, Transpose):
            return [list(row) for row in zip(*self.matrix(e.arg, at), strict=True)]
        if isinstance(e, MatAdd):
            return self.elementwise(lambda a, b: a + b, e.args, at)
        if isinstance(e, Hadamard):
            return self.elementwise(lambda a, b: a * b, e.args, at)
        if isinstance(e, MatPow):
            base = self.matrix(e.base, at)
            return reduce(self.times, [base if e.exp > 0 else self.inverse(base)] * abs(int(e.exp)))
        if isinstance(e, MatMul):
            scalars = [self.scalar(part, at) for part in e.args if not isinstance(part, MatrixExpr)]
            matrices = [self.matrix(part, at) for part in e.args if isinstance(part, MatrixExpr)]
            scalar = reduce(lambda a, b: a * b, scalars, self.lift(Fraction(1)))
            return [[scalar * x for x in row] for row in reduce(self.times, matrices)]
        if isinstance(e, AppliedToMatrix):
            function, argument = e.args
            return [[self.applied(function, x, at) for x in row] for row in self.matrix(argument, at)]
        if isinstance(e, Gradient):
            return self.gradient(e.args[0], e.args[1], at)
        raise TypeError(f"{type(e).__name__}: {e}")

    def elementwise(self, operation, parts, at):
        matrices = [self.matrix(part, at) for part in parts]
        rows = zip(*matrices, strict=True)
        return [[reduce(operation, entries) for entries in zip(*row, strict=True)] for row in rows]

    def times(self, left, right):
        return [
            [self.total(a * b for a, b in zip(row, column, strict=True)) for column in zip(*right, strict=True)]
            for row in left
        ]

    def inverse(self, rows):
        """The inverse, by elimination with the identity beside; ``ZeroDivisionError`` where there is none."""
        size, minus = len(rows), self.lift(Fraction(-1))
        rows = [[*row, *(self.lift(Fraction(int(i == j))) for j in range(size))] for i, row in enumerate(rows)]
        for k in range(size):
            pivot = next((r for r in range(k, size) if rows[r][k]), k)
            rows[k], rows[pivot] = rows[pivot], rows[k]
            scale = self.power(rows[k][k], -1)
            rows[k] = [scale * x for x in rows[k]]
            for r in set(range(size)) - {k}:
                rows[r] = [a + minus * rows[r][k] * b for a, b in zip(rows[r], rows[k], strict=True)]
        return [row[size:] for row in rows]

    def gradient(self, cost, variable, at):
        rows, columns = (self.size(size, at) for size in variable.shape)
        self.level += 1
        gradient = []
        for i in range(rows):
            gradient.append([])
            for j in range(columns):
                self.raised[self.level] = (*self.named(variable, at), i, j)
                gradient[-1].append(self.scalar(cost, at).derivative)
        del self.raised[self.level]
        self.level -= 1
        return gradient

    def value(self, e, at):
        return self.matrix(e, at) if isinstance(e, MatrixExpr) else self.scalar(e, at)


def agree(left, right, sizes, rng, free=()):
    """Whether both sides have the same values at some sizes, where they have values; ``None`` where they have none."""
    compared = None
    world = World(sizes, rng)
    for place in product(*[range(world.size(size, {})) for _, size in free]):
        at = {index: k for (index, _), k in zip(free, place, strict=True)}
        try:
            same = world.value(left, at) == world.value(right, at)
        except (ZeroDivisionError, IndexError):
            continue
        if not same:
            return False
        compared = True
    return compared
