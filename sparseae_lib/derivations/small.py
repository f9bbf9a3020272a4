"""A witness for the eye: the smallest sizes and small whole numbers at which two sides of an equation differ.

An arbitrary differentiable function may have any values and any derivatives at finitely many points. So they are drawn
point by point, and the table of those that were used says all that is assumed of the function. What a logarithm is
taken of, as in the divergence, gets values between 0 and 1: it may be a rate or a mean activation. A matrix of which
something is assumed gets the values of its form.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import chain, product
from math import prod

import mpmath
from sympy import (
    Add,
    Basic,
    Function,
    Integer,
    KroneckerDelta,
    Mul,
    Pow,
    Rational,
    Sum,
    Symbol,
    log,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.functions import Applied, Elementwise
from sparseae_lib.calculus.hypotheses import Hypothesis
from sparseae_lib.calculus.indices import comparable
from sparseae_lib.calculus.matrices import Stand
from sparseae_lib.derivations.latex import latex, ordered_factors, ordered_terms
from sparseae_lib.derivations.meeting import simplified
from sparseae_lib.derivations.written import in_entries
from sparseae_lib.formulas.printer import counts_layers

LARGEST, SEEDS = 3, 6


@dataclass
class SmallWorld:
    """Values that are drawn when they are asked for, and kept: {matrix entry, function value or number: value}."""

    sizes: dict
    seed: int
    rates: frozenset = frozenset()  # the matrices, functions and numbers with values between 0 and 1
    forms: dict = field(default_factory=dict)  # {matrix: entry of the form it is assumed to have, row, column}
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
            case Pow(exp=Rational()) if (base := self.value(e.base, at)) > 0:
                return _real(base) ** _real(self.value(e.exp, at))
            case Sum():
                return sum(self.value(e.function, place) for place in self.places(e, at))
            case KroneckerDelta():
                return int(self.value(e.args[0], at) == self.value(e.args[1], at))
            case Applied():
                function, argument = e.args
                x = self.value(argument, at)
                if function.definition is None:
                    return self.functions.setdefault((function, x), self._drawn(function, x))
                values = [
                    self.value(definition.expr, at | dict.fromkeys(definition.variables, x))
                    for definition in (function.of_order(0).definition, function.definition)
                ]
                return values[-1]  # a derivative exists only where the function does, though its formula may say more
            case Symbol() if e in at:
                return at[e]
            case Symbol() | AppliedUndef() if e in self.sizes:
                return Fraction(self.sizes[e])
            case Symbol() | AppliedUndef():
                return self.numbers.setdefault(e, self._drawn(e))
            case Function() if hasattr(mpmath, e.func.__name__):
                value = getattr(mpmath, e.func.__name__)(*[_real(self.value(part, at)) for part in e.args])
                if isinstance(value, mpmath.mpf):
                    return value
        raise ArithmeticError(f"no small value for {e}")

    def places(self, total, at):
        """The values of the indices of a sum, each together with those around it."""
        ranges = [range(int(self.value(high, at)) + 1) for _, _, high in total.limits]
        return [at | dict(zip(total.variables, place, strict=True)) for place in product(*ranges)]

    def entry(self, matrix, i, j):
        if isinstance(matrix, Stand):  # what a form is made of is not shown: the matrix itself is
            return self._drawn(matrix, i, j)
        if (matrix, i, j) not in self.entries:
            if matrix in self.forms:
                form, row, column = self.forms[matrix]
                value = self.value(form, {row: i, column: j})
            else:
                value = self._drawn(matrix, i, j)
            self.entries[matrix, i, j] = value
        return self.entries[matrix, i, j]

    def _draw(self, *name):
        return sha256(repr((self.seed, *map(str, name))).encode()).digest()[0]

    def _drawn(self, what, *place):
        """1, 2, 3 or their negatives, or for a rate a quarter of them; never 0, which hides a factor."""
        number = Fraction(self._draw(what, *place) % 3 + 1)
        if what in self.rates:
            return number / 4
        return number if what.is_nonnegative else number * (-1) ** self._draw("sign", what, *place)


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


def small_witness(left: Basic, right: Basic, *given: Hypothesis) -> SmallWitness | None:
    """The difference in the smallest world, by the sum of its sizes; ``None`` if the small worlds show none.

    In each of them all that is ``given`` holds. They have no sums over layers, and none over a part of the entries.
    """
    totals = [total for side in (left, right) for total in side.atoms(Sum)]
    if any(counts_layers(index, total.function) or low != 0 for total in totals for index, low, _ in total.limits):
        return None
    *sides, free = comparable(left, right)
    sides = tuple(map(_without_brackets, sides))
    sizes = frozenset().union(*map(_sizes, sides), *map(_sizes_in, free.values()))
    sizes, rates = sorted(sizes - free.keys(), key=str), frozenset(chain(*map(_rates, sides)))
    forms = {hypothesis.matrix: _entry_of_form(hypothesis) for hypothesis in given}
    for numbers in sorted(product(range(1, LARGEST + 1), repeat=len(sizes)), key=lambda n: (sum(n), n)):
        for seed in range(SEEDS):
            if found := _difference(dict(zip(sizes, numbers, strict=True)), seed, rates, forms, sides, free):
                return found
    return None


def _without_brackets(side):
    """The side in entries, as it is written if that has no bracket in it, and otherwise as a sum of terms without."""
    entries = in_entries(side)
    return simplified(side) if entries.has(KroneckerDelta) else entries


def _entry_of_form(hypothesis):
    form, _, free = comparable(hypothesis.form, hypothesis.matrix)
    return form, *free


def _difference(sizes, seed, rates, forms, sides, free):
    plain = SmallWorld(sizes, seed)
    for place in product(*[range(int(plain.value(size, {}))) for size in free.values()]):
        at = dict(zip(free, place, strict=True))
        world = SmallWorld(sizes, seed, rates, forms)
        try:
            x, y = (world.value(side, at) for side in sides)
        except (ArithmeticError, ValueError):  # a pole, or the logarithm of a negative number
            continue
        if _differ(x, y):
            return SmallWitness(world, at, sides, (x, y))
    return None


def _differ(x, y):
    if all(isinstance(value, Fraction | int) for value in (x, y)):
        return x != y
    x, y = map(_real, (x, y))  # one side may be a fraction where the other has a logarithm
    return abs(x - y) > mpmath.mpf(10) ** -9 * max(1, abs(x), abs(y))


def worked(expression, witness):
    """The expression with numbers in it, every sum written out, as LaTeX."""
    return _worked(expression, witness.world, witness.free)


def _worked(e, world, at):
    match e:
        case Add():
            return _added([_worked(part, world, at) for part in ordered_terms(e)])
        case Sum():
            return _added([_worked(e.function, world, place) for place in world.places(e, at)])
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
    if isinstance(e, Sum) and len(places := world.places(e, at)) == 1:
        return _factor(e.function, world, *places, base)
    text = _worked(e, world, at)
    plain = not isinstance(e, Add | Sum) and not text.startswith("-") and not (base and "frac" in text)
    return text if plain else rf"\left({text}\right)"


def _rates(expression):
    """All that a logarithm is taken of, directly or by a function, as rho and the mean by KL and KL'.

    In KL(rho || 1/m sum f(Z)) these are rho and f, and not Z: the numbers inside another function may be any.
    """
    for part in _written(expression):
        match part:
            case log() if not part.args[0].is_positive:
                yield from _outside_functions(part.args[0])
            case Applied() if part.args[0].definition is not None:
                function, argument = part.args
                formula = function.of_order(0).definition.expr
                if any(not logarithm.args[0].is_positive for logarithm in formula.atoms(log)):
                    yield from chain.from_iterable(map(_outside_functions, (*function.parameters, argument)))


def _written(expression):
    """All parts of an expression, but for those of the definition of a function."""
    yield expression
    for part in expression.args:
        if not isinstance(part, Elementwise):
            yield from _written(part)


def _outside_functions(e):
    """The matrices, the arbitrary functions and the numbers in an expression, but for those inside a function."""
    match e:
        case MatrixElement():
            yield e.parent
        case Applied():
            yield e.args[0]
        case Sum():
            yield from _outside_functions(e.function)
        case Symbol() | AppliedUndef():
            yield from [] if e.is_integer else [e]
        case _:
            yield from chain.from_iterable(map(_outside_functions, e.args))


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
    return Symbol(mpmath.nstr(number, 5).removesuffix(".0"))
