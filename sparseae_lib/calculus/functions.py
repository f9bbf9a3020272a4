r"""Elementwise functions and their derivatives: :math:`f, f', f'', \dots`"""

from dataclasses import dataclass
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
    Rational,
    S,
    Sum,
    Tuple,
    acos,
    asin,
    asinh,
    atan,
    atanh,
    cancel,
    cos,
    cosh,
    erf,
    exp,
    expand,
    fraction,
    gamma,
    ilcm,
    log,
    sign,
    sin,
    sinh,
    sympify,
    tan,
    tanh,
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

    def in_value_of(self, base: Self, factor: Expr | int = 1) -> Lambda:
        """This derivative as a function of the value of ``base``: that of tanh(x) is 4 y (1 - y) where y is sigma(2 x).

        The power of e that this function is of is that of ``base`` to the power ``factor``.
        """
        return _in_value_of(self.of_power, self.order, base.of_power, factor)

    @property
    def of_power(self) -> "OfPower | None":
        """The named function as one of a power of e; ``None`` if it is none."""
        return None if self.args[1] is S.false or self.parameters else _of_power(self.args[1])

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
    derivative = definition(*variables, x).diff(x, order)
    if derivative.has(sign, DiracDelta):  # of an absolute value, away from the kink
        derivative = derivative.replace(sign, lambda u: absolute(u) / u).replace(DiracDelta, lambda *_: S.Zero)
    return Lambda(x, derivative.xreplace(dict(zip(variables, parameters, strict=True))))


@dataclass(frozen=True)
class OfPower:
    """A function that is ``formula(p)`` of the power p = exp(rate * x), and p as a function of its value, ``inverse``.

    The sigmoid is p / (1 + p) with the rate 1; where its value is y, p is y / (1 - y). So sigma(-x) is 1 - y.
    """

    rate: Expr
    formula: Lambda
    inverse: Lambda


@cache
def _of_power(definition):
    """``OfPower`` where the formula is a quotient (a p + b) / (c p + d), which p can be found from."""
    x, y, p = Dummy("x", real=True), Dummy("y"), Dummy("p", positive=True)
    if definition.variables[0].assumptions0.items() > x.assumptions0.items():
        return None
    value = definition(x).rewrite([sinh, cosh, tanh], exp)
    rates = [power.args[0].diff(x) for power in value.atoms(exp)]
    if not rates or not all(rate.is_Rational and rate != 0 for rate in rates):
        return None
    unit = Rational(1, ilcm(1, *(rate.q for rate in rates)))
    value = value.replace(exp, lambda u: exp(u - u.diff(x) * x) * p ** (u.diff(x) / unit))
    numerator, denominator = map(expand, fraction(cancel(value)))
    if value.has(x) or not (numerator.is_polynomial(p) and denominator.is_polynomial(p)):
        return None
    degree = max(Poly(part, p).degree() for part in (numerator, denominator))
    (a, b), (c, d) = ((part.coeff(p, degree), part.coeff(p, 0)) for part in (numerator, denominator))
    if degree == 0 or expand(numerator - a * p**degree - b) != 0 or expand(denominator - c * p**degree - d) != 0:
        return None
    return OfPower(unit * degree, Lambda(p, (a * p + b) / (c * p + d)), Lambda(y, (d * y - b) / (a - c * y)))


@cache
def _in_value_of(power, order, base, factor):
    y, value = Dummy(), Dummy()
    derivative, inverse = value, power.inverse(value)
    for _ in range(order):
        derivative = derivative.diff(value) * cancel(power.rate * inverse / inverse.diff(value))
    return Lambda(y, expand(derivative).subs(value, cancel(power.formula(base.inverse(y) ** factor))))


_x = Dummy("x", real=True)
absolute = Elementwise("abs", Lambda(_x, Abs(_x)))
"""The absolute value. Its derivative is |x| / x, which is not defined at the kink."""


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
