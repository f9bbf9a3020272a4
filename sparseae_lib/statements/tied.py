r"""Tied weights: the decoder is the transposed encoder, :math:`W^{(L-l)} = W^{(l)T}`, so each matrix is in two places.

Layer l of the encoder has a mirror in the decoder, and what belongs to the mirror has a bar:
:math:`\bar A^{(l)} = A^{(L-l)}` goes into the transposed weights, and :math:`\bar\Delta^{(l)} = \Delta^{(L-l+1)}` is
the delta of what comes out.
"""

from sympy import Mul, Rational, Symbol

from sparseae_lib.calculus import Gradient, LayerMatrix, SquaredNorm, ones, vjp
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import A, Delta, L, S, W, l, m, weight_decay

J_tied = Symbol("J_tied", real=True)
"""The cost J as a function of the encoder's weights alone."""


def A_bar(layer):
    return LayerMatrix("A_bar", layer, m, S(layer + 1))


def b_bar(layer):
    return LayerMatrix("b_bar", layer, 1, S(layer))


def Delta_bar(layer):
    return LayerMatrix("Delta_bar", layer, m, S(layer))


Z_BAR = A_bar(l) * W(l).T + ones(m) * b_bar(l)
"""What comes out of the mirror of layer l."""

TIED_WEIGHTS = Statement(
    "thm-tied-weights",
    "The gradient of tied weights",
    left=Gradient(J_tied, W(l)),
    formula=(A(l).T * Delta(l + 1) + Delta_bar(l).T * A_bar(l)) / m + 2 * weight_decay * W(l),
    derivation=vjp(Delta(l + 1) / m, FORWARD.formula, W(l))
    + vjp(Delta_bar(l) / m, Z_BAR, W(l))
    + Gradient(weight_decay / 2 * (SquaredNorm(W(l)) + SquaredNorm(W(l).T)), W(l)),
    layers=(1, Mul(Rational(1, 2), L - 1, evaluate=False)),
)
