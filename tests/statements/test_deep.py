"""Penalties on several layers and on the output, and what the local formula loses."""

from itertools import product

import numpy as np
import pytest
from sympy import expand_mul

from sparseae_lib.calculus import Gradient, Hadamard, Outcome, decide, prove, refute, vjp
from sparseae_lib.checks.against_library import NETWORKS, library_values, relative_difference
from sparseae_lib.formulas import latex
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.deep import (
    LOCAL_DELTA,
    LOST_TERM,
    PENALTY_BELOW,
    SPARSE_OUTPUT_DELTA,
    Delta_J,
    Delta_Omega,
    Delta_own,
    kappa,
    own_delta,
    renumbered,
)
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.sparsity import PENALTY, SPARSE_DELTA, mean_of, unroll_sparse
from sparseae_lib.statements.symbols import (
    KL,
    A,
    Delta,
    J_sparse,
    L,
    Omega,
    S,
    W,
    Y,
    Z,
    b,
    beta,
    f,
    l,
    m,
    rho,
    rho_hat,
)

Z_NEXT = FORWARD.formula.xreplace({A(l): f(Z(l))})
KAPPA = {Z(l + 1): Z_NEXT, kappa(l + 1): KL(l + 1).prime(mean_of(f(Z_NEXT)))}
GRADIENTS = ((W, WEIGHT_GRADIENT), (b, BIAS_GRADIENT))


def every_hidden_layer(depth):
    return unroll_sparse(depth, tuple(range(2, depth)))


@pytest.mark.parametrize(
    ("statement", "right", "wrong"),
    [
        *(
            (PENALTY_BELOW, Delta_own(l + 1), wrong)
            for wrong in (
                -Delta_own(l + 1),
                own_delta(l + 1).subs(beta(l + 1), beta(l)).xreplace(KAPPA),
                own_delta(l + 1).xreplace({kappa(l + 1): KL(l).prime(mean_of(f(Z_NEXT))), Z(l + 1): Z_NEXT}),
                own_delta(l + 1).xreplace({f.prime: f}).xreplace(KAPPA),
                own_delta(l + 1).xreplace(KAPPA) / m,
            )
        ),
        (PENALTY_BELOW, f.prime(Z(l)), f.prime(f(Z(l)))),
        (PENALTY_BELOW, W(l).T, W(l)),
        (PENALTY_BELOW, W(l), W(l + 1)),
        (LOST_TERM, Delta_Omega(l + 1), Delta_J(l + 1)),
        (LOST_TERM, Delta_Omega(l + 1), -Delta_Omega(l + 1)),
        (LOST_TERM, W(l).T, W(l)),
        (LOST_TERM, f.prime, f),
        (SPARSE_OUTPUT_DELTA, beta(L), beta(L) / m),
        (SPARSE_OUTPUT_DELTA, kappa(L), KL(L)(mean_of(f(Z(L))))),
        (SPARSE_OUTPUT_DELTA, kappa(L), -kappa(L)),
        (SPARSE_OUTPUT_DELTA, Y, -Y),
        (SPARSE_OUTPUT_DELTA, f.prime(Z(L)), f(Z(L))),
    ],
)
def test_a_corrupted_statement_is_refuted_or_ill_formed(statement, right, wrong):
    corrupted = statement.formula.xreplace({right: wrong})
    assert corrupted != statement.formula
    assert refute(statement.derivation, corrupted.xreplace(statement.where)).outcome is not Outcome.PROVED


def test_a_part_of_the_delta_is_printed_with_its_name():
    assert latex(Delta_Omega(l + 1)) == r"{\Delta_\Omega}^{(l + 1)}"
    assert latex(LOST_TERM.left) == r"\Delta^{(l)} - {\Delta_{\mathrm{local}}}^{(l)}"


# The whole network


@pytest.mark.parametrize(
    ("depth", "parameter", "statement"), [(5, *GRADIENTS[0]), (5, *GRADIENTS[1]), (6, *GRADIENTS[1])]
)
def test_the_recursion_is_the_gradient_of_the_first_layer_of_a_deep_network(depth, parameter, statement):
    net = every_hidden_layer(depth)
    formula = statement.formula.subs(l, 1).xreplace(net)
    assert prove(Gradient(net[J_sparse], parameter(1)), formula).outcome is Outcome.PROVED


@pytest.mark.parametrize("depth", [3, 4, 5, 6])
def test_a_layer_is_the_first_one_of_the_network_above_it(depth):
    """So what is proved for the first layer of each depth holds for every layer of a deeper network."""
    net = every_hidden_layer(depth)
    for k, (_, statement) in product(range(1, depth), GRADIENTS):
        above, shift = every_hidden_layer(depth - k + 1), k - 1
        below = {A(k): net.get(A(k), A(k))}
        assert not below[A(k)].has(W(k), b(k))
        cost, formula = (
            renumbered(side, shift).xreplace(below)
            for side in (above[J_sparse], statement.formula.subs(l, 1).xreplace(above))
        )
        assert formula == statement.formula.subs(l, k).xreplace(net)
        assert not expand_mul(net[J_sparse] - cost).has(W(k), b(k))


def test_renumbering_moves_everything_that_belongs_to_a_layer():
    formula = SPARSE_DELTA.formula.subs(l, 2)
    assert renumbered(formula, 3) == SPARSE_DELTA.formula.subs(l, 5)
    assert renumbered(PENALTY.left, 1) == Omega(l + 1)
    assert renumbered(PENALTY.formula, 1) == PENALTY.formula.subs(l, l + 1)
    assert renumbered(renumbered(formula, 3), -3) == formula
    assert renumbered(rho(2) + m, 0) == rho(2) + m
    assert renumbered(W(1), 1).shape == (S(2), S(3))


# The local formula


def test_the_local_formula_is_refuted_and_right_below_the_output():
    truth = SPARSE_DELTA.derivation.xreplace({Delta(l + 1): Delta_J(l + 1) + Delta_Omega(l + 1)})
    local = LOCAL_DELTA.xreplace(SPARSE_DELTA.where)
    assert refute(truth, local).outcome is Outcome.REFUTED
    nothing_above = {Delta_Omega(l + 1): 0 * Delta_Omega(l + 1)}
    assert prove(truth.xreplace(nothing_above), local).outcome is Outcome.PROVED


@pytest.mark.parametrize(("penalised", "right"), [((2,), {1, 2, 3}), ((3,), {2, 3}), ((2, 3), {2, 3})])
def test_the_local_formula_is_wrong_below_a_layer_that_has_a_penalised_one_above(penalised, right):
    net = unroll_sparse(4, penalised)
    plain = unroll_sparse(4, ())
    local = dict(plain)
    for k in penalised:
        from_plain = {Delta_J(k + 1): plain[Delta(k + 1)]}
        local[Delta(k)] = LOCAL_DELTA.subs(l, k).xreplace(from_plain | net)
    for k in range(1, 4):
        formula = BIAS_GRADIENT.formula.subs(l, k).xreplace(local)
        expected = Outcome.PROVED if k in right else Outcome.REFUTED
        assert decide(Gradient(net[J_sparse], b(k)), formula).outcome is expected


def test_what_all_penalties_add_obeys_the_recursion_of_the_delta_and_starts_from_nothing():
    step = vjp(Delta_Omega(l + 1), FORWARD.formula.xreplace({A(l): f(Z(l))}), Z(l))
    own = m * Gradient(PENALTY.formula.xreplace(SPARSE_DELTA.where), Z(l))
    recursion = SPARSE_DELTA.expanded.xreplace({Delta(l + 1): Delta_Omega(l + 1)})
    assert prove(step + own, recursion).outcome is Outcome.PROVED
    parts = HIDDEN_DELTA.formula.xreplace({Delta(l + 1): Delta_J(l + 1)}) + SPARSE_DELTA.formula.xreplace(
        {Delta(l + 1): Delta_Omega(l + 1)}
    )
    whole = SPARSE_DELTA.formula.xreplace({Delta(l + 1): Delta_J(l + 1) + Delta_Omega(l + 1)})
    assert prove(parts, whole).outcome is Outcome.PROVED


def test_a_penalty_two_layers_up_comes_down_by_the_plain_recursion():
    cost = PENALTY.formula.subs(l, 4).xreplace(every_hidden_layer(5))
    from_Z2 = {every_hidden_layer(5)[Z(2)]: Z(2)}
    one_down = PENALTY_BELOW.formula.subs(l, 3).xreplace({Delta_own(4): own_delta(4)})
    one_down = one_down.xreplace({kappa(4): KL(4).prime(rho_hat(4))})
    two_down = HIDDEN_DELTA.formula.subs(l, 2).xreplace({Delta(3): one_down}).xreplace(every_hidden_layer(5))
    assert prove(m * Gradient(cost.xreplace(from_Z2), Z(2)), two_down.xreplace(from_Z2)).outcome is Outcome.PROVED
    local = Hadamard(one_down.args[0], f.prime(Z(3))).xreplace(every_hidden_layer(5))
    assert refute(m * Gradient(cost.xreplace(from_Z2), Z(2)), local.xreplace(from_Z2)).outcome is not Outcome.PROVED


# The output


@pytest.mark.parametrize(("parameter", "statement"), GRADIENTS)
@pytest.mark.parametrize("k", [1, 2])
def test_a_penalty_on_the_output_changes_the_base_case_alone(k, parameter, statement):
    net = every_hidden_layer(3)
    of_output = {kappa(3): KL(3).prime(rho_hat(3))}
    mean = {rho_hat(3): mean_of(net[A(3)])}
    top = SPARSE_OUTPUT_DELTA.formula.subs(L, 3).xreplace(of_output).xreplace(net | mean)
    cost = net[J_sparse] + PENALTY.formula.subs(l, 3).xreplace(mean)
    with_it, without = (
        statement.formula.subs(l, k).xreplace(deltas)
        for deltas in (net | {Delta(3): top, Delta(2): net[Delta(2)].xreplace({net[Delta(3)]: top})}, net)
    )
    assert prove(Gradient(cost, parameter(k)), with_it).outcome is Outcome.PROVED
    assert refute(Gradient(cost, parameter(k)), without).outcome is Outcome.REFUTED


# In numbers


@pytest.mark.parametrize("sizes", NETWORKS)
def test_the_delta_is_the_sum_of_two_derivatives(sizes):
    hidden = len(sizes) - 2
    values = library_values(sizes, 7, np.random.default_rng(0), rho=[0.2] * hidden, beta=[0.5] * hidden)
    for k in range(2, len(sizes)):
        parts = values[Delta_J(k)] + values[Delta_Omega(k)]
        assert relative_difference(parts, values[Delta(k)]) < 1e-12
        assert relative_difference(values[Delta_J(k)], values[Delta(k)]) > 1e-2


def test_without_penalties_nothing_is_lost():
    values = library_values((4, 3, 5, 2), 7, np.random.default_rng(0))
    assert Delta_Omega(2) not in values
    assert not values[LOST_TERM.left.subs(l, 2)].any()
