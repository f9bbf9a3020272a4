"""optax's L-BFGS with its line search, on JAX's gradient."""

import jax
import jax.numpy as jnp
import optax

from benchmarks.contestants.with_jax import arrays, cost_of
from benchmarks.trainers import Clock, Run
from sparseae_lib.training import N_CORRECTIONS


def prepare(problem):
    X, theta = arrays(problem)
    cost = cost_of(problem)
    solver = optax.lbfgs(memory_size=N_CORRECTIONS)
    value_and_grad = optax.value_and_grad_from_state(cost)

    @jax.jit
    def step(theta, state, X):
        value, grad = value_and_grad(theta, X, state=state)
        updates, state = solver.update(grad, state, theta, value=value, grad=grad, value_fn=cost, X=X)
        return optax.apply_updates(theta, updates), state

    def train(theta, max_iter):
        clock = Clock()
        theta = jnp.asarray(theta)
        state = solver.init(theta)
        n_evaluations = 1
        for _ in range(max_iter):
            theta, state = step(theta, state, X)
            clock.record(optax.tree.get(state, "value"))
            n_evaluations += int(optax.tree.get(state, "num_linesearch_steps"))
        return Run(clock.seconds(), max_iter, n_evaluations, clock.curve)

    train(theta, 2)  # compiles
    return train
