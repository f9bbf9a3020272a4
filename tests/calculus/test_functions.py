"""Elementwise functions: their derivatives, their definitions and their parameters."""

import pytest
from sympy import Function, Integer, Lambda, MatrixSymbol, S, Sum, exp, log, srepr, symbols

from sparseae_lib.calculus import Elementwise, Gradient, Outcome, SquaredNorm, prove, refute

m, n = symbols("m n", integer=True, positive=True)
i = symbols("i", integer=True)
p, x, y = symbols("p x y")
rho = symbols("rho", positive=True)
rate = Function("rate")
X = MatrixSymbol("X", m, n)
f = Elementwise("f")
sigma = Elementwise("sigma", Lambda(x, 1 / (1 + exp(-x))))


def test_a_function_of_a_scalar_is_a_scalar_and_of_a_matrix_a_matrix():
    assert not f(x).is_Matrix
    assert f(X).shape == (m, n)
    assert f(X)[i, 0] == f(X[i, 0])
    assert f(3) == f(Integer(3))


def test_chain_rule():
    assert f(x**2).diff(x) == 2 * x * f.prime(x**2)
    assert f(f(x)).diff(x) == f.prime(f(x)) * f.prime(x)
    assert f.prime(x).diff(x) == f.prime.prime(x)
    assert f(y).diff(x) == 0


def test_printing_counts_the_derivatives():
    assert [str(g(x)) for g in (f, f.prime, f.prime.prime)] == ["f(x)", "f'(x)", "f''(x)"]
    assert str(f.prime(X)) == "f'(X)"


def test_the_derivative_of_a_definition_is_its_derivative():
    assert f.definition is None
    assert sigma.prime.definition(x) == exp(-x) / (1 + exp(-x)) ** 2
    assert prove(sigma.prime(x), sigma(x) * (1 - sigma(x))).outcome is Outcome.PROVED
    assert refute(sigma.prime(x), sigma(x) * (1 + sigma(x))).outcome is not Outcome.PROVED
    assert prove(sigma.prime.prime(x), sigma.prime(x) * (1 - 2 * sigma(x))).outcome is Outcome.PROVED


def test_two_functions_with_one_definition_are_proved_equal():
    assert prove(sigma(X), Elementwise("logistic", Lambda(y, exp(y) / (exp(y) + 1)))(X)).outcome is Outcome.PROVED
    assert refute(sigma(X), f(X)).outcome is not Outcome.PROVED


def test_a_function_of_a_function_is_unfolded_as_well():
    tanh = Elementwise("tanh", Lambda(x, (exp(2 * x) - 1) / (exp(2 * x) + 1)))
    assert prove(tanh(X), 2 * sigma(2 * X) - OneMatrixOf(X)).outcome is Outcome.PROVED


def OneMatrixOf(matrix):
    return Elementwise("one", Lambda(x, Integer(1)))(matrix)


def test_parameters_of_a_definition_are_seen_by_the_derivative():
    KL = Elementwise("KL", Lambda((p, x), p * log(p / x)), 0, rho)
    assert KL(y).free_symbols == {rho, y}
    assert prove(KL(y).diff(rho), log(rho / y) + 1).outcome is Outcome.PROVED
    assert KL(rho).diff(rho) == 0  # rho log(rho / rho)
    assert f(y).diff(rho) == 0


def test_an_index_may_be_a_parameter():
    h = Elementwise("h", Lambda((p, x), p * x), 0, i)
    assert prove(Sum(h(X[i, 0]), (i, 0, m - 1)), Sum(i * X[i, 0], (i, 0, m - 1))).outcome is Outcome.PROVED


def test_a_function_is_what_it_is_built_of():
    assert Elementwise("f") == f
    assert Elementwise("f").prime == f.prime != f
    assert sigma != Elementwise("sigma")
    assert sigma.func(*sigma.args) == sigma
    h = Elementwise("h", Lambda((p, x), p * x), 2, rho)
    assert h.func(*h.args) == h != h.of_order(1) != h.xreplace({rho: 1 - rho})
    assert h.of_order(1).prime == h
    assert "Elementwise" in srepr(f(x))


def test_derivatives_of_functions_are_those_of_the_cost():
    assert (
        prove(Gradient(SquaredNorm(f(X)), X), 2 * Elementwise("product", Lambda(x, f(x) * f.prime(x)))(X)).outcome
        is Outcome.PROVED
    )


@pytest.mark.parametrize("definition", [exp(x), 3, "x**2", exp])
def test_a_definition_is_a_lambda(definition):
    with pytest.raises(TypeError, match="definition must be a SymPy Lambda, not"):
        Elementwise("f", definition)


@pytest.mark.parametrize(
    ("definition", "parameters"),
    [
        (Lambda((x, y), x * y), []),
        (Lambda(x, x), [rho]),
        (Lambda(x, rho * x), []),
        (Lambda(x, rate(2) * x), []),
        (Lambda(x, x * X[0, 0]), []),
        (Lambda(x, Sum(x, (i, 0, 2))), []),
        (Lambda(x, x * SquaredNorm(X)), []),
    ],
    ids=["parameter missing", "one too many", "symbol", "rate of a layer", "entry", "sum", "matrix"],
)
def test_a_definition_is_a_formula_of_its_variables(definition, parameters):
    """A matrix in it would be overlooked by a gradient, a symbol by a reader; its sum could capture an index."""
    with pytest.raises(ValueError, match=r"definition must be a formula of its variables alone.*; not Lambda"):
        Elementwise("f", definition, 0, *parameters)


@pytest.mark.parametrize("parameter", [X[0, 0], SquaredNorm(X), Sum(x, (i, 0, n - 1))], ids=["entry", "matrix", "sum"])
def test_a_parameter_is_a_number(parameter):
    with pytest.raises(ValueError, match="parameters must be numbers"):
        Elementwise("h", Lambda((p, x), p * x), 0, parameter)


def test_an_arbitrary_function_takes_no_parameters():
    with pytest.raises(ValueError, match=r"parameters must be numbers that the definition takes, .*, not \[rho\]"):
        Elementwise("f", S.false, 0, rho)
