"""The checks of arguments. Every error names the argument, what was expected and what came."""

import inspect
import math
import reprlib
import sys
from collections.abc import Callable, Mapping, Sequence, Set
from functools import wraps
from numbers import Complex, Real
from typing import ParamSpec, Protocol, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R", covariant=True)


class Checked(Protocol[P, R]):
    """A function that checks its arguments, and without that as ``unchecked``."""

    unchecked: Callable[P, R]

    def __call__(self, *arguments: P.args, **options: P.kwargs) -> R: ...


def checked(check: Callable[..., object]) -> Callable[[Callable[P, R]], Checked[P, R]]:
    """A decorator: ``check`` is called first, with the same arguments, and raises if they are bad.

    ``unchecked`` of the decorated function is the function itself, for callers whose arguments were checked before: on
    a few samples the checks would take as long as the rest.
    """

    def decorate(function):
        @wraps(function)
        def with_check(*arguments, **options):
            check(*arguments, **options)
            return function(*arguments, **options)

        with_check.unchecked = getattr(function, "unchecked", function)  # without the checks of all decorators
        return with_check

    return decorate


def shapes(**expected: str) -> Callable[[Callable[P, R]], Checked[P, R]]:
    """``checked`` by the shapes of float arrays: ``shapes(A="m S_l", b="S_l")``; equal names are equal sizes."""
    expected = {name: tuple(shape.split()) for name, shape in expected.items()}

    def decorate(function):
        names = list(inspect.signature(function).parameters)

        def check(*arguments, **options):
            arguments = dict(zip(names, arguments, strict=False)) | options
            sizes = {}
            for name, shape in expected.items():
                if name in arguments:  # the function itself says which one is missing
                    check_float(name, arguments[name], or_complex=True)  # integers would wrap around
                    check_shape(name, arguments[name], tuple(sizes.get(size, size) for size in shape))
                    sizes.update(zip(shape, arguments[name].shape, strict=True))

        return checked(check)(function)

    return decorate


NUMERIC = "biufcO"  # the kinds of arrays that hold numbers; an object may be one

_REAL = np.float32, np.float64
_REAL_OR_COMPLEX = *_REAL, np.complex64, np.complex128


def _is_plain_array(array):
    """Whether it is an array in which * is elementwise and every number counts."""
    return isinstance(array, np.ndarray) and not isinstance(array, np.matrix | np.ma.MaskedArray)


def check_float(name, array, *, or_complex=False):
    """Require a NumPy array of float32 or float64; with ``or_complex`` also of complex64 or complex128.

    Integers and booleans are refused: images of 0..255 are to be scaled by their owner, not silently converted.
    Raises TypeError.
    """
    is_array = _is_plain_array(array)
    if is_array and array.dtype.type in (_REAL_OR_COMPLEX if or_complex else _REAL):
        return
    expected = "float32 or float64" + (" (complex64 or complex128 for a complex step)" if or_complex else "")
    if not is_array:
        raise TypeError(f"{name} must be a NumPy array of {expected}, got {type(array).__name__}")
    raise TypeError(f"{name} must be of type {expected}, got {array.dtype}")


def check_theta(theta):
    """Require a NumPy array of float32 or float64 with at least one entry. Raises TypeError or ValueError."""
    check_float("theta", theta)
    if theta.size == 0:
        raise ValueError(f"theta must have at least one entry, got shape {theta.shape}")


def check_shape(name, array, shape):
    """Require a NumPy array of ``shape``, a tuple of sizes in which a string such as ``"m"`` stands for any size.

    Raises TypeError if it is not an array or holds no numbers, ValueError if its shape differs.
    """
    if not _is_plain_array(array):
        raise TypeError(f"{name} must be a NumPy array, got {type(array).__name__}")
    if array.dtype.kind not in NUMERIC:
        raise TypeError(f"{name} must hold numbers, got an array of {array.dtype}")
    if array.shape == shape:
        return
    if array.ndim == len(shape):
        for size, wanted in zip(array.shape, shape, strict=True):
            if size != wanted and not isinstance(wanted, str):
                break
        else:
            return
    expected = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    raise ValueError(f"{name} must have shape ({expected}), got {array.shape}")


def check_layers(layers):
    """Require what ``unflatten`` gives: a sequence of at least one pair (W, b) of arrays whose sizes match.

    Raises TypeError or ValueError.
    """
    expected = "layers must be a sequence of pairs (W, b) of NumPy arrays"
    if not isinstance(layers, Sequence) or not is_ordered(layers):
        raise TypeError(f"{expected}, got {type(layers).__name__}")
    if not layers:
        raise ValueError("layers must hold at least one (W, b), got none")
    fan_in = "S_l"
    for index, layer in enumerate(layers):
        if not isinstance(layer, Sequence) or len(layer) != 2:
            raise TypeError(f"{expected}, got {type(layer).__name__} in layers[{index}]")
        W, b = layer
        check_shape(f"layers[{index}]: W", W, (fan_in, "S_{l+1}"))
        check_shape(f"layers[{index}]: b", b, (W.shape[1],))
        fan_in = W.shape[1]


def check_finite(name, array, first_row=0):
    """Require that no entry is NaN or infinite. Raises ValueError, which names the first that is.

    ``array`` may be some rows of what ``name`` names, from ``first_row`` on.
    """
    flags = array.flags
    if flags.forc and flags.aligned:  # vdot hands others to BLAS as well, which may crash
        flat = array.ravel(order="K")
        if abs(np.vdot(flat, flat)) < math.inf:  # faster than a look at each entry; it may overflow
            return
    finite = np.isfinite(array)
    if not finite.all():
        index = np.unravel_index(np.argmin(finite), array.shape)
        position = ", ".join(map(str, (first_row + index[0], *index[1:])))
        raise ValueError(f"{name} must be finite, got {name}[{position}] = {array[index]}")


def check_samples(name, array, shape, *, or_complex=False):
    """Require a NumPy array of floats of ``shape`` with at least one row, a sample. Raises TypeError or ValueError."""
    check_float(name, array, or_complex=or_complex)
    check_shape(name, array, shape)
    if len(array) == 0:
        raise ValueError(f"{name} must hold at least one sample (row), got shape {array.shape}")


def check_data(name, array, shape, dtype):
    """``array`` as ``dtype``, of ``shape``, one row a sample; finite or not. Raises TypeError or ValueError.

    It is copied if its numbers do not lie at multiples of their size in memory, as they may after travelling:
    products with such an array are slow, and some are rounded otherwise.
    """
    check_samples(name, array, shape)
    as_it_is = type(array) is np.ndarray and array.dtype == dtype and array.flags.aligned
    if as_it_is:
        return array
    try:
        with np.errstate(over="raise"):
            return np.require(array, dtype, "A")
    except FloatingPointError as error:
        raise ValueError(f"{name} must fit into {dtype}, got {np.abs(array).max():g} in size") from error


def check_sample_weight(weights, m, first_row=0):
    """Require a NumPy array of ``m`` finite weights that are not negative. Raises TypeError or ValueError.

    ``weights`` may be those of some samples, from ``first_row`` on.
    """
    check_float("sample_weight", weights)
    check_shape("sample_weight", weights, (m,))
    check_finite("sample_weight", weights, first_row)
    if np.any(weights < 0):
        index = np.argmax(weights < 0)
        position = first_row + index
        raise ValueError(f"sample_weight must not be negative, got sample_weight[{position}] = {weights[index]}")


def scaled_to_mean_1(weights):
    """Checked weights as float64, scaled so that their mean is 1. Raises ValueError if all are 0."""
    largest = weights.max(initial=0)
    check_some_weight(largest)
    weights = weights / np.float64(largest)  # so that the sum neither overflows nor vanishes
    return weights * (len(weights) / weights.sum())


def check_some_weight(weight):
    """Require that the largest weight, or the sum of all, is not 0. Raises ValueError."""
    if weight == 0:
        raise ValueError("sample_weight must hold at least one weight that is not zero")


def is_ordered(value):
    """Whether ``value`` is a sequence, or yields one: no text, and no set or dict, whose order is chance."""
    return not isinstance(value, str | bytes | bytearray | memoryview | Set | Mapping) and np.iterable(value)


def check_layer_sizes(layer_sizes):
    """``layer_sizes`` as a tuple of at least two positive integers. Raises TypeError or ValueError."""
    expected = "layer_sizes must be a sequence of at least two positive integers"
    if not is_ordered(layer_sizes):
        raise TypeError(f"{expected}, got {layer_sizes!r}")
    sizes = tuple(layer_sizes)
    for size in sizes:
        if isinstance(size, bool | np.bool_) or not isinstance(size, int | np.integer):
            raise TypeError(f"{expected}, got {size!r} in {sizes}")
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"{expected}, got {sizes}")
    return tuple(int(size) for size in sizes)


def check_boolean(name, value):
    """Require True or False: a text such as "False" counts as true elsewhere. Raises TypeError."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")


def check_positive_integer(name, number):
    """``number`` as an int of at least 1. Raises TypeError or ValueError."""
    if isinstance(number, bool | np.bool_) or not isinstance(number, int | np.integer):
        raise TypeError(f"{name} must be a positive integer, got {shortened(number)}")
    if not 1 <= number <= sys.maxsize:
        raise ValueError(f"{name} must be a positive integer, got {shortened(number)}")
    return int(number)


def check_number(name, number):
    """``number`` as a finite complex or float. Raises TypeError or ValueError."""
    if isinstance(number, bool | np.bool_) or not isinstance(number, Complex):
        raise TypeError(f"{name} must be a number, got {shortened(number)}")
    try:
        value = complex(number)
    except OverflowError:
        value = math.inf
    if not np.isfinite(value):
        raise ValueError(f"{name} must be finite, got {shortened(number)}")


def check_rng(rng):
    """Require a ``numpy.random.Generator``. Raises TypeError."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {type(rng).__name__}")


def check_non_negative(name, number):
    """``number`` as a finite float that is not negative. Raises TypeError or ValueError."""
    value = _as_float(name, number, "a non-negative number")
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} must be finite and not negative, got {shortened(number)}")
    return value


def check_coefficient(name, number):
    """``number`` as a float from 0 to 1e38. Raises TypeError or ValueError.

    Single precision holds twice as much too. A larger one would be infinite there, and its product with 0 NaN.
    """
    value = check_non_negative(name, number)
    if value > 1e38:
        raise ValueError(f"{name} must be at most 1e38, got {shortened(number)}")
    return value


def check_probability(name, number):
    """``number`` as a float between 0 and 1, both excluded. Raises TypeError or ValueError."""
    value = _as_float(name, number, "a number between 0 and 1")
    if not 0 < value < 1:
        raise ValueError(f"{name} must be between 0 and 1, both excluded, got {shortened(number)}")
    return value


def shortened(value):
    """The value as it is written, shortened in the middle: a number may have thousands of digits."""
    return reprlib.repr(value) if isinstance(value, int) else repr(value)


def _as_float(name, number, expected):
    if isinstance(number, bool | np.bool_) or not isinstance(number, Real):
        raise TypeError(f"{name} must be {expected}, got {shortened(number)}")
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def check_mean_activation(name, array):
    """Require one number per unit from 0 to 1, a complex one by its real part. Raises TypeError or ValueError."""
    check_float(name, array, or_complex=True)
    check_shape(name, array, ("S",))
    inside = (array.real >= 0) & (array.real <= 1)
    if not inside.all():
        index = np.argmin(inside)
        raise ValueError(f"{name} must be from 0 to 1, got {name}[{index}] = {array[index]}")


def check_per_layer(name, value, n_layers, check):
    """``value``, one number for all hidden layers or a sequence with one per layer, as a tuple of ``n_layers`` floats.

    ``check`` is the check of one number. Raises TypeError or ValueError.
    """
    if isinstance(value, Real):
        return (check(name, value),) * n_layers
    expected = f"{name} must be a number, or a sequence with one number per hidden layer ({n_layers})"
    if not isinstance(value, Sequence | np.ndarray) or not is_ordered(value):
        raise TypeError(f"{expected}, got {value!r}")
    if len(value) != n_layers:
        raise ValueError(f"{expected}, got {len(value)}: {value!r}")
    return tuple(check(f"{name}[{index}]", number) for index, number in enumerate(value))
