"""In which order the indices of a sum may get their names: proposals only, since every order is right.

Two forms of one sum are recognised if the same name goes to the same index. Where indices look alike, several orders
are proposed, and ``normal_form`` takes the name that sorts first; an order left out would cost a proof, never make one.
"""

from itertools import groupby

from sympy import Mul

from sparseae_lib.calculus.indices import BoundIndex


def orders(factors, divisors, sizes, depth, normal):
    """Numbers for the indices, all different, by which they are sorted; ``normal`` writes a factor in normal form.

    What is divided by is looked at first, so that in x / (x + y) and y / (x + y) the indices have the same names.
    """
    roles = _ranked({index: str(size) for index, size in sizes.items()})
    return _orders(factors, _refined(divisors, roles, depth, normal), depth, normal)


def _orders(factors, roles, depth, normal):
    """The orders of the indices that their roles allow; in ``roles``, all that look alike have one number.

    In tr(ABAB) two indices are rows of A, and nothing tells them apart. So each of them is taken to be the first in
    turn, and then the roles of all others follow. In the sum of A[i,j] A[i,k], j and k are exchanged without a trace:
    one of them is enough.
    """
    roles = _refined(factors, roles, depth, normal)
    alike = [list(group) for _, group in groupby(sorted(roles, key=roles.get), roles.get)]
    several = next((group for group in alike if len(group) > 1), None)
    if several is None:
        yield roles
        return
    term, tried = Mul(*factors), []
    for index in several:
        if not any(term.xreplace({index: other, other: index}) == term for other in tried):
            tried.append(index)
            first = {i: 2 * role + (i != index) for i, role in roles.items()}
            yield from _orders(factors, first, depth, normal)


def _refined(factors, roles, depth, normal):
    """The roles told apart by the factors in which an index stands, and by the roles of the others there.

    In the sum of A[i, j] b[j, 0], i stands in one factor and j in two: they are told apart at once.
    """
    count = 0
    while count < len(set(roles.values())) < len(roles):
        count = len(set(roles.values()))
        places = {index: _places(index, factors, roles, depth, normal) for index in roles}
        roles = _ranked({index: (role, *places[index]) for index, role in roles.items()})
    return roles


def _places(index, factors, roles, depth, normal):
    """The factors in which an index stands, said without naming any index but by its role."""
    names = {other: BoundIndex(f"{depth}.role {role}", integer=True, nonnegative=True) for other, role in roles.items()}
    names[index] = BoundIndex(f"{depth}.this", integer=True, nonnegative=True)
    return sorted(str(normal(f.xreplace(names), depth + 1)) for f in factors if f.has(index))


def _ranked(keys):
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
    return {index: ranks[key] for index, key in keys.items()}
