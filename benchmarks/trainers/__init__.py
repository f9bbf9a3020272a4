"""Who trains. ``prepare`` of each module gets a problem ready and returns ``train(theta, max_iter) -> Run``.

To add one, write its module here, add it to ``PEERS``, and its package as ``benchmarks/contestants`` says.
"""

from time import perf_counter
from typing import NamedTuple

from benchmarks.contestants import JAX_KERNEL, TORCH_KERNEL, Contestant


class Run(NamedTuple):
    """A training; ``curve`` has (seconds since the start, cost) in the order of time, and is empty for another cost."""

    seconds: float
    n_iter: int
    n_evaluations: int | None
    curve: list[tuple[float, float]]


class Clock:
    """The curve of a run that starts now."""

    def __init__(self):
        self.curve = []
        self._start = perf_counter()

    def record(self, cost):
        self.curve.append((self.seconds(), float(cost)))

    def seconds(self):
        return perf_counter() - self._start


OURS = Contestant("sparseae_lib", "benchmarks.trainers.ours:prepare")
PEERS = (
    Contestant("torch L-BFGS, autograd", "benchmarks.trainers.with_torch:autograd", ("torch",), kernel=TORCH_KERNEL),
    Contestant("torch L-BFGS, by hand", "benchmarks.trainers.with_torch:by_hand", ("torch",), kernel=TORCH_KERNEL),
    Contestant("optax L-BFGS", "benchmarks.trainers.with_optax:prepare", ("jax", "optax"), kernel=JAX_KERNEL),
    Contestant("SciPy with JAX", "benchmarks.trainers.with_scipy:prepare", ("jax",), kernel=JAX_KERNEL),
)
# Its output is linear and it has no sparsity penalty, so its problem is simpler, and its cost says nothing here.
SIMPLER = Contestant("scikit-learn MLPRegressor", "benchmarks.trainers.with_sklearn:prepare", ("sklearn",))
