"""Where the derivation meets the claim: both are sums of the same terms, and differ in how these are written."""

from functools import cache
from itertools import chain, product

from sympy import Add, Dummy, Mul, Pow, Sum, factor
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.functions import Applied
from sparseae_lib.calculus.indices import indexed
from sparseae_lib.calculus.normal_form import normal_form
from sparseae_lib.derivations.rules import Term, picked
from sparseae_lib.derivations.written import in_entries


def multiplied_out(expression):
    """The expression as a sum of terms without brackets, each a number times a product of sums, like ones in one."""
    found = {}
    for term in _terms(indexed(expression)):
        number, rest = _split(term)
        found[rest] = found.get(rest, 0) + number
    return Add(*[factor(number) * rest for rest, number in found.items()])


def simplified(expression):
    """The expression as a sum of terms, in which no bracket fixes an index of a sum."""
    return Add(*[picked(term)[0].expression for term in _terms(in_entries(expression))])


def same_terms(left, right):
    """Whether both are sums of the same terms, in any order and with any names of their indices."""
    return sorted(map(_form, _terms(indexed(left))), key=str) == sorted(map(_form, _terms(indexed(right))), key=str)


def _form(term):
    return normal_form(term.expression)


def _terms(expression):
    """The terms of an expression; a product of sums is one sum over the indices of all."""
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
    """The factors of a power of a bracket or a sum; a power of anything else is one factor."""
    if isinstance(factor, Pow) and isinstance(factor.base, Add | Sum) and factor.exp.is_Integer and factor.exp > 0:
        return [factor.base] * int(factor.exp)
    return [factor]


def _split(term):
    """(number, product of sums) of a term: what no index is in is a number of times, and sums that share none part."""
    groups = [({index}, [], [(index, high + 1)]) for index, _, high in term.limits]
    number, outside = [], []
    for part in Mul.make_args(term.coefficient):
        touched = [group for group in groups if part.free_symbols & group[0]]
        if touched:
            groups = [group for group in groups if group not in touched]
            indices, factors, sizes = zip(*touched, strict=True)
            groups.append((set().union(*indices), [part, *chain(*factors)], [*chain(*sizes)]))
        else:
            (outside if part.has(MatrixElement, Applied) else number).append(part)
    number += [size for _, factors, ((_, size), *_) in groups if not factors]
    sums = [_sum(factors, sizes) for _, factors, sizes in groups if factors]
    return Mul(*number), Mul(*outside, *sums)


def _sum(factors, sizes):
    """The sum with indices that depend on the order of its limits alone, so that like sums are one."""
    names = {index: _index(place, size) for place, (index, size) in enumerate(sizes)}
    return Sum(Mul(*factors).xreplace(names), *[(names[index], 0, size - 1) for index, size in sizes])


@cache
def _index(place, size):
    return Dummy("i", integer=True, nonnegative=True)
