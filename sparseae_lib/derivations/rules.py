r"""The rules for derivatives, on entries: each makes of one term the terms that it is equal to.

A ``Term`` is :math:`\sum_{a, j, \dots} c\, \partial u`, its operand u being what is still to be differentiated.
"""

from dataclasses import dataclass, replace

from sympy import Add, Expr, Function, Integer, KroneckerDelta, Mul, Pow, Sum
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.functions import Applied
from sparseae_lib.calculus.indices import indexed
from sparseae_lib.derivations.variables import Entry, Number


@dataclass(frozen=True)
class Term:
    """A coefficient times the derivative of the operand, or 1 if there is none, summed over the limits."""

    coefficient: Expr
    operand: Expr | None = None
    variable: Entry | Number | None = None
    limits: tuple = ()

    @property
    def expression(self):
        """The term as an expression; what does not contain an index of a sum stands before the sums."""
        factors = [*Mul.make_args(self.coefficient)]
        if self.operand is not None:
            factors.append(self.variable.partial(self.operand))
        if not self.limits:
            return Mul(*factors)
        indices = {limit[0] for limit in self.limits}
        inside = [factor for factor in factors if factor.free_symbols & indices]
        outside = [factor for factor in factors if not factor.free_symbols & indices]
        return Mul(*outside, Sum(Mul(*inside), *self.limits))

    def times(self, factor, operand):
        return replace(self, coefficient=self.coefficient * factor, operand=operand)


def linear(term):
    """Sums and what is held fixed come out of the derivative; the derivative of what does not change is 0."""
    return [
        Term(term.coefficient * factor, operand, term.variable, (*term.limits, *limits))
        for factor, operand, limits in _parts(term.operand, term.variable)
    ]


def _parts(operand, variable):
    """(factor, operand, limits) for each term of the operand that changes."""
    if not variable.changes(operand):
        return
    match operand:
        case Add():
            for part in operand.args:
                yield from _parts(part, variable)
        case Sum() if not variable.in_layers(operand):
            for factor, part, limits in _parts(operand.function, variable):
                yield factor, part, (*operand.limits, *limits)
        case Mul():
            fixed = Mul(*[factor for factor in operand.args if not variable.changes(factor)])
            moving = Mul(*[factor for factor in operand.args if variable.changes(factor)])
            if fixed == 1:
                yield Integer(1), moving, ()
                return
            for factor, part, limits in _parts(moving, variable):
                yield fixed * factor, part, limits
        case _:
            yield Integer(1), operand, ()


def layers(term):
    """Of a sum over layers, one term changes: that of the variable's own layer."""
    if not isinstance(term.operand, Sum):
        return [term]
    *inner, (k, _, _) = term.operand.limits
    body = Sum(term.operand.function, *inner) if inner else term.operand.function
    terms = [body.xreplace({k: place}) for _, place in term.variable.in_layers(term.operand)]
    if len(terms) != 1 or term.variable.changes(body):
        return [term]  # there is no rule for a product of two layers
    return [replace(term, operand=terms[0])]


def power(term):
    """The derivative of u^n is n u^(n - 1) times that of u."""
    operand = term.operand
    if isinstance(operand, Pow) and not term.variable.changes(operand.exp):
        base, exponent = operand.args
        return [term.times(exponent * indexed(base) ** (exponent - 1), base)]
    return [term]


def product(term):
    """The derivative of a product: one factor at a time."""
    if not isinstance(term.operand, Mul):
        return [term]
    factors = term.operand.args
    return [
        term.times(Mul(*[indexed(other) for other in (*factors[:k], *factors[k + 1 :])]), factor)
        for k, factor in enumerate(factors)
    ]


def chain(term):
    """The derivative of f(u) is f'(u) times that of u."""
    match term.operand:
        case Applied():
            function, argument = term.operand.args
            return [term.times(function.prime(indexed(argument)), argument)]
        case Function():
            (argument,) = term.operand.args
            return [term.times(indexed(term.operand.fdiff()), argument)]
    return [term]


def definition(term):
    """What is abbreviated is written out, since the variable is in it."""
    if isinstance(term.operand, MatrixElement) and term.variable.abbreviates(term.operand):
        return [replace(term, operand=term.variable.written_out(term.operand))]
    return [term]


def leaf(term):
    """The derivative of the variable itself: 1, or for entries 1 if they are the same, and 0 if not."""
    if term.variable.is_leaf(term.operand):
        return [term.times(term.variable.of_leaf(term.operand), None)]
    return [term]


RULES = (linear, layers, power, product, chain, definition, leaf)
"""In this order: the first that changes a term is the next step."""


def picked(term):
    r"""The term without brackets that fix an index of its sums: :math:`\sum_i [i = k]\, x_i = x_k`; and {i: k}."""
    found = {}
    for bracket in (factor for factor in Mul.make_args(term.coefficient) if isinstance(factor, KroneckerDelta)):
        bound = [index for index, _, _ in term.limits]
        fixed = next((index for index in bracket.args[:2] if index in bound), None)
        if fixed is None:
            continue
        other = bracket.args[1] if bracket.args[0] == fixed else bracket.args[0]
        limits = tuple(limit for limit in term.limits if limit[0] != fixed)
        rest = Mul(*[factor for factor in Mul.make_args(term.coefficient) if factor != bracket])
        following, later = picked(Term(rest.xreplace({fixed: other}), limits=limits))
        return following, {fixed: other} | later
    return term, found
