r"""Activation functions, each beside its derivative.

The derivative takes the activation :math:`a = f(z)`, not :math:`z`: the forward pass has computed it already. Near
:math:`a = 1`, where :math:`1 - a` cancels, it keeps its absolute precision only.

All functions work elementwise on float32, float64 and complex arrays, keep their precision and let a complex step pass.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def sigmoid(z):
    r""":math:`f(z) = 1 / (1 + e^{-z})`, between 0 and 1."""
    if np.iscomplexobj(z):  # where exp overflows, the real result is 0, but the complex one inf / inf: stop before
        z = np.maximum(z, -np.log(np.finfo(np.result_type(z)).max))  # compares the real parts
    with np.errstate(over="ignore"):
        a = np.asarray(np.exp(-z))
    a += 1
    return np.divide(1, a, out=a)[()]  # a number for a number; np.reciprocal is half as fast


def sigmoid_derivative(a):
    r""":math:`f'(z) = a (1 - a)`. Theorem ``thm-sigmoid-derivative``."""
    derivative = 1 - a
    derivative *= a
    return derivative


def tanh(z):
    r""":math:`f(z) = (e^z - e^{-z}) / (e^z + e^{-z})`, between -1 and 1."""
    return np.tanh(z)


def tanh_derivative(a):
    r""":math:`f'(z) = 1 - a^2`."""
    return 1 - a * a


def identity(z):
    """:math:`f(z) = z`, a linear layer."""
    return z


def identity_derivative(a):
    """:math:`f'(z) = 1`."""
    return np.ones_like(a)


def relu(z):
    r""":math:`f(z) = \max(z, 0)`; of a complex number by the sign of its real part."""
    return np.where(np.real(z) <= 0, 0, z)  # in this order NaN stays NaN


def relu_derivative(a):
    r""":math:`f'(z) = 1` where :math:`a > 0`, else 0, also at the kink :math:`z = 0`."""
    return np.heaviside(np.real(a), 0)


@dataclass(frozen=True)
class Activation:
    """``function`` takes z and gives a = f(z), ``derivative`` takes a and gives f'(z), ``range`` bounds a."""

    name: str
    function: Callable
    derivative: Callable
    range: tuple[float, float]


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("sigmoid", sigmoid, sigmoid_derivative, (0.0, 1.0)),
        Activation("tanh", tanh, tanh_derivative, (-1.0, 1.0)),
        Activation("identity", identity, identity_derivative, (-math.inf, math.inf)),
        Activation("relu", relu, relu_derivative, (0.0, math.inf)),
    )
}


def get_activation(activation):
    """The ``Activation`` of that name; an ``Activation`` is returned as it is.

    Raises TypeError for anything but a name or an ``Activation``, ValueError for an unknown name.
    """
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(f"activation must be a name or an Activation, got {type(activation).__name__}")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    return ACTIVATIONS[activation]
