"""Where both sides of an equation are defined, in words: they are shown beside a proof, which does not rest on them."""

from sympy import Dummy, Inverse, Pow, Sum, log

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.domains import is_quotient, layers_inside, needs_sign
from sparseae_lib.calculus.functions import Applied, AppliedToMatrix, Elementwise, absolute
from sparseae_lib.calculus.indices import entry_of, indexed, new_index
from sparseae_lib.calculus.normal_form import is_nonnegative, is_positive
from sparseae_lib.calculus.unfolding import unfold


def conditions(written, *sides):
    """Where both sides are defined, as parts of a message: what they divide by is not 0, what they invert can be.

    ``written`` are the two sides before they are ``sides`` in the primitives, where all sums are over a whole size.
    """
    parts = {part for side in sides for part in _written(side)}
    of_positive = {part.args[0] for part in parts if isinstance(part, log) and needs_sign(part)}
    powers = [part for part in parts if isinstance(part, Pow)]
    divisors = {part.base for part in powers if is_quotient(part)} - of_positive
    roots = {part.base for part in powers if needs_sign(part) and not is_nonnegative(unfold(indexed(part.base)))}
    words = [(divisor, " is not 0") for divisor in sorted(divisors, key=str)]
    words += [(base, " is not negative") for base in sorted(roots - of_positive, key=str)]
    words += [(argument, " is positive") for argument in sorted(of_positive, key=str)]
    quotients = {part for part in parts if isinstance(part, AppliedToMatrix) and _may_divide_by_0(part)}
    words += [(part, " is defined") for part in sorted(quotients, key=str)]
    inverted = {part.arg for part in parts if isinstance(part, Inverse)}
    words += [(matrix, " has an inverse") for matrix in sorted(inverted, key=str)]
    sums = [limit for side in written for total in atoms(side, Sum) for limit in total.limits]
    words = [(_with_letters_of(sums, part), *said) for part, *said in words]
    lengths = {high - low + 1 for _, low, high in sums if not (high - low + 1).is_nonnegative}
    words += [_at_least(-rest, size) for rest, size in sorted((n.as_coeff_Add() for n in lengths), key=str)]
    for layer, first, last in layers_inside(*sides):
        words.append(_at_least(layer, last) if layer.is_Integer else (layer, " is from ", first, " to ", last))
    return [word for k, pair in enumerate(words) for word in (" and " if k else ", where ", *pair)]


def _with_letters_of(sums, part):
    """A part with k for the index _k + 1 that stands for it in the primitives, where the sum over k is from 0 on."""
    moved = {k.name: k - low for k, low, _ in sums}
    indices = [index for index in part.free_symbols if isinstance(index, Dummy) and index.name in moved]
    return part.xreplace({index: moved[index.name] for index in indices})


def _at_least(least, size):
    return size, " is at least ", least


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
