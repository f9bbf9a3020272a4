"""One block of samples on its way through the network and back, and the memory that blocks use one after the other."""

from itertools import pairwise

import numpy as np

from sparseae_lib.backprop import (
    column_sums,
    hidden_delta,
    outer_products,
    output_delta,
    pre_activation,
    squared_error,
)
from sparseae_lib.validation import check_finite


class Workspace:
    """The arrays of an evaluation, for all blocks of a batch whose ``shares`` are those of ``partition``.

    They are kept for the next evaluation: to get memory from the system takes longer than to compute with it. The
    activations up to layer ``kept`` are as long as the batch, all other arrays as a block; each worker has its own.
    """

    def __init__(self, layer_sizes, kept, shares, dtype):
        self.shares, self.dtype = shares, dtype
        m = shares[-1][-1].stop
        self.activations = {layer: np.empty((m, layer_sizes[layer - 1]), dtype) for layer in range(2, kept + 1)}
        self.scratch = [_Scratch(layer_sizes, kept, max(r.stop - r.start for r in share), dtype) for share in shares]

    def fits(self, shares, dtype):
        """Whether it can be used again for these."""
        return self.shares == shares and self.dtype == dtype


class _Scratch:
    """Arrays of a worker by layer, numbered as in the maths: for a block, and for its outer products."""

    def __init__(self, layer_sizes, kept, rows, dtype):
        sizes = dict(enumerate(layer_sizes, start=1))
        self.A, self.delta, self.slope = (
            {layer: np.empty((rows, size), dtype) for layer, size in sizes.items() if layer > first}
            for first in (kept, 1, 1)
        )
        self.outer = {layer: np.empty(shape, dtype) for layer, shape in enumerate(pairwise(layer_sizes), start=1)}


class Block:
    """The ``rows`` of a batch, and what has been computed of them: ``A`` by layer, numbered as in the maths.

    ``workspace`` and the number of the ``worker`` say where it is written: a block's error, and sums over its samples,
    outlast the next block of the worker; so do the activations that the workspace keeps.
    """

    def __init__(self, rows, X, Y, workspace, worker):
        self.rows = rows
        self.A = {1: X[rows]}
        self.Y = self.A[1] if Y is X else Y[rows]
        self.activation_sums = {}
        self._n = rows.stop - rows.start
        self._kept, self._scratch = workspace.activations, workspace.scratch[worker]

    def forward(self, W, b, activation, last):
        """From the highest layer that is known up to the ``last``. Raises ValueError where the data are not finite."""
        if len(self.A) == 1:
            check_finite("X", self.A[1], self.rows.start)
            if self.Y is not self.A[1]:
                check_finite("targets", self.Y, self.rows.start)
        for layer in range(len(self.A) + 1, last + 1):
            A = self._kept[layer][self.rows] if layer in self._kept else self._scratch.A[layer][: self._n]
            Z = pre_activation(self.A[layer - 1], W[layer - 1], b[layer - 1], out=A)
            self.A[layer] = activation.activate(Z, out=A)
            if layer in W:  # not the output
                self.activation_sums[layer] = column_sums(A)

    def measure(self):
        """The squared error of the output."""
        output = len(self.A)
        self.squared_error = squared_error(self.A[output], self.Y, out=self._scratch.delta[output][: self._n])

    def backward(self, W, activation, penalties, totals):
        """Add what these samples give to m times the gradient, without decay, to ``totals``, (dW, db) by layer."""
        output = len(self.A)
        delta = output_delta(self.A[output], self.Y, activation, out=self._delta(output))
        for layer in range(output - 1, 0, -1):
            dW, db = totals[layer]
            dW += outer_products(self.A[layer], delta, out=self._scratch.outer[layer])
            db += column_sums(delta)
            if layer > 1:
                penalty = penalties.get(layer)
                kl_slope = penalty.kl_slope if penalty else 0.0
                delta = hidden_delta(delta, W[layer], self.A[layer], activation, kl_slope, out=self._delta(layer))
                if penalty:
                    penalty.add_saturated(delta, self.rows)

    def _delta(self, layer):
        return self._scratch.delta[layer][: self._n], self._scratch.slope[layer][: self._n]
