"""The machine that the numbers come from: what it is, not whose or where."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import scipy.linalg  # noqa: F401  loads SciPy's BLAS, which threadpoolctl then finds
from joblib import cpu_count
from threadpoolctl import threadpool_info

from sparseae_lib import __version__

PACKAGES = ("numpy", "scipy", "torch", "jax", "jaxlib", "optax", "scikit-learn")
CPUINFO = Path("/proc/cpuinfo")
ENVIRONMENT = ("OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def describe():
    return {
        "cpu": _cpuinfo("model name") or platform.processor() or "unknown",
        "cores": cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {"sparseae_lib": __version__, **{package: _version(package) for package in PACKAGES}},
        "blas": [
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
        ],
        "environment": {name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
    }


def kernels():
    """Names of OpenBLAS kernels, oldest first, whose instructions this CPU has; none where that is not known."""
    flags = _cpuinfo("flags").split()
    return [
        kernel for kernel, flag in (("Prescott", "pni"), ("Haswell", "avx2"), ("SkylakeX", "avx512f")) if flag in flags
    ]


def _cpuinfo(field):
    """What Linux says of the first core, "" where there is nothing of that name."""
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _package(path):
    """The package whose wheel carries the library: numpy for .../numpy.libs/..."""
    return next((part.removesuffix(".libs") for part in Path(path).parts if part.endswith(".libs")), "system")
