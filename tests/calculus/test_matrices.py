"""Layer matrices, elementwise products and gradients as expressions, with their shapes."""

import pytest
from sympy import Function, Identity, MatrixSymbol, OneMatrix, Trace, symbols

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    ones,
    prove,
    refute,
    vjp,
)

m, n, l = symbols("m n l", integer=True, positive=True)
i, j = symbols("i j", integer=True)
S = Function("S", integer=True, positive=True)
A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", m, n)
f = Elementwise("f")


def W(layer):
    return LayerMatrix("W", layer, S(layer), S(layer + 1))


def test_a_layer_matrix_follows_its_layer():
    assert W(l).subs(l, l - 1) == W(l - 1)
    assert W(l).subs(l, 2).shape == (S(2), S(3))
    assert W(l) != W(l + 1)
    assert [str(W(layer)) for layer in (l, l + 1, 2)] == ["W^(l)", "W^(l + 1)", "W^(2)"]
    assert W(l).func(*W(l).args) == W(l)
    assert W(l).free_symbols == {W(l), l}


def test_an_entry_keeps_its_layer():
    assert W(l)[i, j].subs(l, l - 1) == W(l - 1)[i, j]
    assert W(l)[i, j].diff(W(l + 1)[i, j]) == 0


def test_elementwise_product():
    assert Hadamard(A, B).shape == (m, n)
    assert Hadamard(A, B)[i, j] == A[i, j] * B[i, j]
    assert str(Hadamard(A - B, A.T)) == "(A - B) o A.T"
    assert prove(Hadamard(A, B, A), Hadamard(Hadamard(A, A), B)).outcome is Outcome.PROVED
    assert refute(Hadamard(A, B), Hadamard(A, A)).outcome is not Outcome.PROVED


def test_an_elementwise_product_has_two_factors():
    with pytest.raises(TypeError, match="an elementwise product needs two factors or more"):
        Hadamard(A)


def test_norm_and_sum_of_the_entries():
    assert prove(SquaredNorm(A), Trace(A.T * A)).outcome is Outcome.PROVED
    assert prove(EntrySum(A), Trace(A * ones(n) * ones(m).T)).outcome is Outcome.PROVED
    assert refute(SquaredNorm(A), EntrySum(A)).outcome is not Outcome.PROVED
    assert (str(SquaredNorm(A)), str(EntrySum(A))) == ("|A|^2", "sum(A)")


def test_ones():
    assert ones(m) == OneMatrix(m, 1)
    assert prove(EntrySum(ones(m)), m).outcome is Outcome.PROVED


def test_a_gradient_has_the_shape_of_its_variable():
    gradient = Gradient(SquaredNorm(A), A)
    assert gradient.shape == (m, n)
    assert str(gradient) == "d(|A|^2)/dA"
    assert prove(gradient, 2 * A).outcome is Outcome.PROVED


def test_a_gradient_within_an_expression():
    assert prove(A - Gradient(SquaredNorm(A), A) / 2, A - A).outcome is Outcome.PROVED
    assert prove(Hadamard(Gradient(SquaredNorm(A), A), B), 2 * Hadamard(A, B)).outcome is Outcome.PROVED
    assert prove(f(Gradient(SquaredNorm(A) / 2, A)), f(A)).outcome is Outcome.PROVED
    assert refute(f(Gradient(SquaredNorm(A), A)), f(A)).outcome is not Outcome.PROVED


def test_a_gradient_of_a_gradient():
    inner = EntrySum(Gradient(SquaredNorm(A) ** 2, A))
    assert (
        prove(Gradient(inner, A), 8 * EntrySum(A) * A + 4 * SquaredNorm(A) * OneMatrix(m, n)).outcome is Outcome.PROVED
    )
    assert refute(Gradient(inner, A), 8 * EntrySum(A) * A).outcome is not Outcome.PROVED


@pytest.mark.parametrize("variable", [A.T, 2 * A, Identity(n), A[0, 0]])
def test_a_gradient_is_with_respect_to_a_matrix_symbol(variable):
    with pytest.raises(TypeError, match="variable must be a matrix symbol, not"):
        Gradient(SquaredNorm(A), variable)


def test_a_gradient_by_a_number_is_a_derivative():
    x = symbols("x", real=True)
    prove(Gradient(SquaredNorm(x * A), x), 2 * x * SquaredNorm(A))
    refute(Gradient(SquaredNorm(x * A), x), x * SquaredNorm(A))


def test_vector_jacobian_product():
    M = MatrixSymbol("M", n, n)
    assert prove(vjp(A, B * M, B), A * M.T).outcome is Outcome.PROVED
    assert prove(vjp(A, B * M, M), B.T * A).outcome is Outcome.PROVED
    assert prove(vjp(A, f(B), B), Hadamard(A, f.prime(B))).outcome is Outcome.PROVED
    assert refute(vjp(A, B * M, B), A * M).outcome is not Outcome.PROVED


def test_the_cotangent_is_held_fixed():
    with pytest.raises(ValueError, match="cotangent must not contain A: the chain rule holds it fixed"):
        vjp(2 * A, A, A)
