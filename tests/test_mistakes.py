"""``check_gradient`` rejects every mistake in one place, a small one at a tight tolerance, and none that is in both."""

import re

import numpy as np
import pytest

from sparseae_lib.errata import load_errata
from sparseae_lib.mistakes import (
    CONSISTENT_MISTAKES,
    COST_MISTAKES,
    GRADIENT_MISTAKES,
    RIGHT,
    SMALL_MISTAKES,
    SOURCE,
    Mistake,
    square_problem,
)
from sparseae_lib.mistakes.edits import DW
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


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
@every_problem
@every(SMALL_MISTAKES)
def test_a_small_mistake_passes_at_the_default_tolerance(mistake, problem, method):
    assert mistake.check(problem, method=method)


@every_problem
@every(SMALL_MISTAKES)
def test_a_small_mistake_is_rejected_at_a_tight_tolerance_by_the_complex_step(mistake, problem):
    check = mistake.check(problem, tolerance=1e-12)
    assert not check
    assert 1e-11 < check.relative_error < 1e-7


@every_problem
def test_the_central_difference_rejects_the_right_gradient_at_a_tight_tolerance(problem):
    check = RIGHT.check(problem, tolerance=1e-10, method="central_difference")
    assert not check
    assert check.relative_error < 1e-8  # by its own rounding


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
        assert not Mistake("half", (edit,)).check(PROBLEMS[0])


def test_every_mistake_is_another_one():
    mistakes = SINGLE + SMALL_MISTAKES
    names = [mistake.name for mistake in mistakes]
    assert len(mistakes) == len(set(names)) == len({mistake.edits for mistake in mistakes}) >= 90
    gradients = [tuple(mistake.functions(PROBLEMS[0])[1](PROBLEMS[0].theta)) for mistake in GRADIENT_MISTAKES]
    assert len(set(gradients)) == len(gradients)


BRACKET = "(delta @ W.T + beta[k - 1] * kappa) * f_prime(Z[k])"


@pytest.mark.parametrize(
    ("name", "goes", "comes"),
    [
        ("weight decay missing", " + decay * W", ""),
        ("weight decay doubled", "decay", "2 * decay"),
        ("weight decay on the biases", "/ m", "/ m + decay * b"),
        ("1/m missing for the weights", " / m", ""),
        ("1/m twice for the weights", "/ m", "/ m**2"),
        ("the gradient transposed", "A[k].T @ delta", "delta.T @ A[k]"),
        ("no outer product, but an elementwise one: E27", "A[k].T @ delta / m", "(A[k] * delta).mean(axis=0)"),
        ("the inputs for the targets", "Y", "X"),
        ("a sum over samples", "mean", "sum"),
        ("a mean over units", "axis=0", "axis=1, keepdims=True"),
        ("the mean of a mini-batch", "A[k]", "A[k][: m // 2]"),
        ("the divergence of each example", ".mean(axis=0)", ""),
        ("the arguments of KL exchanged", "-r / q + (1 - r) / (1 - q)", "np.log(q / r) - np.log((1 - q) / (1 - r))"),
        ("f' missing in a hidden layer", BRACKET, "delta @ W.T + beta[k - 1] * kappa"),
        ("z (1 - z) in a hidden layer", "f_prime(Z[k])", "Z[k] * (1 - Z[k])"),
        ("z of the layer above in a hidden layer", "Z[k]", "Z[k + 1]"),
        ("z of the layer below in a hidden layer", "Z[k]", "Z[k - 1]"),
        (
            "z of the layer below in the penalty: E42 to E48",
            BRACKET,
            "delta @ W.T * f_prime(Z[k]) + beta[k - 1] * kappa * f_prime(Z[k - 1])",
        ),
        ("the penalty missing", BRACKET, "delta @ W.T * f_prime(Z[k])"),
        ("the penalty outside f'", BRACKET, "delta @ W.T * f_prime(Z[k]) + beta[k - 1] * kappa"),
        ("beta missing", "beta[k - 1] * ", ""),
        ("beta squared", "beta[k - 1]", "beta[k - 1] ** 2"),
        ("beta doubled", "beta", "2 * beta"),
        ("weights not transposed: E20", "W.T", "W"),
    ],
)
def test_a_name_says_what_its_line_does(name, goes, comes):
    ((right, wrong),) = next(mistake.edits for mistake in GRADIENT_MISTAKES if mistake.name == name)
    assert right.count(goes) == 1
    assert wrong == right.replace(goes, comes)


def test_a_guard_is_as_large_as_its_name_says():
    guards = {mistake.name: mistake.edits[0][1] for mistake in SINGLE + SMALL_MISTAKES if "guard" in mistake.name}
    assert len(guards) == 4
    for name, wrong in guards.items():
        assert re.findall(r"1e-\d+", wrong) == re.findall(r"1e-\d+", name) * 2


def test_a_name_with_a_number_of_the_source_names_lines_that_are_wrong():
    verdicts = {entry.id: entry.verdict for entry in load_errata()}
    spans = [re.findall(r"E(\d+)", mistake.name) for mistake in SINGLE]
    ids = {f"E{number}" for span in spans if span for number in range(int(span[0]), int(span[-1]) + 1)}
    assert ids == {"E20", "E27", *(f"E{number}" for number in range(42, 49))}
    assert {verdicts[id] for id in ids} == {"wrong"}


def test_the_matrix_product_of_e27_does_not_run_where_samples_are_not_units():
    with pytest.raises(ValueError, match="10 is different from 6"):
        Mistake("E27", ((DW, "dW = delta @ A[k] / m + decay * W"),)).check(PROBLEMS[0])


@pytest.mark.parametrize(("line", "times"), [("no such line", 0), ("m = len(X)", 2)])
def test_an_edit_of_no_line_or_of_two_is_refused(line, times):
    with pytest.raises(ValueError, match=f"is there {times} times"):
        _ = Mistake("nothing", ((line, "pass"),)).source
    assert SOURCE.count(line) == times
