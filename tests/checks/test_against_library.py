"""The values of the library agree with every statement, and with no wrong one."""

from dataclasses import replace

import numpy as np
import pytest

from sparseae_lib import penalties
from sparseae_lib.calculus import Hadamard, LayerMatrix
from sparseae_lib.checks.against_library import NETWORKS, library_difference, library_values, relative_difference
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.symbols import Delta, W, Z, b, f, l, m, n


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_every_statement_agrees_with_the_library(statement):
    assert library_difference(statement) < 1e-12


def test_a_wrong_statement_does_not_agree():
    hidden, bias = STATEMENTS["thm-hidden-delta"], STATEMENTS["thm-bias-gradient"]
    assert library_difference(replace(hidden, formula=Hadamard(Delta(l + 1) * W(l).T, f(Z(l))))) > 1e-2
    assert library_difference(replace(bias, formula=m * bias.formula)) > 1


def test_a_missing_transpose_fits_no_rectangular_network():
    hidden = STATEMENTS["thm-hidden-delta"]
    with pytest.raises(ValueError, match=r"matrix product of Delta"):
        library_difference(replace(hidden, formula=Hadamard(Delta(l + 1) * W(l), f.prime(Z(l)))))


def test_the_error_says_what_to_add_and_where():
    statement = replace(STATEMENTS["thm-forward"], left=LayerMatrix("New", l, m, n))
    with pytest.raises(KeyError, match=r"no value of .*New.* left side of thm-forward: add it .*against_library"):
        library_difference(statement)


def test_values_have_the_shapes_of_their_symbols():
    values = library_values((4, 3, 2), 5, np.random.default_rng(0))
    assert values[W(1)].shape == (4, 3)
    assert values[b(2)].shape == (1, 2)
    assert values[Delta(2)].shape == values[Z(2)].shape == (5, 3)


def test_the_networks_have_distinct_and_equal_widths_and_hidden_layers():
    assert any(len(set(sizes)) == len(sizes) for sizes in NETWORKS)
    assert any(len(set(sizes)) == 1 for sizes in NETWORKS)
    assert max(map(len, NETWORKS)) > 4


def test_a_difference_of_shapes_is_refused():
    with pytest.raises(ValueError, match=r"one shape, got \(2,\) and \(3,\)"):
        relative_difference(np.ones(2), np.ones(3))
    assert relative_difference(np.array([3.0, 0.0]), np.array([0.0, 4.0])) == 1.25


@pytest.mark.parametrize("label", ["thm-penalty", "thm-penalty-weights", "thm-penalty-biases"])
def test_the_penalty_that_is_compared_is_that_of_the_objective(label, monkeypatch):
    for name in ("kl_divergence", "kl_derivative"):
        function = getattr(penalties, name)
        original = function.unchecked
        monkeypatch.setattr(function, "unchecked", lambda rho, rho_hat, original=original: 5 * original(rho, rho_hat))
    assert library_difference(STATEMENTS[label]) > 0.1
