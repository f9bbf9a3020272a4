r"""From the words that people use to the few operations that the proofs know. Each word is a definition.

Nothing is decided here: ``Max(x, y)`` *is* :math:`(x + y + |x - y|)/2`, and ``DiagMatrix(v)`` *is* the matrix with the
entries :math:`\delta_{ij} v_i`. A part without such a word is left as it was written, so that no mistake in it is lost.
"""

from functools import cache, reduce, singledispatch
from operator import add

from sympy import (
    Abs,
    Add,
    Adjoint,
    And,
    Basic,
    Derivative,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Dummy,
    Eq,
    FunctionMatrix,
    Heaviside,
    Identity,
    Integer,
    Inverse,
    KroneckerDelta,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    Ne,
    Not,
    OneMatrix,
    Or,
    Piecewise,
    Pow,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    default_sort_key,
    sign,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.dotproduct import DotProduct
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import KNOWN, Elementwise, absolute
from sparseae_lib.calculus.indices import entries, new_index, with_own_letters
from sparseae_lib.calculus.kronecker import block, has_blocks, sides
from sparseae_lib.calculus.matrices import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, by_terms, is_cost
from sparseae_lib.calculus.normal_form import expanded
from sparseae_lib.calculus.shapes import MOST_FACTORS, MOST_SUMMANDS, IllFormed, Unsupported, check, same_size


@cache
def in_primitives(expression: Basic) -> Basic:
    """The same expression in the operations of ``matrices``, ``functions`` and SymPy that the proofs know."""
    if not expression.args or isinstance(expression, Lambda):
        return expression
    if isinstance(expression, MatrixElement | Sum | FunctionMatrix | Elementwise):
        return _word(expression)
    parts = [in_primitives(part) if isinstance(part, Basic) else part for part in expression.args]
    # What is the same stays as it is: SymPy would make 0 of 0*(A*B) and of A*B - A*B, although there is no A*B.
    return _word(expression if parts == [*expression.args] else _with_parts(expression, parts))


def _with_parts(expression, parts):
    if isinstance(expression, Add | Mul | Pow):
        for part in parts:  # before SymPy cancels it
            check(part)
    try:
        return expression.func(*parts)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise Unsupported(f"{expression}: {error}") from error


@singledispatch
def _word(part):
    return part


DEFINITIONS = {
    HadamardProduct: lambda part: Hadamard(*part.args),
    Adjoint: lambda part: Transpose(part.arg),
    DiagMatrix: lambda part: diagonal(part.args[0]),
    DiagonalMatrix: lambda part: Hadamard(part.arg, Identity(_square(part.arg, "diagonal of "))),
    DiagonalOf: lambda part: diagonal_of(part.arg),
    Inverse: lambda part: _inverse(part.arg),
    Determinant: lambda part: _determinant(part.arg),
    sign: lambda part: absolute(part.args[0]) / part.args[0],
    Heaviside: lambda part: _positive(part.args[0]),
    Max: lambda part: reduce(lambda a, b: (a + b + absolute(a - b)) / 2, part.args),
    Min: lambda part: reduce(lambda a, b: (a + b - absolute(a - b)) / 2, part.args),
}
"""What is said in one line; what takes more has a function below."""

for _name, _definition in DEFINITIONS.items():
    _word.register(_name, _definition)


# Matrices


@_word.register
def _(part: HadamardPower):
    base, exponent = part.args
    if isinstance(exponent, MatrixExpr) or not isinstance(base, MatrixExpr):
        raise Unsupported(f"{part}: an elementwise power has a matrix for its base, and a number for its exponent")
    if exponent.is_Integer and 2 <= exponent <= MOST_SUMMANDS:
        return Hadamard(*[base] * int(exponent))
    p, z = Dummy("p", real=True), Dummy("z", real=True)
    return Elementwise("power", Lambda((p, z), z**p), 0, exponent)(base)


@_word.register
def _(part: ElementwiseApplyFunction):
    x = Dummy("x", real=True)
    return in_primitives(Elementwise(str(part.function), Lambda(x, part.function(x))))(part.expr)


@cache  # as one letter for the rules of the inverse, wherever it stands
def diagonal(vector: MatrixExpr) -> FunctionMatrix:
    r"""The diagonal matrix :math:`\mathrm{diag}(v)` of a row or a column ``vector``."""
    rows, columns = vector.shape
    if columns == 1:
        return entries(rows, rows, lambda i, j: KroneckerDelta(i, j) * MatrixElement(vector, i, 0))
    if rows == 1:
        return entries(columns, columns, lambda i, j: KroneckerDelta(i, j) * MatrixElement(vector, 0, i))
    raise IllFormed("diagonal matrix of ", vector, " (", rows, " x ", columns, "), which is neither a row nor a column")


def diagonal_of(matrix: MatrixExpr) -> FunctionMatrix:
    r"""The column of the diagonal entries :math:`A_{ii}` of a square ``matrix``."""
    return entries(_square(matrix, "diagonal of "), 1, lambda i, _: MatrixElement(matrix, i, i))


def _square(matrix, what):
    if not same_size(*matrix.shape):
        raise IllFormed(what, matrix, " (", matrix.rows, " x ", matrix.cols, ")")
    return matrix.shape[0]


@_word.register
def _(part: MatrixSlice):
    """A row A[i, :] or a column A[:, j]: along each side one place, or all of them."""
    matrix, *limits = part.args
    places = [start if step == 1 and same_size(stop - start, 1) else None for start, stop, step in limits]
    lines = zip(places, limits, matrix.shape, strict=True)
    if not all(place is not None or tuple(line) == (0, n, 1) for place, line, n in lines):
        raise Unsupported(f"{part}: of the parts of a matrix only a row A[i, :] and a column A[:, j] are known")

    def entry(*indices):
        pairs = zip(places, indices, strict=True)
        return _shifted(MatrixElement(matrix, *(k if place is None else place for place, k in pairs)))

    return entries(*part.shape, entry)


@_word.register
def _(part: FunctionMatrix):
    rows, columns, function = part.args
    return entries(rows, columns, lambda i, j: in_primitives(function(i, j)))


def _inverse(matrix):
    """The inverse of a product is that of its factors, in the opposite order."""
    if matrix.shape == (1, 1):
        return OneMatrix(1, 1) / Trace(matrix)
    if isinstance(matrix, Inverse):
        return matrix.arg
    if isinstance(matrix, Transpose):
        return Transpose(_inverse(matrix.arg))
    if isinstance(matrix, KroneckerProduct) and all(same_size(*factor.shape) for factor in matrix.args):
        return KroneckerProduct(*map(_inverse, matrix.args))
    if isinstance(matrix, Identity):
        return matrix
    if isinstance(matrix, FunctionMatrix):
        (i, j), body = matrix.lamda.args
        factors = [factor for factor in Mul.make_args(body) if factor != KroneckerDelta(i, j)]
        if len(factors) < len(Mul.make_args(body)):  # it is diagonal
            return FunctionMatrix(*matrix.shape, Lambda((i, j), KroneckerDelta(i, j) / Mul(*factors)))
    if isinstance(matrix, MatPow) and matrix.exp.is_Integer:
        return MatMul(*[_inverse(matrix.base)] * int(matrix.exp))
    if isinstance(matrix, MatMul):
        scalar, factors = matrix.as_coeff_matrices()
        if scalar != 1 or (len(factors) > 1 and all(same_size(*factor.shape) for factor in factors)):
            return MatMul(
                1 / scalar, *(_inverse(factor) for factor in reversed(factors if scalar == 1 else [MatMul(*factors)]))
            )
    return Inverse(matrix)


@_word.register
def _(part: MatPow):
    base, exponent = part.args
    if base.shape == (1, 1):
        return Trace(base) ** exponent * OneMatrix(1, 1)
    return MatMul(*[_inverse(base)] * int(-exponent)) if exponent.is_Integer and -MOST_FACTORS < exponent < 0 else part


@_word.register
def _(part: MatMul):
    """A factor that is a number in the form of a matrix goes to the front, where its shape does not fit."""
    scalar, factors = part.as_coeff_matrices()
    for k, factor in enumerate(factors):
        if len(factors) > 1 and factor.shape == (1, 1):
            around = [other.shape[1] for other in factors[:k][-1:]] + [other.shape[0] for other in factors[k + 1 :][:1]]
            if any(size != 1 for size in around):
                others = [*factors[:k], *factors[k + 1 :]]
                return _word(MatMul(scalar * Trace(factor), *others))
    return _whole(part)


def _transposed(factor):
    return factor.arg if isinstance(factor, Transpose) else Transpose(factor)


def _outer(term):
    """A term as a number, a column and a row; ``None`` if it is no product of these. A sum of few has no inverse."""
    scalar, factors = term.as_coeff_matrices() if isinstance(term, MatMul) else (1, [term])
    widths = [factor.shape[1] for factor in factors[:-1]]
    place = widths.index(1) + 1 if 1 in widths else 0
    return (scalar, MatMul(*factors[:place]), MatMul(*factors[place:])) if place else None


def _determinant(matrix):
    """The determinant of a product of square matrices is the product of theirs."""
    size = _square(matrix, "determinant of ")
    if isinstance(matrix, Identity):
        return Integer(1)
    if isinstance(matrix, Transpose):
        return _determinant(matrix.arg)
    if isinstance(matrix, KroneckerProduct) and all(same_size(*factor.shape) for factor in matrix.args):
        return Mul(*(_determinant(factor) ** (size / factor.rows) for factor in matrix.args))
    if isinstance(matrix, Inverse):
        return 1 / _determinant(matrix.arg)
    if isinstance(matrix, MatPow) and matrix.exp.is_Integer:
        return _determinant(matrix.base) ** matrix.exp
    if isinstance(matrix, MatMul):
        scalar, factors = matrix.as_coeff_matrices()
        if scalar != 1:
            return scalar**size * _determinant(MatMul(*factors))
        if all(same_size(*factor.shape) for factor in factors):
            return Mul(*map(_determinant, factors))
    if isinstance(matrix, MatAdd):
        outer = {term: parts for term in matrix.args if (parts := _outer(term))}
        if 0 < len(outer) < len(matrix.args):  # det(A + c u v) is det(A) (1 + c v inv(A) u) for a column u and a row v
            term, (scalar, column, row) = next(iter(outer.items()))
            rest = MatAdd(*(other for other in matrix.args if other != term)).doit()
            return _determinant(rest) * (1 + scalar * Trace(row * MatMul(_inverse(rest), column)))
        one, *rest = sorted(matrix.args, key=lambda term: not isinstance(term, Identity))
        if isinstance(one, Identity) and len(rest) == 1 and isinstance(rest[0], MatMul):  # det(I + AB) is det(I + BA)
            scalar, factors = rest[0].as_coeff_matrices()
            words = factors, [_transposed(factor) for factor in reversed(factors)]
            first, *others = min((word[k:] + word[:k] for word in words for k in range(len(word))), key=str)
            return Determinant(Identity(first.rows) + MatMul(scalar, first, *others))
    return Determinant(matrix)


# A matrix of one entry, where a number is expected


@_word.register
def _(part: DotProduct):
    a, b = (v if v.shape[1] == 1 else v.T for v in part.args)
    return Trace(a.T * b)


def number(part: Basic) -> Basic:
    """The number that a matrix of one entry is; anything else as it is."""
    return Trace(part) if isinstance(part, MatrixExpr) and part.shape == (1, 1) else part


@_word.register
def _(part: Gradient):
    scalar, variable, *fixed = part.args
    if isinstance(scalar, MatrixExpr) and scalar.shape != (1, 1):
        raise Unsupported(
            f"{part}: the derivative of a matrix by a matrix, a Jacobian, has four indices. Differentiate an entry of "
            f"it, or their sum with weights: vjp(G, {scalar}, {variable})"
        )
    return by_terms(part if number(scalar) is scalar else Gradient(number(scalar), variable, *fixed))


@_word.register
def _(part: Derivative):
    """By a matrix a gradient, by an entry its entry, and by a number what it is for each entry."""
    body, *counts = part.args
    body = number(body)
    for variable, count in counts:
        for _ in range(int(count)):
            body = _derivative(body, variable)
    return body


def _derivative(body, variable):
    if isinstance(body, MatrixExpr) and isinstance(variable, Symbol):
        return entries(*body.shape, lambda i, j: Derivative(MatrixElement(body, i, j), variable))
    if isinstance(variable, MatrixElement):
        return MatrixElement(_word(Gradient(body, variable.parent)), *variable.indices)
    return _word(Gradient(body, variable)) if isinstance(variable, MatrixExpr) else Derivative(body, variable)


# Kronecker products


def in_blocks(*pair: Basic) -> list[Basic]:
    """Two sides that are as large as a Kronecker product as blocks (i, j), for new indices i and j."""
    if not all(isinstance(side, MatrixExpr) for side in pair):
        return list(pair)
    rows, columns = (a or b for a, b in zip(*map(sides, pair), strict=True))
    if rows is None and columns is None:
        return list(pair)
    i, j = (Integer(0) if side is None or side[0] == 1 else new_index() for side in (rows, columns))
    return [in_primitives(block(side, rows, columns, i, j, _total)) for side in pair]


def _total(term, size):
    k = new_index()
    return _sum(term(k), k, Integer(0), size - 1)


def _whole(matrix):
    """A product with blocks in it that is no longer than one of its blocks, without them."""
    if has_blocks(matrix) and not any(sides(matrix)):
        return in_primitives(block(matrix, None, None, Integer(0), Integer(0), _total))
    return matrix


def _over_blocks(part):
    """A sum over entries as a sum over those of all blocks."""
    matrix = part.args[0]
    if not has_blocks(matrix) or not any(both := sides(matrix)):
        return part
    i, j = new_index(), new_index()
    if isinstance(part, Trace):
        body, limits = Trace(block(matrix, both[0], both[0], i, i, _total)), [(i, both[0])]
    else:
        body, limits = part.func(block(matrix, *both, i, j, _total)), [(i, both[0]), (j, both[1])]
    return in_primitives(Sum(body, *((k, 0, side[0] - 1) for k, side in limits if side)))


for _sum_of_entries in (Trace, EntrySum, SquaredNorm):
    _word.register(_sum_of_entries, _over_blocks)


# Numbers


def _of_number(part):
    """A function of a matrix of one entry."""
    if part.args and isinstance(argument := part.args[0], MatrixExpr):
        if argument.shape != (1, 1):
            name = part.func.__name__
            definition = "" if isinstance(part, AppliedUndef) else f", Lambda(z, {name}(z))"
            raise Unsupported(
                f"{part}: a function of SymPy takes no matrix; "
                f"entry by entry it is Elementwise({name!r}{definition})({argument})"
            )
        return part.func(Trace(argument))
    return part


for _function in (*KNOWN, AppliedUndef):
    _word.register(_function, _of_number)


@_word.register
def _(part: Pow):
    return Pow(*map(number, part.args)) if any(isinstance(p, MatrixExpr) for p in part.args) else part


@_word.register
def _(part: Abs):
    part = _of_number(part)
    return absolute(part.args[0]) if isinstance(part, Abs) else part


def _positive(x):
    """1 where x is positive, and 0 where it is negative: 1/2 + |x| / 2x."""
    return (1 + absolute(x) / x) / 2


@_word.register
def _(part: Piecewise):
    pairs = [tuple(pair) for pair in part.args]
    if pairs[-1][1] != S.true:
        raise Unsupported(f"{part}: what it is elsewhere is not said; end it with a pair (value, True)")
    return reduce(lambda other, pair: other + _holds(pair[1]) * (pair[0] - other), pairs[-2::-1], pairs[-1][0])


def _holds(condition):
    """1 where a condition holds, and 0 elsewhere."""
    match condition:
        case Eq() | Ne():
            equal = KroneckerDelta(condition.lhs - condition.rhs, 0)
            return equal if isinstance(condition, Eq) else 1 - equal
        case Relational():
            return _positive(condition.gts - condition.lts)
        case And():
            return Mul(*map(_holds, condition.args))
        case Or():
            return 1 - Mul(*(1 - _holds(part) for part in condition.args))
        case Not():
            return 1 - _holds(condition.args[0])
    raise Unsupported(f"{condition}: not a condition of the engine; compare two numbers")


@_word.register
def _(part: Elementwise):
    """A function with a kink in its definition is one with an absolute value in it."""
    definition = part.args[1]
    if (
        not isinstance(definition, Lambda)
        or definition == absolute.args[1]
        or not definition.expr.has(Abs, sign, Heaviside, Max, Min, Piecewise)
    ):
        return part
    real = {v: Dummy(v.name, real=True) for v in definition.variables if v.is_real is None}
    body = in_primitives(definition.expr.xreplace(real))
    variables = tuple(real.get(v, v) for v in definition.variables)
    return Elementwise(part.name, Lambda(variables, body), part.order, *part.parameters)


# Sums and indices


@_word.register
def _(part: MatrixElement):
    matrix, *indices = part.args
    return _shifted(MatrixElement(in_primitives(matrix), *indices))


def _shifted(part):
    """X[i + k, j] is the sum of delta(i + k - p, 0) X[p, j] over p, which is 0 where there is no such entry."""
    matrix, *indices = part.args
    deltas, limits = [], []
    for place, size in enumerate(matrix.shape):
        if isinstance(indices[place], Add) and not size.is_Integer:
            p = new_index("p")
            deltas.append(KroneckerDelta(_with_a_sign(indices[place] - p), 0))
            limits.append((p, 0, size - 1))
            indices[place] = p
    return Sum(Mul(*deltas, MatrixElement(matrix, *indices)), *limits) if limits else part


def _with_a_sign(difference):
    """The difference or its opposite, whichever has fewer minuses: one of the two for each pair of indices."""
    return min((difference, -difference), key=lambda d: (str(d).count("-"), default_sort_key(d)))


@_word.register
def _(part: Sum):
    """A sum from 0: over i from 1 to n - 1, x[i, 0] is that over i from 0 on less x[0, 0], and i^2 becomes (i + 1)^2.

    Where all entries are further than the index, as in x[i + 1, 0], the index is moved instead.
    """
    _check_places(part)
    part = with_own_letters(part)
    body, limits = part.function, []
    if len(part.limits) == 1 and any(place.is_Add for entry in body.atoms(MatrixElement) for place in entry.indices):
        (k, low, high), terms = part.limits[0], Add.make_args(expanded(body))
        if any(shifts := [_shift(term, k) for term in terms]):
            parts = zip(terms, shifts, strict=True)
            return in_primitives(Add(*(Sum(term.subs(k, k - t), (k, low + t, high + t)) for term, t in parts)))
    for k, low, high in part.limits:
        if low != 0 and not (
            low in range(MOST_SUMMANDS) and any(k in entry.indices for entry in body.atoms(MatrixElement))
        ):
            moved = {k: (j := new_index(k.name)) + low}  # in the limits of the sums within too, as S(k) - 1
            body, limits = body.subs(moved), [(i, *(end.subs(moved) for end in ends)) for i, *ends in limits]
            k, low, high = j, Integer(0), high - low
        limits.append((k, low, high))
    body = in_primitives(body)
    for limit in limits:  # the innermost first
        body = _sum(body, *limit)
    return body


def _check_places(total):
    """Raise ``IllFormed`` where the first or the last term of a sum has an entry before the first or after the last.

    Over i from 0 on, x[i - 1, 0] would begin with x[-1, 0], which ``_shifted`` takes for 0.
    """
    for k, low, high in total.limits:
        if (high - low).is_negative:
            continue
        for entry in total.function.atoms(MatrixElement):
            for place, size in zip(entry.indices, entry.parent.shape, strict=True):
                if not (place - k).is_Integer:
                    continue
                first, beyond = place.subs(k, low), place.subs(k, high) - size + 1
                if first.is_Integer and first < 0:
                    raise IllFormed("the sum over ", k, " begins before the first entry of ", entry.parent)
                if beyond.is_Integer and beyond > 0:
                    raise IllFormed("the sum over ", k, " goes on beyond the last entry of ", entry.parent)


def _shift(term, k):
    """How much further all entries in a term are than the index of a sum: 1 for x[i + 1, 0]."""
    shifts = {place - k for entry in term.atoms(MatrixElement) for place in entry.indices if place.has(k)}
    return min(shifts) if shifts and all(shift.is_Integer for shift in shifts) and min(shifts) > 0 else Integer(0)


def _sum(body, k, low, high):
    """The sum of numbers or matrices over one index. Over some of its values it is all of it without the first or last.

    Of the layers 1 to 3, and of the first three entries, each is written out.
    """
    places = (zip(entry.indices, entry.parent.shape, strict=True) for entry in body.atoms(MatrixElement))
    sizes = {size for place in places for at, size in place if at == k}
    by_number = sizes or any(part.has(k) for part in body.atoms(LayerMatrix, AppliedUndef))
    if high - low in range(MOST_SUMMANDS) and by_number and high + 1 not in sizes:
        return reduce(add, (in_primitives(body.subs(k, number)) for number in range(low, high + 1)))
    if isinstance(body, MatrixExpr):
        return entries(*body.shape, lambda i, j: _sum(MatrixElement(body, i, j), k, low, high))
    for size in sizes:
        if (rest := size - 1 - high) in range(1, MOST_SUMMANDS):
            last = (in_primitives(body.subs(k, high + number + 1)) for number in range(rest))
            return _sum(body, k, low, size - 1) - Add(*last)
    if low != 0:
        return _sum(body, k, Integer(0), high) - Add(*(body.subs(k, number) for number in range(int(low))))
    closed = _closed(body, k, high)
    return Sum(body, (k, low, high)) if closed is None else closed


def _closed(body, k, high):
    """The sum of numbers that depend on nothing but the index, as a formula: of its powers, and geometric ones."""
    if not body.has(k):
        return None
    totals = []
    for term in Add.make_args(body if body.has(MatrixElement) else body.expand()):
        factor, powers = term.as_independent(k, as_Add=False)
        base, exponent = powers.as_base_exp()
        if powers.is_polynomial(k):
            totals.append(factor * Sum(powers, (k, 0, high)).doit())
        elif (
            not base.has(k)
            and exponent.is_polynomial(k)
            and (rate := base ** exponent.diff(k)) != 1
            and not rate.has(k)
        ):
            totals.append(factor * base ** exponent.subs(k, 0) * (1 - rate ** (high + 1)) / (1 - rate))
        else:
            return None
    return Add(*totals)


# Symbols


def real_symbols(*sides: Basic) -> dict[Symbol, Symbol]:
    """A real symbol for each number of which its user did not say that it is real, if no other one has its name."""
    symbols = set().union(*(atoms(side, Symbol) for side in sides))
    names = [symbol.name for symbol in symbols]
    unsaid = {
        symbol
        for symbol in symbols
        if symbol.is_real is None
        and symbol.is_complex is None
        and not isinstance(symbol, Dummy)
        and symbol.is_commutative
        and not is_cost(symbol)
        and names.count(symbol.name) == 1
    }
    if unsaid:
        shapes = [size for side in sides for matrix in atoms(side, MatrixSymbol) for size in matrix.shape]
        ends = [end for side in sides for total in atoms(side, Sum) for limit in total.limits for end in limit]
        unsaid = unsaid.difference(*(number.free_symbols for number in (*shapes, *ends)))
    return {symbol: Symbol(symbol.name, **symbol.assumptions0 | {"real": True}) for symbol in unsaid}
