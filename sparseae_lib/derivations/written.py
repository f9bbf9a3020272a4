"""A scalar expression in entries, as it is written on paper: an index with one value alone is not summed over."""

from sympy import Expr, Integer, Sum

from sparseae_lib.calculus.indices import indexed


def in_entries(expression: Expr) -> Expr:
    """The expression in entries, every index new, without the sums over a side of length 1."""
    return indexed(expression).replace(Sum, _without_single)


def _without_single(function, *limits):
    single = {index: Integer(0) for index, _, high in limits if high == 0}
    kept = [limit for limit in limits if limit[0] not in single]
    body = function.xreplace(single)
    return Sum(body, *kept) if kept else body
