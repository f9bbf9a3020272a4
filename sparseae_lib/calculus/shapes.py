"""What is checked before anything else: that the engine knows every part of an expression, and that shapes meet.

Two sizes meet only if they are equal for every value of their symbols. SymPy compares numbers only: it lets the
product of an ``m x S(l+1)`` and an ``S(l) x S(l+1)`` matrix pass.
"""

import itertools
from contextlib import suppress
from functools import cache, singledispatch

from sympy import (
    Add,
    Derivative,
    Determinant,
    Dummy,
    FunctionMatrix,
    Identity,
    Integer,
    Inverse,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    NumberSymbol,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    expand,
    nan,
    zoo,
)
from sympy.core.function import AppliedUndef
from sympy.core.parameters import evaluate
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import KNOWN, Applied, AppliedToMatrix
from sparseae_lib.calculus.inverses import OfMatrix
from sparseae_lib.calculus.matrices import EntrySum, Gradient, Hadamard, LayerMatrix, Quick, SquaredNorm, Stand, is_cost

MOST_FACTORS = 64
"""How high a power of a matrix may be."""

MOST_SUMMANDS = 12
"""A sum over fewer values than this is written out."""


class IllFormed(ValueError):
    """The expression means nothing: two shapes or two ranges of one index do not meet, or it divides by zero.

    ``parts`` are the words and the expressions of the message, in order.
    """

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)
        self.parts = parts

    def __str__(self):
        return "".join(map(str, self.parts))


class Unsupported(TypeError):
    """The expression is not one that the engine knows how to read."""


class UnknownScalar(Unsupported):
    """A scalar in it is not one that the engine knows how to read."""


def same_size(a, b):
    return expand(a - b) == 0


@cache
def shape(matrix):
    """(rows, columns) of a matrix expression; raises ``IllFormed`` if two shapes in it do not meet."""
    return _shape(matrix)


@singledispatch
def _shape(matrix):
    raise Unsupported(f"{type(matrix).__name__} in {matrix}: not a matrix operation of the engine")


@_shape.register
def _(matrix: MatrixSymbol | OneMatrix | ZeroMatrix | Identity):
    if type(matrix) not in (MatrixSymbol, LayerMatrix, Quick, Stand, OneMatrix, ZeroMatrix, Identity):
        raise Unsupported(f"{matrix}: not a matrix of the engine, but a {type(matrix).__name__}")
    if isinstance(matrix, MatrixSymbol) and not isinstance(matrix.args[0], Str):
        raise Unsupported(f"{matrix}: the name of a matrix is a text, and nothing is assumed of its entries")
    for size in matrix.shape:
        check_parts(size)
        if size.is_number and not (size.is_Integer and size > 0):
            raise IllFormed("a matrix of length ", size)
    return matrix.shape


@_shape.register
def _(matrix: Transpose):
    rows, columns = shape(matrix.arg)
    return columns, rows


@_shape.register
def _(matrix: MatAdd | Hadamard):
    first, *others = matrix.args
    for other in others:
        if not all(map(same_size, shape(first), shape(other))):
            operation = "sum" if isinstance(matrix, MatAdd) else "elementwise product"
            raise IllFormed(f"{operation} of ", *described(first), " and ", *described(other))
    return shape(first)


@_shape.register
def _(matrix: MatMul):
    scalars, factors = matrix.as_coeff_matrices()
    check_parts(scalars)
    for left, right in itertools.pairwise(factors):
        if not same_size(shape(left)[1], shape(right)[0]):
            raise IllFormed("matrix product of ", *described(left), " and ", *described(right))
    return shape(factors[0])[0], shape(factors[-1])[1]


@_shape.register
def _(matrix: MatPow):
    _square("power of ", matrix.base)
    if not (matrix.exp.is_Integer and 0 < matrix.exp <= MOST_FACTORS):
        raise Unsupported(
            f"{matrix}: only whole positive powers of a matrix, up to {MOST_FACTORS}; "
            "entry by entry there are root(A), absolute(A) and HadamardPower(A, p)"
        )
    return shape(matrix.base)


@_shape.register
def _(matrix: Inverse):
    return _square("inverse of ", matrix.arg, "; the quotient of two entries is that of divide(a, b)")


def _square(operation, matrix, hint=""):
    if not same_size(*shape(matrix)):
        raise IllFormed(operation, *described(matrix), hint)
    return shape(matrix)


@_shape.register
def _(matrix: FunctionMatrix):
    for part in (*matrix.shape, matrix.lamda.expr):
        check_parts(part)
    return matrix.shape


@_shape.register
def _(matrix: AppliedToMatrix):
    return shape(matrix.args[1])


@_shape.register
def _(matrix: Gradient):
    check_parts(matrix.args[0])
    return matrix.shape


def described(matrix):
    """A matrix and its shape, as parts of a message."""
    rows, columns = shape(matrix)
    return matrix, " (", rows, " x ", columns, ")"


@cache
def check(expression):
    """Raise ``IllFormed`` where shapes, or the ranges of an index, do not meet in a scalar or matrix expression.

    Raises ``Unsupported`` if a part of it is not one that the engine knows.
    """
    if expression.has(zoo, nan):
        raise IllFormed("division by zero in ", expression)
    check_parts(expression)
    index_ranges(expression)


@cache
def check_parts(expression):
    """``check``, but for the ranges of the indices."""
    if isinstance(expression, MatrixExpr):
        shape(expression)
        return
    for part in _scalar_parts(expression):
        if isinstance(part, MatrixExpr):
            raise Unsupported(f"{part} is a matrix where a scalar is expected, in {expression}")
        check_parts(part)


def _scalar_parts(expression):
    """The scalars in a scalar expression; the matrices in it are checked here."""
    match expression:
        case Rational() | NumberSymbol():
            return ()
        case Symbol() | AppliedUndef():
            # What is said to be complex may be real, but its user means another number: |z|**2 is not z**2.
            is_complex = expression.is_real is False or (expression.is_complex and not expression.is_real)
            if is_complex or not expression.is_commutative:
                raise UnknownScalar(f"{expression}: a number of the engine is real, and commutes with every other")
            return () if isinstance(expression, Symbol) else expression.args
        case Sum():
            return expression.function, *(end for _, *ends in expression.limits for end in ends)
        case OfMatrix():
            return expression.function, *expression.indices
        case Applied():
            return *expression.args[0].parameters, expression.args[1]
        case EntrySum() | SquaredNorm():
            shape(expression.args[0])
            return ()
        case Trace() | Determinant():
            _square(f"{type(expression).__name__.lower()} of ", expression.arg)
            return ()
        case MatrixElement():
            shape(expression.parent)
            return expression.indices
        case KroneckerDelta():
            return expression.args[:2]
        case Derivative() if all(v.is_Symbol and not v.is_integer and not is_cost(v) for v in expression.variables):
            return (expression.expr,)
        case Add() | Mul() | Pow() if expression.is_commutative:
            return expression.args
    if type(expression) in KNOWN:
        return expression.args
    raise UnknownScalar(f"{expression}: {type(expression).__name__} is not known to the engine")


FACTS = ("integer", "rational", "positive", "negative", "zero", "even", "odd", "prime", "composite")


def satisfies(value, symbol):
    """Whether a value is known to be all that is assumed of a symbol, apart from being real."""
    assumed = {fact: getattr(symbol, f"is_{fact}") for fact in FACTS}
    return all(wanted is None or getattr(value, f"is_{fact}") == wanted for fact, wanted in assumed.items())


@cache
def _check_index(index):
    """SymPy has used what is assumed of an index before anyone looks: delta(i, 0) is 0 for it if i is positive."""
    if not all(satisfies(Integer(value), index) for value in range(5)):
        raise Unsupported(f"index {index}: it is assumed to be less than any whole number from 0 on")


def index_ranges(*expressions):
    """{free index: size}, read off shapes and deltas; indices count from 0. Raises ``IllFormed`` if two sizes
    disagree.
    """
    return check_indices(place for expression in expressions for place in _places(expression))


def check_indices(places):
    """{index: size} of pairs of an index and a size: numbers must be less than their size, letters have one size."""
    sizes = {}
    for index, size in places:
        if isinstance(index, Symbol):
            _meet(index, sizes.setdefault(index, size), size)
        elif not index.is_Integer:
            raise Unsupported(f"index {index}: neither a letter nor a number")
        elif index < 0 or (size.is_Integer and index >= size):
            raise IllFormed("index ", index, " is not one of ", size, ", counted from 0")
    for index, own in sizes.items():
        if any(size.has(index) for size in sizes.values()):
            error = Unsupported if (own - index).is_positive else IllFormed  # x_m is no entry of m, counted from 0
            raise error(f"{index} is an index and a size")
        _check_index(index)
    return sizes


def numbers_inside(*expressions):
    """(index, size) for every index that is a number: if the expressions are defined, the size is larger."""
    return [place for expression in expressions for place in _places(expression) if place[0].is_Integer]


@cache
def _places(expression):
    """(index, size) for every place of an index, but of those that a sum binds: they are held against its limits."""
    if isinstance(expression, MatrixElement):
        own = zip(expression.indices, expression.parent.shape, strict=True)
        return *own, *_places(expression.parent)
    if isinstance(expression, MatrixSymbol):
        return ()
    if isinstance(expression, KroneckerDelta) and len(expression.args) == 3:
        if expression.args[2][0] != 0:
            raise Unsupported(f"{expression}: indices count from 0")
        return tuple((index, expression.args[2][1] + 1) for index in expression.args[:2] if isinstance(index, Symbol))
    if isinstance(expression, FunctionMatrix):
        limits = zip(expression.lamda.variables, (0, 0), (size - 1 for size in expression.shape), strict=True)
        return tuple(_free_places(expression, expression.lamda.expr, tuple(limits)))
    if isinstance(expression, Sum | OfMatrix):
        outer = [(index, expression.limits[0][2] + 1) for index in getattr(expression, "indices", ())]
        return *_free_places(expression, expression.function, expression.limits), *outer
    return tuple(place for part in expression.args for place in _places(part))


def _free_places(total, body, limits):
    """The places in the body of a sum, but of the indices that it binds, which must run exactly as far as it does.

    Over i < n, x[i, 0] must be of length n; the sum of the first n entries of a longer column is not known.
    """
    bound = {index: high + 1 for index, _, high in reversed(limits)}  # the innermost sum binds
    for index in bound:
        _check_index(index)
    inner = [limit for part in atoms(body, Sum) for limit in part.limits]
    if any(low != 0 or _without_widths(high).has(*bound) for _, low, high in (*limits, *inner)):
        raise Unsupported(
            f"{total}: sums run from 0, over sizes that do not depend on an index, but as S(k) on a layer"
        )
    for index, size in _places(body):
        if index in bound and ((size - bound[index]).is_positive or (bound[index].is_Integer and not size.is_Integer)):
            raise Unsupported(f"{total}: a sum over some of the {size} values of an index")
        if index in bound:
            _meet(index, bound[index], size)
        elif size.has(*bound):
            raise Unsupported(f"{total}: index {index} runs over {size} values, which depends on an index")
        else:
            yield index, size


def _without_widths(size):
    """A size with one letter for all of its functions of layers: the sum over k may be around one over i < S(k)."""
    return size.replace(AppliedUndef, lambda *_: Dummy())


def _meet(index, size, other):
    if not same_size(size, other):
        raise IllFormed("index ", index, " runs over ", size, " values and over ", other)


def _is_ill_formed(part):
    with suppress(Unsupported):
        try:
            check_parts(part)
        except IllFormed:
            return True
    return False


def _look_first(operation):
    """SymPy simplifies a product, a sum or a power when it is written down, and never looks at symbolic shapes.

    Identity(m) W would be W, and 0 (A B) would be 0, whatever the shapes. What is ill-formed stays as it was written.
    """
    simplify = operation.doit
    operation.doit = lambda matrix, **hints: matrix if _is_ill_formed(matrix) else simplify(matrix, **hints)


for _operation in (MatMul, MatAdd, MatPow):
    _look_first(_operation)


def _as_written(scalar, name):
    """SymPy makes 0 of ``0 * t`` and of ``t - t``, although there is no trace t of a matrix that is not square."""
    simplify = getattr(scalar, name)

    def operate(part, other):
        if _is_ill_formed(part):
            with evaluate(False):
                return simplify(part, other)
        return simplify(part, other)

    setattr(scalar, name, operate)


for _scalar in (Trace, Determinant, EntrySum, SquaredNorm):
    _scalar._op_priority = 10.5  # it is asked also where it stands to the right of another number
    for _name in ("add", "sub", "mul", "truediv", "pow"):
        _as_written(_scalar, f"__{_name}__")
        _as_written(_scalar, f"__r{_name}__")
