"""The matrix products that any implementation must do, and nothing else."""

from itertools import pairwise

import numpy as np

from benchmarks.contestants import Prepared
from sparseae_lib.network import unflatten


def prepare(problem):
    r""":math:`A^{(l)} W^{(l)}`, :math:`\Delta^{(l+1)} W^{(l)T}` and :math:`A^{(l)T} \Delta^{(l+1)}` of each layer.

    The first layer has no delta, so a network with one hidden layer needs five. Outputs are allocated beforehand, and
    the factors are as large as they are in the real computation.
    """
    rng = np.random.default_rng(2)
    sizes, m = problem.layer_sizes, problem.n_samples
    W = [W for W, b in unflatten(problem.theta(), sizes)]
    A = [problem.data(), *(rng.uniform(0.1, 0.9, (m, size)) for size in sizes[1:-1])]
    delta = [rng.uniform(-0.1, 0.1, (m, size)) for size in sizes[1:]]
    Z = [np.empty((m, size)) for size in sizes[1:]]
    gradients = [np.empty(shape) for shape in pairwise(sizes)]

    def evaluate():
        for below, weights, out in zip(A, W, Z, strict=True):
            np.dot(below, weights, out=out)
        for above, weights, out in zip(delta[1:], W[1:], Z[:-1], strict=True):
            np.dot(above, weights.T, out=out)
        for below, above, out in zip(A, delta, gradients, strict=True):
            np.dot(below.T, above, out=out)

    return Prepared(evaluate, None)
