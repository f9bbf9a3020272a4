"""Expressions are printed as a person would write them, and two that differ look different."""

import pytest
from sympy import (
    Derivative,
    KroneckerDelta,
    MatAdd,
    MatMul,
    Matrix,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    log,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.latex import LatexPrinter

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, SquaredNorm, entry, ones
from sparseae_lib.calculus.mutation import mutants
from sparseae_lib.calculus.mutation.places import mapped
from sparseae_lib.formulas import latex
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import unroll
from sparseae_lib.statements.symbols import (
    KL,
    ROWS,
    A,
    Delta,
    J,
    L,
    S,
    W,
    Y,
    Z,
    b,
    beta,
    f,
    l,
    m,
    n,
    rho,
    sigma,
    weight_decay,
    x,
)

s, k = symbols("s k", integer=True, nonnegative=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (W(l), "W^{(l)}"),
        (W(l + 1), "W^{(l + 1)}"),
        (Y, "Y"),
        (W(l).T, r"{W^{(l)}}^{\top}"),
        (Hadamard(A(l), Z(l)).T, r"\left(A^{(l)} \circ Z^{(l)}\right)^{\top}"),
        (f.prime(Z(l)), r"f'\!\left(Z^{(l)}\right)"),
        (f.prime.prime(Z(2)), r"f''\!\left(Z^{(2)}\right)"),
        (ones(m), r"\mathbf{1}_{m}"),
        (KroneckerDelta(k, 2), "[k = 3]"),
        (KroneckerDelta(l, 3), "[l = 3]"),
        (KroneckerDelta(k, l), "[k = l]"),
        (MatMul(2, W(l), MatMul(-3, W(l).T)), r"2\, W^{(l)}\, \left(-3\, {W^{(l)}}^{\top}\right)"),
        (
            Sum(W(k)[s, 0], (s, 0, S(k) - 1), (k, 1, L - 1)),
            r"\sum_{k=1}^{L - 1} \sum_{s=1}^{S_{k}} W_{s,1}^{(k)}",
        ),
        (Derivative(x * log(x), x), r"\frac{\partial}{\partial x} x \log{\left(x \right)}"),
        (Derivative(x**3 + s, x, x), r"\frac{\partial}{\partial x} \frac{\partial}{\partial x} \left(s + x^{3}\right)"),
        (Z(l + 1) + ones(m) * b(l), r"\mathbf{1}\, b^{(l)} + Z^{(l + 1)}"),
        (A(l) + ones(m) * b(l), r"\mathbf{1}_{m}\, b^{(l)} + A^{(l)}"),
        (ones(m).T * Delta(l), r"\mathbf{1}^{\top}\, \Delta^{(l)}"),
        (Hadamard(Delta(l) * W(l), A(l)), r"\left(\Delta^{(l)}\, W^{(l)}\right) \circ A^{(l)}"),
        (1 - sigma(x), r"1 - \sigma\!\left(x\right)"),
        (-2 * sigma(x) / 3, r"-\frac{2}{3}\, \sigma\!\left(x\right)"),
        (MatrixSymbol("x", n, 1)[s, 0], "x_{s}"),
        ([W(l), W(2)], r"\left[ W^{(l)}, \  W^{(2)}\right]"),
        (
            MatAdd(MatMul(ones(1), Matrix([[2]])), Matrix([[3]])),
            r"\mathbf{1}_{1}\, \left[\begin{matrix}2\end{matrix}\right] + \left[\begin{matrix}3\end{matrix}\right]",
        ),
        (OneMatrix(m, n), r"\mathbf{1}_{m}\mathbf{1}_{n}^{\top}"),
        (Delta(l) / m, r"\frac{1}{m}\, \Delta^{(l)}"),
        (-Delta(l), r"-\Delta^{(l)}"),
        ((1 + x) * W(l), r"\left(x + 1\right)\, W^{(l)}"),
        (-(1 + x) * W(l), r"-\left(x + 1\right)\, W^{(l)}"),
        (A(L) - Y, r"A^{(L)} - Y"),
        (weight_decay * W(l) + A(l).T * Delta(l + 1), r"{A^{(l)}}^{\top}\, \Delta^{(l + 1)} + \lambda\, W^{(l)}"),
        (Gradient(J, b(l)), r"\frac{\partial J}{\partial b^{(l)}}"),
        (MatrixElement(Gradient(J, W(l)), s, k), r"\frac{\partial J}{\partial W_{s,k}^{(l)}}"),
        (
            MatrixElement(Gradient(SquaredNorm(W(l)), W(l)), s, k) * MatrixElement(Gradient(J, b(l)), 0, k) ** 2,
            r"\left(\frac{\partial J}{\partial b_{k}^{(l)}}\right)^{2} "
            r"\frac{\partial}{\partial W_{s,k}^{(l)}} \left\lVert W^{(l)} \right\rVert^{2}",
        ),
        (Z(l)[s, k], "Z_{s,k}^{(l)}"),
        (Z(l)[0, k], "Z_{1,k}^{(l)}"),
        (ROWS.delta(l)[0, k], r"\delta_{k}^{(l)}"),
        (Sum(f(Z(l)[s, k]), (s, 0, m - 1)), r"\sum_{s=1}^{m} f\!\left(Z_{s,k}^{(l)}\right)"),
        (Sum(Z(l)[s, k], (s, 0, m - 1)) * Rational(1, 2), r"\frac{1}{2} \sum_{s=1}^{m} Z_{s,k}^{(l)}"),
        (Sum(SquaredNorm(W(k)), (k, 0, L)), r"\sum_{k=0}^{L} \left\lVert W^{(k)} \right\rVert^{2}"),
        (Sum(beta(k), (k, 0, L)), r"\sum_{k=0}^{L} \beta_{k}"),
        (beta(l) ** 2 / rho(l) ** 3, r"\frac{\beta_{l}^{2}}{\rho_{l}^{3}}"),
        (SquaredNorm(b(l)) ** 2, r"\left(\left\lVert b^{(l)} \right\rVert^{2}\right)^{2}"),
        (EntrySum(W(l)) ** 2, r"\left(\mathbf{1}^{\top} W^{(l)}\, \mathbf{1}\right)^{2}"),
        (KL(l).prime(x), r"\mathrm{KL}'\!\left(\rho_{l} \,\Vert\, x\right)"),
        (KL(l).xreplace({rho(l): 1 - rho(l)})(x), r"\mathrm{KL}\!\left(1 - \rho_{l} \,\Vert\, x\right)"),
        (Y.subs(L, 3), "Y^{(3)}"),
        (Y.subs(L, L - 1), "Y^{(L - 1)}"),
    ],
)
def test_an_expression_is_printed_as_a_person_would_write_it(expression, expected):
    assert latex(expression) == expected


def test_the_engines_own_indices_are_printed_as_different_letters():
    product = entry(A(l) * W(l) * W(l + 1), s, k)
    text = latex(product)
    assert "A_{s,i}" in text or "A_{s,j}" in text
    assert text.count("_{s,i}") + text.count("_{s,j}") == 1
    assert r"\sum_{i=1}" in text and r"\sum_{j=1}" in text


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_no_statement_shows_the_machinery(statement):
    for text in (statement.latex, "" if statement.derivation is None else latex(statement.derivation)):
        assert not [word for word in ("Lambda", "mapsto", "Dummy", "Hadamard", "Elementwise", "_i") if word in text]


def printed_alike(expressions):
    """Groups of expressions that are printed alike."""
    groups = {}
    for expression in expressions:
        groups.setdefault(latex(expression), set()).add(expression)
    return [group for group in groups.values() if len(group) > 1]


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_page_tells_a_statement_from_its_corruptions_and_these_from_each_other(statement):
    corrupted = [mutant.expression for mutant in mutants(statement.formula)]
    assert printed_alike([mapped(statement.formula), *corrupted]) == []


def test_a_printer_that_loses_something_is_noticed(monkeypatch):
    monkeypatch.setattr(LatexPrinter, "_print_Pow", lambda self, power: self._print(power.base))
    assert printed_alike([beta(l), beta(l) ** 2]) == [{beta(l), beta(l) ** 2}]


def test_a_statement_says_for_which_layers_it_holds():
    assert STATEMENTS["thm-hidden-delta"].latex == (
        r"\Delta^{(l)} = \left(\Delta^{(l + 1)}\, {W^{(l)}}^{\top}\right) \circ f'\!\left(Z^{(l)}\right),"
        r" \quad l = 2, \dots, L - 1"
    )
    assert "quad" not in STATEMENTS["thm-hidden-delta"].equation


def test_the_cost_keeps_its_fractions_apart_from_its_norms():
    assert STATEMENTS["thm-cost"].latex == (
        r"J = \frac{1}{2 m} \left\lVert Y - A^{(L)} \right\rVert^{2}"
        r" + \frac{\lambda}{2} \sum_{l=1}^{L - 1} \left\lVert W^{(l)} \right\rVert^{2}"
    )
    assert latex(unroll(2)[J]).startswith(r"\frac{1}{2 m} \left\lVert Y")


def test_no_two_statements_look_alike():
    sides = [side for statement in STATEMENTS.values() for side in (statement.left, statement.formula)]
    assert printed_alike(sides) == []
