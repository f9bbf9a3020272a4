"""Where SymPy is silently wrong, and what the engine says there. Each test shows both."""

import pytest
from sympy import (
    Function,
    Identity,
    MatrixSymbol,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    log,
    simplify,
    symbols,
)

from sparseae_lib.calculus import (
    EntrySum,
    Gradient,
    Hadamard,
    IllFormed,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    decide,
    entry,
    prove,
    refute,
    vjp,
)
from sparseae_lib.calculus.shapes import shape

m, n = symbols("m n", integer=True, positive=True)
i, j, k, l = symbols("i j k l", integer=True)
M, A = MatrixSymbol("M", n, n), MatrixSymbol("A", n, n)
x, y = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1)


def test_diff_captures_the_index_of_a_sum():
    squares = Sum(x[i, 0] ** 2, (i, 0, n - 1))
    wrong = squares.diff(x[i, 0])
    assert wrong == Sum(2 * x[i, 0], (i, 0, n - 1))
    assert refute(wrong, 2 * x[i, 0]).outcome is not Outcome.PROVED
    assert prove(Gradient(squares, x), 2 * x).outcome is Outcome.PROVED
    assert prove(entry(Gradient(squares, x), i, 0), 2 * x[i, 0]).outcome is Outcome.PROVED


def test_xreplace_captures_the_index_of_a_sum():
    outer = Sum(x[i, 0] * y[j, 0], (i, 0, n - 1))
    assert outer.xreplace({j: i}) == Sum(x[i, 0] * y[i, 0], (i, 0, n - 1))
    assert refute(outer.xreplace({j: i}), EntrySum(x) * y[i, 0]).outcome is not Outcome.PROVED
    assert prove(Sum(x[i, 0], (i, 0, n - 1)) * y[i, 0], EntrySum(x) * y[i, 0]).outcome is Outcome.PROVED


def test_gradient_of_an_entry_is_not_zero():
    assert M[1, 1].diff(M) == ZeroMatrix(n, n)
    assert refute(Gradient(M[1, 1], M), ZeroMatrix(n, n)).outcome is not Outcome.PROVED
    assert (
        prove(entry(Gradient(M[1, 1], M), i, j), entry(Identity(n), i, 1) * entry(Identity(n), j, 1)).outcome
        is Outcome.PROVED
    )


def test_gradient_of_a_function_of_a_trace_is_not_zero():
    assert log(Trace(M)).diff(M) == ZeroMatrix(n, n)
    assert refute(Gradient(log(Trace(M)), M), ZeroMatrix(n, n)).outcome is not Outcome.PROVED
    assert prove(Gradient(log(Trace(M)), M), Identity(n) / Trace(M)).outcome is Outcome.PROVED


def test_gradient_of_a_sum_of_traces_is_not_zero():
    cost = Trace(M) + Trace(M * M)
    assert cost.diff(M) == ZeroMatrix(n, n)
    assert refute(Gradient(cost, M), ZeroMatrix(n, n)).outcome is not Outcome.PROVED
    assert prove(Gradient(cost, M), Identity(n) + 2 * M.T).outcome is Outcome.PROVED


def test_gradient_of_a_product_of_traces_keeps_both_terms():
    cost = Trace(M) * Trace(A * M)
    assert prove(Gradient(cost, M), Trace(A * M) * Identity(n) + Trace(M) * A.T).outcome is Outcome.PROVED
    assert refute(Gradient(cost, M), Trace(A * M) * Identity(n)).outcome is not Outcome.PROVED


def test_gradient_with_respect_to_a_matrix_that_does_not_occur_is_zero():
    assert prove(Gradient(Trace(M), A), ZeroMatrix(n, n)).outcome is Outcome.PROVED


class TestShapes:
    """SymPy lets operations on unequal symbolic sizes pass, and takes entries of the result."""

    S = Function("S", integer=True, positive=True)
    D, W = LayerMatrix("D", l + 1, m, S(l + 1)), LayerMatrix("W", l, S(l), S(l + 1))

    def test_product(self):
        assert (self.D * self.W).shape == (m, self.S(l + 1))
        with pytest.raises(IllFormed, match=r"product of D\^\(l \+ 1\) \(m x S\(l \+ 1\)\) and W\^\(l\) \(S\(l\) x S"):
            shape(self.D * self.W)
        assert prove(self.D * self.W.T, self.D * self.W.T).outcome is Outcome.PROVED

    def test_entry_of_a_product(self):
        wrong = (self.D * self.W)[i, j]
        assert isinstance(wrong, Sum)
        assert decide(wrong, wrong).outcome is Outcome.ILL_FORMED

    def test_sum(self):
        assert (self.D + self.W).shape == (m, self.S(l + 1))
        assert decide(self.D + self.W, self.D).outcome is Outcome.ILL_FORMED

    def test_elementwise_product(self):
        assert decide(Hadamard(self.D, self.W), self.D).outcome is Outcome.ILL_FORMED

    def test_trace(self):
        assert decide(Gradient(Trace(self.D.T * self.D * self.W), self.D), self.D).outcome is Outcome.ILL_FORMED


def test_a_difference_that_is_not_zero_proves_nothing():
    left, right = Sum(x[i, 0], (i, 0, n - 1)), Sum(x[j, 0], (j, 0, n - 1))
    assert left != right
    assert simplify(left - right) != 0
    assert prove(left, right).outcome is Outcome.PROVED


def test_a_product_of_sums_is_not_a_sum_of_products():
    product = Sum(x[i, 0], (i, 0, n - 1)) ** 2
    assert product.doit() != Sum(x[i, 0] * x[j, 0], (i, 0, n - 1), (j, 0, n - 1))
    assert prove(product, Sum(x[i, 0] * x[j, 0], (i, 0, n - 1), (j, 0, n - 1))).outcome is Outcome.PROVED
    assert refute(product, Sum(x[i, 0] ** 2, (i, 0, n - 1))).outcome is not Outcome.PROVED


def test_layers_that_may_coincide_have_no_derivative():
    S = Function("S", integer=True, positive=True)
    W_k, W_l = (MatrixSymbol(f"W^({layer})", S(layer), S(layer)) for layer in (k, l))
    assert W_k[i, j].diff(W_l[i, j]) == 0
    W_k, W_l = (LayerMatrix("W", layer, S(layer), S(layer)) for layer in (k, l))
    decision = decide(Gradient(SquaredNorm(W_k), W_l), ZeroMatrix(S(l), S(l)))
    assert decision.outcome is Outcome.UNKNOWN
    assert str(decision.evidence) == "derivative with respect to W^(l): it may or may not be W^(k)"


def test_a_sum_over_layers_is_not_a_multiple_of_one_layer():
    L = symbols("L", integer=True, positive=True)
    W = [LayerMatrix("W", layer, n, n) for layer in (k, l)]
    layers = Sum(SquaredNorm(W[0]), (k, 0, L - 1))
    assert prove(layers, Sum(Trace(W[1].T * W[1]), (l, 0, L - 1))).outcome is Outcome.PROVED
    assert refute(layers, L * SquaredNorm(W[1])).outcome is not Outcome.PROVED


# A cost of which only the name is known: SymPy takes the name for a constant. Any other name is one.

J, Omega, rate = Symbol("J", real=True), Function("Omega", real=True), Symbol("lambda", positive=True)


def test_twice_a_gradient_is_not_the_gradient():
    assert J.diff(M[0, 0]) == 0
    for cost in (J, Omega(l), Symbol("J_sparse")):
        gradient = Gradient(cost, M)
        prove(gradient, gradient)
        assert decide(gradient, 2 * gradient).outcome is Outcome.REFUTED
        assert decide(gradient, ZeroMatrix(n, n)).outcome is Outcome.REFUTED
        assert decide(gradient, Gradient(Omega(l + 1), M)).outcome is Outcome.REFUTED


def test_the_gradient_of_a_size_or_of_a_constant_is_zero():
    prove(Gradient(m, M), ZeroMatrix(n, n))
    prove(Gradient(rate, M), ZeroMatrix(n, n))


def test_the_chain_rule_holds_for_the_gradient_of_a_named_cost():
    prove(vjp(Gradient(J, A), M * x * y.T, M), Gradient(J, A) * y * x.T)


def test_the_gradient_of_a_sum_with_a_named_cost_is_that_of_its_terms():
    prove(Gradient(J + SquaredNorm(M), M), Gradient(J, M) + 2 * M)
    prove(Gradient(2 * J - rate * Omega(l), M), 2 * Gradient(J, M) - rate * Gradient(Omega(l), M))
    prove(Gradient((J + x[0, 0]) / m, M), Gradient(J, M) / m)
    refute(Gradient(2 * J, M), Gradient(J, M))
    refute(Gradient(J + SquaredNorm(M), M), 2 * M)


@pytest.mark.parametrize("cost", [J**2, J * SquaredNorm(M), J + J * Trace(M), J * Omega(l)])
def test_a_product_with_a_named_cost_has_no_derivative(cost):
    decision = decide(Gradient(cost, M), 2 * Gradient(cost, M))
    assert decision.outcome is Outcome.UNKNOWN
    assert "nothing is known" in str(decision)


def test_what_a_cost_is_multiplied_by_may_be_the_variable():
    W_k, W_l = (LayerMatrix("W", layer, n, n) for layer in (k, l))
    assert decide(Gradient(Trace(W_k) * J, W_l), Trace(W_k) * Gradient(J, W_l)).outcome is Outcome.UNKNOWN


def test_a_named_cost_has_no_second_derivative():
    decision = decide(Gradient(EntrySum(Hadamard(Gradient(J, M), M)), M), Gradient(J, M))
    assert decision.outcome is Outcome.UNKNOWN
    assert str(decision) == "unknown: derivative of J with respect to M: nothing is known"


def test_a_scalar_that_multiplies_a_matrix_is_a_constant():
    prove(Gradient(rate * SquaredNorm(M), M), 2 * rate * M)
