"""The mean force of the penalty, and the family of networks that evade it."""

import numpy as np
import pytest
from sympy import MatrixSymbol, OneMatrix, Symbol

from sparseae_lib.activations import sigmoid, sigmoid_derivative
from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, Outcome, SquaredNorm, decide, entry, ones, prove, refute
from sparseae_lib.calculus.indices import indexed
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.penalties import kl_derivative, kl_derivative_with_logits, mean_activation
from sparseae_lib.statements.deep import kappa
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.selectivity import (
    CODE,
    DECODED,
    EVADING,
    MEAN_ERROR,
    MEAN_FORCE,
    NEAR_TARGET,
    OUTPUT_ERROR,
    D,
    H,
    V,
    c,
    deviations,
    epsilon,
    v,
    z_rho,
)
from sparseae_lib.statements.sparsity import PENALTY, PENALTY_BIASES, PENALTY_WEIGHTS, mean_of
from sparseae_lib.statements.symbols import KL, A, S, W, X, Z, b, beta, f, l, m, rho, rho_hat, sigma, x

PROVED, REFUTED = Outcome.PROVED, Outcome.REFUTED


def penalty(activations):
    return PENALTY.formula.xreplace({rho_hat(l): mean_of(activations)})


# The force


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (beta(l + 1), beta(l)),
        (beta(l + 1), -beta(l + 1)),
        (kappa(l + 1), KL(l + 1)(rho_hat(l + 1))),
        (kappa(l + 1), KL(l).prime(rho_hat(l + 1))),
        (ones(S(l + 1)).T, 2 * ones(S(l + 1)).T),
        (v(l + 1), 2 * v(l + 1)),
        (v(l + 1), m * v(l + 1)),
    ],
)
def test_a_corrupted_mean_force_is_refuted(right, wrong):
    corrupted = MEAN_FORCE.formula.xreplace({right: wrong})
    assert corrupted != MEAN_FORCE.formula
    assert refute(MEAN_FORCE.derivation, corrupted.xreplace(MEAN_FORCE.where)).outcome is REFUTED


def test_the_mean_force_without_the_variance_is_refuted():
    without = MEAN_FORCE.formula.xreplace({v(l + 1): 0 * v(l + 1)})
    assert refute(MEAN_FORCE.derivation, without.xreplace(MEAN_FORCE.where)).outcome is REFUTED


def test_the_sigmoid_has_the_derivative_that_the_mean_force_takes_for_granted():
    assert prove(sigma.prime(x), sigma(x) * (1 - sigma(x))).outcome is PROVED


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0])
def test_the_mean_force_is_the_mean_of_what_the_library_adds_to_the_delta(scale):
    pre = np.random.default_rng(2).normal(-1, scale, size=(50, 3))
    a = sigmoid(pre)
    mean, force = mean_activation(a)[np.newaxis], kl_derivative(0.1, mean_activation(a))[np.newaxis]
    values = {rho_hat(l + 1): mean, kappa(l + 1): force, v(l + 1): a.var(axis=0)[np.newaxis], beta(l + 1): 2.0}
    lowered = lower(MEAN_FORCE.formula)(values)[0]
    np.testing.assert_allclose(lowered, 2 * kl_derivative_with_logits(0.1, pre).mean(axis=0), rtol=1e-9, atol=1e-14)
    assert np.all(np.abs(lowered) <= 2 * np.abs(mean - 0.1) * (1 + 1e-12))


# What a step along the penalty does

ETA = Symbol("eta", positive=True)
FORCE = beta(l + 1) * Hadamard(ones(m) * KL(l + 1).prime(rho_hat(l + 1)), f.prime(Z(l + 1)))


def moved():
    """How the pre-activations change with a step against the penalty's gradient."""
    step = {W(l): W(l) - ETA * PENALTY_WEIGHTS.formula, b(l): b(l) - ETA * PENALTY_BIASES.formula}
    return FORWARD.formula.xreplace(step) - FORWARD.formula


def test_the_force_is_the_derivative_of_the_penalty():
    row = {rho_hat(l + 1): mean_of(f(Z(l + 1)))}
    gradient = Gradient(PENALTY.formula.subs(l, l + 1).xreplace(row), Z(l + 1))
    assert prove(m * gradient, FORCE.xreplace(row)).outcome is PROVED
    assert refute(gradient, FORCE.xreplace(row)).outcome is REFUTED


def test_a_step_moves_each_sample_by_its_products_with_all_samples():
    kernel = A(l) * A(l).T + ones(m) * ones(m).T
    assert prove(moved(), -ETA / m * kernel * FORCE).outcome is PROVED
    for wrong in (A(l) * A(l).T, ones(m) * ones(m).T, 2 * kernel):
        assert refute(moved(), -ETA / m * wrong * FORCE).outcome is REFUTED


# What the penalty does not see


def test_only_the_mean_counts():
    other = MatrixSymbol("D", m, S(l))
    assert prove(penalty(A(l) + deviations(other)), penalty(A(l))).outcome is PROVED
    assert refute(penalty(A(l) + other), penalty(A(l))).outcome is REFUTED


@pytest.mark.parametrize(("level", "outcome"), [(rho(l), PROVED), (rho(l) / 2, REFUTED)])
def test_a_unit_that_is_always_at_the_target_costs_nothing(level, outcome):
    assert decide(penalty(level * OneMatrix(m, S(l))), 0).outcome is outcome


# The network that evades the penalty

INPUT = FORWARD.formula.subs(l, 1)
OUTPUT = FORWARD.formula.subs(l, 2)


def evading_output(**changes):
    """The pre-activations of the output, with other parameters where they are given, as b2=..."""
    changed = {W(2): EVADING[W(2)], b(2): EVADING[b(2)]} | {{"W2": W(2), "b2": b(2)}[k]: v for k, v in changes.items()}
    return OUTPUT.xreplace({A(2): NEAR_TARGET, **changed})


def test_the_hidden_units_stay_near_the_target_by_the_linear_code():
    assert prove(INPUT.xreplace(EVADING), z_rho * OneMatrix(m, S(2)) + epsilon * CODE).outcome is PROVED
    no_mean = EVADING | {b(1): z_rho * ones(S(2)).T}
    assert refute(INPUT.xreplace(no_mean), z_rho * OneMatrix(m, S(2)) + epsilon * CODE).outcome is REFUTED


@pytest.mark.parametrize("order", [0, 1, 2])
def test_near_the_target_is_taylors_polynomial_of_the_activations(order):
    i, j = (Symbol(name, integer=True, nonnegative=True) for name in "ij")
    exact, taylor = (
        entry(activations, i, j).diff(epsilon, order).subs(epsilon, 0)
        for activations in (f(z_rho * OneMatrix(m, S(2)) + epsilon * H), NEAR_TARGET)
    )
    assert prove(exact, taylor).outcome is PROVED
    assert refute(exact, 2 * taylor).outcome is REFUTED


def test_the_output_is_the_linear_code_up_to_the_error_that_is_stated():
    assert prove(evading_output() - DECODED, OUTPUT_ERROR).outcome is PROVED
    assert refute(evading_output(b2=c) - DECODED, OUTPUT_ERROR).outcome is REFUTED
    assert refute(evading_output(W2=D / epsilon) - DECODED, OUTPUT_ERROR).outcome is REFUTED
    assert refute(evading_output() - DECODED, OUTPUT_ERROR.xreplace({Hadamard(H, H): H})).outcome is REFUTED


def test_the_code_has_the_mean_zero_and_so_the_mean_activation_is_off_by_the_square():
    off = mean_of(NEAR_TARGET) - f(z_rho) * ones(S(2)).T
    assert prove(mean_of(CODE), 0 * mean_of(CODE)).outcome is PROVED
    assert prove(off.xreplace({H: CODE}), MEAN_ERROR.xreplace({H: CODE})).outcome is PROVED
    assert refute(off, MEAN_ERROR).outcome is REFUTED
    uncentred = {H: X * V}
    assert refute(off.xreplace(uncentred), MEAN_ERROR.xreplace(uncentred)).outcome is REFUTED


def test_the_weights_grow_as_the_activations_shrink():
    norms = SquaredNorm(EVADING[W(1)]) + SquaredNorm(EVADING[W(2)])
    stated = epsilon**2 * SquaredNorm(V) + SquaredNorm(D) / (epsilon * f.prime(z_rho)) ** 2
    assert prove(norms, stated).outcome is PROVED
    assert refute(norms, stated.xreplace({SquaredNorm(V): SquaredNorm(D)})).outcome is REFUTED


def test_the_cost_of_an_exact_code_is_of_second_order():
    E1, E2, output, inexact = (MatrixSymbol(name, m, S(3)) for name in ("E1", "E2", "Z", "Y"))
    exact = f(output)

    def derivative(targets, order):
        error = targets - f(output + epsilon * E1 + epsilon**2 * E2)
        return indexed(SquaredNorm(error) / (2 * m)).diff(epsilon, order).subs(epsilon, 0)

    assert prove(derivative(exact, 0), 0).outcome is PROVED
    assert prove(derivative(exact, 1), 0).outcome is PROVED
    assert prove(derivative(exact, 2), SquaredNorm(Hadamard(f.prime(output), E1)) / m).outcome is PROVED
    delta = Hadamard(exact - inexact, f.prime(output))
    assert prove(derivative(inexact, 1), EntrySum(Hadamard(delta, E1)) / m).outcome is PROVED
    assert refute(derivative(inexact, 1), 0).outcome is REFUTED


# In numbers


def test_the_errors_that_are_stated_are_those_of_numpy():
    rng = np.random.default_rng(3)
    step, target = 1e-3, 0.2
    z = np.log(target / (1 - target))
    f_prime = sigmoid_derivative(np.array(target))
    f_second = f_prime * (1 - 2 * target)
    inputs, encoder, decoder = rng.normal(size=(9, 5)), rng.normal(size=(5, 3)), rng.normal(size=(3, 4))
    code = (inputs - inputs.mean(axis=0)) @ encoder
    hidden = sigmoid(z + step * code)
    off = (hidden - target) @ decoder / (step * f_prime) - code @ decoder
    first = step * f_second / (2 * f_prime) * code**2 @ decoder
    assert np.linalg.norm(off - first) < 0.02 * np.linalg.norm(first)
    shift = mean_activation(hidden) - target
    np.testing.assert_allclose(shift, step**2 / 2 * f_second * np.mean(code**2, axis=0), rtol=0.02)
