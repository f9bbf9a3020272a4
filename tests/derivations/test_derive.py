"""Derivations in entries: every statement has one, each step is decided, and no corrupted step gets through."""

from dataclasses import replace
from functools import cache

import pytest
from sympy import KroneckerDelta, Sum, Symbol, log

from sparseae_lib.calculus import Gradient, Hadamard, NotProved, SquaredNorm, decide
from sparseae_lib.calculus.mutation import mutants
from sparseae_lib.calculus.shapes import IllFormed
from sparseae_lib.derivations import Derivation, NoDerivation, Step, derive
from sparseae_lib.derivations.rules import Term, picked
from sparseae_lib.derivations.words import spoken
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import A, L, S, W, Y, Z, beta, f, l, m

DERIVED = [label for label, statement in STATEMENTS.items() if statement.derivation is not None]
PAPER = ("thm-output-delta", "thm-hidden-delta", "thm-bias-gradient", "thm-kl-derivative", "thm-sigmoid-derivative")
"""What a student derives on paper; the others have the same kinds of steps, and take longer to decide."""

CANCELLED = "thm-shard-means"
"""Its definition is its claim as soon as m_1 / m_1 is 1."""


@cache
def derived(label):
    return derive(STATEMENTS[label])


def chain(derivation):
    return [derivation.start, *(step.expression for step in derivation.steps), derivation.claim]


def with_step(derivation, number, expression):
    """The part of the derivation around one step, with another expression there."""
    before, _, after = chain(derivation)[number - 1 : number + 2]
    step = Step(expression, ("corrupted",))
    return replace(derivation, start=before, steps=(step,), claim=after)


@pytest.mark.parametrize("label", DERIVED)
def test_every_statement_is_derived(label):
    derivation, statement = derived(label), STATEMENTS[label]
    assert derivation.equation == (statement.left, statement.formula)
    assert len(derivation.steps) >= 5 or label == CANCELLED
    assert all(step.reason for step in derivation.steps)
    printed = [str(step.expression) for step in derivation.steps]
    assert len(set(printed)) == len(printed)
    # No derivative is left at the end, but of a cost that is only a name.
    last = derivation.steps[-1].expression
    assert not [part for part in last.atoms(Gradient) if not isinstance(part.args[0], Symbol) and part.args[0].args[1:]]


def test_a_definition_has_none():
    with pytest.raises(NoDerivation, match=r"thm-forward is a definition"):
        derive(STATEMENTS["thm-forward"])


def test_what_is_no_statement():
    with pytest.raises(TypeError, match=r"statement must be a Statement, not int"):
        derive(1)


def test_a_wrong_statement_is_not_derived():
    wrong = replace(STATEMENTS["thm-output-delta"], formula=Hadamard(Y - A(L), f.prime(Z(L))))
    with pytest.raises(NotProved, match=r"does not follow from the step before it"):
        derive(wrong)


def test_a_gradient_that_is_no_term_is_said_to_be_none():
    statement = STATEMENTS["thm-output-delta"]
    inside = replace(statement, derivation=Hadamard(Gradient(SquaredNorm(Z(L)), Z(L)), Y))
    with pytest.raises(NoDerivation, match=r"a gradient inside of"):
        derive(inside)


@pytest.mark.parametrize("label", DERIVED)
def test_twice_any_step_is_refused(label):
    derivation = derived(label)
    for number, step in enumerate(derivation.steps, start=1):
        with pytest.raises(NotProved, match=r"step 1 does not follow"):
            with_step(derivation, number, 2 * step.expression)


def test_the_step_that_fails_is_named():
    derivation = derived("thm-bias-gradient")
    for number, step in enumerate(derivation.steps, start=1):
        wrong = [replace(s, expression=-s.expression) if s is step else s for s in derivation.steps]
        with pytest.raises(NotProved, match=rf"step {number} does not follow"):
            replace(derivation, steps=tuple(wrong))
    with pytest.raises(NotProved, match=r"the claim does not follow"):
        replace(derivation, claim=-derivation.claim)


@pytest.mark.parametrize("label", PAPER)
def test_slips_of_the_pen_in_any_step_are_refused(label):
    """Every corruption that is not the step in disguise; whether it is, its own decision says."""
    derivation, refused, same = derived(label), 0, []
    for number, step in enumerate(derivation.steps, start=1):
        for mutant in mutants(step.expression)[::8]:
            try:
                with_step(derivation, number, mutant.expression)
            except (NotProved, IllFormed, TypeError):  # some cannot even be written, as a derivative by f(Z)
                refused += 1
            else:
                same.append((number, mutant))
    assert refused > len(same)
    for number, mutant in same:
        meant = (derivation.steps[number - 1].expression, mutant.expression)
        assert decide(*(side.xreplace(derivation.where) for side in meant)).outcome.value == "proved", (number, mutant)


def test_what_is_not_dropped():
    """Without the bracket a sum over all samples stays: the kind of step that looks right."""
    derivation = derived("thm-hidden-delta")
    number, step = next((n, s) for n, s in enumerate(derivation.steps, start=1) if s.expression.has(KroneckerDelta))
    bracket = sorted(step.expression.atoms(KroneckerDelta), key=str)[0]
    with pytest.raises(NotProved):
        with_step(derivation, number, step.expression.xreplace({bracket: 1}))


def test_the_hidden_delta_as_on_paper():
    steps = [(str(step.expression), step.reason[0]) for step in derived("thm-hidden-delta").steps]
    assert len(steps) == 7
    assert steps[0][1].startswith("the chain rule: the cost changes with")
    assert steps[5] == (
        "f'(Z^(l)[s, k])*Sum(Delta^(l + 1)[s, j]*W^(l)[k, j], (j, 0, S(l + 1) - 1))",
        "the brackets pick ",
    )
    assert steps[6][0] == "f'(Z^(l)[s, k])*(Delta^(l + 1)*W^(l).T)[s, k]"


def of_cost(cost, variable, formula):
    gradient = Gradient(cost, variable)
    return derive(Statement("", "", gradient, formula, gradient))


def over(term, first=1):
    k = Symbol("k", integer=True, nonnegative=True)
    return Sum(term(k), (k, first, L - 1))


def square(layer):
    return SquaredNorm(W(layer))


def test_of_a_sum_over_layers_one_term_changes():
    derivation = of_cost(over(lambda k: beta(k) * square(k)) / 2, W(l), beta(l) * W(l))
    assert derivation.rules[:2] == ["linearity", "the term of one layer"]
    steps = [(str(step.expression), spoken(step.reason)) for step in derivation.steps]
    assert not any("does not change" in reason for _, reason in steps)
    assert steps[3][1] == "of the sum over layers, only the term with W^(l) changes"
    assert steps[3][0] == "d(beta(l)*Sum(W^(l)[p, q]**2, (p, 0, S(l) - 1), (q, 0, S(l + 1) - 1)))/dW^(l)[i, j]/2"


def test_outside_of_the_layers_of_a_sum_no_term_changes():
    derivation = of_cost(over(square, 2) + square(1), W(1), 2 * W(1))
    assert "the term of one layer" not in derivation.rules
    assert "W^(k) does not change, which gives 0" in spoken(derivation.steps[2].reason)
    assert "the term of one layer" in of_cost(over(square, 2), W(2), 2 * W(2)).rules


@pytest.mark.parametrize("term", [lambda k: square(k) * square(l), lambda k: square(k) * square(k - 1)])
def test_there_are_no_steps_for_a_product_of_two_layers(term):
    with pytest.raises(NoDerivation, match="no rule for the derivative of Sum"):
        of_cost(over(term, 2), W(l), W(l))


def test_what_a_function_is_taken_of_has_indices_of_its_own():
    """The derivative of log(u) is 1/u times that of u: the brackets pick an entry in the second u, and none in 1/u."""
    for total in (1 + square(l), 1 + over(square)):
        steps = of_cost(log(total), W(l), 2 / total * W(l)).steps
        assert str(steps[-1].expression).startswith("2*W^(l)[i, j]/(Sum(W^")
        assert not steps[-1].expression.has(KroneckerDelta)


def test_all_ways_to_the_cost_are_named():
    """Two shards are two ways; what contains the variable directly, as the decay does, is a third one."""
    of_biases, of_weights = (spoken(derived(f"thm-shard-{part}").steps[0].reason) for part in ("biases", "weights"))
    for said, end in ((of_biases, " alone"), (of_weights, ", and through a term that contains it directly")):
        assert " through Z_1^(l + 1) = A_1^(l)*W^(l) + 1*b^(l) and Z_2^(l + 1) = A_2^(l)*W^(l) + 1*b^(l)" + end in said
        assert said.endswith("Delta_1^(l + 1) and Delta_2^(l + 1) are held fixed")


def test_one_letter_is_one_range():
    """In every step of a derivation an index with the same letter runs over the same values."""
    for label in PAPER:
        ranges = {}
        for step in derived(label).steps:
            for part in step.expression.atoms(Sum):
                for index, _, high in part.limits:
                    assert ranges.setdefault(index, high) == high, label


def test_a_bracket_picks_one_term():
    i, j, k = (Symbol(name, integer=True, nonnegative=True) for name in "ijk")
    term = Term(KroneckerDelta(i, k, (0, S(l) - 1)) * W(l)[i, j], limits=((i, 0, S(l) - 1), (j, 0, S(l + 1) - 1)))
    left, found = picked(term)
    assert found == {i: k}
    assert left.expression == Sum(W(l)[k, j], (j, 0, S(l + 1) - 1))


def test_a_bracket_of_two_summed_indices_leaves_one_sum():
    i, j = (Symbol(name, integer=True, nonnegative=True) for name in "ij")
    limits = ((i, 0, m - 1), (j, 0, m - 1))
    left, _ = picked(Term(KroneckerDelta(i, j, (0, m - 1)) * Z(l)[i, 0] * A(l)[j, 0], limits=limits))
    assert len(left.limits) == 1 and not left.coefficient.has(KroneckerDelta)


def test_a_derivation_is_data():
    i, j = (Symbol(name, integer=True, nonnegative=True) for name in "ij")
    start, end = A(l)[i, j] * 2, A(l)[i, j] + A(l)[i, j]
    assert Derivation((start, end), start, start, (Step(end, ("the same",)),), end).formula == end
