"""Peak memory of an evaluation beyond the data, from what the kernel counts for the process.

The resident set shows the allocations of NumPy, PyTorch and XLA alike, whereas tracemalloc would see only NumPy's.
"""

import ctypes
import gc
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.worker import prepare, workers

STATUS, CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def measure_memory(problem, contestants):
    """Bytes of the data, and the peak of each contestant beyond them, in a process of its own; None if unknown."""
    if not CLEAR_REFS.exists():
        return None
    present = [contestant for contestant in contestants if not contestant.missing()]
    with workers() as (run, _):
        peaks = [run(contestant, peak_beyond_data, problem) for contestant in present]
    data = _data_bytes(problem)
    return {
        "layer_sizes": list(problem.layer_sizes),
        "n_samples": problem.n_samples,
        "data_bytes": data,
        "entries": [
            {"name": contestant.name, "bytes": peak, "ratio": peak / data}
            for contestant, peak in zip(present, peaks, strict=True)
        ],
    }


def peak_beyond_data(contestant, problem):
    """Bytes of the resident set at its peak, less what the process needs for a small problem, and less the data.

    The peak is reset after a first evaluation, so that neither the making of the data nor compilation counts.
    """
    small = replace(problem, n_samples=100)
    prepare(contestant, small).evaluate()
    before = _resident("VmRSS")
    evaluate = prepare(contestant, problem).evaluate
    evaluate()
    _return_freed_memory()
    CLEAR_REFS.write_text("5")  # sets VmHWM to the present size: proc(5)
    for _ in range(3):
        evaluate()
    return _resident("VmHWM") - before - _data_bytes(problem)


def _data_bytes(problem):
    return problem.n_samples * problem.layer_sizes[0] * np.dtype(float).itemsize


def _resident(field):
    _return_freed_memory()
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024


def _return_freed_memory():
    gc.collect()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):  # glibc keeps what was freed
        libc.malloc_trim(0)
