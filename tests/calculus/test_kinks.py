"""Absolute values: what holds between all kinks is proved, and what fails between two of them is not."""

import pytest
from sympy import (
    Abs,
    Derivative,
    KroneckerDelta,
    Lambda,
    MatrixSymbol,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    exp,
    sign,
    sqrt,
    symbols,
)

from sparseae_lib.calculus import Elementwise, EntrySum, Hadamard, Outcome, absolute, decide
from tests.calculus.tables import each_line

n = Symbol("n", integer=True, positive=True)
x, y, z = symbols("x y z", real=True)
c, d = symbols("c d", positive=True)
A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
huber, clip = (
    Elementwise(name, Lambda((c, z), formula), 0, d)
    for name, formula in (
        ("huber", Piecewise((z**2 / 2, Abs(z) <= c), (c * (Abs(z) - c / 2), True))),
        ("clip", Max(-c, Min(c, z))),
    )
)

EQUAL = {
    "in each other": (Abs(x + Abs(x)), x + Abs(x)),
    "of a difference": (Max(x, y, x), Max(x, y)),
    "three kinks": (Max(0, Min(1, x)) + Max(0, Min(1, 1 - x)), 1),
    "beside a power": (Abs(x - 1) * (x - 1) ** 2, Abs((x - 1) ** 3)),
    "under a root": (sqrt((Abs(x) + x) ** 2), x + Abs(x)),
    "beside an exponential": (exp(Abs(x) + x) * exp(Abs(x) - x), exp(2 * Abs(x))),
    "a number that is scaled": (Max(2 * x - 2 * y, 0), 2 * Max(x - y, 0)),
    "clipped by a letter": (Max(-c, Min(c, z)), Min(c, Max(-c, z))),
    "Huber's derivative by a letter": (
        Derivative(Piecewise((z**2 / 2, Abs(z) <= c), (c * (Abs(z) - c / 2), True)), z),
        Max(-c, Min(c, z)),
    ),
    "a sum of Huber's derivatives": (EntrySum(huber.prime(A)), EntrySum(clip(A))),
    "of a product": (EntrySum(absolute(Hadamard(A, A, B))), EntrySum(Hadamard(A, A, absolute(B)))),
    "of a product of two": (EntrySum(absolute(Hadamard(A, B))), EntrySum(Hadamard(absolute(A), absolute(B)))),
    "of a quotient": (Abs(x / y), Abs(x) / Abs(y)),
    "of an entry": (Elementwise("h", Lambda(z, Max(z, Min(z, 1))))(A), A),
}
OTHER = {
    "clipped by two letters of which nothing is said": (Max(x, Min(y, z)), Min(y, Max(x, z))),
    "clipped at another place": (Max(-c, Min(c, z)), Max(-c, Min(2 * c, z))),
    "a gap that a letter makes": (Max(z, c) + Max(z, -c), z + Max(Abs(z), 2 * c)),
    "on one side": (Abs(x), x),
    "between two kinks that are near": (Max(0, Min(Rational(1, 10**6), x)), 0),
    "in a window that is narrow": (Piecewise((1, (z > 0) & (z < Rational(1, 1000))), (0, True)), 0),
    "far away": (Max(x, 10**6), 10**6),
    "at a kink alone": (KroneckerDelta(x, 0) + Abs(Abs(x) - x), Abs(Abs(x) - x)),
    "at another kink alone": (KroneckerDelta(x, 1) * Abs(x - 1) + KroneckerDelta(x, 1), 0),
}


WRONG = {
    "clipped at 100": (Elementwise("h", Lambda(z, Max(-100, Min(100, z))))(A), A),
    "pulled to 0, but not below 1": (
        Elementwise("h", Lambda(z, z - Max(-1, Min(1, z))))(A),
        Elementwise("h", Lambda(z, sign(z) * (Abs(z) - 1)))(A),
    ),
    "of a product, of one factor alone": (absolute(Hadamard(A, B)), Hadamard(A, absolute(B))),
}

test_each_line = each_line(EQUAL, WRONG)


@pytest.mark.parametrize("name", OTHER)
def test_what_fails_somewhere_is_not(name):
    decision = decide(*OTHER[name])
    assert decision.outcome is not Outcome.PROVED, decision
