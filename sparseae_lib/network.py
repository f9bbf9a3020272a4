r"""The network's parameters, flat and by layer, and its forward pass.

``theta`` holds W1, b1, W2, b2, ... in this order, each matrix row by row. (UFLDL stores all weights before all biases.)
W^(l) is (S_l, S_{l+1}) and b^(l) is (S_{l+1},), where ``layer_sizes`` is (S_1, ..., S_L).
"""

import reprlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.activations import Activation, Activations, activation_by_layer
from sparseae_lib.backprop import pre_activation
from sparseae_lib.typing import Floats, Layers, Number, Numbers
from sparseae_lib.validation import (
    check_boolean,
    check_data,
    check_finite,
    check_float,
    check_layer_sizes,
    check_layers,
    check_rng,
    check_shape,
)

ROWS_FOR_A_COPY = 128  # on fewer, the product gains less than the copy takes


class Network(NamedTuple):
    """``W``, ``b`` and ``activation`` by layer, numbered as in the maths; ``output`` is the number of the last layer.

    ``W_back`` holds the weights as the way back reads them fastest: with contiguous columns, for all but a few samples.
    """

    W: dict[int, Numbers]
    b: dict[int, Numbers]
    W_back: dict[int, Numbers]
    output: int
    activation: dict[int, Activation]

    @classmethod
    def of(cls, layers: Layers[Any], activation: dict[int, Activation], m: int) -> Self:
        """From ``layers`` [(W, b), ...] as ``unflatten`` gives them, for ``m`` samples; see ``activation_by_layer``."""
        W, b = (dict(enumerate(arrays, start=1)) for arrays in zip(*layers, strict=True))
        W_back = W if m < ROWS_FOR_A_COPY else {layer: np.asfortranarray(W[layer]) for layer in W if layer > 1}
        return cls(W, b, W_back, len(layers) + 1, activation)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the parameters in the machine's byte order, in which all is computed."""
        return native(self.W[1].dtype)


def init_parameters(layer_sizes: Iterable[int], rng: np.random.Generator, *, tied: bool = False) -> NDArray[np.float64]:
    r"""Random theta: W^(l) uniform in :math:`[-r, r)` with :math:`r = \sqrt{6 / (S_l + S_{l+1} + 1)}`, biases zero.

    ``rng`` is a ``numpy.random.Generator``. Returns a flat float64 vector; for ``tied`` see ``unflatten``. Source:
    UFLDL, sparse autoencoder. Raises TypeError or ValueError for bad ``layer_sizes``, TypeError for any other ``rng``.
    """
    check_rng(rng)
    layer_sizes = check_layer_sizes(layer_sizes)
    check_tied(tied, layer_sizes)
    theta = np.zeros(count_parameters(layer_sizes, tied))
    for W, _ in by_layer(theta, layer_sizes, tied)[: own_weights(layer_sizes, tied)]:
        r = np.sqrt(6 / (sum(W.shape) + 1))
        W[:] = rng.uniform(-r, r, W.shape)
    return theta


def flatten(layers: Layers[Number], *, tied: bool = False) -> NDArray[Number]:
    """[(W1, b1), (W2, b2), ...] as one flat vector, a copy; undoes ``unflatten``.

    W^(l) (S_l, S_{l+1}), b^(l) (S_{l+1},). Raises TypeError or ValueError if one has another shape, and ValueError if
    ``tied`` weights are not each other's transposes.
    """
    layers = list(layers) if isinstance(layers, Iterator) else layers
    check_layers(layers)
    check_boolean("tied", tied)
    own = len(layers)
    if tied:
        check_tied(tied, (*(len(W) for W, _ in layers), len(layers[-1][1])))
        own //= 2
        for number, (W, _) in enumerate(layers[:own], start=1):
            if not np.array_equal(W, layers[-number][0].T):
                raise ValueError(f"layers must have tied weights, got a W{number} that is not its mirror's transpose")
    first = [part for W, b in layers[:own] for part in (W.ravel(), b)]
    return np.concatenate(first + [b for _, b in layers[own:]])


def unflatten(
    theta: NDArray[Number], layer_sizes: Iterable[int], *, tied: bool = False
) -> list[tuple[NDArray[Number], NDArray[Number]]]:
    r"""[(W1, b1), (W2, b2), ...], views of ``theta``: writing to one writes to theta.

    If weights are ``tied``, :math:`W^{(L-l)} = W^{(l)T}`, so that the decoder is the transposed encoder, and theta
    holds W1, b1, ..., of the first half of the layers, then the biases alone of the second half. ``layer_sizes`` must
    then read the same from both ends, and have a middle.

    Raises TypeError if theta is not an array, ValueError if its size is not that of a network of ``layer_sizes``.
    """
    layer_sizes = check_layer_sizes(layer_sizes)
    check_tied(tied, layer_sizes)
    check_shape("theta", theta, (count_parameters(layer_sizes, tied),))
    return by_layer(theta, layer_sizes, tied)


def check_tied(tied: bool, layer_sizes: Sequence[int]) -> None:
    """Require a boolean, and layer sizes that allow tied weights if it is true. Raises TypeError or ValueError."""
    check_boolean("tied", tied)
    if tied and (tuple(layer_sizes) != tuple(layer_sizes)[::-1] or len(layer_sizes) % 2 == 0):
        raise ValueError(
            "layer_sizes must read the same from both ends, and have a middle, if weights are tied, "
            f"got {tuple(layer_sizes)}"
        )


def own_weights(layer_sizes: Sequence[int], tied: bool) -> int:
    """How many layers have weights of their own, for layer sizes that were checked before."""
    return (len(layer_sizes) - 1) // 2 if tied else len(layer_sizes) - 1


def count_parameters(layer_sizes: Sequence[int], tied: bool = False) -> int:
    """The length of theta, for layer sizes that were checked before. Raises ValueError if no array is so long."""
    pairs = list(pairwise(layer_sizes))[: own_weights(layer_sizes, tied)]
    length = sum(fan_in * fan_out for fan_in, fan_out in pairs) + sum(layer_sizes[1:])
    if length > sys.maxsize // 16:  # bytes of a complex number
        raise ValueError(
            f"layer_sizes must give no more parameters than an array can hold, got {reprlib.repr(layer_sizes)}"
        )
    return length


def by_layer(
    theta: NDArray[Number], layer_sizes: Sequence[int], tied: bool = False
) -> list[tuple[NDArray[Number], NDArray[Number]]]:
    """``unflatten`` for a theta and layer sizes that were checked before."""
    layers, start, own = [], 0, own_weights(layer_sizes, tied)
    for fan_in, fan_out in pairwise(layer_sizes):
        if len(layers) < own:
            middle = start + fan_in * fan_out
            W = theta[start:middle].reshape(fan_in, fan_out)
        else:  # the mirror: of four layers of weights, the third is that of the second, and the fourth of the first
            middle, W = start, layers[2 * own - 1 - len(layers)][0].T
        end = middle + fan_out
        layers.append((W, theta[middle:end]))
        start = end
    return layers


def tie(gradient: NDArray[Number], layer_sizes: Sequence[int]) -> NDArray[Number]:
    """The gradient for tied weights from that for free ones, both flat: each matrix has the sum of its two places.

    Theorem ``thm-tied-weights``.
    """
    tied = np.zeros(count_parameters(layer_sizes, tied=True), gradient.dtype)
    pairs = zip(by_layer(tied, layer_sizes, tied=True), by_layer(gradient, layer_sizes), strict=True)
    for (W, b), (dW, db) in pairs:  # W is twice the same matrix: once as it is, once transposed
        W += dW
        b += db
    return tied


def forward(layers: Layers[Number], X: Floats, activation: Activations) -> list[NDArray[Number]]:
    r"""All activations [A1, ..., AL]: :math:`A^{(1)} = X`, :math:`A^{(l+1)} = f(A^{(l)} W^{(l)} + \mathbf 1 b^{(l)})`.

    ``layers`` [(W, b), ...] as ``unflatten`` gives them, ``X`` (m, S_1) -> A^(l) (m, S_l). Theorem ``thm-forward``.
    The type of the parameters decides the precision: X is converted to it. ``activation`` is a name or an
    ``Activation`` for all layers, or a sequence with one per layer (W, b). Raises TypeError if X is not float32 or
    float64, ValueError if shapes do not match, or if X is empty, or if a number is not finite, or if an ``Activation``
    does not work elementwise.
    """
    check_layers(layers)
    for index, (W, b) in enumerate(layers):
        for name, array in ((f"layers[{index}]: W", W), (f"layers[{index}]: b", b)):
            check_float(name, array, or_complex=True)
            check_finite(name, array)
    activation = activation_by_layer(activation, len(layers))
    W1 = layers[0][0]
    X = check_data("X", X, ("m", len(W1)), W1.real.dtype)
    check_finite("X", X)
    activations = [X]
    for layer, (W, b) in enumerate(layers, start=2):
        activations.append(activation[layer].activate(pre_activation(activations[-1], W, b)))
    return activations


def native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type in the machine's byte order, which is always the same object: arrays of it are pickled alike."""
    return np.dtype(dtype.type)
