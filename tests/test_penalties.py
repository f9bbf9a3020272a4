"""The divergence and its derivative: by hand, by their properties, and against mpmath at any saturation."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from sparseae_lib.activations import sigmoid, sigmoid_derivative
from sparseae_lib.gradcheck import central_difference, complex_step
from sparseae_lib.penalties import (
    is_saturated,
    kl_derivative,
    kl_derivative_with_logits,
    kl_divergence,
    kl_divergence_of_sums,
    kl_divergence_with_logits,
    mean_activation,
    saturation_sums,
    total_saturation_sums,
)

RHO_HAT = np.array([0.02, 0.07, 0.2, 0.5, 0.77, 0.96])
LEVELS = [-1e6, -1000.0, -745.0, -354.9, -354.7, -40.0, -3.0, 0.0, 3.0, 4.5, 4.7, 30.0, 38.0, 745.0, 1000.0, 1e6]

by_rho = pytest.mark.parametrize("rho", [0.01, 0.3, 0.5, 0.9, 0.999])
by_moderate_rho = pytest.mark.parametrize("rho", [0.05, 0.3, 0.5, 0.9])  # where no term is too small to be missed


def spread(level, m=5, S=2):
    """Pre-activations (m, S) around one level."""
    return level + np.random.default_rng(3).uniform(-1, 1, (m, S))


def exact(rho, Z):
    """KL (S,) and m dKL/dZ (m, S) of sigmoid units, from their definitions, by mpmath."""
    with mp.workdps(60):
        rho = mpf(rho)
        KL, dZ = [], []
        for column in Z.T:
            a = [1 / (1 + mp.exp(-mpf(float(z)))) for z in column]
            one_minus_a = [1 / (1 + mp.exp(mpf(float(z)))) for z in column]  # 1 - a needs more digits than 60
            rho_hat, one_minus_rho_hat = mp.fsum(a) / len(a), mp.fsum(one_minus_a) / len(a)
            KL.append(rho * mp.log(rho / rho_hat) + (1 - rho) * mp.log((1 - rho) / one_minus_rho_hat))
            kappa = -rho / rho_hat + (1 - rho) / one_minus_rho_hat
            dZ.append([kappa * x * y for x, y in zip(a, one_minus_a, strict=True)])
        return np.array(KL, float), np.array(dZ, float).T


def column_error(left, right):
    """The largest normwise relative error of a column."""
    assert left.shape == right.shape
    return np.max(np.linalg.norm(left - right, axis=0) / np.linalg.norm(right, axis=0))


# thm-mean-activation


def test_mean_activation_by_hand():
    assert mean_activation(np.array([[0.5, 0.25, 0.0], [0.25, 0.25, 1.0]])).tolist() == [0.375, 0.25, 0.5]
    assert mean_activation(np.array([[0.5, 0.25]])).tolist() == [0.5, 0.25]


# thm-kl


def test_divergence_by_hand():
    np.testing.assert_allclose(
        kl_divergence(0.5, np.array([0.25, 0.5, 0.75])), [math.log(4 / 3) / 2, 0, math.log(4 / 3) / 2], rtol=1e-14
    )
    np.testing.assert_allclose(
        kl_divergence(0.25, np.array([0.5])), [0.25 * math.log(1 / 2) + 0.75 * math.log(3 / 2)], rtol=1e-14
    )


@by_rho
def test_divergence_is_convex_and_least_at_rho(rho):
    assert kl_divergence(rho, np.array([rho])).tolist() == [0]
    assert kl_derivative(rho, np.array([rho])).tolist() == [0]
    rho_hat = np.linspace(0.001, 0.9999, 5001)
    away = np.abs(rho_hat - rho) > 1e-5
    assert (kl_divergence(rho, rho_hat)[away] > 0).all()
    kappa = kl_derivative(rho, rho_hat)
    assert (np.sign(kappa)[away] == np.sign(rho_hat - rho)[away]).all()
    assert (np.diff(kappa) > 0).all()


@by_rho
def test_divergence_and_derivative_are_infinite_at_the_bounds(rho):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kl_divergence(rho, np.array([0.0, 1.0])).tolist() == [math.inf, math.inf]
        assert kl_derivative(rho, np.array([0.0, 1.0])).tolist() == [-math.inf, math.inf]


@by_moderate_rho
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda r, x: x * np.log(x / r) + (1 - x) * np.log((1 - x) / (1 - r)), id="arguments swapped"),
        pytest.param(lambda r, x: -r * np.log(x) - (1 - r) * np.log(1 - x), id="cross-entropy"),
        pytest.param(lambda r, x: r * np.log(r / x), id="first term alone"),
        pytest.param(lambda r, x: r * np.log(x / r) + (1 - r) * np.log((1 - x) / (1 - r)), id="sign"),
    ],
)
def test_wrong_divergences_are_rejected(rho, wrong):
    divergence = kl_divergence(rho, RHO_HAT)
    assert np.linalg.norm(wrong(rho, RHO_HAT) - divergence) > 1e-1 * np.linalg.norm(divergence)


# thm-kl-derivative


def test_derivative_by_hand():
    assert kl_derivative(0.5, np.array([0.25, 0.5, 0.75])).tolist() == pytest.approx([-4 / 3, 0, 4 / 3], rel=1e-15)
    assert kl_derivative(0.25, np.array([0.5])).tolist() == [-0.5 + 1.5]


@by_rho
def test_derivative_is_that_of_the_divergence(rho):
    kappa = kl_derivative(rho, RHO_HAT)

    def total(rho_hat):
        return np.sum(kl_divergence(rho, rho_hat))

    assert np.linalg.norm(complex_step(total, RHO_HAT) - kappa) < 1e-14 * np.linalg.norm(kappa)
    assert np.linalg.norm(central_difference(total, RHO_HAT, step=1e-6) - kappa) < 1e-8 * np.linalg.norm(kappa)


@by_rho
def test_the_curvature_at_rho(rho):
    curvature = complex_step(lambda x: np.sum(kl_derivative(rho, x)), np.array([rho]))
    np.testing.assert_allclose(curvature, 1 / (rho * (1 - rho)), rtol=1e-12)


def test_the_derivative_keeps_its_digits_near_rho():
    rho, rho_hat = 0.01, 0.01 * (1 + 1e-12)
    with mp.workdps(50):
        right = -mpf(rho) / mpf(rho_hat) + (1 - mpf(rho)) / (1 - mpf(rho_hat))
    assert kl_derivative(rho, np.array([rho_hat]))[0] == pytest.approx(float(right), rel=1e-14, abs=0)


@by_moderate_rho
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda r, x: r / x - (1 - r) / (1 - x), id="sign"),
        pytest.param(lambda r, x: -r / x - (1 - r) / (1 - x), id="sign of the second term"),
        pytest.param(lambda r, x: -r / x + (1 - r), id="1 - rho_hat forgotten"),
        pytest.param(lambda r, x: -r / x, id="first term alone"),
        pytest.param(lambda r, x: np.log(x / r) - np.log((1 - x) / (1 - r)), id="arguments swapped"),
        pytest.param(lambda r, x: x - r, id="gradient with respect to the logit of rho_hat"),
    ],
)
def test_wrong_derivatives_are_rejected(rho, wrong):
    kappa = kl_derivative(rho, RHO_HAT)
    assert np.linalg.norm(wrong(rho, RHO_HAT) - kappa) > 1e-2 * np.linalg.norm(kappa)


@pytest.mark.parametrize("rho", [1e-50, 5e-324])
@pytest.mark.parametrize("dtype", [np.float32, np.complex64, np.float64])
def test_a_rho_that_single_precision_rounds_to_0(rho, dtype):
    rho_hat, Z = np.array([0.25, 0.5, 0.75], dtype), np.array([[-1.0, 0.0, 1.0]], dtype)
    np.testing.assert_allclose(kl_divergence(rho, rho_hat), [math.log(4 / 3), math.log(2), math.log(4)], rtol=1e-6)
    np.testing.assert_allclose(kl_derivative(rho, rho_hat), [4 / 3, 2, 4], rtol=1e-6)
    np.testing.assert_allclose(kl_divergence_with_logits(rho, Z), np.log1p(np.exp(Z[0])), rtol=1e-6)
    if np.isrealobj(rho_hat):
        bounds = np.array([0, 1], dtype)
        assert kl_divergence(rho, bounds).tolist() == [math.inf, math.inf]
        assert kl_derivative(rho, bounds).tolist() == [-math.inf, math.inf]


# With logits


@by_rho
@pytest.mark.parametrize("level", LEVELS)
def test_with_logits_agrees_with_mpmath(level, rho):
    Z = spread(level)
    KL, dZ = exact(rho, Z)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        divergence, derivative = kl_divergence_with_logits(rho, Z), kl_derivative_with_logits(rho, Z)
    np.testing.assert_allclose(divergence, KL, rtol=1e-13, atol=1e-14)
    assert column_error(derivative, dZ) < 1e-13


@by_rho
@pytest.mark.parametrize(
    "column",
    [
        pytest.param([1000, -1000, 0.5], id="to both sides"),
        pytest.param([1000, 1000, 2], id="one sample is not saturated"),
        pytest.param([-1000, -900, -800.5], id="to one side, far apart"),
        pytest.param([38, 740, 1000], id="the other side, far apart"),
        pytest.param([1000], id="one sample"),
        pytest.param([-1000], id="one sample, negative"),
    ],
)
def test_with_logits_agrees_with_mpmath_where_samples_differ(column, rho):
    Z = np.array(column, float)[:, np.newaxis]
    KL, dZ = exact(rho, Z)
    np.testing.assert_allclose(kl_divergence_with_logits(rho, Z), KL, rtol=1e-13, atol=1e-14)
    assert column_error(kl_derivative_with_logits(rho, Z), dZ) < 1e-13


@by_rho
@pytest.mark.parametrize("level", LEVELS)
def test_parts_of_the_samples_need_the_sums_of_all_alone(level, rho):
    Z = np.concatenate([spread(level), spread(level + 3)])
    parts = np.split(Z, [1, 4])
    sums = total_saturation_sums(map(saturation_sums, parts))
    np.testing.assert_allclose(
        kl_divergence_of_sums(rho, sums), kl_divergence_with_logits(rho, Z), rtol=1e-14, atol=1e-15
    )
    dZ = np.concatenate([kl_derivative_with_logits(rho, part, sums) for part in parts])
    assert column_error(dZ, kl_derivative_with_logits(rho, Z)) < 1e-14
    apart = np.concatenate([kl_derivative_with_logits(rho, part) for part in parts])
    assert column_error(apart, kl_derivative_with_logits(rho, Z)) > 0.01


@by_rho
@pytest.mark.parametrize("level", [-1e6, -1000, -40])
def test_the_limits_of_the_gradient_of_the_bias(level, rho):
    """d/db of the divergence is the mean over the samples: -rho on the far left, 1 - rho on the far right."""
    assert kl_derivative_with_logits(rho, spread(level)).mean(axis=0) == pytest.approx(-rho, rel=1e-13, abs=0)
    assert kl_derivative_with_logits(rho, spread(-level)).mean(axis=0) == pytest.approx(1 - rho, rel=1e-13, abs=0)


@given(st.floats(1e-6, 1 - 1e-6), st.lists(st.floats(-2000, 2000, allow_subnormal=False), min_size=1, max_size=6))
def test_the_gradient_of_the_bias_stays_between_its_limits(rho, column):
    Z = np.array(column)[:, np.newaxis]
    gradient = kl_derivative_with_logits(rho, Z).mean()
    assert -rho - 1e-12 <= gradient <= 1 - rho + 1e-12
    assert kl_divergence_with_logits(rho, Z)[0] > -1e-12


@by_rho
@pytest.mark.parametrize("level", [-1000, -40, -2, 0, 3, 40, 1000])
def test_the_complex_step_passes_with_logits(level, rho):
    Z = spread(level, m=3)
    numeric = 3 * complex_step(lambda Z: np.sum(kl_divergence_with_logits(rho, Z)), Z)
    derivative = kl_derivative_with_logits(rho, Z)
    assert column_error(derivative, numeric) < 1e-12
    shifted = kl_derivative_with_logits(rho, Z + 1e-20j)
    assert column_error(shifted.real, derivative) < 1e-12
    assert (
        column_error(kl_divergence_with_logits(rho, Z + 1e-20j).real[None], kl_divergence_with_logits(rho, Z)[None])
        < 1e-13
    )


def test_the_second_derivative_with_logits_is_symmetric():
    """So the complex step passes through the derivative too, saturated or not."""
    Z = np.array([-2.0, 0.5, 40.0, 41.0])[:, np.newaxis]
    hessian = np.array(
        [complex_step(lambda Z, s=s: kl_derivative_with_logits(0.1, Z)[s, 0], Z)[:, 0] for s in range(4)]
    )
    assert np.linalg.norm(hessian) > 0.1
    assert np.linalg.norm(hessian - hessian.T) < 1e-13 * np.linalg.norm(hessian)


# Naive, clipped, exact


def naive(rho, Z):
    A = sigmoid(Z)
    rho_hat = mean_activation(A)
    return kl_divergence(rho, rho_hat), kl_derivative(rho, rho_hat) * sigmoid_derivative(A)


def clipped(rho, Z):
    A = sigmoid(Z)
    rho_hat = np.clip(mean_activation(A), 1e-10, 1 - 1e-10)
    return kl_divergence(rho, rho_hat), kl_derivative(rho, rho_hat) * sigmoid_derivative(A)


@pytest.mark.parametrize("level", [38.0, 100.0, 1000.0, -1000.0])
def test_the_naive_formula_fails_where_a_is_rounded(level):
    with np.errstate(invalid="ignore"):
        KL, dZ = naive(0.05, np.full((3, 1), level))
    assert np.isinf(KL).all()
    assert np.isnan(dZ).all()


@pytest.mark.parametrize(("level", "limit"), [(38.0, 0.95), (1000.0, 0.95), (-40.0, -0.05), (-1000.0, -0.05)])
def test_clipping_loses_the_gradient(level, limit):
    Z = np.full((3, 1), level)
    _, dZ = clipped(0.05, Z)
    assert np.abs(dZ).max() < 1e-5 * abs(limit)
    np.testing.assert_allclose(exact(0.05, Z)[1], limit, rtol=1e-13)
    np.testing.assert_allclose(kl_derivative_with_logits(0.05, Z), limit, rtol=1e-13)


# Where a unit is saturated


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_which_units_are_saturated(dtype):
    tiny = math.sqrt(np.finfo(dtype).tiny)
    rho_hat = np.array([0, 0.9 * tiny, 1.1 * tiny, 1e-10, 0.5, 0.9899, 0.9901, 1], dtype)
    assert is_saturated(rho_hat).tolist() == [True, True, False, False, False, False, True, True]
    assert is_saturated(rho_hat * (1 + 1e-20j)).tolist() == is_saturated(rho_hat).tolist()


@by_rho
@pytest.mark.parametrize(("level", "saturated"), [(-354.8, True), (-354.0, False), (4.7, False), (5.2, True)])
@pytest.mark.parametrize("m", [5, 200])
def test_both_formulas_are_right_on_either_side_of_the_threshold(level, saturated, m, rho):
    Z = spread(level, m, 1)
    assert is_saturated(mean_activation(sigmoid(Z))).tolist() == [saturated]
    KL, dZ = exact(rho, Z)
    with_logits = kl_divergence_with_logits(rho, Z), kl_derivative_with_logits(rho, Z)
    for divergence, derivative in (naive(rho, Z), with_logits):
        np.testing.assert_allclose(divergence, KL, rtol=1e-13, atol=1e-14)
        assert column_error(derivative, dZ) < 1e-13


def test_far_beyond_the_threshold_the_formula_in_rho_hat_is_wrong():
    Z = spread(20.0)
    KL, dZ = exact(0.05, Z)
    divergence, derivative = naive(0.05, Z)
    assert np.abs(divergence / KL - 1).max() > 1e-10
    assert column_error(derivative, dZ) > 1e-9


# Types, shapes and bad input


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_type_is_kept(dtype):
    rho_hat, Z = RHO_HAT.astype(dtype), spread(40.0).astype(dtype)
    for rho in (0.1, np.float64(0.1)):
        for result, shape in (
            (mean_activation(Z), (2,)),
            (kl_divergence(rho, rho_hat), RHO_HAT.shape),
            (kl_derivative(rho, rho_hat), RHO_HAT.shape),
            (kl_divergence_with_logits(rho, Z), (2,)),
            (kl_derivative_with_logits(rho, Z), (5, 2)),
        ):
            assert (result.dtype, result.shape) == (dtype, shape)
            assert np.isfinite(result).all()


@pytest.mark.parametrize("level", [-1000, -50, 50, 1000])
def test_single_precision_is_right_at_any_saturation(level):
    Z = spread(level).astype(np.float32)
    KL, dZ = exact(0.05, Z)
    np.testing.assert_allclose(kl_divergence_with_logits(0.05, Z), KL, rtol=1e-6)
    assert column_error(kl_derivative_with_logits(0.05, Z), dZ) < 1e-6


FUNCTIONS = {
    kl_divergence: RHO_HAT,
    kl_derivative: RHO_HAT,
    kl_divergence_with_logits: np.ones((5, 2)),
    kl_derivative_with_logits: np.ones((5, 2)),
}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("rho", "error", "message"),
    [
        (0, ValueError, "rho must be between 0 and 1, both excluded, got 0"),
        (1.0, ValueError, "rho must be between 0 and 1, both excluded, got 1.0"),
        (-0.1, ValueError, "got -0.1"),
        (math.nan, ValueError, "got nan"),
        (math.inf, ValueError, "got inf"),
        ("0.1", TypeError, "rho must be a number between 0 and 1, got '0.1'"),
        (None, TypeError, "got None"),
        (True, TypeError, "got True"),
        (0.1j, TypeError, "got 0.1j"),
        (np.array([0.1]), TypeError, "got array([0.1])"),
    ],
)
def test_bad_rho(function, rho, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(rho, FUNCTIONS[function])


@pytest.mark.parametrize("function", [kl_divergence, kl_derivative])
@pytest.mark.parametrize(
    ("rho_hat", "error", "message"),
    [
        ([0.1], TypeError, "rho_hat must be a NumPy array of float32 or float64"),
        (0.1, TypeError, "got float"),
        (np.array([0, 1]), TypeError, "rho_hat must be of type float32 or float64"),
        (np.array(0.1), ValueError, "rho_hat must have shape (S,), got ()"),
        (np.full((5, 2), 0.1), ValueError, "rho_hat must have shape (S,), got (5, 2)"),
        (np.array([0.1, -1e-9]), ValueError, "rho_hat must be from 0 to 1, got rho_hat[1] = -1e-09"),
        (np.array([0.1, 0.5, 1.5]), ValueError, "rho_hat must be from 0 to 1, got rho_hat[2] = 1.5"),
        (np.array([0.1, np.nan]), ValueError, "rho_hat must be from 0 to 1, got rho_hat[1] = nan"),
    ],
)
def test_bad_mean_activations(function, rho_hat, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(0.1, rho_hat)


@pytest.mark.parametrize("function", [mean_activation, kl_divergence_with_logits, kl_derivative_with_logits])
@pytest.mark.parametrize(
    ("array", "error", "message"),
    [
        (np.ones(3), ValueError, "must have shape (m, S), got (3,)"),
        (np.ones((0, 3)), ValueError, "must hold at least one sample (row), got shape (0, 3)"),
        (np.ones((3, 2), int), TypeError, "must be of type float32 or float64"),
        ([[1.0]], TypeError, "must be a NumPy array"),
    ],
)
def test_bad_matrices(function, array, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(*([] if function is mean_activation else [0.1]), array)


@pytest.mark.parametrize("function", [kl_divergence_with_logits, kl_derivative_with_logits])
@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_pre_activations_must_be_finite(function, bad):
    with pytest.raises(ValueError, match=re.escape(f"Z must be finite, got Z[2, 1] = {bad}")):
        function(0.1, np.array([[0.0, 1.0], [2.0, 3.0], [4.0, bad]]))


def test_weights_that_are_all_zero_are_refused():
    """A part of the samples may have none, if others have."""
    Z, zeros = np.ones((2, 3)), np.zeros(2)
    for call in (
        lambda: mean_activation(Z, zeros),
        lambda: kl_derivative_with_logits(0.1, Z, sample_weight=zeros),
        lambda: kl_divergence_of_sums(0.1, saturation_sums(Z, zeros)),
    ):
        with pytest.raises(ValueError, match=r"^sample_weight must hold at least one weight that is not zero$"):
            call()
    sums = total_saturation_sums([saturation_sums(Z, zeros), saturation_sums(Z, np.ones(2))])
    assert kl_derivative_with_logits(0.1, Z, sums, zeros).tolist() == [[0, 0, 0]] * 2
