"""The extra ``fast``: if numba is installed (``pip install 'sparseae_lib[fast]'``), it compiles the sigmoid.

The first sigmoid of a process loads it, in half a second; the first one after an installation compiles it, in a few.
Where numba is missing or fails, NumPy computes, as without the extra: slower, and rounded in other ways.
"""

import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from numpy.typing import NDArray

_loading = threading.Lock()
_forked_meanwhile = False


def is_in_use() -> bool:
    """Whether the sigmoid of real arrays is compiled; if it is not, NumPy computes it."""
    return compiled_sigmoid() is not None


@cache
def compiled_sigmoid() -> Callable[[NDArray[Any]], None] | None:
    """The sigmoid in place of a contiguous float32 or float64 array of one axis; None if it cannot be had."""
    with _loading:
        if _forked_meanwhile:
            return None
        try:
            from sparseae_lib.fast import sigmoid
        except Exception:  # numba fails in other ways as well: it finds no place for its cache, it is too old for NumPy
            return None
        return sigmoid


@cache
def compiled_sigmoid_of_sum() -> Callable[[NDArray[Any], NDArray[Any]], None]:
    """The sigmoid of the sum with a row, in place of such an array of two axes, if there is a compiled sigmoid."""
    from sparseae_lib.fast import sigmoid_of_sum

    return sigmoid_of_sum


@cache
def compiled_times_derivative() -> Callable[[NDArray[Any], NDArray[Any]], None]:
    """The product with the sigmoid's derivative in place of such an array, if there is a compiled sigmoid."""
    from sparseae_lib.fast import times_sigmoid_derivative

    return times_sigmoid_derivative


def _after_fork_in_child():
    """Where another thread was loading, what it has begun is never finished here: to import it would wait for ever."""
    global _loading, _forked_meanwhile
    _forked_meanwhile = _forked_meanwhile or _loading.locked()
    _loading = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
