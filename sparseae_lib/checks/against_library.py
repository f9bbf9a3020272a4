"""The statements against the library: one quantity, lowered from its formula and computed by the library.

A theorem about a quantity that the library has not computed before needs its value: add it to the table of its theme
below, under the left side of the statement. If no function of the library names the theorem, because training has no
use for it, the docstring of the table does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Basic, Sum, Tuple, sympify

from sparseae_lib import backprop, penalties
from sparseae_lib.activations import Activation, get_activation, sigmoid, sigmoid_derivative
from sparseae_lib.calculus import Gradient
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.gradcheck import complex_step
from sparseae_lib.network import flatten, forward, init_parameters, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.statements import Statement, deep, selectivity, shards
from sparseae_lib.statements import symbols as sy
from sparseae_lib.statements.tied import A_bar, Delta_bar, J_tied
from sparseae_lib.statements.weighted import Delta_q, J_q, q, rho_hat_q
from sparseae_lib.typing import PerLayer

NETWORKS = ((4, 3, 5, 2), (5, 4, 6, 3, 4, 2), (3, 3, 3))
"""Layer sizes that are all distinct, deep, and all equal."""

MIRRORED = ((4, 3, 4), (5, 3, 2, 3, 5), (3, 3, 3))
"""The same for tied weights."""

N_SAMPLES = 7
"""More than any layer has units, so that no size is mistaken for another."""

SMALL_SHARD = 2
"""How many samples shard 1 has; the others are in shard 2."""

BATCH_SIZE = 3
"""The size of a random batch. Few enough that all batches of ``N_SAMPLES`` samples can be gone through: 35."""

OUTPUT_PENALTY = (0.25, 0.5)
"""The target and the weight of a penalty on the output, which ``Objective`` does not have."""


@dataclass(frozen=True)
class _Case:
    """A network with its data. ``rho`` and ``beta`` are lists with one number per hidden layer."""

    layer_sizes: tuple[int, ...]
    theta: NDArray[np.float64]
    X: NDArray[np.float64]
    Y: NDArray[np.float64]
    activation: Activation
    weight_decay: float
    rho: list[float]
    beta: list[float]
    tied: bool
    weights: NDArray[np.float64]

    @property
    def depth(self):
        return len(self.layer_sizes)

    @property
    def layers(self):
        return unflatten(self.theta, self.layer_sizes)

    @property
    def hidden(self):
        return range(2, self.depth)

    @property
    def can_be_penalised(self):
        """Whether mean activations lie where the divergence is defined."""
        return self.activation.range == (0, 1)

    def penalty_of(self, layer):
        """rho and beta of a hidden layer."""
        return self.rho[layer - 2], self.beta[layer - 2]

    def cost_and_gradient(self, beta):
        """Those of the objective with these weights of the penalties, the gradient by layer: [(dW, db), ...]."""
        objective = Objective(
            self.layer_sizes, rho=self.rho, beta=beta, weight_decay=self.weight_decay, activation=self.activation
        )
        cost, gradient = objective(self.theta, self.X, self.Y)
        return cost, unflatten(gradient, self.layer_sizes)

    def only(self, layer):
        """The weights of the penalties with that of one layer alone, the others being 0."""
        return [beta if k == layer else 0.0 for k, beta in zip(self.hidden, self.beta, strict=True)]


def library_values(
    layer_sizes: Sequence[int],
    n_samples: int,
    rng: np.random.Generator,
    *,
    activation: str | Activation = "sigmoid",
    weight_decay: float = 0.1,
    rho: PerLayer = 0.2,
    beta: PerLayer = 0.0,
    tied: bool = False,
) -> dict[Basic, Any]:
    """{symbol or left side of a statement: its value}, as the library computes it in a random network.

    Layers are numbered: ``values[Delta(2)]`` is (m, S_2), ``values[Gradient(J, W(1))]`` is (S_1, S_2), biases are rows.
    ``rho`` and ``beta`` are as for ``Objective``: the deltas contain the penalties, J does not. Only an activation
    between 0 and 1 can have one. If weights are ``tied``, the gradient for them is there as well. The gradients with
    respect to Z, which no training needs, are complex-step derivatives of the rest of the network.
    """
    theta = init_parameters(layer_sizes, rng, tied=tied)
    theta += rng.normal(scale=0.1, size=theta.size)  # so that no bias is zero
    theta = flatten(unflatten(theta, layer_sizes, tied=tied))
    X, Y = rng.uniform(size=(n_samples, layer_sizes[0])), rng.uniform(size=(n_samples, layer_sizes[-1]))
    n_hidden = len(layer_sizes) - 2
    case = _Case(
        tuple(layer_sizes),
        theta,
        X,
        Y,
        get_activation(activation),
        weight_decay,
        np.broadcast_to(rho, n_hidden).tolist(),
        np.broadcast_to(beta, n_hidden).tolist(),
        tied,
        rng.dirichlet(np.ones(n_samples)) * n_samples,
    )
    values = _forward_pass(case)
    values |= _costs_and_gradients(case)
    for layer in case.hidden if case.can_be_penalised else ():
        values |= _penalty(layer, values[sy.A(layer)], *case.penalty_of(layer))
    values |= _deltas(case, values)
    values |= _weighted(case, values)
    values |= _tied(case, values) if case.tied else {}
    values |= _rows_of_shards(case, values)
    if case.can_be_penalised:
        if n_samples > SMALL_SHARD:
            for layer in case.hidden:
                values |= _shards_and_batches(layer, case, values)
        values |= _penalised_output(case, values)
        values |= _penalties_on_several_layers(case, values)
    return values


def _forward_pass(case):
    """The symbols of the definitions: parameters, data, activations."""
    activations = forward(case.layers, case.X, case.activation)
    values = {sy.A(layer): A for layer, A in enumerate(activations, start=1)}
    for layer, (W, b) in enumerate(case.layers, start=1):
        values |= {
            sy.W(layer): W,
            sy.b(layer): b[np.newaxis],
            sy.Z(layer + 1): backprop.pre_activation(activations[layer - 1], W, b),
        }
    Z = values[sy.Z(2)]
    return values | {
        sy.m: len(case.X),
        sy.Y.subs(sy.L, case.depth): case.Y,
        sy.weight_decay: case.weight_decay,
        sy.f: case.activation.function,
        sy.f.prime: lambda z: case.activation.derivative(case.activation.function(z)),
        sy.x: Z,
        sy.sigma: sigmoid,
        sy.sigma.prime(sy.x): sigmoid_derivative(sigmoid(Z)),
    }


def _costs_and_gradients(case):
    """J, J_sparse and each penalty, with their gradients with respect to weights, biases and pre-activations.

    Theorems ``thm-delta``, ``thm-penalty-weights``, ``thm-penalty-biases``, ``thm-mean-force``,
    ``thm-one-pass-weights``, ``thm-one-pass-biases``, ``thm-shard-weights``, ``thm-shard-biases``.
    """
    cost, gradient = case.cost_and_gradient(0.0)
    sparse_cost, sparse_gradient = case.cost_and_gradient(case.beta)
    values = {sy.J: cost, sy.J_sparse: sparse_cost}
    for layer, (dW, db) in enumerate(gradient, start=1):
        values |= {Gradient(sy.J, sy.W(layer)): dW, Gradient(sy.J, sy.b(layer)): db[np.newaxis]}
    for layer, (dW, db) in enumerate(sparse_gradient, start=1):
        values |= {Gradient(sy.J_sparse, sy.W(layer)): dW, Gradient(sy.J_sparse, sy.b(layer)): db[np.newaxis]}
    for layer in case.hidden:
        cost_with_it, gradient_with_it = case.cost_and_gradient(case.only(layer))
        (dW, db), (dW_with_it, db_with_it) = gradient[layer - 2], gradient_with_it[layer - 2]
        values |= {
            sy.Omega(layer): cost_with_it - cost,
            Gradient(sy.Omega(layer), sy.W(layer - 1)): dW_with_it - dW,
            Gradient(sy.Omega(layer), sy.b(layer - 1)): (db_with_it - db)[np.newaxis],
        }
    for layer, Z in enumerate(_pre_activations(case), start=2):
        of_Z = partial(_cost_from, case.layers[layer - 1 :], case.Y, case.activation)
        values[Gradient(sy.J, sy.Z(layer))] = complex_step(of_Z, Z)
    return values


def _penalty(layer, A, rho, beta):
    """The symbols of the penalty on a layer with the activations A. Theorem ``thm-shard-means``."""
    KL, u = sy.KL(layer), np.linspace(0.05, 0.95, 7)
    rho_hat = penalties.mean_activation(A)
    return {
        sy.rho(layer): rho,
        sy.beta(layer): beta,
        sy.rho_hat(layer): rho_hat[np.newaxis],
        deep.kappa(layer): penalties.kl_derivative(rho, rho_hat)[np.newaxis],
        selectivity.v(layer): np.var(A, axis=0)[np.newaxis],
        KL: lambda row: penalties.kl_divergence(rho, row[0])[np.newaxis],
        KL.prime: lambda row: penalties.kl_derivative(rho, row[0])[np.newaxis],
        sy.u: u,
        KL(sy.u): penalties.kl_divergence(rho, u),
        KL.prime(sy.u): penalties.kl_derivative(rho, u),
    }


def _deltas(case, values):
    """The deltas of the sparse cost, from the output down."""
    delta = backprop.output_delta(values[sy.A(case.depth)], case.Y, case.activation)
    deltas = {sy.Delta(case.depth): delta}
    for layer in reversed(case.hidden):
        A, beta_kappa = values[sy.A(layer)], 0.0
        if case.can_be_penalised:
            beta_kappa = case.beta[layer - 2] * values[deep.kappa(layer)][0]
        delta = backprop.hidden_delta(delta, values[sy.W(layer)], A, case.activation, beta_kappa)
        deltas[sy.Delta(layer)] = delta
    return deltas


def _weighted(case, values):
    """The cost and the deltas with weights of the samples; their mean is 1."""
    weights = case.weights
    objective = Objective(case.layer_sizes, weight_decay=case.weight_decay, activation=case.activation)
    delta = backprop.output_delta(values[sy.A(case.depth)], case.Y, case.activation, sample_weight=weights)
    found = {
        q: weights[:, np.newaxis],
        J_q: objective.cost(case.theta, case.X, case.Y, weights),
        Delta_q(case.depth): delta,
    }
    for layer in reversed(case.hidden):
        A, beta_kappa = values[sy.A(layer)], 0.0
        if case.can_be_penalised:
            rho, beta = case.penalty_of(layer)
            rho_hat = penalties.mean_activation(A, weights)
            found[rho_hat_q(layer)] = rho_hat[np.newaxis]
            beta_kappa = beta * penalties.kl_derivative(rho, rho_hat)
        W = values[sy.W(layer)]
        delta = backprop.hidden_delta(delta, W, A, case.activation, beta_kappa, sample_weight=weights)
        found[Delta_q(layer)] = delta
    return found


def _tied(case, values):
    """The gradient for the encoder's weights, if the decoder has the same, and what enters it from the decoder."""
    theta = flatten(case.layers, tied=True)
    objective = Objective(case.layer_sizes, weight_decay=case.weight_decay, activation=case.activation, tied=True)
    gradient = unflatten(objective(theta, case.X, case.Y)[1], case.layer_sizes, tied=True)
    found = {}
    for layer in range(1, (case.depth + 1) // 2):
        found |= {
            Gradient(J_tied, sy.W(layer)): gradient[layer - 1][0],
            A_bar(layer): values[sy.A(case.depth - layer)],
            Delta_bar(layer): values[sy.Delta(case.depth - layer + 1)],
        }
    return found


def _rows_of_shards(case, values):
    """What has one row per sample, restricted to each shard. Theorem ``thm-shard-delta``."""
    found = {}
    for layer in range(1, case.depth + 1):
        for symbol in (sy.A, sy.Z, sy.Delta):
            if symbol(layer) in values:
                for shard in shards.SIZES:
                    found[shards.of_shard(symbol(layer), shard)] = values[symbol(layer)][_rows(shard)]
    return found


def _shards_and_batches(layer, case, values):
    """The penalty on a layer computed from each shard alone, and the mean activations of random batches.

    Theorems ``thm-mean-penalty``, ``thm-shard-average``, ``thm-frozen-slope``, ``thm-batch-variance``.
    """
    A, below, W, b = values[sy.A(layer)], values[sy.A(layer - 1)], values[sy.W(layer - 1)], values[sy.b(layer - 1)][0]
    rho, beta = case.penalty_of(layer)
    m = len(A)

    def penalty(A):
        return beta * np.sum(penalties.kl_divergence(rho, penalties.mean_activation(A)))

    found, average, gradient_of_average = {}, 0, 0
    for shard, size in shards.SIZES.items():
        inputs, Omega = below[_rows(shard)], shards.of_shard(sy.Omega(layer), shard)

        def of_weights(W, inputs=inputs):
            return penalty(case.activation.function(backprop.pre_activation(inputs, W, b)))

        value, gradient = penalty(A[_rows(shard)]), complex_step(of_weights, W)
        found |= {size: len(inputs), Omega: value, Gradient(Omega, sy.W(layer - 1)): gradient}
        average, gradient_of_average = average + len(inputs) * value, gradient_of_average + len(inputs) * gradient
    means = [penalties.mean_activation(A[list(batch)]) for batch in combinations(range(m), BATCH_SIZE)]
    return found | {
        shards.Omega_bar(layer): average / m,
        Gradient(shards.Omega_bar(layer), sy.W(layer - 1)): gradient_of_average / m,
        Gradient(sy.Omega(layer), sy.A(layer)): complex_step(penalty, A),
        shards.B: BATCH_SIZE,
        shards.BATCH_VARIANCE.left.subs(sy.l, layer): np.var(means, axis=0)[np.newaxis],
    }


def _penalised_output(case, values):
    """The symbols of a penalty on the output, and the delta of an output that has one.

    Theorem ``thm-sparse-output-delta``.
    """
    L = case.depth
    rho, beta = OUTPUT_PENALTY
    cost = partial(_cost_from, [], case.Y, case.activation)
    penalty = partial(_penalties_from, [], [rho], [beta], case.activation)
    gradient = complex_step(lambda Z: cost(Z) + penalty(Z), values[sy.Z(L)])
    delta = {sy.m * Gradient(sy.J + sy.Omega(L), sy.Z(L)): len(case.X) * gradient}
    return _penalty(L, values[sy.A(L)], rho, beta) | delta


def _penalties_on_several_layers(case, values):
    """The two parts of the deltas, that of the cost and that of the penalties, and what the local formula loses.

    Theorems ``thm-penalty-below``, ``thm-lost-term``.
    """
    m, activation = len(case.X), case.activation
    found, delta_J = {}, values[sy.Delta(case.depth)]
    for layer in reversed(case.hidden):
        W, A, Z, above = values[sy.W(layer)], values[sy.A(layer)], values[sy.Z(layer)], case.layers[layer - 1 : -1]
        beta_kappa = case.beta[layer - 2] * values[deep.kappa(layer)][0]
        local = backprop.hidden_delta(delta_J, W, A, activation, beta_kappa)
        delta_J = backprop.hidden_delta(delta_J, W, A, activation)
        found |= {
            deep.Delta_own(layer): backprop.activation_vjp(beta_kappa + np.zeros_like(A), A, activation),
            deep.LOST_TERM.left.subs(sy.l, layer): values[sy.Delta(layer)] - local,
            deep.Delta_J(layer): delta_J,
        }
        rho, from_here, next_alone = case.rho[layer - 2 :], case.beta[layer - 2 :], case.only(layer + 1)[layer - 2 :]
        if any(from_here):
            of_Z = partial(_penalties_from, above, rho, from_here, activation)
            found[deep.Delta_Omega(layer)] = m * complex_step(of_Z, Z)
        if any(next_alone):
            of_Z = partial(_penalties_from, above, rho, next_alone, activation)
            found[sy.m * Gradient(sy.Omega(layer + 1), sy.Z(layer))] = m * complex_step(of_Z, Z)
    return found


def _pre_activations(case):
    """[Z2, ..., ZL]"""
    activations = forward(case.layers, case.X, case.activation)
    return [backprop.pre_activation(A, W, b) for A, (W, b) in zip(activations, case.layers, strict=False)]


def _rows(shard):
    """The samples of a shard."""
    return slice(None, SMALL_SHARD) if shard == 1 else slice(SMALL_SHARD, None)


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
    r""":math:`\lVert a - b \rVert / \lVert b \rVert`. Raises ValueError if the two shapes differ."""
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a and b must have one shape, got {np.shape(a)} and {np.shape(b)}")
    return float(np.linalg.norm(np.subtract(a, b)) / np.linalg.norm(b))


def library_difference(statement: Statement) -> float:
    """The largest relative difference between a statement's formula, lowered, and the library.

    It is taken over all of ``NETWORKS`` and all layers that the statement is about. The hidden layers have penalties if
    the statement is about them. Raises KeyError if the library has no value of the left side.
    """
    differences = []
    sides = Tuple(statement.formula, statement.derivation or 0)
    penalised = sides.has(sy.beta, sy.Omega, *shards.OMEGAS.values())
    has_tied = statement.left.has(J_tied)
    for layer_sizes in MIRRORED if has_tied else NETWORKS:
        hidden = np.arange(1, len(layer_sizes) - 1)  # another target and another weight in every layer
        rho, beta = 0.3 / hidden, 0.5 * hidden * penalised
        rng = np.random.default_rng(len(layer_sizes))
        values = library_values(layer_sizes, N_SAMPLES, rng, rho=rho, beta=beta, tied=has_tied)
        first, last = (end.subs(sy.L, len(layer_sizes)) for end in map(sympify, statement.layers or (1, 1)))
        for layer in range(first, last + 1):
            place = {sy.l: layer, sy.L: len(layer_sizes)}
            formula, left = statement.formula.subs(place), statement.left.subs(place)
            if left not in values:
                raise KeyError(
                    f"there is no value of {left}, the left side of {statement.label}: add it to the table of its "
                    f"theme in {__name__}"
                )
            formula = formula.replace(Sum, lambda *parts: Sum(*parts).doit())
            differences.append(relative_difference(lower(formula)(values), values[left]))
    return max(differences)
