r"""A batch in two shards, and a batch drawn at random: the mean activation couples the samples of both.

Shard t holds m_t of the m samples, m = m_1 + m_2. Its matrices are rows of those of the batch: :math:`A_1^{(l)}` above
:math:`A_2^{(l)}` is :math:`A^{(l)}`, so a sum over the samples is the sum of two sums,
:math:`\mathbf 1^T A = \mathbf 1^T A_1 + \mathbf 1^T A_2`. More than two shards are two of which one is cut again.
"""

from sympy import Function, symbols

from sparseae_lib.calculus import Gradient, Hadamard, LayerMatrix, SquaredNorm, ones, vjp
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA
from sparseae_lib.statements.deep import kappa
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.sparsity import (
    PENALTY,
    PENALTY_BIASES,
    PENALTY_WEIGHTS,
    SPARSE_DELTA,
    mean_of,
    unroll_sparse,
)
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import (
    KL,
    A,
    Delta,
    J,
    J_sparse,
    L,
    Omega,
    S,
    W,
    Z,
    b,
    beta,
    f,
    l,
    m,
    rho_hat,
    weight_decay,
)

m_1, m_2, B = symbols("m_1 m_2 B", integer=True, positive=True)
"""The numbers of samples in the two shards, and in a batch drawn at random."""

SIZES = {1: m_1, 2: m_2}

OMEGAS = {t: Function(f"Omega_{t}", real=True) for t in SIZES}
Omega_bar = Function("Omega_bar", real=True)
"""``OMEGAS[t](l)`` is the penalty of shard ``t`` on layer ``l``, and ``Omega_bar(l)`` is their mean."""


def rows_of(expression, t):
    """The expression for the m_t samples of shard ``t`` alone; the mean activations stay those of the batch."""
    rows = {
        matrix: LayerMatrix(f"{matrix.name}_{t}", matrix.layer, SIZES[t], matrix.shape[1])
        for matrix in expression.atoms(LayerMatrix)
        if matrix.shape[0] == m
    }
    return expression.xreplace(rows | {m: SIZES[t]})


def of_shard(expression, t):
    """The expression for shard ``t`` as a batch of its own, with its own mean activations and penalties."""
    means = {
        matrix: LayerMatrix(f"{matrix.name}_{t}", *matrix.args[1:])
        for matrix in expression.atoms(LayerMatrix)
        if matrix.name == "rho_hat"
    }
    return rows_of(expression.xreplace(means).replace(Omega, OMEGAS[t]), t)


def over_shards(expression):
    """The expression for shard 1 plus that for shard 2."""
    return of_shard(expression, 1) + of_shard(expression, 2)


def size_weighted(expression):
    """The mean of the expression over the shards, each weighted by its share of the samples, m_t / m."""
    return (m_1 * of_shard(expression, 1) + m_2 * of_shard(expression, 2)) / m


def mean_of_shards(activations):
    """The mean activation of the whole batch, from the sums of the two shards."""
    return over_shards(ones(m).T * activations) / (m_1 + m_2)


MEAN_PENALTY = Statement(
    "thm-mean-penalty",
    "The mean of the shards' penalties",
    left=Omega_bar(l),
    formula=size_weighted(Omega(l)),
    where={OMEGAS[t](l): of_shard(PENALTY.formula.xreplace({rho_hat(l): mean_of(f(Z(l)))}), t) for t in SIZES}
    | {m: m_1 + m_2},
    layers=(2, L - 1),
)

_Z_next = FORWARD.formula

SHARD_AVERAGE = Statement(
    "thm-shard-average",
    "The average of the shards' gradients",
    left=Gradient(Omega_bar(l + 1), W(l)),
    formula=size_weighted(PENALTY_WEIGHTS.left),
    derivation=Gradient(
        MEAN_PENALTY.expanded.subs(l, l + 1).xreplace({of_shard(Z(l + 1), t): of_shard(_Z_next, t) for t in SIZES}),
        W(l),
    ),
    where={of_shard(PENALTY_WEIGHTS.left, t): of_shard(PENALTY_WEIGHTS.expanded, t) for t in SIZES} | {m: m_1 + m_2},
    layers=(1, L - 2),
)

BATCH_VARIANCE = Statement(
    "thm-batch-variance",
    "The variance of a batch's mean activations",
    left=LayerMatrix("V", l, 1, S(l)),
    formula=(m - B)
    / (B * (m - 1) * m)
    * (ones(m).T * Hadamard(A(l) - ones(m) * rho_hat(l), A(l) - ones(m) * rho_hat(l))),
    derivation=(
        B / m * ones(m).T * Hadamard(A(l), A(l))
        + B
        * (B - 1)
        / (m * (m - 1))
        * (Hadamard(ones(m).T * A(l), ones(m).T * A(l)) - ones(m).T * Hadamard(A(l), A(l)))
    )
    / B**2
    - Hadamard(mean_of(A(l)), mean_of(A(l))),
    where={rho_hat(l): mean_of(A(l))},
    layers=(2, L - 1),
)

SHARD_MEANS = Statement(
    "thm-shard-means",
    "The mean activation of all shards",
    left=rho_hat(l),
    formula=over_shards(ones(m).T * A(l)) / m,
    derivation=size_weighted(mean_of(A(l))).xreplace({m: m_1 + m_2}),
    where={m: m_1 + m_2},
    layers=(2, L - 1),
)

SHARD_DELTA = Statement(
    "thm-shard-delta",
    "The delta of a shard",
    left=of_shard(Delta(l), 1),
    formula=rows_of(SPARSE_DELTA.formula, 1),
    derivation=vjp(of_shard(Delta(l + 1), 1), of_shard(_Z_next.xreplace({A(l): f(Z(l))}), 1), of_shard(Z(l), 1))
    + Gradient(
        (m_1 + m_2) * PENALTY.formula.xreplace({rho_hat(l): mean_of_shards(f(Z(l)))}),
        of_shard(Z(l), 1),
    ),
    where={rho_hat(l): mean_of_shards(f(Z(l)))},
    layers=(2, L - 1),
)

_cotangent = {t: of_shard(Delta(l + 1), t) / m for t in SIZES}

SHARD_WEIGHTS = Statement(
    "thm-shard-weights",
    "The gradient of the weights from two shards",
    left=Gradient(J_sparse, W(l)),
    formula=over_shards(A(l).T * Delta(l + 1)) / m + weight_decay * W(l),
    derivation=vjp(_cotangent[1], of_shard(_Z_next, 1), W(l))
    + vjp(_cotangent[2], of_shard(_Z_next, 2), W(l))
    + Gradient(weight_decay / 2 * SquaredNorm(W(l)), W(l)),
    layers=(1, L - 1),
)

SHARD_BIASES = Statement(
    "thm-shard-biases",
    "The gradient of the biases from two shards",
    left=Gradient(J_sparse, b(l)),
    formula=over_shards(ones(m).T * Delta(l + 1)) / m,
    derivation=vjp(_cotangent[1], of_shard(_Z_next, 1), b(l)) + vjp(_cotangent[2], of_shard(_Z_next, 2), b(l)),
    layers=(1, L - 1),
)

FROZEN_SLOPE = Statement(
    "thm-frozen-slope",
    "The penalty's gradient for the activations",
    left=Gradient(Omega(l), A(l)),
    formula=beta(l) / m * ones(m) * KL(l).prime(rho_hat(l)),
    derivation=Gradient(PENALTY.formula.xreplace({rho_hat(l): mean_of(A(l))}), A(l)),
    where={rho_hat(l): mean_of(A(l))},
    layers=(2, L - 1),
)

_kappa_next = {Z(l + 1): _Z_next, kappa(l + 1): KL(l + 1).prime(mean_of(f(_Z_next)))}

ONE_PASS_WEIGHTS = Statement(
    "thm-one-pass-weights",
    "The penalty's gradient for the weights below it, in one pass",
    left=Gradient(Omega(l + 1), W(l)),
    formula=Hadamard(
        beta(l + 1) / m * ones(S(l)) * kappa(l + 1),
        A(l).T * f.prime(Z(l + 1)),
    ),
    derivation=PENALTY_WEIGHTS.derivation,
    where=_kappa_next,
    layers=(1, L - 2),
)

ONE_PASS_BIASES = Statement(
    "thm-one-pass-biases",
    "The penalty's gradient for the biases below it, in one pass",
    left=Gradient(Omega(l + 1), b(l)),
    formula=Hadamard(
        beta(l + 1) / m * kappa(l + 1),
        ones(m).T * f.prime(Z(l + 1)),
    ),
    derivation=PENALTY_BIASES.derivation,
    where=_kappa_next,
    layers=(1, L - 2),
)


def unroll_shards(depth, penalised):
    """``unroll_sparse`` for a batch in two shards: the second pass of each knows the mean activations of both.

    The hidden layers ``penalised`` have a penalty.
    """
    net = unroll_sparse(depth, penalised)
    forward = [symbol(k) for k in range(2, depth + 1) for symbol in (Z, A)]
    known = {of_shard(symbol, t): of_shard(net[symbol], t) for t in SIZES for symbol in forward}
    known |= {rho_hat(k): mean_of_shards(net[A(k)]) for k in range(2, depth)}
    known |= {Omega(k): PENALTY.formula.subs(l, k).xreplace(known) for k in range(2, depth)}
    known[J] = size_weighted(net[J]).xreplace({m: m_1 + m_2})
    known[J_sparse] = known[J] + sum(known[Omega(k)] for k in penalised)
    for t in SIZES:
        known[of_shard(Delta(depth), t)] = of_shard(net[Delta(depth)], t)
        for k in range(depth - 1, 1, -1):
            delta = SPARSE_DELTA if k in penalised else HIDDEN_DELTA
            known[of_shard(Delta(k), t)] = rows_of(delta.formula.subs(l, k), t).xreplace(known)
    return known
