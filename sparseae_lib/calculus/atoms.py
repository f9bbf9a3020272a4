"""What expressions are made of. What many have in common, as the corruptions of a formula, is gone through once."""

from functools import cache

from sympy import Basic


@cache
def atoms(expression: Basic, *types: type) -> frozenset[Basic]:
    """All parts of these types, and the expression itself if it is of one: SymPy's ``atoms``, and much faster."""
    own = [expression] if isinstance(expression, types) else []
    return frozenset(own).union(*(atoms(part, *types) for part in expression.args))
