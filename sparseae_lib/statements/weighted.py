r"""Weighted samples: each sample counts as often as its weight says, in the cost and in the mean activations.

``q`` is a column with one weight per sample. Only their ratios count, so they are scaled to have the mean 1,
:math:`\mathbf 1^T q = m`. Then m stands where it stands without weights, and weights that are all 1 change nothing.
The gradients of the parameters are those of ``backpropagation``, which hold for the deltas of any cost.
"""

from sympy import MatrixSymbol, Sum, Symbol

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, ones
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA, unroll
from sparseae_lib.statements.sparsity import PENALTY
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import KL, A, L, S, W, Y, Z, beta, f, l, m, rho_hat, weight_decay

q = MatrixSymbol("q", m, 1)
J_q = Symbol("J_q", real=True)
"""The weights of the samples, and the cost with these weights."""


def Delta_q(layer):
    return LayerMatrix("Delta_q", layer, m, S(layer))


def rho_hat_q(layer):
    """The weighted mean activations of a layer, as a row."""
    return LayerMatrix("rho_hat_q", layer, 1, S(layer))


def weighted_error(output):
    """The weighted mean of the halved squared errors of an output."""
    return EntrySum(Hadamard(q * ones(S(L)).T, Hadamard(Y - output, Y - output))) / (2 * m)


def weighted_mean_of(activations):
    """The weighted mean activation as an expression in the activations of its layer."""
    return q.T * activations / m


WEIGHTED_COST = Statement(
    "thm-weighted-cost",
    "The cost with weighted samples",
    left=J_q,
    formula=weighted_error(A(L)) + weight_decay / 2 * Sum(SquaredNorm(W(l)), (l, 1, L - 1)),
)

WEIGHTED_MEAN = Statement(
    "thm-weighted-mean",
    "The weighted mean activation",
    left=rho_hat_q(l),
    formula=weighted_mean_of(A(l)),
    layers=(2, L - 1),
)

WEIGHTED_OUTPUT_DELTA = Statement(
    "thm-weighted-output-delta",
    "The delta of the output layer with weighted samples",
    left=Delta_q(L),
    formula=Hadamard(q * ones(S(L)).T, A(L) - Y, f.prime(Z(L))),
    derivation=m * Gradient(weighted_error(f(Z(L))), Z(L)),
    where={A(L): f(Z(L))},
)

WEIGHTED_DELTA = Statement(
    "thm-weighted-delta",
    "The delta of a hidden layer with weighted samples",
    left=Delta_q(l),
    formula=Hadamard(Delta_q(l + 1) * W(l).T + beta(l) * q * KL(l).prime(rho_hat_q(l)), f.prime(Z(l))),
    derivation=HIDDEN_DELTA.derivation.xreplace({LayerMatrix("Delta", l + 1, m, S(l + 1)): Delta_q(l + 1)})
    + m * Gradient(PENALTY.formula.xreplace({rho_hat(l): weighted_mean_of(f(Z(l)))}), Z(l)),
    where={rho_hat_q(l): weighted_mean_of(f(Z(l)))},
    layers=(2, L - 1),
)


def unroll_weighted(depth, penalised):
    """``unroll`` with weighted samples and a penalty on the hidden layers ``penalised``; ``J_q`` contains them."""
    known = {symbol: value for symbol, value in unroll(depth).items() if getattr(symbol, "name", "") in ("Z", "A")}
    known[J_q] = WEIGHTED_COST.formula.subs(L, depth).doit().xreplace(known)
    known[Delta_q(depth)] = WEIGHTED_OUTPUT_DELTA.formula.subs(L, depth).xreplace(known)
    for k in range(depth - 1, 1, -1):
        known[rho_hat_q(k)] = WEIGHTED_MEAN.formula.subs(l, k).xreplace(known)
        weight = beta(k) if k in penalised else 0
        known[J_q] += PENALTY.formula.subs(l, k).xreplace({rho_hat(k): known[rho_hat_q(k)], beta(k): weight})
        known[Delta_q(k)] = WEIGHTED_DELTA.formula.subs(l, k).xreplace({beta(k): weight}).xreplace(known)
    return known
