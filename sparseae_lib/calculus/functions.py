r"""Elementwise functions and their derivatives: :math:`f, f', f'', \dots`"""

from functools import cache
from typing import Self

from sympy import (
    Abs,
    DiracDelta,
    Dummy,
    Expr,
    Integer,
    Lambda,
    MatrixExpr,
    Poly,
    S,
    Sum,
    Tuple,
    acos,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    exp,
    expand,
    fraction,
    gamma,
    log,
    sign,
    sin,
    sinh,
    solve,
    sympify,
    tan,
    tanh,
    together,
)
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

KNOWN = (exp, log, sin, cos, tan, sinh, cosh, tanh, asin, acos, atan, asinh, atanh, erf, gamma, Abs)
"""The functions of SymPy that the engine knows, each of them real where it is defined."""


class Elementwise(Basic):
    r"""A differentiable function of one variable, applied entry by entry.

    ``Elementwise("f")`` is arbitrary: nothing is known of it but that its derivative is ``f.prime``.
    With a ``definition`` proofs may unfold it: ``Elementwise("sigma", Lambda(z, 1/(1 + exp(-z))))``. A definition may
    take ``parameters`` before the variable: ``Elementwise("scale", Lambda((p, z), p * z), 0, rho)``. ``ValueError``
    where it holds anything but its own variables, or where a parameter holds a matrix or a sum.
    It is defined where its variable may be, as for positive numbers alone.
    Applied to a scalar it gives a scalar, applied to a matrix a matrix of the same shape.
    """

    def __new__(
        cls, name: str | Str, definition: Lambda | Basic = S.false, order: int = 0, *parameters: Expr | float
    ) -> Self:
        if isinstance(name, str):
            name = Str(name)
        if definition is not S.false and not isinstance(definition, Lambda):
            raise TypeError(f"definition must be a SymPy Lambda, not {type(definition).__name__}")
        if isinstance(definition, Lambda):
            _check_definition(definition, len(parameters) + 1)
        parameters = [sympify(parameter, strict=True) for parameter in parameters]
        if (parameters and definition is S.false) or any(parameter.has(MatrixExpr, Sum) for parameter in parameters):
            raise ValueError(f"parameters must be numbers that the definition takes, without sums, not {parameters}")
        return Basic.__new__(cls, name, definition, Integer(order), *parameters)

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def order(self) -> int:
        """How often the named function has been differentiated."""
        return int(self.args[2])

    @property
    def parameters(self) -> tuple[Expr, ...]:
        """What the definition takes before the variable, as KL its target."""
        return self.args[3:]

    @property
    def prime(self) -> Self:
        return self.of_order(self.order + 1)

    def of_order(self, order: int) -> Self:
        """The derivative of this order of the named function."""
        return Elementwise(*self.args[:2], order, *self.parameters)

    @property
    def definition(self) -> Lambda | None:
        """The ``Lambda`` of this derivative, or ``None`` for an arbitrary function."""
        return None if self.args[1] is S.false else _derivative(self.args[1], self.order, self.parameters)

    def in_value(self, value: Expr) -> Expr | None:
        """This derivative where the function has that value, if that says it: sigma' is sigma - sigma**2."""
        y, slope = Dummy(), None if self.definition is None or self.parameters else _slope_in_value(self.args[1])
        if slope is None:
            return None
        derivative = y
        for _ in range(self.order):
            derivative = derivative.diff(y) * slope(y)
        return derivative.subs(y, value)

    def __call__(self, argument: Basic | float) -> Expr:
        argument = sympify(argument, strict=True)
        return AppliedToMatrix(self, argument) if isinstance(argument, MatrixExpr) else Applied(self, argument)

    def _sympystr(self, printer):
        return self.name + "'" * self.order


def _check_definition(definition, count):
    """A symbol that is no variable would be overlooked by a substitution in the parameters, and not be printed."""
    others = definition.free_symbols | definition.atoms(AppliedUndef)
    if len(definition.variables) != count or others or definition.has(MatrixExpr, Sum):
        raise ValueError(
            "definition must be a formula of its variables alone, without matrices and sums, and have one for each "
            f"parameter and one for the argument: {count} in all; not {definition}"
        )


def _remember_assumptions(make):
    """SymPy makes ``Lambda(c, c)`` the identity of any number, although c, which may be ``sqrt(c**2)``, is positive."""

    def new(cls, signature, expression):
        made, real = make(cls, signature, expression), Dummy(real=True).assumptions0
        if made is S.IdentityFunction and not expression.assumptions0.items() <= real.items():
            return Expr.__new__(Lambda, Tuple(expression), expression)
        return made

    return new


Lambda.__new__ = _remember_assumptions(Lambda.__new__)


@cache
def _derivative(definition, order, parameters):
    *variables, x = (Dummy(v.name, **v.assumptions0) for v in (*definition.variables[:-1], Dummy("x", real=True)))
    slope = definition(*variables, x).diff(x, order)
    if slope.has(sign, DiracDelta):  # of an absolute value, away from the kink
        slope = slope.replace(sign, lambda u: absolute(u) / u).replace(DiracDelta, lambda *_: S.Zero)
    return Lambda(x, slope.xreplace(dict(zip(variables, parameters, strict=True))))


@cache
def _slope_in_value(definition):
    """The slope of a function of exponentials as a polynomial of second degree in its value; ``None`` if it is none."""
    x, y, power, a, b, c = Dummy("x", real=True), *(Dummy() for _ in range(5))
    value = definition(x).rewrite([sinh, cosh, tanh], exp)
    gap = (value.diff(x) - (a + b * value + c * value**2)).subs(exp(x), power)
    numerator = expand(fraction(together(gap))[0])
    if gap.has(x) or not gap.has(power) or not numerator.is_polynomial(power):
        return None
    found = solve(Poly(numerator, power).coeffs(), [a, b, c], dict=True)
    if not found or expand(numerator.subs(found[0])) != 0:
        return None
    return Lambda(y, (a + b * y + c * y**2).subs(found[0]))


_x = Dummy("x", real=True)
absolute = Elementwise("abs", Lambda(_x, Abs(_x)))
"""The absolute value. Its slope is |x| / x, which is not defined at the kink."""


class Applied(Expr):
    r"""The scalar :math:`f(x)`, with the chain rule :math:`\mathrm d f(x) = f'(x)\,\mathrm d x`."""

    is_commutative = True

    def __new__(cls, function, argument):
        return Expr.__new__(cls, function, sympify(argument, strict=True))

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

    @property
    def shape(self):
        return self.args[1].shape

    def _entry(self, i, j, **_):
        return self.args[0](self.args[1][i, j])

    _sympystr = Applied._sympystr
