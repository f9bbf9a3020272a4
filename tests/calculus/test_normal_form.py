"""Equalities in disguise. Those that differ stand beside them: a normal form that swallows a difference is worse."""

import pytest
from sympy import Integer, KroneckerDelta, MatrixSymbol, Rational, Sum, Trace, exp, log, sqrt, symbols

from sparseae_lib.calculus import Elementwise, Outcome, decide, prove, refute
from sparseae_lib.calculus.indices import indexed
from sparseae_lib.calculus.normal_form import ConnectedSum, equal, normal_form

m, n = symbols("m n", integer=True, positive=True)
i, j, k, p, q, t = symbols("i j k p q t", integer=True)
c, d = symbols("c d")
rho = symbols("rho", positive=True)
A, X, Y = MatrixSymbol("A", m, n), MatrixSymbol("X", n, n), MatrixSymbol("Y", n, n)
v, w, u = MatrixSymbol("v", n, 1), MatrixSymbol("w", n, 1), MatrixSymbol("u", m, 1)
f = Elementwise("f")


def total(term, *limits):
    return Sum(term, *[(index, 0, size - 1) for index, size in limits])


def delta(a, b, size=n):
    return KroneckerDelta(a, b, (0, size - 1))


SUM_V, SUM_U = total(v[i, 0], (i, n)), total(u[i, 0], (i, m))

EQUAL = {
    "renamed": (total(v[i, 0], (i, n)), total(v[j, 0], (j, n))),
    "reordered": (total(A[i, j], (i, m), (j, n)), total(A[i, j], (j, n), (i, m))),
    "names exchanged": (total(X[i, j] * v[j, 0], (i, n), (j, n)), total(X[j, i] * v[i, 0], (i, n), (j, n))),
    "nested": (total(total(A[i, j], (i, m)), (j, n)), total(A[i, j], (i, m), (j, n))),
    "factor inside": (c * total(v[i, 0], (i, n)), total(c * v[i, 0], (i, n))),
    "sum of sums": (total(v[i, 0] + w[i, 0], (i, n)), total(v[j, 0], (j, n)) + total(w[p, 0], (p, n))),
    "factored": (SUM_V * SUM_U, total(v[i, 0] * u[j, 0], (i, n), (j, m))),
    "square": (SUM_V**2, total(v[i, 0] * v[j, 0], (i, n), (j, n))),
    "cube": (SUM_V**3, SUM_V * total(v[i, 0] * v[j, 0], (i, n), (j, n))),
    "binomial": ((SUM_V + SUM_U) ** 2, SUM_V**2 + 2 * SUM_V * SUM_U + SUM_U**2),
    "constant": (total(c, (i, n)), n * c),
    "unused index": (total(v[i, 0], (i, n), (j, m)), m * SUM_V),
    "delta": (total(delta(i, j) * v[i, 0], (i, n)), v[j, 0]),
    "delta, its other index": (total(delta(i, j) * v[i, 0] * w[j, 0], (j, n)), v[i, 0] * w[i, 0]),
    "chain of deltas": (total(delta(i, j) * delta(j, k) * v[k, 0], (j, n), (k, n)), v[i, 0]),
    "delta between bound": (total(delta(i, j) * X[i, j], (i, n), (j, n)), Trace(X)),
    "free delta": (delta(p, q) * v[p, 0], delta(p, q) * v[q, 0]),
    "delta squared": (delta(p, q) ** 2, delta(p, q)),
    "delta in a function": (total(delta(i, j) * f(X[i, k]), (i, n)), f(X[j, k])),
    "reciprocal": (1 / (1 - SUM_V / m), m / (m - SUM_V)),
    "reciprocal, sign": (1 / (SUM_V - SUM_U), -1 / (SUM_U - SUM_V)),
    "reciprocal of a product": (1 / (SUM_V * SUM_U), 1 / total(v[i, 0] * u[j, 0], (i, n), (j, m))),
    "sum of reciprocals": (1 / SUM_V + 1 / SUM_U, (SUM_V + SUM_U) / (SUM_V * SUM_U)),
    "reciprocals within a sum": (
        total(1 / (total(X[i, j], (i, n)) - w[j, 0]), (j, n)),
        -total(1 / (w[k, 0] - total(X[i, k], (i, n))), (k, n)),
    ),
    "square of a reciprocal": (1 / SUM_V**2, 1 / total(v[i, 0] * v[j, 0], (i, n), (j, n))),
    "cancelled": (SUM_V / total(v[j, 0], (j, n)), Integer(1)),
    "square root": (1 / sqrt(SUM_V), total(v[j, 0], (j, n)) ** Rational(-1, 2)),
    "in a function": (f(total(c * v[i, 0], (i, n))), f(c * total(v[j, 0], (j, n)))),
    "function within a sum": (
        total(f(total(X[i, j], (j, n))), (i, n)),
        total(f(total(X[q, p], (p, n))), (q, n)),
    ),
    "logarithm": (log(SUM_V * c), log(total(c * v[j, 0], (j, n)))),
    "exponential": (exp(SUM_V) * exp(SUM_U), exp(total(u[j, 0], (j, m)) + total(v[j, 0], (j, n)))),
    "trace turned": (Trace(X * Y * X * Y.T), Trace(Y.T * X * Y * X)),
    "trace transposed": (Trace(X**4), Trace((X.T) ** 4)),
    "size in two forms": (total(n * v[i, 0] + v[i, 0], (i, n)), (n + 1) * SUM_V),
    "empty for small n": (total(Integer(1), (i, n - 3)), n - 3),
}

DIFFERENT = {
    "other index": (total(X[i, j], (i, n)), total(X[j, i], (i, n))),
    "diagonal": (total(X[i, j], (i, n), (j, n)), n * Trace(X)),
    "square": (SUM_V**2, total(v[i, 0] ** 2, (i, n))),
    "product of sums": (SUM_V * total(w[i, 0], (i, n)), total(v[i, 0] * w[i, 0], (i, n))),
    "delta": (total(delta(i, j) * v[i, 0], (i, n)), SUM_V),
    "delta without effect": (delta(p, q) * v[p, 0], v[q, 0]),
    "constant": (total(c, (i, n)), c),
    "reciprocal": (1 / (SUM_V + SUM_U), 1 / SUM_V + 1 / SUM_U),
    "reciprocal within a sum": (total(1 / v[i, 0], (i, n)), 1 / SUM_V),
    "function of a sum": (f(SUM_V), total(f(v[i, 0]), (i, n))),
    "trace reversed": (Trace(X * Y * X * Y.T), Trace(Y.T * Y * X * X)),
    "size": (n**2, 2 * n),
    "powers": (total(v[i, 0] ** 2 * w[i, 0], (i, n)), total(v[i, 0] * w[i, 0] ** 2, (i, n))),
}

# An inner sum whose index is named like the outer one: this was once the name of both.
SAME_NAME = {
    "reciprocal in a function": lambda a, b: total(f(1 / (1 + total(X[a, b], (k, n)))), (i, n)),
    "reciprocal in a logarithm": lambda a, b: total(log(rho / total(X[a, b] ** 2, (k, n))), (i, n)),
    "reciprocal in a reciprocal": lambda a, b: total(
        1 / (1 + total(1 / (1 + total(X[a, b] ** 2 * Y[k, t] ** 2, (k, n))), (t, n))), (i, n)
    ),
    "root in a function": lambda a, b: total(f(sqrt(1 + total(X[a, b] ** 2, (k, n)))), (i, n)),
    "function in a function": lambda a, b: total(f(c + f(total(X[a, b], (k, n)))), (i, n)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal(name):
    assert prove(*EQUAL[name]).outcome is Outcome.PROVED


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(name):
    left, right = map(indexed, DIFFERENT[name])
    assert not equal(left, right)
    assert refute(*DIFFERENT[name]).outcome is Outcome.REFUTED


@pytest.mark.parametrize("name", SAME_NAME)
def test_sums_within_sums_keep_their_own_names(name):
    form = SAME_NAME[name]
    left, transposed, diagonal = map(indexed, (form(i, k), form(k, i), form(k, k)))
    assert equal(left, indexed(form(i, k)))
    assert not equal(left, transposed)
    assert not equal(left, diagonal)
    assert refute(form(i, k), form(k, i)).outcome is not Outcome.PROVED


def test_the_parts_of_a_sum_that_do_not_meet_are_separate():
    normal = normal_form(total(A[i, j] * v[k, 0] * c, (i, m), (j, n), (k, n)))
    assert len(normal.atoms(ConnectedSum)) == 2
    assert normal.coeff(c) != 0


def test_a_normal_form_has_no_free_index_left():
    normal = normal_form(indexed(total(X[i, j] * f(X[j, k]), (i, n), (j, n))))
    assert {symbol for symbol in normal.free_symbols if symbol.is_integer and symbol != n} == {k}


def test_what_is_equal_but_not_recognised_is_unknown():
    """The square of a sum of quotients and the sum that it is: the normal form does not go that far, and says so."""
    half, other = (total(part / (1 + v[i, 0]), (i, n)) for part in (v[i, 0], Integer(1)))
    assert prove(half, n - other).outcome is Outcome.PROVED
    assert decide(f(half), f(n - other)).outcome is Outcome.UNKNOWN


def test_a_delta_of_indices_that_run_unequally_far_is_not_used_up():
    """The sum over i < n of delta(i, j) is 1 for j < n alone, and nobody says that j < m is less than n."""
    delta = KroneckerDelta(i, j, (0, n - 1))
    assert normal_form(Sum(delta, (i, 0, n - 1), (j, 0, n - 1))) == n
    assert normal_form(Sum(delta, (i, 0, n - 1), (j, 0, m - 1))).has(KroneckerDelta)
