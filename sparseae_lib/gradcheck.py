r"""Numerical derivatives of any scalar cost, and the check of a gradient against them.

``theta`` is a float array of any shape; ``cost`` takes such an array and returns a number, or the pair of a number and
its gradient.

- The complex step, :math:`\operatorname{Im} J(\theta + i h e_j) / h`, subtracts nothing, so h may be so small that the
  result is exact to rounding. The cost must take complex arrays and be analytic, because ``abs``, ``conj``, ``real``,
  ``vdot`` or a norm in it loses a part of the derivative.
- The central difference, :math:`(J(\theta + h e_j) - J(\theta - h e_j)) / 2h`, suits any smooth cost and is right to
  about ten digits, or to fewer if the gradient is small compared with the cost.

Both hand double precision to the cost, whatever the type of ``theta``. If the cost computes in single precision all the
same, ``check_gradient`` notices it and says how far its numbers can be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from sparseae_lib.cost_function import Answer, CostFunction, is_pair
from sparseae_lib.gradient_errors import BlockError, Comparison, block_errors, explanations, relative_difference
from sparseae_lib.layouts import Layout, blocks, check_layout
from sparseae_lib.network import count_parameters
from sparseae_lib.typing import Floats
from sparseae_lib.validation import (
    check_finite,
    check_float,
    check_layer_sizes,
    check_non_negative,
    check_positive_integer,
    check_rng,
    check_shape,
    check_theta,
)

COMPLEX_STEP = 1e-20
EPS = float(np.finfo(float).eps)
CENTRAL_STEP = float(np.cbrt(EPS))  # balances truncation, h^2, and rounding, eps / h


# How far a central difference along a line may be off, as estimated from two lengths of step.
TRUNCATION = 10  # times its change if h is halved; it is off by 4/3 of that change if the cost is smooth
ROUNDING = 100  # times eps |J| / h, the rounding of one number, because a cost is the sum of many
NEGLIGIBLE = 1e-8  # times the largest entry of the gradient; a part of the derivative that is missing is larger

TOLERANCE = 1e-7  # a central difference attains it on networks of ordinary size
SINGLE_TOLERANCE = 100 * float(np.finfo(np.float32).eps)  # a gradient computed in float32 attains it
IMPRECISE = 1e-11  # a cost whose errors are a greater share of it is not computed in double precision
RELIABLE = 4  # times the change of the numerical gradient if it is computed otherwise: how far it may be off

LARGE = 10_000  # entries; a gradient with more of them is checked in part
PART = 200  # entries of a large gradient that are checked one by one
DIRECTIONS = 20  # random ones in which all entries of a large gradient are checked at once


def complex_step(cost: Callable[[NDArray[Any]], Answer], theta: Floats) -> NDArray[np.float64]:
    """The gradient of ``cost`` at ``theta`` by the complex step, of theta's shape.

    Raises TypeError if the cost does not take complex arrays or returns a real number for one, and ValueError if it is
    not finite or not analytic, or so small that the step underflows. This is checked by a central difference along one
    direction.
    """
    return _gradient(CostFunction(cost), _check_theta(theta), COMPLEX)


def central_difference(
    cost: Callable[[NDArray[Any]], Answer], theta: Floats, step: float = CENTRAL_STEP
) -> NDArray[np.float64]:
    """The gradient of ``cost`` at ``theta`` by central differences, of theta's shape.

    An entry that exceeds 1 in size is shifted by ``step`` times its size, and every other one by ``step``. Raises
    TypeError if the cost does not return a real number, and ValueError if that number is not finite or the step is not
    a positive number.
    """
    if check_non_negative("step", step) == 0:
        raise ValueError("step must be positive, got 0")
    return _gradient(CostFunction(cost), _check_theta(theta), CENTRAL._replace(step=step))


class _Method(NamedTuple):
    """How a derivative is taken, along an axis and along any other line."""

    entry: Callable[[CostFunction, NDArray[np.float64], tuple[int, ...], float], float]
    line: Callable[[CostFunction, NDArray[np.float64], NDArray[np.float64], float], float]
    step: float


def _complex_entry(cost, theta, index, step):
    shifted = theta.astype(complex)
    shifted[index] += 1j * step
    return cost.at_complex(shifted).imag / step


def _complex_line(cost, theta, direction, step):
    return cost.at_complex(theta + 1j * step * direction).imag / step


def _central_entry(cost, theta, index, step):
    right, left = theta.copy(), theta.copy()
    right[index] += step * max(1, abs(theta[index]))
    left[index] -= step * max(1, abs(theta[index]))
    if not right[index] - left[index] > 0:
        raise ValueError(f"step must be large enough to change theta, got {step:g} for an entry {theta[index]:g}")
    # Not divided by 2h, because theta + h is rounded.
    return (cost(right) - cost(left)) / (right[index] - left[index])


def _central_line(cost, theta, direction, step):
    """Of fourth order: the derivative along a random line is small beside the gradient, so it needs more digits."""
    h = step ** (3 / 5) / np.linalg.norm(direction)  # balances h^4 and eps / h
    near, far = (cost(theta + k * h * direction) - cost(theta - k * h * direction) for k in (1, 2))
    return (8 * near - far) / (12 * h)


COMPLEX = _Method(_complex_entry, _complex_line, COMPLEX_STEP)
CENTRAL = _Method(_central_entry, _central_line, CENTRAL_STEP)
METHODS = {"complex_step": COMPLEX, "central_difference": CENTRAL}


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What ``check_gradient`` found. In a boolean context it is ``passed``.

    ``relative_error`` is that of the whole gradient, normwise; ``index`` is where the two gradients differ most, and
    ``analytic`` and ``numeric`` are their values there. ``blocks`` has a ``BlockError`` for each of W1, b1, W2, ... if
    ``layer_sizes`` were given. ``explanations`` are sentences that say what is wrong, if a factor, a sign, a multiple
    of theta, a transpose, an exchange or another layout explains it. ``notes`` say what limits the check.
    """

    relative_error: float
    index: tuple[int, ...]
    analytic: float
    numeric: float
    tolerance: float
    blocks: tuple[BlockError, ...] = ()
    explanations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the relative error is within the tolerance."""
        return self.relative_error <= self.tolerance

    def __bool__(self):
        return self.passed

    def __repr__(self):
        verdict, relation = ("passed", "<=") if self.passed else ("failed", ">")
        position = ", ".join(map(str, self.index))
        lines = [
            f"gradient check {verdict}: relative error {self.relative_error:.1e} {relation} {self.tolerance:g}; "
            f"largest difference at theta[{position}]: analytic {self.analytic:.9g}, numeric {self.numeric:.9g}"
        ]
        if not self.passed:
            lines += [f"{block.name}: error {block.relative_error:.1e}, worst {block.worst}" for block in self.blocks]
            lines += self.explanations
        return "\n  ".join([*lines, *self.notes])


@overload
def check_gradient(
    cost: Callable[[NDArray[Any]], tuple[complex, Floats]],
    theta: Floats,
    /,
    *,
    tolerance: float | None = None,
    method: Literal["complex_step", "central_difference"] = "complex_step",
    layer_sizes: Iterable[int] | None = None,
    layout: Layout = "rows",
    entries: int | None = None,
    rng: np.random.Generator | None = None,
) -> GradientCheck: ...


@overload
def check_gradient(
    cost: Callable[[NDArray[Any]], complex | tuple[complex, Floats]],
    gradient: Floats | Callable[[NDArray[Any]], Floats | tuple[complex, Floats]] | None = None,
    theta: Floats = ...,
    *,
    tolerance: float | None = None,
    method: Literal["complex_step", "central_difference"] = "complex_step",
    layer_sizes: Iterable[int] | None = None,
    layout: Layout = "rows",
    entries: int | None = None,
    rng: np.random.Generator | None = None,
) -> GradientCheck: ...


def check_gradient(
    cost: Callable[[NDArray[Any]], Answer],
    gradient: Any = None,
    theta: Any = None,
    *,
    tolerance: float | None = None,
    method: Literal["complex_step", "central_difference"] = "complex_step",
    layer_sizes: Iterable[int] | None = None,
    layout: Layout = "rows",
    entries: int | None = None,
    rng: np.random.Generator | None = None,
) -> GradientCheck:
    r"""Compare a gradient with a numerical one: :math:`\lVert g - n \rVert / \max(\lVert g \rVert, \lVert n \rVert)`.

    ``gradient`` is an array of theta's shape, or a function of theta that returns one. It is left out if ``cost``
    returns the pair (cost, gradient), as ``Objective`` does.

    >>> check = check_gradient(lambda t: objective.cost(t, X), lambda t: objective(t, X)[1], theta)
    >>> check = check_gradient(lambda t: objective(t, X), theta, layer_sizes=(64, 25, 64))
    >>> assert check, check

    With ``layer_sizes`` the check also says in which of W1, b1, W2, ... the error is, and at which entry. ``layout``
    names the order in which theta holds them, see ``layouts``.

    ``tolerance`` is 1e-7 if it is not given, which a central difference attains on networks of ordinary size; the error
    of a forgotten weight decay of 1e-4 is some 200 times larger. With the complex step you can ask for 1e-12. For a
    gradient in float32 it is 1.2e-5, and for a cost that computes in float32 it is measured; ``notes`` then say so.

    ``entries`` is the number of entries that are compared one by one: all, or 200 of a theta with more than 10 000.
    If not all are, they are drawn with ``rng`` (always the same if it is not given), as many from each block, and all
    entries together are compared along 20 random directions: the differences of the directional derivatives have
    the root mean square :math:`\lVert g - n \rVert`.

    Returns a ``GradientCheck``, which is true if the error is within the tolerance. A gradient that is not finite fails
    with an infinite error, and two zero gradients pass with the error 0. Raises TypeError or ValueError for arguments
    that cannot be checked, such as a cost that returns another number each time: see also ``complex_step`` and
    ``central_difference``, the two methods.
    """
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if theta is None:
        gradient, theta = None, gradient
    given = None if tolerance is None else check_non_negative("tolerance", tolerance)
    theta, cost = _check_theta(theta), CostFunction(cost)
    layer_sizes = _check_sizes(theta, layer_sizes, layout)
    places = _places(theta, layer_sizes, layout, entries, rng)
    analytic = _analytic(cost, gradient, theta)

    is_single = _is_single(analytic)
    analytic = analytic.astype(float)
    tolerance = (SINGLE_TOLERANCE if is_single else TOLERANCE) if given is None else given
    notes = []
    if is_single and given is None:
        notes.append(f"the gradient is in float32: an error below {tolerance:.1e} is not seen")
    if len(places.known) < theta.size:
        notes.append(
            f"{len(places.known)} of {theta.size} entries were compared one by one, "
            f"and all together along {len(places.directions)} random directions"
        )

    numeric = _numeric(cost, theta, places, METHODS[method])
    error = _error(analytic, numeric, places)
    if error > tolerance:
        share = _noise_share(cost, theta)
        if share > IMPRECISE:
            numeric, accuracy = _numeric_of_a_noisy_cost(cost, theta, places, METHODS[method], share)
            error = _error(analytic, numeric, places)
            if given is None:
                tolerance = max(tolerance, accuracy)
            notes.append(
                f"the cost is rounded to {share:.0e} of its size, as in float32: "
                f"its numerical gradient is right to about {accuracy:.0e} and shows no smaller error"
            )

    comparison = Comparison(theta.ravel(), analytic.ravel(), numeric.gradient, places.known)
    g, n = comparison.analytic[places.known], comparison.numeric[places.known]
    worst = int(places.known[np.argmax(np.abs(g - n))])  # NaN counts as the largest
    failed = not error <= tolerance
    if failed and relative_difference(g, n) <= tolerance:
        notes.append("the error is in entries that were not compared one by one: entries=... compares more of them")
    return GradientCheck(
        relative_error=error,
        index=tuple(int(i) for i in np.unravel_index(worst, theta.shape)),
        analytic=float(comparison.analytic[worst]),
        numeric=float(comparison.numeric[worst]),
        tolerance=float(tolerance),
        blocks=() if layer_sizes is None else block_errors(comparison, layer_sizes, layout),
        explanations=explanations(comparison, layer_sizes, layout, tolerance) if failed else (),
        notes=tuple(notes),
    )


class _Places(NamedTuple):
    """Where the two gradients are compared: at flat positions, in order, and along directions."""

    known: NDArray[np.intp]
    directions: NDArray[np.float64]


class _Numeric(NamedTuple):
    """The numerical gradient, flat and NaN where it is not known, and the derivatives along the directions."""

    gradient: NDArray[np.float64]
    directional: NDArray[np.float64]


def _places(theta, layer_sizes, layout, entries, rng):
    if entries is None:
        entries = PART if theta.size > LARGE else theta.size
    entries = check_positive_integer("entries", entries)
    if rng is None:
        rng = np.random.default_rng(0)
    check_rng(rng)
    if entries >= theta.size:
        return _Places(np.arange(theta.size), np.empty((0, *theta.shape)))
    if layer_sizes is None:
        parts = [np.arange(theta.size)]
    else:
        parts = [where.ravel() for _, where in blocks(layer_sizes, layout)]
    share = -(-entries // len(parts))
    known = np.sort(np.concatenate([rng.choice(part, min(share, part.size), replace=False) for part in parts]))
    return _Places(known, rng.normal(size=(DIRECTIONS, *theta.shape)))


def _numeric(cost, theta, places, method):
    value = cost.same_twice(theta)  # first, so that an error of the cost's own is not blamed on complex numbers
    gradient = np.full(theta.size, np.nan)
    bar = tqdm(places.known, desc="gradient check", leave=False, disable=None if theta.size > LARGE else True)
    with bar:
        for place in bar:
            gradient[place] = method.entry(cost, theta, np.unravel_index(place, theta.shape), method.step)
    directional = [method.line(cost, theta, direction, method.step) for direction in places.directions]
    if method is COMPLEX:
        _check_analytic(cost, theta, value, gradient)
    return _Numeric(gradient, np.array(directional))


def _gradient(cost, theta, method):
    return _numeric(cost, theta, _places(theta, None, "rows", theta.size, None), method).gradient.reshape(theta.shape)


def _error(analytic, numeric, places):
    """The relative error of ``analytic``: over the known entries, or in the directions, whichever is larger."""
    error = relative_difference(analytic.ravel()[places.known], numeric.gradient[places.known])
    if len(places.directions) and error < math.inf:
        directional = np.tensordot(places.directions, analytic, axes=analytic.ndim)
        # The mean square of the derivative in a random direction is the square of the gradient's norm.
        error = max(error, relative_difference(directional, numeric.directional))
    return error


def _numeric_of_a_noisy_cost(cost, theta, places, method, share):
    """The numerical gradient of a cost that is rounded to ``share`` of its size, and how far it is right.

    The second is seen by doing it again with half the step, or close by, where the cost is rounded otherwise.
    """
    if method is COMPLEX:
        again = _numeric(cost, theta * (1 + RELIABLE * share), places, method)
        numeric = _numeric(cost, theta, places, method)
    else:
        numeric, again = (
            _numeric(cost, theta, places, method._replace(step=h)) for h in (2 * np.cbrt(share), np.cbrt(share))
        )
    changes = [relative_difference(a[np.isfinite(a)], b[np.isfinite(b)]) for a, b in zip(numeric, again, strict=True)]
    return numeric, RELIABLE * max(changes)


def _noise_share(cost, theta):
    """The rounding of the cost at theta, as a share of its size."""
    value = abs(cost(theta))
    return cost.noise(theta) / value if value else 0.0


def _analytic(cost, gradient, theta):
    """The gradient that is to be checked, of theta's shape."""
    if gradient is None:
        gradient = cost.gradient(theta)
    elif callable(gradient):
        gradient = gradient(theta.copy())
        if is_pair(gradient):
            gradient = gradient[1]
    if isinstance(gradient, np.floating):  # what NumPy makes of an array without axes
        gradient = np.asarray(gradient)
    check_float("gradient", gradient)
    check_shape("gradient", gradient, theta.shape)
    return gradient


def _is_single(gradient):
    """Whether it was computed in float32, even if it came as float64: then each of several entries fits into one.

    Whole numbers, and fractions of few binary digits, fit into both, and tell nothing.
    """
    if gradient.dtype == np.float32:
        return True
    with np.errstate(over="ignore"):
        fits = bool((gradient == gradient.astype(np.float32)).all())
    digits = np.frexp(gradient)[0] * 2**12
    return fits and np.count_nonzero((gradient != np.floor(gradient)) & (digits != np.floor(digits))) >= 8


def _check_theta(theta):
    check_theta(theta)
    check_finite("theta", theta)
    return np.array(theta, dtype=float)


def _check_sizes(theta, layer_sizes, layout):
    check_layout(layout)
    if layer_sizes is None:
        if layout != "rows":
            raise ValueError(f"layer_sizes must be given with a layout, got None and the layout {layout!r}")
        return None
    layer_sizes = check_layer_sizes(layer_sizes)
    check_shape("theta", theta, (count_parameters(layer_sizes),))
    return layer_sizes


def _check_analytic(cost, theta, value, gradient):
    """Raise if the complex step misses a part of the directional derivative that a central difference sees.

    Two lengths of step show how far the difference itself is off, so that a steep or kinked cost does not raise; and it
    must be missed on two scales, because between large weights a cost may bend within a step.
    """
    # Always the same direction, with no pattern that a cost may be blind to.
    direction = np.cos(np.arange(1, theta.size + 1)).reshape(theta.shape)
    direction /= np.linalg.norm(direction)
    if np.isnan(gradient).any():  # it is known in part
        expected = _complex_line(cost, theta, direction, COMPLEX_STEP)
    else:
        expected = np.sum(gradient.reshape(theta.shape) * direction)

    def difference(h):
        """The derivative along the line, and h times the second one."""
        right, left = (cost(theta + step * direction) - value for step in (h, -h))
        return (right - left) / (2 * h), (right + left) / h

    def misses(h, rounding):
        (derivative, bend), (half_derivative, half_bend) = difference(h), difference(h / 2)
        # If the cost is smooth, the derivatives agree and the bend is proportional to h; a kink changes one of them.
        own_error = TRUNCATION * abs(derivative - half_derivative) + abs(bend - 2 * half_bend) + rounding / h
        missing = abs(derivative - expected) > NEGLIGIBLE * np.nanmax(np.abs(gradient)) + own_error
        return derivative if missing else None

    size = max(1, np.abs(theta).max())
    rounding = ROUNDING * EPS * abs(value)
    if misses(CENTRAL_STEP * size, rounding) is None:
        return
    noise = cost.noise(theta)
    step = CENTRAL_STEP
    if noise > IMPRECISE * abs(value):
        rounding, step = ROUNDING * noise, np.cbrt(noise / abs(value)) if value else step
    for scale in (size, size / 16):
        derivative = misses(step * scale, rounding)
        if derivative is None:
            return
    if abs(derivative) * COMPLEX_STEP < np.finfo(float).tiny / EPS:
        raise ValueError(
            "cost must not be so small that the complex step underflows, got the directional derivative "
            f"{derivative:.9g}: multiply it, or use method='central_difference'"
        )
    raise ValueError(
        f"cost must be analytic for the complex step, which gives a directional derivative of {expected:.9g} where a "
        f"central difference gives {derivative:.9g} (does it contain an abs, conj, real, vdot or norm?); "
        "use method='central_difference'"
    )
