"""A batch in shards or in random batches: what adds up, and what does not."""

from itertools import combinations

import numpy as np
import pytest
from sympy import MatrixSymbol, Sum, symbols

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, Outcome, decide, entry, ones, prove, refute
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.checks.against_library import NETWORKS, library_values, relative_difference
from sparseae_lib.formulas import latex
from sparseae_lib.network import flatten, unflatten
from sparseae_lib.objective import Objective
from sparseae_lib.penalties import kl_divergence, mean_activation
from sparseae_lib.statements.deep import kappa
from sparseae_lib.statements.shards import (
    BATCH_VARIANCE,
    FROZEN_SLOPE,
    MEAN_PENALTY,
    ONE_PASS_BIASES,
    ONE_PASS_WEIGHTS,
    SHARD_AVERAGE,
    SHARD_BIASES,
    SHARD_DELTA,
    SHARD_MEANS,
    SHARD_WEIGHTS,
    SIZES,
    B,
    m_1,
    m_2,
    mean_of_shards,
    of_shard,
    over_shards,
    rows_of,
    size_weighted,
    unroll_shards,
)
from sparseae_lib.statements.sparsity import MEAN_ACTIVATION, PENALTY, PENALTY_WEIGHTS, SPARSE_DELTA, mean_of
from sparseae_lib.statements.symbols import (
    KL,
    A,
    Delta,
    J_sparse,
    L,
    S,
    W,
    Y,
    Z,
    b,
    beta,
    f,
    l,
    m,
    n,
    rho_hat,
    square,
    weight_decay,
)

WHOLE = {m: m_1 + m_2}
Z_NEXT = A(l) * W(l) + ones(m) * b(l)
COMMON_MEAN = {rho_hat(l + 1): mean_of_shards(f(Z_NEXT)), rows_of(Z(l + 1), 1): rows_of(Z_NEXT, 1)}
OWN_MEANS = {of_shard(rho_hat(l), t): of_shard(mean_of(f(Z(l))), t) for t in SIZES}
A_1, A_2 = of_shard(A(l), 1), of_shard(A(l), 2)


@pytest.mark.parametrize(
    ("statement", "right", "wrong"),
    [
        (SHARD_AVERAGE, m, m / 2),
        (SHARD_AVERAGE, m_1, m_2),
        (SHARD_AVERAGE, of_shard(PENALTY_WEIGHTS.left, 1), of_shard(PENALTY_WEIGHTS.left, 2)),
        (SHARD_AVERAGE, of_shard(PENALTY_WEIGHTS.left, 1), rows_of(PENALTY_WEIGHTS.formula, 1).xreplace(COMMON_MEAN)),
        (BATCH_VARIANCE, B, B + 1),
        (BATCH_VARIANCE, m - B, m),
        (BATCH_VARIANCE, rho_hat(l), 2 * rho_hat(l)),
        (SHARD_MEANS, A_2, of_shard(Z(l), 2)),
        (SHARD_MEANS, m, m_1),
        (SHARD_DELTA, KL(l).prime, KL(l)),
        (SHARD_DELTA, rho_hat(l), of_shard(rho_hat(l), 1)),
        (SHARD_DELTA, beta(l), beta(l) * m_1 / (m_1 + m_2)),
        (SHARD_DELTA, W(l).T, W(l)),
        (SHARD_WEIGHTS, of_shard(Delta(l + 1), 2), of_shard(Delta(l + 1), 1)),
        (SHARD_WEIGHTS, A_2, 2 * A_2),
        (SHARD_WEIGHTS, m, m_1),
        (SHARD_WEIGHTS, weight_decay, 2 * weight_decay),
        (SHARD_BIASES, of_shard(Delta(l + 1), 2), 0 * of_shard(Delta(l + 1), 2)),
        (SHARD_BIASES, m, m_2),
        (FROZEN_SLOPE, beta(l), m * beta(l)),
        (FROZEN_SLOPE, KL(l).prime, KL(l).prime.prime),
        (ONE_PASS_WEIGHTS, f.prime, f),
        (ONE_PASS_WEIGHTS, kappa(l + 1), 2 * kappa(l + 1)),
        (ONE_PASS_WEIGHTS, kappa(l + 1), KL(l + 1).prime(2 * mean_of(f(Z_NEXT)))),
        (ONE_PASS_WEIGHTS, A(l).T, A(l)),
        (ONE_PASS_BIASES, beta(l + 1), beta(l)),
        (ONE_PASS_BIASES, kappa(l + 1), KL(l).prime(mean_of(f(Z_NEXT)))),
    ],
)
def test_a_corrupted_statement_is_refuted_or_ill_formed(statement, right, wrong):
    corrupted = statement.formula.subs(right, wrong) if right.is_Add else statement.formula.xreplace({right: wrong})
    assert corrupted != statement.formula
    meanings = {of_shard(rho_hat(l), 1): of_shard(mean_of(f(Z(l))), 1), **statement.where}
    assert refute(statement.derivation, corrupted.xreplace(meanings)).outcome is not Outcome.PROVED


def test_a_shard_is_printed_with_its_number():
    assert latex(of_shard(MEAN_ACTIVATION.formula, 2)) == r"\frac{1}{m_{2}}\, \mathbf{1}^{\top}\, {A_2}^{(l)}"
    assert latex(of_shard(rho_hat(l), 1)[0, 0]) == r"{\hat\rho_1}_{1}^{(l)}"
    assert latex(SHARD_DELTA.left) == r"{\Delta_1}^{(l)}"


def test_the_rows_of_a_shard_keep_the_means_of_the_batch():
    delta = SPARSE_DELTA.formula
    assert rows_of(delta, 1).has(rho_hat(l)) and not of_shard(delta, 1).has(rho_hat(l))
    assert rows_of(delta, 1).shape == of_shard(delta, 1).shape == (m_1, S(l))
    assert rows_of(W(l), 1) == W(l)


# The average


def test_the_average_of_costs_without_a_penalty_is_the_cost():
    error = EntrySum(Hadamard(Y - A(L), Y - A(L))) / (2 * m)
    decay = weight_decay * EntrySum(W(l))
    on_all = over_shards(error * m) / (m_1 + m_2)
    assert prove(size_weighted(error + decay).xreplace(WHOLE), on_all + decay).outcome is Outcome.PROVED
    unweighted = (of_shard(error, 1) + of_shard(error, 2)) / 2
    assert decide(unweighted, on_all).outcome is Outcome.REFUTED


def test_the_average_is_not_the_gradient_of_the_penalty_but_for_equal_shards():
    on_all = PENALTY.formula.subs(l, l + 1).xreplace(COMMON_MEAN)
    gradient, average = Gradient(on_all, W(l)), SHARD_AVERAGE.expanded
    assert refute(gradient, average).outcome is Outcome.REFUTED
    equal = {A_2: A_1, m_2: m_1}
    assert prove(gradient.xreplace(equal), average.xreplace(equal)).outcome is Outcome.PROVED


@pytest.mark.parametrize("ends", [(1,), (3, 4, 9), tuple(range(1, 12))])
@pytest.mark.parametrize("target", [0.02, 0.5, 0.9])
def test_the_mean_of_the_penalties_is_larger_by_the_distance_from_the_tangent(ends, target):
    activations = np.random.default_rng(len(ends)).uniform(size=(12, 3))
    shards, on_all = np.split(activations, ends), mean_activation(activations)
    above = np.zeros(3)
    for shard in shards:
        mean = mean_activation(shard)
        on, off = mean / on_all, (1 - mean) / (1 - on_all)
        above += len(shard) / 12 * (target * (on - 1 - np.log(on)) + (1 - target) * (off - 1 - np.log(off)))
    of_shards = sum(len(shard) * kl_divergence(target, mean_activation(shard)) for shard in shards) / 12
    assert np.all(above > 0)
    assert np.abs(of_shards - kl_divergence(target, on_all) - above).max() < 1e-13


def test_the_mean_penalty_is_the_penalty_of_each_shard_with_its_weight():
    expected = (m_1 * of_shard(PENALTY.formula, 1) + m_2 * of_shard(PENALTY.formula, 2)) / (m_1 + m_2)
    assert prove(MEAN_PENALTY.expanded, expected.xreplace(OWN_MEANS)).outcome is Outcome.PROVED
    on_all = PENALTY.formula.xreplace({rho_hat(l): mean_of_shards(f(Z(l)))})
    assert decide(MEAN_PENALTY.expanded, on_all).outcome is Outcome.REFUTED


# Batches drawn at random


@pytest.mark.parametrize("size", range(1, 8))
def test_the_variance_is_that_of_all_batches(size):
    samples = np.random.default_rng(0).uniform(size=(7, 2))
    means = [samples[list(batch)].mean(axis=0) for batch in combinations(range(7), size)]
    values = {A(l): samples, rho_hat(l): samples.mean(axis=0)[np.newaxis], B: size}
    assert np.abs(lower(BATCH_VARIANCE.formula)(values)[0] - np.var(means, axis=0)).max() < 1e-15


def test_a_batch_of_all_has_no_variance_and_one_of_one_that_of_the_samples():
    deviations = A(l) - ones(m) * mean_of(A(l))
    of_samples = ones(m).T * Hadamard(deviations, deviations) / m
    assert prove(BATCH_VARIANCE.expanded.subs(B, m), 0 * rho_hat(l)).outcome is Outcome.PROVED
    assert prove(BATCH_VARIANCE.expanded.subs(B, 1), of_samples).outcome is Outcome.PROVED


# Two passes


def test_the_delta_of_the_other_shard_has_the_same_form():
    Z_2, delta_next = rows_of(Z(l), 2), rows_of(Delta(l + 1), 2)
    penalty = (m_1 + m_2) * PENALTY.formula.xreplace({rho_hat(l): mean_of_shards(f(Z(l)))})
    through_next = EntrySum(Hadamard(delta_next, f(Z_2) * W(l) + ones(m_2) * b(l)))
    derivation = Gradient(through_next + penalty, Z_2)
    assert prove(derivation, rows_of(SPARSE_DELTA.formula, 2).xreplace(SHARD_DELTA.where)).outcome is Outcome.PROVED
    own = of_shard(SPARSE_DELTA.formula, 2).xreplace({of_shard(rho_hat(l), 2): of_shard(mean_of(f(Z(l))), 2)})
    assert refute(derivation, own).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("depth", "penalised", "statement", "layer"),
    [
        (3, (2,), SHARD_WEIGHTS, 1),
        (3, (2,), SHARD_BIASES, 1),
        (3, (2,), SHARD_WEIGHTS, 2),
        (4, (2, 3), SHARD_BIASES, 1),
        (4, (2, 3), SHARD_BIASES, 2),
        (4, (3,), SHARD_BIASES, 1),
    ],
)
def test_two_passes_give_the_gradient_of_the_whole_network(depth, penalised, statement, layer):
    net = unroll_shards(depth, penalised)
    parameter = statement.left.args[1].subs(l, layer)
    formula = statement.formula.subs(l, layer).xreplace(net | WHOLE)
    assert prove(Gradient(net[J_sparse], parameter), formula).outcome is Outcome.PROVED


def test_a_shard_that_takes_its_own_mean_is_refuted():
    net = unroll_shards(3, (2,))
    own_mean = of_shard(mean_of(A(2)), 1).xreplace(net)
    wrong = {of_shard(Delta(2), 1): net[of_shard(Delta(2), 1)].xreplace({net[rho_hat(2)]: own_mean})}
    formula = SHARD_BIASES.formula.subs(l, 1).xreplace(net | wrong | WHOLE)
    assert refute(Gradient(net[J_sparse], b(1)), formula).outcome is Outcome.REFUTED


def test_any_partition_adds_up_to_the_sums_of_all_samples():
    N = symbols("N", integer=True, positive=True)
    s, t, i, k = symbols("s t i k", integer=True, nonnegative=True)
    member = MatrixSymbol("M", m, N)
    assert prove(ones(N).T * (member.T * A(l)), (member * ones(N)).T * A(l)).outcome is Outcome.PROVED
    product = A(l)[s, i] * Delta(l + 1)[s, k]
    by_shard = Sum(Sum(member[s, t] * product, (s, 0, m - 1)), (t, 0, N - 1))
    by_sample = Sum(entry(member * ones(N), s, 0) * product, (s, 0, m - 1))
    assert prove(by_shard, by_sample).outcome is Outcome.PROVED
    assert refute(by_shard, Sum(product, (s, 0, m - 1))).outcome is Outcome.REFUTED  # no partition


# The frozen slope and one pass


def test_the_frozen_surrogate_has_the_gradient_and_the_other_has_not():
    surrogate = beta(l) / m * EntrySum(Hadamard(ones(m) * kappa(l), A(l)))
    frozen = {KL(l).prime(rho_hat(l)): kappa(l)}
    assert prove(Gradient(surrogate, A(l)), FROZEN_SLOPE.formula.xreplace(frozen)).outcome is Outcome.PROVED
    thawed = Gradient(surrogate.xreplace({kappa(l): KL(l).prime(mean_of(A(l)))}), A(l))
    assert refute(thawed, FROZEN_SLOPE.expanded).outcome is Outcome.REFUTED


def test_one_pass_adds_up_over_shards():
    sums = over_shards(A(l).T * f.prime(Z(l + 1)))
    scale = beta(l + 1) / m * ones(S(l)) * kappa(l + 1)
    in_two = over_shards(A(l).T * Hadamard(ones(m) * kappa(l + 1), f.prime(Z(l + 1))))
    assert prove(Hadamard(scale, sums), beta(l + 1) / m * in_two).outcome is Outcome.PROVED
    assert ONE_PASS_WEIGHTS.formula == Hadamard(scale, A(l).T * f.prime(Z(l + 1)))


def test_one_pass_does_not_reach_below_the_layer_beneath():
    Z2 = A(1) * W(1) + ones(m) * b(1)
    Z3 = f(Z2) * W(2) + ones(m) * b(2)
    mean = {rho_hat(3): mean_of(f(Z3))}
    truth = Gradient(PENALTY.formula.subs(l, 3).xreplace(mean), W(1))
    accumulated = A(1).T * Hadamard(f.prime(Z3) * W(2).T, f.prime(Z2))
    scaled = Hadamard(beta(3) / m * ones(S(1)) * KL(3).prime(rho_hat(3)).xreplace(mean), accumulated)
    assert refute(truth, scaled).outcome is Outcome.ILL_FORMED
    assert refute(square(truth), square(scaled)).outcome is Outcome.REFUTED
    assert not square(truth).has(S) and square(truth).shape == (n, n)


# The library


def shard_values(sizes, split, rng):
    """``library_values`` of 7 samples with a penalty on every hidden layer, also by shard, and the sparse gradients."""
    values = library_values(sizes, 7, rng, rho=0.2, beta=0.5)
    rows = {1: slice(None, split), 2: slice(split, None)}
    for layer in range(1, len(sizes) + 1):
        for t, part in rows.items():
            values |= {of_shard(M(layer), t): values[M(layer)][part] for M in (A, Z, Delta) if M(layer) in values}
    depth = len(sizes)
    theta = flatten([(values[W(k)], values[b(k)][0]) for k in range(1, depth)])
    objective = Objective(sizes, rho=0.2, beta=0.5, weight_decay=values[weight_decay])
    _, gradient = objective(theta, values[A(1)], values[Y.subs(L, depth)])
    for k, (dW, db) in enumerate(unflatten(gradient, sizes), start=1):
        values |= {Gradient(J_sparse, W(k)): dW, Gradient(J_sparse, b(k)): db[np.newaxis]}
    return values | {m: 7}


@pytest.mark.parametrize("split", [1, 3])
@pytest.mark.parametrize("sizes", NETWORKS, ids=str)
@pytest.mark.parametrize(
    "statement",
    [SHARD_MEANS, SHARD_DELTA, SHARD_WEIGHTS, SHARD_BIASES, ONE_PASS_WEIGHTS, ONE_PASS_BIASES],
    ids=lambda statement: statement.label,
)
def test_the_library_agrees_on_uneven_shards(statement, sizes, split):
    values = shard_values(sizes, split, np.random.default_rng(1))
    first, last = statement.layers[0], int(statement.layers[1].subs(L, len(sizes)))
    for layer in range(first, last + 1):
        computed = lower(statement.formula.subs(l, layer))(values)
        assert relative_difference(computed, values[statement.left.subs(l, layer)]) < 1e-12


def test_the_library_agrees_on_the_frozen_slope_and_the_average():
    sizes = (4, 3, 5, 2)
    values = shard_values(sizes, 3, np.random.default_rng(2))
    objectives = [Objective(sizes, rho=0.2, beta=weight) for weight in (0.5, 0.0)]
    theta = flatten([(values[W(k)], values[b(k)][0]) for k in range(1, 4)])
    X, targets = values[A(1)], values[Y.subs(L, 4)]
    means, averaged = {}, 0
    for t, rows in ((1, slice(None, 3)), (2, slice(3, None))):
        means[of_shard(rho_hat(3), t)] = mean_activation(values[A(3)][rows])[np.newaxis]
        averaged += len(X[rows]) * np.subtract(*(o(theta, X[rows], targets[rows])[1] for o in objectives))
    by_shard = {of_shard(PENALTY_WEIGHTS.left, t): of_shard(PENALTY_WEIGHTS.formula, t) for t in SIZES}
    written_out = SHARD_AVERAGE.formula.xreplace(by_shard).subs(l, 2)
    dW2 = unflatten(averaged / 7, sizes)[1][0]  # the penalty on layer 3 alone reaches it
    assert relative_difference(lower(written_out)(values | means), dW2) < 1e-12
    frozen = lower(FROZEN_SLOPE.formula.subs(l, 2))(values)
    below = values[A(1)].T @ (frozen * values[f.prime](values[Z(2)]))
    assert relative_difference(below, values[Gradient(PENALTY.left.subs(l, 2), W(1))]) < 1e-12
