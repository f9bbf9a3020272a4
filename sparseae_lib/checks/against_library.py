"""The statements against the library: one quantity, lowered from its formula and computed by the library."""

from collections.abc import Sequence
from functools import partial
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Basic, Sum, Tuple, sympify

from sparseae_lib import backprop, penalties
from sparseae_lib.activations import Activation, get_activation, sigmoid, sigmoid_derivative
from sparseae_lib.calculus import Gradient
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.gradcheck import complex_step
from sparseae_lib.network import forward, init_parameters, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.statements import Statement, deep, selectivity, shards
from sparseae_lib.statements import symbols as sy
from sparseae_lib.typing import PerLayer

NETWORKS = ((4, 3, 5, 2), (5, 4, 6, 3, 4, 2), (3, 3, 3))
"""Layer sizes that are all distinct, deep, and all equal."""

SMALL_SHARD = 2
"""How many samples shard 1 has; the others are in shard 2."""

OUTPUT_PENALTY = (0.25, 0.5)
"""The target and the weight of a penalty on the output, which ``Objective`` does not have."""


def library_values(
    layer_sizes: Sequence[int],
    n_samples: int,
    rng: np.random.Generator,
    *,
    activation: str | Activation = "sigmoid",
    weight_decay: float = 0.1,
    rho: PerLayer = 0.2,
    beta: PerLayer = 0.0,
) -> dict[Basic, Any]:
    """{symbol or left side of a statement: its value}, as the library computes it in a random network.

    Layers are numbered: ``values[Delta(2)]`` is (m, S_2), ``values[Gradient(J, W(1))]`` is (S_1, S_2), biases are rows.
    ``rho`` and ``beta`` are as for ``Objective``: the deltas contain the penalties, J does not. Only an activation
    between 0 and 1 can have one. The gradients with respect to Z, which no training needs, are complex-step derivatives
    of the rest of the network.
    """
    depth = len(layer_sizes)
    theta = init_parameters(layer_sizes, rng)
    theta += rng.normal(scale=0.1, size=theta.size)  # so that no bias is zero
    X, Y = rng.uniform(size=(n_samples, layer_sizes[0])), rng.uniform(size=(n_samples, layer_sizes[-1]))
    chosen = get_activation(activation)
    layers = unflatten(theta, layer_sizes)
    activations = forward(layers, X, activation)
    rho, beta = (np.broadcast_to(number, depth - 2).tolist() for number in (rho, beta))

    def cost_and_gradient(beta):
        objective = Objective(layer_sizes, rho=rho, beta=beta, weight_decay=weight_decay, activation=activation)
        return objective(theta, X, Y)

    cost, gradient = cost_and_gradient(0.0)
    sparse_cost, sparse_gradient = cost_and_gradient(beta)
    values = {sy.J_sparse: sparse_cost, sy.m: n_samples}
    for k, (dW, db) in enumerate(unflatten(sparse_gradient, layer_sizes), start=1):
        values |= {Gradient(sy.J_sparse, sy.W(k)): dW, Gradient(sy.J_sparse, sy.b(k)): db[np.newaxis]}
    for k, weight in enumerate(beta, start=2):
        cost_k, gradient_k = cost_and_gradient([weight if layer == k else 0.0 for layer in range(2, depth)])
        dW, db = unflatten(gradient_k - gradient, layer_sizes)[k - 2]  # the penalty on layer k alone
        values |= {sy.Omega(k): cost_k - cost}
        values |= {Gradient(sy.Omega(k), sy.W(k - 1)): dW, Gradient(sy.Omega(k), sy.b(k - 1)): db[np.newaxis]}

    values |= {sy.f: chosen.function, sy.f.prime: lambda z: chosen.derivative(chosen.function(z))}
    values |= {sy.weight_decay: weight_decay, sy.Y.subs(sy.L, depth): Y, sy.J: cost}
    values |= {sy.A(k): A for k, A in enumerate(activations, start=1)}
    for k, ((W, b), (dW, db)) in enumerate(zip(layers, unflatten(gradient, layer_sizes), strict=True), start=1):
        values |= {sy.W(k): W, sy.b(k): b[np.newaxis]}
        values |= {Gradient(sy.J, sy.W(k)): dW, Gradient(sy.J, sy.b(k)): db[np.newaxis]}
        values[sy.Z(k + 1)] = backprop.pre_activation(values[sy.A(k)], W, b)
    values |= {
        sy.x: values[sy.Z(2)],
        sy.sigma: sigmoid,
        sy.sigma.prime(sy.x): sigmoid_derivative(sigmoid(values[sy.Z(2)])),
    }
    values[sy.Delta(depth)] = backprop.output_delta(activations[-1], Y, activation)
    for k in range(depth - 1, 1, -1):
        A = values[sy.A(k)]
        kl_slope = 0.0
        if chosen.range == (0, 1):
            values |= _penalty_values(k, A, rho[k - 2], beta[k - 2])
            if n_samples > SMALL_SHARD:
                values |= _shard_values(k, values, rho[k - 2], beta[k - 2], chosen)
            kl_slope = beta[k - 2] * penalties.kl_derivative(rho[k - 2], penalties.mean_activation(A))
        values[sy.Delta(k)] = backprop.hidden_delta(values[sy.Delta(k + 1)], values[sy.W(k)], A, activation, kl_slope)
    for k, t in product(range(1, depth + 1), shards.SIZES):
        batch = [symbol(k) for symbol in (sy.A, sy.Z, sy.Delta) if symbol(k) in values]
        values |= {shards.of_shard(symbol, t): values[symbol][_rows(t)] for symbol in batch}
    if chosen.range == (0, 1):
        values |= _deep_values(values, layers, Y, rho, beta, chosen)
    for k in range(2, depth + 1):
        values[Gradient(sy.J, sy.Z(k))] = complex_step(partial(_cost_from, layers[k - 1 :], Y, chosen), values[sy.Z(k)])
    return values


def _penalty_values(k, A, rho, beta):
    """What the statements of the penalty need to know of layer ``k``."""
    u = np.linspace(0.05, 0.95, 7)
    KL = sy.KL(k)
    return {
        sy.rho(k): rho,
        sy.beta(k): beta,
        sy.rho_hat(k): penalties.mean_activation(A)[np.newaxis],
        deep.kappa(k): penalties.kl_derivative(rho, penalties.mean_activation(A))[np.newaxis],
        selectivity.v(k): np.var(A, axis=0)[np.newaxis],
        KL: lambda row: penalties.kl_divergence(rho, row[0])[np.newaxis],
        KL.prime: lambda row: penalties.kl_derivative(rho, row[0])[np.newaxis],
        sy.u: u,
        KL(sy.u): penalties.kl_divergence(rho, u),
        KL.prime(sy.u): penalties.kl_derivative(rho, u),
    }


def _shard_values(k, values, rho, beta, activation):
    """What the statements of shards and of random batches need to know of layer ``k``."""
    A, below, W, b = values[sy.A(k)], values[sy.A(k - 1)], values[sy.W(k - 1)], values[sy.b(k - 1)][0]

    def penalty(A):
        return beta * np.sum(penalties.kl_divergence(rho, penalties.mean_activation(A)))

    found, total, average = {}, 0, 0
    for t in shards.SIZES:
        rows = _rows(t)
        omega, inputs = shards.of_shard(sy.Omega(k), t), below[rows]

        def of_weights(W, inputs=inputs):
            return penalty(activation.function(backprop.pre_activation(inputs, W, b)))

        found[omega], slope = penalty(A[rows]), complex_step(of_weights, W)
        found[Gradient(omega, sy.W(k - 1))] = slope
        found[shards.SIZES[t]] = len(inputs)
        total, average = total + len(inputs) * found[omega], average + len(inputs) * slope
    size = 3
    means = [penalties.mean_activation(A[list(batch)]) for batch in combinations(range(len(A)), size)]
    return found | {
        shards.Omega_bar(k): total / len(A),
        Gradient(shards.Omega_bar(k), sy.W(k - 1)): average / len(A),
        Gradient(sy.Omega(k), sy.A(k)): complex_step(penalty, A),
        shards.B: size,
        shards.BATCH_VARIANCE.left.subs(sy.l, k): np.var(means, axis=0)[np.newaxis],
    }


def _deep_values(values, layers, Y, rho, beta, activation):
    """What the statements of penalties on several layers, and on the output, need to know."""
    m, depth = len(Y), len(layers) + 1
    output = values[sy.A(depth)]
    found = _penalty_values(depth, output, *OUTPUT_PENALTY)
    cost = partial(_cost_from, [], Y, activation)
    penalty = partial(_penalties_from, [], *([number] for number in OUTPUT_PENALTY), activation)
    slope = complex_step(lambda Z: cost(Z) + penalty(Z), values[sy.Z(depth)])
    found[sy.m * Gradient(sy.J + sy.Omega(depth), sy.Z(depth))] = m * slope
    delta = backprop.output_delta(output, Y, activation)
    for k in range(depth - 1, 1, -1):
        W, A, Z, above = values[sy.W(k)], values[sy.A(k)], values[sy.Z(k)], layers[k - 1 : -1]
        kl_slope = penalties.kl_derivative(rho[k - 2], penalties.mean_activation(A))
        own = beta[k - 2] * kl_slope + np.zeros_like(A)  # a row for each sample
        found[deep.Delta_own(k)] = backprop.through_activation(own, A, activation)
        local = backprop.hidden_delta(delta, W, A, activation, beta[k - 2] * kl_slope)
        found[deep.LOST_TERM.left.subs(sy.l, k)] = values[sy.Delta(k)] - local
        found[deep.Delta_J(k)] = delta = backprop.hidden_delta(delta, W, A, activation)
        next_alone = [weight if layer == k + 1 else 0.0 for layer, weight in enumerate(beta[k - 2 :], start=k)]
        for symbol, weights in (
            (deep.Delta_Omega(k), beta[k - 2 :]),
            (sy.m * Gradient(sy.Omega(k + 1), sy.Z(k)), next_alone),
        ):
            if any(weights):
                of_Z = partial(_penalties_from, above, rho[k - 2 :], weights, activation)
                found[symbol] = m * complex_step(of_Z, Z)
    return found


def _rows(t):
    """The samples of shard ``t``."""
    return slice(None, SMALL_SHARD) if t == 1 else slice(SMALL_SHARD, None)


def _cost_from(layers, Y, activation, Z):
    """The cost of a network without weight decay, from the pre-activation of the layer below ``layers`` on."""
    A = activation.function(Z)
    for W, b in layers:
        A = activation.function(backprop.pre_activation(A, W, b))
    return backprop.cost(A, Y, [], 0.0)


def _penalties_from(layers, rho, beta, activation, Z):
    """The penalties from the layer below ``layers`` on, which has the pre-activation Z; the output has none."""
    total = 0
    for n_above, (target, weight) in enumerate(zip(rho, beta, strict=True)):
        A = activation.function(Z)
        total += weight * np.sum(penalties.kl_divergence(target, penalties.mean_activation(A)))
        if n_above < len(layers):
            Z = backprop.pre_activation(A, *layers[n_above])
    return total


def relative_difference(a: ArrayLike, b: ArrayLike) -> float:
    r""":math:`\lVert a - b \rVert / \lVert b \rVert`; ``ValueError`` where the two shapes differ."""
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a and b must have one shape, got {np.shape(a)} and {np.shape(b)}")
    return float(np.linalg.norm(np.subtract(a, b)) / np.linalg.norm(b))


def library_difference(statement: Statement) -> float:
    """The largest relative difference between a statement's formula, lowered, and the library.

    It is taken over all of ``NETWORKS`` and all layers that the statement is about. ``KeyError`` where the library
    computes no such quantity. The hidden layers have penalties where the statement is about them.
    """
    differences = []
    sides = Tuple(statement.formula, statement.derivation or 0)
    penalised = sides.has(sy.beta, sy.Omega, *shards.OMEGAS.values())
    for layer_sizes in NETWORKS:
        hidden = np.arange(1, len(layer_sizes) - 1)  # another target and another weight in every layer
        rho, beta = 0.3 / hidden, 0.5 * hidden * penalised
        values = library_values(layer_sizes, 7, np.random.default_rng(len(layer_sizes)), rho=rho, beta=beta)
        first, last = (end.subs(sy.L, len(layer_sizes)) for end in map(sympify, statement.layers or (1, 1)))
        for layer in range(first, last + 1):
            place = {sy.l: layer, sy.L: len(layer_sizes)}
            formula = statement.formula.subs(place).replace(Sum, lambda *parts: Sum(*parts).doit())
            differences.append(relative_difference(lower(formula)(values), values[statement.left.subs(place)]))
    return max(differences)
