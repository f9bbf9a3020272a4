"""The memory of an evaluation on a memory-mapped file: ``python -m benchmarks.memory_mapped``; on Linux only.

Counted is the anonymous memory of the process, which the system cannot drop. What it has read of the file it can.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.__main__ import store
from benchmarks.machine import describe
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective

RESULTS = Path(__file__).with_suffix(".json")
LAYER_SIZES, SAMPLES, BLOCK = (64, 25, 64), 2_000_000, 100_000


def resident():
    """{anonymous, file: bytes} of this process that are in memory."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {kind: int(status[f"Rss{kind.title()[:4]}"].split()[0]) * 1024 for kind in ("anonymous", "file")}


def write(path, n_samples, dtype):
    """A file of random samples, written block by block."""
    X = np.lib.format.open_memmap(path, "w+", dtype, (n_samples, LAYER_SIZES[0]))
    rng = np.random.default_rng(0)
    for start in range(0, n_samples, BLOCK):
        rows = X[start : start + BLOCK]
        rows[:] = rng.uniform(0.1, 0.9, rows.shape)
    X.flush()


def evaluate(path, beta):
    """How many bytes more are in memory after an evaluation, whose arrays the objective keeps, than before."""
    X = np.load(path, mmap_mode="r")
    theta = init_parameters(LAYER_SIZES, np.random.default_rng(0)).astype(X.dtype)
    objective = Objective(LAYER_SIZES, rho=0.01, beta=beta, weight_decay=1e-4, workers=1)
    Objective(LAYER_SIZES, rho=0.01, beta=beta, workers=1)(theta, X[:1000])
    before = resident()
    objective(theta, X)
    after = resident()
    return {kind: after[kind] - before[kind] for kind in before}


def measure(n_samples, dtype, beta):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "X.npy"
        write(path, n_samples, dtype)
        command = [sys.executable, "-m", "benchmarks.memory_mapped", str(path), str(beta)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        size = path.stat().st_size
    return {"samples": n_samples, "dtype": dtype, "beta": beta, "bytes_of_file": size} | json.loads(answer)


def main(arguments):
    if arguments:
        path, beta = arguments
        print(json.dumps(evaluate(path, float(beta))))
        return
    cases = [(dtype, beta) for dtype in ("float64", "float32") for beta in (3.0, 0.0)]
    records = [measure(SAMPLES, *case) for case in cases]
    store({"machine": describe(), "layer_sizes": list(LAYER_SIZES), "records": records}, RESULTS)


if __name__ == "__main__":
    main(sys.argv[1:])
