"""A batch in shards: some of its samples each, on their way through the network and back.

All that an evaluation needs of the samples are sums over them, in two passes: the first one sums up the activations,
the second one the gradient. A penalty's slope depends on all samples, but only through the first sums.

The arrays of a shard stay in the processor's caches from one step to the next. Threads share the shards. Neither their
cut nor the order in which their sums are added depends on the number of threads: so neither does the result.
"""

from collections import deque
from functools import reduce
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np

from sparseae_lib.backprop import (
    column_sums,
    hidden_delta,
    outer_products,
    pre_activation,
    residuals,
    squared_error,
    through_activation,
)
from sparseae_lib.penalties import logit_sums, total_logit_sums
from sparseae_lib.validation import check_finite

ROWS = 512
ENTRIES = 2**18  # of the widest layer: narrow networks take more rows
SHARING_PRODUCTS = 2**23  # fewer products of an activation and a weight do not pay for a second thread
SHARES = 4  # where they do: as many shards as two and four threads can share evenly
LEAST_ROWS = 32


def partition(m, layer_sizes):
    """The m rows of a batch as slices, nearly equal, none of them empty, and in order."""
    count = -(-m // max(ROWS, ENTRIES // max(layer_sizes)))
    if m * sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes)) > SHARING_PRODUCTS:
        count = -(-count // SHARES) * SHARES
    count = max(1, min(count, m // LEAST_ROWS))
    edges = [m * i // count for i in range(count + 1)]
    return [slice(*edge) for edge in pairwise(edges)]


class Totals(NamedTuple):
    """Sums over samples: of the squared error, of activations by layer, and of m times the gradient, (dW, db) by layer,
    without decay; the gradient is None where it was not asked for.
    """

    squared_error: float
    activation_sums: dict[int, np.ndarray]
    gradient: dict[int, tuple[np.ndarray, np.ndarray]] | None

    def __iadd__(self, other):
        if self.gradient is not None:
            for own, theirs in zip(self.gradient.values(), other.gradient.values(), strict=True):
                for array, more in zip(own, theirs, strict=True):
                    array += more
        sums = add_by_layer([self.activation_sums, other.activation_sums])
        return Totals(self.squared_error + other.squared_error, sums, self.gradient)


class Memory:
    """The arrays of an evaluation of m samples. They are kept for the next one: to get memory from the system takes
    longer than to compute with it.

    The activations up to layer ``kept`` are as long as the batch, all other arrays as a shard. Each of ``n_workers``
    threads has a ``Scratch``; parts of the gradient come from ``take_gradient`` and go back to ``spare_gradients``.
    """

    def __init__(self, m, layer_sizes, kept, workers, dtype):
        self.rows = partition(m, layer_sizes)
        self.n_workers = min(workers, len(self.rows))
        self.dtype, self._layer_sizes = dtype, layer_sizes
        self.m = m
        longest = max(rows.stop - rows.start for rows in self.rows)
        self.kept = {layer: np.empty((m, layer_sizes[layer - 1]), dtype) for layer in range(2, kept + 1)}
        self.scratch = [Scratch(layer_sizes, kept, longest, dtype) for _ in range(self.n_workers)]
        self.spare_gradients = deque()

    def fits(self, m, dtype):
        """Whether it can be used again for a batch of m samples."""
        return self.m == m and self.dtype == dtype

    def take_gradient(self):
        """Arrays (dW, db) by layer, numbered as in the maths, with any content."""
        return self.spare_gradients.pop() if self.spare_gradients else self._new_gradient()

    def _new_gradient(self):
        gradient = {}
        for layer, shape in enumerate(pairwise(self._layer_sizes), start=1):
            order = "F" if shape[0] > shape[1] else "C"  # BLAS is faster at few long rows than at many short ones
            gradient[layer] = np.empty(shape, self.dtype, order), np.empty(shape[1], self.dtype)
        return gradient


class Scratch:
    """Arrays of a thread by layer, numbered as in the maths, which its shards use one after the other."""

    def __init__(self, layer_sizes, kept, rows, dtype):
        sizes = dict(enumerate(layer_sizes, start=1))
        self.A, self.delta = (
            {layer: np.empty((rows, size), dtype) for layer, size in sizes.items() if layer > first}
            for first in (kept, 1)
        )
        self.slope = np.empty(rows * max(layer_sizes), dtype)  # one for all: less to keep in the cache

    def delta_and_slope(self, layer, n):
        """Where the delta of n samples is written: an ``out`` of ``backprop``."""
        delta = self.delta[layer][:n]
        return delta, self.slope[: delta.size].reshape(delta.shape)


class Shard:
    """Some ``rows`` of a batch ``X`` (m, S_1), ``Y`` (m, S_L), and what is known of them by layer, numbered as in the
    maths: the activations ``A``, and their sums of the hidden layers.

    ``kept`` holds the arrays (m, S_l) of the activations that outlast the shard's turn; all others are lost when the
    next shard uses the same ``Scratch``.
    """

    def __init__(self, number, rows, X, Y, kept):
        self.number, self._first_row, self._n = number, rows.start, rows.stop - rows.start
        self.A = {1: X[rows]}
        self.Y = self.A[1] if Y is X else Y[rows]
        self.activation_sums = {}
        self._kept = {layer: A[rows] for layer, A in kept.items()}

    def forward(self, network, last, scratch):
        """Up to the ``last`` layer from the highest one that is known. Raises ValueError where data are not finite."""
        if len(self.A) == 1:
            check_finite("X", self.A[1], self._first_row)
            if self.Y is not self.A[1]:
                check_finite("targets", self.Y, self._first_row)
        for layer in range(len(self.A) + 1, last + 1):
            out = self._kept[layer] if layer in self._kept else scratch.A[layer][: self._n]
            Z = pre_activation.unchecked(self.A[layer - 1], network.W[layer - 1], network.b[layer - 1], out=out)
            self.A[layer] = network.activation.activate(Z, out=out)
            if layer < network.output:
                self.activation_sums[layer] = column_sums.unchecked(self.A[layer])

    def forget(self):
        """Only what is kept is known any longer."""
        self.A = {layer: A for layer, A in self.A.items() if layer == 1 or layer in self._kept}

    def logits(self, network, layer, units):
        """The pre-activations of some ``units`` of a layer, once more."""
        return pre_activation(self.A[layer - 1], network.W[layer - 1][:, units], network.b[layer - 1][units])

    def squared_error(self, network, scratch):
        """That of the output. The residuals are left for ``backward``."""
        output = network.output
        self._residuals = residuals.unchecked(self.A[output], self.Y, out=scratch.delta[output][: self._n])
        return squared_error.unchecked(self._residuals)

    def backward(self, network, penalties, scratch, gradient):
        """What these samples give to m times the gradient, without decay, written to ``gradient``.

        It needs the residuals of ``squared_error``, and overwrites them.
        """
        A, activation, n = self.A, network.activation, self._n
        _, slope = scratch.delta_and_slope(network.output, n)
        delta = through_activation.unchecked(self._residuals, A[network.output], activation, out=slope)
        for layer in range(network.output - 1, 0, -1):
            dW, db = gradient[layer]
            outer_products.unchecked(A[layer], delta, out=dW)
            db[...] = column_sums.unchecked(delta)
            if layer > 1:
                penalty = penalties.get(layer)
                kl_slope = penalty.kl_slope if penalty else 0.0
                out = scratch.delta_and_slope(layer, n)
                delta = hidden_delta.unchecked(delta, network.W_back[layer], A[layer], activation, kl_slope, out=out)
                if penalty and (units := penalty.saturated).size:
                    delta[:, units] += penalty.saturated_slope(self.logits(network, layer, units))


class Batch:
    """The samples ``X`` (m, S_1), ``Y`` (m, S_L) of an evaluation, and the sums over them that it needs.

    ``memory`` is a ``Memory`` for them; ``run`` is what ``worker_threads`` gives for its number of workers.
    """

    def __init__(self, network, X, Y, memory, run):
        self.network, self.m = network, len(X)
        self._memory, self._run = memory, run
        self._shards = [Shard(number, rows, X, Y, memory.kept) for number, rows in enumerate(memory.rows)]

    def activation_sums(self, layers):
        """The first pass: sums over the samples, (S_l,) by layer."""

        def of_shard(shard, scratch):
            shard.forward(self.network, max(layers), scratch)
            return shard.activation_sums

        return add_by_layer(self._on_each(of_shard))

    def logit_sums(self, layer, units):
        """The ``LogitSums`` of some units of a layer."""

        def of_shard(shard, scratch):
            shard.forward(self.network, layer - 1, scratch)
            return logit_sums(shard.logits(self.network, layer, units))

        return total_logit_sums(self._on_each(of_shard))

    def totals(self, penalties, with_gradient):
        """The second pass: the ``Totals``, whose arrays the next evaluation overwrites."""
        network, memory = self.network, self._memory
        total = _SumInOrder(memory.spare_gradients)

        def of_shard(shard, scratch):
            shard.forward(network, network.output, scratch)
            error = shard.squared_error(network, scratch)
            gradient = None
            if with_gradient:
                gradient = memory.take_gradient()
                shard.backward(network, penalties, scratch, gradient)
            total.add(shard.number, Totals(error, shard.activation_sums, gradient))
            shard.forget()

        self._on_each(of_shard)
        if with_gradient:
            memory.spare_gradients.append(total.total.gradient)
        return total.total

    def _on_each(self, function):
        """What ``function(shard, scratch)`` returns for each shard, in order."""
        scratch = self._memory.scratch
        return self._run(lambda shard, worker: function(shard, scratch[worker]), self._shards)


class _SumInOrder:
    """Adds ``Totals`` in the order of their numbers, in whatever order they come: rounding is then always the same.

    Arrays of a gradient that has been added go to ``spare``.
    """

    def __init__(self, spare):
        self.total = None
        self._spare, self._waiting, self._next, self._lock = spare, {}, 0, Lock()

    def add(self, number, totals):
        with self._lock:
            self._waiting[number] = totals
            while self._next in self._waiting:
                part = self._waiting.pop(self._next)
                self._next += 1
                if self.total is None:
                    self.total = part
                else:
                    self.total += part
                    if part.gradient is not None:
                        self._spare.append(part.gradient)


def add_by_layer(parts):
    """The sum of arrays by layer."""
    return {layer: reduce(np.add, [part[layer] for part in parts]) for layer in parts[0]}
