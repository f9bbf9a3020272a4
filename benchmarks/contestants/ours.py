"""``sparseae_lib`` itself."""

from benchmarks.contestants import Prepared
from benchmarks.problem import BETA, RHO, WEIGHT_DECAY
from sparseae_lib.objective import Objective


def prepare(problem, dtype="float64", **options):
    X, theta = problem.data().astype(dtype, copy=False), problem.theta().astype(dtype, copy=False)
    objective = objective_of(problem, **options)
    return Prepared(lambda: objective(theta, X), lambda result: result)


def objective_of(problem, **options):
    return Objective(problem.layer_sizes, rho=RHO, beta=BETA, weight_decay=WEIGHT_DECAY, **options)
