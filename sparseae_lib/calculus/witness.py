"""The random witness: sizes, entries and functions for which two expressions take different values.

Values are exact fractions, unless a logarithm, an exponential or a root occurs, or many functions in each other: then
they carry 50 digits, every arbitrary function stays between 0 and 1, also where the logarithm has been differentiated
away, and in every other world so does every entry. In a few worlds sizes and layers coincide, all of them may be 1, and
values may be 0. Where one of the sides has no value, or is no real number, nothing is compared. Every value is drawn by
``draws`` from its name, so it does not depend on the order of evaluation.
"""

from contextlib import suppress
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from math import log2, perm, prod

import mpmath
from sympy import Abs, Add, Integer, KroneckerDelta, Mul, Pow, Rational, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.draws import LOW, Draws
from sparseae_lib.calculus.evidence import DIGITS, Witness
from sparseae_lib.calculus.functions import KNOWN, Applied
from sparseae_lib.calculus.inverses import OfMatrix, eliminated
from sparseae_lib.calculus.matrices import Gradient, LayerMatrix
from sparseae_lib.calculus.shapes import Unsupported, satisfies

WORLDS = 7
TRIES = 32
VALUES = {function: abs if function is Abs else getattr(mpmath, function.__name__) for function in KNOWN}
DEEPEST = 6
"""How many functions may be in each other for fractions to be short: each has three times as many digits."""

MOST_VALUES = 200_000
"""A world in which the parts of the two sides take more values than this is passed over."""
ENOUGH_VALUES = 20_000
"""After four worlds, none is begun with which they would take more than this in all."""


def find_witness(left, right, free, *numbers, defined=(), enough=ENOUGH_VALUES):
    """The first witness in a few random worlds, or ``None``. ``free`` is {free index: size}.

    ``numbers`` are pairs of an index, or of the place of a layer, and a size that is larger. What must have a value
    where the two sides are compared is ``defined``. After four worlds none is tried that would need more than
    ``enough`` values together with those before it.

    Raises ``Undefined`` if no world was found in which both sides have values.
    """
    worlds = values = 0
    for seed in range(TRIES):
        with mpmath.workdps(DIGITS):
            world, compared = World(seed, (left, right, *defined), free, numbers), False
            values += (cost := world.cost(left, right, free))
            if worlds >= 4 and values > enough:
                break
            for indices, a, b in world.pairs(left, right, free, defined) if cost < MOST_VALUES else ():
                compared = True
                if world.differ(a, b) and world.is_no_rounding_error(a, b, left, right, free, indices):
                    return Witness(world.sizes, indices, world.number(a), world.number(b))
        worlds += compared
        if worlds == WORLDS:
            break
    if not worlds:
        raise Undefined("no random values were found at which both sides are defined")
    return None


class Undefined(ValueError):
    """No world was found in which both sides have values."""


class World(Draws):
    """Random sizes, matrix entries, scalars and functions, and the value of an expression under them."""

    def __init__(self, seed, expressions, free, numbers=()):
        exact = not any(_is_transcendental(e) or _depth(e) > DEEPEST for e in expressions)
        super().__init__(seed, exact)
        self.expressions, self.numbers = expressions, numbers
        indices = set(free).union(
            *(limit[:1] for e in expressions for s in atoms(e, Sum, OfMatrix) for limit in s.limits)
        )
        sizes = *free.values(), *(part for pair in numbers for part in pair)
        symbols = set().union(*map(_sizes, expressions), *[_sizes(size, True) for size in sizes])
        symbols = sorted((symbol for symbol in symbols if not _free(symbol) & indices), key=str)
        self.sizes = {symbol: _size(symbol, number) for symbol, number in self.smallest_sizes(symbols).items()}
        self.memory, self.named = _memory(seed, self.exact, mpmath.mp.dps, *self.sizes.items()), {}
        self.coefficients = {}
        # S(l) and S(2) are one where l is 2.
        for function in (symbol for symbol in symbols if isinstance(symbol, AppliedUndef)):
            numbers = [_whole(self.value(part, {})) for part in function.args]
            self.sizes[function] = self.named.setdefault((function.func, *numbers), self.sizes[function])

    def pairs(self, left, right, free, defined=()):
        """(indices, left, right) where both sides have values: not at a pole, nor beyond the sizes of this world."""
        with suppress(ArithmeticError, ValueError):
            if any(self.value(number, {}) not in self.range(size, {}) for number, size in self.numbers):
                return
            for indices in product(*[self.range(size, {}) for size in free.values()]):
                at = dict(zip(free, indices, strict=True))
                with suppress(ArithmeticError, ValueError):
                    for part in defined:
                        self.value(part, at)
                    b = self.value(right, at)  # most often it is this side that has no value, as the corrupted one
                    yield indices, self.value(left, at), b

    def cost(self, left, right, free):
        """How many values it takes to evaluate both sides: each part has one for all values of its indices."""
        limits = [limit for side in (left, right) for part in atoms(side, Sum) for limit in part.limits]
        sizes = free | {index: high + 1 for index, _, high in limits}
        with suppress(ArithmeticError, ValueError):
            lengths = {index: len(self.range(size, {})) for index, size in sizes.items()}
            parts = _parts(left) | _parts(right)
            return sum(prod(lengths[index] for index in _free(part) & lengths.keys()) for part in parts)
        return MOST_VALUES

    def scalar(self, symbol, *name):
        """A number that is all that is assumed of a symbol."""
        for attempt in range(64):
            number = self.attempt(symbol, *name, *[attempt] * (attempt > 0))
            if satisfies(Rational(number.numerator, number.denominator), symbol):
                return self.number(number)
        raise Unsupported(f"{symbol}: no random value is all that is assumed of it")

    def range(self, size, at):
        """The values of an index; raises ``ValueError`` if the size is no whole number in this world, or negative."""
        size = self.value(size, at)
        if size < 0 or size != int(size):
            raise ValueError(f"a size is {size}")
        return range(int(size))

    def function(self, function, x):
        r"""An arbitrary function at ``x``: :math:`a + bx + cx^2 + dx^3`, or in a real world two sines.

        Each derivative is that of the function. The sines stay in (0, 1), where a logarithm can follow them.
        """
        if function.name not in self.coefficients:
            self.coefficients[function.name] = [self.number(self.small(function.name, place)) for place in "abcd"]
        (a, b, c, d), k = self.coefficients[function.name], function.order
        if self.exact:
            return sum(perm(n, k) * coefficient * x ** (n - k) for n, coefficient in enumerate((a, b, c, d)) if n >= k)
        sines = ((mpmath.mpf(1) / 4, a, b), (mpmath.mpf(1) / 8, 3 * c, d))
        waves = sum(size * s**k * mpmath.sin(s * x + shift + k * mpmath.pi / 2) for size, s, shift in sines)
        return (waves + mpmath.mpf(k == 0) / 2) * self.wide / (32 if self.kind == LOW else 1)

    def differ(self, a, b):
        if self.exact:
            return a != b
        return abs(a - b) > mpmath.mpf(10) ** (10 - DIGITS) * max(1, abs(a), abs(b))

    def is_no_rounding_error(self, a, b, left, right, free, indices):
        """Whether a difference is still there with ten times the digits."""
        if self.exact:
            return True
        with mpmath.workdps(10 * DIGITS):
            finer = World(self.seed, self.expressions, free, self.numbers)
            at = dict(zip(free, indices, strict=True))
            with suppress(ArithmeticError, ValueError):  # a pole that was rounded away
                difference = finer.value(left, at) - finer.value(right, at)
                return 2 * abs(difference - (a - b)) < abs(a - b)
            return False

    def value(self, expression, at):
        """The value under the index values ``at``; every part is computed once for the indices that it depends on.

        Raises ``ArithmeticError`` or ``ValueError`` if there is none.
        """
        if isinstance(expression, Symbol) and expression in at:
            return at[expression]
        kept = self.memory.get(expression)
        if kept is None:
            kept = self.memory[expression] = [symbol for symbol in _free(expression) if symbol not in self.sizes], {}
        free, values = kept
        key = tuple(map(at.get, free))
        value = values.get(key)
        if value is None:
            value = self._value(expression, at)
            if isinstance(value, mpmath.mpc) or (isinstance(value, mpmath.mpf) and not mpmath.isfinite(value)):
                raise ValueError(f"{expression} is no real number")
            values[key] = value
        return value

    def _value(self, e, at):
        def value(part):
            return self.value(part, at)

        match e:
            case Rational():
                return self.number(e)
            case MatrixElement():
                indices = [value(i) for i in e.indices]
                if any(i not in self.range(size, at) for i, size in zip(indices, e.parent.shape, strict=True)):
                    raise ValueError(f"no entry {e.indices} at {self.sizes}")
                return self.number(self.matrix_entry(*self.name(e.parent, at), *map(int, indices)))
            case Add():
                return sum(map(value, e.args))
            case Mul() if any(isinstance(factor, KroneckerDelta) and value(factor) == 0 for factor in e.args):
                return 0
            case Mul():
                return prod(map(value, e.args))
            case Pow():
                return self.power(value(e.base), value(e.exp))
            case Sum():
                index, high, inside, places = _outermost(e)
                numbers = self.range(high + 1, at)
                for place in map(value, places):
                    numbers = [n for n in numbers if n == place]
                return sum(self.value(inside, at | {index: n}) for n in numbers)
            case OfMatrix():
                determinant, inverse = self.eliminated(e.args[:3], at)
                if not e.indices:
                    return determinant
                if inverse is None:
                    raise ValueError(f"{e}: a matrix without an inverse")
                i, j = map(value, e.indices)
                return inverse[int(i)][int(j)]
            case KroneckerDelta():
                inside = len(e.args) == 2 or value(e.args[0]) in self.range(e.args[2][1] + 1, at)
                return int(inside and not self.apart(*e.args[:2], at))
            case Applied():
                function, argument = e.args
                if function.definition is None:
                    return self.function(function, value(argument))
                (x,) = function.definition.variables
                return self.value(function.definition.expr, at | {x: value(argument)})
            case Symbol() | AppliedUndef() if e in self.sizes:
                return self.sizes[e]
            case Symbol():
                return self.scalar(e, e)
            case AppliedUndef():
                numbers = [_whole(value(part)) for part in e.args]
                return self.named.get((e.func, *numbers)) or self.scalar(e, e.func, *numbers)
        if type(e) in KNOWN:
            return self.known(VALUES[type(e)], *map(value, e.args))
        if e.is_NumberSymbol:
            return mpmath.mpf(str(e.evalf(mpmath.mp.dps + 10)))
        raise Unsupported(f"{type(e).__name__} in {e}: not an index expression")

    def apart(self, left, right, at):
        """Whether two numbers are different; raises ``ValueError`` where only an infinity of digits would tell.

        sin(x)^2 + cos(x)^2 is 1 but for its last digit, and the least difference decides which case of two is taken.
        """
        a, b = self.value(left, at), self.value(right, at)
        if not isinstance(a - b, mpmath.mpf):
            return a != b
        differ = self.differ(a, b)
        if not differ and (_is_transcendental(left) or _is_transcendental(right)):
            raise ValueError(f"whether {left} is {right} cannot be told from digits")
        return differ

    def eliminated(self, matrix, at):
        """The determinant and the inverse of a matrix, once for the values of the indices that its entries have."""
        body, *limits = matrix
        key = matrix, tuple(at.get(symbol) for symbol in sorted(_free(body), key=str))
        if key not in self.memory:
            rows, columns = ([(index, n) for n in self.range(high + 1, at)] for index, _, high in limits)
            self.memory[key] = eliminated(
                [[self.value(body, at | dict(place)) for place in product([r], columns)] for r in rows]
            )
        return self.memory[key]

    def power(self, base, exponent):
        if abs(exponent) > 64 and abs(exponent) * log2(abs(base) + 2) > 10**5:
            raise ValueError("a power that is too large")
        if exponent == int(exponent):
            exponent = int(exponent)
            return self.number(1) / base**-exponent if exponent < 0 else base**exponent
        return mpmath.power(base, exponent)

    def known(self, function, argument):
        if abs(argument) > 10**4:
            raise ValueError("a value that is too large")
        return function(argument)

    def name(self, matrix, at):
        """What tells a matrix from others: W^(k) is W^(2) where k is 2."""
        if isinstance(matrix, LayerMatrix):
            return "layer", matrix.name, _whole(self.value(matrix.layer, at))
        if isinstance(matrix, Gradient):  # of a cost with a name
            cost, variable, *_ = matrix.args
            return cost.func, *(_whole(self.value(part, at)) for part in cost.args), *self.name(variable, at)
        return (matrix.name,)

    def number(self, number):
        """A number in the arithmetic of this world."""
        if isinstance(number, mpmath.mpf):
            return number
        numerator, denominator = int(number.numerator), int(number.denominator)
        return Fraction(numerator, denominator) if self.exact else mpmath.mpf(numerator) / denominator


def _size(symbol, number):
    """The first whole number from this one on that is all that is assumed of the symbol."""
    for whole in range(number, number + 8):
        if satisfies(Integer(whole), symbol):
            return whole
    raise Unsupported(f"{symbol}: no size is all that is assumed of it")


def _whole(number):
    """A number as a part of a name: a whole one is the same in every world, and none has its rounding errors."""
    if number == int(number):
        return int(number)
    return mpmath.nstr(number, DIGITS // 2) if isinstance(number, mpmath.mpf) else number


@lru_cache(maxsize=16)
def _memory(*world):
    """The values of expressions in the world with this seed, kind of numbers, digits and sizes.

    A ``dict`` to be filled, and kept for the next pair: the corruptions of a formula share most of their parts.
    """
    return {}


@cache
def _outermost(total):
    """The outermost index of a sum, its last value, what is summed, and what brackets there say that the index is.

    Of the sum of [s = a] x_s over s, s = a is the only term: a bracket that is 0 makes its term 0, whatever x_s is.
    """
    *inner, (index, _, high) = total.limits
    inside = total.func(total.function, *inner) if inner else total.function
    bound = {symbol for symbol, *_ in inner}  # where one of these is in a bracket, it has no value yet
    brackets = [set(part.args[:2]) for part in Mul.make_args(total.function) if isinstance(part, KroneckerDelta)]
    places = [place for bracket in brackets if index in bracket - bound for place in bracket - {index}]
    return index, high, inside, [place for place in places if not _free(place) & {index, *bound}]


@cache
def _parts(expression):
    """All that is evaluated for a value of an expression."""
    parts = expression.indices if isinstance(expression, MatrixElement) else expression.args
    return frozenset({expression}).union(*map(_parts, parts))


@cache
def _free(expression):
    """The symbols that a value depends on, as a frozenset; SymPy's ``free_symbols`` is the same and much slower."""
    if isinstance(expression, Symbol):
        return frozenset([expression])
    bound = expression.variables if isinstance(expression, Sum | OfMatrix) else ()
    return frozenset().union(*map(_free, expression.args)).difference(bound)


@cache
def _depth(expression):
    """How many functions are in each other."""
    return isinstance(expression, Applied) + max(map(_depth, expression.args), default=0)


@cache
def _is_transcendental(expression):
    """Whether fractions do not suffice for the values of an expression."""
    if isinstance(expression, MatrixElement | AppliedUndef | Symbol):
        return False
    if isinstance(expression, KroneckerDelta):
        return any(map(_is_transcendental, expression.args[:2]))
    if isinstance(expression, Applied) and expression.args[0].definition is not None:
        function, argument = expression.args
        definition = function.of_order(0).definition  # not of its derivative: a logarithm has its domain
        return _is_transcendental(definition.expr) or _is_transcendental(argument)
    if type(expression) in KNOWN[:-1] or (isinstance(expression, Pow) and not expression.exp.is_Integer):
        return True
    return expression.is_NumberSymbol or any(_is_transcendental(part) for part in expression.args)


@cache
def _sizes(expression, counts=False):
    """The symbols that stand for whole numbers: those in shapes and limits, where it ``counts``, and all integers."""
    if isinstance(expression, MatrixElement):
        counted = [_sizes(number, True) for number in (*expression.parent.shape, *_layers(expression.parent))]
        return frozenset().union(*counted, *map(_sizes, expression.indices))
    if isinstance(expression, Sum | OfMatrix):
        counted = [_sizes(high, True) for _, _, high in expression.limits]
        return _sizes(expression.function).union(*counted, *map(_sizes, getattr(expression, "indices", ())))
    if isinstance(expression, Symbol | AppliedUndef):
        return frozenset([expression] if counts or expression.is_integer else [])
    return frozenset().union(*[_sizes(part, counts) for part in expression.args])


def _layers(matrix):
    """The layer of a matrix, or of what a cost is differentiated with respect to."""
    if isinstance(matrix, Gradient):
        return _layers(matrix.args[1])
    return [matrix.layer] if isinstance(matrix, LayerMatrix) else []
