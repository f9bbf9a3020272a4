"""What a user writes with the types of the library. It is type-checked and not run; ``test_types`` says how."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from dask.array import Array
from distributed import Client
from numpy.typing import NDArray

from sparseae_lib.activations import ACTIVATIONS, Activation, sigmoid
from sparseae_lib.backprop import output_delta, weight_gradient
from sparseae_lib.calculus import Decision, Outcome, decide, prove
from sparseae_lib.checkpoints import load_checkpoint
from sparseae_lib.distributed import DistributedObjective
from sparseae_lib.errata import load_errata
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.gradcheck import GradientCheck, central_difference, check_gradient
from sparseae_lib.images import normalise_patches, sample_patches, whiten
from sparseae_lib.network import flatten, forward, init_parameters, unflatten
from sparseae_lib.objective import Evaluation, Objective
from sparseae_lib.penalties import kl_derivative, kl_divergence, mean_activation
from sparseae_lib.plots import plot_costs, plot_filters
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.training import Training, train


def gradient_of_my_own(objective: Objective, theta: NDArray[np.float64], X: NDArray[np.float64]) -> GradientCheck:
    cost, gradient = objective(theta, X)
    print(f"{cost:.3f}", gradient.shape)
    assert check_gradient(lambda t: objective.cost(t, X), lambda t: objective(t, X)[1], theta)
    return check_gradient(lambda t: objective.cost(t, X), gradient, theta, tolerance=1e-12)


def objectives(sizes: Sequence[int]) -> list[Objective]:
    cube = Activation("cube", lambda z: z**3, lambda a: 3 * np.cbrt(a) ** 2, (-np.inf, np.inf))
    return [
        Objective(sizes),
        Objective(sizes, activation=cube, workers=2),
        Objective((64, 25, 64), rho=0.01, beta=3, weight_decay=1e-4, activation="sigmoid"),
        Objective((64, 30, 25, 64), rho=[0.1, 0.05], beta=np.array([3.0, 2.0])),
    ]


def single_precision(objective: Objective, X: NDArray[np.float32]) -> NDArray[np.float32]:
    theta = init_parameters((64, 25, 64), np.random.default_rng(0)).astype(np.float32)
    return objective(theta, X)[1]


def by_hand(layers: list[tuple[NDArray[np.float64], NDArray[np.float64]]], X: NDArray[np.float64]) -> float:
    *hidden, output = forward(layers, X, "sigmoid")
    delta = output_delta(output, X, ACTIVATIONS["sigmoid"])
    step = weight_gradient(hidden[-1], delta, layers[-1][0], 1e-4)
    rho_hat = mean_activation(sigmoid(hidden[-1]))
    return float(step.sum() + kl_divergence(0.05, rho_hat).sum() + kl_derivative(0.05, rho_hat).sum())


def training(objective: Objective, X: NDArray[np.float64], path: Path) -> Training:
    def report(so_far: Training) -> None:
        print(so_far.n_iter, so_far.history.costs[-1])

    theta = init_parameters(objective.layer_sizes, np.random.default_rng(0))
    first = train(objective, theta, X, max_iter=10, callback=report, checkpoint=path)
    again = train(objective, load_checkpoint(path), X, X, tol=1e-3, progress=True)
    evaluation: Evaluation = objective.evaluate(again.theta, X)
    assert flatten(unflatten(first.theta, objective.layer_sizes)).shape == evaluation.gradient.shape
    return again


def estimator(X: NDArray[np.float64], path: Path) -> NDArray[np.floating]:
    autoencoder = SparseAutoencoder((25,), beta=0.1, random_state=0).fit(X)
    autoencoder.save(path)
    loaded = SparseAutoencoder.load(path)
    print(loaded.score(X), [W.shape for W in loaded.coefs_], loaded.history_.gradient_norms)
    return loaded.inverse_transform(loaded.transform(X.tolist()))


def pictures(images: list[NDArray[np.float64]], result: Training) -> None:
    patches = sample_patches([whiten(image) for image in images], (8, 8), 1000, np.random.default_rng(0))
    (W, _b), *_ = unflatten(result.theta, (64, 25, 64))
    plot_filters(W, (8, 8)).set_title("filters")
    plot_costs(result.history.costs, label="a training", ax=plot_filters(normalise_patches(patches).T, (8, 8)))


def proofs() -> list[Decision]:
    wrong = [entry.id for entry in load_errata() if entry.verdict == "wrong" and entry.correction is not None]
    print(wrong, STATEMENTS["thm-weight-gradient"].equation)
    assert decide("x + x", "2*x").outcome is Outcome.PROVED
    return [prove("x + x", "2*x")]


def numerically(objective: Objective, theta: NDArray[np.float64], X: NDArray[np.float64]) -> NDArray[np.float64]:
    return central_difference(lambda t: objective.cost(t, X), theta)


def on_a_cluster(client: Client, X: Array) -> Training:
    objective = DistributedObjective((64, 25, 64), client=client, rho=0.1, beta=3.0)
    theta = init_parameters((64, 25, 64), np.random.default_rng(0))
    cost, gradient = objective(theta, X)
    print(f"{cost:.3f}", gradient.shape)
    return train(objective, theta, X)
