"""JAX: one compiled function for the cost and its gradient, in double precision."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contestants import Prepared
from benchmarks.problem import BETA, RHO, WEIGHT_DECAY

jax.config.update("jax_enable_x64", True)


def kernel():
    """XLA brings its own products, compiled for the processor, and gives them no name."""
    return "xla"


def jit(problem):
    X, theta = arrays(problem)
    evaluate = jax.jit(jax.value_and_grad(cost_of(problem)))
    return Prepared(lambda: jax.block_until_ready(evaluate(theta, X)), _to_library)


def arrays(problem):
    return jnp.asarray(problem.data()), jnp.asarray(problem.theta())


def cost_of(problem):
    """The cost as a function of theta and X."""
    n_visible, n_hidden, _ = problem.layer_sizes
    return partial(_cost, n_visible, n_hidden)


def _cost(n_visible, n_hidden, theta, X):
    n_weights = n_visible * n_hidden
    W1, b1, W2, b2 = jnp.split(theta, np.cumsum([n_weights, n_hidden, n_weights]))
    W1, W2 = W1.reshape(n_visible, n_hidden), W2.reshape(n_hidden, n_visible)
    H = jax.nn.sigmoid(X @ W1 + b1)
    Y = jax.nn.sigmoid(H @ W2 + b2)
    rho_hat = H.mean(0)
    kl = RHO * jnp.log(RHO / rho_hat) + (1 - RHO) * jnp.log((1 - RHO) / (1 - rho_hat))
    decay = jnp.sum(W1 * W1) + jnp.sum(W2 * W2)
    return jnp.sum((Y - X) ** 2) / (2 * len(X)) + WEIGHT_DECAY / 2 * decay + BETA * jnp.sum(kl)


def _to_library(result):
    J, gradient = result
    return float(J), np.asarray(gradient)
