"""The objective over the chunks of a Dask array, on a cluster of two processes."""

import os
import pickle
import re
import signal
import time

import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster

from sparseae_lib.activations import ACTIVATIONS
from sparseae_lib.distributed import DistributedObjective
from sparseae_lib.network import init_parameters, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

DEEP = {"rho": (0.1, 0.2, 0.3), "beta": (0.5, 0, 2), "weight_decay": 0.01}
UNEVEN = (3, 10, 1, 0, 6)


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        yield client


def problem(sizes, m, seed=0, tied=False):
    rng = np.random.default_rng(seed)
    theta = init_parameters(sizes, rng, tied=tied)
    theta += rng.normal(scale=0.3, size=theta.size)
    return theta, rng.random((m, sizes[0])), rng.random((m, sizes[-1]))


def assert_agree(evaluation, expected, tolerance=1e-12):
    assert abs(evaluation.cost - expected.cost) <= tolerance * abs(expected.cost)
    pairs = zip(
        (evaluation.gradient, *evaluation.mean_activations),
        (expected.gradient, *expected.mean_activations),
        strict=True,
    )
    for array, wanted in pairs:
        assert (array.shape, array.dtype) == (wanted.shape, wanted.dtype)
        assert np.linalg.norm(array - wanted) <= tolerance * np.linalg.norm(wanted)


@pytest.mark.parametrize(
    ("sizes", "options"),
    [
        ((5, 4, 6, 3, 2), DEEP),
        ((5, 4, 5), {"rho": 0.1, "beta": 3.0}),
        ((5, 4, 2), {"weight_decay": 0.1, "activation": "tanh"}),
        ((5, 4, 3, 5), {"rho": 0.1, "beta": (3.0, 0), "activation": ("sigmoid", "tanh", "identity")}),
        ((5, 4, 5), {"rho": 0.1, "beta": 3.0, "weight_decay": 0.1, "tied": True}),
        ((5, 2), {}),
    ],
)
@pytest.mark.parametrize("chunks", [UNEVEN, (20,), (1,) * 20], ids=str)
def test_it_agrees_with_one_machine_for_any_partition(client, sizes, options, chunks):
    theta, X, Y = problem(sizes, 20, tied=options.get("tied", False))
    expected = Objective(sizes, **options).evaluate(theta, X, Y)
    distributed = DistributedObjective(sizes, client=client, **options)
    evaluation = distributed.evaluate(theta, da.from_array(X, (chunks, 5)), da.from_array(Y, ((7, 13), sizes[-1])))
    assert_agree(evaluation, expected)


def test_an_autoencoder_needs_no_targets_and_columns_may_be_in_chunks(client):
    theta, X, _ = problem((5, 4, 5), 20)
    distributed = DistributedObjective((5, 4, 5), client=client, rho=0.1, beta=3.0)
    expected = Objective((5, 4, 5), rho=0.1, beta=3.0).evaluate(theta, X)
    assert_agree(distributed.evaluate(theta, da.from_array(X, (UNEVEN, (2, 3)))), expected)
    cost, gradient = distributed(theta, da.from_array(X, (8, 5)))
    assert_agree(expected._replace(cost=cost, gradient=gradient), expected)
    assert abs(distributed.cost(theta, da.from_array(X, (8, 5))) - expected.cost) < 1e-12


@pytest.mark.parametrize("bias", [60.0, -800.0])
def test_saturated_units_are_exact(client, bias):
    theta, X, Y = problem((5, 4, 6, 2), 20)
    for layer in (0, 1):
        unflatten(theta, (5, 4, 6, 2))[layer][1][::2] = bias
    options = {"rho": 0.1, "beta": 0.5}
    expected = Objective((5, 4, 6, 2), **options).evaluate(theta, X, Y)
    distributed = DistributedObjective((5, 4, 6, 2), client=client, **options)
    evaluation = distributed.evaluate(theta, da.from_array(X, (UNEVEN, 5)), da.from_array(Y, (20, 2)))
    assert np.isfinite(expected.cost)
    assert_agree(evaluation, expected)


def test_theta_decides_the_precision(client):
    theta, X, Y = problem((5, 4, 6, 3, 2), 20)
    theta = theta.astype(np.float32)
    expected = Objective((5, 4, 6, 3, 2), **DEEP).evaluate(theta, X, Y)
    distributed = DistributedObjective((5, 4, 6, 3, 2), client=client, **DEEP)
    evaluation = distributed.evaluate(theta, da.from_array(X, (UNEVEN, 5)), da.from_array(Y, (20, 2)))
    assert evaluation.gradient.dtype == np.float32
    assert_agree(evaluation, expected, tolerance=1e-5)


def test_it_is_the_same_in_every_run(client):
    theta, X, Y = problem((5, 4, 6, 3, 2), 200)
    distributed = DistributedObjective((5, 4, 6, 3, 2), client=client, **DEEP)
    data = da.from_array(X, (9, 5)), da.from_array(Y, (9, 2))
    results = {pickle.dumps(distributed.evaluate(theta, *data)) for _ in range(4)}
    assert len(results) == 1


def test_a_worker_that_is_killed_costs_time_alone(client, tmp_path):
    theta, X, _ = problem((5, 4, 5), 20)
    mark = tmp_path / "killed"

    def kill_once(chunk):
        if not mark.exists():
            mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return chunk

    before = set(client.run(os.getpid).values())
    distributed = DistributedObjective((5, 4, 5), client=client, rho=0.1, beta=3.0)
    chunks = da.from_array(X, (UNEVEN, 5)).map_blocks(kill_once, meta=X[:0])
    evaluation = distributed.evaluate(theta, chunks)
    assert int(mark.read_text()) in before
    assert_agree(evaluation, Objective((5, 4, 5), rho=0.1, beta=3.0).evaluate(theta, X))
    client.wait_for_workers(2, timeout=60)


def test_what_travels_does_not_depend_on_the_number_of_samples(client, monkeypatch):
    sizes, travelled = (5, 4, 5), []
    gather = client.gather

    def counting(futures):
        results = gather(futures)
        travelled[-1] += sum(len(pickle.dumps(result)) for result in results)
        return results

    monkeypatch.setattr(client, "gather", counting)
    distributed = DistributedObjective(sizes, client=client, rho=0.1, beta=3.0)
    for m in (20, 2000):
        theta, X, _ = problem(sizes, m)
        travelled.append(0)
        distributed.evaluate(theta, da.from_array(X, (m // 4, 5)))
    assert travelled[0] == travelled[1]
    assert 4 * 8 * theta.size < travelled[0] < 4 * 8 * theta.size + 8000 < X.nbytes


def test_the_row_that_is_not_finite_is_named(client):
    theta, X, Y = problem((5, 4, 2), 20)
    distributed = DistributedObjective((5, 4, 2), client=client)
    for name, array, (row, column) in (("X", X, (13, 2)), ("targets", Y, (19, 1))):
        array[row, column] = np.nan
        with pytest.raises(ValueError, match=re.escape(f"{name} must be finite, got {name}[{row}, {column}] = nan")):
            distributed.evaluate(theta, da.from_array(X, (UNEVEN, 5)), da.from_array(Y, (UNEVEN, 2)))
        array[row, column] = 0.5


@pytest.mark.parametrize("name", ["X", "targets"])
def test_a_chunk_that_holds_fewer_rows_than_declared_is_refused(client, name):
    """Dask does not look: map_blocks with a function that drops rows would give the cost of other data."""
    theta, X, Y = problem((5, 4, 2), 20)
    arrays = {"X": da.from_array(X, (10, 5)), "targets": da.from_array(Y, (10, 2))}
    arrays[name] = arrays[name].map_blocks(lambda block: block[:-3], dtype=float, chunks=arrays[name].chunks)
    distributed = DistributedObjective((5, 4, 2), client=client)
    with pytest.raises(
        ValueError, match=rf"{name} in the chunk from row \d+ on must have shape \(10, \d\), got \(7, \d\)"
    ):
        distributed(theta, **arrays)


@pytest.mark.parametrize("name", ["X", "targets", "sample_weight"])
@pytest.mark.parametrize(
    ("lie", "error", "message"),
    [
        (lambda block: block[..., :1, None], ValueError, r"must have shape \(10,"),
        (lambda block: block[0, ...], (TypeError, ValueError), "must "),
        (lambda block: block.astype(int), TypeError, "must be of type float32 or float64, got int64"),
        (lambda block: block.astype(str), TypeError, "must be of type float32 or float64, got <U32"),
        (lambda block: np.ma.masked_array(block, block > 0.5), TypeError, "must be a NumPy array .*, got MaskedArray"),
    ],
    ids=["shape", "axes", "int", "text", "masked"],
)
def test_a_chunk_that_is_not_what_the_array_declares_is_refused(client, name, lie, error, message):
    theta, X, Y = problem((5, 4, 2), 20)
    arrays = {
        "X": da.from_array(X, (10, 5)),
        "targets": da.from_array(Y, (10, 2)),
        "sample_weight": da.ones(20, chunks=10),
    }
    arrays[name] = arrays[name].map_blocks(lie, dtype=float, chunks=arrays[name].chunks)
    with pytest.raises(error, match=rf"^{name} in the chunk from row \d+ on {message}"):
        DistributedObjective((5, 4, 2), client=client)(theta, **arrays)


def test_a_chunk_that_does_not_fit_into_the_precision_is_refused(client):
    theta, X, _ = problem((5, 4, 5), 20)
    distributed = DistributedObjective((5, 4, 5), client=client)
    with pytest.raises(ValueError, match=r"^X in the chunk from row \d+ on must fit into float32, got "):
        distributed(theta.astype(np.float32), da.from_array(X, (10, 5)) * 1e39)


def test_a_cluster_without_workers_is_given_up(monkeypatch):
    monkeypatch.setattr("sparseae_lib.distributed.PATIENCE", 0.3)
    theta, X, Y = problem((5, 4, 2), 20)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster, Client(cluster) as lonely:
        distributed = DistributedObjective((5, 4, 2), client=lonely)
        with pytest.raises(TimeoutError, match=r"client must have a worker, got none for 0\.3 s"):
            distributed(theta, da.from_array(X, (10, 5)), da.from_array(Y, (10, 2)))


def test_a_slow_worker_is_waited_for(client, monkeypatch):
    monkeypatch.setattr("sparseae_lib.distributed.PATIENCE", 0.05)
    theta, X, _ = problem((5, 4, 5), 20)
    slow = da.from_array(X, (10, 5)).map_blocks(lambda block: (time.sleep(0.3), block)[1], dtype=float)
    cost, _ = DistributedObjective((5, 4, 5), client=client)(theta, slow)
    assert cost == pytest.approx(Objective((5, 4, 5)).cost(theta, X))


def test_training_ends_at_the_same_optimum(client):
    theta, X, _ = problem((5, 3, 5), 60)
    options = {"rho": 0.1, "beta": 0.1, "weight_decay": 1e-3}
    start = train(Objective((5, 3, 5), **options), theta, X, max_iter=130).theta
    alone = train(Objective((5, 3, 5), **options), start, X, tol=1e-5)
    data = client.persist(da.from_array(X, (25, 5)))
    together = train(DistributedObjective((5, 3, 5), client=client, **options), start, data, tol=1e-5)
    assert alone.converged and together.converged and together.n_iter > 3
    assert abs(together.cost - alone.cost) < 1e-6 * alone.cost


GOOD = da.zeros((4, 5), chunks=2)


@pytest.mark.parametrize(
    ("X", "targets", "error", "message"),
    [
        (np.zeros((4, 5)), None, TypeError, "X must be a dask.array, got ndarray"),
        (da.zeros((4, 5), dtype=int), None, TypeError, "X must be of type float32 or float64, got int64"),
        (da.zeros((4, 6)), None, ValueError, "X must have shape (m, 5), got (4, 6)"),
        (da.zeros(5), None, ValueError, "X must have shape (m, 5), got (5,)"),
        (da.zeros((0, 5)), None, ValueError, "X must hold at least one sample (row), got shape (0, 5)"),
        (GOOD[GOOD[:, 0] < 1], None, ValueError, "X must have known chunk sizes"),
        (GOOD, da.zeros((3, 5)), ValueError, "targets must have shape (4, 5), got (3, 5)"),
        (GOOD, np.zeros((4, 5)), TypeError, "targets must be a dask.array, got ndarray"),
    ],
)
def test_bad_data_are_refused(client, X, targets, error, message):
    theta, *_ = problem((5, 4, 5), 1)
    with pytest.raises(error, match=re.escape(message)):
        DistributedObjective((5, 4, 5), client=client).evaluate(theta, X, targets)


def test_targets_are_needed_where_the_output_is_not_the_input(client):
    theta, *_ = problem((5, 4, 2), 1)
    with pytest.raises(ValueError, match="targets must be given"):
        DistributedObjective((5, 4, 2), client=client).evaluate(theta, GOOD)


def test_bad_arguments_are_refused(client):
    with pytest.raises(TypeError, match=r"client must be a distributed\.Client, got str"):
        DistributedObjective((5, 4, 5), client="localhost:8786")
    with pytest.raises(TypeError, match="workers must not be given"):
        DistributedObjective((5, 4, 5), client=client, workers=2)
    with pytest.raises(ValueError, match="theta must be finite"):
        DistributedObjective((5, 4, 5), client=client).evaluate(np.full(49, np.nan), GOOD)


def test_an_activation_of_ones_own_travels(client):
    theta, X, Y = problem((5, 4, 2), 20)
    cube = ACTIVATIONS["identity"].__class__("cube", lambda z: z**3, lambda a: 3 * np.cbrt(a) ** 2, (-np.inf, np.inf))
    expected = Objective((5, 4, 2), activation=cube).evaluate(theta, X, Y)
    distributed = DistributedObjective((5, 4, 2), client=client, activation=cube)
    assert_agree(distributed.evaluate(theta, da.from_array(X, (6, 5)), da.from_array(Y, (6, 2))), expected)


# Weighted samples


@pytest.mark.parametrize("chunks", [UNEVEN, (20,)], ids=str)
def test_weights_agree_with_one_machine(client, chunks):
    theta, X, Y = problem((5, 4, 3, 2), 20)
    weights = np.random.default_rng(1).integers(0, 3, 20) * 1.7
    options = {"rho": 0.1, "beta": (0.5, 2.0)}
    expected = Objective((5, 4, 3, 2), **options).evaluate(theta, X, Y, weights)
    distributed = DistributedObjective((5, 4, 3, 2), client=client, **options)
    arrays = da.from_array(X, (chunks, 5)), da.from_array(Y, (chunks, 2)), da.from_array(weights, 7)
    assert_agree(distributed.evaluate(theta, *arrays), expected)
    cost, _ = distributed(theta, *arrays)
    assert cost == distributed.cost(theta, *arrays) and abs(cost - expected.cost) < 1e-12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1e308, 1e-310, 1e-50])
def test_only_the_ratios_of_weights_count(client, scale, dtype):
    """Also of weights whose sum overflows, and of those that single precision rounds to 0."""
    theta, X, Y = problem((5, 4, 2), 20)
    ratios = np.r_[np.zeros(5), np.linspace(0.1, 1, 15)]  # the first chunk has no weight
    options = {"rho": 0.1, "beta": 2.0}
    expected = Objective((5, 4, 2), **options).evaluate(theta, X, Y, ratios)
    distributed = DistributedObjective((5, 4, 2), client=client, **options)
    arrays = da.from_array(X, (5, 5)), da.from_array(Y, (5, 2)), da.from_array(ratios * scale, 5)
    evaluation = distributed.evaluate(theta.astype(dtype), *arrays)
    assert evaluation.gradient.dtype == dtype
    assert abs(evaluation.cost - expected.cost) < np.sqrt(np.finfo(dtype).eps) * expected.cost
    difference = np.linalg.norm(evaluation.gradient - expected.gradient)
    assert difference < np.sqrt(np.finfo(dtype).eps) * np.linalg.norm(expected.gradient)


def test_chunks_of_both_precisions_are_converted_as_arrays_are(client):
    """``map_blocks`` may give single precision where the array declares double; and Dask keeps the order of bytes."""
    theta, X, _ = problem((5, 4, 5), 20)
    X = X.astype(np.float32).astype(float)
    expected = Objective((5, 4, 5)).evaluate(theta, X)
    mixed = da.concatenate([da.from_array(X[:10], (5, 5)), da.from_array(X[10:].astype(np.float32), (5, 5))])
    declared = da.from_array(X, (5, 5)).map_blocks(lambda block: block.astype(np.float32), dtype=float)
    swapped = da.from_array(X.astype(">f4"), (5, 5))
    for samples in (mixed, declared, swapped):
        assert_agree(DistributedObjective((5, 4, 5), client=client).evaluate(theta, samples), expected)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (np.ones(20), TypeError, r"sample_weight must be a dask\.array, got ndarray"),
        (da.ones(20, dtype=int), TypeError, "sample_weight must be of type float32 or float64, got int64"),
        (da.ones(19), ValueError, r"sample_weight must have shape \(20,\), got \(19,\)"),
        (da.ones((20, 1)), ValueError, r"sample_weight must have shape \(20,\), got \(20, 1\)"),
        (da.zeros(20), ValueError, "sample_weight must hold at least one weight that is not zero"),
        (
            da.from_array(np.arange(20.0) - 1, chunks=5)[::-1],
            ValueError,
            r"must not be negative, got sample_weight\[19\] = -1\.0",
        ),
        (da.from_array(np.r_[np.ones(18), np.nan, 1]), ValueError, r"be finite, got sample_weight\[18\] = nan"),
    ],
    ids=str,
)
def test_bad_weights_are_named(client, weights, error, message):
    theta, X, _ = problem((5, 4, 5), 20)
    distributed = DistributedObjective((5, 4, 5), client=client)
    with pytest.raises(error, match=message):
        distributed.evaluate(theta, da.from_array(X, (8, 5)), None, weights)
