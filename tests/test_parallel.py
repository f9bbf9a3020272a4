"""Blocks of samples, and the threads that share them."""

import threading
import tracemalloc

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from sparseae_lib import objective, parallel
from sparseae_lib.parallel import BLOCK_ENTRIES, BLOCK_ROWS, THREADS_FACTOR, partition, worker_threads


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
@pytest.mark.parametrize("m", [1, 2, 6, BLOCK_ROWS, BLOCK_ROWS + 1, 9 * BLOCK_ROWS + 5, 10_000])
@pytest.mark.parametrize("layer_sizes", [(64, 25, 64), (3, 2), (784, 200, 784)])
def test_every_row_is_in_one_block(m, workers, layer_sizes):
    shares = partition(m, layer_sizes, workers)
    assert len(shares) == min(workers, m)
    blocks = [block for share in shares for block in share]
    assert np.concatenate([np.arange(m)[block] for block in blocks]).tolist() == list(range(m))
    lengths = [block.stop - block.start for block in blocks]
    assert min(lengths) >= 1
    assert max(lengths) - min(lengths) <= 1
    entries = BLOCK_ENTRIES if workers == 1 else THREADS_FACTOR * BLOCK_ENTRIES
    assert max(lengths) <= max(BLOCK_ROWS, entries // max(layer_sizes))
    assert len(set(map(len, shares))) == 1


def test_threads_take_longer_blocks():
    assert len(partition(8 * BLOCK_ROWS, (64, 25, 64), 1)[0]) == 8
    assert list(map(len, partition(8 * BLOCK_ROWS, (64, 25, 64), 2))) == [1, 1]


def test_narrow_networks_take_longer_blocks():
    assert len(partition(4 * BLOCK_ROWS, (64, 25, 64), 1)[0]) == 4
    assert len(partition(4 * BLOCK_ROWS, (16, 5, 16), 1)[0]) == 1


@pytest.mark.parametrize(("m", "layer_sizes", "expected"), [(100, (64, 25, 64), 1), (10_000, (64, 25, 64), 4)])
def test_where_nobody_says_how_many_threads_there_are_as_many_as_pay(m, layer_sizes, expected, monkeypatch):
    monkeypatch.setattr(parallel, "_cores", lambda: 4)
    assert len(partition(m, layer_sizes, None)) == expected


def test_calls_run_side_by_side_and_results_come_in_order():
    everybody = threading.Barrier(3, timeout=60)

    def call(item):
        everybody.wait()  # would time out if the calls came one after the other
        return item, threading.get_ident()

    with worker_threads(3) as run:
        results = run(call, ["a", "b", "c"])
    assert [item for item, _ in results] == ["a", "b", "c"]
    assert len({thread for _, thread in results}) == 3
    assert results[0][1] == threading.get_ident()


def test_blas_has_one_thread_inside_and_its_own_number_again_outside():
    with threadpool_limits(2, "blas"):
        with worker_threads(1), worker_threads(2) as run:  # nested, as for two objectives at once
            assert run(lambda _: blas_threads(), [0, 1]) == [{1}, {1}]
        assert blas_threads() == {2}


def test_an_objective_calls_no_threads_of_blas(monkeypatch):
    """They would spin on after a long product, and take the core from a worker of the next call."""
    seen = []
    for module, name in [(objective, "mean_cost"), (objective, "mean_weight_gradient"), (objective, "check_finite")]:
        function = getattr(module, name)

        def recorded(*arguments, function=function, **options):
            seen.append(blas_threads())
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, recorded)
    rng = np.random.default_rng(0)
    with threadpool_limits(2, "blas"):
        objective.Objective((3, 2), workers=2)(
            rng.normal(size=8), rng.random((2 * BLOCK_ENTRIES, 3)), rng.random((2 * BLOCK_ENTRIES, 2))
        )
    assert seen == [{1}, {1}, {1}]


def test_two_callers_at_once_restore_what_the_first_one_found():
    with threadpool_limits(2, "blas"):
        first, second = worker_threads(1), worker_threads(1)
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert blas_threads() == {1}
        second.__exit__(None, None, None)
        assert blas_threads() == {2}


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_in_a_thread_is_the_callers(failing):
    def call(item):
        if item == failing:
            raise ValueError(f"item {item}")

    with threadpool_limits(2, "blas"):
        with pytest.raises(ValueError, match=f"item {failing}"), worker_threads(2) as run:
            run(call, [0, 1])
        assert blas_threads() == {2}


def test_the_settings_of_the_caller_hold_in_its_threads():
    with np.errstate(divide="raise"), worker_threads(2) as run, pytest.raises(FloatingPointError):
        run(lambda divisor: 1 / np.array([divisor]), [1.0, 0.0])


def test_the_memory_beyond_the_data():
    rng = np.random.default_rng(0)
    evaluate = objective.Objective((784, 200, 784), rho=0.05, beta=3.0, weight_decay=1e-4, workers=2)
    X, theta = rng.random((10_000, 784)), rng.normal(scale=0.01, size=2 * 784 * 200 + 984)
    evaluate(theta, X[:100])
    tracemalloc.start()
    evaluate(theta, X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 200 / 784 * X.nbytes < peak < X.nbytes  # the hidden activations are kept


def test_a_failure_waits_for_the_others():
    done = threading.Event()

    def call(item):
        if item == 0:
            raise ValueError("the first")
        threading.Event().wait(0.1)
        done.set()

    with pytest.raises(ValueError, match="the first"), worker_threads(2) as run:
        run(call, [0, 1])
    assert done.is_set()
