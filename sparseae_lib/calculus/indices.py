r"""From matrices to entries: :math:`(AB)_{ij} = \sum_k A_{ik} B_{kj}`, with an index of its own for every sum.

SymPy's ``diff`` and ``xreplace`` capture an index that is used twice. Here no index is: each is a new ``Dummy``.
"""

from collections.abc import Callable
from functools import lru_cache, singledispatch

from sympy import (
    Add,
    Derivative,
    Determinant,
    Dummy,
    Expr,
    FunctionMatrix,
    Identity,
    Integer,
    Inverse,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Subs,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    sympify,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.functions import AppliedToMatrix, Elementwise
from sparseae_lib.calculus.inverses import OfMatrix
from sparseae_lib.calculus.matrices import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, Stand, is_cost
from sparseae_lib.calculus.shapes import (
    IllFormed,
    Unsupported,
    check,
    check_indices,
    described,
    index_ranges,
    same_size,
    shape,
)

# SymPy asks often, and each time it writes the whole summand anew to find out; and it changes the set that it gets.
_free_symbols = lru_cache(maxsize=1024)(Sum.free_symbols.fget)
Sum.free_symbols = property(lambda total: set(_free_symbols(total)))


class BoundIndex(Symbol):
    """The name of a summation index in a normal form; no index of a formula is equal to it."""


def new_index(name="i"):
    return Dummy(name, integer=True, nonnegative=True)


def entries(rows: Expr | int, columns: Expr | int, term: Callable[[Symbol, Symbol], Expr]) -> FunctionMatrix:
    """The matrix with the entries ``term(i, j)``."""
    i, j = new_index(), new_index()
    return FunctionMatrix(rows, columns, Lambda((i, j), term(i, j)))


def total(term, *sizes):
    """The sum of ``term(i, j, ...)`` over new indices of the given sizes."""
    indices = [new_index() for _ in sizes]
    return Sum(term(*indices), *[(i, 0, size - 1) for i, size in zip(indices, sizes, strict=True)])


def entry(matrix: MatrixExpr, i: Expr | int, j: Expr | int) -> Expr:
    """Entry (i, j) of a matrix expression, as a scalar expression in the entries of its symbols.

    Raises ``IllFormed`` if its shapes do not meet, or an index is outside of its range.
    """
    i, j = (sympify(index, strict=True) for index in (i, j))
    check_indices(zip((i, j), shape(matrix), strict=True))
    return entry_of(matrix, i, j)


@lru_cache(maxsize=1024)
def entry_of(matrix, i, j):
    """Entry (i, j) of a matrix expression that has been checked.

    It is kept, since the corruptions of a formula share most of their parts. No index is captured: each sum has one
    that is made for it alone, so a kept entry binds neither i nor j, which were there before, nor the index of a sum
    around it.
    """
    return _entry(matrix, i, j)


@singledispatch
def _entry(matrix, i, j):
    raise Unsupported(f"{type(matrix).__name__} in {matrix}: not a matrix operation of the engine")


ENTRIES = {
    MatrixSymbol: lambda matrix, i, j: MatrixElement(matrix, *_indices_of(matrix, i, j)),
    OneMatrix: lambda matrix, i, j: Integer(1),
    ZeroMatrix: lambda matrix, i, j: Integer(0),
    Identity: lambda matrix, i, j: KroneckerDelta(*_indices_of(matrix, i, j), (0, matrix.shape[0] - 1)),
    Transpose: lambda matrix, i, j: entry_of(matrix.arg, j, i),
    MatAdd: lambda matrix, i, j: sum(entry_of(term, i, j) for term in matrix.args),
    MatPow: lambda matrix, i, j: _product(matrix.base, [matrix.base] * int(matrix.exp - 1), i, j),
    Inverse: lambda matrix, i, j: _of_matrix(matrix.arg, i, j),
    Hadamard: lambda matrix, i, j: Mul(*[entry_of(factor, i, j) for factor in matrix.args]),
    AppliedToMatrix: lambda matrix, i, j: matrix.args[0](entry_of(matrix.args[1], i, j)),
}
"""What is said in one line; what takes more has a function below."""

for _operation, _entry_in_one_line in ENTRIES.items():
    _entry.register(_operation, _entry_in_one_line)


def _indices_of(matrix, i, j):
    """The indices of an entry; a side of length 1 has the index 0 alone."""
    return (Integer(0) if size == 1 else k for k, size in zip((i, j), matrix.shape, strict=True))


@_entry.register
def _(matrix: MatMul, i, j):
    scalar, (first, *rest) = matrix.as_coeff_matrices()
    return indexed(scalar) * _product(first, rest, i, j)


def _of_matrix(matrix, *indices):
    variables = new_index("p"), new_index("q")
    limits = [(index, 0, size - 1) for index, size in zip(variables, shape(matrix), strict=True)]
    return OfMatrix(entry_of(matrix, *variables), *limits, *indices)


@_entry.register
def _(matrix: FunctionMatrix, i, j):
    variables = [new_index(), new_index()]
    body = indexed(matrix.lamda(*variables))
    return _with_ranges(body, [(k, 0, s - 1) for k, s in zip(variables, matrix.shape, strict=True)]).xreplace(
        dict(zip(variables, _indices_of(matrix, i, j), strict=True))
    )


def _product(first, rest, i, j):
    if not rest:
        return entry_of(first, i, j)
    size = shape(first)[1]
    if size == 1:
        return entry_of(first, i, Integer(0)) * _product(rest[0], rest[1:], Integer(0), j)
    return total(lambda k: entry_of(first, i, k) * _product(rest[0], rest[1:], k, j), size)


@_entry.register
def _(matrix: Gradient, i, j):
    scalar, variable, *fixed = matrix.args
    if is_cost(scalar):  # any matrix: its entries are known by nothing but the cost and the variable
        return MatrixElement(matrix, *_indices_of(variable, i, j))
    if matrix.unknown_cost or any(part.has(variable) for part in fixed):
        raise Unsupported(f"derivative of {matrix.unknown_cost or scalar} with respect to {variable}: nothing is known")
    scalar = indexed(scalar)
    _refuse_undetermined_layers(scalar, variable, fixed)
    row, column = new_index("p"), new_index("q")
    plain = Stand("plain", *variable.shape)  # SymPy would differentiate by the letter of a layer too
    derivative = _with_plain(scalar, variable, plain).diff(entry_of(plain, row, column))
    if derivative.has(Derivative, Subs):
        raise Unsupported(f"derivative of {scalar} with respect to {variable}: only an Elementwise function has one")
    derivative = derivative.replace(_OverLayers, lambda total, *_: total)
    return derivative.xreplace({plain: variable, row: i, column: j})


def _refuse_undetermined_layers(scalar, variable, fixed):
    """W^(k) and W^(l) may be one matrix or two; SymPy would take two, and give a derivative of zero."""
    if isinstance(variable, LayerMatrix):
        summed = {found[0] for total in atoms(scalar, Sum) for found in layers_summed(total, variable) if not fixed}
        for other in sorted(atoms(scalar, LayerMatrix) - summed, key=str):
            if other.name == variable.name and not (other.layer - variable.layer).is_Integer:
                raise Unsupported(f"derivative with respect to {variable}: it may or may not be {other}")


def layers_summed(total, variable):
    """For each matrix in a sum over layers that is ``variable`` in one of its terms: it, the number of this term, and
    how many terms there are. To W^(l), in the sum of W^(k + 1) over k from 0 on, that is term l - 1.
    """
    *_, (k, _, high) = total.limits
    if isinstance(variable, LayerMatrix):
        for other in sorted(atoms(total.function, LayerMatrix), key=str):
            if other.name == variable.name and (other.layer - k).is_Integer:
                yield other, variable.layer - (other.layer - k), high + 1


class _OverLayers(Expr):
    """A sum over layers, and its terms in which one of the layers is that of the variable, and no other is."""

    def _eval_derivative(self, entry):
        return Add(*(part.diff(entry) for part in self.args))


def _with_plain(scalar, variable, plain):
    """The scalar with ``plain`` for the variable, also where it is W^(l) and a sum over layers k has W^(k) in it.

    With respect to W^(l), the sum of |W^(k)|^2 has the derivative of |W^(l)|^2.
    """
    if not scalar.args or isinstance(scalar, MatrixElement):
        return scalar.xreplace({variable: plain})
    parts = [_with_plain(part, variable, plain) for part in scalar.args]
    scalar_with = scalar if parts == [*scalar.args] else scalar.func(*parts)
    if not isinstance(scalar, Sum):
        return scalar_with
    *inner, (k, _, _) = scalar.limits
    body = Sum(scalar.function, *inner) if inner else scalar.function
    terms = [
        body.xreplace({other: plain}).xreplace({k: place})
        for other, place, size in layers_summed(scalar, variable)
        if not (place.is_negative or (place - size).is_nonnegative)
    ]
    return _OverLayers(scalar_with, *terms) if terms else scalar_with


def indexed(expression):
    """A scalar expression with every matrix operation in it written out in entries, every index new."""
    match expression:
        case Elementwise():
            return expression
        case MatrixElement():
            i, j = expression.indices
            return entry_of(expression.parent, i, j)
        case SquaredNorm() | EntrySum():
            matrix, power = expression.args[0], 2 if isinstance(expression, SquaredNorm) else 1
            return total(lambda i, j: entry_of(matrix, i, j) ** power, *shape(matrix))
        case Determinant():
            return _of_matrix(expression.arg)
        case Trace():
            return total(lambda i: entry_of(expression.arg, i, i), shape(expression.arg)[0])
        case Derivative():
            cost = any(map(is_cost, expression.atoms(Symbol, AppliedUndef)))
            derivative = indexed(expression.expr).diff(*expression.variables)
            if cost or derivative.has(Derivative, Subs):
                raise Unsupported(f"{expression}: only an Elementwise function has a derivative")
            return derivative
        case Sum():
            limits = [(new_index(index.name), low, high) for index, low, high in expression.limits]
            renamed = dict(zip(reversed(expression.variables), (limit[0] for limit in reversed(limits)), strict=True))
            limits = [(index, low, high.xreplace(renamed)) for index, low, high in limits]  # as S(k) - 1 in one over k
            return Sum(_with_ranges(indexed(expression.function.xreplace(renamed)), limits), *limits)
        case MatrixExpr():
            raise Unsupported(f"{expression} is a matrix where a scalar is expected")
    if not expression.args:
        return expression
    return expression.func(*map(indexed, expression.args))


def with_own_letters(total):
    """The sum, each index with a letter of its own: in the sum of x_k over k, and over another k around it, x has the
    inner one.
    """
    body, limits = total.function, [*total.limits]
    for place, (k, low, high) in enumerate(limits):
        if k in total.variables[place + 1 :]:
            own = {k: new_index(k.name)}
            inner = [(i, *(end.xreplace(own) for end in ends)) for i, *ends in limits[:place]]
            body, limits = body.xreplace(own), [*inner, (own[k], low, high), *limits[place + 1 :]]
    return Sum(body, *limits)


def _with_ranges(body, limits):
    """The body of a sum, where a delta without a range gets that of its summation index."""
    for index, low, high in limits:
        deltas = [d for d in body.atoms(KroneckerDelta) if len(d.args) == 2 and index in d.args]
        body = body.xreplace({delta: KroneckerDelta(*delta.args, (low, high)) for delta in deltas})
    return body


def _with_ranges_of(known, scalar):
    """The scalar, where a delta of two indices that run equally far gets their range, as those of a derivative have."""
    deltas = (delta for delta in scalar.atoms(KroneckerDelta) if len(delta.args) == 2)
    sizes = {delta: {known.get(index) for index in delta.args} for delta in deltas}
    return scalar.xreplace(
        {d: KroneckerDelta(*d.args, (0, n - 1)) for d, (n, *others) in sizes.items() if n is not None and not others}
    )


def comparable(left, right):
    """Both sides as scalars over the same free indices, and {free index: size}, rows before columns.

    Two matrices are compared entry by entry, two scalars as they stand. Raises ``IllFormed`` if their shapes do not
    meet.
    """
    for side in (left, right):
        if not isinstance(side, Expr):
            raise Unsupported(f"{side} is neither a scalar nor a matrix expression")
        check(side)
    if isinstance(left, MatrixExpr) != isinstance(right, MatrixExpr):
        raise IllFormed("a matrix is compared with a scalar: ", left, " and ", right)
    known = index_ranges(left, right)
    if isinstance(left, MatrixExpr):
        if not all(map(same_size, shape(left), shape(right))):
            raise IllFormed("compared are ", *described(left), " and ", *described(right), _layout(left, right))
        a, i, j = _entries(left)
        b = entry_of(right, i, j)
        known = dict(zip((i, j), shape(left), strict=True)) | known
    else:
        a, b = (_with_ranges_of(known, _indexed(side)) for side in (left, right))
    found = index_ranges(a, b)
    if strange := found.keys() - known.keys():
        index = min(strange, key=str)
        raise Unsupported(f"{index}: how far it runs is not said; no matrix has it as an index")
    free = sorted(known.keys() & found.keys(), key=str) if not isinstance(left, MatrixExpr) else known
    return a, b, {index: known[index] for index in free}


def _layout(left, right):
    """A word on transposed gradients, where this is the reason why two shapes do not meet."""
    if (left.has(Gradient) or right.has(Gradient)) and all(map(same_size, shape(left), reversed(shape(right)))):
        return "; here a gradient has the shape of its variable, so that of the other layout is transposed"
    return ""


# One step of a derivation is held against the one before it and the one after it.
_indexed = lru_cache(maxsize=64)(indexed)


@lru_cache(maxsize=16)
def _entries(matrix):
    """An entry of what is on the left, and its indices: many formulas are held against one derivation."""
    i, j = new_index("p"), new_index("q")
    return entry_of(matrix, i, j), i, j
