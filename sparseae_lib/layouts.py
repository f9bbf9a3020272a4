r"""The orders in which people write weights and biases into one vector theta, by name, and the way between them.

=============  ===========================  ==================  =================
layout         order of the blocks          shape of W^(l)      W^(l) is read by
=============  ===========================  ==================  =================
rows           W1, b1, W2, b2, ...          (S_l, S_{l+1})      rows
columns        W1, b1, W2, b2, ...          (S_l, S_{l+1})      columns
ufldl          W1, W2, ..., b1, b2, ...     (S_{l+1}, S_l)      columns: W(:)
ufldl_rows     W1, W2, ..., b1, b2, ...     (S_{l+1}, S_l)      rows: W.ravel()
=============  ===========================  ==================  =================

``rows`` is this library's (``flatten``), ``ufldl`` that of the course's programs, ``ufldl_rows`` that of their
translations into NumPy. A transposed matrix read by columns is the matrix read by rows, so between ``rows`` and
``ufldl`` the weights are the same numbers in the same order: only the biases move behind them.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.network import count_parameters
from sparseae_lib.typing import Number
from sparseae_lib.validation import check_float, check_layer_sizes, check_shape

Layout: TypeAlias = Literal["rows", "columns", "ufldl", "ufldl_rows"]


class _Convention(NamedTuple):
    """The last three columns of the table above."""

    biases_last: bool
    transposed: bool
    order: Literal["C", "F"]


LAYOUTS = {
    "rows": _Convention(biases_last=False, transposed=False, order="C"),
    "columns": _Convention(biases_last=False, transposed=False, order="F"),
    "ufldl": _Convention(biases_last=True, transposed=True, order="F"),
    "ufldl_rows": _Convention(biases_last=True, transposed=True, order="C"),
}


def to_layout(theta: NDArray[Number], layer_sizes: Iterable[int], layout: Layout) -> NDArray[Number]:
    """This library's ``theta`` (n,), in the order of ``layout``: a copy. ``from_layout`` undoes it.

    Raises TypeError or ValueError for a theta that is not of a network of ``layer_sizes``, and for an unknown layout.
    """
    sizes = _check_theta(theta, layer_sizes)
    theirs = np.empty(theta.shape, theta.dtype)
    theirs[_places(sizes, layout)] = theta
    return theirs


def from_layout(theta: NDArray[Number], layer_sizes: Iterable[int], layout: Layout) -> NDArray[Number]:
    """A ``theta`` (n,) in the order of ``layout``, in this library's order: a copy.

    >>> layers = unflatten(from_layout(theta, (64, 25, 64), "ufldl"), (64, 25, 64))

    Raises TypeError or ValueError for a theta that is not of a network of ``layer_sizes``, and for an unknown layout.
    """
    return theta[_places(_check_theta(theta, layer_sizes), layout)]


def blocks(layer_sizes: tuple[int, ...], layout: Layout) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """The blocks W1, b1, W2, b2, ... by name, each as an array that says where theta holds each of its entries.

    The arrays have the shapes of the layout. Raises ValueError for an unknown layout.
    """
    check_layout(layout)
    biases_last, transposed, order = LAYOUTS[layout]
    n_weights = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    next_weight, next_bias = 0, n_weights
    for layer, (fan_in, fan_out) in enumerate(pairwise(layer_sizes), start=1):
        shape = (fan_out, fan_in) if transposed else (fan_in, fan_out)
        yield f"W{layer}", np.arange(next_weight, next_weight + fan_in * fan_out).reshape(shape, order=order)
        next_weight += fan_in * fan_out
        if not biases_last:
            next_bias = next_weight
        yield f"b{layer}", np.arange(next_bias, next_bias + fan_out)
        next_bias += fan_out
        if not biases_last:
            next_weight = next_bias


def check_layout(layout: str) -> None:
    """Require the name of a layout. Raises ValueError."""
    if not isinstance(layout, str) or layout not in LAYOUTS:
        raise ValueError(f"layout must be one of {', '.join(LAYOUTS)}, got {layout!r}")


def _places(layer_sizes, layout):
    """Where ``layout`` has each entry of this library's theta."""
    check_layout(layout)
    transposed = LAYOUTS[layout].transposed
    return np.concatenate([(where.T if transposed else where).ravel() for _, where in blocks(layer_sizes, layout)])


def _check_theta(theta, layer_sizes):
    sizes = check_layer_sizes(layer_sizes)
    check_float("theta", theta, or_complex=True)
    check_shape("theta", theta, (count_parameters(sizes),))
    return sizes
