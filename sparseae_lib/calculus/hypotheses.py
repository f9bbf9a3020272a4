r"""What is assumed of a matrix beside its shape: it is written as what all such matrices are.

Every symmetric matrix is :math:`B + B^{\top}` for some B, and each such sum is symmetric. So an equation holds for all
symmetric A exactly if it holds with :math:`B + B^{\top}` in the place of A, for all B. Nothing new has to be believed.
"""

from dataclasses import dataclass

from sympy import Basic, Derivative, Lambda, MatrixExpr, MatrixSymbol, OneMatrix, Sum

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.matrices import Gradient, LayerMatrix, Stand
from sparseae_lib.calculus.primitives import diagonal
from sparseae_lib.calculus.shapes import Unsupported, same_size
from sparseae_lib.calculus.words import exponential, row_sums, softmax, spread_columns


@dataclass(frozen=True)
class Hypothesis:
    """What is assumed of a matrix, in words, and the form that all such matrices have."""

    matrix: MatrixSymbol
    words: str
    form: MatrixExpr

    def __str__(self):
        return f"{self.matrix} {self.words}"

    def applied(self, side: Basic) -> Basic:
        """The side with the form in the place of the matrix.

        Raises ``Unsupported`` if it is differentiated by it, or sums over its layer, or if another matrix may be the
        same: what is assumed of W^(1) is said of W^(l) where l is 1.
        """
        variables = [gradient.args[1] for gradient in atoms(side, Gradient)]
        variables += [variable for derivative in atoms(side, Derivative) for variable in derivative.variables]
        if any(variable.has(self.matrix) for variable in variables):
            raise Unsupported(f"derivative with respect to {self.matrix}, of which it is said that it {self.words}")
        for part in atoms(side, Sum, Lambda):
            if part.has(self.matrix) and not self.matrix.free_symbols.isdisjoint(part.variables):
                raise Unsupported(f"{part}: the sum is over matrices, of one of which it is said that it {self.words}")
        for other in sorted(atoms(side, LayerMatrix), key=str) if isinstance(self.matrix, LayerMatrix) else ():
            if other.name == self.matrix.name and not (other.layer - self.matrix.layer).is_Integer:
                raise Unsupported(f"{other} may be {self.matrix}, of which it is said that it {self.words}")
        return side.xreplace({self.matrix: self.form})


def _any(matrix):
    """Another matrix of its shape; the name has the layer, since two layers need not have the same matrix."""
    if not isinstance(matrix, MatrixSymbol):
        raise TypeError(f"matrix must be a MatrixSymbol, not {type(matrix).__name__}: {matrix}")
    return Stand(_name(matrix), *matrix.shape)


def _name(matrix):
    layer = f" in layer {matrix.layer}" if isinstance(matrix, LayerMatrix) else ""
    return f"any {matrix.name}{layer}"


def _square(matrix, words):
    free = _any(matrix)
    if not same_size(*matrix.shape):
        raise ValueError(f"matrix must be square where it {words}, not {matrix.shape[0]} x {matrix.shape[1]}")
    return free


def symmetric(matrix: MatrixSymbol) -> Hypothesis:
    r"""The hypothesis :math:`A^{\top} = A`."""
    words = "is symmetric"
    return Hypothesis(matrix, words, _square(matrix, words) + _square(matrix, words).T)


def antisymmetric(matrix: MatrixSymbol) -> Hypothesis:
    r"""The hypothesis :math:`A^{\top} = -A`."""
    words = "is antisymmetric"
    return Hypothesis(matrix, words, _square(matrix, words) - _square(matrix, words).T)


def is_diagonal(matrix: MatrixSymbol) -> Hypothesis:
    """The hypothesis that all entries beside the diagonal are 0."""
    words = "is diagonal"
    _square(matrix, words)
    return Hypothesis(matrix, words, diagonal(Stand(_name(matrix), matrix.shape[0], 1)))


def positive(matrix: MatrixSymbol) -> Hypothesis:
    """The hypothesis that every entry is positive."""
    return Hypothesis(matrix, "has positive entries", exponential(_any(matrix)))


def rows_sum_to_one(matrix: MatrixSymbol) -> Hypothesis:
    r"""The hypothesis :math:`Y \mathbf 1 = \mathbf 1`, as of targets that are one of several classes."""
    free, columns = _any(matrix), matrix.shape[1]
    ones = OneMatrix(matrix.shape[0], 1)
    return Hypothesis(matrix, "has rows that sum to 1", free + spread_columns(ones - row_sums(free), columns) / columns)


def distributions(matrix: MatrixSymbol) -> Hypothesis:
    """The hypothesis that every entry is positive and every row sums to 1: each row is a distribution."""
    return Hypothesis(matrix, "has distributions for its rows", softmax(_any(matrix)))
