r"""The equations of backpropagation, one short function each.

One sample is one row: ``X`` = A^(1) and the targets ``Y`` have m rows. Every delta is scaled by m,

.. math:: \Delta^{(l)} = m\,\partial J / \partial Z^{(l)},

so that the mean over the batch stands only in the two gradients. All functions take NumPy arrays of float32, float64 or
complex numbers. They raise TypeError for anything else, and ValueError if shapes do not match, because NumPy would
broadcast some silently, or if there is no sample to take the mean of. ``activation`` is a name or an ``Activation``.

A large batch may come in shards, some rows each. ``half_squared_error``, ``outer_products`` and ``column_sums`` are
sums over the samples, and so they add up over the shards: see ``shards``. ``Objective`` then does for all layers at
once, on the flat gradient, what ``cost``, ``weight_gradient`` and ``bias_gradient`` do for one: it divides by m and
adds the weight decay.

``sample_weight`` (m,) holds a weight per sample, scaled so that their mean over the batch is 1; None if each counts
once. A delta contains the weight of its sample, so that the gradients have the same form with weights and without.

``out`` is where the result is written, as in NumPy's functions; if it is None, to a new array. It lets shards share
memory, and must not overlap another argument. A delta needs a second array for f'(Z): its ``out`` is a pair.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparseae_lib import matmul
from sparseae_lib.activations import Activation, get_activation
from sparseae_lib.typing import Floats, Number, Numbers
from sparseae_lib.validation import (
    check_coefficient,
    check_float,
    check_number,
    check_sample_weight,
    check_samples,
    check_shape,
    checked,
    is_ordered,
    shapes,
)


@shapes(A="m S_l", W="S_l S_{l+1}", b="S_{l+1}")
def pre_activation(A: Numbers, W: Numbers, b: Numbers, out: Numbers | None = None) -> NDArray[Any]:
    r"""Weighted input of the next layer: :math:`Z^{(l+1)} = A^{(l)} W^{(l)} + \mathbf 1 b^{(l)}`.

    ``A`` (m, S_l), ``W`` (S_l, S_{l+1}), ``b`` (S_{l+1},) -> (m, S_{l+1}). Theorem ``thm-forward``.
    """
    Z = matmul.times(A, W, np.result_type(A, W, b) if out is None else out.dtype, out=out)
    Z += b
    return Z


def cost(A: Numbers, Y: Numbers, weights: Iterable[Numbers], weight_decay: float) -> float:
    r"""Cost: :math:`J = \frac1m \sum_s \frac12 \lVert y^{(s)} - a^{(L)(s)} \rVert^2
    + \frac\lambda2 \sum_l \lVert W^{(l)} \rVert^2`; biases do not decay.

    ``A`` (m, S_L), the output; ``Y`` (m, S_L); ``weights`` [W1, ...] -> scalar. Theorem ``thm-cost``.
    Squares are products, not squared moduli: the cost is analytic and a complex step goes through it.
    """
    check_coefficient("weight_decay", weight_decay)
    if not is_ordered(weights):
        raise TypeError(f"weights must be a sequence of arrays, got {type(weights).__name__}")
    weights = list(weights)
    for number, W in enumerate(weights, start=1):
        check_float(f"weights: W{number}", W, or_complex=True)
        check_shape(f"weights: W{number}", W, ("S_l", "S_{l+1}"))
    check_samples("A", A, ("m", "S_L"), or_complex=True)
    J = half_squared_error(residuals(A, Y)) / len(A)
    if weight_decay:  # 0 times a square that overflows would be NaN
        J += weight_decay / 2 * sum(_sum_of_squares(W) for W in weights)
    return J


@shapes(A="m S_L", Y="m S_L")
def residuals(A: Numbers, Y: Numbers, out: Numbers | None = None) -> NDArray[Any]:
    r"""How far the output is from the targets: :math:`A^{(L)} - Y`.

    ``A`` (m, S_L), the output; ``Y`` (m, S_L) -> (m, S_L).
    """
    return np.subtract(A, Y, out=out)


@shapes(R="m S_L")
def half_squared_error(R: Numbers, sample_weight: Floats | None = None) -> float:
    r"""What the samples contribute to m times the cost: :math:`\sum_s \frac12 \lVert y^{(s)} - a^{(L)(s)} \rVert^2`,
    with weights :math:`\sum_s \frac{q_s}2 \lVert y^{(s)} - a^{(L)(s)} \rVert^2`.

    ``R`` (m, S_L), the ``residuals``; ``sample_weight`` (m,) -> scalar. Theorem ``thm-weighted-cost``.
    """
    if sample_weight is None:
        return _sum_of_squares(R) / 2
    check_sample_weight(sample_weight, len(R))
    return sample_weight @ np.einsum("sj,sj->s", R, R) / 2


def output_delta(
    A: Numbers,
    Y: Numbers,
    activation: str | Activation,
    out: tuple[Numbers | None, Numbers | None] = (None, None),
    *,
    sample_weight: Floats | None = None,
) -> NDArray[Any]:
    r"""Delta of the output layer: :math:`\Delta^{(L)} = -(Y - A^{(L)}) \circ f'(Z^{(L)})`.

    ``A`` (m, S_L), the output; ``Y`` (m, S_L) -> (m, S_L). Theorem ``thm-output-delta``. With ``sample_weight`` (m,)
    each row has the weight of its sample as a factor: theorem ``thm-weighted-output-delta``.
    """
    delta, f_prime = out
    R = residuals(A, Y, out=delta)
    if sample_weight is not None:
        check_sample_weight(sample_weight, len(R))
        R *= sample_weight[:, np.newaxis]
    return activation_vjp.unchecked(R, A, activation, out=f_prime)


def _check_beta_kappa_and_weights(delta_next, W, A, activation, beta_kappa=0.0, out=None, *, sample_weight=None):
    if not isinstance(beta_kappa, np.ndarray):
        check_number("beta_kappa", beta_kappa)
    elif beta_kappa.ndim > 0:
        check_float("beta_kappa", beta_kappa, or_complex=True)
        check_shape("beta_kappa", beta_kappa, (A.shape[1],))
    if sample_weight is not None:
        check_sample_weight(sample_weight, len(A))


@shapes(A="m S_l", delta_next="m S_{l+1}", W="S_l S_{l+1}")
@checked(_check_beta_kappa_and_weights)
def hidden_delta(
    delta_next: Numbers,
    W: Numbers,
    A: Numbers,
    activation: str | Activation,
    beta_kappa: float | Numbers = 0.0,
    out: tuple[Numbers | None, Numbers | None] = (None, None),
    *,
    sample_weight: Floats | None = None,
) -> NDArray[Any]:
    r"""Delta of a hidden layer: :math:`\Delta^{(l)} = (\Delta^{(l+1)} W^T + \mathbf 1 \beta\kappa) \circ f'(Z^{(l)})`.

    ``delta_next`` (m, S_{l+1}), ``W`` (S_l, S_{l+1}), ``A`` (m, S_l) -> (m, S_l). Theorem ``thm-hidden-delta``.
    ``beta_kappa`` is :math:`\beta\kappa` (S_l,), the derivative of the sparsity penalty (theorem ``thm-sparse-delta``),
    or 0 if there is none. With ``sample_weight`` (m,), the column q in place of the column of ones:
    theorem ``thm-weighted-delta``.
    """
    delta, f_prime = out
    dtype = np.result_type(delta_next, W, A, beta_kappa) if delta is None else delta.dtype
    delta = matmul.times(delta_next, W.T, dtype, out=delta)
    if isinstance(beta_kappa, np.ndarray) or beta_kappa:
        delta += beta_kappa if sample_weight is None else sample_weight[:, np.newaxis] * beta_kappa
    return activation_vjp.unchecked(delta, A, activation, out=f_prime)


@shapes(A="m S", G="m S")
def activation_vjp(
    G: NDArray[Number], A: Numbers, activation: str | Activation, out: Numbers | None = None
) -> NDArray[Number]:
    r"""The vector-Jacobian product of an activation, :math:`G \circ f'(Z)`: from :math:`\partial J/\partial A` to
    :math:`\partial J/\partial Z`.

    ``G`` (m, S), which is overwritten; ``A`` (m, S) -> (m, S). f'(Z) may be written to ``out``.
    """
    return get_activation(activation).times_derivative(G, A, out=out)


def weight_gradient(A: Numbers, delta_next: Numbers, W: Numbers, weight_decay: float) -> NDArray[Any]:
    r"""Gradient of the weights: :math:`\partial J/\partial W = \frac1m A^{(l)T} \Delta^{(l+1)} + \lambda W`.

    ``A`` (m, S_l), ``delta_next`` (m, S_{l+1}), ``W`` (S_l, S_{l+1}) -> (S_l, S_{l+1}).
    Theorem ``thm-weight-gradient``.
    """
    check_coefficient("weight_decay", weight_decay)
    check_samples("A", A, ("m", "S_l"), or_complex=True)
    check_float("W", W, or_complex=True)
    total = outer_products(A, delta_next)
    check_shape("W", W, total.shape)
    gradient = total / len(A)
    return gradient + weight_decay * W if weight_decay else gradient


@shapes(A="m S_l", delta_next="m S_{l+1}")
def outer_products(A: Numbers, delta_next: Numbers, out: Numbers | None = None) -> NDArray[Any]:
    r"""What the samples contribute to m times the gradient of the weights: :math:`A^{(l)T} \Delta^{(l+1)}`.

    ``A`` (m, S_l), ``delta_next`` (m, S_{l+1}) -> (S_l, S_{l+1}).
    """
    return matmul.transposed_times(A, delta_next, out=out)


def bias_gradient(delta_next: NDArray[Number]) -> NDArray[Number]:
    r"""Gradient of the biases: :math:`\partial J/\partial b = \frac1m \mathbf 1^T \Delta^{(l+1)}`, without decay.

    ``delta_next`` (m, S_{l+1}) -> (S_{l+1},). Theorem ``thm-bias-gradient``.
    """
    check_samples("delta_next", delta_next, ("m", "S_{l+1}"), or_complex=True)
    return column_sums(delta_next) / len(delta_next)


@shapes(A="m S")
def column_sums(
    A: NDArray[Number], ones: NDArray[Number] | None = None, out: NDArray[Number] | None = None
) -> NDArray[Number]:
    r"""Sum over the samples, :math:`\mathbf 1^T A`, as this product: it is some times faster than ``A.sum(axis=0)``.

    ``A`` (m, S) -> (S,). ``ones`` (m,), if the caller has them already.
    """
    return (np.ones(len(A), A.dtype) if ones is None else ones).dot(A, out)


def _sum_of_squares(A):
    """The sum of the squares of all entries, which for complex ones are not squared moduli."""
    flat = A.ravel(order="K")
    return flat.dot(flat)
