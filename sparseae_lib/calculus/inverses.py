r"""The inverse of a matrix, entry by entry, and its determinant: what is left of them when matrices are written out.

Of the inverse :math:`M` of :math:`A` three things are known: :math:`M A = A M = \mathbf I`,
:math:`\mathrm d M = -M\, \mathrm d A\, M`, and :math:`\mathrm d \det A = \det A\, \mathrm{tr}(M\, \mathrm d A)`,
which is Jacobi's formula. Where a matrix has no inverse, a side with an inverse in it is not defined.
"""

from sympy import Dummy, Expr, KroneckerDelta, Sum, Tuple
from sympy.matrices.expressions.matexpr import MatrixElement


class OfMatrix(Expr):
    """Of the matrix with the entries ``function`` over two ``limits``: an entry of its inverse, or its determinant.

    ``OfMatrix(A[p, q], (p, 0, n - 1), (q, 0, n - 1), i, j)`` is entry (i, j) of the inverse of A. Without i and j it is
    the determinant of A.
    """

    is_commutative = True

    def __new__(cls, function, *rest):
        return Expr.__new__(cls, function, *(Tuple(*limit) for limit in rest[:2]), *rest[2:])

    @property
    def function(self):
        return self.args[0]

    @property
    def limits(self):
        return self.args[1:3]

    @property
    def variables(self):
        return [limit[0] for limit in self.limits]

    @property
    def indices(self):
        return self.args[3:]

    @property
    def free_symbols(self):
        return super().free_symbols - set(self.variables)

    def entry(self, i, j):
        """Entry (i, j) of the matrix itself."""
        return self.function.xreplace(dict(zip(self.variables, (i, j), strict=True)))

    def inverse(self, i, j):
        return OfMatrix(*self.args[:3], i, j)

    def _eval_derivative(self, variable):
        k, l = (Dummy(name, integer=True, nonnegative=True) for name in "kl")
        change = self.entry(k, l).diff(variable)
        if change == 0:
            return change
        limits = [(k, *self.limits[0][1:]), (l, *self.limits[1][1:])]
        if not self.indices:
            return self * Sum(self.inverse(l, k) * change, *limits)
        i, j = self.indices
        return -Sum(self.inverse(i, k) * change * self.inverse(l, j), *limits)

    def times(self, factor, index):
        """The sum over an index that this entry of an inverse and an entry of the matrix share; ``None`` otherwise.

        The sum of M[i, k] A[k, j] over k is delta(i, j), and so is that of A[i, k] M[k, j].
        """
        if self.indices and isinstance(factor, MatrixElement) and not self.function.has(index):
            for mine, other, entry in (
                (*self.indices, lambda free: self.entry(index, free)),
                (*reversed(self.indices), lambda free: self.entry(free, index)),
            ):
                for free in factor.indices if other == index != mine else ():
                    if free != index and entry(free) == factor:
                        return KroneckerDelta(mine, free, self.limits[0][1:])
        return None


def eliminated(rows):
    """The determinant of a square matrix of numbers, and its inverse, which is ``None`` if there is none."""
    size, determinant = len(rows), 1
    rows = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(rows)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(rows[r][k]))
        if rows[pivot][k] == 0:
            return 0, None
        if pivot != k:
            rows[k], rows[pivot], determinant = rows[pivot], rows[k], -determinant
        determinant *= rows[k][k]
        rows[k] = [number / rows[k][k] for number in rows[k]]
        for r in range(size):
            if r != k:
                rows[r] = [a - rows[r][k] * b for a, b in zip(rows[r], rows[k], strict=True)]
    return determinant, [row[size:] for row in rows]
