"""The cost of a network on a batch, and its gradient."""

from collections import deque
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import numpy as np

from sparseae_lib.activations import ACTIVATIONS, get_activation
from sparseae_lib.backprop import mean_cost, mean_weight_gradient, pre_activation
from sparseae_lib.blocks import Block, Workspace
from sparseae_lib.network import flatten, unflatten, views
from sparseae_lib.parallel import caller_thread, partition, worker_threads
from sparseae_lib.penalties import (
    is_saturated,
    kl_derivative,
    kl_derivative_with_logits,
    kl_divergence,
    kl_divergence_with_logits,
)
from sparseae_lib.validation import (
    check_data,
    check_finite,
    check_float,
    check_layer_sizes,
    check_non_negative,
    check_per_layer,
    check_positive_integer,
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
    number a hidden layer; they weigh the penalties of Theorem ``thm-penalty``. Where beta is 0 there is none. Where it
    is not, there must be a hidden layer, ``rho`` must be given, and the range of the activation must be (0, 1). With
    the sigmoid, cost and gradient are then finite and right, normwise, at any saturation; with an activation of one's
    own they are infinite or NaN where a mean activation is rounded to 0 or 1.

    The batch goes through in blocks of samples, twice: a penalty's slope needs the mean activation of all samples. The
    activations of the layers up to the last one with a penalty are kept in between; no other array is as long as the
    batch. The memory stays with the objective, for its next call. ``workers`` is how many threads share the blocks; all
    cores where it is None, or one where more would not pay. The sums depend on the number of workers by rounding alone,
    and for one number they are the same in every run.

    Raises TypeError or ValueError for anything else.

    >>> objective = Objective((64, 25, 64), rho=0.01, beta=3.0, weight_decay=1e-4)
    >>> cost, gradient = objective(theta, X)        # an autoencoder: the targets are X itself
    """

    def __init__(self, layer_sizes, *, rho=None, beta=0.0, weight_decay=0.0, activation="sigmoid", workers=None):
        self.layer_sizes = check_layer_sizes(layer_sizes)
        self.weight_decay = check_non_negative("weight_decay", weight_decay)
        self.activation = get_activation(activation)
        self.workers = None if workers is None else check_positive_integer("workers", workers)
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
        self._spare = deque(maxlen=1)

    def __call__(self, theta, X, targets=None):
        """Cost and gradient at ``theta``, flat in the order of ``network``; the gradient has theta's shape and order.

        ``X`` (m, S_1); ``targets`` (m, S_L), X itself where not given. theta decides the precision: X and targets are
        converted to its type, and the gradient has it. theta may be complex (for a complex step), and so are then the
        cost and the gradient; X and targets are float32 or float64. Raises TypeError for another type, ValueError for a
        wrong shape, an empty batch, NaN or infinity.
        """
        evaluation = self.evaluate(theta, X, targets)
        return evaluation.cost, evaluation.gradient

    def cost(self, theta, X, targets=None):
        """The cost alone, for the same arguments."""
        return self._evaluate(theta, X, targets, with_gradient=False).cost

    def evaluate(self, theta, X, targets=None):
        """Cost, gradient and the mean activations of the hidden units, an ``Evaluation``, for the same arguments."""
        return self._evaluate(theta, X, targets, with_gradient=True)

    def _evaluate(self, theta, X, targets, with_gradient):
        layers = self._layers(theta)
        X, Y = self._data(X, targets, theta.real.dtype)
        W, b = (dict(enumerate(parameters, start=1)) for parameters in zip(*layers, strict=True))
        m, L = len(X), len(self.layer_sizes)
        penalised = [layer for layer, beta in self.beta.items() if beta > 0]
        penalties = {}
        W_back = {layer: np.asfortranarray(matrix) for layer, matrix in W.items()}  # for W^T

        def first_pass(blocks):
            for block in blocks:
                block.forward(W, b, self.activation, penalised[-1])

        def second_pass(blocks):
            total = np.zeros(theta.shape, theta.dtype)
            totals = dict(enumerate(views(total, self.layer_sizes), start=1))
            for block in blocks:
                block.forward(W, b, self.activation, L)
                if with_gradient:
                    block.backward(W_back, self.activation, penalties, totals)
                block.measure()
            return total

        workspace = self._take_workspace(m, max(penalised, default=1), theta.dtype)
        shares = [
            [Block(rows, X, Y, workspace, worker) for rows in share] for worker, share in enumerate(workspace.shares)
        ]
        blocks = [block for share in shares for block in share]
        with worker_threads(len(shares)) if len(blocks) > 1 else caller_thread() as run:
            if penalised:
                run(first_pass, shares)
            for layer in penalised:
                rho_hat = sum(block.activation_sums[layer] for block in blocks) / m
                logits = partial(_logits, blocks, layer, W[layer - 1], b[layer - 1])
                penalties[layer] = _Penalty(self.rho[layer], self.beta[layer], self.activation, rho_hat, logits)
            total = sum(run(second_pass, shares))

        self._spare.append(workspace)

        cost = mean_cost(sum(block.squared_error for block in blocks), m, W.values(), self.weight_decay)
        cost += sum(penalty.cost for penalty in penalties.values())
        gradient = [
            (mean_weight_gradient(dW, m, W, self.weight_decay), db / m)
            for (dW, db), (W, _) in zip(views(total, self.layer_sizes), layers, strict=True)
        ]
        mean_activations = (sum(block.activation_sums[layer] for block in blocks) / m for layer in range(2, L))
        return Evaluation(cost.item(), flatten(gradient), tuple(mean_activations))

    def __getstate__(self):
        return self.__dict__ | {"_spare": deque(maxlen=1)}

    def _take_workspace(self, m, kept, dtype):
        """That of the last evaluation, where it fits and no other thread has taken it."""
        shares = partition(m, self.layer_sizes, self.workers)
        with suppress(IndexError):
            workspace = self._spare.pop()
            if workspace.fits(shares, dtype):
                return workspace
        return Workspace(self.layer_sizes, kept, shares, dtype)

    def _layers(self, theta):
        check_float("theta", theta, or_complex=True)
        layers = unflatten(theta, self.layer_sizes)
        check_finite("theta", theta)
        return layers

    def _data(self, X, targets, dtype):
        first, last = self.layer_sizes[0], self.layer_sizes[-1]
        if targets is None and first != last:
            raise ValueError(
                f"targets must be given where the first and the last layer differ, got None for {self.layer_sizes}"
            )
        X = check_data("X", X, ("m", first), dtype)
        return X, X if targets is None else check_data("targets", targets, (len(X), last), dtype)


class _Penalty:
    r""":math:`\beta \sum_j KL(\rho \Vert \hat\rho_j)` of one layer, in two groups of units.

    Theorem ``thm-penalty``. The formulas with logits for saturated sigmoid units, where the product :math:`\kappa f'`
    fails; those in rho_hat for all others. ``logits`` gives the pre-activations of some units, (m, S), which are
    computed again for the saturated ones alone. ``kl_slope`` is :math:`\beta \kappa` (S,), 0 for the saturated units.
    """

    def __init__(self, rho, beta, activation, rho_hat, logits):
        self.saturated = np.flatnonzero(is_saturated(rho_hat) & (activation == ACTIVATIONS["sigmoid"]))
        rho_hat = rho_hat.copy()
        rho_hat[self.saturated] = 0.5  # so that the formulas in rho_hat run; what they give there is replaced
        kl, self.kl_slope = kl_divergence(rho, rho_hat), beta * kl_derivative(rho, rho_hat)
        if self.saturated.size:
            Z = logits(self.saturated)
            kl[self.saturated], self.kl_slope[self.saturated] = kl_divergence_with_logits(rho, Z), 0
            self.terms = beta * kl_derivative_with_logits(rho, Z)
        self.cost = beta * np.sum(kl)

    def add_saturated(self, delta, rows):
        r"""Add :math:`\beta \kappa f'(Z)` of these ``rows`` to the columns of the saturated units in ``delta``."""
        if self.saturated.size:
            delta[:, self.saturated] += self.terms[rows]


def _logits(blocks, layer, W, b, units):
    """The pre-activations (m, S) of some ``units`` of a layer, ``W`` and ``b`` being the parameters below it."""
    return np.concatenate([pre_activation(block.A[layer - 1], W[:, units], b[units]) for block in blocks])
