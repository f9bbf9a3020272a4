"""A batch in shards, and their sums."""

import itertools
import threading
import tracemalloc

import numpy as np
import pytest

from sparseae_lib.network import by_layer, count_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.shards import (
    ENTRIES,
    LEAST_ROWS,
    ROWS,
    SHARES,
    SHARING_PRODUCTS,
    PartialGradient,
    Shard,
    Totals,
    Workspace,
    _SumInOrder,
    partition,
)


@pytest.mark.parametrize("m", [1, 2, 6, 100, ROWS, ROWS + 1, 9 * ROWS + 5, 10_000])
@pytest.mark.parametrize("layer_sizes", [(64, 25, 64), (3, 2), (784, 200, 784)])
def test_every_row_is_in_one_shard(m, layer_sizes):
    shards = partition(m, layer_sizes)
    assert np.concatenate([np.arange(m)[rows] for rows in shards]).tolist() == list(range(m))
    lengths = [rows.stop - rows.start for rows in shards]
    assert min(lengths) >= min(m, LEAST_ROWS)
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= max(ROWS, ENTRIES // max(layer_sizes))


def test_narrow_networks_take_longer_shards():
    assert len(partition(4 * ROWS, (784, 1, 784))) == 4
    assert len(partition(4 * ROWS, (16, 1, 16))) == 1


@pytest.mark.parametrize("layer_sizes", [(64, 25, 64), (784, 200, 784)])
def test_what_pays_for_threads_is_shared_evenly(layer_sizes):
    per_row = sum(a * b for a, b in itertools.pairwise(layer_sizes))
    m = SHARING_PRODUCTS // per_row
    assert len(partition(m, layer_sizes)) == 1
    assert len(partition(max(m + 1, SHARES * LEAST_ROWS), layer_sizes)) == SHARES
    assert all(len(partition(m, layer_sizes)) % SHARES == 0 for m in (5000, 10_000, 30_000, 77_777))


def totals(number):
    gradient = PartialGradient((3, 2), np.dtype(float), transposed=True)
    gradient.flat[:] = number
    return Totals(2.0**-number, {2: np.array([1e-16 * number])}, gradient)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_sums_are_added_in_the_order_of_the_shards(order):
    """One, and then numbers too small to change it, unless they come first."""
    spare = []
    total = _SumInOrder(spare)
    parts = [totals(number) for number in range(4)]
    parts[0].activation_sums[2][:] = 1
    for number in order:
        total.add(number, parts[number])
    assert total.total.half_squared_error == 1.875
    assert total.total.activation_sums[2].tolist() == [((1 + 1e-16) + 2e-16) + 3e-16]
    assert [array.tolist() for array in total.total.gradient_sum.layers[1]] == [[[6, 6]] * 3, [6, 6]]
    assert len(spare) == 3 and all(gradient is not total.total.gradient_sum for gradient in spare)


@pytest.mark.parametrize("transposed", [False, True])
def test_a_gradient_comes_in_the_order_of_theta(transposed):
    sizes = (3, 2, 3)
    theta = np.arange(count_parameters(sizes), dtype=float)
    gradient = PartialGradient(sizes, theta.dtype, transposed)
    for (dW, db), (W, b) in zip(gradient.layers.values(), by_layer(theta, sizes), strict=True):
        dW[:], db[:] = W, b
    assert gradient.in_order().tolist() == theta.tolist()
    assert (gradient.flat.tolist() == theta.tolist()) is not transposed
    assert [dW.flags.c_contiguous for dW, _ in gradient.layers.values()] == [not transposed, True]


def test_the_order_matters_in_this_test():
    assert ((1 + 1e-16) + 2e-16) + 3e-16 != ((3e-16 + 2e-16) + 1e-16) + 1


def test_there_are_no_more_threads_than_shards():
    assert Workspace(100, (64, 25, 64), 2, 8, np.dtype(float)).n_workers == 1
    assert Workspace(10_000, (64, 25, 64), 2, 8, np.dtype(float)).n_workers == 4
    assert Workspace(10_000, (64, 25, 64), 2, 3, np.dtype(float)).n_workers == 3


def peak_memory(function, *arguments):
    """The most bytes that a call holds at once, beyond those held before."""
    tracemalloc.start()
    function(*arguments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_the_memory_beyond_the_data():
    rng, sizes = np.random.default_rng(0), (784, 200, 784)
    evaluate = Objective(sizes, rho=0.05, beta=3.0, weight_decay=1e-4, workers=1)
    X, theta = rng.random((10_001, 784)), rng.normal(scale=0.01, size=2 * 784 * 200 + 984)
    assert len({rows.stop - rows.start for rows in partition(len(X), sizes)}) == 2
    evaluate(theta, X[:100])
    hidden = 200 / 784 * X.nbytes  # the hidden activations are kept
    assert hidden < peak_memory(evaluate, theta, X) < 0.7 * X.nbytes
    with_threads = [peak_memory(Workspace, len(X), sizes, 2, workers, X.dtype) for workers in (1, 2, 3)]
    assert np.allclose(np.diff(with_threads), with_threads[0] - hidden, rtol=0.01)
    assert with_threads[0] - hidden < X.nbytes / 5


def test_a_second_evaluation_takes_no_new_memory():
    rng = np.random.default_rng(0)
    evaluate = Objective((64, 25, 64), rho=0.05, beta=3.0, weight_decay=1e-4, workers=2)
    X, theta = rng.random((10_000, 64)), rng.normal(scale=0.01, size=2 * 64 * 25 + 89)
    for _ in range(3):
        evaluate(theta, X)
    assert peak_memory(evaluate, theta, X) < X.nbytes / 20


def test_gradients_that_had_to_wait_for_a_shard_are_not_kept(monkeypatch):
    sizes, m = (600, 2, 600), 4096
    assert len(partition(m, sizes)) == 8
    rng = np.random.default_rng(0)
    evaluate, X, theta = Objective(sizes, workers=2), rng.random((m, 600)), rng.normal(size=2 * 1200 + 602)
    expected = evaluate(theta, X)
    backward, done, others_are_done = Shard.backward, [], threading.Event()

    def first_comes_last(shard, *arguments):
        if shard.number == 0:
            assert others_are_done.wait(60)
        backward(shard, *arguments)
        done.append(shard.number)
        if len(done) == 7:
            others_are_done.set()

    monkeypatch.setattr(Shard, "backward", first_comes_last)
    cost, gradient = evaluate(theta, X)
    assert done[-1] == 0 and cost == expected[0] and np.array_equal(gradient, expected[1])
    (workspace,) = evaluate._spare
    assert len(workspace.spare_gradients) == 3


def test_the_cost_alone_computes_no_gradient(monkeypatch):
    rng = np.random.default_rng(0)
    evaluate, theta, X = Objective((5, 3, 5), rho=0.1, beta=1.0), rng.normal(size=38), rng.random((7, 5))
    expected = evaluate(theta, X)[0]
    monkeypatch.setattr("sparseae_lib.shards.Shard.backward", None)
    monkeypatch.setattr("sparseae_lib.shards.PartialGradient", None)
    assert Objective((5, 3, 5), rho=0.1, beta=1.0).cost(theta, X) == expected
