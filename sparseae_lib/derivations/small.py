"""A witness for the eye: the smallest sizes and small whole numbers at which two sides of an equation differ.

An arbitrary differentiable function may have any values and any slopes at finitely many points. So they are drawn
point by point, and the table of those that were used says all that is assumed of the function.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import product
from math import prod

import mpmath
from sympy import Add, Basic, Function, Integer, KroneckerDelta, Mul, Pow, Rational, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from ..calculus.functions import Applied
from ..calculus.indices import comparable

LARGEST, SEEDS = 3, 6


@dataclass
class SmallWorld:
    """Values that are drawn when they are asked for, and kept: {matrix entry, function value or number: value}."""

    sizes: dict
    seed: int
    entries: dict = field(default_factory=dict)
    functions: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)

    def value(self, e, at):
        match e:
            case Rational():
                return Fraction(int(e.p), int(e.q))
            case MatrixElement():
                name = (e.parent, *(int(self.value(index, at)) for index in e.indices))
                return self.entries.setdefault(name, self._small(*name))
            case Add():
                return sum(self.value(part, at) for part in e.args)
            case Mul():
                return prod(self.value(part, at) for part in e.args)
            case Pow() if e.exp.is_Integer:
                return self.value(e.base, at) ** int(e.exp)
            case Sum():
                ranges = [range(int(self.value(high, at)) + 1) for _, _, high in e.limits]
                places = product(*ranges)
                return sum(self.value(e.function, at | dict(zip(e.variables, place, strict=True))) for place in places)
            case KroneckerDelta():
                return int(self.value(e.args[0], at) == self.value(e.args[1], at))
            case Applied():
                function, argument = e.args
                x = self.value(argument, at)
                if function.definition is not None:
                    (variable,) = function.definition.variables
                    return self.value(function.definition.expr, at | {variable: x})
                return self.functions.setdefault((function, x), self._small(function, x))
            case Symbol() if e in at:
                return at[e]
            case Symbol() | AppliedUndef() if e in self.sizes:
                return self.sizes[e]
            case Symbol() | AppliedUndef():
                return self.numbers.setdefault(e, self._positive(e) if e.is_nonnegative else self._small(e))
            case Function() if hasattr(mpmath, e.func.__name__):
                return getattr(mpmath, e.func.__name__)(*[_real(self.value(part, at)) for part in e.args])
        raise ArithmeticError(f"no small value for {e}")

    def _draw(self, *name):
        return sha256(repr((self.seed, *map(str, name))).encode()).digest()[0]

    def _small(self, *name):
        """1, 2, 3 or their negatives; never 0, which hides a factor."""
        return Fraction((self._draw(*name) % 3 + 1) * (-1) ** self._draw("sign", *name))

    def _positive(self, *name):
        return Fraction(self._draw(*name) % 3 + 1)


def _real(number):
    return mpmath.mpf(number.numerator) / number.denominator if isinstance(number, Fraction) else number


@dataclass(frozen=True)
class SmallWitness:
    """Where two sides differ: the world with what they needed of it, the entry (counted from 0), both values."""

    world: SmallWorld
    indices: tuple
    left: Fraction | mpmath.mpf
    right: Fraction | mpmath.mpf


def small_witness(left: Basic, right: Basic) -> SmallWitness | None:
    """The first difference, by the number of entries that the sizes make; ``None`` if these numbers show none."""
    a, b, free = comparable(left, right)
    sizes = sorted(_sizes(a) | _sizes(b) | set().union(*[_sizes_in(size) for size in free.values()]), key=str)
    for numbers in sorted(product(range(1, LARGEST + 1), repeat=len(sizes)), key=lambda n: (sum(n), n)):
        for seed in range(SEEDS):
            world = SmallWorld(dict(zip(sizes, numbers, strict=True)), seed)
            found = _difference(world, a, b, free)
            if found:
                return found
    return None


def _difference(world, a, b, free):
    ranges = [range(int(world.value(size, {}))) for size in free.values()]
    for place in product(*ranges):
        at = dict(zip(free, place, strict=True))
        fresh = SmallWorld(world.sizes, world.seed)
        try:
            x, y = fresh.value(a, at), fresh.value(b, at)
        except (ArithmeticError, ValueError):  # a pole
            continue
        exact = isinstance(x, Fraction | int) and isinstance(y, Fraction | int)
        if x != y if exact else abs(x - y) > mpmath.mpf(10) ** -9 * max(1, abs(x), abs(y)):
            return SmallWitness(fresh, place, x, y)
    return None


@cache
def _sizes(e):
    """The symbols in the shapes of matrices and in the limits of sums, without indices."""
    if isinstance(e, MatrixElement):
        return frozenset().union(*map(_sizes_in, e.parent.shape))
    if isinstance(e, Sum):
        return _sizes(e.function).union(*[_sizes_in(high) for _, _, high in e.limits])
    return frozenset().union(*map(_sizes, e.args))


def _sizes_in(size):
    functions = size.atoms(AppliedUndef)
    inside = set().union(*[function.atoms(Symbol) for function in functions])
    return frozenset(functions | size.atoms(Symbol) - inside)


def counted(number) -> Integer | Rational | Basic:
    """A value as a number of SymPy, to be printed."""
    if isinstance(number, Fraction | int):
        return Rational(Fraction(number).numerator, Fraction(number).denominator)
    return Symbol(mpmath.nstr(number, 5))
