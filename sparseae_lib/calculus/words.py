r"""What every derivation begins with: functions of entries, means, rows and columns.

Each word is a short formula in the operations of the engine, so nothing new has to be believed. A batch is a matrix
with one sample per row: ``X`` is m x n.
"""

from sympy import Dummy, Expr, Lambda, MatrixExpr, OneMatrix, Trace, exp, log, sqrt, tanh

from sparseae_lib.calculus import primitives
from sparseae_lib.calculus.functions import Elementwise, absolute
from sparseae_lib.calculus.matrices import Hadamard
from sparseae_lib.calculus.shapes import IllFormed


def _named(name, formula):
    z = Dummy("z", real=True)
    return Elementwise(name, Lambda(z, formula(z)))


exponential = _named("exp", exp)
r"""The exponential of each entry, :math:`e^{z}`."""

logarithm = _named("log", log)
r"""The natural logarithm of each entry."""

reciprocal = _named("reciprocal", lambda z: 1 / z)
r"""One over each entry, :math:`1/z`."""

root = _named("sqrt", sqrt)
r"""The square root of each entry."""

square = _named("square", lambda z: z**2)
r"""The square of each entry."""

sigmoid = _named("sigma", lambda z: 1 / (1 + exp(-z)))
r"""The logistic function of each entry, :math:`1/(1 + e^{-z})`."""

hyperbolic_tangent = _named("tanh", tanh)
r"""The hyperbolic tangent of each entry."""

softplus = _named("softplus", lambda z: log(1 + exp(z)))
r"""The softplus of each entry, :math:`\log(1 + e^z)`; its derivative is the sigmoid."""

relu = _named("relu", lambda z: (z + absolute(z)) / 2)
r"""The rectifier of each entry, :math:`\max(0, z)`; its derivative is 1 or 0, and is not defined at 0."""


def divide(numerator: MatrixExpr, denominator: MatrixExpr) -> Hadamard:
    r"""The elementwise quotient: entry (i, j) is :math:`A_{ij} / B_{ij}`. Both have the same shape."""
    return Hadamard(numerator, reciprocal(denominator))


def scalar(matrix: MatrixExpr) -> Expr:
    r"""The number in a 1 x 1 ``matrix``, as :math:`a^{\top} X b`. Raises ``IllFormed`` if it has another shape."""
    if matrix.shape != (1, 1):
        raise IllFormed("scalar of ", matrix, " (", matrix.rows, " x ", matrix.cols, ")")
    return Trace(matrix)


def row_sums(matrix: MatrixExpr) -> MatrixExpr:
    r"""The column of the sums over each row, :math:`\sum_j A_{ij}`."""
    return matrix * OneMatrix(matrix.shape[1], 1)


def column_sums(matrix: MatrixExpr) -> MatrixExpr:
    r"""The row of the sums over each column, :math:`\sum_i A_{ij}`."""
    return OneMatrix(1, matrix.shape[0]) * matrix


def mean_over_samples(matrix: MatrixExpr) -> MatrixExpr:
    r"""The row of the means over the samples, :math:`\frac1m \sum_s A_{sj}`: one mean per column."""
    return column_sums(matrix) / matrix.shape[0]


def mean_over_units(matrix: MatrixExpr) -> MatrixExpr:
    r"""The column of the means over the units, :math:`\frac1n \sum_j A_{sj}`: one mean per row."""
    return row_sums(matrix) / matrix.shape[1]


def spread_rows(row: MatrixExpr, rows: Expr | int) -> MatrixExpr:
    r"""The matrix with ``rows`` copies of a row, :math:`\mathbf 1 b`, as a bias is added to a batch."""
    return OneMatrix(rows, 1) * row


def spread_columns(column: MatrixExpr, columns: Expr | int) -> MatrixExpr:
    r"""The matrix with ``columns`` copies of a column, :math:`v \mathbf 1^{\top}`."""
    return column * OneMatrix(1, columns)


def softmax(matrix: MatrixExpr) -> MatrixExpr:
    r"""The softmax of each row, :math:`e^{A_{ij}} / \sum_k e^{A_{ik}}`."""
    powers = exponential(matrix)
    return divide(powers, spread_columns(row_sums(powers), matrix.shape[1]))


def row(matrix: MatrixExpr, i: Expr | int) -> MatrixExpr:
    """Row i of a matrix, as a 1 x n matrix: ``matrix[i, :]``."""
    return matrix[i, :]


def column(matrix: MatrixExpr, j: Expr | int) -> MatrixExpr:
    """Column j of a matrix, as an m x 1 matrix: ``matrix[:, j]``."""
    return matrix[:, j]


diagonal, diagonal_of = primitives.diagonal, primitives.diagonal_of
