"""What a cost may return and what is refused by name, and how far it is found to be rounded."""

import math
import re

import numpy as np
import pytest

from sparseae_lib.cost_function import CostFunction
from sparseae_lib.gradcheck import central_difference, check_gradient, complex_step
from tests.test_gradcheck import (
    GRADIENT,
    OBJECTIVE,
    PARAMETERS,
    THETA,
    X,
    by_method,
    cost,
    gradient,
    pair,
    squared_modulus,
)


@by_method
@pytest.mark.parametrize("as_number", [np.asarray, lambda value: value.item()], ids=["array of no dimension", "Python"])
def test_the_kinds_of_number_that_a_cost_may_return(as_number, method):
    assert check_gradient(lambda t: as_number(cost(t)), gradient, THETA, method=method)


def into_a_real_buffer(theta):
    buffer = np.empty(theta.shape)
    buffer[:] = theta
    return np.sum(buffer**2)


@pytest.mark.parametrize(
    "real_cost",
    [
        squared_modulus,
        into_a_real_buffer,
        lambda t: np.linalg.norm(t) ** 2,
        lambda t: np.sum(t.real**2),
        lambda t: np.vdot(t, t).real,
        lambda t: np.sum(np.asarray(t, dtype=float) ** 2),
        lambda t: float(np.sum(t**2)),
        lambda t: sum(math.pow(x, 2) for x in t),
        lambda t: sum(x * x if x > 0 else -x * -x for x in t.tolist()),
    ],
)
def test_costs_for_real_arrays_only(real_cost):
    with pytest.raises(TypeError, match=r"cost must .* complex .* use method='central_difference'"):
        check_gradient(real_cost, 2 * THETA, THETA)
    assert check_gradient(real_cost, 2 * THETA, THETA, method="central_difference", tolerance=1e-6)


def test_a_term_that_casts_to_real_is_named():
    with pytest.raises(TypeError, match=r"it raised: Casting complex values to real discards the imaginary part"):
        complex_step(lambda t: np.sum(t**3) + into_a_real_buffer(t), THETA)


def test_an_error_in_the_cost_itself_is_not_blamed_on_complex_numbers():
    def broken(theta):
        raise TypeError("a mistake of one's own")

    with pytest.raises(TypeError, match=r"^a mistake of one's own$"):
        check_gradient(broken, gradient, THETA)


def twice(theta):
    value, g = pair(theta)
    return value, 2 * g


@by_method
def test_a_cost_may_return_the_pair(method):
    for arguments in (
        (pair, PARAMETERS),
        (pair, None, PARAMETERS),
        (pair, pair, PARAMETERS),
        (pair, GRADIENT, PARAMETERS),
    ):
        assert check_gradient(*arguments, method=method)
    assert check_gradient(pair, theta=PARAMETERS, method=method)
    assert check_gradient(lambda t: list(pair(t)), PARAMETERS, method=method)
    assert not check_gradient(twice, PARAMETERS, method=method)
    assert not check_gradient(pair, twice, PARAMETERS, method=method)


def test_the_numerical_gradients_of_a_pair():
    np.testing.assert_allclose(complex_step(pair, PARAMETERS), GRADIENT, rtol=1e-12)
    np.testing.assert_allclose(central_difference(pair, PARAMETERS), GRADIENT, atol=1e-8)


@by_method
def test_a_cost_with_dropout_is_named(method):
    rng = np.random.default_rng(0)

    def dropout(theta):
        return OBJECTIVE.cost(theta, X * (rng.random(X.shape) > 0.5))

    with pytest.raises(ValueError, match=r"cost must return the same number .* got \d\.\d+ and then \d"):
        check_gradient(dropout, GRADIENT, PARAMETERS, method=method)
    for derivative in (complex_step, central_difference):
        with pytest.raises(ValueError, match="cost must return the same number"):
            derivative(dropout, PARAMETERS)


@by_method
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.nan, ValueError, "cost must be finite, got nan"),
        (np.inf, ValueError, "cost must be finite, got inf"),
        (np.ones(4), TypeError, "cost must return a number, or a pair (number, gradient), got ndarray of shape (4,)"),
        (
            (np.ones((1, 1)), np.ones(4)),
            TypeError,
            "cost must return a number, or a pair (number, gradient), got ndarray of shape (1, 1)",
        ),
        ((1.0, 2.0), TypeError, "cost must return a number, or a pair (number, gradient), got tuple"),
        (
            (np.float64(1), np.float64(2)),
            TypeError,
            "cost must return a number, or a pair (number, gradient), got tuple",
        ),
        ((1.0, np.ones(4), 3), TypeError, "cost must return a number, or a pair (number, gradient), got tuple"),
        ((np.ones(4), 1.0), TypeError, "cost must return a number, or a pair (number, gradient), got tuple"),
        (None, TypeError, "cost must return a number, or a pair (number, gradient), got NoneType"),
        (1j, TypeError, "cost must return a real number for a real theta, got 1j"),
    ],
)
def test_bad_costs(value, error, message, method):
    with pytest.raises(error, match=re.escape(message)):
        check_gradient(lambda theta: value, gradient, THETA, method=method)


# How far a cost is rounded


def test_the_noise_of_a_rounded_cost_is_that_of_its_rounding():
    """Between 1 and 2, float32 has a spacing of 2^-23, and an error spread evenly over it a deviation of 1/sqrt(12).

    The smaller of two estimates is taken, so their mean is below it.
    """
    rounded = CostFunction(lambda theta: float(np.float32(1.5 + np.sum(np.sin(theta)) / 10)))
    noises = [rounded.noise(np.random.default_rng(seed).normal(size=9)) for seed in range(20)]
    assert 0.4 < np.mean(noises) / (2**-23 / math.sqrt(12)) < 1


@pytest.mark.parametrize("exact", [cost, lambda theta: 1.5 + np.sum(np.sin(1e3 * theta)), lambda theta: 2.0])
def test_a_smooth_cost_is_not_called_noisy_however_fast_it_is(exact):
    assert CostFunction(exact).noise(THETA) < 1e-12
