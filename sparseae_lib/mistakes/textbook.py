"""The cost and the gradient as a learner writes them down: short, right, slow, and without checks.

``rho`` and ``beta`` hold one number per hidden layer. ``theta`` may be complex. ``mistakes`` edits these very lines.
"""

import numpy as np

from sparseae_lib.network import unflatten


def f(z):
    return 1 / (1 + np.exp(-z))


def f_prime(z):
    return f(z) * (1 - f(z))


def forward(layers, X):
    Z, A = [X], [X]  # the input has no z: X fills the place
    for W, b in layers:
        Z.append(A[-1] @ W + b)
        A.append(f(Z[-1]))
    return Z, A


def cost(theta, X, Y, layer_sizes, rho, beta, decay):
    layers = unflatten(theta, layer_sizes)
    Z, A = forward(layers, X)
    m = len(X)
    J = np.sum((A[-1] - Y) ** 2) / (2 * m)
    for W, b in layers:
        J = J + decay / 2 * np.sum(W**2)
    for k in range(1, len(layers)):
        r, q = rho[k - 1], np.mean(A[k], axis=0)
        kl = r * np.log(r / q) + (1 - r) * np.log((1 - r) / (1 - q))
        J = J + beta[k - 1] * np.sum(kl)
    return J


def gradient(theta, X, Y, layer_sizes, rho, beta, decay):
    layers = unflatten(theta, layer_sizes)
    Z, A = forward(layers, X)
    m = len(X)
    delta = (A[-1] - Y) * f_prime(Z[-1])
    gradients = []
    for k in reversed(range(len(layers))):
        W, b = layers[k]
        dW = A[k].T @ delta / m + decay * W
        db = delta.sum(axis=0) / m
        gradients = [dW, db, *gradients]
        if k > 0:
            r, q = rho[k - 1], A[k].mean(axis=0)
            kappa = -r / q + (1 - r) / (1 - q)
            delta = (delta @ W.T + beta[k - 1] * kappa) * f_prime(Z[k])
    return np.concatenate([part.ravel() for part in gradients])
