r"""Activation functions, each beside its derivative.

The derivative takes the activation :math:`a = f(z)`, not :math:`z`: the forward pass has computed it already. Near
:math:`a = 1`, where :math:`1 - a` cancels, it keeps its absolute precision only.

To add an activation, write a function and its derivative here, and an entry in ``ACTIVATIONS``. Its values by hand go
to ``tests/test_activations.py``, and its formula once more to ``tests/reference.py``. The chapter
``book/activation.ipynb`` has a table with a row for each, and ``README.md`` names each; everything else goes over all
entries. None of that lets a formula use its name: for this the function goes to ``calculus/words.py``, from where
``calculus/__init__.py`` and ``book/api/calculus.md`` take it, and its name to ``FUNCTIONS`` in ``formulas/notation.py``
and to ``FUNCTION`` in ``formulas/grammar.lark``.

Of SiLU, GELU and others that fall and rise again, the derivative is not a function of the activation, because two z
have the same :math:`a`: there is no place for them here.

All functions work elementwise on float32, float64 and complex arrays, keep their precision and let a complex step pass.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.compiled import compiled_sigmoid, compiled_sigmoid_of_sum, compiled_times_derivative
from sparseae_lib.typing import Number
from sparseae_lib.validation import check_boolean, is_ordered


def sigmoid(z: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f(z) = 1 / (1 + e^{-z})`, between 0 and 1. Compiled if the extra ``fast`` is installed."""
    if (out is None or out is z) and _is_plain(z) and (compiled := compiled_sigmoid()):
        a = z.copy() if out is None else z
        compiled(a.reshape(-1))
        return a
    if np.iscomplexobj(z):  # if exp overflows, the real result is 0, but the complex one is inf / inf: stop before
        z = np.maximum(z, -np.log(np.finfo(np.result_type(z)).max))  # compares the real parts
    a = np.negative(z, out=out)
    with np.errstate(over="ignore"):
        a = np.exp(a, out=out)
    a = np.add(a, 1, out=out)
    return np.divide(1, a, out=out)  # np.reciprocal is half as fast


_REAL = np.dtype(np.float64), np.dtype(np.float32)


def _is_plain(z):
    """Whether the compiled sigmoid takes ``z``."""
    return type(z) is np.ndarray and z.dtype in _REAL and z.ndim > 0 and z.flags.carray


def _are_plain_alike(G, a):
    return _is_plain(G) and type(a) is np.ndarray and a.dtype == G.dtype and a.shape == G.shape and a.flags.carray


def sigmoid_derivative(a: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f'(z) = a (1 - a)`. Theorem ``thm-sigmoid-derivative``."""
    derivative = np.subtract(1, a, out=out)
    return np.multiply(derivative, a, out=out)


def tanh(z: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f(z) = (e^z - e^{-z}) / (e^z + e^{-z})`, between -1 and 1."""
    return np.tanh(z, out=out)


def tanh_derivative(a: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f'(z) = 1 - a^2`."""
    square = np.multiply(a, a, out=out)
    return np.subtract(1, square, out=out)


def identity(z: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    """:math:`f(z) = z`, a linear layer."""
    return np.positive(z, out=out)


def identity_derivative(a: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    """:math:`f'(z) = 1`."""
    return np.positive(np.ones((), np.result_type(a)), out=np.empty_like(a) if out is None else out)


def relu(z: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f(z) = \max(z, 0)`; of a complex number by the sign of its real part."""
    if np.iscomplexobj(z):
        z = np.where(np.real(z) <= 0, 0, z)  # in this order NaN stays NaN
        return np.positive(z, out=out)
    return np.maximum(z, 0, out=out)


def relu_derivative(a: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f'(z) = 1` where :math:`a > 0`, else 0, also at the kink :math:`z = 0`."""
    return np.heaviside(np.real(a), 0, out=out)


def softplus(z: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f(z) = \log(1 + e^z)`, a ReLU without a kink; of a complex number by the sign of its real part."""
    positive = np.real(z) > 0
    decay = np.exp(np.where(positive, -z, z))  # e^-|z|, for log(1 + e^z) = max(z, 0) + log(1 + e^-|z|)
    rest = 2 * np.arctanh(decay / (2 + decay))  # log1p(decay); that of a complex number would lose digits
    return np.add(np.where(positive, z, 0), rest, out=out)


def softplus_derivative(a: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
    r""":math:`f'(z) = 1 - e^{-a}`, which is the sigmoid of z."""
    derivative = np.expm1(np.negative(a, out=out), out=out)
    return np.negative(derivative, out=out)


@dataclass(frozen=True)
class Activation:
    """``function`` takes z and gives a = f(z), ``derivative`` takes a and gives f'(z), ``range`` bounds a.

    ``in_place`` says whether both take an array ``out`` as NumPy's functions do; ``function`` may get z as ``out``.

    Raises TypeError or ValueError if one of these is something else, and ValueError, when it is called, if a function
    does not work elementwise, so that its result has another shape. If the shape is the same, as that of a softmax,
    this is not noticed, and gradients are wrong.
    """

    name: str
    function: Callable[..., Any]
    derivative: Callable[..., Any]
    range: tuple[float, float]
    in_place: bool = False

    def __post_init__(self):
        if not isinstance(self.name, str):
            raise TypeError(f"name must be a string, got {self.name!r}")
        for argument in ("function", "derivative"):
            if not callable(getattr(self, argument)):
                raise TypeError(f"{argument} must be a function, got {getattr(self, argument)!r}")
        expected = "range must be a pair (low, high) of numbers, low < high"
        bounds = self.range
        if not isinstance(bounds, tuple) or len(bounds) != 2 or not all(isinstance(bound, Real) for bound in bounds):
            raise TypeError(f"{expected}, got {bounds!r}")
        if not bounds[0] < bounds[1]:
            raise ValueError(f"{expected}, got {bounds!r}")
        check_boolean("in_place", self.in_place)

    def activate(self, z: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
        """``function(z)``, written to ``out`` if it is given."""
        return self._call(self.function, z, out)

    def activate_sum(self, Z: NDArray[Number], b: NDArray[Number]) -> NDArray[Number]:
        """``function(Z + b)`` in place of ``Z`` (m, S), for a row ``b`` (S,)."""
        alike = b.dtype == Z.dtype and b.shape == Z.shape[1:]
        if self.function is sigmoid and alike and _is_plain(Z) and _is_plain(b) and compiled_sigmoid():
            compiled_sigmoid_of_sum()(Z, b)
            return Z
        Z += b
        return self.activate(Z, out=Z)

    def differentiate(self, a: NDArray[Number], out: NDArray[Number] | None = None) -> NDArray[Number]:
        """``derivative(a)``, written to ``out`` if it is given."""
        return self._call(self.derivative, a, out)

    def times_derivative(
        self, G: NDArray[Number], a: NDArray[Number], out: NDArray[Number] | None = None
    ) -> NDArray[Number]:
        """``G * derivative(a)`` in place of ``G``; the derivative is written to ``out`` on the way, if at all."""
        if self.derivative is sigmoid_derivative and _are_plain_alike(G, a) and compiled_sigmoid():
            compiled_times_derivative()(G.reshape(-1), a.reshape(-1))
        else:
            G *= self.differentiate(a, out)
        return G

    def _call(self, function, argument, out):
        if self.in_place:
            return function(argument, out=out)
        result = function(argument)
        shape, came = np.shape(argument), np.shape(result)
        if came != shape:
            raise ValueError(f"activation {self.name} must work elementwise: of shape {shape} it makes {came}")
        if out is None:
            return result
        out[...] = result
        return out


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("sigmoid", sigmoid, sigmoid_derivative, (0.0, 1.0), in_place=True),
        Activation("tanh", tanh, tanh_derivative, (-1.0, 1.0), in_place=True),
        Activation("identity", identity, identity_derivative, (-math.inf, math.inf), in_place=True),
        Activation("relu", relu, relu_derivative, (0.0, math.inf), in_place=True),
        Activation("softplus", softplus, softplus_derivative, (0.0, math.inf), in_place=True),
    )
}


Activations: TypeAlias = str | Activation | Sequence[str | Activation]
"""A name or an ``Activation`` for all layers, or a sequence with one for each."""


def get_activation(activation: str | Activation, argument: str = "activation") -> Activation:
    """The ``Activation`` of that name; an ``Activation`` is returned as it is.

    Raises TypeError for anything but a name or an ``Activation``, ValueError for an unknown name; the errors call it
    ``argument``.
    """
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(f"{argument} must be a name or an Activation, got {type(activation).__name__}")
    if activation not in ACTIVATIONS:
        raise ValueError(f"{argument} must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    return ACTIVATIONS[activation]


def activation_by_layer(
    activation: Activations, n_layers: int, kind: str = "layer after the first"
) -> dict[int, Activation]:
    r"""The activations of a network by layer, :math:`\{2: f_2, \dots, L: f_L\}`, numbered as in the maths.

    ``activation`` is one for all ``n_layers`` layers above the data, or a sequence with one for each, from layer 2 on.
    Every theorem holds for each choice: see ``statements.activations``. Raises TypeError or ValueError for anything
    else; the errors call a layer ``kind``.
    """
    layers = range(2, n_layers + 2)
    if isinstance(activation, str | Activation) or not isinstance(activation, Iterable):
        return dict.fromkeys(layers, get_activation(activation))
    expected = f"activation must be one for all layers, or a sequence with one per {kind} ({n_layers})"
    if not is_ordered(activation):
        raise TypeError(f"{expected}, got {activation!r}")
    names = list(activation)
    if len(names) != n_layers:
        raise ValueError(f"{expected}, got {len(names)}: {activation!r}")
    return {layer: get_activation(name, f"activation[{layer - 2}]") for layer, name in zip(layers, names, strict=True)}
