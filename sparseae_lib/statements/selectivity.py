r"""What the penalty asks of a unit, and what it leaves free: its mean force, and a network that evades it.

The network imitates a *linear code* :math:`H = (X - \mathbf 1 \bar x)\, V`, decoded to :math:`H D + \mathbf 1 c`, with
hidden units whose activations stay near :math:`\rho = f(z_\rho)`; the smaller :math:`\epsilon`, the nearer they are.
"""

from sympy import MatrixSymbol, OneMatrix, Symbol

from sparseae_lib.calculus import Elementwise, Hadamard, LayerMatrix, ones
from sparseae_lib.statements.deep import kappa
from sparseae_lib.statements.sparsity import PENALTY_BIASES, mean_of
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import KL, A, S, W, X, Z, b, beta, f, l, m, rho_hat


def deviations(batch):
    """Each row of a batch less the mean of all rows."""
    return batch - ones(m) * mean_of(batch)


def v(layer):
    """The variances of the activations of a layer, as a row."""
    return LayerMatrix("v", layer, 1, S(layer))


_next, _mean = A(l + 1), rho_hat(l + 1)
_one = ones(S(l + 1)).T

MEAN_FORCE = Statement(
    "thm-mean-force",
    "The mean force of the penalty",
    left=PENALTY_BIASES.left,
    formula=beta(l + 1) * Hadamard(kappa(l + 1), Hadamard(_mean, _one - _mean) - v(l + 1)),
    derivation=PENALTY_BIASES.formula.xreplace(
        {f.prime(Z(l + 1)): Hadamard(_next, ones(m) * _one - _next), _mean: mean_of(_next)}
    ),
    where={
        kappa(l + 1): KL(l + 1).prime(mean_of(_next)),
        _mean: mean_of(_next),
        v(l + 1): mean_of(Hadamard(deviations(_next), deviations(_next))),
    },
    layers=PENALTY_BIASES.layers,
)

V, D, c = MatrixSymbol("V", S(1), S(2)), MatrixSymbol("D", S(2), S(3)), MatrixSymbol("c", 1, S(3))
"""The encoder of the linear code, its decoder, and the decoder's bias."""

H = MatrixSymbol("H", m, S(2))
"""The linear code of all samples: an abbreviation of ``CODE``."""

CODE = deviations(X) * V
DECODED = H * D + ones(m) * c

epsilon = Symbol("epsilon", positive=True)
z_rho = Symbol("z_rho", real=True)
"""The pre-activation at which the activation is the target."""

EVADING = {
    W(1): epsilon * V,
    b(1): z_rho * ones(S(2)).T - epsilon * mean_of(X) * V,
    W(2): D / (epsilon * f.prime(z_rho)),
    b(2): c - f(z_rho) / (epsilon * f.prime(z_rho)) * ones(S(2)).T * D,
}
"""The parameters of the network that evades the penalty."""

r = Elementwise("r")
r"""Taylor's remainder: :math:`f(z_\rho + x) = f(z_\rho) + f'(z_\rho) x + \frac12 f''(z_\rho) x^2 + r(x) x^3`."""

NEAR_TARGET = (
    f(z_rho) * OneMatrix(m, S(2))
    + epsilon * f.prime(z_rho) * H
    + epsilon**2 / 2 * f.prime.prime(z_rho) * Hadamard(H, H)
    + epsilon**3 * Hadamard(H, H, H, r(epsilon * H))
)
"""The hidden activations of that network, by Taylor's theorem."""

OUTPUT_ERROR = (
    epsilon * f.prime.prime(z_rho) / (2 * f.prime(z_rho)) * Hadamard(H, H) * D
    + epsilon**2 / f.prime(z_rho) * Hadamard(H, H, H, r(epsilon * H)) * D
)
"""How far the pre-activations of the network's output are from ``DECODED``."""

MEAN_ERROR = epsilon**2 / 2 * f.prime.prime(z_rho) * mean_of(Hadamard(H, H)) + epsilon**3 * mean_of(
    Hadamard(H, H, H, r(epsilon * H))
)
"""How far the network's mean activations are from the target."""
