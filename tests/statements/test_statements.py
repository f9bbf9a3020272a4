"""The statements follow from the definitions, each has a label and a title of its own, and the library names it."""

import inspect
import re
from pathlib import Path

import pytest

from sparseae_lib import activations, backprop, objective, penalties, statements
from sparseae_lib.calculus import Gradient, Outcome, decide, prove, refute
from sparseae_lib.checks import against_library
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import (
    BIAS_GRADIENT,
    HIDDEN_DELTA,
    OUTPUT_DELTA,
    WEIGHT_GRADIENT,
    unroll,
)
from sparseae_lib.statements.definitions import SIGMOID_DERIVATIVE
from sparseae_lib.statements.symbols import A, Delta, J, L, S, W, Y, Z, b, f, l, m, n, sigma, square, weight_decay, x

PROVED = [statement for statement in STATEMENTS.values() if statement.derivation is not None]


@pytest.mark.parametrize("statement", PROVED, ids=lambda statement: statement.label)
def test_every_statement_follows_from_the_definitions(statement):
    assert prove(statement.derivation, statement.expanded).outcome is Outcome.PROVED


@pytest.mark.parametrize(
    ("statement", "right", "wrong"),
    [
        (OUTPUT_DELTA, Y, -Y),
        (OUTPUT_DELTA, f.prime(Z(L)), f(Z(L))),
        (OUTPUT_DELTA, f(Z(L)), Z(L)),
        (HIDDEN_DELTA, W(l).T, W(l)),
        (HIDDEN_DELTA, W(l), W(l - 1)),
        (HIDDEN_DELTA, Delta(l + 1), -Delta(l + 1)),
        (HIDDEN_DELTA, f.prime(Z(l)), f.prime(Z(l + 1))),
        (HIDDEN_DELTA, f.prime(Z(l)), f.prime.prime(Z(l))),
        (WEIGHT_GRADIENT, m, 1),
        (WEIGHT_GRADIENT, weight_decay, weight_decay / 2),
        (WEIGHT_GRADIENT, A(l).T, A(l)),
        (WEIGHT_GRADIENT, A(l), Z(l)),
        (WEIGHT_GRADIENT, A(l), A(l + 1)),
        (BIAS_GRADIENT, m, 1),
        (BIAS_GRADIENT, Delta(l + 1), Delta(l)),
        (SIGMOID_DERIVATIVE, sigma(x), 1 + sigma(x)),
    ],
)
def test_a_corrupted_statement_is_refuted_or_ill_formed(statement, right, wrong):
    corrupted = statement.expanded.subs(right, wrong) if right is m else statement.expanded.xreplace({right: wrong})
    assert corrupted != statement.expanded
    assert refute(statement.derivation, corrupted).outcome in (Outcome.REFUTED, Outcome.ILL_FORMED)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_statements_put_into_each_other_are_the_gradient_of_the_whole_network(depth):
    net = unroll(depth)
    for k in range(1, depth):
        for statement, parameter in ((WEIGHT_GRADIENT, W(k)), (BIAS_GRADIENT, b(k))):
            formula = statement.formula.subs(l, k).xreplace(net)
            assert prove(Gradient(net[J], parameter), formula).outcome is Outcome.PROVED


@pytest.mark.parametrize("depth", [3, 4])
def test_every_unrolled_delta_is_the_derivative_of_the_cost(depth):
    net = unroll(depth)
    for k in range(2, depth + 1):
        cost, delta = (net[symbol].xreplace({net[Z(k)]: Z(k)}) for symbol in (J, Delta(k)))
        assert prove(m * Gradient(cost, Z(k)), delta).outcome is Outcome.PROVED


def test_a_network_with_one_wrong_delta_is_refuted():
    net = unroll(3)
    wrong = net | {Delta(2): net[Delta(2)].xreplace({W(2).T: 2 * W(2).T})}
    formula = WEIGHT_GRADIENT.formula.subs(l, 1)
    assert decide(Gradient(net[J], W(1)), formula.xreplace(net)).outcome is Outcome.PROVED
    assert decide(Gradient(net[J], W(1)), formula.xreplace(wrong)).outcome is Outcome.REFUTED


def test_every_label_belongs_to_its_statement():
    assert all(label == statement.label for label, statement in STATEMENTS.items())
    assert len({statement.title for statement in STATEMENTS.values()}) == len(STATEMENTS)


def test_every_statement_that_is_written_is_among_them():
    folder = Path(statements.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    assert sorted(re.findall(r'= Statement\(\s*"([\w-]+)"', text)) == sorted(STATEMENTS)


def test_every_theorem_is_computed_by_a_function_that_names_it():
    modules = (activations, backprop, objective, penalties, against_library)
    members = [member for module in modules for member in vars(module).values() if inspect.getmodule(member) is module]
    named = {label for member in members for label in re.findall(r"``(thm-[\w-]+)``", inspect.getdoc(member) or "")}
    assert named == set(STATEMENTS)


def test_a_square_network_has_one_width_everywhere():
    assert square(HIDDEN_DELTA.formula).shape == (m, n)
    assert not square(unroll(3)[J]).has(S)
