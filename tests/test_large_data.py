"""The page on data that do not fit into memory: its code runs, its formulas and numbers agree with measurements."""

import json
import os
import re
import signal
import tracemalloc
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from scipy.sparse import csr_matrix

from benchmarks import memory_mapped
from sparseae_lib.distributed import _call
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.shards import Batch

PAGE = (Path(__file__).resolve().parent.parent / "book" / "large_data.md").read_text(encoding="utf-8")
MEGABYTES = 12e6  # what does not depend on the number of samples


def traced(function):
    """The peak of the memory that NumPy allocates meanwhile."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X = np.random.default_rng(0).uniform(0.1, 0.9, (2000, 64)).astype(np.float32)
    np.save("patches.npy", X)
    names = {}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    exec(blocks[0], names)
    in_memory = names["training"]
    assert in_memory.theta.dtype == np.float32 and Path("training.npz").exists()
    exec(blocks[1], names)
    assert names["training"].cost == pytest.approx(in_memory.cost, rel=1e-2)
    assert names["code"].shape == (1000, 25)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("sizes", "beta", "kept"),
    [((64, 25, 64), 3, 25), ((64, 25, 64), 0, 0), ((20, 30, 10, 30, 20), (0, 1, 0), 40)],
    ids=["penalty", "none", "deep"],
)
def test_the_memory_of_an_evaluation(sizes, beta, kept, dtype):
    m = 200_000
    X = np.full((m, sizes[0]), 0.5, dtype)
    theta = init_parameters(sizes, np.random.default_rng(0)).astype(dtype)
    objective = Objective(sizes, rho=0.1, beta=beta, workers=1)
    formula = X.itemsize * m * kept
    assert formula <= traced(lambda: objective(theta, X)) < formula + MEGABYTES


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_memory_of_a_chunk(dtype):
    sizes, n = (64, 25, 64), 200_000
    theta = init_parameters(sizes, np.random.default_rng(0))
    activation, chunk = Objective(sizes).activation, {"X": np.full((n, 64), 0.5, dtype)}
    converted = 0 if dtype == theta.dtype else theta.itemsize * n * 64
    peak = traced(lambda: _call(Batch.first_pass, ([2],), sizes, False, activation, 1.0, theta, 0, n, chunk))
    assert converted <= peak < converted + MEGABYTES


def test_the_numbers_are_those_that_were_measured_and_follow_the_formula():
    stored = json.loads(memory_mapped.RESULTS.read_text(encoding="utf-8"))
    measured = {(record["dtype"], record["beta"]): record for record in stored["records"]}
    for dtype in ("float64", "float32"):
        with_penalty, without = measured[dtype, 3.0], measured[dtype, 0.0]
        row = [f"{record / 1e6:.0f} MB" for record in (with_penalty["bytes_of_file"], with_penalty["anonymous"])]
        assert f"| `{dtype}` | {row[0]} | {row[1]} | {without['anonymous'] / 1e6:.0f} MB |" in PAGE
        formula = np.dtype(dtype).itemsize * with_penalty["samples"] * stored["layer_sizes"][1]
        assert formula <= with_penalty["anonymous"] < formula + MEGABYTES
        assert without["anonymous"] < MEGABYTES
    assert with_penalty["samples"] == 2_000_000


def test_a_file_larger_than_the_memory_is_read_once_per_pass():
    stored = json.loads(memory_mapped.RESULTS.read_text(encoding="utf-8"))
    with_penalty, without = stored["beyond_memory"]
    assert (with_penalty["beta"], without["beta"]) == (3.0, 0.0)
    for record, passes, name in ((with_penalty, 2, "with"), (without, 1, "without")):
        assert (record["samples"], record["dtype"]) == (3_000_000, "float64")
        size, limit, limited = record["bytes_of_file"], record["limit"], record["limited"]
        assert f"{size / 1e6:.0f} MB, by a process that may have {limit / 1e6:.0f} MB" in PAGE
        assert limited["peak"] <= limit < size
        assert passes * size <= limited["bytes_read"] < 1.01 * passes * size
        assert f"| {name} | {limited['bytes_read'] / 1e6:.0f} MB |" in PAGE
        assert limited["cost"] == record["unlimited"]["cost"]
        assert record["load_is_killed"]


def test_the_bytes_that_are_read_are_counted(tmp_path):
    memory_mapped.write(tmp_path / "X.npy", 10_000, "float64")
    record = memory_mapped.run(memory_mapped.count_bytes_read, tmp_path / "X.npy", 3.0)
    X = np.load(tmp_path / "X.npy")
    theta = init_parameters((64, 25, 64), np.random.default_rng(0))
    assert record["cost"] == Objective((64, 25, 64), rho=0.01, beta=3.0, weight_decay=1e-4).cost(theta, X)
    assert record["bytes_read"] < 10**6  # the file is in memory
    assert memory_mapped.load(tmp_path / "X.npy", 3.0) == {"sum": X.sum()}


def test_a_process_that_the_system_kills_has_no_answer(tmp_path):
    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    assert memory_mapped.run(memory_mapped.load, tmp_path / "X.npy", 3.0, die) is None


def test_a_file_is_measured():
    record = memory_mapped.measure(200_000, "float32", 3.0)
    formula = 200_000 * 25 * 4
    assert 0.9 * formula < record["anonymous"] < formula + MEGABYTES
    assert record["file"] < 1.1 * record["bytes_of_file"]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_estimator_does_not_copy_the_file(tmp_path):
    memory_mapped.write(tmp_path / "X.npy", 100_000, "float64")
    X = np.load(tmp_path / "X.npy", mmap_mode="r")
    estimator = SparseAutoencoder((25,), max_iter=1, random_state=0, n_jobs=1)
    assert traced(lambda: estimator.fit(X)) < 100_000 * 25 * 8 + MEGABYTES
    assert X.nbytes > 3 * MEGABYTES


def test_auto_makes_the_chunks_that_the_page_says():
    X = da.zeros((3_000_000, 64), chunks=("auto", -1))
    assert X.chunks[0][0] * 64 * 8 <= 128 * 2**20
    assert "262,144" in PAGE and 262_144 * 64 * 8 == 128 * 2**20


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda X: SparseAutoencoder().fit(csr_matrix(X)), TypeError, "Sparse data was passed"),
        (lambda X: Objective((5, 3, 5)).cost(np.zeros(38), X.astype(int)), TypeError, "X must be of type float32"),
        (lambda X: SparseAutoencoder().partial_fit(X), AttributeError, "no partial_fit, because"),
        (lambda X: SparseAutoencoder().fit(X * np.nan), ValueError, "contains NaN"),
        (lambda X: Objective((5, 3, 5)).cost(np.zeros(38), da.from_array(X)), TypeError, "X must be a NumPy array"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(np.full((6, 5), 0.5))
