"""Shapes of any expression; what is ill-formed is named."""

import pytest
from sympy import Identity, KroneckerDelta, MatPow, MatrixSymbol, OneMatrix, Sum, Trace, ZeroMatrix, symbols
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    IllFormed,
    LayerMatrix,
    SquaredNorm,
    Unsupported,
)
from sparseae_lib.calculus.shapes import check, index_ranges, same_size, shape

m, n, k = symbols("m n k", integer=True, positive=True)
i, j = symbols("i j", integer=True)
A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m)
v, w = MatrixSymbol("v", n, 1), MatrixSymbol("w", m, 1)
f = Elementwise("f")


def test_sizes_meet_only_where_they_are_equal_for_all_values():
    assert same_size(n * (n + 1), n**2 + n)
    assert same_size(n + 1 - 1, n)
    assert not same_size(m, n)
    assert not same_size(n, 2)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (A * B, (m, m)),
        (A.T, (n, m)),
        (2 * A + B.T, (m, n)),
        (Hadamard(A, B.T), (m, n)),
        (f(A), (m, n)),
        ((A * B) ** 2, (m, m)),
        (Gradient(SquaredNorm(A), A), (m, n)),
        (Identity(n), (n, n)),
        (OneMatrix(m, 1) * v.T, (m, n)),
        (ZeroMatrix(m, k), (m, k)),
    ],
)
def test_shape(matrix, expected):
    assert shape(matrix) == expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (A * B.T, "matrix product of A (m x n) and B.T (m x n)"),
        (A + B, "sum of A (m x n) and B (n x m)"),
        (Hadamard(A, B), "elementwise product of A (m x n) and B (n x m)"),
        (f(A * B.T), "matrix product of A (m x n) and B.T (m x n)"),
        (Trace(A * B * A), "trace of A*B*A (m x n)"),
        (SquaredNorm(A + B), "sum of A (m x n) and B (n x m)"),
        (1 + EntrySum(A + B) ** 2, "sum of A (m x n) and B (n x m)"),
        (Gradient(SquaredNorm(A + B), A), "sum of A (m x n) and B (n x m)"),
        (EntrySum(A + B) * A, "sum of A (m x n) and B (n x m)"),
        (MatrixElement(A + B, 0, 0), "sum of A (m x n) and B (n x m)"),
        (A[i, i], "index i runs over m values and over n"),
        (A[i, j] * v[i, 0], "index i runs over m values and over n"),
        (Sum(v[i, 0], (i, 0, m - 1)), "index i runs over m values and over n"),
        (Sum(v[i, 0], (i, 0, n)), "index i runs over n + 1 values and over n"),
        (KroneckerDelta(i, j, (0, m - 1)) * v[i, 0], "index i runs over m values and over n"),
        (LayerMatrix("W", 1, 2, n)[2, 0], "index 2 is not one of 2, counted from 0"),
        (v[-1, 0], "index -1 is not one of n, counted from 0"),
        (LayerMatrix("W", 1, n, n)[n, 0], "n is an index and a size"),
    ],
)
def test_ill_formed_names_what_disagrees(expression, reason):
    with pytest.raises(IllFormed) as error:
        check(expression)
    assert str(error.value) == reason


def test_a_power_of_a_matrix_that_is_not_square():
    with pytest.raises(IllFormed, match=r"power of A \(m x n\)"):
        shape(MatPow(A, 2))


def test_an_index_bound_twice_may_have_two_ranges():
    product = Sum(w[i, 0], (i, 0, m - 1)) * Sum(v[i, 0], (i, 0, n - 1))
    check(product)
    assert index_ranges(product) == {}
    assert index_ranges(Sum(w[i, 0], (i, 0, m - 1)) + v[i, 0]) == {i: n}


def test_free_indices_have_the_sizes_of_their_places():
    assert index_ranges(A[i, j], Sum(v[i, 0] * v[j, 0], (i, 0, n - 1))) == {i: m, j: n}
    assert index_ranges(KroneckerDelta(i, j, (0, n - 1))) == {i: n, j: n}
    with pytest.raises(IllFormed, match="index i runs over m values and over n"):
        index_ranges(w[i, 0], v[i, 0])


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (Sum(v[i, 0], (i, 1, n - 1)), "sums run from 0"),
        (Sum(1, (j, 0, i), (i, 0, n - 1)), "sizes that do not depend on an index"),
        (Sum(Sum(1, (j, 0, i)), (i, 0, n - 1)), "sizes that do not depend on an index"),
        (Sum(LayerMatrix("W", i, n, i + 1)[0, j], (i, 0, m - 1)), "which depends on an index"),
        (v[i + 1, 0], r"index i \+ 1: neither a letter nor a number"),
        ((A * B) ** -2, "only whole positive powers of a matrix"),
        ((A * B) ** k, "only whole positive powers of a matrix"),
    ],
)
def test_unsupported_says_what_it_cannot_read(expression, reason):
    with pytest.raises(Unsupported, match=reason):
        check(expression)
