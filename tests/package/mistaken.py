"""Mistakes in the use of the library: a type checker reports each line that says so, and no other."""

import numpy as np
from distributed import Client
from numpy.typing import NDArray

from sparseae_lib.backprop import hidden_delta
from sparseae_lib.calculus import decide, prove
from sparseae_lib.distributed import DistributedObjective
from sparseae_lib.errata import load_errata
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.gradcheck import check_gradient
from sparseae_lib.images import sample_patches
from sparseae_lib.network import init_parameters, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.penalties import kl_divergence
from sparseae_lib.plots import plot_costs
from sparseae_lib.training import train

rng = np.random.default_rng(0)
X = rng.random((10, 64))
theta = init_parameters((64, 25, 64), rng)
objective = Objective((64, 25, 64))


def networks() -> None:
    Objective((64, 25, 64), bta=3)  # wrong
    Objective("64-25-64")  # wrong
    Objective((64, 25, 64), rho="0.05")  # wrong
    Objective((64, 25, 64), activation=np.tanh)  # wrong
    init_parameters((64, 25, 64), 0)  # wrong
    unflatten(theta)  # wrong


def evaluations() -> None:
    _, _, _ = objective(theta, X)  # wrong
    objective(theta, rng.integers(256, size=(10, 64)))  # wrong
    print(objective.evaluate(theta, X).gradients)  # wrong
    hidden_delta(X, X, X, "sigmoid", kl_slop=0.0)  # wrong
    kl_divergence("0.05", X[0])  # wrong


def single_precision() -> NDArray[np.float32]:
    return objective(theta, X)[1]  # wrong


def checks() -> None:
    check_gradient(lambda t: objective(t, X), theta, layuot="rows")  # wrong
    check_gradient(lambda t: objective(t, X), theta, layout="fortran")  # wrong
    check_gradient(lambda t: objective.cost(t, X), theta, theta, method="complex")  # wrong
    assert decide("x + x", "2*x").is_proved  # wrong
    prove(left="x + x", rihgt="2*x")  # wrong
    print(load_errata()[0].correction.upper())  # wrong


def trainings(client: Client) -> None:
    train(objective, theta, X, max_iter="many")  # wrong
    train(lambda t: objective.cost(t, X), theta)  # wrong
    print(train(objective, theta, X).cost.shape)  # wrong
    train(objective, theta, X, callback=lambda a, b: None)  # wrong
    SparseAutoencoder((25,), btea=0.1)  # wrong
    SparseAutoencoder(hidden_layer_sizes=25)  # wrong
    DistributedObjective((64, 25, 64), client=client, workers=2)  # wrong
    DistributedObjective((64, 25, 64), client=client)(theta, X)  # wrong


def pictures() -> None:
    plot_costs(costs=[1.0, 0.5])  # wrong
    sample_patches([X], 8, 100, rng)  # wrong
