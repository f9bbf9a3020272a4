"""The penalty, its gradient, and the delta that carries it."""

import pytest

from sparseae_lib.calculus import Gradient, Hadamard, Outcome, decide, ones, prove, refute
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, WEIGHT_GRADIENT
from sparseae_lib.statements.sparsity import (
    KL_DERIVATIVE,
    PENALTY_BIASES,
    PENALTY_WEIGHTS,
    SPARSE_DELTA,
    mean_of,
    unroll_sparse,
)
from sparseae_lib.statements.symbols import KL, A, Delta, J, J_sparse, W, Z, b, beta, f, l, m, rho, rho_hat, u


@pytest.mark.parametrize(
    ("statement", "right", "wrong"),
    [
        (KL_DERIVATIVE, rho(l), 1 - rho(l)),
        (KL_DERIVATIVE, u, 1 - u),
        (PENALTY_WEIGHTS, beta(l + 1), beta(l)),
        (PENALTY_WEIGHTS, beta(l + 1), m * beta(l + 1)),
        (PENALTY_WEIGHTS, KL(l + 1).prime, KL(l + 1)),
        (PENALTY_WEIGHTS, KL(l + 1).prime, KL(l).prime),
        (PENALTY_WEIGHTS, A(l), Z(l)),
        (PENALTY_BIASES, f.prime, f),
        (PENALTY_BIASES, beta(l + 1), -beta(l + 1)),
        (SPARSE_DELTA, beta(l), beta(l) / m),
        (SPARSE_DELTA, beta(l), 2 * beta(l)),
        (SPARSE_DELTA, KL(l).prime, KL(l)),
        (SPARSE_DELTA, rho_hat(l), rho_hat(l + 1)),
        (SPARSE_DELTA, W(l).T, W(l)),
    ],
)
def test_a_corrupted_statement_is_refuted_or_ill_formed(statement, right, wrong):
    corrupted = statement.formula.xreplace({right: wrong})
    assert corrupted != statement.formula
    assert refute(statement.derivation, corrupted.xreplace(statement.where)).outcome is not Outcome.PROVED


def test_the_penalty_outside_the_bracket_is_refuted():
    inside, f_prime = SPARSE_DELTA.formula.args
    outside = inside.args[0] if inside.args[0].has(Delta(l + 1)) else inside.args[1]
    term = beta(l) * ones(m) * KL(l).prime(rho_hat(l))
    wrong = Hadamard(outside, f_prime) + term
    assert refute(SPARSE_DELTA.derivation, wrong.xreplace(SPARSE_DELTA.where)).outcome is Outcome.REFUTED
    right = Hadamard(outside, f_prime) + Hadamard(term, f_prime)
    assert prove(SPARSE_DELTA.derivation, right.xreplace(SPARSE_DELTA.where)).outcome is Outcome.PROVED


@pytest.mark.parametrize(("depth", "penalised"), [(3, (2,)), (4, (2,)), (4, (3,)), (4, (2, 3))])
def test_the_recursion_with_penalties_is_the_gradient_of_the_whole_network(depth, penalised):
    net = unroll_sparse(depth, penalised)
    for k in range(1, depth):
        for statement, parameter in ((WEIGHT_GRADIENT, W(k)), (BIAS_GRADIENT, b(k))):
            formula = statement.formula.subs(l, k).xreplace(net)
            assert prove(Gradient(net[J_sparse], parameter), formula).outcome is Outcome.PROVED


def test_a_penalty_that_the_delta_forgets_is_refuted():
    net = unroll_sparse(4, penalised=(2, 3))
    forgets = unroll_sparse(4, penalised=(3,))
    formula = WEIGHT_GRADIENT.formula.subs(l, 1).xreplace(forgets)
    assert decide(Gradient(net[J_sparse], W(1)), formula).outcome is Outcome.REFUTED
    assert forgets[J] == net[J]


def test_the_mean_of_one_sample_is_the_sample():
    assert prove(mean_of(A(l)).subs(m, 1), A(l).subs(m, 1)).outcome is Outcome.PROVED
    assert refute(mean_of(Z(2)).subs(m, 2), Z(2)).outcome is Outcome.ILL_FORMED
