r"""Backpropagation, corrected: the deltas and the gradients of a network of any depth.

The delta of a layer is :math:`\Delta^{(l)} = m\, \partial J / \partial Z^{(l)}`, one sample per row.
"""

from sparseae_lib.calculus import Gradient, Hadamard, SquaredNorm, ones, vjp
from sparseae_lib.statements.definitions import COST, FORWARD
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import A, Delta, J, L, W, Y, Z, b, f, l, m, weight_decay

DELTA = Statement(
    "thm-delta",
    "What the delta is",
    left=Delta(l),
    formula=m * Gradient(J, Z(l)),
    layers=(2, L),
)

OUTPUT_DELTA = Statement(
    "thm-output-delta",
    "The delta of the output layer",
    left=Delta(L),
    formula=Hadamard(A(L) - Y, f.prime(Z(L))),
    derivation=m * Gradient(SquaredNorm(Y - f(Z(L))) / (2 * m), Z(L)),
    where={A(L): f(Z(L))},
)

HIDDEN_DELTA = Statement(
    "thm-hidden-delta",
    "The delta of a hidden layer",
    left=Delta(l),
    formula=Hadamard(Delta(l + 1) * W(l).T, f.prime(Z(l))),
    derivation=vjp(Delta(l + 1), FORWARD.formula.xreplace({A(l): f(Z(l))}), Z(l)),
    layers=(2, L - 1),
)

WEIGHT_GRADIENT = Statement(
    "thm-weight-gradient",
    "The gradient of the weights",
    left=Gradient(J, W(l)),
    formula=A(l).T * Delta(l + 1) / m + weight_decay * W(l),
    derivation=vjp(Delta(l + 1) / m, FORWARD.formula, W(l)) + Gradient(weight_decay / 2 * SquaredNorm(W(l)), W(l)),
    layers=(1, L - 1),
)

BIAS_GRADIENT = Statement(
    "thm-bias-gradient",
    "The gradient of the biases",
    left=Gradient(J, b(l)),
    formula=ones(m).T * Delta(l + 1) / m,
    derivation=vjp(Delta(l + 1) / m, FORWARD.formula, b(l)),
    layers=(1, L - 1),
)


def unroll(depth):
    """{symbol: its value in terms of X, Y, W and b} for every Z, A, Delta and J of a network of ``depth`` layers.

    It inserts the statements into each other, layer by layer, and uses nothing else.
    """
    known = {}
    for k in range(1, depth):
        known[Z(k + 1)] = FORWARD.formula.subs(l, k).xreplace(known)
        known[A(k + 1)] = f(known[Z(k + 1)])
    known[J] = COST.formula.subs(L, depth).doit().xreplace(known)
    known[Delta(depth)] = OUTPUT_DELTA.formula.subs(L, depth).xreplace(known)
    for k in range(depth - 1, 1, -1):
        known[Delta(k)] = HIDDEN_DELTA.formula.subs(l, k).xreplace(known)
    return known
