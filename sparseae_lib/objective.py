"""The cost of a network on a batch, and its gradient.

A linear output layer needs no change: ``activation`` may be a sequence with one per layer, the last the identity, as
``activation_by_layer`` in ``sparseae_lib/activations.py`` reads it; ``SparseAutoencoder`` in
``sparseae_lib/estimator.py`` has an ``output_activation`` of its own, and hands both on. To change the error, or what
the output sends back, begin with ``half_squared_error`` and ``output_delta`` in ``sparseae_lib/backprop.py``; training
takes the same steps in ``compare_with_targets`` and ``backward`` of ``sparseae_lib/shards.py``.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.activations import ACTIVATIONS, Activations, activation_by_layer
from sparseae_lib.network import Network, by_layer, check_tied, count_parameters, native, tie
from sparseae_lib.penalties import LayerPenalty, is_saturated
from sparseae_lib.shards import Batch, Workspace
from sparseae_lib.threads import available_threads, one_blas_thread
from sparseae_lib.typing import Floats, Number, PerLayer
from sparseae_lib.validation import (
    check_coefficient,
    check_data,
    check_finite,
    check_float,
    check_layer_sizes,
    check_per_layer,
    check_positive_integer,
    check_probability,
    check_sample_weight,
    check_shape,
    scaled_to_mean_1,
)


class Options(TypedDict, total=False):
    """The arguments of ``Objective`` that say what it computes, besides the layer sizes."""

    rho: PerLayer | None
    beta: PerLayer
    weight_decay: float
    activation: Activations
    tied: bool


class Evaluation(NamedTuple):
    """What ``Objective.evaluate`` computes; ``mean_activations`` has one array (S_l,) per hidden layer."""

    cost: float
    gradient: NDArray[Any]
    mean_activations: tuple[NDArray[Any], ...]


class Objective:
    r"""Squared error with weight decay and a sparsity penalty, of a network of any depth.

    .. math:: J_{sparse} = \frac1m \sum_s \frac12 \lVert y^{(s)} - a^{(L)(s)} \rVert^2
              + \frac\lambda2 \sum_l \lVert W^{(l)} \rVert^2
              + \sum_{l=2}^{L-1} \beta_l \sum_j KL(\rho_l \Vert \hat\rho^{(l)}_j)

    Theorem ``thm-sparse-cost``. ``layer_sizes`` (S_1, ..., S_L), two or more; ``weight_decay`` is
    :math:`\lambda \ge 0`; ``activation`` a name or an ``Activation`` for all layers, or a sequence with one per layer
    2, ..., L: ``("sigmoid", "identity")`` is a linear decoder. As an attribute it is a dict by layer.

    ``rho``, between 0 and 1, and ``beta`` :math:`\ge 0` are numbers, for every hidden layer, or sequences with one
    number per hidden layer; they weigh the penalties of Theorem ``thm-penalty``. If beta is 0 there is none. If it is
    not, there must be a hidden layer, ``rho`` must be given, and the range of the activation must be (0, 1) in each
    layer with a penalty. With the sigmoid, cost and gradient are then finite and right, normwise, at any saturation;
    with an activation of one's own they are infinite or NaN if a mean activation is rounded to 0 or 1.

    If the weights are ``tied``, the decoder is the transposed encoder, :math:`W^{(L-l)} = W^{(l)T}`; ``unflatten`` says
    what theta then holds. Each matrix stands in two places, and decays in both: Theorem ``thm-tied-weights``.

    Samples may have weights, which cost and gradient take as ``sample_weight`` (m,): none is negative, at least one is
    not 0, and only their ratios count. A sample of weight 2 counts as two, in the error and in
    :math:`\hat\rho`, and one of weight 0 as none: Theorems ``thm-weighted-cost``, ``thm-weighted-mean``.

    The batch goes through in shards of samples, twice, because a penalty's derivative needs the mean activation of all
    samples. The activations of the layers up to the last one with a penalty are kept in between; no other array is as
    long as the batch. The memory stays with the objective, for its next call. ``workers`` is the largest number of
    threads that share the shards; if it is None, the cores that this process may use, by affinity, quota,
    ``OMP_NUM_THREADS`` and ``LOKY_MAX_CPU_COUNT``. BLAS has one thread meanwhile, see ``threads``. The result does not
    depend on the number of threads: on one machine it is the same in every run, to the last bit.

    Raises TypeError or ValueError for anything else, and for a ``beta`` or a ``weight_decay`` above 1e38, which single
    precision could not hold.

    >>> objective = Objective((64, 25, 64), rho=0.01, beta=3.0, weight_decay=1e-4)
    >>> cost, gradient = objective(theta, X)        # an autoencoder: the targets are X itself
    """

    def __init__(
        self,
        layer_sizes: Iterable[int],
        *,
        rho: PerLayer | None = None,
        beta: PerLayer = 0.0,
        weight_decay: float = 0.0,
        activation: Activations = "sigmoid",
        tied: bool = False,
        workers: int | None = None,
    ) -> None:
        self.layer_sizes = check_layer_sizes(layer_sizes)
        check_tied(tied, self.layer_sizes)
        self.tied = bool(tied)
        self._n_parameters = count_parameters(self.layer_sizes, self.tied)
        self.weight_decay = check_coefficient("weight_decay", weight_decay)
        self._decays = np.zeros(self._n_parameters)  # lambda for each place in which a weight stands; 0 for biases
        for W, _ in by_layer(self._decays, self.layer_sizes, self.tied):
            W += self.weight_decay
        self.activation = activation_by_layer(activation, len(self.layer_sizes) - 1)
        self.workers = None if workers is None else check_positive_integer("workers", workers)
        n_hidden = len(self.layer_sizes) - 2
        betas = check_per_layer("beta", beta, n_hidden, check_coefficient)
        rhos = None if rho is None else check_per_layer("rho", rho, n_hidden, check_probability)
        if np.any(beta) and n_hidden == 0:
            raise ValueError(f"beta must be 0 if there is no hidden layer, got {beta} for {self.layer_sizes}")
        self.beta = dict(enumerate(betas, start=2))
        self.rho = dict(enumerate(rhos or (), start=2))
        self.penalised = [layer for layer, beta in self.beta.items() if beta > 0]
        for layer in self.penalised:
            if self.activation[layer].range != (0, 1):
                raise ValueError(
                    f"beta must be 0 if the range of the activation is not (0, 1), got {beta} for "
                    f"{self.activation[layer].name} with range {self.activation[layer].range} in layer {layer}"
                )
        if self.penalised and rhos is None:
            raise ValueError(f"rho must be given if beta is not 0, got None for beta {beta}")
        # The formulas for saturated units, from their logits, are the sigmoid's.
        self._of_sigmoids = {layer for layer in self.penalised if self.activation[layer] == ACTIVATIONS["sigmoid"]}
        self._spare = deque(maxlen=1)

    def __call__(
        self, theta: NDArray[Number], X: Floats, targets: Floats | None = None, sample_weight: Floats | None = None
    ) -> tuple[float, NDArray[Number]]:
        """Cost and gradient at ``theta``, flat in the order of ``network``; the gradient has theta's shape and order.

        ``X`` (m, S_1); ``targets`` (m, S_L), X itself if not given; ``sample_weight`` (m,), all 1 if not given. theta
        decides the precision: these are converted to its type, and the gradient has it. theta may be complex (for a
        complex step), and so are then the cost and the gradient; X, targets and weights are float32 or float64. Raises
        TypeError for another type, ValueError for a wrong shape, an empty batch, NaN, infinity or a negative weight.
        """
        cost, gradient, _ = self._evaluate(theta, X, targets, sample_weight)
        return cost, gradient

    def cost(
        self, theta: NDArray[Number], X: Floats, targets: Floats | None = None, sample_weight: Floats | None = None
    ) -> float:
        """The cost alone, for the same arguments."""
        with one_blas_thread:
            batch = self._batch(theta, X, targets, sample_weight)
            penalties = self._penalties(batch)
            totals = batch.second_pass(penalties, with_gradient=False)
            self._close(batch)
            return self._cost(batch, penalties, totals, theta, self._decay(theta))

    def evaluate(
        self, theta: NDArray[Number], X: Floats, targets: Floats | None = None, sample_weight: Floats | None = None
    ) -> Evaluation:
        """Cost, gradient and the mean activations of the hidden units, an ``Evaluation``, for the same arguments."""
        cost, gradient, activation_sums = self._evaluate(theta, X, targets, sample_weight)
        return Evaluation(cost, gradient, tuple(total / len(X) for total in activation_sums.values()))

    def _evaluate(self, theta, X, targets, sample_weight):
        """Cost, gradient, and the sums of the activations of the hidden units by layer."""
        with one_blas_thread:
            batch = self._batch(theta, X, targets, sample_weight)
            penalties = self._penalties(batch)
            totals = batch.second_pass(penalties, with_gradient=True)
            decay = self._decay(theta)
            cost = self._cost(batch, penalties, totals, theta, decay)
            total = tie(totals.gradient_sum, self.layer_sizes) if self.tied else totals.gradient_sum
            gradient = total / batch.m
            gradient += decay
            self._close(batch)
            return cost, gradient, totals.activation_sums

    def _penalties(self, batch):
        """The ``LayerPenalty`` of each penalised layer."""
        penalties = {}
        sums = batch.first_pass(self.penalised) if self.penalised else {}
        for layer in self.penalised:
            rho_hat = sums[layer] / batch.m
            saturated = is_saturated(rho_hat).nonzero()[0] if layer in self._of_sigmoids else np.array([], int)
            saturation_sums = batch.saturation_sums(layer, saturated) if saturated.size else None
            penalties[layer] = LayerPenalty(self.rho[layer], self.beta[layer], rho_hat, saturated, saturation_sums)
        return penalties

    def _decay(self, theta):
        r"""What the weight decay adds to the gradient: :math:`\lambda W` per place of the weights, 0 for the biases."""
        return np.multiply(theta, self._decays, dtype=native(theta.dtype))

    def _cost(self, batch, penalties, totals, theta, decay):
        cost = totals.half_squared_error / batch.m + theta.dot(decay) / 2
        return (cost + sum(penalty.cost for penalty in penalties.values())).item()

    def _batch(self, theta, X, targets, sample_weight):
        """The ``Batch`` of an evaluation, to be closed when its arrays are no longer needed."""
        layers = self._layers(theta)
        X, Y = self._data(X, targets, theta.real.dtype)
        if sample_weight is not None:
            check_sample_weight(sample_weight, len(X))
            sample_weight = scaled_to_mean_1(sample_weight).astype(native(theta.real.dtype))
        check_finite("theta", theta)
        workspace = self._take_workspace(len(X), native(theta.dtype))
        network = Network.of(layers, self.activation, len(X))
        return Batch(network, X, Y, sample_weight, workspace)

    def _close(self, batch):
        """Keep the workspace for the next evaluation; not after an error: a thread might still write into it."""
        batch.close()
        self._spare.append(batch.workspace)

    def __getstate__(self):
        return self.__dict__ | {"_spare": deque(maxlen=1)}

    def _take_workspace(self, m, dtype):
        """That of the last evaluation, if it fits and no other thread has taken it."""
        try:
            workspace = self._spare.pop()
        except IndexError:
            workspace = None
        if workspace is not None and workspace.fits(m, dtype):
            return workspace
        return Workspace(
            m, self.layer_sizes, max(self.penalised, default=1), self.workers or available_threads(), dtype
        )

    def _layers(self, theta):
        check_float("theta", theta, or_complex=True)
        check_shape("theta", theta, (self._n_parameters,))
        return by_layer(theta, self.layer_sizes, self.tied)

    def _check_targets_are_given(self, targets):
        if targets is None and self.layer_sizes[0] != self.layer_sizes[-1]:
            raise ValueError(
                f"targets must be given if the first and the last layer differ, got None for {self.layer_sizes}"
            )

    def _data(self, X, targets, dtype):
        self._check_targets_are_given(targets)
        first, last = self.layer_sizes[0], self.layer_sizes[-1]
        X = check_data("X", X, ("m", first), dtype)
        return X, X if targets is None else check_data("targets", targets, (len(X), last), dtype)
