"""Where the derivation meets the claim: both are sums of the same terms, and differ in how these are written."""

from itertools import product

from sympy import Add, Mul, Pow, Sum

from ..calculus.indices import indexed
from ..calculus.normal_form import normal_form
from .rules import Term


def multiplied_out(expression):
    """The expression as a sum of terms, without brackets; what does not contain an index stands before the sums."""
    return Add(*[term.expression for term in _terms(indexed(expression))])


def same_terms(left, right):
    """Whether both are sums of the same terms, in any order and with any names of their indices."""
    return sorted(map(_form, _terms(indexed(left))), key=str) == sorted(map(_form, _terms(indexed(right))), key=str)


def _form(term):
    return normal_form(term.expression)


def _terms(expression):
    match expression:
        case Add():
            return [term for part in expression.args for term in _terms(part)]
        case Sum():
            return [
                Term(term.coefficient, limits=(*expression.limits, *term.limits))
                for term in _terms(expression.function)
            ]
        case Mul():
            factors = [part for factor in expression.args for part in _repeated(factor)]
            chosen = product(*[_terms(indexed(factor)) for factor in factors])  # each with indices of its own
            return [
                Term(Mul(*[t.coefficient for t in terms]), limits=tuple(limit for t in terms for limit in t.limits))
                for terms in chosen
            ]
        case Pow() if len(_repeated(expression)) > 1:
            return _terms(Mul(*_repeated(expression), evaluate=False))
    return [Term(expression)]


def _repeated(factor):
    """The factors of a power of a bracket; a power of anything else is one factor."""
    if isinstance(factor, Pow) and factor.base.is_Add and factor.exp.is_Integer and factor.exp > 0:
        return [factor.base] * int(factor.exp)
    return [factor]
