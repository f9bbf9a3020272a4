r"""The symbols of every statement: sizes, parameters and activations of a layered network.

A capital letter is a batch, one sample per row.
A small letter is a single sample, a row (``ROWS``) or a column (``COLUMNS``).
"""

from dataclasses import dataclass

from sympy import Function, Lambda, Symbol, exp, log, symbols

from sparseae_lib.calculus import Elementwise, LayerMatrix

l, L, m, n = symbols("l L m n", integer=True, positive=True)
"""A layer, the last layer, the number of samples, and the common width of all layers in a square network."""

S = Function("S", integer=True, positive=True)
"""``S(l)`` is the number of units in layer ``l``."""

J = Symbol("J", real=True)
weight_decay = Symbol("lambda", positive=True)

f = Elementwise("f")
"""The activation function: arbitrary, with the derivative ``f.prime``."""

x = Symbol("x", real=True)
sigma = Elementwise("sigma", Lambda(x, 1 / (1 + exp(-x))))
"""The sigmoid."""


J_sparse = Symbol("J_sparse", real=True)
Omega = Function("Omega", real=True)
"""``Omega(l)`` is the penalty on layer ``l``."""

rho = Function("rho", positive=True)
beta = Function("beta", nonnegative=True)
"""The target ``rho(l)`` in (0, 1) and the weight ``beta(l)`` of the penalty on layer ``l``."""

t, u = symbols("t u", positive=True)
_p, _q = symbols("p q", real=True)
_divergence = Lambda((_p, _q), _p * log(_p / _q) + (1 - _p) * log((1 - _p) / (1 - _q)))


def KL(layer):
    r"""The divergence :math:`\mathrm{KL}(\rho_l \Vert u)` of two Bernoulli distributions, as a function of ``u``."""
    return Elementwise("KL", _divergence, 0, rho(layer))


def W(layer):
    return LayerMatrix("W", layer, S(layer), S(layer + 1))


def b(layer):
    return LayerMatrix("b", layer, 1, S(layer + 1))


def _batch(name):
    return lambda layer: LayerMatrix(name, layer, m, S(layer))


Z, A, Delta = map(_batch, ("Z", "A", "Delta"))
X = A(1)


def rho_hat(layer):
    """The mean activations of a layer, as a row."""
    return LayerMatrix("rho_hat", layer, 1, S(layer))


Y = LayerMatrix("Y", L, m, S(L))


@dataclass(frozen=True)
class Convention:
    """How a single sample ``z``, ``a``, ``delta`` and the weights ``W`` are laid out."""

    name: str
    rows: bool

    def _vector(self, name, layer):
        return LayerMatrix(name, layer, 1, S(layer)) if self.rows else LayerMatrix(name, layer, S(layer), 1)

    def z(self, layer):
        return self._vector("z", layer)

    def a(self, layer):
        return self._vector("a", layer)

    def delta(self, layer):
        return self._vector("delta", layer)

    def y(self, layer):
        return self._vector("y", layer)

    def b(self, layer):
        """The bias of ``layer``; it enters the layer above."""
        return b(layer) if self.rows else LayerMatrix("b", layer, S(layer + 1), 1)

    def W(self, layer):
        return W(layer) if self.rows else LayerMatrix("W", layer, S(layer + 1), S(layer))

    def forward(self, a, layer):
        r""":math:`z^{(l+1)} = a W + b` in rows, :math:`W a + b` in columns."""
        product = a * self.W(layer) if self.rows else self.W(layer) * a
        return product + self.b(layer)


ROWS = Convention("rows, as in E5", True)
COLUMNS = Convention("columns, as in UFLDL", False)


def square(expression):
    """The expression in a network whose layers all have the same width ``n``."""
    return expression.replace(S, lambda layer: n)
