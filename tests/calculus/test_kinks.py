"""Absolute values: what holds between all kinks is proved, and what fails between two of them is not."""

import pytest
from sympy import Abs, KroneckerDelta, Lambda, MatrixSymbol, Max, Min, Rational, Symbol, exp, sqrt, symbols

from sparseae_lib.calculus import Elementwise, Outcome, decide

n = Symbol("n", integer=True, positive=True)
x, y, z = symbols("x y z", real=True)
A = MatrixSymbol("A", n, n)

EQUAL = {
    "in each other": (Abs(x + Abs(x)), x + Abs(x)),
    "of a difference": (Max(x, y, x), Max(x, y)),
    "three kinks": (Max(0, Min(1, x)) + Max(0, Min(1, 1 - x)), 1),
    "beside a power": (Abs(x - 1) * (x - 1) ** 2, Abs((x - 1) ** 3)),
    "under a root": (sqrt((Abs(x) + x) ** 2), x + Abs(x)),
    "beside an exponential": (exp(Abs(x) + x) * exp(Abs(x) - x), exp(2 * Abs(x))),
    "a number that is scaled": (Max(2 * x - 2 * y, 0), 2 * Max(x - y, 0)),
    "of an entry": (Elementwise("h", Lambda(z, Max(z, Min(z, 1))))(A), A),
}
OTHER = {
    "on one side": (Abs(x), x),
    "between two kinks that are near": (Max(0, Min(Rational(1, 10**6), x)), 0),
    "far away": (Max(x, 10**6), 10**6),
    "at a kink alone": (KroneckerDelta(x, 0) + Abs(Abs(x) - x), Abs(Abs(x) - x)),
    "at another kink alone": (KroneckerDelta(x, 1) * Abs(x - 1) + KroneckerDelta(x, 1), 0),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_holds_between_all_kinks_is_proved(name):
    decision = decide(*EQUAL[name])
    assert decision.outcome is Outcome.PROVED, decision


@pytest.mark.parametrize("name", OTHER)
def test_what_fails_somewhere_is_not(name):
    decision = decide(*OTHER[name])
    assert decision.outcome is not Outcome.PROVED, decision
