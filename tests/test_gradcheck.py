"""The checker is checked: right gradients pass, wrong ones fail, and a cost that cannot be checked is refused."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparseae_lib.gradcheck import GradientCheck, central_difference, check_gradient, complex_step

METHODS = ["complex_step", "central_difference"]
THETA = np.array([0.3, -1.2, 0.7, 2.0])
MATRIX = np.array([[1.0, -2.0, 0.5], [0.1, 3.0, -0.3]])

by_method = pytest.mark.parametrize("method", METHODS)


def cost(theta):
    """Analytic, and with a different slope in every entry."""
    return np.sum(np.exp(theta / 2) * np.sin(theta)) + theta.flat[0] * theta.flat[-1]


def gradient(theta):
    g = np.exp(theta / 2) * (np.sin(theta) / 2 + np.cos(theta))
    g.flat[0] += theta.flat[-1]
    g.flat[-1] += theta.flat[0]
    return g


# The numerical gradients


@pytest.mark.parametrize("theta", [THETA, MATRIX, MATRIX[None], THETA[:1]], ids=lambda theta: str(theta.shape))
def test_numerical_gradients(theta):
    right = gradient(theta)
    for numeric, tolerance in ((complex_step(cost, theta), 1e-14), (central_difference(cost, theta), 1e-9)):
        assert (numeric.shape, numeric.dtype) == (theta.shape, np.float64)
        assert np.linalg.norm(numeric - right) < tolerance * np.linalg.norm(right)


def test_numerical_gradients_by_hand():
    """J = x^2 y at (3, 5)."""
    theta = np.array([3.0, 5.0])
    np.testing.assert_allclose(complex_step(lambda t: t[0] ** 2 * t[1], theta), [30, 9], rtol=1e-14)
    # The central difference of a quadratic is exact, for any step.
    np.testing.assert_allclose(central_difference(lambda t: t[0] ** 2 * t[1], theta, step=0.125), [30, 9], rtol=1e-14)


def test_central_difference_has_an_error_of_second_order():
    theta = np.array([0.3])
    errors = [abs(central_difference(lambda t: np.exp(t[0]), theta, step=h)[0] - math.exp(0.3)) for h in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-2)


def test_central_difference_scales_its_step_to_large_entries():
    theta = np.array([1e8, 1.0])
    numeric = central_difference(lambda t: t[0] ** 2 / 1e16 + t[1], theta)
    np.testing.assert_allclose(numeric, [2e-8, 1], rtol=1e-8)


@by_method
def test_theta_is_left_as_it_is(method):
    def careless(function):
        def overwrite(theta):
            value = function(theta)
            theta[:] = 0
            return value

        return overwrite

    theta = THETA.copy()
    assert check_gradient(careless(cost), careless(gradient), theta, method=method)
    assert np.array_equal(theta, THETA)


# Right gradients pass


@by_method
@pytest.mark.parametrize("theta", [THETA, MATRIX], ids=["vector", "matrix"])
def test_a_right_gradient_passes(theta, method):
    for given_gradient in (gradient, gradient(theta)):
        check = check_gradient(cost, given_gradient, theta, method=method)
        assert check.passed is True
        assert bool(check) is True
        assert check.relative_error < 1e-9


def test_the_complex_step_is_exact_to_rounding():
    assert check_gradient(cost, gradient, THETA, tolerance=1e-14)


@by_method
@pytest.mark.parametrize("as_number", [np.asarray, lambda value: value.item()], ids=["array of no dimension", "Python"])
def test_the_kinds_of_number_that_a_cost_may_return(as_number, method):
    assert check_gradient(lambda t: as_number(cost(t)), gradient, THETA, method=method)


@by_method
def test_two_zero_gradients_pass(method):
    check = check_gradient(lambda t: np.sum(0 * t) + 1, np.zeros_like, THETA, method=method)
    assert check.passed
    assert check.relative_error == 0


@by_method
def test_float32(method):
    """The numerical gradient is in double precision all the same; the gradient's own error is what is seen."""
    theta = THETA.astype(np.float32)
    assert check_gradient(cost, gradient(theta), theta, method=method, tolerance=1e-6)
    assert check_gradient(cost, gradient(theta.astype(float)), theta, method=method)
    assert not check_gradient(cost, gradient(theta), theta, method=method, tolerance=1e-9)


# Wrong gradients fail


def changed(g, index, value):
    wrong = g.copy()
    wrong[index] = value
    return wrong


@by_method
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda g: 1.001 * g, id="factor 1.001"),
        pytest.param(lambda g: (1 + 2e-5) * g, id="factor 1 + 2e-5"),
        pytest.param(lambda g: -g, id="sign"),
        pytest.param(lambda g: 0 * g, id="zero"),
        pytest.param(lambda g: g[::-1].copy(), id="order"),
        pytest.param(lambda g: changed(g, 2, 1.001 * g[2]), id="one entry"),
        pytest.param(lambda g: changed(g, 2, np.nan), id="NaN"),
        pytest.param(lambda g: changed(g, 2, np.inf), id="infinity"),
    ],
)
def test_a_wrong_gradient_fails(wrong, method):
    check = check_gradient(cost, lambda theta: wrong(gradient(theta)), THETA, method=method)
    assert check.passed is False
    assert bool(check) is False
    assert check.relative_error > 1e-5


@given(st.integers(0, 3), st.sampled_from([-1, 1]), st.floats(1e-5, 1e5))
def test_an_error_in_one_entry_is_found_and_located(index, sign, size):
    wrong = gradient(THETA)
    wrong[index] += sign * size
    check = check_gradient(cost, wrong, THETA)
    assert not check
    assert check.index == (index,)
    assert check.analytic == wrong[index]
    assert check.numeric == pytest.approx(gradient(THETA)[index], rel=1e-14)


@by_method
def test_the_worst_entry_of_a_matrix(method):
    wrong = gradient(MATRIX)
    wrong[1, 2] += 0.25
    wrong[0, 1] -= 0.125
    check = check_gradient(cost, wrong, MATRIX, method=method)
    assert not check
    assert check.index == (1, 2)
    assert "at theta[1, 2]: analytic" in repr(check)


def test_the_error_is_normwise():
    """A gradient of (3, 4) given as (3, 4.5): the difference is 0.5, the larger norm that of (3, 4.5)."""
    check = check_gradient(lambda t: 3 * t[0] + 4 * t[1], np.array([3.0, 4.5]), np.ones(2))
    assert check.relative_error == pytest.approx(0.5 / math.hypot(3, 4.5), rel=1e-14)
    assert (check.index, check.analytic, check.numeric) == ((1,), 4.5, 4.0)


@by_method
def test_zero_against_something_is_an_error_of_one(method):
    assert check_gradient(cost, np.zeros(4), THETA, method=method).relative_error == 1
    assert check_gradient(lambda t: np.sum(0 * t), np.ones(4), THETA, method=method).relative_error == 1


@by_method
@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_very_small_and_very_large_gradients(scale, method):
    """Their squares are 0 or infinite: a norm taken carelessly would call every gradient right."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_gradient(lambda t: scale * cost(t), scale * gradient(THETA), THETA, method=method)
        assert not check_gradient(lambda t: scale * cost(t), 1.001 * scale * gradient(THETA), THETA, method=method)


@by_method
def test_the_tolerance_decides(method):
    off = 1.001 * gradient(THETA)
    assert check_gradient(cost, off, THETA, method=method, tolerance=1.1e-3)
    assert not check_gradient(cost, off, THETA, method=method, tolerance=0.9e-3)


# The result


def test_repr_names_the_worst_entry():
    failed = GradientCheck(2.1e-5, (17,), 0.123456, 0.123458, 1e-7)
    assert repr(failed) == (
        "gradient check failed: relative error 2.1e-05 > 1e-07; "
        "largest difference at theta[17]: analytic 0.123456, numeric 0.123458"
    )
    passed = GradientCheck(3e-16, (0, 2), 1.0, 1.0, 1e-7)
    assert repr(passed).startswith("gradient check passed: relative error 3.0e-16 <= 1e-07; ")


def test_the_result_is_frozen():
    check = GradientCheck(2.1e-5, (17,), 0.1, 0.2, 1e-7)
    with pytest.raises(AttributeError):
        check.tolerance = 1.0


def test_a_nan_error_is_no_pass():
    assert not GradientCheck(math.nan, (0,), 0.1, 0.2, 1e-7)


# Costs that the complex step cannot serve: refused, and the other method takes them


def squared_modulus(theta):
    return np.sum(np.abs(theta) ** 2)


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


@pytest.mark.parametrize(
    "half_complex",
    [
        pytest.param(lambda t: np.sum(t**2) + 1e-4 * np.linalg.norm(t) ** 2, id="a small norm beside an analytic term"),
        pytest.param(lambda t: np.sum(t**3) + squared_modulus(t), id="abs"),
        pytest.param(lambda t: np.sum(t**3) + np.vdot(t, t), id="vdot"),
        pytest.param(lambda t: np.sum(t * t.conj()), id="conj"),
        pytest.param(lambda t: np.sum(t * t.real), id="real"),
        pytest.param(lambda t: squared_modulus(t) + 0 * t[0], id="everything but the type"),
    ],
)
def test_costs_that_lose_a_part_of_the_imaginary_part(half_complex):
    with pytest.raises(ValueError, match=r"cost must be analytic .* use method='central_difference'"):
        complex_step(half_complex, THETA)


@pytest.mark.parametrize(
    "smooth",
    [
        pytest.param(lambda t: np.sum(np.exp(300 * t)), id="steep"),
        pytest.param(lambda t: np.sum(np.sin(1e3 * t)), id="fast"),
        pytest.param(lambda t: np.sum(np.where(t.real <= 0.3 + 1e-9, 0, t)), id="jump beside theta"),
        pytest.param(lambda t: np.sum(np.where(t.real <= 0.3 + 1e-9, 0, t - 0.3 - 1e-9)), id="kink beside theta"),
        pytest.param(lambda t: np.sum(np.where(t.real <= 0.3 + 2e-6, 0, t - 0.3 - 2e-6)), id="kink within the step"),
        pytest.param(lambda t: np.sum(1e9 * t**2), id="large"),
    ],
)
def test_difficult_costs_that_are_analytic_are_not_refused(smooth):
    numeric = complex_step(smooth, THETA)
    assert np.abs(numeric).max() > 1e-4


def test_rounding_beside_a_large_constant_is_no_reason_to_refuse():
    rng = np.random.default_rng(0)
    for a in rng.normal(size=(50, 4)):
        numeric = complex_step(lambda t, a=a: 1e6 + np.sum(1e-3 * np.sin(a * t)), THETA)
        np.testing.assert_allclose(numeric, 1e-3 * a * np.cos(a * THETA), rtol=1e-12)


def test_a_term_that_casts_to_real_is_named():
    with pytest.raises(TypeError, match=r"it raised: Casting complex values to real discards the imaginary part"):
        complex_step(lambda t: np.sum(t**3) + into_a_real_buffer(t), THETA)


def test_an_error_in_the_cost_itself_is_not_blamed_on_complex_numbers():
    def broken(theta):
        raise TypeError("a mistake of one's own")

    with pytest.raises(TypeError, match=r"^a mistake of one's own$"):
        check_gradient(broken, gradient, THETA)


# Bad input


@by_method
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.nan, ValueError, "cost must be finite, got nan"),
        (np.inf, ValueError, "cost must be finite, got inf"),
        (np.ones(4), TypeError, "cost must return a number, got ndarray"),
        ((1.0, np.ones(4)), TypeError, "cost must return a number, got tuple"),
        (None, TypeError, "cost must return a number, got NoneType"),
        (1j, TypeError, "cost must return a real number for a real theta, got 1j"),
    ],
)
def test_bad_costs(value, error, message, method):
    with pytest.raises(error, match=re.escape(message)):
        check_gradient(lambda theta: value, gradient, THETA, method=method)


@by_method
@pytest.mark.parametrize(
    ("theta", "error", "message"),
    [
        (THETA.tolist(), TypeError, "theta must be a NumPy array of float32 or float64, got list"),
        (np.arange(4), TypeError, "theta must be of type float32 or float64, got int64"),
        (THETA + 0j, TypeError, "theta must be of type float32 or float64, got complex128"),
        (np.array([1.0, np.nan]), ValueError, "theta must be finite, got theta[1] = nan"),
        (np.empty(0), ValueError, "theta must have at least one entry, got shape (0,)"),
    ],
)
def test_bad_theta(theta, error, message, method):
    with pytest.raises(error, match=re.escape(message)):
        check_gradient(cost, gradient, theta, method=method)


@by_method
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (np.ones(3), ValueError, "gradient must have shape (4,), got (3,)"),
        (np.ones(1), ValueError, "gradient must have shape (4,), got (1,)"),
        (np.ones((4, 1)), ValueError, "gradient must have shape (4,), got (4, 1)"),
        (lambda theta: np.ones((1, 4)), ValueError, "gradient must have shape (4,), got (1, 4)"),
        (np.ones(4, int), TypeError, "gradient must be of type float32 or float64, got int64"),
        (np.ones(4, complex), TypeError, "gradient must be of type float32 or float64, got complex128"),
        (lambda theta: (1.0, theta), TypeError, "gradient must be a NumPy array of float32 or float64, got tuple"),
        (None, TypeError, "gradient must be a NumPy array of float32 or float64, got NoneType"),
    ],
)
def test_bad_gradients(wrong, error, message, method):
    with pytest.raises(error, match=re.escape(message)):
        check_gradient(cost, wrong, THETA, method=method)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "forward"}, ValueError, "method must be one of complex_step, central_difference, got 'forward'"),
        ({"tolerance": np.inf}, ValueError, "tolerance must be finite and not negative, got inf"),
        ({"tolerance": np.nan}, ValueError, "tolerance must be finite and not negative, got nan"),
        ({"tolerance": -1e-8}, ValueError, "tolerance must be finite and not negative, got -1e-08"),
        ({"tolerance": None}, TypeError, "tolerance must be a non-negative number, got None"),
    ],
)
def test_bad_options(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        check_gradient(cost, gradient, THETA, **options)


@pytest.mark.parametrize(
    ("step", "error"), [(0, ValueError), (-1e-5, ValueError), (np.inf, ValueError), ("1e-5", TypeError)]
)
def test_bad_steps(step, error):
    with pytest.raises(error, match="step must be"):
        central_difference(cost, THETA, step=step)
