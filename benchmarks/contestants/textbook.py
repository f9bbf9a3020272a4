"""What a learner gets by porting the UFLDL exercise from MATLAB line by line.

Samples are columns, biases are repeated for each of them, and theta holds all weights before all biases.
"""

import numpy as np

from benchmarks.contestants import Prepared
from benchmarks.problem import BETA, RHO, WEIGHT_DECAY
from sparseae_lib.network import flatten, unflatten


def prepare(problem):
    visible_size, hidden_size, _ = problem.layer_sizes
    (W1, b1), (W2, b2) = unflatten(problem.theta(), problem.layer_sizes)
    theta = np.concatenate([W1.T.ravel(), W2.T.ravel(), b1, b2])
    data = np.ascontiguousarray(problem.data().T)

    def to_library(result):
        cost, gradient = result
        W1, W2, b1, b2 = unpack(gradient, visible_size, hidden_size)
        return float(cost), flatten([(W1.T, b1), (W2.T, b2)])

    return Prepared(
        lambda: sparse_autoencoder_cost(theta, visible_size, hidden_size, WEIGHT_DECAY, RHO, BETA, data), to_library
    )


def sparse_autoencoder_cost(theta, visible_size, hidden_size, decay, sparsity_param, beta, data):
    W1, W2, b1, b2 = unpack(theta, visible_size, hidden_size)
    m = data.shape[1]

    z2 = W1 @ data + np.tile(b1[:, np.newaxis], (1, m))
    a2 = sigmoid(z2)
    z3 = W2 @ a2 + np.tile(b2[:, np.newaxis], (1, m))
    a3 = sigmoid(z3)

    rho_hat = np.sum(a2, axis=1) / m
    kl = sparsity_param * np.log(sparsity_param / rho_hat)
    kl = kl + (1 - sparsity_param) * np.log((1 - sparsity_param) / (1 - rho_hat))
    error = np.sum((data - a3) ** 2) / (2 * m)
    weight_decay = decay / 2 * (np.sum(W1**2) + np.sum(W2**2))
    cost = error + weight_decay + beta * np.sum(kl)

    sparsity_delta = -sparsity_param / rho_hat + (1 - sparsity_param) / (1 - rho_hat)
    delta3 = -(data - a3) * a3 * (1 - a3)
    delta2 = (W2.T @ delta3 + beta * np.tile(sparsity_delta[:, np.newaxis], (1, m))) * a2 * (1 - a2)

    W1grad = delta2 @ data.T / m + decay * W1
    W2grad = delta3 @ a2.T / m + decay * W2
    b1grad = np.sum(delta2, axis=1) / m
    b2grad = np.sum(delta3, axis=1) / m
    return cost, np.concatenate([W1grad.ravel(), W2grad.ravel(), b1grad, b2grad])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def unpack(theta, visible_size, hidden_size):
    n_weights = hidden_size * visible_size
    W1 = theta[:n_weights].reshape(hidden_size, visible_size)
    W2 = theta[n_weights : 2 * n_weights].reshape(visible_size, hidden_size)
    b1 = theta[2 * n_weights : 2 * n_weights + hidden_size]
    b2 = theta[2 * n_weights + hidden_size :]
    return W1, W2, b1, b2
