"""A formula as a NumPy function computes what one writes by hand, and refuses arrays that do not fit."""

import numpy as np
import pytest
from sympy import (
    Determinant,
    Function,
    Identity,
    Integral,
    KroneckerDelta,
    MatrixSymbol,
    Max,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    exp,
    log,
    sqrt,
    symbols,
)

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    IllFormed,
    LayerMatrix,
    SquaredNorm,
    Unsupported,
    ones,
)
from sparseae_lib.calculus.lowering import lower

m, n, l = symbols("m n l", integer=True, positive=True)
i, j = symbols("i j", integer=True)
x, y = symbols("x y")
lam = symbols("lambda", positive=True)
S = Function("S", integer=True, positive=True)
A, B, b = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m), MatrixSymbol("b", 1, n)
M = MatrixSymbol("M", n, n)
f = Elementwise("f")
J = symbols("J")

# Rectangular, square, one row, one column, one entry
SIZES = [(5, 3), (3, 3), (1, 4), (4, 1), (1, 1)]


def layer(name, number, rows=None):
    return LayerMatrix(name, number, S(number) if rows is None else rows, S(number + 1) if rows is None else S(number))


W, Z, D = layer("W", l), layer("Z", l, m), layer("Delta", l + 1, m)

# An expression, and the same by hand
BY_HAND = {
    "product": (A * B, lambda v: v[A] @ v[B]),
    "three factors": (2 * A * B * A / m, lambda v: 2 * v[A].dot(v[B]).dot(v[A]) / len(v[A])),
    "sum": (A - 3 * B.T, lambda v: v[A] - 3 * v[B].T),
    "negative sum": (-(A + B.T) / 2, lambda v: -0.5 * v[A] - 0.5 * v[B].T),
    "scalar before a sum": (x * (A - A * B * A), lambda v: v[x] * (v[A] - v[A] @ v[B] @ v[A])),
    "fraction": (Rational(2, 3) * A * lam, lambda v: v[A] * v[lam] * 2 / 3),
    "quotient": ((x + y) * A / (x * y), lambda v: v[A] / v[y] + v[A] / v[x]),
    "powers below": (A / x**2, lambda v: v[A] * v[x] ** -2.0),
    "elementwise product": (Hadamard(A, B.T - A, A), lambda v: v[A] ** 2 * (v[B].T - v[A])),
    "product of an elementwise product": (Hadamard(A, A) * B, lambda v: (v[A] ** 2) @ v[B]),
    "transposed product": ((A * B + Hadamard(A * B, A * B)).T, lambda v: (v[A] @ v[B] + (v[A] @ v[B]) ** 2).T),
    "function": (f(A) * B - f.prime(A * B), lambda v: np.tanh(v[A]) @ v[B] - np.cos(v[A] @ v[B])),
    "function of a scalar": (f(x) * exp(y) + log(x), lambda v: np.tanh(v[x]) * np.exp(v[y]) + np.log(v[x])),
    "row": (A - ones(m) * b, lambda v: v[A] - v[b][0]),
    "mean": (ones(m).T * A / m, lambda v: v[A].mean(axis=0, keepdims=True)),
    "norm": (SquaredNorm(A.T - B) / (2 * m), lambda v: np.sum((v[A].T - v[B]) ** 2) / 2 / len(v[A])),
    "total": (EntrySum(f(A)) - n, lambda v: np.sum(np.tanh(v[A])) - v[A].shape[1]),
    "trace": (Trace(A * B) * A, lambda v: np.einsum("ij,ji->", v[A], v[B]) * v[A]),
    "identity": (B * A - lam * Identity(n), lambda v: v[B] @ v[A] - v[lam] * np.eye(v[A].shape[1])),
    "power": ((B * A) ** 3, lambda v: np.linalg.matrix_power(v[B] @ v[A], 3)),
    "sum of entries": (Sum(A[i, 0] * x, (i, 0, m - 1)) / m, lambda v: v[A][:, 0].mean() * v[x]),
    "double sum": (Sum(A[i, j] * B[j, i], (i, 0, m - 1), (j, 0, n - 1)), lambda v: np.sum(v[A] * v[B].T)),
    "entry": (A[0, 0] - sqrt(x), lambda v: v[A][0, 0] - np.sqrt(v[x])),
    "delta": (Sum(KroneckerDelta(i, 0) * A[i, 0], (i, 0, m - 1)), lambda v: v[A][0, 0]),
    "maximum": (Max(x, y) * A, lambda v: max(v[x], v[y]) * v[A]),
    "zeros": (Hadamard(A, ZeroMatrix(m, n)), lambda v: 0 * v[A]),
}


@pytest.mark.parametrize("rows, columns", SIZES)
@pytest.mark.parametrize("name", BY_HAND)
def test_as_by_hand(name, rows, columns):
    expression, by_hand = BY_HAND[name]
    rng = np.random.default_rng(0)
    values = {
        A: rng.normal(size=(rows, columns)),
        B: rng.normal(size=(columns, rows)),
        b: rng.normal(size=(1, columns)),
        x: 0.7,
        y: 1.9,
        lam: 0.3,
        f: np.tanh,
        f.prime: np.cos,
    }
    result, expected = lower(expression)(values), by_hand(values)
    assert np.shape(result) == np.shape(expected)
    np.testing.assert_allclose(result, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        (f(Z).T * D / m + lam * W, "lambda_ * W + (f(Z).T @ Delta_next) / m"),
        (Hadamard(D * W.T, f.prime(Z)), "(Delta_next @ W.T) * f_prime(Z)"),
        (ones(m).T * D / m, "(numpy.ones((1, m)) @ Delta_next) / m"),
        (SquaredNorm(A) / 2, "(1/2)*numpy.sum(A**2)"),
        (A - B.T, "A - B.T"),
        (layer("W", 2), "W2"),
        (layer("W", l - 1), "W_previous"),
        (layer("W", Symbol("k") + 2), "W_k_2"),
        (Function("beta")(l) * A, "beta * A"),
        (Symbol("in") * A, "in_ * A"),
    ],
)
def test_the_source_reads_like_the_formula(expression, source):
    assert lower(expression).source == source


def test_names_say_what_is_to_be_given():
    lowered = lower(f(Z).T * D / m + lam * W)
    assert lowered.names == {D: "Delta_next", W: "W", Z: "Z", f: "f", lam: "lambda_"}
    assert repr(lowered) == "Lowered(source='lambda_ * W + (f(Z).T @ Delta_next) / m')"
    assert lowered._repr_markdown_() == "```python\nlambda_ * W + (f(Z).T @ Delta_next) / m\n```"


def test_the_gradient_of_a_named_cost_is_an_array():
    gradient = Gradient(J, A)
    lowered = lower(2 * gradient.T)
    assert (lowered.source, lowered.names) == ("2 * dJ_dA.T", {gradient: "dJ_dA"})
    given = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(lowered({gradient: given}), 2 * given.T)


def test_sizes_are_read_off_the_arrays_and_those_left_are_asked_for():
    assert m not in lower(m * A).names
    lowered = lower(ones(m) * b)
    assert set(lowered.names) == {b, m}
    np.testing.assert_array_equal(lowered({b: np.array([[1.0, 2.0]]), m: 3}), [[1, 2]] * 3)


def test_nothing_is_given_for_a_symbol():
    with pytest.raises(TypeError, match="values: nothing is given for B, f, lambda"):
        lower(lam * f(A) * B)({A: np.ones((2, 3))})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({A: np.ones((2, 3)), B: np.ones((2, 3))}, r"values: B must be n = 3 x m = 2, but the shape given is \(2, 3\)"),
        ({A: np.ones((2, 3)), B: np.ones(3)}, r"values: B must be n = 3 x m = 2, but the shape given is \(3,\)"),
        ({A: np.ones((2, 3)), B: 1.0}, r"values: B must be n = 3 x m = 2, but the shape given is \(\)"),
        ({A: np.ones((2, 3, 1)), B: np.ones((3, 2))}, r"values: A must be .*, but the shape given is \(2, 3, 1\)"),
    ],
)
def test_a_shape_that_does_not_fit(values, message):
    with pytest.raises(ValueError, match=message):
        lower(A * B)(values)


def test_a_size_that_is_a_number():
    with pytest.raises(ValueError, match=r"values: b must be 1 x n = 3, but the shape given is \(2, 3\)"):
        lower(A + ones(m) * b)({A: np.ones((2, 3)), b: np.ones((2, 3))})


def test_a_square_matrix_is_square():
    with pytest.raises(ValueError, match=r"values: M must be n = 2 x n = 2, but the shape given is \(2, 3\)"):
        lower(M)({M: np.ones((2, 3))})


def test_what_is_ill_formed_is_not_lowered():
    with pytest.raises(IllFormed, match="matrix product of A"):
        lower(A * B.T)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (Gradient(SquaredNorm(A), A), "differentiate first"),
        (Integral(x, (x, 0, 1)) * y, "has no NumPy form here"),
        (Determinant(M) * x, "has no NumPy form here|not a matrix operation"),
        (Symbol("f") * f(x), "two of its symbols have one name"),
        (MatrixSymbol("m", m, n), "two of its symbols have one name"),
        (W + LayerMatrix("W", l, S(l), S(l + 1)) * 0 + MatrixSymbol("W", S(l), S(l + 1)), "have one name"),
        (M ** Symbol("p") * M.T, "only whole positive powers"),
    ],
)
def test_what_has_no_numpy_form(expression, message):
    with pytest.raises(Unsupported, match=message):
        lower(expression)


def test_a_matrix_of_ones_alone():
    np.testing.assert_array_equal(lower(OneMatrix(m, n))({m: 2, n: 3}), np.ones((2, 3)))
