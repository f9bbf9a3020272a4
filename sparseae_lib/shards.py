"""A batch in shards: some of its samples each, on their way through the network and back.

All that an evaluation needs of the samples are sums over them, in two passes: the first one sums up the activations,
the second one the gradient. A penalty's derivative depends on all samples, but only through the first sums.

The arrays of a shard stay in the processor's caches from one step to the next. Threads share the shards. Neither their
cut nor the order in which their sums are added depends on the number of threads: so neither does the result.
"""

from collections import deque
from functools import reduce
from itertools import pairwise
from operator import iadd
from threading import Lock
from typing import NamedTuple

import numpy as np

from sparseae_lib import matmul
from sparseae_lib.backprop import (
    column_sums,
    half_squared_error,
    hidden_delta,
    outer_products,
    pre_activation,
    residuals,
)
from sparseae_lib.network import by_layer, count_parameters
from sparseae_lib.penalties import saturation_sums, total_saturation_sums
from sparseae_lib.threads import map_in_threads
from sparseae_lib.validation import check_finite

ROWS = 512
ENTRIES = 2**18  # of the widest layer: narrow networks take more rows
SHARING_PRODUCTS = 2**23  # fewer products of an activation and a weight do not pay for a second thread
SHARES = 4  # if they do: as many shards as two and four threads can share evenly
LEAST_ROWS = 32


def partition(m, layer_sizes):
    """The m rows of a batch as slices, nearly equal, none of them empty, and in order."""
    count = -(-m // max(ROWS, ENTRIES // max(layer_sizes)))
    if m * sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes)) > SHARING_PRODUCTS:
        count = -(-count // SHARES) * SHARES
    count = max(1, min(count, m // LEAST_ROWS))
    edges = [m * i // count for i in range(count + 1)]
    return [slice(*edge) for edge in pairwise(edges)]


class PartialGradient:
    """What some samples give to m times the gradient, without decay: ``flat``, and (dW, db) by ``layers``, views of it.

    ``flat`` has the order of theta, except that some matrices lie transposed: BLAS is faster at few long rows than at
    many short ones. If a batch has one shard only, to put them in order would take longer, and none is ``transposed``.
    """

    def __init__(self, layer_sizes, dtype, transposed):
        self.flat = np.empty(count_parameters(layer_sizes), dtype)
        self.layers = dict(enumerate(by_layer(self.flat, layer_sizes), start=1))
        self._layer_sizes, self._transposed = layer_sizes, transposed
        if transposed:
            for layer, (dW, db) in self.layers.items():
                self.layers[layer] = (dW.reshape(dW.shape[::-1]).T if len(dW) > len(db) else dW), db

    def __iadd__(self, other):
        self.flat += other.flat
        return self

    def in_order(self):
        """``flat`` in the order of theta."""
        if not self._transposed:
            return self.flat
        flat = np.empty_like(self.flat)
        for (W, b), (dW, db) in zip(by_layer(flat, self._layer_sizes), self.layers.values(), strict=True):
            W[:], b[:] = dW, db
        return flat


class Totals(NamedTuple):
    """Sums over samples: of the squared error, of activations by layer, and the gradient: m times that of the mean
    without decay, flat in the order of theta, while it is summed up a ``PartialGradient``, None if not asked for.
    """

    half_squared_error: float
    activation_sums: dict[int, np.ndarray]
    gradient_sum: PartialGradient | np.ndarray | None

    def __iadd__(self, other):
        if self.gradient_sum is not None:
            iadd(self.gradient_sum, other.gradient_sum)
        sums = add_by_layer([self.activation_sums, other.activation_sums])
        return Totals(self.half_squared_error + other.half_squared_error, sums, self.gradient_sum)


class Shard:
    """Some ``rows`` of a batch, and what is known of them by layer, numbered as in the maths: the activations ``A``,
    and the sums of those of the hidden layers.

    ``kept`` holds arrays (m, S_l) for activations that outlast the shard's turn; all others are lost when the next
    shard uses the same ``scratch``, the ``_Scratch`` of the thread that has the shard.
    """

    def __init__(self, number, rows, kept):
        self.number, self.rows, self.length, self.scratch = number, rows, rows.stop - rows.start, None
        self._kept = {layer: A[rows] for layer, A in kept.items()}

    def begin(self, X, Y, sample_weight):
        """Take the samples from ``X`` (m, S_1) and ``Y`` (m, S_L), and their weights, None or (m,); without copies."""
        self.weights = None if sample_weight is None else sample_weight[self.rows]
        self.A, self.activation_sums = {1: X[self.rows]}, {}
        self.Y = self.A[1] if Y is X else Y[self.rows]

    def end(self):
        """Let the samples go."""
        self.A = self.Y = self.weights = None

    def forward(self, network, last):
        """Up to the ``last`` layer from the highest one that is known. Raises ValueError if data are not finite."""
        A, W, b, activation, output = self.A, network.W, network.b, network.activation, network.output
        if len(A) == 1:
            check_finite("X", A[1], self.rows.start)
            if self.Y is not A[1]:
                check_finite("targets", self.Y, self.rows.start)
        weights = self.scratch.ones if self.weights is None else self.weights
        for layer in range(len(A), last):
            out = self._kept.get(layer + 1)
            out = self.scratch.A[layer + 1] if out is None else out
            Z = matmul.times(A[layer], W[layer], out.dtype, out=out)  # the pre-activation, but for the bias
            A[layer + 1] = activation[layer + 1].activate_sum(Z, b[layer])
            if layer + 1 < output:
                self.activation_sums[layer + 1] = column_sums.unchecked(out, weights)

    def logits(self, network, layer, units):
        """The pre-activations of some ``units`` of a layer, once more."""
        return pre_activation(self.A[layer - 1], network.W[layer - 1][:, units], network.b[layer - 1][units])

    def compare_with_targets(self, network):
        """Compute the residuals of the output, which ``backward`` needs. Returns the half squared error."""
        R = residuals.unchecked(self.A[network.output], self.Y, out=self.scratch.delta_out[network.output][0])
        return half_squared_error.unchecked(R, self.weights)

    def backward(self, network, penalties, gradient):
        """What these samples give to m times the gradient, written to ``gradient``, a ``PartialGradient``.

        It needs the residuals of ``compare_with_targets``, and overwrites them.
        """
        A, activation, output = self.A, network.activation, network.output
        R, f_prime = self.scratch.delta_out[output]
        if self.weights is not None:
            R *= self.weights[:, np.newaxis]
        delta = activation[output].times_derivative(R, A[output], out=f_prime)
        for layer in range(output - 1, 0, -1):
            dW, db = gradient.layers[layer]
            outer_products.unchecked(A[layer], delta, out=dW)
            column_sums.unchecked(delta, self.scratch.ones, out=db)
            if layer > 1:
                penalty = penalties.get(layer)
                beta_kappa = penalty.beta_kappa if penalty else 0.0
                delta = hidden_delta.unchecked(
                    delta,
                    network.W_back[layer],
                    A[layer],
                    activation[layer],
                    beta_kappa,
                    out=self.scratch.delta_out[layer],
                    sample_weight=self.weights,
                )
                if penalty and (units := penalty.saturated).size:
                    delta[:, units] += penalty.saturated_delta(self.logits(network, layer, units), self.weights)


class _Scratch(NamedTuple):
    """Arrays for the rows of a shard, by layer: for activations that are not kept, and ``out`` for its deltas."""

    A: dict[int, np.ndarray]
    delta_out: dict[int, tuple[np.ndarray, np.ndarray]]
    ones: np.ndarray


def _scratch(layer_sizes, kept, lengths, dtype):
    """A ``_Scratch`` for each length of a shard, all in the same memory: a thread has one shard at a time."""
    sizes, rows = dict(enumerate(layer_sizes, start=1)), max(lengths)
    A = {layer: np.empty((rows, size), dtype) for layer, size in sizes.items() if layer > kept}
    delta = {layer: np.empty((rows, size), dtype) for layer, size in sizes.items() if layer > 1}
    f_prime = np.empty(rows * max(layer_sizes), dtype)  # one for all: less to keep in the cache
    ones = np.ones(rows, dtype)
    return {
        n: _Scratch(
            {layer: array[:n] for layer, array in A.items()},
            {layer: (array[:n], f_prime[: n * sizes[layer]].reshape(n, -1)) for layer, array in delta.items()},
            ones[:n],
        )
        for n in lengths
    }


class Workspace:
    """The shards of an evaluation of m samples with their arrays.

    They are kept for the next one: to get memory from the system takes longer than to compute with it. The activations
    up to layer ``kept`` are as long as the batch, all other arrays as a shard, for each of up to ``workers`` threads.
    Parts of the gradient come from ``take_gradient``, and go back to ``spare_gradients``: one for each thread and one
    for the sum, and more only while a thread is held up and the later parts wait for its own.
    """

    def __init__(self, m, layer_sizes, kept, workers, dtype):
        self.m, self.dtype, self._layer_sizes = m, dtype, layer_sizes
        slices = partition(m, layer_sizes)
        self.n_workers = min(workers, len(slices))
        whole = {layer: np.empty((m, layer_sizes[layer - 1]), dtype) for layer in range(2, kept + 1)}
        self.shards = [Shard(number, rows, whole) for number, rows in enumerate(slices)]
        lengths = {shard.length for shard in self.shards}
        self.scratch = [_scratch(layer_sizes, kept, lengths, dtype) for _ in range(self.n_workers)]
        self.spare_gradients = deque(maxlen=self.n_workers + 1)

    def fits(self, m, dtype):
        """Whether it can be used again for a batch of m samples."""
        return self.m == m and self.dtype == dtype

    def take_gradient(self):
        """A ``PartialGradient`` with any content."""
        try:
            return self.spare_gradients.pop()
        except IndexError:
            return PartialGradient(self._layer_sizes, self.dtype, transposed=len(self.shards) > 1)


class Batch:
    """The samples ``X`` (m, S_1), ``Y`` (m, S_L) of an evaluation, and the sums over them that it needs.

    ``sample_weight`` (m,) holds their weights, whose mean is 1 over the samples of all batches; None if all are 1.
    ``workspace`` is a ``Workspace`` for them.
    """

    def __init__(self, network, X, Y, sample_weight, workspace):
        self.network, self.m = network, len(X)
        self.workspace = workspace
        for shard in workspace.shards:
            shard.begin(X, Y, sample_weight)

    def close(self):
        """Let the samples go."""
        for shard in self.workspace.shards:
            shard.end()

    def first_pass(self, layers):
        """Forward up to the last of some ``layers``: the sums over the samples of their activations, by layer."""

        def of_shard(shard):
            shard.forward(self.network, max(layers))
            return shard.activation_sums

        return add_by_layer(self._on_each(of_shard))

    def saturation_sums(self, layer, units):
        """The ``SaturationSums`` of some units of a layer."""

        def of_shard(shard):
            shard.forward(self.network, layer - 1)
            Z = shard.logits(self.network, layer, units)
            if not np.isfinite(Z).all():
                raise ValueError(
                    "X and theta must not be so large that a pre-activation overflows, "
                    f"got one in layer {layer} that is not finite"
                )
            return saturation_sums(Z, shard.weights)

        return total_saturation_sums(self._on_each(of_shard))

    def second_pass(self, penalties, with_gradient):
        """Forward to the output, and back if asked to: the ``Totals``, whose arrays the next evaluation overwrites."""
        network, workspace = self.network, self.workspace
        total = _SumInOrder(workspace.spare_gradients)

        def of_shard(shard):
            shard.forward(network, network.output)
            error, gradient = shard.compare_with_targets(network), None
            if with_gradient:
                gradient = workspace.take_gradient()
                shard.backward(network, penalties, gradient)
            total.add(shard.number, Totals(error, shard.activation_sums, gradient))

        self._on_each(of_shard)
        error, activation_sums, gradient = total.total
        if with_gradient:
            workspace.spare_gradients.append(gradient)
            gradient = gradient.in_order()
        return Totals(error, activation_sums, gradient)

    def _on_each(self, function):
        workspace = self.workspace

        def with_scratch(shard, worker):
            shard.scratch = workspace.scratch[worker][shard.length]
            return function(shard)

        return map_in_threads(with_scratch, workspace.shards, workspace.n_workers)


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
                    if part.gradient_sum is not None:
                        self._spare.append(part.gradient_sum)


def add_by_layer(parts):
    """The sum of arrays by layer."""
    return {layer: reduce(np.add, [part[layer] for part in parts]) for layer in parts[0]}
