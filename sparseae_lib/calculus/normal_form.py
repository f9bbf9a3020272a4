r"""The normal form: what SymPy lacks, equality of sums over indices of symbolic range.

Every expression becomes a sum of products ``coefficient * connected sum * connected sum * ...``:

1. *flatten*: products of sums, and sums of sums, become one sum over several indices;
2. *collapse*: :math:`\sum_i \delta_{ip} X_i = X_p`;
3. *split*: :math:`\sum_{ij} a_i b_j = \sum_i a_i \sum_j b_j`, so that each sum left is connected;
4. *name*: the indices of a connected sum get names that do not depend on the names they had.

Each step is an identity for all sizes, so two expressions with equal normal forms are equal. The converse is not
promised: where neither a proof nor a witness is found, the decision is ``unknown``.
"""

from collections import Counter
from functools import cache
from itertools import permutations, product

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    KroneckerDelta,
    Mul,
    Pow,
    Sum,
    Symbol,
    Tuple,
    cancel,
    default_sort_key,
    expand,
    factor_terms,
    fraction,
    preorder_traversal,
    together,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from .functions import Applied
from .indices import new_index
from .shapes import same_size


def equal(left, right):
    """Whether the normal forms agree as rational functions of their parts. ``False`` means: not proved."""
    if left == right:
        return True
    difference = normal_form(left) - normal_form(right)
    if difference == 0 or expand(difference) == 0:
        return True
    return not _is_polynomial(difference) and cancel(together(_with_symbols(difference)[0])) == 0


def _is_polynomial(expression):
    powers = expression.atoms(Pow)
    return all(power.exp.is_Integer and power.exp > 0 for power in powers) and not expression.has(Function)


def _with_symbols(expression):
    """The expression with a symbol for each of its sums, function values and matrix entries, and the way back."""
    symbols = {part: Dummy() for part in expression.atoms(Sum, ConnectedSum, Applied, MatrixElement)}
    return expression.xreplace(symbols), {symbol: part for part, symbol in symbols.items()}


class BoundIndex(Symbol):
    """The name of a summation index in a normal form; no index of a formula is equal to it."""


class ConnectedSum(Expr):
    """A sum in normal form: the body, then a pair (``BoundIndex``, size) for each index."""

    is_commutative = True

    @property
    def free_symbols(self):
        return self.args[0].free_symbols - {index for index, _ in self.args[1:]}


@cache
def normal_form(expression, depth=0):
    """The normal form. ``depth`` counts the sums around the expression: it keeps their names apart."""
    return Add(*[_normal_term(Mul(*factors), bound, depth) for factors, bound in _flatten(expression, depth)])


def _normal_term(term, bound, depth):
    coefficient, connected = _split(*_collapse(term, bound))
    return Mul(
        *[_normal_factor(factor, depth) for factor in coefficient],
        *[_name(factors, sizes, depth) for factors, sizes in connected],
    )


def _normal_factor(factor, depth):
    if isinstance(factor, Pow):
        return Pow(_normal_factor(factor.base, depth), factor.exp)
    if isinstance(factor, Add | Sum):
        return normal_form(factor, depth)
    if isinstance(factor, Applied):
        return Applied(factor.args[0], normal_form(factor.args[1], depth))
    if isinstance(factor, Function) and not factor.is_integer:
        return factor.func(*[normal_form(argument, depth) for argument in factor.args])
    return factor


# 1. flatten


def _flatten(expression, depth):
    """The expression as a list of (factors, {index: size}): a sum of products, each summed over indices of its own."""
    if isinstance(expression, Add):
        return [term for part in expression.args for term in _flatten(part, depth)]
    if isinstance(expression, Sum):
        renamed = {index: new_index() for index in expression.variables}
        bound = {renamed[index]: high + 1 for index, _, high in expression.limits}
        terms = _flatten(expression.function.xreplace(renamed), depth)
        return [(factors, bound | inner) for factors, inner in terms]
    if isinstance(expression, Mul):
        return _distribute(expression.args, depth)
    if isinstance(expression, Pow) and expression.exp.is_Integer and (expression.base.is_Add or expression.has(Sum)):
        if expression.exp > 0:
            return _distribute([expression.base] * int(expression.exp), depth)
        return [(_reciprocal(expression.base, depth) * int(-expression.exp), {})]
    return [([expression], {})]


def _distribute(factors, depth):
    terms = [([], {})]
    for factor in factors:
        terms = [(a + b, i | j) for (a, i), (b, j) in product(terms, _flatten(factor, depth))]
    return terms


def _reciprocal(base, depth):
    """Factors of 1 / base without fractions in them: 1/(1 - s/m) is m times 1/(m - s)."""
    rational, parts = _with_symbols(_reopened(normal_form(base, depth)))
    numerator, denominator = fraction(together(rational))
    factors = [denominator]
    for factor in Mul.make_args(factor_terms(numerator)):
        coefficient, _ = min(
            (term.as_coeff_Mul() for term in Add.make_args(factor.xreplace(parts))), key=lambda t: str(t[1])
        )
        sign = -1 if coefficient.is_negative else 1
        factors += [Integer(sign), Pow(sign * factor, -1)]
    return [factor.xreplace(parts) for factor in factors]


def _reopened(normal):
    """A normal form with ordinary sums and new indices in it, to be normalised again in another place."""
    if not normal.has(ConnectedSum):
        return normal
    parts = map(_reopened, normal.args)
    if not isinstance(normal, ConnectedSum):
        return normal.func(*parts)
    body, *limits = parts
    renamed = {index: new_index() for index, _ in limits}
    return Sum(body.xreplace(renamed), *[(renamed[index], 0, size - 1) for index, size in limits])


# 2. collapse


def _collapse(term, bound):
    """The term without the deltas that fix one of the bound indices, and the indices that are left."""
    for delta in (factor for factor in Mul.make_args(term) if isinstance(factor, KroneckerDelta)):
        fixed, other = delta.args[:2] if delta.args[0] in bound else delta.args[1::-1]
        if fixed in bound and same_size(bound[fixed], bound.get(other, _range(delta))):
            rest = {index: size for index, size in bound.items() if index != fixed}
            return _collapse(term.xreplace({fixed: other}), rest)
        kept, replaced = sorted((fixed, other), key=default_sort_key)
        without = Mul(*[factor for factor in Mul.make_args(term) if factor != delta])
        if fixed not in bound and without.has(replaced):
            return _collapse(delta * without.xreplace({replaced: kept}), bound)
    return term, bound


def _range(delta):
    """The size of the range that both indices of a delta share; it is read off the shape of a matrix."""
    return delta.args[2][1] + 1


# 3. split


def _split(term, bound):
    """The factors without a bound index, and a list of (factors, {index: size}), one for each connected sum."""
    coefficient, groups = [], [({index}, []) for index in bound]
    for factor in Mul.make_args(term):
        touched = [group for group in groups if factor.has(*group[0])]
        if not touched:
            coefficient.append(factor)
            continue
        groups = [group for group in groups if group not in touched]
        groups.append((set().union(*[g[0] for g in touched]), [f for g in touched for f in g[1]] + [factor]))
    coefficient += [bound[index] for indices, factors in groups if not factors for index in indices]
    return coefficient, [(factors, {i: bound[i] for i in indices}) for indices, factors in groups if factors]


# 4. name


def _name(factors, sizes, depth):
    """The connected sum, with the names of its indices that sort first among those that their roles allow."""
    roles = {}
    for index, size in sizes.items():
        roles.setdefault((str(size), _role(index, factors, depth) if len(sizes) > 1 else ""), []).append(index)
    classes = [roles[role] for role in sorted(roles)]
    names = [BoundIndex(f"{depth}.{rank}", integer=True, nonnegative=True) for rank in range(len(sizes))]
    candidates = []
    for order in product(*map(permutations, classes)):
        naming = dict(zip((i for part in order for i in part), names, strict=True))
        body = Mul(*[_normal_factor(factor.xreplace(naming), depth + 1) for factor in factors])
        limits = sorted((Tuple(name, sizes[index]) for index, name in naming.items()), key=lambda limit: limit[0].name)
        candidates.append(ConnectedSum(body, *limits))
    return min(candidates, key=default_sort_key) if len(candidates) > 1 else candidates[0]


def _role(index, factors, depth):
    """Where an index stands, said without naming any index: the same for every way to write the sum."""
    places = Counter()
    for factor in factors:
        if factor.has(index):
            base = factor.as_base_exp()[0]
            head = str(base.args[0]) if isinstance(base, Applied) else type(base).__name__
            for part in preorder_traversal(_normal_factor(factor, depth + 1)):
                if isinstance(part, MatrixElement):
                    places.update((head, str(part.parent), slot) for slot in (0, 1) if part.indices[slot] == index)
    return str(sorted(places.items()))
