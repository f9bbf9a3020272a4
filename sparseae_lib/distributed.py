"""An objective whose samples lie on several machines, as the chunks of a Dask array; the extra ``distributed``."""

from collections.abc import Iterable
from contextlib import suppress
from copy import deepcopy
from functools import partial, reduce
from itertools import accumulate
from operator import iadd
from typing import TYPE_CHECKING, Unpack

import numpy as np
from numpy.typing import NDArray

try:
    from dask import delayed
    from dask.array import Array
    from distributed import Client, wait
except ImportError as error:
    raise ImportError("sparseae_lib.distributed needs Dask: pip install 'sparseae_lib[distributed]'") from error

from sparseae_lib.network import Network, native, unflatten
from sparseae_lib.objective import Evaluation, Objective, Options
from sparseae_lib.penalties import total_saturation_sums
from sparseae_lib.shards import Batch, Workspace, add_by_layer
from sparseae_lib.threads import one_blas_thread
from sparseae_lib.typing import Number
from sparseae_lib.validation import check_data, check_finite, check_sample_weight, check_samples, check_some_weight

PATIENCE = 60  # seconds after which a cluster without a worker is given up


class DistributedObjective(Objective):
    r"""``Objective`` for Dask arrays: cost and gradient of the whole batch, although no machine holds it.

    Theorem ``thm-shard-weights``. The chunks of the samples are the shards. In a first pass each chunk sends its sums
    of activations; in a second pass, when the mean activations of the whole batch are known, it sends its part of the
    gradient. Both are as long for one sample as for a million, so what travels depends only on the number of chunks and
    on the layers.

    ``client`` is a ``distributed.Client``; every other argument is that of ``Objective``. There is no ``workers``,
    because each chunk takes one thread of the cluster. ``X`` (m, S_1), ``targets`` (m, S_L) and ``sample_weight`` (m,)
    are ``dask.array`` of float32 or float64 with known chunk sizes, which may be uneven. They are computed chunk by
    chunk, once per pass, and need not fit in memory; ``client.persist(X)`` keeps them on the workers. The sums are
    added in the order of the chunks, so the result is the same in every run, whichever worker finishes first. It
    differs from that of ``Objective`` only by rounding.

    If a worker dies, another one does its work again. If there has been no worker for a minute, TimeoutError is raised.
    Raises TypeError or ValueError as ``Objective`` does, also if a chunk has another shape than the array declares, or
    is of another type than float32 or float64; of these two each chunk is converted to the precision of theta.

    >>> with Client() as client:
    ...     training = train(DistributedObjective((64, 25, 64), client=client, rho=0.01, beta=3.0), theta, X)
    """

    def __init__(self, layer_sizes: Iterable[int], *, client: Client, **options: Unpack[Options]) -> None:
        if not isinstance(client, Client):
            raise TypeError(f"client must be a distributed.Client, got {type(client).__name__}")
        if "workers" in options:
            raise TypeError("workers must not be given: the client's cluster has them")
        super().__init__(layer_sizes, **options)
        self._client = client

    if TYPE_CHECKING:  # the samples are Dask arrays here

        def __call__(  # type: ignore[override]
            self, theta: NDArray[Number], X: Array, targets: Array | None = None, sample_weight: Array | None = None
        ) -> tuple[float, NDArray[Number]]: ...

        def cost(  # type: ignore[override]
            self, theta: NDArray[Number], X: Array, targets: Array | None = None, sample_weight: Array | None = None
        ) -> float: ...

        def evaluate(  # type: ignore[override]
            self, theta: NDArray[Number], X: Array, targets: Array | None = None, sample_weight: Array | None = None
        ) -> Evaluation: ...

    def _batch(self, theta, X, targets, sample_weight):
        layers = self._layers(theta)
        X, Y = self._data(X, targets, theta.real.dtype)
        check_finite("theta", theta)
        columns = [array.to_delayed().ravel() for array in ((X,) if targets is None else (X, Y))]
        names = ["X"] if targets is None else ["X", "targets"]
        if sample_weight is not None:
            columns.append(_check_weights(sample_weight, X).to_delayed())
            names.append("sample_weight")
        starts = accumulate(X.chunks[0], initial=0)
        chunks = [
            (start, rows, dict(zip(names, arrays, strict=True)))
            for start, rows, *arrays in zip(starts, X.chunks[0], *columns, strict=False)
            if rows > 0
        ]
        network = Network.of(layers, self.activation, len(X))
        batch = _DistributedBatch(self._client, network, theta, self.layer_sizes, self.tied, len(X), chunks)
        if sample_weight is not None:
            batch.scale_weights()
        return batch

    def _close(self, batch):
        """The workers have closed their own."""

    def _data(self, X, targets, dtype):
        self._check_targets_are_given(targets)
        first, last = self.layer_sizes[0], self.layer_sizes[-1]
        X = _check_array("X", X, None, first)
        if targets is None:
            return X, X
        Y = _check_array("targets", targets, len(X), last)
        return X, Y.rechunk((X.chunks[0], last))


def _check_dask(name, array):
    """Require a Dask array of floats. Raises TypeError."""
    if not isinstance(array, Array):
        raise TypeError(f"{name} must be a dask.array, got {type(array).__name__}")
    if array.dtype.type not in (np.float32, np.float64):
        raise TypeError(f"{name} must be of type float32 or float64, got {array.dtype}")


def _check_weights(weights, X):
    """The weights in the chunks of ``X``. Raises TypeError or ValueError."""
    _check_dask("sample_weight", weights)
    if weights.shape != X.shape[:1]:
        raise ValueError(f"sample_weight must have shape ({len(X)},), got {weights.shape}")
    return weights.rechunk(X.chunks[:1])


def _check_array(name, array, rows, columns):
    """``array`` with whole rows in each chunk. Raises TypeError or ValueError."""
    _check_dask(name, array)
    if array.ndim != 2 or array.shape[1] != columns or rows not in (None, array.shape[0]):
        raise ValueError(f"{name} must have shape ({rows or 'm'}, {columns}), got {array.shape}")
    if np.isnan(array.shape[0]):
        raise ValueError(f"{name} must have known chunk sizes, got {array.chunks[0]}: call its compute_chunk_sizes()")
    if array.shape[0] == 0:
        raise ValueError(f"{name} must hold at least one sample (row), got shape {array.shape}")
    return array.rechunk({1: -1})


class _DistributedBatch:
    """What ``Batch`` is, for samples in chunks: each chunk is a ``Batch`` on a worker."""

    def __init__(self, client, network, theta, layer_sizes, tied, m, chunks):
        self.network, self.m = network, m
        self._client, self._layer_sizes, self._tied, self._chunks = client, layer_sizes, tied, chunks
        self._theta = delayed(theta)  # a task of its own: it travels once, and outlives any worker
        self._scale = None

    def scale_weights(self):
        """Give the weights the mean 1, as ``scaled_to_mean_1`` does. Raises ValueError if all are 0."""
        parts = self._gather(_largest_and_total, self._chunks)
        largest = max(part for part, _ in parts)
        check_some_weight(largest)
        self._scale = largest, self.m / sum(part / largest * total for part, total in parts)

    def first_pass(self, layers):
        return add_by_layer(self._on_each(Batch.first_pass, layers))

    def saturation_sums(self, layer, units):
        return total_saturation_sums(self._on_each(Batch.saturation_sums, layer, units))

    def second_pass(self, penalties, with_gradient):
        first, *rest = self._on_each(Batch.second_pass, penalties, with_gradient)
        return reduce(iadd, rest, deepcopy(first))  # a copy to add to, because what has travelled is read-only

    def _on_each(self, method, *arguments):
        call = partial(_call, method, arguments, self._layer_sizes, self._tied, self.network.activation, self._scale)
        return self._gather(call, [(self._theta, *chunk) for chunk in self._chunks])

    def _gather(self, function, chunks):
        """What the function gives on the workers for each tuple of arguments."""
        futures = self._client.compute([delayed(function, pure=False)(*chunk) for chunk in chunks])
        while True:
            with suppress(TimeoutError):
                wait(futures, PATIENCE)
                return self._client.gather(futures)
            if not self._client.nthreads():
                raise TimeoutError(f"client must have a worker, got none for {PATIENCE} s")


def _largest_and_total(start, rows, chunk):
    """On a worker: the largest weight of a chunk, and the sum of all, divided by it so that it does not overflow."""
    weights = _weights(start, rows, chunk)
    largest = float(weights.max())
    return largest, (float((weights / np.float64(largest)).sum()) if largest else 0.0)


def _weights(start, rows, chunk):
    """The weights of a chunk. Raises TypeError or ValueError."""
    weights = chunk["sample_weight"]
    check_samples(_where("sample_weight", start), weights, (rows,))
    check_sample_weight(weights, rows, start)
    return weights


def _where(name, start):
    """What an error calls the chunk of ``name`` whose first sample is number ``start``."""
    return f"{name} in the chunk from row {start} on"


def _call(method, arguments, layer_sizes, tied, activation, scale, theta, start, rows, chunk):
    """On a worker: what a method of ``Batch`` returns for a chunk of ``rows`` samples, whose first is number ``start``.

    ``chunk`` holds its arrays by name: ``X``, and ``targets`` and ``sample_weight`` if they are given. ``scale`` is the
    largest of all weights, and by what they are multiplied once they are divided by it.
    """
    # Dask believes what an array declares, for example with ``map_blocks`` and a function that drops rows: the means
    # would be wrong without a word.
    shapes = {"X": (rows, layer_sizes[0]), "targets": (rows, layer_sizes[-1])}
    dtype, data, weights = native(theta.real.dtype), {}, None
    for name, shape in shapes.items():
        if name in chunk:
            data[name] = check_data(_where(name, start), chunk[name], shape, dtype)
            check_finite(name, data[name], start)
    if "sample_weight" in chunk:
        largest, factor = scale
        weights = (_weights(start, rows, chunk) / np.float64(largest) * factor).astype(dtype)
    workspace = Workspace(rows, layer_sizes, 1, 1, native(theta.dtype))
    with one_blas_thread:
        network = Network.of(unflatten(theta, layer_sizes, tied=tied), activation, rows)
        batch = Batch(network, data["X"], data.get("targets", data["X"]), weights, workspace)
        return method(batch, *arguments)
