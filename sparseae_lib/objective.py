"""The cost of a network on a batch, and its gradient."""

from typing import NamedTuple

import numpy as np

from sparseae_lib.activations import ACTIVATIONS, get_activation
from sparseae_lib.backprop import bias_gradient, cost, hidden_delta, output_delta, pre_activation, weight_gradient
from sparseae_lib.network import flatten, forward, unflatten
from sparseae_lib.penalties import (
    is_saturated,
    kl_derivative,
    kl_derivative_with_logits,
    kl_divergence,
    kl_divergence_with_logits,
    mean_activation,
)
from sparseae_lib.validation import (
    check_data,
    check_finite,
    check_float,
    check_layer_sizes,
    check_non_negative,
    check_per_layer,
    check_probability,
)


class Evaluation(NamedTuple):
    """What ``Objective.evaluate`` computes; ``mean_activations`` has one array (S_l,) a hidden layer."""

    cost: float
    gradient: np.ndarray
    mean_activations: tuple[np.ndarray, ...]


class Objective:
    r"""Squared error with weight decay and a sparsity penalty, of a network of any depth.

    .. math:: J_{sparse} = \frac1m \sum_s \frac12 \lVert y^{(s)} - a^{(L)(s)} \rVert^2
              + \frac\lambda2 \sum_l \lVert W^{(l)} \rVert^2
              + \sum_{l=2}^{L-1} \beta_l \sum_j KL(\rho_l \Vert \hat\rho^{(l)}_j)

    Theorem ``thm-sparse-cost``. ``layer_sizes`` (S_1, ..., S_L), two or more; ``weight_decay`` is
    :math:`\lambda \ge 0`; ``activation`` a name or an ``Activation``, for all layers.

    ``rho``, between 0 and 1, and ``beta`` :math:`\ge 0` are numbers, for every hidden layer, or sequences with one
    number a hidden layer. Where beta is 0 there is no penalty. Where it is not, there must be a hidden layer, ``rho``
    must be given, and the range of the activation must be (0, 1). With the sigmoid, cost and gradient are then finite
    and right, normwise, at any saturation; with an activation of one's own they are infinite or NaN where a mean
    activation is rounded to 0 or 1.

    Raises TypeError or ValueError for anything else.

    >>> objective = Objective((64, 25, 64), rho=0.01, beta=3.0, weight_decay=1e-4)
    >>> cost, gradient = objective(theta, X)        # an autoencoder: the targets are X itself
    """

    def __init__(self, layer_sizes, *, rho=None, beta=0.0, weight_decay=0.0, activation="sigmoid"):
        self.layer_sizes = check_layer_sizes(layer_sizes)
        self.weight_decay = check_non_negative("weight_decay", weight_decay)
        self.activation = get_activation(activation)
        n_hidden = len(self.layer_sizes) - 2
        betas = check_per_layer("beta", beta, n_hidden, check_non_negative)
        rhos = None if rho is None else check_per_layer("rho", rho, n_hidden, check_probability)
        if np.any(beta):
            if n_hidden == 0:
                raise ValueError(f"beta must be 0 where there is no hidden layer, got {beta} for {self.layer_sizes}")
            if self.activation.range != (0, 1):
                raise ValueError(
                    f"beta must be 0 where the range of the activation is not (0, 1), got {beta} for "
                    f"{self.activation.name} with range {self.activation.range}"
                )
            if rhos is None:
                raise ValueError(f"rho must be given where beta is not 0, got None for beta {beta}")
        self.beta = dict(enumerate(betas, start=2))
        self.rho = dict(enumerate(rhos or (), start=2))

    def __call__(self, theta, X, targets=None):
        """Cost and gradient at ``theta``, flat in the order of ``network``; the gradient has theta's shape and order.

        ``X`` (m, S_1); ``targets`` (m, S_L), X itself where not given. theta decides the precision: X and targets are
        converted to its type, and the gradient has it. theta may be complex (for a complex step), and so are then the
        cost and the gradient; X and targets are float32 or float64. Raises TypeError for another type, ValueError for a
        wrong shape, an empty batch, NaN or infinity.
        """
        evaluation = self.evaluate(theta, X, targets)
        return evaluation.cost, evaluation.gradient

    def evaluate(self, theta, X, targets=None):
        """Cost, gradient and the mean activations of the hidden units, an ``Evaluation``, for the same arguments."""
        W, A, Y, penalties = self._forward(theta, X, targets)
        L = len(self.layer_sizes)
        delta = {L: output_delta(A[L], Y, self.activation)}
        for layer in range(L - 1, 1, -1):
            penalty = penalties.get(layer)
            kl_slope = penalty.kl_slope() if penalty else 0.0
            delta[layer] = hidden_delta(delta[layer + 1], W[layer], A[layer], self.activation, kl_slope)
            if penalty:
                penalty.add_saturated(delta[layer])
        gradient = flatten(
            (weight_gradient(A[layer], delta[layer + 1], W[layer], self.weight_decay), bias_gradient(delta[layer + 1]))
            for layer in range(1, L)
        )
        return Evaluation(
            self._cost(W, A, Y, penalties), gradient, tuple(mean_activation(A[layer]) for layer in range(2, L))
        )

    def cost(self, theta, X, targets=None):
        """The cost alone, for the same arguments."""
        return self._cost(*self._forward(theta, X, targets))

    def _forward(self, theta, X, targets):
        """Weights, activations and penalties, each by the number of its layer as in the maths; and the targets."""
        if targets is None and self.layer_sizes[0] != self.layer_sizes[-1]:
            raise ValueError(
                f"targets must be given where the first and the last layer differ, got None for {self.layer_sizes}"
            )
        check_float("theta", theta, or_complex=True)
        layers = unflatten(theta, self.layer_sizes)
        check_finite("theta", theta)
        W, b = (dict(enumerate(parameters, start=1)) for parameters in zip(*layers, strict=True))
        A = dict(enumerate(forward(layers, X, self.activation), start=1))
        Y = A[1] if targets is None else check_data("targets", targets, A[len(A)].shape, theta.real.dtype)
        penalties = {
            layer: _Penalty(self.rho[layer], beta, self.activation, A[layer - 1], W[layer - 1], b[layer - 1], A[layer])
            for layer, beta in self.beta.items()
            if beta > 0
        }
        return W, A, Y, penalties

    def _cost(self, W, A, Y, penalties):
        J = cost(A[len(A)], Y, W.values(), self.weight_decay)
        return (J + sum(penalty.cost() for penalty in penalties.values())).item()


class _Penalty:
    r""":math:`\beta \sum_j KL(\rho \Vert \hat\rho_j)` of one layer ``A`` (m, S), in two groups of units.

    Theorem ``thm-penalty``. The formulas with logits for saturated sigmoid units, where the product :math:`\kappa f'`
    fails; those in rho_hat for all others. The pre-activations are computed again, for the saturated units alone.
    """

    def __init__(self, rho, beta, activation, A_below, W, b, A):
        self.rho, self.beta = rho, beta
        self.rho_hat = mean_activation(A)
        self.saturated = np.flatnonzero(is_saturated(self.rho_hat) & (activation == ACTIVATIONS["sigmoid"]))
        self.rho_hat[self.saturated] = 0.5  # so that the formulas in rho_hat run; what they give there is replaced
        self.Z = pre_activation(A_below, W[:, self.saturated], b[self.saturated])

    def cost(self):
        kl = kl_divergence(self.rho, self.rho_hat)
        if self.saturated.size:
            kl[self.saturated] = kl_divergence_with_logits(self.rho, self.Z)
        return self.beta * np.sum(kl)

    def kl_slope(self):
        r""":math:`\beta \kappa` (S,), 0 for the saturated units."""
        kappa = kl_derivative(self.rho, self.rho_hat)
        kappa[self.saturated] = 0
        return self.beta * kappa

    def add_saturated(self, delta):
        r"""Add :math:`\beta \kappa f'(Z)` to the columns of the saturated units in ``delta`` (m, S)."""
        if self.saturated.size:
            delta[:, self.saturated] += self.beta * kl_derivative_with_logits(self.rho, self.Z)
