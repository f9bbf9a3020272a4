r"""A function by its definition, or by the value of another one: :math:`\sigma(-x) = 1 - \sigma(x)`.

Both are identities wherever the two sides of an equation are defined.
"""

from functools import cache, lru_cache
from re import sub

from sympy import Dummy, Lambda, cosh, exp, sinh, tanh

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import Applied, Elementwise, absolute
from sparseae_lib.calculus.shapes import Unsupported, check, satisfies


@lru_cache(maxsize=16)
def in_values(*sides):
    """The sides with a function written in the value of another where that is possible: sigma(-x) is 1 - sigma(x).

    So is its derivative, sigma (1 - sigma), and tanh(x) where there is sigma(2 x): of the functions of one argument up
    to a factor, that with the smallest power of e tells the others. A rational function, such as the square, is written
    out.
    """
    alike = {}
    for part in set().union(*(atoms(side, Applied) for side in sides)):
        if part.args[0].of_power:
            power, _, name = _power(part)
            alike.setdefault(name, []).append((abs(power), str(part.args[0].of_order(0)), part))
    chosen = {name: min(group, key=lambda known: known[:2])[-1] for name, group in alike.items()}

    def value(part):
        function = part.args[0]
        if _is_defined(part) and function.definition.expr.is_rational_function(*function.definition.variables):
            return _defined(part)
        if function.of_power is None:
            return part
        power, rest, name = _power(part)
        other = chosen.get(name, part)
        base, least = other.args[0].of_order(0), _power(other)[0]
        if not (power / least).is_Integer:
            base, least = function.of_order(0), power
        return function.in_value_of(base, power / least)(base(least / base.of_power.rate * rest))

    return [_with_functions(side, value) for side in sides]


def _power(part):
    """The power of e that a function is of, as a number times the rest of its argument, and a name of the rest.

    The sigmoid of -2 x has the power -2 of exp(x). What is left of a name without its indices says what may be alike.
    """
    number, rest = part.args[1].primitive()
    name = str(rest)
    if name.startswith("-"):
        number, rest, name = -number, -rest, str(-rest)
    return number * part.args[0].of_power.rate, rest, sub(r"\b_[a-z]\b", "_", name)


@lru_cache(maxsize=16)  # many formulas are held against one derivation
def unfold(expression):
    """The expression with every defined elementwise function replaced by its definition, and tanh by exponentials."""

    def definition(part):
        return _with_functions(_defined(part), definition) if _is_defined(part) else part

    unfolded = _with_functions(expression, definition)
    unfolded = unfolded.rewrite([sinh, cosh, tanh], exp) if unfolded.has(sinh, cosh, tanh) else unfolded
    if unfolded != expression:
        check(unfolded)
    return unfolded


def _with_functions(expression, change):
    """The expression with each function value in it changed, those in its argument before it, and each of them once."""

    @cache
    def changed(part):
        if isinstance(part, Elementwise) or not part.args:
            return part
        parts = [changed(inner) for inner in part.args]
        part = part if parts == [*part.args] else part.func(*parts)
        return change(part) if isinstance(part, Applied) else part

    return changed(expression)


def has_domain(part):
    """Whether a function may be undefined for some number, as where its variable is positive."""
    definition, real = part.args[0].args[1], Dummy(real=True).assumptions0.items()
    return isinstance(definition, Lambda) and (
        any(not variable.assumptions0.items() <= real for variable in definition.variables)
        or any(map(_is_defined, definition.expr.atoms(Applied)))
    )


def _is_defined(part):
    return isinstance(part, Applied) and part.args[0].definition is not None and part.args[0] != absolute


@lru_cache(maxsize=1024)  # the corruptions of a formula share most of its parts
def _defined(part):
    function, argument = part.args
    *variables, x = function.args[1].variables
    for value, variable in zip((*function.parameters, argument), (*variables, x), strict=True):
        if not satisfies(value, variable):
            raise Unsupported(f"{part}: {function} is defined for what {variable} may be, and {value} may be another")
    return function.definition(argument)
