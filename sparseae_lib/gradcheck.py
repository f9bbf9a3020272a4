r"""Numerical derivatives of any scalar cost, and the check of a gradient against them.

``theta`` is a float array of any shape; ``cost`` takes such an array and returns a number.

- The complex step, :math:`\operatorname{Im} J(\theta + i h e_j) / h`, subtracts nothing, so h may be so small that the
  result is exact to rounding. The cost must take complex arrays and be analytic, because ``abs``, ``conj``, ``real``,
  ``vdot`` or a norm in it loses a part of the derivative.
- The central difference, :math:`(J(\theta + h e_j) - J(\theta - h e_j)) / 2h`, suits any smooth cost and is right to
  about ten digits, or to fewer if the gradient is small compared with the cost.

Both work in double precision, whatever the type of ``theta``.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Complex
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.typing import Floats
from sparseae_lib.validation import check_finite, check_float, check_non_negative, check_shape

COMPLEX_STEP = 1e-20
CENTRAL_STEP = float(np.cbrt(np.finfo(float).eps))  # balances truncation, h^2, and rounding, eps / h

# How far a central difference along a line may be off, as estimated from two lengths of step.
TRUNCATION = 10  # times the change of its slope if h is halved; the slope of a smooth cost is off by 4/3 of that change
ROUNDING = 100  # times eps |J| / h, the rounding of one number, because a cost is the sum of many
NEGLIGIBLE = 1e-8  # times the largest entry of the gradient; a part of the derivative that is missing is larger


def complex_step(cost: Callable[[NDArray[Any]], complex], theta: Floats) -> NDArray[np.float64]:
    """The gradient of ``cost`` at ``theta`` by the complex step, of theta's shape.

    Raises TypeError if the cost does not take complex arrays or returns a real number for one, and ValueError if it is
    not finite or not analytic. Whether it is analytic is checked by a central difference along one direction.
    """
    theta = _check_theta(theta)
    value = _real_cost(cost, theta)
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        shifted = theta.astype(complex)
        shifted[index] += 1j * COMPLEX_STEP
        gradient[index] = _complex_cost(cost, shifted).imag / COMPLEX_STEP
    _check_analytic(cost, theta, value, gradient)
    return gradient


def central_difference(
    cost: Callable[[NDArray[Any]], float], theta: Floats, step: float = CENTRAL_STEP
) -> NDArray[np.float64]:
    """The gradient of ``cost`` at ``theta`` by central differences, of theta's shape.

    An entry that exceeds 1 in size is shifted by ``step`` times its size, and every other one by ``step``. Raises
    TypeError if the cost does not return a real number, and ValueError if that number is not finite or the step is not
    a positive number.
    """
    theta = _check_theta(theta)
    if check_non_negative("step", step) == 0:
        raise ValueError("step must be positive, got 0")
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        right, left = theta.copy(), theta.copy()
        right[index] += step * max(1, abs(theta[index]))
        left[index] -= step * max(1, abs(theta[index]))
        # Not divided by 2h, because theta + h is rounded.
        gradient[index] = (_real_cost(cost, right) - _real_cost(cost, left)) / (right[index] - left[index])
    return gradient


METHODS = {"complex_step": complex_step, "central_difference": central_difference}


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What ``check_gradient`` found. In a boolean context it is ``passed``.

    ``relative_error`` is that of the whole gradient, normwise; ``index`` is where the two gradients differ most, and
    ``analytic`` and ``numeric`` are their values there.
    """

    relative_error: float
    index: tuple[int, ...]
    analytic: float
    numeric: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the relative error is within the tolerance."""
        return self.relative_error <= self.tolerance

    def __bool__(self):
        return self.passed

    def __repr__(self):
        verdict, relation = ("passed", "<=") if self.passed else ("failed", ">")
        position = ", ".join(map(str, self.index))
        return (
            f"gradient check {verdict}: relative error {self.relative_error:.1e} {relation} {self.tolerance:g}; "
            f"largest difference at theta[{position}]: analytic {self.analytic:.9g}, numeric {self.numeric:.9g}"
        )


def check_gradient(
    cost: Callable[[NDArray[Any]], complex],
    gradient: Floats | Callable[[NDArray[Any]], Floats],
    theta: Floats,
    *,
    tolerance: float = 1e-7,
    method: Literal["complex_step", "central_difference"] = "complex_step",
) -> GradientCheck:
    r"""Compare a gradient with a numerical one: :math:`\lVert g - n \rVert / \max(\lVert g \rVert, \lVert n \rVert)`.

    ``gradient`` is an array of theta's shape, or a function of theta that returns one. The default tolerance is what a
    central difference attains on networks of ordinary size; the error of a forgotten weight decay of 1e-4 is some 200
    times larger. With the complex step you can ask for 1e-12.

    Returns a ``GradientCheck``, which is true if the error is within the tolerance. A gradient that is not finite fails
    with an infinite error, and two zero gradients pass with the error 0. Raises TypeError or ValueError for arguments
    that cannot be checked: see ``complex_step`` and ``central_difference``, the two methods.

    >>> check = check_gradient(lambda t: objective.cost(t, X), lambda t: objective(t, X)[1], theta)
    >>> assert check, check
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    check_non_negative("tolerance", tolerance)
    numeric = METHODS[method](cost, theta)
    analytic = gradient(theta.copy()) if callable(gradient) else gradient
    check_float("gradient", analytic)
    check_shape("gradient", analytic, theta.shape)

    largest = max(np.abs(analytic).max(), np.abs(numeric).max())
    if not np.isfinite(analytic).all():
        error = math.inf
    elif largest == 0:
        error = 0.0
    else:  # scaled first, because squares of very large or very small entries would become inf or 0
        g, n = analytic / largest, numeric / largest
        error = np.linalg.norm(g - n) / max(np.linalg.norm(g), np.linalg.norm(n))
    index = np.unravel_index(np.argmax(np.abs(analytic - numeric)), theta.shape)  # NaN counts as the largest
    return GradientCheck(
        relative_error=float(error),
        index=tuple(int(i) for i in index),
        analytic=float(analytic[index]),
        numeric=float(numeric[index]),
        tolerance=float(tolerance),
    )


def _check_theta(theta):
    check_float("theta", theta)
    if theta.size == 0:
        raise ValueError(f"theta must have at least one entry, got shape {theta.shape}")
    check_finite("theta", theta)
    return np.array(theta, dtype=float)


def _number(value):
    """What a cost returned, as a finite float or complex number."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, Complex):
        raise TypeError(f"cost must return a number, got {type(value).__name__}")
    value = complex(value) if np.iscomplexobj(value) else float(value)
    if not np.isfinite(value):
        raise ValueError(f"cost must be finite, got {value}")
    return value


def _real_cost(cost, theta):
    value = _number(cost(theta.copy()))
    if isinstance(value, complex):
        raise TypeError(f"cost must return a real number for a real theta, got {value}")
    return value


def _complex_cost(cost, theta):
    other = "if it is written for real arrays only, use method='central_difference'"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = cost(theta)
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
        raise TypeError(f"cost must take a complex theta for the complex step; {other} (it raised: {error})") from error
    value = _number(value)
    if not isinstance(value, complex):
        raise TypeError(f"cost must return a complex number for a complex theta, got {value}; {other}")
    return value


def _check_analytic(cost, theta, value, gradient):
    """Raise if the complex step misses a part of the directional derivative that a central difference sees.

    Two lengths of step show how far the difference itself is off, so that a steep or kinked cost does not raise.
    """
    # Always the same direction, with no pattern that a cost may be blind to.
    direction = np.cos(np.arange(1, theta.size + 1)).reshape(theta.shape)
    direction /= np.linalg.norm(direction)

    def difference(h):
        """The slope, and the change of slope."""
        right, left = (_real_cost(cost, theta + step * direction) - value for step in (h, -h))
        return (right - left) / (2 * h), (right + left) / h

    h = CENTRAL_STEP * max(1, np.abs(theta).max())
    (slope, bend), (half_slope, half_bend) = difference(h), difference(h / 2)
    # If the cost is smooth, the slopes agree and the bend is proportional to h; a kink changes one or the other.
    own_error = TRUNCATION * abs(slope - half_slope) + abs(bend - 2 * half_bend)
    own_error += ROUNDING * np.finfo(float).eps * abs(value) / h
    expected = np.sum(gradient * direction)
    if abs(slope - expected) > NEGLIGIBLE * np.abs(gradient).max() + own_error:
        raise ValueError(
            f"cost must be analytic for the complex step, which gives a slope of {expected:.9g} along a line where a "
            f"central difference gives {slope:.9g} (does it contain an abs, conj, real, vdot or norm?); "
            "use method='central_difference'"
        )
