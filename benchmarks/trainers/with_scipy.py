"""SciPy's L-BFGS on JAX's gradient."""

import jax
import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from benchmarks.contestants.with_jax import arrays, cost_of
from benchmarks.trainers import Clock, Run
from sparseae_lib.training import N_CORRECTIONS


def prepare(problem):
    X, theta = arrays(problem)
    evaluate = jax.jit(jax.value_and_grad(cost_of(problem)))
    threadpool_limits(1, "blas")  # the vectors of L-BFGS are short; a second pool of threads would fight XLA's

    def train(theta, max_iter):
        clock = Clock()

        def objective(theta):
            J, gradient = evaluate(theta, X)
            J = float(J)
            clock.record(J)
            return J, np.asarray(gradient)

        options = {"maxiter": max_iter, "maxfun": 100 * max_iter, "maxcor": N_CORRECTIONS, "ftol": 0, "gtol": 0}
        result = minimize(objective, theta, jac=True, method="L-BFGS-B", options=options)
        return Run(clock.seconds(), int(result.nit), int(result.nfev), clock.curve)

    train(np.asarray(theta), 2)  # compiles
    return train
