"""How a decision is shown: with its equation, whatever the outcome is, and with its evidence typeset."""

import pytest
from sympy import Derivative, Integer, MatrixSymbol, Symbol, Transpose, log

from sparseae_lib.calculus import Gradient, Outcome, SquaredNorm, decide, entry, prove, symmetric
from sparseae_lib.formulas.decisions import LONG, decision_html, shown
from sparseae_lib.formulas.printer import latex
from sparseae_lib.notebook_html import wrapping_formula
from sparseae_lib.statements.backpropagation import WEIGHT_GRADIENT
from sparseae_lib.statements.symbols import A, Delta, J, W, l, sigma, x

k = Symbol("k", integer=True, positive=True)
M, N = MatrixSymbol("M", k, k), MatrixSymbol("N", k, k)

PAIRS = {
    Outcome.PROVED: (Gradient(SquaredNorm(A(l)), A(l)), 2 * A(l), "="),
    Outcome.REFUTED: (2 * Delta(l), Delta(l), r"\ne"),
    Outcome.ILL_FORMED: (Delta(l) * W(l).T, Delta(l), "="),
    Outcome.UNKNOWN: (M**k, M, r"\mathrel{\overset{?}{=}}"),
}


@pytest.mark.parametrize("outcome", PAIRS)
def test_the_equation_is_shown_whatever_the_outcome_is(outcome):
    left, right, relation = PAIRS[outcome]
    decision = decide(left, right)
    assert decision.outcome is outcome
    equation = wrapping_formula(f"{latex(left)} {relation} {latex(right)}")
    assert equation in shown(decision)
    assert shown(decision) == decision._repr_html_()
    assert equation not in decision_html(decision)


def test_a_long_equation_is_folded():
    long = sum((Symbol(f"x{i}") for i in range(LONG // 4)), Integer(0))
    folded = "<details><summary>"
    assert f"{folded}the equation</summary>" in shown(decide(long, 2 * long))
    assert f"both sides are {folded}one expression</summary>" in shown(decide(long, long))
    for sides in ((long.args[0], 2 * long.args[0]), (long.args[0], long.args[0])):
        assert folded not in shown(decide(*sides))


@pytest.mark.parametrize("left", [A(l) * W(l), x**2 + x, Gradient(J, W(l))])
def test_what_would_be_written_twice_is_said_of_both_sides(left):
    box = shown(prove(left, left))
    assert f"both sides are {wrapping_formula(latex(left))}</span>" in box
    assert "{}=" not in box


def test_sides_that_differ_on_paper_are_an_equation():
    """What SymPy works out is one expression, and what it does not, two."""
    box = shown(prove(Derivative(x**2, x), 2 * x))
    assert "both sides" not in box and wrapping_formula(rf"{latex(Derivative(x**2, x))} = 2 x") in box
    assert "both sides" not in shown(prove(Transpose(A(l) * W(l)), W(l).T * A(l).T))
    assert "both sides" in shown(prove((A(l) * W(l)).T, W(l).T * A(l).T))


def test_a_derivative_of_the_cost_is_shown_as_it_was_typed():
    """Its theorem's formula is what is decided, and the small numbers are those of the formula."""
    typed, formula = "∂J/∂W^(l)", WEIGHT_GRADIENT.formula
    proved = prove(typed, formula)
    assert (proved.left, proved.written) == (formula, (WEIGHT_GRADIENT.left, formula))
    assert wrapping_formula(WEIGHT_GRADIENT.equation) in shown(proved)
    refuted = decide("1/m A^(l)^T Δ^(l+1)", typed)
    assert rf"{{}}\ne {latex(WEIGHT_GRADIENT.left)}" in shown(refuted)
    shapes = shown(decide(typed, A(l)))
    assert wrapping_formula(rf"{latex(WEIGHT_GRADIENT.left)} = {latex(A(l))}") in shapes
    assert shown(decide(Gradient(J, W(l)), formula)).startswith('<div class="decision refuted')  # a name, and no text


def test_sides_that_cannot_be_compared_are_said_once():
    for left, right in ((A(l), W(l)), (SquaredNorm(A(l)), A(l))):
        box = shown(decide(left, right))
        assert box.count(rf"\({latex(left)}\)") == box.count(rf"\({latex(right)}\)") == 1


def test_a_sum_over_one_value_is_not_written():
    """The entries of the gradient of a sum over a row: its first index has the value 1 alone."""
    row = MatrixSymbol("r", 1, k)
    i = Symbol("i", integer=True, nonnegative=True)
    left = entry(Gradient(SquaredNorm(row), row), 0, i)
    assert r"=1}^{1}" in latex(left)
    assert r"=1}^{1}" not in shown(prove(left, 2 * row[0, i]))


def test_sizes_are_named_if_there_are_any():
    assert "for all sizes and values: " in shown(prove(A(l), A(l)))
    assert "for all values: " in shown(prove(sigma(x), 1 - sigma(-x)))
    assert r"for all values, where \(x\) is not 0: " in shown(prove(x / x**2, 1 / x))


def test_what_is_given_is_said_whatever_the_outcome_is():
    words = rf", given that \({latex(M)}\) is symmetric"
    proved = decide(M.T, M, symmetric(M))
    assert f"for all sizes and values{words}: " in shown(proved)
    for decision in (decide(2 * M, M, symmetric(M)), decide(M**k, M, symmetric(M))):
        assert f"{words}<br>" in shown(decision)
    assert "given" not in shown(decide(M.T, M))
    several = shown(decide(M * N, N * M, symmetric(M), symmetric(N)))
    assert rf"\({latex(M)}\) is symmetric and \({latex(N)}\) is symmetric" in several


def test_the_evidence_is_typeset():
    ill_formed = decision_html(decide(Delta(l) * W(l).T, Delta(l)))
    assert r"\(\Delta^{(l)}\) (\(m\) × \(S_{l}\)) and \({W^{(l)}}^{\top}\)" in ill_formed
    assert 'class="decision ill-formed' in ill_formed
    refuted = decision_html(decide(2 * Delta(l), Delta(l)))
    assert r"\(m = 3\)" in refuted and "left" in refuted and "right" in refuted


def test_a_witness_without_sizes_says_so():
    assert "at random values: the left side is" in decision_html(decide(sigma(x), 1 - sigma(x)))


def test_numbers_are_shown_too():
    assert r"\(1 \)<wbr>\({}\ne 2\)" in shown(decide(Integer(1), 2))
    assert r"\log" in shown(decide(log(x), log(x)))


def test_a_condition_counts_as_the_equation_does():
    for text, where in (
        (r"\sum_{k=1}^{m} \frac{1}{k - 3}", r"where \(k - 3\) is not 0"),
        (r"\sum_{i=1}^{m} \frac{1}{q_i}", r"where \(q_{i}\) is not 0"),
        (r"\sum_{k=1}^{L} \frac{1}{\beta_k}", r"where \(\beta_{k}\) is not 0"),
    ):
        assert where in shown(prove(text, text))
