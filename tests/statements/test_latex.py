import pytest
from sympy import MatrixSymbol, OneMatrix, Rational, Sum, symbols
from sympy.printing.latex import LatexPrinter

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, SquaredNorm, decide, entry, ones
from sparseae_lib.calculus.mutation import mutants
from sparseae_lib.calculus.mutation.places import mapped
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import unroll
from sparseae_lib.statements.latex import decision_html, latex
from sparseae_lib.statements.symbols import (
    KL,
    ROWS,
    A,
    Delta,
    J,
    L,
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
        (ones(m), r"\mathbf{1}"),
        (ones(m).T * Delta(l), r"\mathbf{1}^{\top}\, \Delta^{(l)}"),
        (Hadamard(Delta(l) * W(l), A(l)), r"\left(\Delta^{(l)}\, W^{(l)}\right) \circ A^{(l)}"),
        (1 - sigma(x), r"1 - \sigma\!\left(x\right)"),
        (-2 * sigma(x) / 3, r"-\frac{2}{3}\, \sigma\!\left(x\right)"),
        (MatrixSymbol("x", n, 1)[s, 0], "x_{s}"),
        ([W(l), W(2)], r"\left[ W^{(l)}, \  W^{(2)}\right]"),
        (OneMatrix(m, n), r"\mathbf{1}\mathbf{1}^{\top}"),
        (Delta(l) / m, r"\frac{1}{m}\, \Delta^{(l)}"),
        (-Delta(l), r"-\Delta^{(l)}"),
        ((1 + x) * W(l), r"\left(x + 1\right)\, W^{(l)}"),
        (-(1 + x) * W(l), r"-\left(x + 1\right)\, W^{(l)}"),
        (A(L) - Y, r"A^{(L)} - Y"),
        (weight_decay * W(l) + A(l).T * Delta(l + 1), r"{A^{(l)}}^{\top}\, \Delta^{(l + 1)} + \lambda\, W^{(l)}"),
        (Gradient(J, b(l)), r"\frac{\partial J}{\partial b^{(l)}}"),
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
        (Y.subs(L, 3), "Y"),
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
    """Groups of expressions that are printed alike. The length of a column of ones is left to its neighbours."""
    groups = {}
    for expression in expressions:
        groups.setdefault(latex(expression), set()).add(mapped(expression, of_one_length))
    return [group for group in groups.values() if len(group) > 1]


def of_one_length(leaf):
    return OneMatrix(*(1 if size == 1 else n for size in leaf.shape)) if isinstance(leaf, OneMatrix) else leaf


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


def test_decisions_are_typeset():
    ill_formed = decision_html(decide(Delta(l) * W(l).T, Delta(l)))
    assert r"\(\Delta^{(l)}\) (\(m\) × \(S_{l}\)) and \({W^{(l)}}^{\top}\)" in ill_formed
    assert 'class="decision ill-formed' in ill_formed
    refuted = decision_html(decide(2 * Delta(l), Delta(l)))
    assert r"\(m = 3\)" in refuted and "left" in refuted and "right" in refuted


def test_a_witness_without_sizes_says_so():
    assert "at random values: left" in decision_html(decide(sigma(x), 1 - sigma(x)))
