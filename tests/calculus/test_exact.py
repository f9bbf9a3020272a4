"""Random pairs against exact values, and the exact values against numbers by hand. ``make fuzz`` tries 20 000 pairs."""

import random
from fractions import Fraction

import pytest
from sympy import Integer, MatrixSymbol, Trace, symbols

from sparseae_lib.calculus import Elementwise, EntrySum, Gradient, Outcome, SquaredNorm, decision, ones
from sparseae_lib.calculus.decision import Decision
from sparseae_lib.calculus.evidence import Reason
from tests.calculus import pairs
from tests.calculus.exact import World, agree

n, m = symbols("n m", integer=True, positive=True)
A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m)
M = MatrixSymbol("M", n, n)
f = Elementwise("f")


@pytest.mark.parametrize("block", range(6))
def test_no_decision_is_contradicted_by_exact_values(block):
    outcomes = []
    for seed in range(50 * block, 50 * (block + 1)):
        outcome, said = pairs.contradiction(seed)
        assert said is None, said
        outcomes.append(outcome)
    assert outcomes.count(Outcome.PROVED) > 10 and outcomes.count(Outcome.REFUTED) > 10
    assert outcomes.count(Outcome.UNKNOWN) < 5


@pytest.mark.parametrize("outcome", [Outcome.PROVED, Outcome.REFUTED, Outcome.ILL_FORMED])
def test_a_wrong_decision_is_contradicted(outcome, monkeypatch):
    """An engine that always says the same is caught."""
    monkeypatch.setattr(pairs, "decide", lambda left, right: Decision(outcome, left, right, Reason(("of course",))))
    said = [pairs.contradiction(seed)[1] for seed in range(20)]
    assert any(said)


def test_an_engine_with_a_bug_is_contradicted(monkeypatch):
    """A proof that forgets about squares, and no witness to object."""
    monkeypatch.setattr(decision, "equal", lambda *_: True)
    monkeypatch.setattr(decision, "find_witness", lambda *_, **__: None)
    assert any(pairs.contradiction(seed)[1] for seed in range(20))


def test_exact_values_by_hand():
    world = World({m: 2, n: 3}, random.Random(0))
    a, b = world.matrix(A, {}), world.matrix(B, {})
    by_hand = [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(2)] for i in range(2)]
    assert world.matrix(A * B, {}) == by_hand
    assert world.scalar(Trace(A * B), {}) == by_hand[0][0] + by_hand[1][1]
    assert world.matrix(Gradient(SquaredNorm(A), A), {}) == [[2 * x for x in row] for row in a]
    assert world.scalar(EntrySum(A) ** -1 * EntrySum(A), {}) == Fraction(1)
    cube = Gradient(EntrySum(Gradient(Trace(M**3), M)), M)
    world = World({n: 1}, random.Random(0))
    ((entry,),) = world.matrix(M, {})
    assert world.matrix(cube, {}) == [[6 * entry]]
    assert world.matrix(Gradient(EntrySum(f(M)), M), {}) == world.matrix(f.prime(M), {})


def test_the_exact_inverse():
    world = World({n: 3}, random.Random(1))
    one = [[int(i == j) for j in range(3)] for i in range(3)]
    assert world.matrix(M * M.inverse(), {}) == world.matrix(M**-2 * M**2, {}) == one
    gradient = -(M.inverse() * M.inverse()).T
    assert agree(Gradient(Trace(M.inverse()), M), gradient, {n: 2}, random.Random(1)) is True
    assert agree(Gradient(Trace(M.inverse()), M), gradient.T, {n: 2}, random.Random(1)) is False
    assert agree(ones(n).T * (ones(n) * ones(n).T).inverse(), ones(n).T, {n: 2}, random.Random(1)) is None


def test_sides_agree_or_differ_or_have_no_values():
    rng = random.Random(0)
    assert agree(A + A, 2 * A, {m: 2, n: 2}, rng) is True
    assert agree(A, 2 * A, {m: 2, n: 2}, rng) is False
    assert agree(1 / (Trace(M) - Trace(M.T)), Integer(1), {n: 2}, rng) is None
