r"""The normal form: what SymPy lacks, equality of sums over indices of symbolic range.

Every expression becomes a sum of products ``coefficient * connected sum * connected sum * ...``:

1. *flatten*: products of sums, and sums of sums, become one sum over several indices;
2. *collapse*: :math:`\sum_i \delta_{ip} X_i = X_p`;
3. *split*: :math:`\sum_{ij} a_i b_j = \sum_i a_i \sum_j b_j`, so that each sum left is connected;
4. *name*: the indices of a connected sum get names that do not depend on the names they had.

Each step is an identity for all sizes, so two expressions with equal normal forms are equal. The converse is not
promised: where neither a proof nor a witness is found, the decision is ``unknown``.
"""

from collections import defaultdict
from functools import cache, lru_cache
from itertools import combinations_with_replacement, product
from math import comb, prod

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    KroneckerDelta,
    Mul,
    Pow,
    Rational,
    Sum,
    Symbol,
    Tuple,
    cancel,
    default_sort_key,
    exp,
    expand,
    expand_log,
    factor_terms,
    fraction,
    ilcm,
    log,
    together,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import Applied, absolute
from sparseae_lib.calculus.indices import BoundIndex, new_index
from sparseae_lib.calculus.inverses import OfMatrix
from sparseae_lib.calculus.kinks import vanishes_between_kinks
from sparseae_lib.calculus.naming import orders
from sparseae_lib.calculus.shapes import MOST_SUMMANDS, Unsupported, same_size

MOST_TERMS = 4000
"""How many terms a formula may have when it is multiplied out."""

MOST_TO_FACTOR = 20
"""How many terms of a formula are looked through for factors."""

MOST_ORDERS = 400
"""In how many orders the indices of a sum are tried."""


def equal(left, right, *numbers):
    """Whether the normal forms agree as rational functions of their parts. ``False`` means: not proved.

    What is between two sums over the same indices may cancel, although neither is 0: their summands are put together.

    ``numbers`` are indices that are numbers, with sizes that are larger. Raises ``Unsupported`` if it takes too
    many terms.
    """
    if left == right:
        return True
    return _is_zero(_where_defined(normal_form(left) - normal_form(right), numbers))


@lru_cache(maxsize=1024)  # what all steps of a derivation have too much is the same
def _is_zero(difference):
    return any(_vanishes(form(difference)) for form in (lambda same: same, _merged, _written_out))


@lru_cache(maxsize=1024)  # the three forms are often one
def _vanishes(difference):
    return difference == 0 or expanded(difference) == 0 or _rational(difference)[0] == 0


def expanded(expression):
    """The expression multiplied out, if that is not too long."""
    if _count(expression) > MOST_TERMS:
        raise Unsupported(f"more than {MOST_TERMS} terms when it is multiplied out")
    return expand(expression)


@cache
def _count(expression):
    """How many terms an expression has at most when it is multiplied out."""
    if isinstance(expression, Add):
        return sum(map(_count, expression.args))
    if isinstance(expression, Mul):
        return prod(map(_count, expression.args))
    if isinstance(expression, Pow) and expression.exp.is_Integer:
        return comb(_count(expression.base) + abs(int(expression.exp)) - 1, abs(int(expression.exp)))
    return 1


def _with_symbols(expression, signs=None):
    """The expression with a real symbol for each of its sums, function values and entries, and the way back.

    SymPy knows log(exp(x)) = x for a real x alone, and log(a b) = log(a) + log(b) for positive ones. What is known of
    the ``signs`` of parts may be more than they tell themselves.
    """
    signs = signs or {}
    parts = expression.atoms(Sum, ConnectedSum, Applied, MatrixElement, OfMatrix)
    symbols = {part: Dummy(**{signs.get(part, _sign(part)): True}) for part in parts if not _has_kink(part)}
    symbols |= {part: Dummy(**{sign: True}) for part, sign in signs.items() if part.is_Symbol}
    back = {symbol: part for part, symbol in symbols.items()}
    expression = expression.xreplace(symbols).replace(_has_kink, lambda part: prod(map(Abs, _factors(part.args[1]))))
    return expression, lambda rational: rational.xreplace(back).replace(Abs, absolute)


def _has_kink(part):
    return isinstance(part, Applied) and part.args[0] == absolute


def _factors(expression):
    """The factors of an expression, as far as that is no long search: x^2 + y^2 - 2 x y is the square of x - y."""
    whole = together(expression)
    return Mul.make_args(whole.factor() if _count(whole) <= MOST_TO_FACTOR else factor_terms(whole))


def _rational(expression, signs=None):
    """The expression as a fraction of polynomials in symbols, as far as that goes, and the steps of the way back.

    Exponentials, roots and logarithms are symbols as well. With exp(-x) = e, sigma(x) is 1/(1 + e) and sigma(-x) is
    e/(1 + e): their sum is 1 as soon as it is one fraction.
    """
    expression, step = _with_symbols(expression, _signs_where_defined(expression) if signs is None else signs)
    letters = {}

    def opened(power):  # (1 - p)^(c - 1) is the letter for (1 - p)^c over 1 - p
        number, rest = power.exp.as_coeff_Add()
        if power.base.is_positive:
            return exp(power.exp * log(power.base))
        return letters.setdefault(Pow(power.base, rest), Dummy(real=True)) * power.base**number

    expression = expression.replace(_is_root, _root).replace(_is_power, opened)
    if expression.has(Abs) and vanishes_between_kinks(expression, lambda rest: _rational(rest, {})[0] == 0):
        return Integer(0), []
    expression = expanded(expression)
    steps = [step, lambda rational: rational.xreplace({letter: power for power, letter in letters.items()})]
    exponents = defaultdict(list)
    for exponential in expression.atoms(exp):
        number, rest = exponential.args[0].as_coeff_Mul()
        exponents[rest].append(number)
    powers, back, logarithms = {}, {}, {}
    for rest, numbers in exponents.items():
        unit, symbol = ilcm(1, *(number.q for number in numbers)), Dummy(positive=True)
        powers |= {exp(number * rest): symbol ** (number * unit) for number in numbers}
        back[symbol], logarithms[log(symbol)] = exp(rest / unit), rest / unit
    steps.append(lambda rational: rational.xreplace(back))
    expression = _without_fractions_in_divisors(expression.xreplace(powers))
    expression = expression.replace(log, _logarithm).xreplace(logarithms)
    expression, root_of = _with_roots(expression, steps)
    if any(map(_is_reciprocal, expression.atoms(Pow))):
        numerator, denominator = (expanded(root_of(expanded(part))) for part in fraction(together(expression)))
        if numerator == 0 or _count(numerator) * _count(denominator) < MOST_TERMS / 10:
            expression = cancel(numerator / denominator)
    return expression, steps


def _logarithm(x):
    """The logarithms of the factors: log(x y) is log|x| + log|y| where it is defined. Here log(x) stands for log|x|.

    log(1 + 1/e) is log(1 + e) - log(e), where e may be the exponential of x, and log(e) is x.
    """
    powers = (factor.as_base_exp() for factor in _factors(x))
    sizes = ((Abs(base), exponent) for base, exponent in powers)
    return Add(*(e * expand_log(log(a.args[0] if isinstance(a, Abs) else a), factor=True) for a, e in sizes))


def _is_root(part):
    return isinstance(part, Pow) and part.exp.is_Rational and not part.exp.is_Integer


def _is_power(part):
    return isinstance(part, Pow) and not part.exp.is_number


def _root(power):
    """The root of a square is an absolute value, and that of a quotient by a number that is not negative a quotient."""
    base = Mul(*_factors(power.base))
    above, below = fraction(base)
    return above**power.exp / below**power.exp if below.is_nonnegative else base**power.exp


def _with_roots(expression, steps):
    """The expression with a symbol for each root, as r for sqrt(a b), what writes a b for r**2."""
    powers = list(filter(_is_root, expression.atoms(Pow)))
    symbols = {(power.base, power.exp.q): Dummy(nonnegative=True) for power in powers}
    bases = {symbol: (base, unit) for (base, unit), symbol in symbols.items()}
    steps.append(lambda rational: rational.xreplace({r: base ** Rational(1, q) for r, (base, q) in bases.items()}))

    def whole(power):
        base, unit = bases[power.base]
        return base ** (power.exp // unit) * power.base ** (power.exp % unit)

    def reduced(rational):
        return rational.replace(
            lambda part: isinstance(part, Pow) and part.base in bases and part.exp.is_Integer, whole
        )

    named = {power: symbols[power.base, power.exp.q] ** power.exp.p for power in powers}
    return reduced(expression.xreplace(named)), reduced


def _without_fractions_in_divisors(expression):
    """The expression with whole divisors, as e/(1 + e) for 1/(1 + 1/e)."""

    def turned(power):
        numerator, denominator = fraction(together(expand(power.base)))
        return (denominator / numerator) ** -power.exp

    return expression.replace(_is_reciprocal, turned)


def _is_reciprocal(part):
    return isinstance(part, Pow) and part.base.is_Add and part.exp.is_Integer and part.exp < 0


def _signs_where_defined(expression):
    """Of x in log(x) that it is positive, and of x in sqrt(x) that it is not negative, where the expression is defined.

    What is multiplied by a delta need not be: delta(i, j) log(x) is 0 for other i and j, whatever x is. So is a branch
    of a ``Piecewise``, which is multiplied by 1/2 + |x| / 2x.
    """
    if expression.has(KroneckerDelta, IsInside) or any(map(_has_kink, expression.atoms(Applied))):
        return {}
    roots = {part.base: "nonnegative" for part in filter(_is_root, expression.atoms(Pow))}
    signs = roots | {part.args[0]: "positive" for part in expression.atoms(log)}
    return {part: sign for part, sign in signs.items() if part.is_nonnegative is None}


@cache
def _sign(part):
    """What is known of the sign of a part: a sum of positive terms is positive, if there is at least one."""
    if isinstance(part, Sum | ConnectedSum):
        body, *limits = part.args
        body, sizes = _with_symbols(body)[0], [limit[-1] + int(isinstance(part, Sum)) for limit in limits]
        if body.is_positive and all(size.is_positive for size in sizes):
            return "positive"
        if body.is_nonnegative:
            return "nonnegative"
    return "real"


def is_positive(scalar):
    """Whether a scalar is known to be positive."""
    return bool(together(_with_symbols(scalar)[0]).is_positive)


def is_nonnegative(scalar):
    """Whether a scalar in entries is known not to be negative."""
    return bool(together(_with_symbols(scalar)[0]).is_nonnegative)


def exclude_each_other(left, right):
    """Whether the logarithms on the two sides are never defined together: log(x) is not where log(-x) is.

    An index that a sum binds may be 0 in both, if there is at least one term. Of the branches of a ``Piecewise``, which
    have kinks, one alone is meant.
    """
    both = normal_form(left) + normal_form(right)
    sizes = [size for part in both.atoms(ConnectedSum) for _, size in part.args[1:]]
    if any(map(_has_kink, both.atoms(Applied))) or not all(size.is_positive for size in sizes):
        return False
    arguments = sorted((part.args[0] for part in both.atoms(log)), key=str)
    products = (x if x == y else x * y for x, y in combinations_with_replacement(arguments, 2))
    quotients = (fraction(together(_with_symbols(product)[0])) for product in products)
    return any((numerator * denominator).factor().is_nonpositive for numerator, denominator in quotients)


def _where_defined(difference, numbers):
    """The difference where both sides are defined: an entry v[5, 0] in one of them says that there are more than 5."""
    inside = [part for part in difference.atoms(IsInside) if any(part.follows_from(*place) for place in numbers)]
    return difference.xreplace(dict.fromkeys(inside, Integer(1)))


def _merged(difference):
    """The difference with the summands of its sums over the same indices put together, in normal form.

    Of the sums of x / (x + y) and of y / (x + y), less n, nothing is left: the sum of their summands is 1.
    """
    totals, rest, merged = {}, [], []
    for term in Add.make_args(expanded(difference)):
        sums = [factor for factor in Mul.make_args(term) if isinstance(factor, ConnectedSum)]
        if len(sums) == 1:
            body, *limits = sums[0].args
            totals.setdefault(tuple(limits), []).append(term / sums[0] * body)
        else:
            rest.append(term)
    for limits, bodies in totals.items():
        sizes = [size for _, size in limits]
        whole = [term for term in rest if not (term / prod(sizes)).has(*sizes)]  # n is the sum of 1
        rest = [term for term in rest if term not in whole]
        body, steps = _rational(Add(*bodies, *(term / prod(sizes) for term in whole)))
        for step in reversed(steps):
            body = step(body)
        merged.append(ConnectedSum(body, *limits))
    return normal_form(_reopened(Add(*rest, *merged)))


def _written_out(difference):
    """The difference with each sum over a few values term by term: over i < 2 that of x[i, 0] is x[0, 0] + x[1, 0]."""

    def terms(total):
        body, *limits = total.args
        names, ranges = [name for name, _ in limits], [range(size) for _, size in limits]
        return Add(*(body.xreplace(dict(zip(names, map(Integer, places), strict=True))) for places in product(*ranges)))

    def is_short(part):
        if not isinstance(part, ConnectedSum):
            return False
        sizes = [size for _, size in part.args[1:]]
        return all(size in range(MOST_SUMMANDS) for size in sizes) and prod(sizes) < MOST_SUMMANDS

    return normal_form(_reopened(difference.replace(is_short, terms))) if difference.has(ConnectedSum) else difference


class IsInside(Expr):
    """1 where a number is less than a size, and 0 elsewhere: whether an index has this value."""

    is_commutative = True

    def _eval_power(self, exponent):
        return self if exponent.is_positive else None

    def follows_from(self, number, size):
        return number >= self.args[0] and same_size(size, self.args[1])


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
    if isinstance(factor, Add | Mul | Sum):
        return normal_form(factor, depth)
    if isinstance(factor, Applied):
        return Applied(factor.args[0], normal_form(factor.args[1], depth))
    if isinstance(factor, OfMatrix):
        return _normal_of_matrix(factor, depth)
    if isinstance(factor, Function) and not factor.is_integer:
        return factor.func(*[normal_form(argument, depth) for argument in factor.args])
    return factor


def _normal_of_matrix(part, depth):
    """An entry of an inverse, or a determinant, of a matrix in normal form.

    That of the transposed matrix is entry (j, i); if the matrix is symmetric, so is its inverse.
    """
    p, q = (BoundIndex(f"{depth}.{name}", integer=True, nonnegative=True) for name in ("row", "column"))
    body, transposed = (normal_form(part.entry(*order), depth + 1) for order in ((p, q), (q, p)))
    indices = sorted(part.indices, key=default_sort_key) if body == transposed else part.indices
    if default_sort_key(transposed) < default_sort_key(body):
        body, indices = transposed, indices[::-1]
    return OfMatrix(body, *((name, *limit[1:]) for name, limit in zip((p, q), part.limits, strict=True)), *indices)


# 1. flatten


def _flatten(expression, depth):
    """The expression as a list of (factors, {index: size}): a sum of products, each summed over indices of its own.

    Of (the sum of x[i, 0] over i)^2 comes ([x[p, 0], x[q, 0]], {p: n, q: n}): the two factors get two new indices.
    """
    if isinstance(expression, Add):
        return [term for part in expression.args for term in _flatten(part, depth)]
    if isinstance(expression, Sum):
        if any(high.has(*expression.variables) for part in atoms(expression, Sum) for _, _, high in part.limits):
            return [([term], {}) for term in _over_layers(expression, depth)]
        renamed = {index: new_index() for index in expression.variables}
        bound = {renamed[index]: high + 1 for index, _, high in expression.limits}
        terms = _flatten(expression.function.xreplace(renamed), depth)
        return [(factors, bound | inner) for factors, inner in terms]
    if isinstance(expression, Mul):
        return _distribute(expression.args, depth)
    if isinstance(expression, log) and len(parts := _opened(expression.args[0], depth)) > 1:
        return [term for part in parts for term in _flatten(part, depth)]
    if isinstance(expression, Pow) and expression.exp.is_Integer and (expression.base.is_Add or expression.has(Sum)):
        if abs(expression.exp) > MOST_TERMS:
            raise Unsupported(f"{expression}: a power of more than {MOST_TERMS}")
        if expression.exp > 0:
            return _distribute([expression.base] * int(expression.exp), depth)
        return [(_reciprocal(expression.base, depth) * int(-expression.exp), {})]
    return [([expression], {})]


def _over_layers(total, depth):
    """The terms of a sum over layers k around others over i < S(k), which stay where they are.

    Of the sum of 2 b_k x_i over k and i < S(k) comes 2 times that of b_k times the sum of x_i.
    """
    *inner, (k, _, high) = total.limits
    name = BoundIndex(f"{depth}.layer", integer=True, nonnegative=True)
    body = Sum(total.function, *inner) if inner else total.function
    for term in Add.make_args(normal_form(body.xreplace({k: name}), depth + 1)):
        factors = Mul.make_args(term)
        inside = [factor for factor in factors if factor.has(name)]
        outside = Mul(*(factor for factor in factors if not factor.has(name)))
        yield outside * (ConnectedSum(Mul(*inside), Tuple(name, high + 1)) if inside else high + 1)


def _distribute(factors, depth):
    terms = [([], {})]
    for factor in factors:
        terms = [(a + b, i | j) for (a, i), (b, j) in product(terms, _flatten(factor, depth))]
        if len(terms) > MOST_TERMS:
            raise Unsupported(f"more than {MOST_TERMS} terms when it is multiplied out")
    return terms


def _reciprocal(base, depth):
    """Factors of 1 / base without fractions in them: 1/(1 - s/m) is m times 1/(m - s)."""
    rational, back = _with_symbols(_reopened(normal_form(base, depth)))
    numerator, denominator = fraction(together(rational))
    factors = [denominator]
    for factor in Mul.make_args(factor_terms(numerator)):
        coefficient, _ = min((term.as_coeff_Mul() for term in Add.make_args(back(factor))), key=lambda t: str(t[1]))
        sign = -1 if coefficient.is_negative else 1
        factors += [Integer(sign), Pow(sign * factor, -1)]
    return [back(factor) for factor in factors]


def _opened(argument, depth):
    """The terms of a logarithm: log(p x) is log(p) + log(x) for a p that is positive, as a power of e is."""
    powers = [factor.as_base_exp() for factor in Mul.make_args(Mul(*_reciprocal(argument, depth)))]
    known = [power for power in powers if is_positive(power[0])]
    rest = Mul(*(Pow(base, -exponent) for base, exponent in powers if (base, exponent) not in known))
    return (
        []
        if rest.is_negative
        else [*(-exponent * log(base) for base, exponent in known), *([log(rest)] if rest != 1 else [])]
    )


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
    """The term without the deltas that fix one of the bound indices, and the indices that are left.

    Of the sum of delta(i, p) A[i, j] over i and j, A[p, j] over j is left. A delta whose index is bound nowhere stays,
    and its two letters become one: delta(p, q) A[q, j] is delta(p, q) A[p, j].
    """
    for delta in (factor for factor in Mul.make_args(term) if isinstance(factor, KroneckerDelta)):
        fixed, other = delta.args[:2] if delta.args[0] in bound else delta.args[1::-1]
        if fixed in bound and (inside := _inside(other, bound[fixed], bound, delta)) is not None:
            rest = {index: size for index, size in bound.items() if index != fixed}
            return _collapse(inside * term.xreplace({fixed: other}), rest)
        kept, replaced = sorted((fixed, other), key=default_sort_key)
        without = Mul(*[factor for factor in Mul.make_args(term) if factor != delta])
        if fixed not in bound and without != (one := without.xreplace({replaced: kept})):
            return _collapse(delta * one, bound)
    for index in bound if term.has(OfMatrix) else ():
        pair = [factor for factor in Mul.make_args(term) if factor.has(index)]
        for inverse, factor in (pair, pair[::-1]) if len(pair) == 2 else ():
            if isinstance(inverse, OfMatrix) and (delta := inverse.times(factor, index)) is not None:
                rest = {other: size for other, size in bound.items() if other != index}
                return _collapse(delta * Mul(*[f for f in Mul.make_args(term) if f not in pair]), rest)
    return term, bound


def _inside(index, size, bound, delta):
    """Whether an index is one of so many, as a factor; ``None`` where that is not known.

    The sum of delta(i, j) over i is 1 for a j that runs as far as i. That of delta(i, 5) is 0 where there are only 5.
    """
    if isinstance(index, Symbol):
        _, high = delta.args[2]  # the range that both indices of a delta share; it is read off the shape of a matrix
        return Integer(1) if same_size(size, bound.get(index, high + 1)) else None
    if not (index.is_Integer and index >= 0):
        return None
    if size.is_Integer or (index == 0 and size.is_positive):
        return Integer(int(bool(index < size)))
    return IsInside(index, size)


# 3. split


def _split(term, bound):
    """The factors without a bound index, and a list of (factors, {index: size}), one for each connected sum.

    In the sum of c x[i, 0] y[j, 0] over i, j and k, c is such a factor, and so is the size of k; x[i, 0] and y[j, 0]
    are in sums of their own.
    """
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
    """The connected sum, with the names of its indices that sort first among the orders that ``naming`` proposes.

    The sum of A[i, j] B[j, i] over i and j is that of A[j, i] B[i, j]; both get the names of the first in the alphabet.
    """
    factors, sizes = _nested(factors, sizes)
    names = [BoundIndex(f"{depth}.{rank}", integer=True, nonnegative=True) for rank in range(len(sizes))]
    candidates = []
    divisors = [factor for factor in factors if isinstance(factor, Pow) and factor.exp.is_negative]
    for order in orders(factors, divisors, sizes, depth, _normal_factor):
        naming = dict(zip(sorted(sizes, key=order.get), names, strict=True))  # each index has a name of its own
        body = Mul(*[_normal_factor(factor.xreplace(naming), depth + 1) for factor in factors])
        candidates.append(ConnectedSum(body, *[Tuple(name, sizes[index]) for index, name in naming.items()]))
        if len(candidates) > MOST_ORDERS:
            raise Unsupported(f"a sum over {len(sizes)} indices that look alike")
    return min(candidates, key=default_sort_key) if len(candidates) > 1 else candidates[0]


def _nested(factors, sizes):
    """The factors and indices with sums of their own for what is connected by nothing but an index of a divisor.

    In the sum of e[s, c] R[s, p] / N(s)^2 over s and c, where N(s) is the sum of e[s, c] over c, it is written as the
    sum of N(s) R[s, p] / N(s)^2 over s alone, so that N(s) cancels.
    """
    divisors = [f for f in factors if isinstance(f, Pow) and f.exp.is_negative and f.has(Sum, ConnectedSum)]
    outer = {index for index in sizes if any(divisor.has(index) for divisor in divisors)}
    if not outer:
        return factors, sizes
    rest, connected = _split(Mul(*factors), {index: size for index, size in sizes.items() if index not in outer})
    sums = [Sum(Mul(*part), *[(i, 0, n - 1) for i, n in inner.items()]) for part, inner in connected]
    return rest + sums, {index: sizes[index] for index in outer}
