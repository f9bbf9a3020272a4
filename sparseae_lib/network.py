r"""The network's parameters, flat and by layer, and its forward pass.

``theta`` holds W1, b1, W2, b2, ... in this order, each matrix row by row. (UFLDL stores all weights before all biases.)
W^(l) is (S_l, S_{l+1}) and b^(l) is (S_{l+1},), where ``layer_sizes`` is (S_1, ..., S_L).
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.activations import Activation, Activations, activation_by_layer
from sparseae_lib.backprop import pre_activation
from sparseae_lib.typing import Floats, Layers, Number, Numbers
from sparseae_lib.validation import (
    check_data,
    check_finite,
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
        W = {layer: W for layer, (W, _) in enumerate(layers, start=1)}
        b = {layer: b for layer, (_, b) in enumerate(layers, start=1)}
        W_back = W if m < ROWS_FOR_A_COPY else {layer: np.asfortranarray(W[layer]) for layer in W if layer > 1}
        return cls(W, b, W_back, len(layers) + 1, activation)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the parameters in the machine's byte order, in which all is computed."""
        return native(self.W[1].dtype)


def init_parameters(layer_sizes: Iterable[int], rng: np.random.Generator) -> NDArray[np.float64]:
    r"""Random theta: W^(l) uniform in :math:`[-r, r)` with :math:`r = \sqrt{6 / (S_l + S_{l+1} + 1)}`, biases zero.

    ``rng`` is a ``numpy.random.Generator``. Returns a flat float64 vector. Source: UFLDL, sparse autoencoder.
    Raises TypeError or ValueError for bad ``layer_sizes``, TypeError for any other ``rng``.
    """
    check_rng(rng)
    layers = []
    for fan_in, fan_out in pairwise(check_layer_sizes(layer_sizes)):
        r = np.sqrt(6 / (fan_in + fan_out + 1))
        layers.append((rng.uniform(-r, r, (fan_in, fan_out)), np.zeros(fan_out)))
    return flatten(layers)


def flatten(layers: Layers[Number]) -> NDArray[Number]:
    """[(W1, b1), (W2, b2), ...] as one flat vector, a copy; undoes ``unflatten``.

    W^(l) (S_l, S_{l+1}), b^(l) (S_{l+1},). Raises TypeError or ValueError if one has another shape.
    """
    check_layers(layers)
    return np.concatenate([array.ravel() for layer in layers for array in layer])


def unflatten(theta: NDArray[Number], layer_sizes: Iterable[int]) -> list[tuple[NDArray[Number], NDArray[Number]]]:
    """[(W1, b1), (W2, b2), ...], views of ``theta``: writing to one writes to theta.

    Raises TypeError if theta is not an array, ValueError if its size is not that of a network of ``layer_sizes``.
    """
    layer_sizes = check_layer_sizes(layer_sizes)
    check_shape("theta", theta, (count_parameters(layer_sizes),))
    return by_layer(theta, layer_sizes)


def count_parameters(layer_sizes: Iterable[int]) -> int:
    """The length of theta, for layer sizes that were checked before."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(layer_sizes))


def by_layer(theta: NDArray[Number], layer_sizes: Iterable[int]) -> list[tuple[NDArray[Number], NDArray[Number]]]:
    """``unflatten`` for a theta and layer sizes that were checked before."""
    layers, start = [], 0
    for fan_in, fan_out in pairwise(layer_sizes):
        middle = start + fan_in * fan_out
        end = middle + fan_out
        layers.append((theta[start:middle].reshape(fan_in, fan_out), theta[middle:end]))
        start = end
    return layers


def forward(layers: Layers[Number], X: Floats, activation: Activations) -> list[NDArray[Number]]:
    r"""All activations [A1, ..., AL]: :math:`A^{(1)} = X`, :math:`A^{(l+1)} = f(A^{(l)} W^{(l)} + \mathbf 1 b^{(l)})`.

    ``layers`` [(W, b), ...] as ``unflatten`` gives them, ``X`` (m, S_1) -> A^(l) (m, S_l). Theorem ``thm-forward``.
    The type of the parameters decides the precision: X is converted to it. ``activation`` is a name or an
    ``Activation`` for all layers, or a sequence with one per layer (W, b). Raises TypeError if X is not float32 or
    float64, ValueError if shapes do not match, or if X is empty, or if a number is not finite.
    """
    check_layers(layers)
    for index, (W, b) in enumerate(layers):
        check_finite(f"layers[{index}]: W", W)
        check_finite(f"layers[{index}]: b", b)
    activation = activation_by_layer(activation, len(layers))
    W1 = layers[0][0]
    X = check_data("X", X, ("m", len(W1)), W1.real.dtype)
    check_finite("X", X)
    activations = [X]
    for layer, (W, b) in enumerate(layers, start=2):
        activations.append(activation[layer].function(pre_activation(activations[-1], W, b)))
    return activations


def native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The type in the machine's byte order, which is always the same object: arrays of it are pickled alike."""
    return np.dtype(dtype.type)
