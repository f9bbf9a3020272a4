r"""The sparsity penalty: how far the mean activation of each unit of a layer is from the wanted one.

:math:`KL(\rho \Vert \hat\rho_j)` is the Kullback-Leibler divergence between two Bernoulli distributions. Each formula
stands here twice.

- In :math:`\hat\rho`: the equations as they are read, and what an ordinary unit needs.
- With logits: from the pre-activations of sigmoid units. A saturated unit needs it: from :math:`z = 37` on, 1 - a is
  rounded to 0 and the product :math:`\kappa f'` becomes infinity times 0, though it is nearly :math:`1 - \rho`; to
  clip :math:`\hat\rho` makes it 0. ``is_saturated`` tells which units these are.

To add another penalty, state it and its derivative in ``statements/sparsity.py`` (see ``statements`` for what a
theorem needs), write both here beside each other, let ``LayerPenalty`` hold its cost and its derivative, and hand
``Objective`` its parameters; it refuses a penalty on activations outside (0, 1), for which there is no divergence. A
parameter stands in ``Options`` of ``sparseae_lib/objective.py`` too, in ``Settings`` of ``sparseae_lib/checkpoints.py``
and in ``SparseAutoencoder``: ``tests/test_objective.py`` says so. Files that were written before lack it: raise
``FORMAT`` in the checkpoints, and ``FORMAT_VERSION`` in ``sparseae_lib/estimator.py``, and say what the former ones
mean. The section on other penalties in ``book/sparse_delta.ipynb``, and an answer in ``book/questions.ipynb``, say what
the library has.

``rho`` is a number between 0 and 1, one for the layer; arrays are float32, float64 or complex and keep their type.
The functions raise TypeError for anything but such an array, and ValueError for a wrong shape, no sample, a
pre-activation that is not finite, or ``rho`` not between 0 and 1.
"""

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.activations import sigmoid
from sparseae_lib.backprop import column_sums
from sparseae_lib.typing import Floats, Number, Numbers
from sparseae_lib.validation import (
    check_finite,
    check_mean_activation,
    check_probability,
    check_sample_weight,
    check_samples,
    check_some_weight,
    checked,
    scaled_to_mean_1,
)


def mean_activation(A: NDArray[Number], sample_weight: Floats | None = None) -> NDArray[Number]:
    r"""Mean activation of each unit: :math:`\hat\rho = \frac1m \mathbf 1^T A`.

    ``A`` (m, S) -> (S,). Theorem ``thm-mean-activation``. With ``sample_weight`` (m,) it is the weighted mean: theorem
    ``thm-weighted-mean``.
    """
    check_samples("A", A, ("m", "S"), or_complex=True)
    if sample_weight is None:
        return column_sums(A) / len(A)
    check_sample_weight(sample_weight, len(A))
    return scaled_to_mean_1(sample_weight).astype(A.dtype) @ A / len(A)


# Around the two functions below, and around both at once if ``unchecked`` ones are called.
_INFINITE_AT_THE_BOUNDS = np.errstate(divide="ignore", over="ignore")


def _check_rho_and_rho_hat(rho, rho_hat):
    check_probability("rho", rho)
    check_mean_activation("rho_hat", rho_hat)


@_INFINITE_AT_THE_BOUNDS
@checked(_check_rho_and_rho_hat)
def kl_divergence(rho: float, rho_hat: NDArray[Number]) -> NDArray[Number]:
    r""":math:`KL(\rho \Vert \hat\rho) = \rho \log\frac{\rho}{\hat\rho} + (1-\rho) \log\frac{1-\rho}{1-\hat\rho}`.

    ``rho_hat`` (S,), from 0 to 1 -> (S,), one divergence per unit; at 0 and 1 it is infinite, or NaN
    for complex numbers. Theorem ``thm-kl``. Raises ValueError if ``rho_hat`` is outside [0, 1].
    """
    rho = _not_rounded_to_0(rho, rho_hat)
    return rho * np.log(rho / rho_hat) + (1 - rho) * np.log((1 - rho) / (1 - rho_hat))


@_INFINITE_AT_THE_BOUNDS
@checked(_check_rho_and_rho_hat)
def kl_derivative(rho: float, rho_hat: NDArray[Number]) -> NDArray[Number]:
    r""":math:`\kappa = -\frac{\rho}{\hat\rho} + \frac{1-\rho}{1-\hat\rho}
    = \frac{\hat\rho - \rho}{\hat\rho (1 - \hat\rho)}`, the derivative of the divergence by its second argument.

    ``rho_hat`` (S,), from 0 to 1 -> (S,); at 0 and 1 it is infinite, or NaN for complex numbers. Theorem
    ``thm-kl-derivative``. The second form is computed, because near ``rho`` the first one cancels. Raises ValueError if
    ``rho_hat`` is outside [0, 1].
    """
    rho = _not_rounded_to_0(rho, rho_hat)
    return (rho_hat - rho) / (rho_hat * (1 - rho_hat))


class SaturationSums(NamedTuple):
    r"""Sums over ``m`` samples of a and of 1 - a for sigmoid units, of which neither overflows or vanishes.

    Each is a pair of arrays (S,), the mantissas and the logarithms of the scales: :math:`\sum_s a^{(s)} = t e^u`.
    Weighted samples make them weighted sums, and ``m`` the sum of the weights.
    """

    m: float
    on: tuple[Numbers, Numbers]
    off: tuple[Numbers, Numbers]


def saturation_sums(Z: Numbers, sample_weight: Floats | None = None) -> SaturationSums:
    """The ``SaturationSums`` of pre-activations ``Z`` (m, S), with weights ``sample_weight`` (m,) if they are given."""
    check_samples("Z", Z, ("m", "S"), or_complex=True)
    check_finite("Z", Z)
    if sample_weight is None:
        return SaturationSums(len(Z), _scaled_sum(1, _log_sigmoid(Z)), _scaled_sum(1, _log_sigmoid(-Z)))
    check_sample_weight(sample_weight, len(Z))
    counts = sample_weight > 0  # the others might be so much larger that nothing would be left of these
    Z, q = Z[counts], sample_weight[counts][:, np.newaxis]
    return SaturationSums(sample_weight.sum(), _scaled_sum(q, _log_sigmoid(Z)), _scaled_sum(q, _log_sigmoid(-Z)))


def total_saturation_sums(parts: Iterable[SaturationSums]) -> SaturationSums:
    """The ``SaturationSums`` of all samples from those of their parts."""
    parts = list(parts)

    def total(pairs):
        return _scaled_sum(np.array([t for t, _ in pairs]), np.array([u for _, u in pairs]))

    return SaturationSums(
        sum(part.m for part in parts), total([part.on for part in parts]), total([part.off for part in parts])
    )


def kl_divergence_with_logits(rho: float, Z: NDArray[Number]) -> NDArray[Number]:
    r"""The divergence of sigmoid units from their pre-activations, finite and correct at any saturation:
    :math:`\log\hat\rho = \log\sum_s e^{\log\sigma(z^{(s)})} - \log m`, and :math:`\log(1 - \hat\rho)` is that of
    :math:`-z`.

    ``Z`` (m, S) -> (S,). Theorem ``thm-kl``.
    """
    return kl_divergence_of_sums(rho, saturation_sums(Z))


def kl_divergence_of_sums(rho: float, sums: SaturationSums) -> Numbers:
    """The same from the ``SaturationSums`` of all samples."""
    rho = check_probability("rho", rho)
    check_some_weight(sums.m)
    log_rho_hat, log_one_minus_rho_hat = (np.log(t / sums.m) + u for t, u in (sums.on, sums.off))
    return rho * (math.log(rho) - log_rho_hat) + (1 - rho) * (math.log1p(-rho) - log_one_minus_rho_hat)


def kl_derivative_with_logits(
    rho: float, Z: NDArray[Number], sums: SaturationSums | None = None, sample_weight: Floats | None = None
) -> NDArray[Number]:
    r"""What the divergence adds to the delta of a sigmoid layer:
    :math:`m\,\partial KL / \partial z^{(s)} = \kappa f'(z^{(s)}) = m\,\bigl((1-\rho)\, a^{(s)} q^{(s)}
    - \rho\, (1 - a^{(s)})\, p^{(s)}\bigr)`.

    ``Z`` (m, S) -> (m, S). Theorem ``thm-kl-derivative``. Here :math:`p^{(s)} = a^{(s)} / \sum_t a^{(t)}` and
    :math:`q^{(s)} = (1 - a^{(s)}) / \sum_t (1 - a^{(t)})` are the sample's shares of :math:`m \hat\rho` and
    :math:`m (1 - \hat\rho)`. No share is more than 1: the mean over the samples, the gradient of the bias, stays
    between its limits :math:`-\rho`, if all :math:`z \to -\infty`, and :math:`1 - \rho`, if all :math:`z \to \infty`.

    If ``Z`` is a part of the samples, ``sums`` are the ``SaturationSums`` of all, and m is their number. With
    ``sample_weight`` (m,), each share has the weight of its sample as a factor, and m is the sum of all weights.
    """
    rho = check_probability("rho", rho)
    check_samples("Z", Z, ("m", "S"), or_complex=True)
    check_finite("Z", Z)
    log_weight = 0
    if sample_weight is not None:
        check_sample_weight(sample_weight, len(Z))
        with np.errstate(divide="ignore"):  # a weight of 0 makes the shares 0
            log_weight = np.log(sample_weight)[:, np.newaxis]
    m, on, off = saturation_sums(Z, sample_weight) if sums is None else sums
    check_some_weight(m)
    p, q = (np.exp(log_a + log_weight - u) / t for log_a, (t, u) in ((_log_sigmoid(Z), on), (_log_sigmoid(-Z), off)))
    return m * ((1 - rho) * sigmoid(Z) * q - rho * sigmoid(-Z) * p)


def is_saturated(rho_hat: Numbers) -> NDArray[np.bool_]:
    r"""Which sigmoid units need the formulas with logits: ``rho_hat`` (S,) -> (S,), booleans.

    Above 0.99: two of the digits of :math:`1 - \hat\rho` are lost there, and more beyond. Below the root of the
    smallest normal number, 1.5e-154 in double and 1.1e-19 in single precision: :math:`\kappa` nears overflow there.
    Elsewhere, the formulas in :math:`\hat\rho` are as good beside the :math:`f'` of an ordinary unit: of a unit that is
    saturated in every sample, on in some and off in others, an :math:`f'` of 1e-16 keeps no digit.
    """
    rho_hat = rho_hat.real
    return (rho_hat > 0.99) | (rho_hat < _smallest(rho_hat.dtype))


def _not_rounded_to_0(rho, rho_hat):
    """``rho``, but at least the smallest number of the type of ``rho_hat``: 0 would make 0 log 0, and 0 / 0."""
    return max(float(rho), _smallest_positive(rho_hat.dtype))


@cache
def _smallest_positive(dtype):
    return float(np.finfo(dtype).smallest_subnormal)


@cache
def _smallest(dtype):
    return np.sqrt(np.finfo(dtype).tiny)


class LayerPenalty:
    r""":math:`\beta \sum_j KL(\rho \Vert \hat\rho_j)` of one layer, in two groups of units. Theorem ``thm-penalty``.

    The formulas with logits for the ``saturated`` sigmoid units, given by their numbers and by their
    ``SaturationSums``, because for these the product :math:`\kappa f'` fails; those in ``rho_hat`` for all others.
    ``cost`` is the sum, ``beta_kappa`` is :math:`\beta \kappa` (S,), 0 for the saturated units.
    """

    @_INFINITE_AT_THE_BOUNDS
    def __init__(
        self,
        rho: float,
        beta: float,
        rho_hat: Numbers,
        saturated: NDArray[np.intp],
        saturation_sums: SaturationSums | None,
    ) -> None:
        self.saturated, self._rho, self._beta, self._sums = saturated, rho, beta, saturation_sums
        if saturated.size:
            rho_hat = rho_hat.copy()
            rho_hat[saturated] = 0.5  # so that the formulas in rho_hat run; what they give there is replaced
        kl, self.beta_kappa = kl_divergence.unchecked(rho, rho_hat), beta * kl_derivative.unchecked(rho, rho_hat)
        if saturated.size:
            kl[saturated], self.beta_kappa[saturated] = kl_divergence_of_sums(rho, saturation_sums), 0
        self.cost = beta * np.add.reduce(kl)

    def saturated_delta(self, Z: Numbers, sample_weight: Floats | None = None) -> Numbers:
        r""":math:`\beta \kappa f'(Z)` from the pre-activations of the saturated units in some samples, (n, S)."""
        return self._beta * kl_derivative_with_logits(self._rho, Z, self._sums, sample_weight)


def _log_sigmoid(Z):
    r""":math:`\log\sigma(z) = \min(z, 0) - \log(1 + e^{-|z|})`, by the sign of the real part.

    SciPy's ``log_expit`` is for real numbers only.
    """
    negative = np.real(Z) < 0
    return np.where(negative, Z, 0) - np.log1p(np.exp(np.where(negative, Z, -Z)))


def _scaled_sum(t, u):
    r"""The sum :math:`\sum_s t_s e^{u_s}` over the first axis as a pair of the same kind."""
    scale = np.max(u.real, axis=0, initial=-math.inf)  # of no samples: the sum is 0
    return np.sum(t * np.exp(u - scale), axis=0), scale
