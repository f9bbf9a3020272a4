"""The checker is checked: right gradients pass, wrong ones fail, and a cost that cannot be checked is refused."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparseae_lib.gradcheck import GradientCheck, central_difference, check_gradient, complex_step
from sparseae_lib.network import init_parameters, unflatten
from sparseae_lib.objective import Objective

METHODS = ["complex_step", "central_difference"]
THETA = np.array([0.3, -1.2, 0.7, 2.0])
MATRIX = np.array([[1.0, -2.0, 0.5], [0.1, 3.0, -0.3]])

by_method = pytest.mark.parametrize("method", METHODS)


def cost(theta):
    """Analytic, and with a different derivative by every entry."""
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


@by_method
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_theta_without_axes(dtype, method):
    """NumPy makes numbers of the results; the cost is handed an array all the same."""
    theta = np.array(3, dtype)

    def squared(t):
        assert isinstance(t, np.ndarray) and t.shape == ()
        return t * t, 2 * t

    numeric = {"complex_step": complex_step, "central_difference": central_difference}[method](squared, theta)
    assert numeric.shape == () and abs(numeric - 6) < 1e-8
    for arguments in ((squared, theta), (squared, lambda t: 2 * t, theta), (squared, np.array(6.0), theta)):
        check = check_gradient(*arguments, method=method)
        assert check and (check.index, check.analytic) == ((), 6)
    assert not check_gradient(squared, np.array(6.001), theta, method=method)


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


@pytest.mark.parametrize("half_complex", [lambda t: np.sum(t.conj()), lambda t: np.sum(np.float32(t.real) + 0 * t)])
def test_such_costs_are_named_where_they_are_zero(half_complex):
    """Their rounding is then no share of their size."""
    with pytest.raises(ValueError, match=r"cost must be analytic .* use method='central_difference'"):
        complex_step(half_complex, np.zeros(3))


@pytest.mark.parametrize("scale", [1e-297, 1e-310])
def test_an_underflow_is_not_taken_for_a_part_that_is_lost(scale):
    with pytest.raises(
        ValueError, match=r"^cost must not be so small that the complex step underflows, got .*e-(299|312): "
    ):
        complex_step(lambda t: scale * np.sum(np.sin(t)), THETA)
    numeric = central_difference(lambda t: scale * np.sum(np.sin(t)), THETA)
    np.testing.assert_allclose(numeric, scale * np.cos(THETA), rtol=1e-8)


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


# A network

SIZES = (6, 4, 6)
OBJECTIVE = Objective(SIZES, rho=0.05, beta=3.0, weight_decay=1e-3)
PARAMETERS = init_parameters(SIZES, np.random.default_rng(0)) + np.random.default_rng(1).normal(scale=0.1, size=58)
X = np.random.default_rng(2).uniform(size=(20, 6))
GRADIENT = OBJECTIVE(PARAMETERS, X)[1]


def network_cost(theta):
    return OBJECTIVE.cost(theta, X)


def pair(theta):
    return OBJECTIVE(theta, X)


def mistaken(change):
    """The gradient after ``change`` of its W1, b1, W2, b2."""
    g = GRADIENT.copy()
    (W1, b1), (W2, b2) = unflatten(g, SIZES)
    change(W1, b1, W2, b2)
    return g


def written_transposed(W1, b1, W2, b2):
    W1[:] = W1.T.ravel().reshape(W1.shape)


# Single precision


def in_single(theta):
    """The cost in float32 all the way, as most programs for a GPU compute it."""
    return OBJECTIVE.cost(theta.astype(np.complex64 if np.iscomplexobj(theta) else np.float32), X.astype(np.float32))


@by_method
@pytest.mark.parametrize("as_float", [in_single, lambda t: float(in_single(t)) if np.isrealobj(t) else in_single(t)])
def test_a_right_gradient_of_a_cost_in_single_precision_passes(as_float, method):
    check = check_gradient(as_float, GRADIENT, PARAMETERS, method=method)
    assert check, check
    assert 1e-7 < check.tolerance < 2e-3
    assert "as in float32: its numerical gradient is right to about" in repr(check)
    for wrong in (
        2 * GRADIENT,
        -GRADIENT,
        mistaken(written_transposed),
        mistaken(lambda W1, b1, W2, b2: b2.__imul__(2)),
    ):
        assert not check_gradient(as_float, wrong, PARAMETERS, method=method)


@by_method
def test_a_tolerance_that_is_given_is_kept(method):
    check = check_gradient(in_single, GRADIENT, PARAMETERS, method=method, tolerance=1e-9)
    assert check.tolerance == 1e-9
    assert not check
    assert "shows no smaller error" in repr(check)


@pytest.mark.parametrize("as_double", [False, True])
def test_a_gradient_in_single_precision(as_double):
    g = OBJECTIVE(PARAMETERS.astype(np.float32), X)[1]
    check = check_gradient(network_cost, g.astype(float) if as_double else g, PARAMETERS)
    assert check, check
    assert check.relative_error > 1e-8
    assert check.tolerance == pytest.approx(1.2e-5, rel=0.1)
    assert "the gradient is in float32: an error below 1.2e-05 is not seen" in repr(check)
    assert not check_gradient(network_cost, (1.001 * g).astype(g.dtype), PARAMETERS)


@pytest.mark.parametrize("scale", [1, 0.125, 1e5])
def test_a_gradient_of_whole_numbers_is_not_taken_for_single_precision(scale):
    """They and fractions such as 1/8 fit into float32 whatever computed them."""
    theta = scale * np.arange(10.0)
    assert check_gradient(lambda t: np.sum(t**2), 2 * theta, theta).tolerance == 1e-7
    if scale > 1:
        assert not check_gradient(lambda t: np.sum(t**2), changed(2 * theta, 3, 2 * theta[3] + 1), theta)


def test_an_exact_cost_is_not_called_imprecise():
    for exact in (cost, lambda t: np.sum(np.sin(1e3 * t)), lambda t: 1e6 + np.sum(t**3), lambda t: np.sum(0 * t)):
        wrong = check_gradient(exact, np.full(4, 0.1), THETA)
        assert not wrong
        assert not wrong.notes
        assert wrong.tolerance == 1e-7


# Very large weights


def plain_cost(theta):
    """As one writes it without a thought of large numbers: a sigmoid by its formula."""
    (W1, b1), (W2, b2) = unflatten(theta, SIZES)
    hidden = 1 / (1 + np.exp(-(X @ W1 + b1)))
    return np.sum((1 / (1 + np.exp(-(hidden @ W2 + b2))) - X) ** 2) / 2 + np.sum(theta**2) / 2


@pytest.mark.parametrize("scale", [1e2, 1e3, 1e4, 1e6, 1e8])
def test_very_large_weights_are_not_blamed_on_the_cost(scale):
    for seed in range(3):
        theta = scale * np.random.default_rng(seed).normal(size=58)
        assert check_gradient(pair, theta)
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                complex_step(plain_cost, theta)
            except ValueError as error:
                assert "cost must be finite, got" in str(error)
                assert "for a complex theta, although it is for the real one" in str(error)


# A part of a large gradient

LARGE_SIZES = (120, 50, 120)
LARGE_OBJECTIVE = Objective(LARGE_SIZES, rho=0.05, beta=3.0, weight_decay=1e-3)
LARGE_THETA = init_parameters(LARGE_SIZES, np.random.default_rng(0))
LARGE_X = np.random.default_rng(1).uniform(size=(5, 120))


def large_cost(theta):
    return LARGE_OBJECTIVE.cost(theta, LARGE_X)


@by_method
def test_a_large_gradient_is_checked_in_part(method):
    g = LARGE_OBJECTIVE(LARGE_THETA, LARGE_X)[1]
    counted = []

    def counting(theta):
        counted.append(1)
        return large_cost(theta)

    check = check_gradient(counting, g, LARGE_THETA, method=method, layer_sizes=LARGE_SIZES)
    assert check, check
    assert len(counted) < 600
    assert "200 of 12170 entries were compared one by one, and all together along 20 random directions" in repr(check)
    assert [block.name for block in check.blocks] == ["W1", "b1", "W2", "b2"]

    wrong = g.copy()
    wrong[4321] *= 1.5  # most likely not among the 200
    check = check_gradient(large_cost, wrong, LARGE_THETA, method=method)
    assert check.relative_error == pytest.approx(abs(wrong[4321] / 3) / np.linalg.norm(g), rel=0.5)
    assert not check
    assert "the error is in entries that were not compared one by one" in repr(check)

    wrong = g.copy()
    unflatten(wrong, LARGE_SIZES)[1][0][:] *= 1.001
    check = check_gradient(large_cost, wrong, LARGE_THETA, method=method, layer_sizes=LARGE_SIZES)
    assert check.explanations == ("W2 is 1.001 times the right one",)


def test_the_part_is_drawn_with_the_generator():
    g = 1.5 * LARGE_OBJECTIVE(LARGE_THETA, LARGE_X)[1]
    options = {"entries": 7, "tolerance": 0.1}
    seeds = [None, None, 0, 1, 1]
    found = [
        check_gradient(large_cost, g, LARGE_THETA, rng=None if seed is None else np.random.default_rng(seed), **options)
        for seed in seeds
    ]
    errors = [check.relative_error for check in found]
    assert errors[0] == errors[1] == errors[2]
    assert errors[3] == errors[4] != errors[0]
    assert found[3].index == found[4].index


def test_all_entries_on_request():
    check = check_gradient(lambda t: np.sum(t**2), 2 * LARGE_THETA, LARGE_THETA, entries=LARGE_THETA.size)
    assert check
    assert not check.notes


# Bad input


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
        (lambda theta: (1.0, 2.0), TypeError, "gradient must be a NumPy array of float32 or float64, got tuple"),
        (None, TypeError, "gradient must be given, or cost must return the pair (cost, gradient), got no gradient"),
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
        ({"tolerance": "1e-7"}, TypeError, "tolerance must be a non-negative number, got '1e-7'"),
        ({"layer_sizes": (1, 2, 3)}, ValueError, "theta must have shape (13,), got (4,)"),
        ({"layer_sizes": 4}, TypeError, "layer_sizes must be a sequence of at least two positive integers, got 4"),
        ({"layout": "fortran"}, ValueError, "layout must be one of rows, columns, ufldl, ufldl_rows, got 'fortran'"),
        ({"layout": "ufldl"}, ValueError, "layer_sizes must be given with a layout, got None and the layout 'ufldl'"),
        ({"entries": 0}, ValueError, "entries must be a positive integer, got 0"),
        ({"entries": "all"}, TypeError, "entries must be a positive integer, got 'all'"),
        ({"entries": 2, "rng": 0}, TypeError, "rng must be a numpy.random.Generator, got int"),
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
