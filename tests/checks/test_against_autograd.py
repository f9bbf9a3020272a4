"""The statements and whole networks against automatic differentiation by autograd."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import Tuple

from sparseae_lib.calculus.lowering import lower
from sparseae_lib.checks.against_autograd import autograd_difference, gradient, random_values
from sparseae_lib.checks.against_library import relative_difference
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, WEIGHT_GRADIENT, unroll
from sparseae_lib.statements.definitions import FORWARD, SIGMOID_DERIVATIVE
from sparseae_lib.statements.sparsity import KL_DERIVATIVE, PENALTY_WEIGHTS, SPARSE_DELTA, unroll_sparse
from sparseae_lib.statements.symbols import J, J_sparse, W, b, l, u, x

DERIVED = [label for label, statement in STATEMENTS.items() if statement.derivation is not None]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("label", DERIVED)
def test_a_statement_agrees(label, seed):
    assert autograd_difference(STATEMENTS[label], np.random.default_rng(seed)) < 1e-12


@pytest.mark.parametrize(
    ("statement", "factor"),
    [
        (WEIGHT_GRADIENT, 2),
        (PENALTY_WEIGHTS, -1),
        (SPARSE_DELTA, 1.000001),
        (KL_DERIVATIVE, 2),
        (SIGMOID_DERIVATIVE, x),
    ],
)
def test_a_wrong_formula_does_not(statement, factor):
    wrong = replace(statement, formula=factor * statement.formula)
    assert autograd_difference(wrong, np.random.default_rng(0)) > 1e-7


def test_a_definition_has_no_derivation():
    with pytest.raises(ValueError, match=r"must have a derivation, but thm-forward is a definition"):
        autograd_difference(FORWARD, np.random.default_rng(0))


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
@pytest.mark.parametrize("penalised", [False, True])
def test_a_whole_network_agrees(depth, penalised):
    net, cost = (unroll_sparse(depth, range(2, depth)), J_sparse) if penalised else (unroll(depth), J)
    formulas = {
        parameter(k): statement.formula.subs(l, k).xreplace(net)
        for k in range(1, depth)
        for parameter, statement in ((W, WEIGHT_GRADIENT), (b, BIAS_GRADIENT))
    }
    values = random_values(Tuple(net[cost], *formulas.values()), np.random.default_rng(depth))
    for variable, formula in formulas.items():
        traced = gradient(net[cost], variable, values)
        assert relative_difference(lower(formula)(values), traced) < 1e-12


def test_values_are_the_same_for_the_same_seed():
    first, second = (random_values(KL_DERIVATIVE.formula, np.random.default_rng(1)) for _ in range(2))
    assert first == second and u in first
