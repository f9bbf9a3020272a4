"""Regressions: pairs with which earlier versions of the engine were deceived, and what must come."""

import pytest
from sympy import (
    Determinant,
    Eq,
    Function,
    Identity,
    KroneckerDelta,
    KroneckerProduct,
    Lambda,
    MatrixSymbol,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    cos,
    exp,
    log,
    sin,
    sqrt,
    symbols,
)

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    decide,
    ones,
    prove,
    sigmoid,
)
from sparseae_lib.calculus.second_opinion import Unreadable, same

k, l, m, n, L = symbols("k l m n L", integer=True, positive=True)
i, j = symbols("i j", integer=True)
s, t = symbols("s t", integer=True, nonnegative=True)
b, c = Symbol("b", nonnegative=True), Symbol("c", positive=True)
M, N, C = MatrixSymbol("M", n, n), MatrixSymbol("N", n, n), MatrixSymbol("C", n, n)
v, w = MatrixSymbol("v", n, 1), MatrixSymbol("w", n, 1)
J, Omega, g = Symbol("J", real=True), Function("Omega", real=True), Function("g")
S, rho = Function("S", integer=True, positive=True), Function("rho", positive=True)
W, V = (LayerMatrix(name, l, S(l), S(l)) for name in "WV")
nested = Sum(Sum(v[i, 0], (i, 0, n - 1)), (i, 0, n - 1))
three_halves = Elementwise("h", Lambda(c, sqrt(c**3)))


def total(term, index, size):
    return Sum(term, (index, 0, size - 1))


def gradient_sum(layer):
    return EntrySum(Gradient(Omega(layer), M))


PAIRS = {
    # A gradient of which only the cost's name is known is told from others by the cost and the variable themselves.
    "costs of a sum": (L * total(gradient_sum(s) ** 2, s, L), total(gradient_sum(s), s, L) ** 2, "refuted"),
    "costs renamed": (total(gradient_sum(s), s, L), total(gradient_sum(t), t, L), "proved"),
    "a matrix with a layer and one without": (
        Gradient(J, MatrixSymbol("W", n, n)),
        Gradient(J, LayerMatrix("W", 0, n, n)),
        "refuted",
    ),
    "costs of one name": (Gradient(J, M), Gradient(Symbol("J"), M), "unknown"),
    "a name that looks like another": (
        Gradient(Symbol("J_A/dB"), MatrixSymbol("C", n, n)),
        Gradient(Symbol("J_A"), MatrixSymbol("B/dC", n, n)),
        "refuted",
    ),
    # A named cost may depend on the matrix, wherever it stands.
    "a name in a quotient": (Gradient((J + SquaredNorm(M)) / m, M), 2 * M / m, "refuted"),
    "a name in a square": (Gradient((J + SquaredNorm(M)) ** 2, M), 4 * (J + SquaredNorm(M)) * M, "unknown"),
    "a function of a matrix is no name": (
        Gradient(g(EntrySum(M)), M),
        Gradient(g(EntrySum(M)), M).T,
        "unknown",
    ),
    # Deltas and indices
    "a delta from 1 on": (total(KroneckerDelta(i, j, (1, n - 1)) * v[i, 0], i, n), v[j, 0], "unknown"),
    "a delta out of its range": (total(KroneckerDelta(i, 5), i, n), 1, "refuted"),
    "a number as an index": (total(KroneckerDelta(i, 1) * exp(v[i, 0]), i, n), exp(v[1, 0]), "proved"),
    "a number as a layer": (total(log(rho(k)), k, 2), log(rho(0)) + log(rho(1)), "proved"),
    # One name for two indices: the inner sum binds.
    "nested, one lost": (nested, EntrySum(v), "refuted"),
    "nested": (nested, n * EntrySum(v), "proved"),
    "nested, differentiated": (Gradient(nested, v), n * ones(n), "proved"),
    "nested, differentiated, one lost": (Gradient(nested, v), ones(n), "refuted"),
    "nested, of two lengths": (Sum(nested.function, (i, 0, n - 1), (i, 0, m - 1)), m * EntrySum(v), "proved"),
    # Widths by number
    "widths summed": (total(S(k), k, 3), S(0) + S(1) + S(2), "proved"),
    "a width by its number": (KroneckerDelta(l, 2) * S(l), KroneckerDelta(l, 2) * S(2), "proved"),
    "half a size": (total(1, i, n / 2), n / 2, "proved"),
    "one layer in two forms": (
        LayerMatrix("W", k * (l + 1), n, n),
        LayerMatrix("W", k * l + k, n, n),
        "proved",
    ),
    "two layers": (LayerMatrix("W", k * (l + 1), n, n), LayerMatrix("W", k * l + l, n, n), "refuted"),
    # Real numbers only, and no rounding errors
    "a logarithm of a quotient": (log(c / v[i, 0]), log(c) - log(v[i, 0]), "proved"),
    "a product of roots": (
        sqrt(v[i, 0]) * sqrt(w[i, 0]),
        sqrt(v[i, 0] * w[i, 0]),
        "proved",
    ),
    "a root of nothing": (sqrt((exp(c) + 1) ** 2 - exp(2 * c) - 2 * exp(c) - 1), 0, "proved"),
    "a pole rounded away": (1 / ((exp(c) + 1) ** 2 - exp(2 * c) - 2 * exp(c) - 1), c, "unknown"),
    "a complex argument": (g(log(-c)), g(log(-c)) + 1, "ill-formed"),
    "digits lost": ((exp(300 * c) + c) ** 2 - exp(600 * c) - 2 * c * exp(300 * c), c**2, "proved"),
    "not negative": (three_halves(b), b ** Rational(3, 2), "unknown"),  # b may be 0
    "positive": (three_halves(exp(b)), exp(b) ** Rational(3, 2), "proved"),
    "even": (Elementwise("h", Lambda(c, c + 1))(Symbol("z", zero=True)), 1, "unknown"),
    # The letter of a layer is in the shape of its matrix.
    "a square layer": (Gradient(SquaredNorm(W - Identity(S(l))), W), 2 * (W - Identity(S(l))), "proved"),
    "a Hessian times a matrix": (
        Gradient(EntrySum(Hadamard(V, Gradient(SquaredNorm(W * W.T), W))), W),
        4 * (V * W.T * W + W * V.T * W + W * W.T * V),
        "proved",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_that_deceived_the_engine(name):
    left, right, outcome = PAIRS[name]
    assert decide(left, right).outcome is Outcome(outcome)


# The second opinion


def test_what_sympy_sees_to_be_zero_has_the_gradient_zero():
    assert same(Gradient(SquaredNorm(((M + M) - 2 * M).T), M), 0 * M)


def test_shapes_are_compared_as_sizes():
    wide = [MatrixSymbol("P", m, size) for size in (n * (n + 1), n**2 + n)]
    assert same(wide[0] + wide[0], 2 * wide[0])
    assert not same(*wide)


def test_a_coefficient_made_of_matrices_is_a_number():
    P, Q = MatrixSymbol("P", m, n), MatrixSymbol("Q", m, n)
    error = P * N + 2 * Q
    cost = EntrySum(P) * SquaredNorm(error)
    gradient = SquaredNorm(error) * ones(m) * ones(n).T + 2 * EntrySum(P) * error * N.T
    assert same(Gradient(cost, P), gradient)
    assert not same(Gradient(cost, P), 2 * gradient)


def test_a_direction_in_a_coefficient_is_not_read():
    with pytest.raises(Unreadable, match="the direction in a coefficient"):
        same(Gradient(SquaredNorm(EntrySum(M) * M), M), M)


def test_traces_of_products_are_equal():
    assert decide(Gradient(Trace(M * N * C), M), (N * C).T).outcome is Outcome.PROVED


def test_a_sum_has_no_entry_before_the_first_or_after_the_last():
    """What is moved in an index was taken for 0 where there is no entry."""
    step = (v[i, 0] - v[i - 1, 0]) ** 2
    whole, from_second = Sum(step, (i, 0, n - 1)), Sum(step, (i, 1, n - 1))
    assert decide(whole, from_second + v[0, 0] ** 2).outcome is Outcome.ILL_FORMED
    assert decide(Sum(v[i, 0], (i, -1, n - 2)), EntrySum(v)).outcome is Outcome.ILL_FORMED
    assert decide(Sum(v[i, 0], (i, 0, n)), EntrySum(v)).outcome is Outcome.ILL_FORMED
    assert prove(v[0, 0] + Sum(v[i, 0], (i, 1, n - 1)), EntrySum(v)).outcome is Outcome.PROVED
    assert prove(v[0, 0] + Sum(v[i + 1, 0], (i, 0, n - 2)), EntrySum(v)).outcome is Outcome.PROVED


def test_digits_do_not_say_whether_two_numbers_are_equal():
    """Of sin(z)^2 + cos(z)^2 = 1 they are the same but for the last, and a case that depends on it was refuted."""

    z, (p, q) = Symbol("z", real=True), symbols("p q", positive=True)

    def case(condition):
        return Piecewise((z, condition), (0, True))

    for value in (z, 2 * z):
        assert decide(case(Eq(sin(z) ** 2 + cos(z) ** 2, 1)), value).outcome is Outcome.UNKNOWN
    assert decide(case(Eq(exp(p) * exp(q) / exp(p + q), 1)), z).outcome is not Outcome.REFUTED
    assert decide(case(Eq(sigmoid(p) + sigmoid(-p), 1)), z).outcome is not Outcome.REFUTED
    assert decide(case(Eq(exp(p), q)), z).outcome is Outcome.REFUTED
    assert decide(case(Eq(p, q)), z).outcome is Outcome.REFUTED


def test_a_product_of_blocks_is_split_only_into_squares():
    """A square Kronecker product may have factors that are not, and then its determinant is not theirs."""
    wide, tall = MatrixSymbol("P", 2, 3), MatrixSymbol("Q", 3, 2)
    assert decide(Determinant(KroneckerProduct(wide, tall)), 0).outcome is Outcome.UNKNOWN
    two, three = MatrixSymbol("P", 2, 2), MatrixSymbol("Q", 3, 3)
    split = Determinant(two) ** 3 * Determinant(three) ** 2
    assert prove(Determinant(KroneckerProduct(two, three)), split).outcome is Outcome.PROVED


def test_a_step_says_where_it_has_a_value():
    """With >= and with > it is not the same at 0, of which the engine says nothing."""
    z = Symbol("z", real=True)
    steps = [Elementwise("step", Lambda(z, Piecewise((1, where), (0, True)))) for where in (z >= 0, z > 0)]
    at_0, above_0 = (step(M) for step in steps)
    assert str(prove(at_0, above_0)).endswith("where step(M) is defined")
