"""The checks of arguments. Every error names the argument, what was expected and what came."""

import math
from numbers import Real

import numpy as np


def check_float(name, array, *, or_complex=False):
    """Require a NumPy array of float32 or float64; with ``or_complex`` also of complex64 or complex128.

    Integers and booleans are refused: images of 0..255 are to be scaled by their owner, not silently converted.
    Raises TypeError.
    """
    expected = "float32 or float64" + (" (complex64 or complex128 for a complex step)" if or_complex else "")
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} must be a NumPy array of {expected}, got {type(array).__name__}")
    accepted = (np.float32, np.float64) + ((np.complex64, np.complex128) if or_complex else ())
    if array.dtype.type not in accepted:
        raise TypeError(f"{name} must be of type {expected}, got {array.dtype}")


def check_shape(name, array, shape):
    """Require a NumPy array of ``shape``, a tuple of sizes in which a string such as ``"m"`` stands for any size.

    Raises TypeError where it is no array, ValueError where its shape differs.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} must be a NumPy array, got {type(array).__name__}")
    if array.ndim != len(shape) or any(
        size != wanted for size, wanted in zip(array.shape, shape, strict=True) if not isinstance(wanted, str)
    ):
        expected = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} must have shape ({expected}), got {array.shape}")


def check_finite(name, array):
    """Require that no entry is NaN or infinite. Raises ValueError, which names the first that is."""
    finite = np.isfinite(array)
    if not finite.all():
        index = np.unravel_index(np.argmin(finite), array.shape)
        position = ", ".join(map(str, index))
        raise ValueError(f"{name} must be finite, got {name}[{position}] = {array[index]}")


def check_data(name, array, shape, dtype):
    """``array`` as ``dtype``: one row a sample, at least one row, floats, finite, of ``shape``.

    Raises TypeError or ValueError.
    """
    check_float(name, array)
    check_shape(name, array, shape)
    if len(array) == 0:
        raise ValueError(f"{name} must hold at least one sample (row), got shape {array.shape}")
    array = np.asarray(array, dtype)
    check_finite(name, array)
    return array


def check_layer_sizes(layer_sizes):
    """``layer_sizes`` as a tuple of at least two positive integers. Raises TypeError or ValueError."""
    expected = "layer_sizes must be a sequence of at least two positive integers"
    if isinstance(layer_sizes, str) or not np.iterable(layer_sizes):
        raise TypeError(f"{expected}, got {layer_sizes!r}")
    sizes = tuple(layer_sizes)
    for size in sizes:
        if isinstance(size, bool | np.bool_) or not isinstance(size, int | np.integer):
            raise TypeError(f"{expected}, got {size!r} in {sizes}")
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"{expected}, got {sizes}")
    return tuple(int(size) for size in sizes)


def check_non_negative(name, number):
    """``number`` as a finite float that is not negative. Raises TypeError or ValueError."""
    if isinstance(number, bool | np.bool_) or not isinstance(number, Real):
        raise TypeError(f"{name} must be a non-negative number, got {number!r}")
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} must be finite and not negative, got {number!r}")
    return float(number)
