"""The second opinion: its laws, its refusals, and random expressions by their values."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Function, Identity, MatAdd, MatMul, MatrixSymbol, OneMatrix, Symbol, Transpose, ZeroMatrix, symbols

from sparseae_lib.calculus import Elementwise, EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm, ones, vjp
from sparseae_lib.calculus.second_opinion import Mismatch, Unreadable, gradient, same
from sparseae_lib.calculus.second_opinion.directional import directional
from sparseae_lib.calculus.second_opinion.words import Diagonal, Elements, Matrix, Ones, form
from sparseae_lib.calculus.second_opinion.words import Function as AppliedForm
from tests.calculus.evaluator import Values

m, n, k = symbols("m n k", integer=True, positive=True)
c = Symbol("c", positive=True)
J, Omega = Symbol("J", real=True), Function("Omega", real=True)
A, B, M = (MatrixSymbol(name, m, n) for name in "ABM")
W, Q = MatrixSymbol("W", n, k), MatrixSymbol("Q", n, n)
u, v, x = MatrixSymbol("u", 1, n), MatrixSymbol("v", 1, n), MatrixSymbol("x", m, 1)
f, g = Elementwise("f"), Elementwise("g")

EQUAL = {
    "a product reversed by transposing": ((A * W).T, W.T * A.T),
    "sums distribute over products": ((A + B) * W, A * W + B * W),
    "sums distribute over elementwise products": (Hadamard(A + B, M), Hadamard(A, M) + Hadamard(M, B)),
    "the square of a sum": (Hadamard(A + B, A + B), Hadamard(A, A) + 2 * Hadamard(A, B) + Hadamard(B, B)),
    "the number of ones": (ones(m).T * ones(m) * u, m * u),
    "an elementwise product with ones": (Hadamard(OneMatrix(m, n), A), A),
    "a row on every row of a product": (Hadamard(ones(m) * u, A * Q), A * Hadamard(ones(n) * u, Q)),
    "a column on every column": (Hadamard(x * ones(n).T, A), Hadamard(A.T, ones(n) * x.T).T),
    "a product of rank one": (Hadamard(x * u, A), Hadamard(x * ones(n).T, A, ones(m) * u)),
    "two rows on every row": (Hadamard(ones(m) * u, A, ones(m) * v), Hadamard(ones(m) * Hadamard(v, u), A)),
    "the sums of scaled columns": (ones(m).T * Hadamard(A, ones(m) * u), Hadamard(u, ones(m).T * A)),
    "a function of a transpose": (f(A).T, f(A.T)),
    "a function of a sum in another order": (f(A + 2 * B), f(B + A + B)),
    "coefficients": (A / (1 + c) + c * A / (1 + c), A),
    "the gradient of a norm": (Gradient(SquaredNorm(A), A), 2 * A),
    "the gradient behind two products": (Gradient(SquaredNorm(A * Q * W), Q), 2 * A.T * A * Q * W * W.T),
    "the gradient for a bias": (
        Gradient(EntrySum(f(A + ones(m) * u)), u),
        ones(m).T * f.prime(A + ones(m) * u),
    ),
    "the gradient for a row that scales": (
        Gradient(EntrySum(Hadamard(ones(m) * u, A) * Q), u),
        Hadamard(ones(m).T * A, ones(n).T * Q.T),
    ),
    "the gradient for a column that scales": (Gradient(EntrySum(Hadamard(x * ones(n).T, A)), x), A * ones(n)),
    "the gradient where the variable is twice": (
        Gradient(EntrySum(Hadamard(A, f(A))), A),
        f(A) + Hadamard(A, f.prime(A)),
    ),
    "the gradient of a constant": (Gradient(SquaredNorm(B), A), ZeroMatrix(m, n)),
    "the gradient of a product of costs": (
        Gradient(SquaredNorm(A) * EntrySum(A), A),
        2 * EntrySum(A) * A + SquaredNorm(A) * OneMatrix(m, n),
    ),
    "a power": (
        Gradient(EntrySum(Q**3), Q).T,
        Q**2 * OneMatrix(n, n) + Q * OneMatrix(n, n) * Q + OneMatrix(n, n) * Q**2,
    ),
    "the chain rule": (vjp(Gradient(J, MatrixSymbol("Z", m, k)), A * W, W), A.T * Gradient(J, MatrixSymbol("Z", m, k))),
}


@pytest.mark.parametrize("law", EQUAL)
def test_equal_expressions_have_one_form(law):
    assert same(*EQUAL[law])


UNEQUAL = {
    "a row that is not all ones scales": (Hadamard(A, ones(m) * ones(m).T * B), A),
    "rows and columns that scale": (Hadamard(ones(m) * u, A), A * ones(n) * u),
    "a product in the other order": (Q * Q.T, Q.T * Q),
    "a factor": (2 * A, A),
    "a power": (Hadamard(A, A), A),
    "a function and its derivative": (f(A), f.prime(A)),
    "two functions": (f(A), g(A)),
    "a function of a sum and the sum": (f(A + B), f(A) + f(B)),
    "a mean of products and a product of means": (
        ones(m).T * Hadamard(A, B) / m,
        Hadamard(ones(m).T * A, ones(m).T * B) / m**2,
    ),
    "the names of costs": (Gradient(J, A), Gradient(Omega(k), A)),
    "a named cost and nothing": (Gradient(J, A), ZeroMatrix(m, n)),
    "half a gradient": (Gradient(SquaredNorm(A), A), A),
}


@pytest.mark.parametrize("law", UNEQUAL)
def test_other_expressions_have_other_forms(law):
    assert not same(*UNEQUAL[law])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A, A.T),
        (A * W.T, A),
        (A + A.T, A),
        (Hadamard(A, A.T), A),
        (f(A) * g(A), A),
        (Gradient(EntrySum(Hadamard(A, Q)), A), A),
    ],
    ids=str,
)
def test_shapes_that_do_not_meet_are_a_mismatch(left, right):
    with pytest.raises(Mismatch, match=" and "):
        same(left, right)


@pytest.mark.parametrize(
    "unreadable",
    [
        Q**n,
        Identity(n),
        Gradient(J + SquaredNorm(Q), Q),
        Gradient(c * J + SquaredNorm(Q), Q),
        Gradient(SquaredNorm(Q**n), Q),
        Gradient(EntrySum(Hadamard(Gradient(J, Q), Q)), Q),
        Gradient(SquaredNorm(LayerMatrix("W", k, n, n)), LayerMatrix("W", m, n, n)),
    ],
    ids=str,
)
def test_what_it_does_not_know_it_refuses(unreadable):
    with pytest.raises(Unreadable):
        same(unreadable, Q)


def test_the_one_1_may_be_called_an_identity():
    """To SymPy a number times ``OneMatrix(1, 1)`` is that."""
    two = 2 * OneMatrix(1, 1)
    assert two == MatMul(2, Identity(1))
    row = MatrixSymbol("r", 1, m)
    column = MatMul(MatMul(row.T, two), OneMatrix(1, 1).T)
    assert same(column, 2 * row.T) and not same(column, row.T)
    assert same(Gradient(SquaredNorm(column), row), 8 * row)


def test_the_coefficient_of_epsilon_is_a_whole_matrix():
    H = MatrixSymbol("H", n, k)
    assert directional(f(A * W), W, H) == Hadamard(f.prime(A * W), MatAdd(A * H))
    assert directional(c * SquaredNorm(W), W, H) == c * 2 * EntrySum(Hadamard(W, H))


# Random expressions, and what they are worth

SIZES = [{m: 2, n: 3}, {m: 3, n: 2}, {m: 2, n: 2}]


def matrices(rows, columns, depth):
    """Random matrix expressions of a shape, rows and columns spread over a matrix among them."""
    named = st.sampled_from("AB").map(lambda name: MatrixSymbol(f"{name}{rows}{columns}", rows, columns))
    leaves = named | st.just(OneMatrix(rows, columns))
    if depth == 0:
        return leaves
    like = st.deferred(lambda: matrices(rows, columns, depth - 1))
    pair = st.tuples(like, like)

    def through(width):
        pair = st.tuples(matrices(rows, width, depth - 1), matrices(width, columns, depth - 1))
        return pair.map(lambda factors: MatMul(*factors))

    return (
        st.sampled_from([m, n, 1, 1]).flatmap(through)
        | pair.map(lambda terms: MatAdd(*terms))
        | pair.map(lambda factors: Hadamard(*factors))
        | matrices(columns, rows, depth - 1).map(Transpose)
        | st.tuples(st.sampled_from([f, g.prime]), like).map(lambda parts: parts[0](parts[1]))
        | st.tuples(st.sampled_from([-2, n]), like).map(lambda parts: parts[0] * parts[1])
        | leaves
    )


def value(form, values):
    """The array that a form stands for."""

    def of_word(word):
        return reduce(np.matmul, map(of_factor, word), np.eye(1) if not word else np.eye(of_factor(word[0]).shape[0]))

    def of_factor(factor):
        match factor:
            case Matrix(symbol, flipped):
                return values.of(symbol).T if flipped else values.of(symbol)
            case Ones(size, flipped):
                return np.ones((1, values.of(size)) if flipped else (values.of(size), 1))
            case AppliedForm(function, argument):
                return values.function(function, value(argument, values))
            case Elements(words):
                return reduce(np.multiply, [of_word(word) ** count for word, count in words])
            case Diagonal(row):
                return np.diag(of_word(row)[0])

    total = np.zeros([values.of(size) for size in form.shape])
    return reduce(np.add, [values.of(coefficient) * of_word(word) for word, coefficient in form.terms], total)


# Exponentials in each other may overflow: these examples are passed over, see ``assert_close``.
quietly = np.errstate(over="ignore", invalid="ignore")


@given(matrix=matrices(m, n, 4))
@settings(max_examples=150)
@quietly
def test_a_form_is_worth_what_its_expression_is(matrix):
    for sizes in SIZES:
        values = Values(sizes)
        assert_close(value(form(matrix, gradient), values), values.of(matrix))


@given(data=st.data())
@settings(max_examples=100)
@quietly
def test_a_gradient_is_worth_what_complex_steps_give(data):
    matrix = data.draw(matrices(m, n, 3))
    named = sorted(matrix.atoms(MatrixSymbol), key=str)
    assume(named)
    variable = data.draw(st.sampled_from(named))
    cost = data.draw(st.sampled_from([SquaredNorm(matrix), 3 * EntrySum(matrix), EntrySum(f(matrix))]))
    for sizes in SIZES:
        values = Values(sizes)
        assert_close(value(gradient(Gradient(cost, variable)), values), values.of(Gradient(cost, variable)))


def assert_close(found, expected):
    """Close, where the numbers are not too large to tell."""
    expected = np.broadcast_to(expected, found.shape)
    assume(np.isfinite(expected).all() and np.abs(expected).max() < 1e12)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)
