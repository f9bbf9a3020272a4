"""What a good programmer writes in NumPy: the equations on the whole batch, one sample per row."""

import numpy as np

from benchmarks.contestants import Prepared
from benchmarks.problem import BETA, RHO, WEIGHT_DECAY
from sparseae_lib.network import unflatten


def prepare(problem):
    X, theta = problem.data(), problem.theta()
    return Prepared(lambda: sparse_autoencoder(theta, X, problem.layer_sizes), lambda result: result)


def sparse_autoencoder(theta, X, layer_sizes):
    """Cost and gradient, the latter in the order of theta."""
    m = len(X)
    (W1, b1), (W2, b2) = unflatten(theta, layer_sizes)
    H = _sigmoid(X @ W1 + b1)
    Y = _sigmoid(H @ W2 + b2)
    rho_hat = H.mean(axis=0)
    error = Y - X
    kl = RHO * np.log(RHO / rho_hat) + (1 - RHO) * np.log((1 - RHO) / (1 - rho_hat))
    decay = np.sum(W1**2) + np.sum(W2**2)
    cost = np.sum(error**2) / (2 * m) + WEIGHT_DECAY / 2 * decay + BETA * np.sum(kl)
    beta_kappa = BETA * ((1 - RHO) / (1 - rho_hat) - RHO / rho_hat)
    D3 = error * Y * (1 - Y)
    D2 = (D3 @ W2.T + beta_kappa) * H * (1 - H)
    gradient = np.concatenate(
        [
            (X.T @ D2 / m + WEIGHT_DECAY * W1).ravel(),
            D2.mean(axis=0),
            (H.T @ D3 / m + WEIGHT_DECAY * W2).ravel(),
            D3.mean(axis=0),
        ]
    )
    return float(cost), gradient


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))
