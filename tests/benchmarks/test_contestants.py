"""The contestants that need nothing but NumPy; ``make bench`` holds the others against them before it times them."""

import numpy as np
import pytest

from benchmarks.agreement import check_agreement
from benchmarks.contestants import BOUND, CLEAN_NUMPY, OURS, PEERS, Contestant, ours
from benchmarks.problem import Problem
from benchmarks.worker import cost_and_gradient, prepare
from sparseae_lib.network import init_parameters

SIZES = [((9, 4, 9), 20), ((16, 3, 16), 7), ((4, 4, 4), 2), ((4, 6, 4), 1)]
INSTALLED = [contestant for contestant in (OURS, *PEERS) if not contestant.requires]


@pytest.mark.parametrize(("layer_sizes", "m"), SIZES)
def test_all_agree(layer_sizes, m):
    problem = Problem(layer_sizes, m)
    results = {contestant.name: cost_and_gradient(contestant, problem) for contestant in INSTALLED}
    assert len(results) >= 3
    assert check_agreement(results) < 1e-12


def test_the_bound_does_all_matrix_products_and_nothing_else(monkeypatch):
    """5 for one hidden layer, 8 for two: forward, back and gradient, but nothing is sent back to the input."""
    done = []
    dot = np.dot
    monkeypatch.setattr(np, "dot", lambda a, b, out: done.append((a.shape, b.shape, dot(a, b, out=out).shape)))
    assert cost_and_gradient(BOUND, Problem((9, 4, 9), 20)) is None
    m, n, h = 20, 9, 4
    assert done == [
        ((m, n), (n, h), (m, h)),
        ((m, h), (h, n), (m, n)),
        ((m, n), (n, h), (m, h)),
        ((n, m), (m, h), (n, h)),
        ((h, m), (m, n), (h, n)),
    ]
    done.clear()
    cost_and_gradient(BOUND, Problem((9, 4, 5, 9), 20))
    assert len(done) == 8


def test_our_options_reach_the_objective():
    problem = Problem((9, 4, 9), 20)
    cost, gradient = cost_and_gradient(ours("float32", dtype="float32"), problem)
    exact_cost, exact_gradient = cost_and_gradient(OURS, problem)
    assert gradient.dtype == np.float32 and exact_gradient.dtype == np.float64
    assert 0 < abs(cost - exact_cost) < 1e-4 * exact_cost
    with pytest.raises(ValueError, match="workers"):
        cost_and_gradient(ours("none", workers=0), problem)


def test_a_problem_is_prepared_once_and_the_last_one_is_forgotten():
    first, second = Problem((9, 4, 9), 20), Problem((9, 4, 9), 21)
    prepared = prepare(CLEAN_NUMPY, first)
    assert prepare(CLEAN_NUMPY, first) is prepared
    assert prepare(CLEAN_NUMPY, second) is not prepared
    assert prepare.cache_info().currsize == 1


def test_a_contestant_names_what_is_missing():
    contestant = Contestant("peer", "nowhere:nothing", ("numpy", "no_such_package", "nor_this_one"))
    assert contestant.missing() == ["no_such_package", "nor_this_one"]
    assert OURS.missing() == []


def test_data_are_patches_of_ufldl_scale_and_the_same_each_time():
    problem = Problem((16, 3, 16), 500)
    X = problem.data()
    assert X.shape == (500, 16) and X.dtype == np.float64
    assert X.min() > 0.1 - 1e-12 and X.max() < 0.9 + 1e-12
    assert X.std() > 0.1
    assert np.array_equal(X, problem.data())
    correlation = np.corrcoef(X.T)
    assert correlation[0, 1] > 0.3 > correlation[0, 15], "pixels beside each other are alike, as in photographs"


def test_first_parameters_differ_by_their_seed():
    problem = Problem((9, 4, 9), 20)
    assert np.array_equal(problem.theta(2), init_parameters((9, 4, 9), np.random.default_rng(2)))
    assert not np.array_equal(problem.theta(2), problem.theta())
