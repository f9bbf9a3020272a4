"""Gradients constructed with whole matrices: those of the statements, and those of costs that no statement has."""

from dataclasses import replace

import pytest
from sympy import (
    Identity,
    Lambda,
    MatAdd,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    IllFormed,
    NotProved,
    SquaredNorm,
    Unsupported,
    ones,
    prove,
)
from sparseae_lib.derivations import Step, gradient
from sparseae_lib.derivations.differential import Differential, evaluated, inner, parts
from sparseae_lib.derivations.gathered import gathered
from sparseae_lib.formulas import latex
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA, WEIGHT_GRADIENT

m, n, p, d = symbols("m n p d", integer=True, positive=True)
x = Symbol("x")
X, V, Y = MatrixSymbol("X", m, n), MatrixSymbol("V", n, p), MatrixSymbol("Y", m, p)
M, U, T, b = MatrixSymbol("M", n, n), MatrixSymbol("U", n, d), MatrixSymbol("T", n, d), MatrixSymbol("b", 1, p)
f, g = Elementwise("f"), Elementwise("g")
e = Elementwise("exp", Lambda(x, exp(x)))
logarithm, reciprocal = Elementwise("log", Lambda(x, log(x))), Elementwise("reciprocal", Lambda(x, 1 / x))
root = Elementwise("root", Lambda(x, sqrt(x + 1)))

scores = e(X * U * T.T * X.T)
attention = Hadamard(scores, reciprocal(scores * ones(m)) * ones(m).T)
centred = X * V - ones(m) * (ones(m).T * X * V / m)
deviation = root(ones(m).T * Hadamard(centred, centred) / m)

COSTS = {
    "least squares": (SquaredNorm(X * V - Y) / 2, V),
    "tied weights": (SquaredNorm(X - f(X * V) * V.T) / (2 * m), V),
    "a bias": (SquaredNorm(f(X * V + ones(m) * b) - Y), b),
    "a trace": (Trace(V.T * M * V), V),
    "a trace of the variable": (Trace(M), M),
    "a power": (SquaredNorm(X * M**2 - X), M),
    "nearly orthogonal": (SquaredNorm(V.T * V - Identity(p)), V),
    "a logarithm": (log(SquaredNorm(V)), V),
    "a root": (sqrt(SquaredNorm(X * V)), V),
    "normalised": (EntrySum(Hadamard(Y, X * V)) / sqrt(SquaredNorm(V)), V),
    "a number in a matrix": (EntrySum(Hadamard(Y, X * V / SquaredNorm(V))), V),
    "cross-entropy": (EntrySum(logarithm(e(X * V) * ones(p))) - EntrySum(Hadamard(Y, X * V)), V),
    "attention": (EntrySum(Hadamard(Y, attention * X * V)), V),
    "its queries": (EntrySum(Hadamard(Y, scores * X * V)), U),
    "standardised": (EntrySum(Hadamard(Y, ones(m) * deviation)), V),
    "a gate": (EntrySum(Hadamard(Y, f(X * V), g(X * V))), V),
    "a residual": (SquaredNorm(Y - f(X * V + f(X * V))), V),
    "a function of a number": (f(SquaredNorm(V)), V),
}

i, j, k, s = symbols("i j k s", integer=True, nonnegative=True)
SAMPLES, INPUTS, OUTPUTS = (s, 0, m - 1), (k, 0, n - 1), (j, 0, p - 1)
output = Sum(X[s, k] * V[k, j], INPUTS)

SUMS = {
    "squares of a row": (Sum(b[0, j] ** 2, OUTPUTS), b, 2 * b),
    "a function of a row": (Sum(f(b[0, j]), OUTPUTS), b, f.prime(b)),
    "two sums, one in the other": (Sum(Sum(V[k, j] ** 2, OUTPUTS), INPUTS), V, 2 * V),
    "least squares": (Sum((output - Y[s, j]) ** 2, SAMPLES, OUTPUTS) / 2, V, X.T * (X * V - Y)),
    "a layer": (Sum(Y[s, j] * f(output), SAMPLES, OUTPUTS), V, X.T * Hadamard(Y, f.prime(X * V))),
    "with a bias": (
        Sum(f(b[0, j] + output), SAMPLES, OUTPUTS),
        b,
        ones(m).T * f.prime(X * V + ones(m) * b),
    ),
    "a mean": (
        Sum(f(Sum(Y[s, j], SAMPLES) / m), OUTPUTS),
        Y,
        ones(m) * f.prime(ones(m).T * Y / m) / m,
    ),
    "transposed": (Sum(M[i, k] * M[k, i], (i, 0, n - 1), INPUTS), M, 2 * M.T),
    "three indices in three factors": (Sum(2 * V[k, j] * X[s, k] * Y[s, j], INPUTS, SAMPLES, OUTPUTS), V, 2 * X.T * Y),
    "the same number so many times": (Sum(SquaredNorm(V), (s, 0, m)), V, 2 * (m + 1) * V),
    "a number of sums": (log(Sum(b[0, j] ** 2, OUTPUTS)), b, 2 * b / SquaredNorm(b)),
}


@pytest.mark.parametrize("cost, variable, expected", SUMS.values(), ids=SUMS)
def test_sums_over_entries_become_whole_matrices(cost, variable, expected):
    derivation = gradient(cost, variable)
    assert not derivation.formula.has(Sum, MatrixElement)
    prove(derivation.formula, expected)
    prove(gathered(cost), cost)
    assert derivation.steps[0].reason[:2] == ("the sum over entries is ", gathered(cost))


@pytest.mark.parametrize(
    "summand",
    [M[i, i], V[0, j], X[s, 0] * V[0, j], Sum(M[i, k] * M[k, j], (k, 0, i))],
    ids=["a diagonal", "one row", "an index that stays", "up to an index"],
)
def test_a_sum_that_is_not_over_all_entries_is_unsupported(summand):
    index = next(iter(sorted(summand.free_symbols & {i, j}, key=str)))
    with pytest.raises(Unsupported):
        gathered(Sum(summand, (index, 0, n - 1)))


@pytest.mark.parametrize("limits", [(j, 1, p - 1), (j, 0, p - 2), (j, 0, n - 1)])
def test_a_sum_over_some_entries_is_unsupported(limits):
    with pytest.raises(Unsupported, match=r"does not begin with the first|its indices are not those"):
        gathered(Sum(b[0, j], limits))


@pytest.mark.parametrize("cost, variable", COSTS.values(), ids=COSTS)
def test_costs_of_a_reader(cost, variable):
    derivation = gradient(cost, variable)
    assert not derivation.formula.has(Gradient, Differential)
    assert latex(derivation.formula)
    prove(Gradient(cost, variable), derivation.formula)


def gradients_of_statements():
    for label, statement in STATEMENTS.items():
        if statement.derivation is not None and statement.left.is_Matrix:
            for k, part in enumerate(sorted(statement.derivation.atoms(Gradient), key=str)):
                if part.args[0].has(part.args[1]):
                    yield pytest.param(statement, part, id=f"{label}-{k}")


@pytest.mark.parametrize("statement, part", list(gradients_of_statements()))
def test_the_gradients_of_the_statements(statement, part):
    formula = gradient(*part.args[:2]).formula
    whole = statement.derivation.xreplace({part: formula})
    prove(whole, statement.expanded)


def test_the_hidden_delta_is_constructed_as_it_is_stated():
    assert gradient(*HIDDEN_DELTA.derivation.args[:2]).formula == HIDDEN_DELTA.formula


def test_a_corrupted_step_is_refused():
    derivation = gradient(*COSTS["tied weights"])
    for number, step in enumerate(derivation.steps, start=1):
        wrong = [replace(s, expression=2 * s.expression) if s is step else s for s in derivation.steps]
        with pytest.raises(NotProved, match=rf"step {number} does not follow"):
            replace(derivation, steps=tuple(wrong))


def test_a_transpose_that_is_forgotten_is_refused():
    cost = EntrySum(Hadamard(MatrixSymbol("G", n, n), f(M) * M))
    derivation = gradient(cost, M)
    moved = next(step for step in derivation.steps if step.reason[0].startswith("a factor moves"))
    wrong = Step(moved.expression.replace(Transpose, lambda part: part), moved.reason)
    with pytest.raises(NotProved):
        replace(derivation, steps=tuple(wrong if step is moved else step for step in derivation.steps))


OPERATIONS = {
    "a product on the left": f(V) * MatrixSymbol("P", p, d),
    "a product on the right": X * f(V),
    "an elementwise product": Hadamard(f(V), g(V), V),
    "a function": f(V),
    "a transpose": f(V).T,
    "a number": SquaredNorm(V) * g(V),
    "a power": M**3,
}


@pytest.mark.parametrize("expression", OPERATIONS.values(), ids=OPERATIONS)
def test_both_sides_of_an_inner_product(expression):
    """<G, put(D)> = <back(G), D>, for any G and any D."""
    variable = M if expression.has(M) else V
    G = MatrixSymbol("G", *expression.shape)
    found = parts(expression, variable)
    assert found
    for part in found:
        D = MatrixSymbol("D", *part.child.shape)
        prove(inner(G, part.put(D)), inner(part.back(G), D))


def test_the_differential_is_that_of_the_engine():
    """Along any direction: the derivative of the entries by each entry of V, times that of the direction."""
    H = MatrixSymbol(f"change of {V}", *V.shape)
    G = MatrixSymbol("G", m, p)
    expression = Hadamard(f(X * V), X * V)
    change = evaluated(Differential(expression, V))
    prove(inner(G, change), inner(Gradient(inner(G, expression), V), H))


def test_a_sum_that_no_rule_is_for_is_named():
    with pytest.raises(Unsupported, match=r"M\[i, i\]: its indices are not those of the sums around it"):
        gradient(SquaredNorm(M) * Sum(M[i, i], (i, 0, n - 1)), M)


def test_a_cost_without_the_variable():
    with pytest.raises(ValueError, match=r"cost must contain the variable V, but it is"):
        gradient(SquaredNorm(X), V)


@pytest.mark.parametrize("cost", [X * V, 3])
def test_a_cost_is_a_number(cost):
    with pytest.raises(TypeError, match=r"cost must be a number as an expression"):
        gradient(cost, V)


def test_the_variable_is_a_matrix_symbol():
    with pytest.raises(TypeError, match=r"variable must be a matrix symbol, not x"):
        gradient(SquaredNorm(V), x)


def test_shapes_that_do_not_meet():
    with pytest.raises(IllFormed):
        gradient(SquaredNorm(V * X), V)


def test_the_weights_with_their_decay():
    parts = WEIGHT_GRADIENT.derivation.atoms(Gradient)
    prove(MatAdd(*[gradient(*part.args[:2]).formula for part in parts]), WEIGHT_GRADIENT.formula)


def test_ones_everywhere_are_not_written():
    assert gradient(EntrySum(f(V)), V).formula == f.prime(V)
    assert gradient(EntrySum(V), V).formula == OneMatrix(n, p)
