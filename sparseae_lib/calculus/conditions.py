"""Where both sides of an equation are defined, in words: they are shown beside a proof, which does not rest on them."""

from sympy import Inverse, Pow, log

from sparseae_lib.calculus.functions import Applied, AppliedToMatrix, Elementwise, absolute
from sparseae_lib.calculus.indices import entry_of, new_index
from sparseae_lib.calculus.normal_form import is_positive
from sparseae_lib.calculus.unfolding import unfold


def conditions(*sides):
    """Where both sides are defined, as parts of a message: what they divide by is not 0, what they invert can be."""
    parts = {part for side in sides for part in _written(side)}
    divisors = {
        part.base for part in parts if isinstance(part, Pow) and part.exp.is_negative and not part.base.is_nonzero
    }
    logarithms = {part.args[0] for part in parts if isinstance(part, log) and not part.args[0].is_positive}
    words = [(divisor, " is not 0") for divisor in sorted(divisors, key=str)]
    words += [(argument, " is positive") for argument in sorted(logarithms, key=str)]
    quotients = {part for part in parts if isinstance(part, AppliedToMatrix) and _may_divide_by_0(part)}
    words += [(part, " is defined") for part in sorted(quotients, key=str)]
    inverted = {part.arg for part in parts if isinstance(part, Inverse)}
    words += [(matrix, " has an inverse") for matrix in sorted(inverted, key=str)]
    return [word for k, pair in enumerate(words) for word in (" and " if k else ", where ", *pair)]


def _may_divide_by_0(part):
    """Whether a matrix is of quotients, such as the reciprocals, with a divisor that is not known to be positive."""
    function, argument = part.args
    if function.definition is None:
        return False
    if not (function.definition.expr.is_rational_function() or _jumps(function.definition.expr)):
        return False
    (x,), formula = function.definition.variables, function.definition.expr
    entry = unfold(entry_of(argument, new_index(), new_index()))
    return any(
        power.exp.is_negative and not is_positive(power.base.xreplace({x: entry})) for power in formula.atoms(Pow)
    )


def _jumps(formula):
    """Whether a function has a kink in it and divides: |x|/x, the sign of x, says nothing of x = 0."""
    return any(part.args[0] == absolute for part in formula.atoms(Applied))


def _written(expression):
    """All parts of an expression, but not those of the definition of a function."""
    yield expression
    for part in expression.args:
        if not isinstance(part, Elementwise):
            yield from _written(part)
