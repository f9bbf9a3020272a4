"""A cost that somebody else wrote: it is asked for numbers, and whatever else it returns is named."""

import math
import warnings
from collections.abc import Callable
from numbers import Complex
from typing import Any

import numpy as np
from numpy.typing import NDArray

Answer = complex | tuple[complex, Any]
"""What a cost returns: a number, or a pair of the number and its gradient."""

SAME = 1e-5  # two answers for one theta may differ by so much of their size: sums in another order, in single precision
POINTS = 7  # on a line, for the differences of order 6
NOISE_SPACING = 1e-5, 2.5e-6  # more than a unit in the last place of a float32 theta


class CostFunction:
    """A cost as a function of an array theta. It is handed copies, so that it may write to them."""

    def __init__(self, function: Callable[[NDArray[Any]], Answer]) -> None:
        if not callable(function):
            raise TypeError(f"cost must be a function of theta, got {type(function).__name__}")
        self._function = function

    def __call__(self, theta: NDArray[np.float64]) -> float:
        """The cost at a real ``theta``. Raises TypeError if it is not a real number, ValueError if it is not finite."""
        value = _number(self._answer(np.array(theta)))
        if isinstance(value, complex):
            raise TypeError(f"cost must return a real number for a real theta, got {value}")
        return value

    def at_complex(self, theta: NDArray[np.complex128]) -> complex:
        """The cost at a complex ``theta``. Raises TypeError if it takes none or returns a real number."""
        other = "if it is written for real arrays only, use method='central_difference'"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                value = self._answer(np.asarray(theta))
        except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
            raise TypeError(
                f"cost must take a complex theta for the complex step; {other} (it raised: {error})"
            ) from error
        value = _number(
            value,
            " for a complex theta, although it is for the real one (an overflow?); use method='central_difference'",
        )
        if not isinstance(value, complex):
            raise TypeError(f"cost must return a complex number for a complex theta, got {value}; {other}")
        return value

    def gradient(self, theta: NDArray[np.float64]) -> Any:
        """What comes second in the pair that the cost returns. Raises TypeError if it returns no pair."""
        answer = self._answer(theta.copy())
        if not is_pair(answer):
            raise TypeError(
                "gradient must be given, or cost must return the pair (cost, gradient), "
                f"got no gradient and a cost that returns {described(answer)}"
            )
        return answer[1]

    def _answer(self, theta):
        answer = self._function(theta)
        if theta.ndim == 0 and isinstance(answer, tuple) and len(answer) == 2:
            return answer[0], np.asarray(answer[1])  # NumPy makes numbers of arrays without axes
        return answer

    def same_twice(self, theta: NDArray[np.float64]) -> float:
        """The cost at a real ``theta``, asked for twice. Raises ValueError if it draws another number each time."""
        first, second = self(theta), self(theta)
        if abs(first - second) > SAME * max(abs(first), abs(second)):
            raise ValueError(
                f"cost must return the same number for the same theta, got {first:.9g} and then {second:.9g}; "
                "if it draws random numbers, as dropout does, draw the same ones in each call"
            )
        return second

    def noise(self, theta: NDArray[np.float64]) -> float:
        r"""How far the cost is rounded: the standard deviation of its errors, absolute.

        At equally spaced points a smooth function has differences of order 6 that vanish with the sixth power of the
        spacing; those of independent errors of size :math:`\sigma` have the mean square :math:`\sigma^2 \binom{12}{6}`
        at any spacing. So the smaller of two estimates is taken: a fast but exact cost is not called noisy.
        Source: Hamming, Introduction to Applied Numerical Analysis (1971); Moré and Wild (2011).
        """
        # Every entry moves by the same share of its size, so that each is rounded anew.
        direction = np.cos(np.arange(1, theta.size + 1)).reshape(theta.shape) * np.maximum(1, np.abs(theta))
        estimates = []
        for spacing in NOISE_SPACING:
            values = [self(theta + (k - POINTS // 2) * spacing * direction) for k in range(2 * POINTS)]
            differences = np.diff(values, POINTS - 1)
            size = np.max(np.abs(differences))
            ratios = differences / size if size > 0 else differences  # their squares might overflow
            estimates.append(size * math.sqrt(np.mean(ratios**2) / math.comb(2 * POINTS - 2, POINTS - 1)))
        return float(min(estimates))


def is_pair(answer: object) -> bool:
    """Whether it is a pair (number, array)."""
    return isinstance(answer, tuple | list) and len(answer) == 2 and isinstance(answer[1], np.ndarray)


def described(answer: object) -> str:
    """The type of an answer, with the shape of an array, or what a tuple or list holds."""
    name = type(answer).__name__
    if isinstance(answer, np.ndarray):
        name += f" of shape {answer.shape}"
    if isinstance(answer, tuple | list):
        name += f" of ({', '.join(type(part).__name__ for part in answer)})"
    return name


def _number(value, where=""):
    """What a cost returned, as a finite float or complex number."""
    if is_pair(value):
        value = value[0]
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, Complex):
        raise TypeError(f"cost must return a number, or a pair (number, gradient), got {described(value)}")
    value = complex(value) if np.iscomplexobj(value) else float(value)
    if not np.isfinite(value):
        raise ValueError(f"cost must be finite, got {value}{where}")
    return value
