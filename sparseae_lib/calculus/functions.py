r"""Elementwise functions and their derivatives: :math:`f, f', f'', \dots`"""

from functools import cache

from sympy import Dummy, Expr, Integer, Lambda, MatrixExpr, S, Sum, sympify
from sympy.core.basic import Basic
from sympy.core.symbol import Str


class Elementwise(Basic):
    r"""A differentiable function of one variable, applied entry by entry.

    ``Elementwise("f")`` is arbitrary: nothing is known of it but that its derivative is ``f.prime``.
    With a ``definition`` proofs may unfold it: ``Elementwise("sigma", Lambda(z, 1/(1 + exp(-z))))``. A definition may
    have scalar parameters; ``ValueError`` where it holds a matrix or a sum, or takes more than one number.
    Applied to a scalar it gives a scalar, applied to a matrix a matrix of the same shape.
    """

    def __new__(cls, name, definition=S.false, order=0):
        if isinstance(name, str):
            name = Str(name)
        if definition is not S.false and not isinstance(definition, Lambda):
            raise TypeError(f"definition must be a SymPy Lambda, not {type(definition).__name__}")
        if isinstance(definition, Lambda) and (len(definition.variables) != 1 or definition.has(MatrixExpr, Sum)):
            raise ValueError(f"definition must be a formula of one number, without matrices and sums, not {definition}")
        return Basic.__new__(cls, name, definition, Integer(order))

    @property
    def name(self):
        return self.args[0].name

    @property
    def order(self):
        """How often the named function has been differentiated."""
        return int(self.args[2])

    @property
    def prime(self):
        return Elementwise(self.args[0], self.args[1], self.order + 1)

    @property
    def definition(self):
        """The ``Lambda`` of this derivative, or ``None`` for an arbitrary function."""
        return None if self.args[1] is S.false else _derivative(self.args[1], self.order)

    def __call__(self, argument):
        argument = sympify(argument)
        return AppliedToMatrix(self, argument) if isinstance(argument, MatrixExpr) else Applied(self, argument)

    def _sympystr(self, printer):
        return self.name + "'" * self.order


@cache
def _derivative(definition, order):
    x = Dummy("x", real=True)
    return Lambda(x, definition(x).diff(x, order))


class Applied(Expr):
    r"""The scalar :math:`f(x)`, with the chain rule :math:`\mathrm d f(x) = f'(x)\,\mathrm d x`."""

    is_commutative = True

    def __new__(cls, function, argument):
        return Expr.__new__(cls, function, sympify(argument))

    @property
    def free_symbols(self):
        return self.args[0].free_symbols | self.args[1].free_symbols

    def _eval_derivative(self, variable):
        function, argument = self.args
        if variable in function.free_symbols:  # a parameter of the definition
            return function.definition(argument).diff(variable)
        return function.prime(argument) * argument.diff(variable)

    def _sympystr(self, printer):
        return f"{printer._print(self.args[0])}({printer._print(self.args[1])})"


class AppliedToMatrix(MatrixExpr):
    r"""The matrix :math:`f(Z)`, entry by entry."""

    def __new__(cls, function, argument):
        return MatrixExpr.__new__(cls, function, argument)

    @property
    def shape(self):
        return self.args[1].shape

    def _entry(self, i, j, **_):
        return self.args[0](self.args[1][i, j])

    def _sympystr(self, printer):
        return f"{printer._print(self.args[0])}({printer._print(self.args[1])})"
