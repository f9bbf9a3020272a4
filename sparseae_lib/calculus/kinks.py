"""Absolute values of one number: between two kinks each of them has a sign, and there is nothing left of it but that.

``| |x| + x |`` is ``2 x`` for a positive x and 0 for a negative one, as is ``|x| + x``. At a kink itself two sides are
equal if they are so on both of its sides: for what is multiplied and added here is continuous wherever it is defined.
"""

from itertools import pairwise

from sympy import Abs, Dummy, S, Symbol, default_sort_key, oo, sign


def vanishes_between_kinks(expression, is_zero) -> bool:
    """Whether an expression is 0 wherever it is defined, as ``is_zero`` finds for what has no absolute value in it.

    ``False`` means: not found, as for absolute values of more than one number.
    """
    first = min(_innermost(expression), key=default_sort_key)
    linear = [s for s in sorted(first.atoms(Symbol), key=default_sort_key) if first.diff(s).is_Rational]
    if not linear:
        return False
    x, symbol = Dummy("x", real=True), linear[0]
    in_x = expression.xreplace({symbol: symbol + (x - first) / first.diff(symbol)})  # the first of them is |x| now
    return _vanishes(in_x.replace(Abs, lambda u: Abs(u.expand())), x, -oo, oo, is_zero)


def _innermost(expression):
    return [part.args[0] for part in expression.atoms(Abs) if not part.args[0].has(Abs)]


def _vanishes(expression, x, low, high, is_zero):
    """Whether it is 0 for each x from low to high: it is tried on both sides of one kink, then of the next."""
    arguments = _innermost(expression)
    if not arguments:
        return is_zero(expression)
    u = min(arguments, key=default_sort_key)
    if u.free_symbols != {x} or not (slope := u.expand().diff(x)).is_Rational:
        return False
    kink = x - u.expand() / slope
    ends = [low, *([kink.expand()] if low < kink.expand() < high else []), high]
    return all(
        _vanishes(expression.xreplace({Abs(u): sign(u.subs(x, _between(*pair))) * u}), x, *pair, is_zero)
        for pair in pairwise(ends)
    )


def _between(low, high):
    if low == -oo:
        return S.Zero if high == oo else high - 1
    return low + 1 if high == oo else (low + high) / 2
