"""The memory of an evaluation on a memory-mapped file: ``python -m benchmarks.memory_mapped``; on Linux only.

Counted is the anonymous memory of the process, which the system cannot drop. What it has read of the file it can.

Then a file is evaluated that is larger than the memory that the process may have. The limit is that of a control group
of the kernel (version 1, which root may make), and it counts what is kept of the file as well: whoever loads such a
file is killed.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.__main__ import store
from benchmarks.machine import describe
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective

RESULTS = Path(__file__).with_suffix(".json")
LAYER_SIZES, SAMPLES, BLOCK = (64, 25, 64), 2_000_000, 100_000
GROUPS = Path("/sys/fs/cgroup/memory")
LIMITED_SAMPLES, LIMIT = 3_000_000, 768 * 2**20


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
    del rows, X  # what is mapped cannot be dropped
    with open(path, "rb") as file:  # so that whoever reads it has to read the disk
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


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


def count_bytes_read(path, beta):
    """The bytes that an evaluation reads from the disk after a first one, and its cost."""
    X = np.load(path, mmap_mode="r")
    theta = init_parameters(LAYER_SIZES, np.random.default_rng(0)).astype(X.dtype)
    objective = Objective(LAYER_SIZES, rho=0.01, beta=beta, weight_decay=1e-4)
    objective(theta, X)
    before = bytes_read()
    cost, _ = objective(theta, X)
    return {"cost": cost, "bytes_read": bytes_read() - before}


def bytes_read():
    """What this process has read from the disk until now, also through memory that is mapped."""
    counters = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(counters["read_bytes"])


def load(path, beta):
    """Load the file as a whole, as one does without ``mmap_mode``."""
    return {"sum": float(np.load(path).sum())}


ACTIONS = {action.__name__: action for action in (evaluate, count_bytes_read, load)}


@contextmanager
def limited_memory(limit):
    """A control group; yields the function with which a process enters it, and its peak as a function."""
    group = GROUPS / f"memory_mapped_{os.getpid()}"
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text(str(limit))
        yield (
            lambda: (group / "cgroup.procs").write_text(str(os.getpid())),
            lambda: int((group / "memory.max_usage_in_bytes").read_text()),
        )
    finally:
        group.rmdir()


def run(action, path, beta, enter=None):
    """What the function does in a process of its own, which first calls ``enter``; None if the system killed it."""
    command = [sys.executable, "-m", "benchmarks.memory_mapped", action.__name__, str(path), str(beta)]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, preexec_fn=enter)
    if child.returncode == -signal.SIGKILL:
        return None
    child.check_returncode()
    return json.loads(child.stdout)


def measure(n_samples, dtype, beta):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "X.npy"
        write(path, n_samples, dtype)
        answer = run(evaluate, path, beta)
        size = path.stat().st_size
    return {"samples": n_samples, "dtype": dtype, "beta": beta, "bytes_of_file": size} | answer


def measure_beyond_memory(n_samples, dtype, beta, limit):
    """An evaluation of a file with the limit and without, and whether the limit stops who loads the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "X.npy"
        write(path, n_samples, dtype)
        record = {
            "samples": n_samples,
            "dtype": dtype,
            "beta": beta,
            "bytes_of_file": path.stat().st_size,
            "limit": limit,
        }
        with limited_memory(limit) as (enter, peak):
            limited = run(count_bytes_read, path, beta, enter) | {"peak": peak()}
            killed = run(load, path, beta, enter) is None
        return record | {"limited": limited, "load_is_killed": killed, "unlimited": run(count_bytes_read, path, beta)}


def main(arguments):
    if arguments:
        action, path, beta = arguments
        print(json.dumps(ACTIONS[action](path, float(beta))))
        return
    cases = [(dtype, beta) for dtype in ("float64", "float32") for beta in (3.0, 0.0)]
    results = {"machine": describe(), "layer_sizes": list(LAYER_SIZES)}
    results["records"] = [measure(SAMPLES, *case) for case in cases]
    results["beyond_memory"] = [measure_beyond_memory(LIMITED_SAMPLES, "float64", beta, LIMIT) for beta in (3.0, 0.0)]
    store(results, RESULTS)


if __name__ == "__main__":
    main(sys.argv[1:])
