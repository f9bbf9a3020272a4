"""Absolute values of one number: between two kinks each of them has a sign, and there is nothing left of it but that.

``| |x| + x |`` is ``2 x`` for a positive x and 0 for a negative one, as is ``|x| + x``. At a kink itself two sides are
equal if they are so on both of its sides: for what is multiplied and added here is continuous wherever it is defined.
"""

from itertools import pairwise

from sympy import Abs, Add, Dummy, Symbol, default_sort_key, exp, expand_log, log, oo, sign


def vanishes_between_kinks(expression, is_zero) -> bool:
    """Whether an expression is 0 wherever it is defined, as ``is_zero`` finds for what has no absolute value in it.

    ``False`` means: not found, as for absolute values of more than one number.
    """
    first = min(_innermost(expression), key=default_sort_key)
    linear = [s for s in first.atoms(Symbol) if first.diff(s).is_Rational]
    linear.sort(key=lambda s: (s.is_nonzero is True, default_sort_key(s)))  # not the bound c > 0 of a number
    if not linear:
        return False
    x, symbol = Dummy("x", real=True), linear[0]
    in_x = expression.xreplace({symbol: symbol + (x - first) / first.diff(symbol)})  # the first of them is |x| now
    return _vanishes(in_x.replace(Abs, lambda u: Abs(u.expand())), x, -oo, oo, is_zero)


def _innermost(expression):
    """What has the sign of the number in each innermost absolute value."""
    return [_of_sign(part.args[0]) for part in expression.atoms(Abs) if not part.args[0].has(Abs)]


def _of_sign(u):
    """A number of the same sign as u, and simpler: x for e^x - 1, and x - y for e^x - e^y."""
    first, *others = Add.make_args(u)
    if u.has(exp) and len(others) == 1 and first.is_nonzero and (ratio := -others[0] / first).is_positive:
        return (-sign(first) * expand_log(log(ratio))).expand()
    return u.expand()


def _vanishes(expression, x, low, high, is_zero):
    """Whether it is 0 for each x from low to high: it is tried on both sides of one kink, then of the next.

    Of |x| + |x - c| the first kink may be 0. Above it x + |x - c| is left, whose kink c is above 0 for a positive c.
    """
    arguments = _innermost(expression)
    if not arguments:
        return is_zero(expression)
    u = min(arguments, key=default_sort_key)
    if not ((slope := u.diff(x)).is_Rational and slope):
        return False
    kink = (x - u / slope).expand()  # it may be a letter, as the bound of a number that is clipped
    ends, signs = [low, high], [1] if (kink - low).is_extended_nonpositive else [-1]
    if (kink - low).is_extended_positive and (high - kink).is_extended_positive:
        ends, signs = [low, kink, high], [-1, 1]
    elif signs == [-1] and not (high - kink).is_extended_nonpositive:
        return False
    return all(
        _vanishes(
            expression.replace(Abs, lambda v, s=s: s * sign(slope) * v if _of_sign(v) == u else Abs(v)),
            x,
            *pair,
            is_zero,
        )
        for s, pair in zip(signs, pairwise(ends), strict=True)
    )
