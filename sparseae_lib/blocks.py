"""One block of samples on its way through the network and back, and the memory that blocks use one after the other."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sparseae_lib.activations import Activation
from sparseae_lib.backprop import (
    column_sums,
    hidden_delta,
    outer_products,
    pre_activation,
    residuals,
    squared_error,
    through_activation,
)
from sparseae_lib.validation import check_finite


class Network(NamedTuple):
    """``W`` and ``b`` by layer, numbered as in the maths; ``W_back`` holds the weights with contiguous columns."""

    W: dict[int, np.ndarray]
    b: dict[int, np.ndarray]
    W_back: dict[int, np.ndarray]
    activation: Activation

    @classmethod
    def of(cls, layers, activation):
        """From ``layers`` [(W, b), ...] as ``unflatten`` gives them."""
        W, b = (dict(enumerate(parameters, start=1)) for parameters in zip(*layers, strict=True))
        return cls(W, b, {layer: np.asfortranarray(matrix) for layer, matrix in W.items()}, activation)

    @property
    def output(self):
        """The number of the last layer."""
        return len(self.W) + 1

    @property
    def n_parameters(self):
        """The length of theta."""
        return sum(array.size for parameters in (self.W, self.b) for array in parameters.values())


class Workspace:
    """The arrays of an evaluation, for all blocks of a batch whose ``shares`` are those of ``partition``.

    They are kept for the next evaluation: to get memory from the system takes longer than to compute with it. The
    activations up to layer ``kept`` are as long as the batch, all other arrays as a block; each worker has its own.
    """

    def __init__(self, layer_sizes, kept, shares, dtype):
        self.shares, self.dtype = shares, dtype
        self.m = m = shares[-1][-1].stop
        longest = [max(rows.stop - rows.start for rows in share) for share in shares]
        self.block_rows = max(longest)
        self.activations = {layer: np.empty((m, layer_sizes[layer - 1]), dtype) for layer in range(2, kept + 1)}
        self.scratch = [Scratch(layer_sizes, kept, rows, dtype) for rows in longest]

    def fits(self, m, dtype):
        """Whether it can be used again for a batch of m samples."""
        return self.m == m and self.dtype == dtype


class Scratch:
    """Arrays of a worker by layer, numbered as in the maths: for a block, and for its part of the gradient."""

    def __init__(self, layer_sizes, kept, rows, dtype):
        sizes = dict(enumerate(layer_sizes, start=1))
        self.A, self.delta = (
            {layer: np.empty((rows, size), dtype) for layer, size in sizes.items() if layer > first}
            for first in (kept, 1)
        )
        self.slope = np.empty(rows * max(layer_sizes), dtype)  # one for all: less to keep in the cache
        self.outer, self.gradient = {}, {}
        for layer, shape in enumerate(pairwise(layer_sizes), start=1):
            order = "F" if shape[0] > shape[1] else "C"  # BLAS is faster at few long rows than at many short ones
            self.outer[layer] = np.empty(shape, dtype, order)
            self.gradient[layer] = np.empty(shape, dtype, order), np.empty(shape[1], dtype)


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

    def forward(self, network, last):
        """From the highest layer that is known up to the ``last``. Raises ValueError where the data are not finite."""
        if len(self.A) == 1:
            check_finite("X", self.A[1], self.rows.start)
            if self.Y is not self.A[1]:
                check_finite("targets", self.Y, self.rows.start)
        for layer in range(len(self.A) + 1, last + 1):
            A = self._kept[layer][self.rows] if layer in self._kept else self._scratch.A[layer][: self._n]
            Z = pre_activation(self.A[layer - 1], network.W[layer - 1], network.b[layer - 1], out=A)
            self.A[layer] = network.activation.activate(Z, out=A)
            if layer < network.output:
                self.activation_sums[layer] = column_sums(A)

    def logits(self, network, layer, units):
        """The pre-activations of some ``units`` of a layer, once more."""
        return pre_activation(self.A[layer - 1], network.W[layer - 1][:, units], network.b[layer - 1][units])

    def measure(self, network):
        """The squared error of the output. The residuals are kept for ``backward``."""
        self._residuals = residuals(self.A[network.output], self.Y, out=self._delta(network.output)[0])
        self.squared_error = squared_error(self._residuals)

    def backward(self, network, penalties):
        """Add what these samples give to m times the gradient, without decay, to the worker's part.

        It needs the residuals of ``measure``, and overwrites them.
        """
        A, activation = self.A, network.activation
        delta = through_activation(self._residuals, A[network.output], activation, out=self._delta(network.output)[1])
        for layer in range(network.output - 1, 0, -1):
            dW, db = self._scratch.gradient[layer]
            dW += outer_products(A[layer], delta, out=self._scratch.outer[layer])
            db += column_sums(delta)
            if layer > 1:
                penalty = penalties.get(layer)
                kl_slope = penalty.kl_slope if penalty else 0.0
                W = network.W_back[layer]
                delta = hidden_delta(delta, W, A[layer], activation, kl_slope, out=self._delta(layer))
                if penalty and (units := penalty.saturated).size:
                    delta[:, units] += penalty.saturated_slope(self.logits(network, layer, units))

    def _delta(self, layer):
        """Where the delta of a layer is written: an ``out`` of ``backprop``."""
        delta = self._scratch.delta[layer][: self._n]
        return delta, self._scratch.slope[: delta.size].reshape(delta.shape)
