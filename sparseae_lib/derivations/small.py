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

from sparseae_lib.calculus.functions import Applied
from sparseae_lib.calculus.indices import comparable
from sparseae_lib.derivations.latex import latex, ordered_factors, ordered_terms
from sparseae_lib.derivations.meeting import simplified

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
                return self.entry(e.parent, *(int(self.value(index, at)) for index in e.indices))
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
                return Fraction(self.sizes[e])
            case Symbol() | AppliedUndef():
                return self.numbers.setdefault(e, self._positive(e) if e.is_nonnegative else self._small(e))
            case Function() if hasattr(mpmath, e.func.__name__):
                return getattr(mpmath, e.func.__name__)(*[_real(self.value(part, at)) for part in e.args])
        raise ArithmeticError(f"no small value for {e}")

    def entry(self, matrix, i, j):
        return self.entries.setdefault((matrix, i, j), self._small(matrix, i, j))

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
    """Where two sides differ: the world, {free index: its value, from 0}, and both sides in entries with their values.

    The world holds what the two values needed, and no more.
    """

    world: SmallWorld
    free: dict
    sides: tuple
    values: tuple

    @property
    def indices(self):
        return tuple(self.free.values())


def small_witness(left: Basic, right: Basic) -> SmallWitness | None:
    """The difference in the smallest world, by the sum of its sizes; ``None`` if the small worlds show none."""
    *sides, free = comparable(left, right)
    sides = tuple(map(simplified, sides))
    sizes = frozenset().union(*map(_sizes, sides), *map(_sizes_in, free.values()))
    sizes = sorted(sizes - free.keys(), key=str)
    for numbers in sorted(product(range(1, LARGEST + 1), repeat=len(sizes)), key=lambda n: (sum(n), n)):
        for seed in range(SEEDS):
            if found := _difference(dict(zip(sizes, numbers, strict=True)), seed, sides, free):
                return found
    return None


def _difference(sizes, seed, sides, free):
    plain = SmallWorld(sizes, seed)
    for place in product(*[range(int(plain.value(size, {}))) for size in free.values()]):
        at = dict(zip(free, place, strict=True))
        world = SmallWorld(sizes, seed)
        try:
            x, y = (world.value(side, at) for side in sides)
        except (ArithmeticError, ValueError):  # a pole
            continue
        exact = not any(isinstance(value, mpmath.mpf | mpmath.mpc) for value in (x, y))
        if x != y if exact else abs(x - y) > mpmath.mpf(10) ** -9 * max(1, abs(x), abs(y)):
            return SmallWitness(world, at, sides, (x, y))
    return None


def worked(expression, witness):
    """The expression with numbers in it, every sum written out, as LaTeX."""
    return _worked(expression, witness.world, witness.free)


def _worked(e, world, at):
    match e:
        case Add():
            return _added([_worked(part, world, at) for part in ordered_terms(e)])
        case Sum():
            ranges = [range(int(world.value(high, at)) + 1) for _, _, high in e.limits]
            places = [at | dict(zip(e.variables, place, strict=True)) for place in product(*ranges)]
            return _added([_worked(e.function, world, place) for place in places])
        case Mul():
            number, factors = ordered_factors(e)
            sign, number = ("-", -number) if number.could_extract_minus_sign() else ("", number)
            factors = factors if number == 1 else [*Mul.make_args(number), *factors]
            return sign + r" \cdot ".join(_factor(part, world, at) for part in factors)
        case Pow() if e.exp.is_Integer and e.exp > 0:
            return rf"{_factor(e.base, world, at, True)}^{{{e.exp}}}"
    return latex(counted(world.value(e, at)))


def _added(terms):
    first, *rest = terms
    return first + "".join(f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in rest)


def _factor(e, world, at, base=False):
    text = _worked(e, world, at)
    plain = not isinstance(e, Add | Sum) and not text.startswith("-") and not (base and "frac" in text)
    return text if plain else rf"\left({text}\right)"


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
