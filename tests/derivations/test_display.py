"""How a derivation is shown: every step and its reason, with indices that count from 1, as HTML and as LaTeX."""

from dataclasses import replace
from html import unescape
from itertools import pairwise

import pytest
from sympy import Dummy, Integer, KroneckerDelta, Sum, Symbol, log
from sympy.printing.latex import LatexPrinter

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, SquaredNorm, ones
from sparseae_lib.derivations import Derivation, Step, derive, gradient
from sparseae_lib.derivations.latex import bound_and_free, latex, look, terms
from sparseae_lib.derivations.rules import Term
from sparseae_lib.derivations.variables import Entry, Number
from sparseae_lib.formulas.printer import FormulaPrinter
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT
from sparseae_lib.statements.symbols import KL, Delta, Omega, S, W, Z, b, beta, f, l, m, rho_hat, sigma, x


def test_every_step_and_reason_is_shown():
    derivation = derive(BIAS_GRADIENT)
    html = derivation._repr_html_()
    assert html.count("<li>") == len(derivation.steps)
    assert html.count('class="reason"') == len(derivation.steps) + 1
    assert "the sum over \\(s\\) stays" in html
    shown = unescape(html).replace("\\displaystyle ", "")
    for step in derivation.steps:
        assert all(term in shown for term in terms(step.expression))
    assert all(latex(side) in shown for side in derivation.equation)


def test_no_reason_holds_plain_mathematics():
    """What is mathematics is between the marks of mathematics: no Python notation in words."""
    for label in ("thm-kl-derivative", "thm-bias-gradient", "thm-sigmoid-derivative"):
        for step in derive(STATEMENTS[label]).steps:
            for part in step.reason:
                assert not isinstance(part, str) or not set("_^*[]") & set(part), part


def test_a_step_with_a_letter_bound_and_free_is_refused(monkeypatch, request):
    """A step of one's own, x_j times a sum over j; and the derivative by entry (i, j) of what is printed as a sum."""
    j = Symbol("j", integer=True, nonnegative=True)
    square = Sum(Z(l)[0, j] ** 2, (j, 0, m - 1))
    assert bound_and_free(square) == [] and bound_and_free(square + 1 / m) == []
    mixed = Z(l)[0, j] * square
    assert bound_and_free(mixed) == ["j"]
    with pytest.raises(ValueError, match=r"^j is bound by a sum and free at once in "):
        Derivation((mixed, mixed), m, mixed, (Step(mixed, ("as it stands",)),), mixed)
    penalty = STATEMENTS["thm-penalty-weights"]
    derive(penalty)

    def always_j(printer, expression):
        printer._unused = "j"
        return LatexPrinter.doprint(printer, expression)

    monkeypatch.setattr(FormulaPrinter, "doprint", always_j)
    latex.cache_clear()  # what was printed before is kept, and what is printed now is not for other tests
    request.addfinalizer(latex.cache_clear)
    with pytest.raises(ValueError, match=r"^j is bound by a sum and free at once"):
        derive(penalty)


def test_a_step_that_is_printed_as_the_one_before_it_is_refused():
    """The sum of the entries of a row in the engine's operations, and in entries: a reader sees one thing twice."""
    weights = STATEMENTS["thm-penalty-weights"]
    derivation = derive(weights)
    seen = [look(step.expression) for step in derivation.steps]
    assert all(before != after for before, after in pairwise(seen))
    first, *others = derivation.steps
    j = Symbol("j", integer=True, nonnegative=True)
    entries = Sum(KL(l)(rho_hat(l)[0, j]), (j, 0, S(l) - 1))
    written_out = Step(beta(l) * entries, ("written out in entries",))
    definition = Step(beta(l) * EntrySum(KL(l)(rho_hat(l))), ("the definition",))
    assert definition.expression != written_out.expression
    assert latex(definition.expression) != latex(written_out.expression)  # by a thin space
    with pytest.raises(ValueError, match=r"^step 2 is printed as the one before it: "):
        Derivation(
            (Omega(l), beta(l)), Omega(l), definition.expression, (definition, written_out), definition.expression
        )
    with pytest.raises(ValueError, match=r"^step 3 is printed as the one before it: "):
        replace(derivation, steps=(first, others[0], others[0], *others[1:]))


def test_the_differential_is_that_of_the_cost():
    """What stands on the left of the first line is what is differentiated, and the reason says what is held fixed."""
    derivation = gradient(*STATEMENTS["thm-hidden-delta"].derivation.args[:2])
    inner_product = latex(EntrySum(Hadamard(Delta(l + 1), f(Z(l)) * W(l) + ones(m) * b(l))))
    assert latex(derivation.left) == rf"\mathrm{{d}} {inner_product}"
    assert r"are held fixed" in derivation._repr_html_()
    assert latex(gradient(SquaredNorm(W(l)) / 2, W(l)).left) == (
        r"\mathrm{d} \left(\frac{1}{2} \left\lVert W^{(l)} \right\rVert^{2}\right)"
    )


def test_latex_in_one_environment():
    derivation = gradient(SquaredNorm(W(l)), W(l))
    text = derivation._repr_latex_()
    assert text.startswith(r"$\displaystyle \begin{aligned}") and text.endswith(r"\end{aligned}$")
    assert r"\frac{\partial}{\partial W^{(l)}} \left\lVert W^{(l)} \right\rVert^{2} = 2\, W^{(l)}" in text


def test_plain_text():
    text = repr(gradient(SquaredNorm(W(l)), W(l)))
    assert "= 2*sum(W^(l) o d(W^(l)))" in text


def test_a_derivative_is_a_fraction():
    a, i, s, k = (Dummy(name, integer=True, nonnegative=True) for name in "aisk")
    variable = Entry(Gradient(SquaredNorm(Z(l)), Z(l)), s, k, {})
    names = dict(zip((a, i, s, k), W(l).shape, strict=False))
    assert names
    assert latex(variable.partial(f(Z(l)[a, i]))).startswith(r"\frac{\partial f\!\left(Z_{")


def test_a_number_has_an_upright_d():
    assert latex(Number(x).partial(sigma(x))) == r"\frac{\mathrm{d} \sigma\!\left(x\right)}{\mathrm{d} x}"


def test_a_logarithm_stands_with_the_function_values():
    a, i = (Symbol(name, integer=True, nonnegative=True) for name in "ai")
    text = latex(KroneckerDelta(a, i, (0, m - 1)) * log(sigma(Z(l)[a, i])) * Z(l)[a, i] * (1 + Z(l)[i, a]))
    order = [text.index(part) for part in ("Z_{a,i}", r"\log", "Z_{i,a}", "[a = i]")]
    assert order == sorted(order)


def test_a_power_of_an_entry_is_not_taken_for_a_layer():
    a, i = (Dummy(name, integer=True, nonnegative=True) for name in "ai")
    assert latex(Z(l)[a, i] ** 2) == "{Z_{i,j}^{(l)}}^{2}"


def test_factors_that_no_index_is_in_stand_before_the_sum():
    i = Dummy("i", integer=True, nonnegative=True)
    term = Term(Integer(3) * Z(l)[0, 0] * Z(l)[i, 0], limits=((i, 0, m - 1),))
    assert term.expression == 3 * Z(l)[0, 0] * Sum(Z(l)[i, 0], (i, 0, m - 1))
