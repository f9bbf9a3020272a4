"""Weighted samples: the deltas give the gradient of whole networks, and a weight is as good as copies of its sample."""

import numpy as np
import pytest

from sparseae_lib.calculus import Gradient, Outcome, decide, ones, prove, refute
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, OUTPUT_DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.sparsity import SPARSE_DELTA
from sparseae_lib.statements.symbols import KL, A, Delta, L, S, W, Y, Z, b, beta, f, l, m, rho_hat, weight_decay
from sparseae_lib.statements.weighted import (
    WEIGHTED_COST,
    WEIGHTED_DELTA,
    WEIGHTED_MEAN,
    WEIGHTED_OUTPUT_DELTA,
    Delta_q,
    J_q,
    q,
    rho_hat_q,
    unroll_weighted,
)


@pytest.mark.parametrize(
    ("statement", "right", "wrong"),
    [
        (WEIGHTED_OUTPUT_DELTA, q, ones(m)),
        (WEIGHTED_OUTPUT_DELTA, q, 2 * q),
        (WEIGHTED_OUTPUT_DELTA, Y, -Y),
        (WEIGHTED_DELTA, q, ones(m)),
        (WEIGHTED_DELTA, Delta_q(l + 1), Delta(l + 1)),
        (WEIGHTED_DELTA, beta(l), m * beta(l)),
        (WEIGHTED_DELTA, KL(l).prime, KL(l)),
        (WEIGHTED_DELTA, rho_hat_q(l), ones(m).T * f(Z(l)) / m),
    ],
)
def test_a_corrupted_statement_is_refuted(statement, right, wrong):
    corrupted = statement.formula.xreplace({right: wrong})
    assert corrupted != statement.formula
    assert refute(statement.derivation, corrupted.xreplace(statement.where)).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("depth", "penalised", "statement", "layer"),
    [
        (3, (2,), WEIGHT_GRADIENT, 1),
        (3, (2,), BIAS_GRADIENT, 1),
        (3, (2,), WEIGHT_GRADIENT, 2),
        (3, (), BIAS_GRADIENT, 2),
        (4, (2, 3), WEIGHT_GRADIENT, 1),
        (4, (3,), BIAS_GRADIENT, 1),
    ],
)
def test_the_deltas_give_the_gradient_of_the_whole_network(depth, penalised, statement, layer):
    net = unroll_weighted(depth, penalised)
    parameter = statement.left.args[1].subs(l, layer)
    formula = statement.formula.subs(l, layer).xreplace({Delta(layer + 1): Delta_q(layer + 1)})
    assert decide(Gradient(net[J_q], parameter), formula.xreplace(net)).outcome is Outcome.PROVED


def test_a_penalty_that_forgets_the_weights_is_refuted():
    net = unroll_weighted(3, (2,))
    forgetful = WEIGHTED_DELTA.formula.xreplace({q: ones(m)}).subs(l, 2).xreplace(net)
    formula = ones(m).T * forgetful / m
    assert refute(Gradient(net[J_q], b(1)), formula).outcome is Outcome.REFUTED


def test_weights_of_1_change_nothing():
    even = {q: ones(m), rho_hat_q(l): rho_hat(l), Delta_q(l + 1): Delta(l + 1)}
    for weighted, plain in ((WEIGHTED_OUTPUT_DELTA, OUTPUT_DELTA), (WEIGHTED_DELTA, SPARSE_DELTA)):
        assert prove(weighted.formula.xreplace(even), plain.formula).outcome is Outcome.PROVED


@pytest.mark.parametrize("statement", [WEIGHTED_COST, WEIGHTED_MEAN], ids=lambda statement: statement.label)
def test_a_weight_counts_copies(statement):
    rng, counts = np.random.default_rng(0), np.array([2, 0, 1, 3])
    outputs, targets, weights = rng.random((4, 3)), rng.random((4, 3)), rng.random((5, 3))
    place = {l: 2, L: 2} if statement is WEIGHTED_MEAN else {L: 2}
    compute = lower(statement.formula.subs(place).doit())

    def value(counts, *arrays):
        scaled = counts[:, np.newaxis] * len(counts) / counts.sum()
        known = dict(zip((A(2), Y.subs(L, 2)), arrays, strict=True)) | {W(1): weights}
        return compute(known | {q: scaled, m: len(counts), S(2): 3, weight_decay: 0.1})

    doubled = value(np.ones(6), *(np.repeat(array, counts, axis=0) for array in (outputs, targets)))
    assert np.abs(value(counts, outputs, targets) - doubled).max() < 1e-15
