"""The random witness: sizes, entries and functions for which two expressions take different values.

Values are exact fractions, unless a logarithm, an exponential or a root occurs: then they carry 50 digits, every
arbitrary function stays between 0 and 1, also where the logarithm has been differentiated away, and in every other
world so does every entry. Where neither side is a real number nothing is compared.
Every value is drawn from a hash of its name, so it does not depend on the order of evaluation.
"""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from hashlib import sha256
from itertools import product
from math import perm, prod

import mpmath
from sympy import Add, Function, Integer, KroneckerDelta, Mul, Pow, Rational, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from .functions import Applied
from .matrices import Gradient, LayerMatrix
from .shapes import Unsupported

DIGITS = 50
WORLDS = 4
TRIES = 24


@dataclass(frozen=True)
class Witness:
    """The sizes and the indices (counted from 0) at which the two sides have these two values.

    One of the two may be complex: the logarithm of a negative number, at values where the other side is real.
    """

    sizes: dict
    indices: tuple
    left: Fraction | mpmath.mpf | mpmath.mpc
    right: Fraction | mpmath.mpf | mpmath.mpc

    def __str__(self):
        return self.text(", ".join(f"{name} = {value}" for name, value in self.sizes.items()))

    def text(self, sizes):
        """The witness in words, its sizes given as text."""
        places = [sizes] if sizes else []
        places += [f"entry ({', '.join(map(str, self.indices))})"] if self.indices else []
        left, right = self.shown()
        return f"{', '.join(places) or 'at random values'}: left {left}, right {right}"

    def shown(self):
        """Both values as text, the right one by its distance where six digits do not tell the two apart."""
        with mpmath.workdps(DIGITS):
            left, right = _shown(self.left), _shown(self.right)
            if left == right:
                difference = self.right - self.left
                right = f"{left} {'-' if difference < 0 else '+'} {_shown(abs(difference))}"
            return left, right


def _is_real(value):
    """A value that a complex number went into counts as complex, whatever its imaginary part: a side has no value."""
    return not isinstance(value, mpmath.mpc)


def _shown(value):
    if not _is_real(value):
        return "not a real number"
    if isinstance(value, Fraction):
        if len(str(value)) <= 16:
            return str(value)
        value = mpmath.mpf(value.numerator) / value.denominator
    return mpmath.nstr(value, 6)


def find_witness(left, right, free):
    """The first witness in a few random worlds, or ``None``. ``free`` is {free index: size}.

    ``Unsupported`` where no world was found in which both sides have values.
    """
    _refuse_narrow_assumptions(left, right)
    worlds = 0
    for seed in range(TRIES):
        with mpmath.workdps(DIGITS):
            world, compared = World(seed, (left, right), free), False
            for indices, a, b in world.pairs(left, right, free):
                compared = True
                if world.differ(a, b) and world.stands(a, b, left, right, free, indices):
                    return Witness(world.sizes, indices, world.number(a), world.number(b))
        worlds += compared
        if worlds == WORLDS:
            break
    if not worlds:
        raise Unsupported("no random values were found at which both sides are defined")
    return None


def _refuse_narrow_assumptions(*expressions):
    for symbol in set().union(*[expression.atoms(Symbol) for expression in expressions]):
        if symbol.is_nonpositive or symbol.is_even or symbol.is_odd:
            raise Unsupported(f"{symbol}: random values of it would not be what it is assumed to be")


class World:
    """Random sizes, matrix entries, scalars and functions, and the value of an expression under them."""

    def __init__(self, seed, expressions, free):
        self.seed, self.expressions = seed, expressions
        self.exact = not any(map(_is_transcendental, expressions))
        indices = set(free).union(*(limit[:1] for e in expressions for s in e.atoms(Sum) for limit in s.limits))
        atoms = set().union(*map(_sizes, expressions), *[_sizes(size, True) for size in free.values()])
        atoms = sorted((atom for atom in atoms if not _free(atom) & indices), key=str)
        order = sorted(atoms, key=lambda atom: self.draw("order", atom))
        smallest = 2 + seed // (WORLDS - 1)  # not always 2, where n**2 is 2*n
        self.sizes = {atom: smallest + order.index(atom) for atom in atoms}  # distinct: no two shapes meet by chance
        self.memory, self.named = _memory(seed, self.exact, mpmath.mp.dps, *self.sizes.items()), {}
        for atom in (atom for atom in atoms if isinstance(atom, AppliedUndef)):  # S(l) and S(2) are one where l is 2
            numbers = [_whole(self.value(part, {})) for part in atom.args]
            self.sizes[atom] = self.named.setdefault((atom.func, *numbers), self.sizes[atom])

    def pairs(self, left, right, free):
        """(indices, left, right) where the sides have values: not at a pole, nor beyond the sizes of this world.

        One of the two values may be complex, not both.
        """
        with suppress(ValueError):
            for indices in product(*[self.range(size, {}) for size in free.values()]):
                at = dict(zip(free, indices, strict=True))
                with suppress(ArithmeticError, ValueError):
                    a, b = self.value(left, at), self.value(right, at)
                    if _is_real(a) or _is_real(b):
                        yield indices, a, b

    def draw(self, *name):
        """A whole number from 0 to 255, the same for the same name and seed."""
        return sha256(repr((self.seed, *map(str, name))).encode()).digest()[0]

    def small(self, *name):
        """A small number that is not zero: whole in an exact world, and a quarter of that in a real one."""
        whole = (self.draw(*name) % 3 + 1) * (-1) ** self.draw("sign", *name)
        return Fraction(whole) if self.exact else mpmath.mpf(whole) / 4

    def fraction(self, *name):
        """A number between 0 and 1, as a positive scalar gets: it may be a rate, a weight or a probability."""
        return (Fraction if self.exact else mpmath.mpf)(self.draw(*name) % 14 + 1) / 16

    def scalar(self, symbol, *name):
        if symbol.is_integer:
            return self.draw(*name) % 7 + 2
        return self.fraction(*name) if symbol.is_nonnegative else self.small(*name)

    def matrix_entry(self, *name):
        return self.small(*name) if self.exact or self.seed % 2 else self.fraction(*name)

    def range(self, size, at):
        """The values of an index; ``ValueError`` where the size is no whole number in this world, or negative."""
        size = self.value(size, at)
        if size < 0 or size != int(size):
            raise ValueError(f"a size is {size}")
        return range(int(size))

    def function(self, function, x):
        r"""An arbitrary function at ``x``: :math:`a + bx + cx^2 + dx^3`, or in a real world two sines.

        Each derivative is that of the function. The sines stay in (0, 1), where a logarithm can follow them.
        """
        a, b, c, d = (self.small(function.name, place) for place in "abcd")
        k = function.order
        if self.exact:
            return sum(perm(n, k) * coefficient * x ** (n - k) for n, coefficient in enumerate((a, b, c, d)) if n >= k)
        sines = ((mpmath.mpf(1) / 4, a, b), (mpmath.mpf(1) / 8, 3 * c, d))
        waves = sum(size * s**k * mpmath.sin(s * x + shift + k * mpmath.pi / 2) for size, s, shift in sines)
        return waves + mpmath.mpf(k == 0) / 2

    def differ(self, a, b):
        if self.exact:
            return a != b
        return abs(a - b) > mpmath.mpf(10) ** (-DIGITS // 2) * max(1, abs(a), abs(b))

    def stands(self, a, b, left, right, free, indices):
        """Whether a difference is no rounding error: with ten times the digits it is still there."""
        if self.exact:
            return True
        with mpmath.workdps(10 * DIGITS):
            finer = World(self.seed, self.expressions, free)
            at = dict(zip(free, indices, strict=True))
            with suppress(ArithmeticError, ValueError):  # a pole that was rounded away
                difference = finer.value(left, at) - finer.value(right, at)
                return 2 * abs(difference - (a - b)) < abs(a - b)
            return False

    def value(self, expression, at):
        """The value under the index values ``at``; every part is computed once for the indices that it depends on."""
        key = expression, tuple(at.get(symbol) for symbol in _free(expression))
        if key not in self.memory:
            self.memory[key] = self._value(expression, at)
        return self.memory[key]

    def _value(self, e, at):
        def value(part):
            return self.value(part, at)

        match e:
            case Rational():
                return self.number(e)
            case MatrixElement():
                if any(value(i) not in self.range(size, at) for i, size in zip(e.indices, e.parent.shape, strict=True)):
                    raise ValueError(f"no entry {e.indices} at {self.sizes}")
                return self.matrix_entry(_in_layer(e.parent, at), *(int(value(i)) for i in e.indices))
            case Add():
                return sum(map(value, e.args))
            case Mul():
                return prod(map(value, e.args))
            case Pow() if e.exp.is_Integer:
                return self.number(1) / value(e.base) ** int(-e.exp) if e.exp < 0 else value(e.base) ** int(e.exp)
            case Pow():
                return mpmath.power(value(e.base), value(e.exp))
            case Sum():
                index, _, high = e.limits[-1]
                body = e.func(e.function, *e.limits[:-1]) if len(e.limits) > 1 else e.function
                return sum(self.value(body, at | {index: n}) for n in self.range(high + 1, at))
            case KroneckerDelta():
                if len(e.args) == 3 and any(value(i) not in self.range(e.args[2][1] + 1, at) for i in e.args[:2]):
                    raise ValueError(f"{e} has an index out of its range at {self.sizes}")
                return int(value(e.args[0]) == value(e.args[1]))
            case Applied():
                function, argument = e.args
                if function.definition is None:
                    return self.function(function, value(argument))
                (x,) = function.definition.variables
                return self.value(function.definition.expr, at | {x: value(argument)})
            case Symbol() if e in at:
                return at[e]
            case Symbol() | AppliedUndef() if e in self.sizes:
                return self.sizes[e]
            case Symbol():
                return self.scalar(e, e)
            case AppliedUndef():
                numbers = [_whole(value(part)) for part in e.args]
                return self.named.get((e.func, *numbers)) or self.scalar(e, e.func, *numbers)
            case Function() if hasattr(mpmath, e.func.__name__):
                return getattr(mpmath, e.func.__name__)(*map(value, e.args))
        if e.is_NumberSymbol:
            return mpmath.mpf(str(e.evalf(DIGITS)))
        raise Unsupported(f"{type(e).__name__} in {e}: not an index expression")

    def number(self, number):
        """A number in the arithmetic of this world."""
        if isinstance(number, mpmath.mpf | mpmath.mpc):
            return number
        number = Fraction(int(number.numerator), int(number.denominator))
        return number if self.exact else mpmath.mpf(number.numerator) / number.denominator


def _in_layer(matrix, at):
    """The matrix, in a sum over layers that of the layer reached: W^(k) at k = 0 is W^(0)."""
    if indices := _letters(matrix) & at.keys():
        return matrix.xreplace({index: Integer(at[index]) for index in indices})
    return matrix


def _letters(matrix):
    """The letters that tell which matrix it is."""
    match matrix:
        case LayerMatrix():
            return _free(matrix.layer)
        case Gradient():  # of a cost with a name
            return _free(matrix.args[0]) | _letters(matrix.args[1])
    return frozenset()


def _whole(number):
    """A number as a part of a name: a whole one is the same in every world, and none has its rounding errors."""
    if _is_real(number) and number == int(number):
        return int(number)
    return mpmath.nstr(number, DIGITS // 2) if isinstance(number, mpmath.mpf) else number


@lru_cache(maxsize=16)
def _memory(*world):
    """The values of expressions in the world with this seed, kind of numbers, digits and sizes.

    A ``dict`` to be filled, and kept for the next pair: the corruptions of a formula share most of their parts.
    """
    return {}


@cache
def _free(expression):
    """The symbols that a value depends on, as a frozenset; SymPy's ``free_symbols`` is the same and much slower."""
    if isinstance(expression, Symbol):
        return frozenset([expression])
    bound = expression.variables if isinstance(expression, Sum) else ()
    return frozenset().union(*map(_free, expression.args)).difference(bound)


@cache
def _is_transcendental(expression):
    """Whether fractions do not suffice for the values of an expression."""
    if isinstance(expression, MatrixElement | AppliedUndef | KroneckerDelta | Symbol):
        return False
    if isinstance(expression, Applied) and expression.args[0].definition is not None:
        function, argument = expression.args
        definition = function.of_order(0).definition  # not of its derivative: a logarithm has its domain
        return _is_transcendental(definition.expr) or _is_transcendental(argument)
    if isinstance(expression, Function) or (isinstance(expression, Pow) and not expression.exp.is_Integer):
        return True
    return expression.is_NumberSymbol or any(_is_transcendental(part) for part in expression.args)


@cache
def _sizes(expression, counts=False):
    """The symbols that stand for whole numbers: those in shapes and limits, where it ``counts``, and all integers."""
    if isinstance(expression, MatrixElement):
        shape = [_sizes(size, True) for size in expression.parent.shape]
        return frozenset().union(*shape, *map(_sizes, expression.indices))
    if isinstance(expression, Sum):
        return _sizes(expression.function).union(*[_sizes(high, True) for _, _, high in expression.limits])
    if isinstance(expression, Symbol | AppliedUndef):
        return frozenset([expression] if counts or expression.is_integer else [])
    return frozenset().union(*[_sizes(part, counts) for part in expression.args])
