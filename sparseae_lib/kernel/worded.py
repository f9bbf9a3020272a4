"""The theorems that the chapters state in words or with several formulas, as claims about the book's own expressions.

Samples, units and shards are numbered by indices from 0 on; the activations of one unit are the column ``a``.
"""

from sympy import Abs, MatrixSymbol, OneMatrix, Piecewise, Rational, Sum, Symbol, exp, log, symbols

from sparseae_lib.calculus import Hadamard, LayerMatrix, SquaredNorm, ones
from sparseae_lib.kernel.logic import (
    Both,
    Derivative,
    Differentiable,
    Either,
    Every,
    Exactly,
    If,
    OfOrder,
    Some,
    Tends,
    relation,
)
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.selectivity import CODE, DECODED, EVADING, D, H, V, deviations, epsilon, z_rho
from sparseae_lib.statements.sparsity import PENALTY, PENALTY_BIASES, PENALTY_WEIGHTS, mean_of
from sparseae_lib.statements.symbols import KL, A, S, W, Y, Z, b, beta, f, l, m, rho, rho_hat, sigma, x

i, j, k, s, t = symbols("i j k s t", integer=True, nonnegative=True)
N = Symbol("N", integer=True, positive=True)
eta = Symbol("eta", positive=True)
e = Symbol("e", positive=True)


def real(name):
    return Symbol(name, real=True)


def between(number):
    return relation(0, "<", number, "<", 1)


u, v, w, level = map(real, ("u", "v", "w", "level"))
KL_l, target = KL(l), rho(l)

SHAPE = If(
    (between(target), between(u), between(v), between(w)),
    Both(
        (
            Derivative(KL_l.prime, u, target / u**2 + (1 - target) / (1 - u) ** 2),
            relation(0, "<", target / u**2 + (1 - target) / (1 - u) ** 2),
            If((relation(u, "!=", v),), relation(KL_l(w * u + (1 - w) * v), "<", w * KL_l(u) + (1 - w) * KL_l(v))),
            relation(0, "<=", KL_l(u)),
            Exactly(relation(KL_l(u), "=", 0), relation(u, "=", target)),
        )
    ),
)
"""The divergence is strictly convex, and positive except at the target."""

_decay = exp(-Abs(x))
SATURATION = Both(
    (
        relation(_decay / 4, "<=", sigma.prime(x)),
        Exactly(relation(_decay / 4, "=", sigma.prime(x)), relation(x, "=", 0)),
        relation(sigma.prime(x), "<", _decay),
        relation(sigma.prime(x), "<=", Rational(1, 4)),
        Exactly(relation(sigma.prime(x), "=", Rational(1, 4)), relation(x, "=", 0)),
    )
)
SATURATION_LIMIT = Tends("far_out", sigma.prime(x) / _decay, x)

a = MatrixSymbol("a", m, 1)


def over(size, summand, index):
    return Sum(summand, (index, 0, size - 1))


_mean = over(m, a[s, 0], s) / m
_variance = over(m, (a[s, 0] - _mean) ** 2, s) / m
_force = beta(l) * KL_l.prime(_mean) * (_mean * (1 - _mean) - _variance)
MEAN_FORCE = If(
    (between(target), relation(0, "<", beta(l)), relation(0, "<", m), Every((i,), between(a[i, 0]))),
    Both(
        (
            relation(_force, "=", beta(l) * (_mean - target) * (1 - _variance / (_mean * (1 - _mean)))),
            relation(0, "<=", _variance, "<=", _mean * (1 - _mean)),
            Exactly(relation(0, "<", _force), relation(target, "<", _mean)),
            Exactly(relation(_force, "<", 0), relation(_mean, "<", target)),
            relation(Abs(_force), "<=", beta(l) * Abs(_mean - target)),
        )
    ),
)
"""What the mean force of {prf:ref}`thm-mean-force` is for one sigmoid unit."""

part = MatrixSymbol("part", N, 1)
mean_of_shard = MatrixSymbol("r", N, S(l))
_whole = over(N, part[s, 0] * mean_of_shard[s, j], s)


def g(number):
    return number - 1 - log(number)


_excess = target * g(mean_of_shard[t, j] / _whole) + (1 - target) * g((1 - mean_of_shard[t, j]) / (1 - _whole))
_of_whole = beta(l) * over(S(l), KL_l(_whole), j)
_of_shards = over(N, part[t, 0] * (beta(l) * over(S(l), KL_l(mean_of_shard[t, j]), j)), t)
MEAN_PENALTY_LARGER = If(
    (
        between(target),
        relation(0, "<=", beta(l)),
        Every((i,), relation(0, "<", part[i, 0])),
        relation(over(N, part[i, 0], i), "=", 1),
        Every((i, k), between(mean_of_shard[i, k])),
    ),
    Both(
        (
            relation(_of_shards - _of_whole, "=", beta(l) * over(N, part[t, 0] * over(S(l), _excess, j), t)),
            Every((t, j), relation(0, "<=", _excess)),
            relation(_of_whole, "<=", _of_shards),
            If(
                (relation(0, "<", beta(l)),),
                Exactly(
                    relation(_of_shards, "=", _of_whole),
                    Every((t, j), relation(mean_of_shard[t, j], "=", _whole)),
                ),
            ),
        )
    ),
)
"""``part`` holds the share of each shard in the samples, and ``r`` its mean activations."""

xi = MatrixSymbol("xi", N, S(l))
_scatter = over(N, part[t, 0] * (mean_of_shard[t, j] - _whole) ** 2, t)
_third = over(N, part[t, 0] * (KL_l.prime.prime.prime(xi[t, j]) * (mean_of_shard[t, j] - _whole) ** 3), t)
_second_order = beta(l) / 2 * over(S(l), KL_l.prime.prime(_whole) * _scatter, j)
BATCH_BIAS = If(
    (
        between(target),
        Every((i,), relation(0, "<", part[i, 0])),
        relation(over(N, part[i, 0], i), "=", 1),
        Every((i, k), between(mean_of_shard[i, k])),
    ),
    Both(
        (
            Some(
                xi,
                Both(
                    (
                        Every((t, j), between(xi[t, j])),
                        Every((t, j), relation(Abs(xi[t, j] - _whole), "<=", Abs(mean_of_shard[t, j] - _whole))),
                        relation(_of_shards - _of_whole, "=", _second_order + beta(l) / 6 * over(S(l), _third, j)),
                    )
                ),
            ),
            If(
                (relation(0, "<", beta(l)),),
                Both(
                    (
                        relation(0, "<=", _second_order),
                        Exactly(
                            relation(_second_order, "=", 0),
                            Every((t, j), relation(mean_of_shard[t, j], "=", _whole)),
                        ),
                    )
                ),
            ),
        )
    ),
)
"""Here ``part`` holds the probability of each batch, and ``r`` the mean activations of the batches."""

single = MatrixSymbol("A", m, S(l))
_one_by_one = beta(l) / m * over(m, over(S(l), KL_l(single[s, j]), j), s)
SINGLE_SAMPLES = If(
    (between(target), relation(0, "<", m), Every((i, k), between(single[i, k])), relation(0, "<", beta(l))),
    Both(
        (
            relation(over(m, beta(l) * over(S(l), KL_l(single[s, j]), j) / m, s), "=", _one_by_one),
            relation(0, "<=", _one_by_one),
            Exactly(relation(_one_by_one, "=", 0), Every((i, k), relation(single[i, k], "=", target))),
        )
    ),
)
_on_or_off = target * (1 - e) + (1 - target) * e
SINGLE_SAMPLES_LIMITS = If(
    (between(target), relation(0, "<", beta(l))),
    Both(
        (
            Tends("vanishes", beta(l) * KL_l(_on_or_off), e),
            Tends("explodes", beta(l) * (target * KL_l(1 - e) + (1 - target) * KL_l(e)), e),
        )
    ),
)

_stepped = {W(l): W(l) - eta * PENALTY_WEIGHTS.formula, b(l): b(l) - eta * PENALTY_BIASES.formula}
_push = beta(l + 1) * Hadamard(ones(m) * KL(l + 1).prime(rho_hat(l + 1)), f.prime(Z(l + 1)))
_change = -eta / m * ((A(l) * A(l).T + ones(m) * ones(m).T) * _push)
_moved = LayerMatrix("moved", l + 1, m, S(l + 1))


PENALTY_STEP = If(
    (relation(_moved, "=", FORWARD.formula.xreplace(_stepped) - FORWARD.formula),),
    Both(
        (
            relation(_moved, "=", _change),
            If(
                (
                    between(rho(l + 1)),
                    relation(0, "<", eta),
                    relation(0, "<", beta(l + 1)),
                    Every((j,), between(rho_hat(l + 1)[0, j])),
                    Every((s, i), relation(0, "<=", A(l)[s, i])),
                    Every((s, j), relation(0, "<", f.prime(Z(l + 1)[s, j]))),
                ),
                Every(
                    (s, j),
                    Both(
                        (
                            If((relation(rho(l + 1), "<", rho_hat(l + 1)[0, j]),), relation(_moved[s, j], "<", 0)),
                            If((relation(rho_hat(l + 1)[0, j], "<", rho(l + 1)),), relation(0, "<", _moved[s, j])),
                            If((relation(rho_hat(l + 1)[0, j], "=", rho(l + 1)),), relation(_moved[s, j], "=", 0)),
                        )
                    ),
                ),
            ),
        )
    ),
)


def _penalty(activations):
    return PENALTY.formula.xreplace({rho_hat(l): mean_of(activations)})


E = MatrixSymbol("E", m, S(l))
ONLY_THE_MEAN = If(
    (between(target), relation(0, "<", m)),
    Both(
        (
            relation(_penalty(A(l) + deviations(E)), "=", _penalty(A(l))),
            relation(_penalty(target * OneMatrix(m, S(l))), "=", 0),
        )
    ),
)

_often = over(m, Piecewise((1, a[s, 0] >= level), (0, True)), s) / m
ACTIVE_FRACTION = If(
    (relation(0, "<", m), relation(0, "<", level), Every((i,), relation(0, "<=", a[i, 0]))),
    Both(
        (
            relation(_often, "<=", _mean / level),
            Exactly(
                relation(_often, "=", _mean / level),
                Every((i,), Either((relation(a[i, 0], "=", 0), relation(a[i, 0], "=", level)))),
            ),
            If(
                (Every((i,), relation(a[i, 0], "<=", 1)), relation(level, "<", 1)),
                relation((_mean - level) / (1 - level), "<=", _often),
            ),
        )
    ),
)

_hidden = f(FORWARD.formula.subs(l, 1).xreplace(EVADING))
_output = f(FORWARD.formula.subs(l, 2).xreplace(EVADING).xreplace({A(2): _hidden}))
_linear = f(DECODED.xreplace({H: CODE}))
_targets = Y.subs(Symbol("L", integer=True, positive=True), 3)


def _error(output):
    return SquaredNorm(_targets - output) / (2 * m)


EVASION = If(
    (
        Differentiable(f, A(2)),
        Differentiable(f.prime, A(2)),
        Differentiable(f, A(3)),
        relation(0, "<", m),
        between(rho(2)),
        relation(f(z_rho), "=", rho(2)),
        relation(f.prime(z_rho), "!=", 0),
    ),
    Both(
        (
            OfOrder(_hidden - rho(2) * OneMatrix(m, S(2)), epsilon, 1),
            OfOrder(_output - _linear, epsilon, 1),
            OfOrder(PENALTY.formula.subs(l, 2).xreplace({rho_hat(2): mean_of(_hidden)}), epsilon, 4),
            OfOrder(_error(_output) - _error(_linear), epsilon, 1),
            If((relation(_targets, "=", _linear),), OfOrder(_error(_output) - _error(_linear), epsilon, 2)),
            If(
                (relation(w, "!=", 0),),
                relation(
                    SquaredNorm(EVADING[W(1)].xreplace({epsilon: w}))
                    + SquaredNorm(EVADING[W(2)].xreplace({epsilon: w})),
                    "=",
                    w**2 * SquaredNorm(V) + SquaredNorm(D) / (w * f.prime(z_rho)) ** 2,
                ),
            ),
        )
    ),
)

WORDED = {
    "thm-kl-derivative": SHAPE,
    "thm-saturation": SATURATION,
    "thm-saturation-limit": SATURATION_LIMIT,
    "thm-mean-force": MEAN_FORCE,
    "thm-mean-penalty-larger": MEAN_PENALTY_LARGER,
    "thm-batch-bias": BATCH_BIAS,
    "thm-single-samples": SINGLE_SAMPLES,
    "thm-single-samples-limits": SINGLE_SAMPLES_LIMITS,
    "thm-penalty-step": PENALTY_STEP,
    "thm-only-the-mean": ONLY_THE_MEAN,
    "thm-active-fraction": ACTIVE_FRACTION,
    "thm-evasion": EVASION,
}
"""{label of a theorem, or of a part of it: what it claims}."""
