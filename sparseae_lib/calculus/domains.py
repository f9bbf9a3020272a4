"""Where the two sides of an equation have values: nothing is compared elsewhere."""

from functools import cache

from sympy import KroneckerDelta, Lambda, Mul, Pow, Sum, log

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import Elementwise
from sparseae_lib.calculus.indices import layers_summed
from sparseae_lib.calculus.matrices import Gradient
from sparseae_lib.calculus.shapes import Unsupported


def is_partial(part):
    """Whether it is a logarithm, or a power such as a root, that a negative number may not have."""
    if isinstance(part, log):
        return not part.args[0].is_positive
    return isinstance(part, Pow) and not part.exp.is_integer and not part.base.is_nonnegative


@cache
def partial(expression):
    """The logarithms and the roots in an expression, which has no value where one of these has none.

    SymPy makes x of e^log(x), also where x is negative. Of a sum over i come those for each i, summed as well; where a
    delta is 0, what it is multiplied by need not have a value.
    """
    own = [expression] if is_partial(expression) else []
    parts = () if isinstance(expression, Lambda | Elementwise) else expression.args
    return (*own, *(_within(expression, part, inner) for part in parts for inner in partial(part)))


def _within(expression, part, inner):
    if isinstance(expression, Sum) and part is expression.function:
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
        for gradient in atoms(side, Gradient):
            scalar, variable, *_ = gradient.args
            for total in atoms(scalar, Sum):
                for _, place, size in layers_summed(total, variable):
                    if not variable.layer.free_symbols <= side.free_symbols:
                        raise Unsupported(f"{gradient}: a derivative of a sum over layers, in another one")
                    outside = place.is_negative or (place - size).is_nonnegative
                    if not (outside or (place.is_nonnegative and (size - place).is_positive)):
                        first = variable.layer - place
                        found[variable.layer, first, first + size - 1] = None
    return [*found]
