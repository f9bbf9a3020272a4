r"""Kronecker products and vec, block by block: what is as large as :math:`A \otimes B` is compared as blocks.

Block (i, j) of :math:`A \otimes B` is :math:`A_{ij} B`, and block i of :math:`\mathrm{vec}\, X` is column i of X. So a
product is a sum over blocks, and nothing is left of a size that is a product of two sizes.
"""

from sympy import (
    Expr,
    Identity,
    Integer,
    KroneckerDelta,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.indices import entries
from sparseae_lib.calculus.shapes import IllFormed, Unsupported, same_size


class Vec(MatrixExpr):
    r"""The columns of a matrix, one below the other: :math:`\mathrm{vec}\, X`, as ``vec(X)`` makes it."""

    @property
    def shape(self):
        return self.args[0].rows * self.args[0].cols, Integer(1)

    def _entry(self, i, j, **_):
        return MatrixElement(self, i, j)

    def _sympystr(self, printer):
        return f"vec({printer._print(self.args[0])})"


def vec(matrix: MatrixExpr) -> Vec:
    r"""The columns of a ``matrix``, one below the other, as a single column: :math:`\mathrm{vec}\, X`."""
    return Vec(matrix)


def has_blocks(expression: Expr) -> bool:
    return expression.has(KroneckerProduct, Vec)


def sides(matrix: MatrixExpr) -> list[tuple[Expr, Expr] | None]:
    """For rows and for columns: how many blocks there are, and how long each of them is; ``None`` without blocks."""
    match matrix:
        case KroneckerProduct():
            first, rest = _two(matrix)
            return [None if side == (1, 1) else side for side in zip(first.shape, rest.shape, strict=True)]
        case Vec():
            rows, columns = matrix.args[0].shape
            return [None if rows == columns == 1 else (columns, rows), None]
        case Transpose():
            return sides(matrix.arg)[::-1]
        case MatMul():
            factors = matrix.as_coeff_matrices()[1]
            return [sides(factors[0])[0], sides(factors[-1])[1]]
        case MatPow():
            return sides(matrix.base)
        case MatAdd():
            both = [sides(term) for term in matrix.args]
            return [next(filter(None, side), None) for side in zip(*both, strict=True)]
    return [None, None]


def _two(matrix):
    first, *rest = matrix.args
    return first, rest[0] if len(rest) == 1 else KroneckerProduct(*rest)


def block(matrix: MatrixExpr, rows, columns, i, j, total) -> MatrixExpr:
    """Block (i, j) of a matrix, whose sides are made of blocks as ``rows`` and ``columns`` say.

    ``total(term, n)`` is the sum of the matrices ``term(k)`` over n values of k.
    """
    for side, own, length in zip((rows, columns), sides(matrix), matrix.shape, strict=True):
        whole = (Integer(1), length) if side is None else side
        if not same_size(whole[0] * whole[1], length):
            raise IllFormed(matrix, " has a side of ", length, " where ", whole[0] * whole[1], " is expected")
        if own and side and not all(map(same_size, own, side)):
            raise Unsupported(f"{matrix}: its blocks are not those of the other matrices")

    def part(inner, r=rows, c=columns, at=(i, j)):
        return block(inner, r, c, *at, total)

    match matrix:
        case KroneckerProduct():
            first, rest = _two(matrix)
            return MatrixElement(first, i, j) * rest
        case Vec():
            return entries(matrix.args[0].rows, 1, lambda row, _: MatrixElement(matrix.args[0], row, i))
        case Transpose():
            return part(matrix.arg, columns, rows, (j, i)).T
        case MatAdd():
            return MatAdd(*map(part, matrix.args))
        case MatPow():
            return part(MatMul(matrix.base, *[matrix.base] * int(matrix.exp - 1)))
        case MatMul() if has_blocks(matrix):
            scalar, (first, *rest) = matrix.as_coeff_matrices()
            if not rest:
                return scalar * part(first)
            rest = MatMul(*rest)
            middle = sides(first)[1] or sides(rest)[0]
            if middle is None:
                return scalar * part(first, c=None) * part(rest, r=None)
            return scalar * total(
                lambda k: part(first, c=middle, at=(i, k)) * part(rest, r=middle, at=(k, j)), middle[0]
            )
        case Identity() if rows:
            return KroneckerDelta(i, j, (0, rows[0] - 1)) * Identity(rows[1])
        case ZeroMatrix() | OneMatrix():
            return matrix.func(*((side or (1, n))[1] for side, n in zip((rows, columns), matrix.shape, strict=True)))
    if all(side is None or 1 in side for side in (rows, columns)):
        return _lines(matrix, *(at if side and side[1] == 1 else None for side, at in ((rows, i), (columns, j))))
    raise Unsupported(f"{matrix}: it has no blocks, and is as large as a Kronecker product")


def _lines(matrix, i, j):
    """The blocks of length 1 of a matrix: row i, column j or entry (i, j). ``None`` is for all rows, or all columns."""
    if i is None and j is None:
        return matrix
    sizes = [length if line is None else 1 for line, length in zip((i, j), matrix.shape, strict=True)]
    return entries(*sizes, lambda p, q: MatrixElement(matrix, p if i is None else i, q if j is None else j))
