"""The machine that the numbers come from: what it is, but not whose it is or where."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import scipy.linalg  # noqa: F401  loads SciPy's BLAS, which threadpoolctl then finds
from joblib import cpu_count

from benchmarks.kernels import blas_pools, cpuinfo
from sparseae_lib import __version__

PACKAGES = ("numpy", "numba", "scipy", "torch", "jax", "jaxlib", "optax", "scikit-learn")
ENVIRONMENT = ("OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def describe():
    return {
        "cpu": cpuinfo("model name") or platform.processor() or "unknown",
        "cores": cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {"sparseae_lib": __version__, **{package: _version(package) for package in PACKAGES}},
        "blas": blas_pools(),
        "environment": {name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
    }


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None
