"""The definitions: the forward pass of a layered network, its activation, and its cost."""

from sympy import Sum

from sparseae_lib.calculus import SquaredNorm, ones
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import A, J, L, W, Y, Z, b, l, m, sigma, weight_decay, x

FORWARD = Statement(
    "thm-forward",
    "The forward pass",
    left=Z(l + 1),
    formula=A(l) * W(l) + ones(m) * b(l),
    layers=(1, L - 1),
)

COST = Statement(
    "thm-cost",
    "The cost",
    left=J,
    formula=SquaredNorm(Y - A(L)) / (2 * m) + weight_decay / 2 * Sum(SquaredNorm(W(l)), (l, 1, L - 1)),
)

SIGMOID_DERIVATIVE = Statement(
    "thm-sigmoid-derivative",
    "The derivative of the sigmoid",
    left=sigma.prime(x),
    formula=sigma(x) * (1 - sigma(x)),
    derivation=sigma.definition(x).diff(x),
)
