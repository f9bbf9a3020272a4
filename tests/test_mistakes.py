"""``check_gradient`` rejects every mistake that is made in one place, and none that is made in both."""

import numpy as np
import pytest

from sparseae_lib.mistakes import (
    CONSISTENT_MISTAKES,
    COST_MISTAKES,
    GRADIENT_MISTAKES,
    RIGHT,
    SOURCE,
    Mistake,
    square_problem,
)
from sparseae_lib.objective import Objective

SINGLE = GRADIENT_MISTAKES + COST_MISTAKES
PROBLEMS = [square_problem(np.random.default_rng(seed)) for seed in range(3)]

every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=["seed 0", "seed 1", "seed 2"])


def every(mistakes):
    return pytest.mark.parametrize("mistake", mistakes, ids=lambda mistake: mistake.name)


@every_problem
def test_the_textbook_computes_what_the_library_does(problem):
    given = problem.arguments
    objective = Objective(given["layer_sizes"], rho=given["rho"], beta=given["beta"], weight_decay=given["decay"])
    expected_cost, expected_gradient = objective(problem.theta, given["X"], given["Y"])
    cost, gradient = RIGHT.functions(problem)
    np.testing.assert_allclose(cost(problem.theta), expected_cost, rtol=1e-13)
    np.testing.assert_allclose(gradient(problem.theta), expected_gradient, rtol=0, atol=1e-13)
    assert RIGHT.check(problem, tolerance=1e-12)


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
@every_problem
@every(SINGLE)
def test_a_mistake_in_one_place_is_rejected_at_the_default_tolerance(mistake, problem, method):
    check = mistake.check(problem, method=method)
    assert not check
    assert 1e-6 < check.relative_error <= 2  # not for a NaN


@every(GRADIENT_MISTAKES)
def test_a_mistake_in_the_gradient_leaves_the_cost(mistake):
    (cost, gradient), (right_cost, right_gradient) = (m.functions(PROBLEMS[0]) for m in (mistake, RIGHT))
    theta = PROBLEMS[0].theta
    assert cost(theta) == right_cost(theta)
    assert not np.allclose(gradient(theta), right_gradient(theta), rtol=1e-6, atol=0)


@every(COST_MISTAKES)
def test_a_mistake_in_the_cost_leaves_the_gradient(mistake):
    (cost, gradient), (right_cost, right_gradient) = (m.functions(PROBLEMS[0]) for m in (mistake, RIGHT))
    theta = PROBLEMS[0].theta
    assert np.array_equal(gradient(theta), right_gradient(theta))
    assert abs(cost(theta) / right_cost(theta) - 1) > 1e-8


@every_problem
@every(CONSISTENT_MISTAKES)
def test_a_mistake_in_both_is_the_right_gradient_of_another_cost(mistake, problem):
    assert mistake.check(problem, tolerance=1e-12)
    cost, right_cost = mistake.functions(problem)[0], RIGHT.functions(problem)[0]
    assert abs(cost(problem.theta) / right_cost(problem.theta) - 1) > 1e-8


@every(CONSISTENT_MISTAKES)
def test_half_of_a_mistake_in_both_is_rejected(mistake):
    for edit in mistake.edits:
        try:
            check = Mistake("half", (edit,)).check(PROBLEMS[0])
        except ValueError as error:  # the divergence of each example without its mean is no number
            assert "must return" in str(error)
        else:
            assert not check


def test_every_mistake_is_another_one():
    names = [mistake.name for mistake in SINGLE]
    assert len(SINGLE) == len(set(names)) == len({mistake.edits for mistake in SINGLE}) >= 60
    gradients = [tuple(mistake.functions(PROBLEMS[0])[1](PROBLEMS[0].theta)) for mistake in GRADIENT_MISTAKES]
    assert len(set(gradients)) == len(gradients)


def test_the_mistakes_of_published_ports_are_among_them():
    names = {mistake.name for mistake in SINGLE}
    assert {
        "weight decay missing",
        "weight decay doubled",
        "weight decay on the biases",
        "the divergence of each example",
        "beta missing",
        "beta twice",
        "1/m missing for the weights",
        "1/m twice for the weights",
        "f' missing in a hidden layer",
        "the penalty outside f'",
        "the mean of a mini-batch",
        "the arguments of KL exchanged",
        "z of the layer above",
        "the gradient transposed",
        "a mean over units",
    } <= names


@pytest.mark.parametrize(("line", "times"), [("no such line", 0), ("m = len(X)", 2)])
def test_an_edit_of_no_line_or_of_two_is_refused(line, times):
    with pytest.raises(ValueError, match=f"is there {times} times"):
        _ = Mistake("nothing", ((line, "pass"),)).source
    assert SOURCE.count(line) == times
