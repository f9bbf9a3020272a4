"""Lines of someone's own: the ones that do not follow are found, and only these."""

from sympy import KroneckerDelta, Symbol

from sparseae_lib.calculus import Outcome
from sparseae_lib.derivations import Attempt, derive
from sparseae_lib.derivations.latex import terms
from sparseae_lib.notebook_html import formula
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, OUTPUT_DELTA
from sparseae_lib.statements.symbols import m


def lines(statement):
    return tuple(step.expression for step in derive(statement).steps)


def test_a_derivation_has_no_failure():
    assert Attempt(lines(BIAS_GRADIENT)).failures() == {}


def test_the_line_that_fails_is_named_and_so_is_the_way_back():
    """A wrong line follows from nothing, and the right one after it does not follow from it."""
    good = lines(BIAS_GRADIENT)
    failures = Attempt((*good[:3], 2 * good[3], *good[4:])).failures()
    assert list(failures) == [4, 5]
    assert all(decision.outcome is Outcome.REFUTED for decision in failures.values())


def test_a_mistake_that_is_carried_on_is_one_failure():
    good = lines(BIAS_GRADIENT)
    assert list(Attempt((*good[:3], *(2 * line for line in good[3:]))).failures()) == [4]


def test_a_forgotten_bracket_is_found():
    good = lines(HIDDEN_DELTA)
    a, s = (Symbol(name, integer=True, nonnegative=True) for name in "as")
    forgotten = good[4].xreplace({KroneckerDelta(a, s, (0, m - 1)): 1})
    assert forgotten != good[4]
    assert list(Attempt((*good[:4], forgotten)).failures()) == [5]


def test_abbreviations_are_what_they_stand_for():
    """Without its meaning A would not change with Z, and its derivative be 0."""
    derivation = derive(OUTPUT_DELTA)
    chain = [step.expression for step in derivation.steps[3:5]]
    assert Attempt(tuple(chain), derivation.where).failures() == {}
    assert list(Attempt((chain[0], 2 * chain[1]), derivation.where).failures()) == [2]


def test_every_line_is_shown():
    attempt = Attempt(lines(BIAS_GRADIENT))
    html = attempt._repr_html_()
    assert html.count("<li>") == len(attempt.lines)
    assert html.count(" = ") >= len(attempt.lines) - 1
    assert formula("\\displaystyle " + terms(attempt.lines[0])[0]) in html
    assert repr(attempt).count("\n= ") == len(attempt.lines) - 1
