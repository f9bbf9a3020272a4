r"""The differential :math:`\mathrm d E`: what E changes by, in first order, when V becomes :math:`V + \mathrm d V`."""

from typing import Self

from sympy import Basic, MatrixExpr, MatrixSymbol

from ..calculus.second_opinion.directional import directional


class Differential(MatrixExpr):
    r"""The matrix :math:`\mathrm d E`, not worked out: the part of :math:`E(V + H) - E(V)` that is linear in H."""

    def __new__(cls, expression: MatrixExpr, variable: MatrixSymbol, direction: MatrixSymbol) -> Self:
        return MatrixExpr.__new__(cls, expression, variable, direction)

    @property
    def shape(self):
        return self.args[0].shape

    def _sympystr(self, printer):
        return f"d({printer._print(self.args[0])})"


def evaluated(expression: Basic) -> Basic:
    """The expression with every differential worked out."""
    return expression.replace(lambda part: isinstance(part, Differential), lambda part: directional(*part.args))
