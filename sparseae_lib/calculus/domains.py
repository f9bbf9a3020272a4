"""Where the two sides of an equation have values: nothing is compared elsewhere."""

from functools import cache

from sympy import KroneckerDelta, Lambda, Mul, Pow, Sum, log

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import Elementwise
from sparseae_lib.calculus.indices import layers_summed
from sparseae_lib.calculus.matrices import Gradient
from sparseae_lib.calculus.shapes import Unsupported


def is_partial(part):
    """Whether it is a logarithm, a root or a quotient that not every number may have."""
    return needs_sign(part) or is_quotient(part)


def needs_sign(part):
    """Whether it is a logarithm, or a power such as a root, that a negative number may not have."""
    if isinstance(part, log):
        return not part.args[0].is_positive
    return isinstance(part, Pow) and not part.exp.is_integer and not part.base.is_nonnegative


def is_quotient(part):
    """Whether it divides by what may be 0."""
    return isinstance(part, Pow) and bool(part.exp.is_negative) and not part.base.is_nonzero


@cache
def partial(expression):
    """The logarithms, roots and quotients in an expression, which has no value where one of these has none.

    SymPy makes x of e^log(x), also where x is negative. Of a sum over i come those for each i, summed as well: where it
    has no terms, they are not asked for, unless they have no i. Where a delta is 0, what it is multiplied by need not
    have a value.
    """
    own = [expression] if is_partial(expression) else []
    parts = () if isinstance(expression, Lambda | Elementwise) else expression.args
    return (*own, *(_within(expression, part, inner) for part in parts for inner in partial(part)))


def _within(expression, part, inner):
    of_index = not inner.free_symbols.isdisjoint(getattr(expression, "variables", ()))
    if isinstance(expression, Sum) and part is expression.function and of_index:
        return Sum(inner, *expression.limits)
    if isinstance(expression, Mul):
        return Mul(*(factor for factor in expression.args if isinstance(factor, KroneckerDelta)), inner)
    return inner


def layers_inside(*sides):
    """(layer, first, last) for each W^(l) by which a sum over layers of W^(k) is differentiated, if l may be elsewhere.

    Raises ``Unsupported`` if l is itself a layer that a sum goes through.
    """
    found = {}
    for side in sides:
        for gradient, bound in _gradients(side):
            scalar, variable, *_ = gradient.args
            for total in atoms(scalar, Sum):
                for _, place, size in layers_summed(total, variable):
                    if variable.layer.has(*bound):
                        raise Unsupported(f"{gradient}: a derivative of a sum over layers, in another one")
                    outside = place.is_negative or (place - size).is_nonnegative
                    if not (outside or (place.is_nonnegative and (size - place).is_positive)):
                        first = variable.layer - place
                        found[variable.layer, first, first + size - 1] = None
    return [*found]


def _gradients(expression, bound=frozenset()):
    """(gradient, the letters that sums around it bind) for each gradient in an expression."""
    if isinstance(expression, Gradient):
        yield expression, bound
    if not atoms(expression, Gradient):
        return
    bound = bound.union(getattr(expression, "variables", ()))
    for part in expression.args:
        yield from _gradients(part, bound)
