"""The two passes over a batch: what some of its samples add to the sums, and the penalties between the passes.

The first pass sums up the activations, the second one the gradient. A penalty's slope depends on all samples, but only
through the first sums: they are all that those who hold the samples must exchange.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np

from sparseae_lib.activations import ACTIVATIONS
from sparseae_lib.blocks import Block
from sparseae_lib.penalties import (
    is_saturated,
    kl_derivative,
    kl_derivative_with_logits,
    kl_divergence,
    kl_divergence_of_sums,
    logit_sums,
)


class Totals(NamedTuple):
    """Sums over samples: of the squared error, of m times the gradient, (dW, db) by layer, and of activations."""

    squared_error: float
    gradient: dict[int, tuple[np.ndarray, np.ndarray]]
    activation_sums: dict[int, np.ndarray]

    @property
    def dtype(self):
        """The type of the gradient."""
        return self.gradient[1][0].dtype

    def __iadd__(self, other):
        for own, theirs in zip(self.gradient.values(), other.gradient.values(), strict=True):
            for array, more in zip(own, theirs, strict=True):
                array += more
        return Totals(
            self.squared_error + other.squared_error,
            self.gradient,
            add_by_layer([self.activation_sums, other.activation_sums]),
        )


class Share:
    """The samples of one worker, in blocks: the ``rows`` of ``X`` (m, S_1) and ``Y`` (m, S_L) as a list of slices."""

    def __init__(self, network, X, Y, workspace, worker):
        self._network = network
        self._scratch = workspace.scratch[worker]
        self._blocks = [Block(rows, X, Y, workspace, worker) for rows in workspace.shares[worker]]

    def activation_sums(self, layers):
        """The first pass: sums over the samples, (S_l,) by layer."""
        for block in self._blocks:
            block.forward(self._network, max(layers))
        return add_by_layer([block.activation_sums for block in self._blocks])

    def logit_sums(self, layer, units):
        """The ``LogitSums`` of some units of a layer."""
        for block in self._blocks:
            block.forward(self._network, layer - 1)
        return logit_sums(np.concatenate([block.logits(self._network, layer, units) for block in self._blocks]))

    def totals(self, penalties, with_gradient):
        """The second pass: the ``Totals`` of these samples, whose arrays the next evaluation overwrites."""
        for array in (array for pair in self._scratch.gradient.values() for array in pair):
            array.fill(0)
        for block in self._blocks:
            block.forward(self._network, self._network.output)
            block.measure(self._network)
            if with_gradient:
                block.backward(self._network, penalties)
        return Totals(
            sum(block.squared_error for block in self._blocks),
            self._scratch.gradient,
            add_by_layer([block.activation_sums for block in self._blocks]),
        )


class LayerPenalty:
    r""":math:`\beta \sum_j KL(\rho \Vert \hat\rho_j)` of one layer, in two groups of units. Theorem ``thm-penalty``.

    The formulas with logits for saturated sigmoid units, where the product :math:`\kappa f'` fails; those in rho_hat
    for all others. ``sums_of`` gives the ``LogitSums`` of some units. ``kl_slope`` is :math:`\beta \kappa` (S,), 0 for
    the saturated units.
    """

    def __init__(self, rho, beta, activation, rho_hat, sums_of):
        self.saturated = np.flatnonzero(is_saturated(rho_hat) & (activation == ACTIVATIONS["sigmoid"]))
        self._rho, self._beta = rho, beta
        if self.saturated.size:
            rho_hat = rho_hat.copy()
            rho_hat[self.saturated] = 0.5  # so that the formulas in rho_hat run; what they give there is replaced
        kl, self.kl_slope = kl_divergence(rho, rho_hat), beta * kl_derivative(rho, rho_hat)
        if self.saturated.size:
            self._sums = sums_of(self.saturated)
            kl[self.saturated], self.kl_slope[self.saturated] = kl_divergence_of_sums(rho, self._sums), 0
        self.cost = beta * np.sum(kl)

    def saturated_slope(self, Z):
        r""":math:`\beta \kappa f'(Z)` from the pre-activations of the saturated units in some samples, (n, S)."""
        return self._beta * kl_derivative_with_logits(self._rho, Z, self._sums)


def add_by_layer(parts):
    """The sum of arrays by layer."""
    return {layer: reduce(np.add, [part[layer] for part in parts]) for layer in parts[0]}
