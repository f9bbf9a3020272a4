"""What is assumed of a matrix: what follows from it, what does not, and no name that stands in its way."""

import pytest
from sympy import Derivative, Identity, MatrixSymbol, Sum, Trace, ZeroMatrix, symbols

from sparseae_lib.calculus import (
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    absolute,
    antisymmetric,
    column_sums,
    decide,
    diagonal_of,
    distributions,
    is_diagonal,
    logarithm,
    mean_over_units,
    ones,
    positive,
    root,
    row_sums,
    rows_sum_to_one,
    scalar,
    softmax,
    square,
    symmetric,
)
from tests.calculus.tables import each_line

m, n = symbols("m n", integer=True, positive=True)
A, B, named_so = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n), MatrixSymbol("any A", n, n)
X, Y, Z = (MatrixSymbol(name, m, n) for name in "XYZ")
first, second = (LayerMatrix("A", layer, n, n) for layer in (1, 2))
x, all_ones = MatrixSymbol("x", n, 1), ones(m) * ones(n).T

EQUAL = {
    "symmetric": (A.T, A, symmetric(A)),
    "the inverse of symmetric": (A.inverse().T, A.inverse(), symmetric(A)),
    "the gradient of a form": (Gradient(scalar(x.T * A * x), x), 2 * A * x, symmetric(A)),
    "antisymmetric": (scalar(x.T * A * x), 0, antisymmetric(A)),
    "the diagonal of antisymmetric": (diagonal_of(A), ZeroMatrix(n, 1), antisymmetric(A)),
    "both": (Trace(A * B), 0, symmetric(A), antisymmetric(B)),
    "diagonal": (A * B, Hadamard(A, B), is_diagonal(A), is_diagonal(B)),
    "positive": (root(square(X)), X, positive(X)),
    "logarithms of positive": (logarithm(Hadamard(X, Y)), logarithm(X) + logarithm(Y), positive(X), positive(Y)),
    "rows that sum to one": (row_sums(A * B), ones(n), rows_sum_to_one(A), rows_sum_to_one(B)),
    "their mean": (mean_over_units(Y), ones(m) / n, rows_sum_to_one(Y)),
    "the Gini index": (EntrySum(Hadamard(Y, all_ones - Y)), m - SquaredNorm(Y), rows_sum_to_one(Y)),
    "distributions": (
        Gradient(EntrySum(Hadamard(Y, logarithm(Y) - logarithm(softmax(Z)))), Z),
        softmax(Z) - Y,
        distributions(Y),
    ),
    "a matrix that is named like the one that stands for it": (
        named_so * A * named_so,
        named_so * A.T * named_so,
        symmetric(A),
    ),
}
WRONG = {
    "symmetric": (A * B, (A * B).T, symmetric(A), symmetric(B)),
    "of another matrix": (A.T, A, symmetric(B)),
    "antisymmetric": (Trace(A * A), 0, antisymmetric(A)),
    "one is diagonal": (A * B, B * A, is_diagonal(A)),
    "positive of another matrix": (absolute(A), A, positive(B)),
    "columns that sum to one": (column_sums(A * B), ones(n).T, rows_sum_to_one(A), rows_sum_to_one(B)),
    "two layers": (first, second, symmetric(first), symmetric(second)),
    "a layer and a matrix of its name": (first, A, positive(first), positive(A)),
    "two diagonal layers": (first, second, is_diagonal(first), is_diagonal(second)),
    "the Gini index without it": (EntrySum(Hadamard(Y, all_ones - Y)), m - SquaredNorm(Y)),
}


test_each_line = each_line(EQUAL, WRONG)


def test_there_is_no_derivative_by_what_is_not_free():
    decision = decide(Gradient(Trace(A * A), A), 2 * A.T, symmetric(A))
    assert decision.outcome is Outcome.UNKNOWN
    assert "is symmetric" in str(decision)


@pytest.mark.parametrize("derivative", [Derivative(Trace(A * A), A), Derivative(Trace(A * A), A[0, 0])])
def test_nor_by_its_entries_or_in_the_words_of_sympy(derivative):
    decision = decide(derivative, 2 * A, symmetric(A))
    assert decision.outcome is Outcome.UNKNOWN
    assert "derivative with respect to A, of which it is said that it is symmetric" in str(decision)


def test_what_is_assumed_of_a_layer_is_not_assumed_of_those_of_a_sum():
    layer = symbols("l", integer=True, positive=True)
    matrix = LayerMatrix("A", layer, n, n)
    total = Sum(Trace(matrix), (layer, 1, 3))
    assert decide(total, 3 * Trace(matrix), symmetric(matrix)).outcome is Outcome.UNKNOWN
    assert decide(total, 3 * Trace(first), symmetric(first)).outcome is Outcome.UNKNOWN
    assert decide(total, 3 * Trace(first)).outcome is Outcome.REFUTED


def test_a_layer_that_may_be_the_one_of_which_something_is_assumed():
    layer, other = symbols("l k", integer=True, positive=True)
    A_l, A_k = (LayerMatrix("A", number, n, n) for number in (layer, other))
    for left, right, given in (
        (Gradient(SquaredNorm(first), A_l), ZeroMatrix(n, n), (positive(first),)),
        (Gradient(SquaredNorm(A_l), first), ZeroMatrix(n, n), (positive(A_l),)),
        (Trace(A_l) * Trace(A_k), Trace(A_l.T) * Trace(A_k), (symmetric(A_l), symmetric(A_k))),
        (Sum(Trace(A_l), (layer, 1, 3)), Sum(Trace(A_l), (layer, 2, 3)) + Trace(first), (symmetric(first),)),
    ):
        decision = decide(left, right, *given)
        assert decision.outcome is Outcome.UNKNOWN
        assert "of which it is said that it" in str(decision)
    assert decide(Gradient(SquaredNorm(first), second), ZeroMatrix(n, n), positive(first)).outcome is Outcome.PROVED
    above = LayerMatrix("A", layer + 1, n, n)
    assert decide(A_l.T * above.T, A_l * above, symmetric(A_l), symmetric(above)).outcome is Outcome.PROVED


@pytest.mark.parametrize("given", [(symmetric(A), positive(A)), (rows_sum_to_one(A), symmetric(A))])
def test_only_one_thing_is_assumed_of_a_matrix(given):
    decision = decide(ones(n).T * A, ones(n).T, *given)
    assert decision.outcome is Outcome.UNKNOWN
    assert "of A more than one thing is assumed" in str(decision)


def test_a_hypothesis_is_one_and_is_about_a_letter():
    with pytest.raises(TypeError, match=r"given must be hypotheses, such as symmetric\(A\), not 'symmetric'"):
        decide(A, A.T, "symmetric")
    for matrix in (A * A, "A"):
        for hypothesis in (symmetric, antisymmetric, is_diagonal, positive, rows_sum_to_one, distributions):
            with pytest.raises(TypeError, match="matrix must be a MatrixSymbol"):
                hypothesis(matrix)


def test_the_matrix_is_square():
    with pytest.raises(ValueError, match="matrix must be square where it is symmetric, not m x n"):
        symmetric(X)
    assert decide(A * Identity(n), A.T, symmetric(A)).outcome is Outcome.PROVED


def test_the_name_of_what_stands_for_it_is_not_taken():
    assert decide(A, named_so + named_so.T, symmetric(A)).outcome is not Outcome.PROVED
