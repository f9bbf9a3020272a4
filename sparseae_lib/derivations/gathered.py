r"""Sums over entries as whole matrices: :math:`\sum_{i,j} A_{ij} B_{ij} = \langle A, B \rangle`.

A sum over the rows and columns of a matrix is the sum of all its entries. So the summand is read as one entry of a
matrix, part by part: :math:`A_{ij} + f(B_{ji})` is that of :math:`A + f(B^{\top})`, and
:math:`\sum_k A_{ik} B_{kj}` that of :math:`A B`.
"""

from functools import reduce
from operator import add

from sympy import Add, Expr, Integer, Mul, OneMatrix, Pow, Sum, Transpose
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import EntrySum, Hadamard, SquaredNorm, Unsupported
from sparseae_lib.calculus.functions import Applied


def gathered(expression: Expr) -> Expr:
    """The expression with each sum over entries as the sum of all entries of a matrix.

    Raises Unsupported if a summand is not an entry of a matrix that the operations of the engine make.
    """
    if isinstance(expression, Sum):
        return _of_all_entries(expression)
    return expression.func(*map(gathered, expression.args)) if expression.has(Sum) else expression


SINGLE = None, Integer(1)
"""The index of the one row, or the one column, of a matrix that has no other."""


def _of_all_entries(total):
    if any(low != 0 for _, low, _ in total.limits):
        raise Unsupported(f"{total}: a sum that does not begin with the first entry")
    *inner, (index, _, last) = total.limits
    column = index, last + 1
    if inner:
        *inner, (index, _, last) = inner
        body = Sum(total.function, *inner) if inner else total.function
        matrix = _matrix(body, (index, last + 1), column)
    else:
        in_rows = any(part.has(index) and part.parent.shape[0] == 1 for part in total.function.atoms(MatrixElement))
        matrix = _matrix(total.function, *((SINGLE, column) if in_rows else (column, SINGLE)))
    if isinstance(matrix, Hadamard) and len(matrix.args) == 2 and len(set(matrix.args)) == 1:
        return SquaredNorm(matrix.args[0])
    return EntrySum(matrix)


def _matrix(entry, row, column):
    """The matrix whose entry at two indices is given; an index comes with its size, and may be the ``SINGLE`` one."""
    (r, rows), (c, columns) = row, column
    if not _depends(entry, r, c):
        return entry * OneMatrix(rows, columns)
    match entry:
        case MatrixElement():
            return _spread(entry, row, column)
        case Add():
            return reduce(add, [_matrix(term, row, column) for term in entry.args])
        case Mul():
            numbers = [factor for factor in entry.args if not _depends(factor, r, c)]
            matrices = [_matrix(factor, row, column) for factor in entry.args if factor not in numbers]
            product = matrices[0] if len(matrices) == 1 else Hadamard(*matrices)
            return Mul(*numbers) * product
        case Pow() if entry.exp.is_Integer and entry.exp > 0:
            return Hadamard(*[_matrix(entry.base, row, column)] * int(entry.exp))
        case Applied():
            function, argument = entry.args
            return function(_matrix(argument, row, column))
        case Sum():
            return _product(entry, row, column)
    raise Unsupported(f"{entry}: it is no entry of a matrix that can be differentiated as a whole")


def _depends(expression, *indices):
    return any(index is not None and expression.has(index) for index in indices)


def _spread(element, row, column):
    """A matrix, transposed if its indices stand the other way, and a single row or column of it for all the others."""
    found = _placed(element, row, column)
    if found is None or found.shape != (row[1], column[1]):
        raise Unsupported(f"{element}: its indices are not those of the sums around it")
    return found


def _placed(element, row, column):
    (r, rows), (c, columns) = row, column
    matrix = element.parent
    places = [index for index, size in zip(element.indices, matrix.shape, strict=True) if size != 1]
    if places == [r, c]:
        return matrix
    if places == [c, r]:
        return Transpose(matrix)
    if places == [r]:
        long = matrix if matrix.shape[1] == 1 else Transpose(matrix)
        return long if columns == 1 else long * OneMatrix(1, columns)
    if places == [c]:
        long = matrix if matrix.shape[0] == 1 else Transpose(matrix)
        return long if rows == 1 else OneMatrix(rows, 1) * long
    return None


def _product(total, row, column):
    """The matrix product that a sum over the index between row and column is."""
    *outer, (k, _, last) = total.limits
    body = Sum(total.function, *outer) if outer else total.function
    terms = body.args if isinstance(body, Add) else (body,)
    return reduce(add, [_one_product(term, (k, last + 1), row, column) for term in terms])


def _one_product(term, middle, row, column):
    factors = Mul.make_args(term)
    outside = [factor for factor in factors if not _depends(factor, middle[0])]
    inside = [factor for factor in factors if factor not in outside]
    right = [factor for factor in inside if _depends(factor, column[0])]
    left = [factor for factor in inside if factor not in right]
    product = _matrix(Mul(*left), row, middle) * _matrix(Mul(*right), middle, column)
    if not _depends(Mul(*outside), row[0], column[0]):
        return Mul(*outside) * product
    return Hadamard(_matrix(Mul(*outside), row, column), product)
