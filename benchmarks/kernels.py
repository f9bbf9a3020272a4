"""The BLAS that NumPy calls, and its kernels: the same library multiplies in another way on another processor."""

from functools import cache
from pathlib import Path

import numpy  # noqa: F401  loads its BLAS, which threadpoolctl then finds
from threadpoolctl import threadpool_info

from benchmarks.contestants import BOUND, under
from benchmarks.worker import kernel, workers

CPUINFO = Path("/proc/cpuinfo")
# The instructions for which OpenBLAS compiles a kernel, by the names of /proc/cpuinfo, oldest first. It looks at the
# processor before it chooses a kernel, but not if OPENBLAS_CORETYPE names one, and then an instruction that the
# processor lacks ends the program.
AVX512 = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
NEEDED = {"Prescott": {"pni"}, "Haswell": {"avx2", "fma"}, "Zen": {"avx2", "fma"}, "SkylakeX": {"avx2", "fma", *AVX512}}


def blas_pools():
    """The BLAS libraries in this process: the package that brings each of them, its version, kernel and threads."""
    return [
        {
            "package": _package(pool["filepath"]),
            "library": pool["internal_api"],
            "version": pool["version"],
            "kernel": pool.get("architecture"),
            "threading": pool.get("threading_layer"),
            "threads": pool["num_threads"],
        }
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    ]


def numpy_kernel():
    """Library and kernel of NumPy's products in this process, such as ``openblas Haswell``."""
    pools = sorted(blas_pools(), key=lambda pool: pool["package"] != "numpy")
    return " ".join(filter(None, (pools[0]["library"], pools[0]["kernel"]))) if pools else "unknown"


@cache
def kernel_under(coretype=None):
    """``numpy_kernel`` of a process with that OPENBLAS_CORETYPE; if it is None, with the environment as it is."""
    (contestant,) = under(coretype, [BOUND])
    with workers() as (run, _):
        return run(contestant, kernel)


def coretypes():
    """The values of OPENBLAS_CORETYPE that give this processor a kernel it can run, oldest first, each kernel once.

    There are none if the processor is not known or NumPy calls another BLAS. OpenBLAS may be built without a kernel of
    that name and use another one: in NumPy's wheels, Haswell for Zen.
    """
    flags = set(cpuinfo("flags").split())
    found = {}
    for coretype, needed in NEEDED.items():
        if needed <= flags and kernel_under(coretype).startswith("openblas"):
            found.setdefault(kernel_under(coretype), coretype)
    return list(found.values())


def main_coretypes():
    """What the main races are run under: the kernel that is detected (None), and Haswell if that is another one."""
    if "Haswell" in coretypes() and kernel_under("Haswell") != kernel_under():
        return [None, "Haswell"]
    return [None]


def cpuinfo(field):
    """What Linux says about the first core; "" if there is no field of that name."""
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")


def _package(path):
    """The package whose wheel carries the library: numpy for .../numpy.libs/..."""
    return next((part.removesuffix(".libs") for part in Path(path).parts if part.endswith(".libs")), "system")
