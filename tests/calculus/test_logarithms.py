"""Logarithms, roots and powers, where both sides are defined: log(x^2) is 2 log|x|, and the root of x^2 is |x|."""

import pytest
from sympy import (
    Abs,
    Add,
    Derivative,
    Determinant,
    KroneckerDelta,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    Sum,
    cosh,
    exp,
    log,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from sparseae_lib.calculus import (
    EntrySum,
    Hadamard,
    Outcome,
    SquaredNorm,
    absolute,
    decide,
    divide,
    exponential,
    logarithm,
    prove,
    refute,
    root,
    row_sums,
    sigmoid,
    softmax,
    square,
)
from tests.calculus.tables import each_line

m, n = symbols("m n", integer=True, positive=True)
i, j = symbols("i j", integer=True, nonnegative=True)
x, y, z = symbols("x y z", real=True)
c, d, p = symbols("c d p", positive=True)
A, v, w = MatrixSymbol("A", n, n), MatrixSymbol("v", n, 1), MatrixSymbol("w", n, 1)
X, Y = MatrixSymbol("X", m, n), MatrixSymbol("Y", m, n)
P, Q = softmax(X), softmax(Y)
middle = (P + Q) / 2
Av, AAv = A * v, A * (A * v / sqrt(SquaredNorm(A * v)))


def entropy(distribution):
    return EntrySum(Hadamard(distribution, logarithm(distribution)))


EQUAL = {
    "of a square": (log(x**2), 2 * log(Abs(x))),
    "of a square that is multiplied out": (log(x**2 - 2 * x + 1), 2 * log(Abs(x - 1))),
    "of a product": (log(c * x * y), log(c) + log(Abs(x)) + log(Abs(y))),
    "of a number": (log(Rational(12, 5)), 2 * log(2) + log(3) - log(5)),
    "of odds": (log(p / (1 - p)) + log((1 - p) / p), 0),
    "of a logarithm": (log(log(c) ** 2), 2 * log(Abs(log(c)))),
    "of the squares of a matrix": (EntrySum(logarithm(square(X))), 2 * EntrySum(logarithm(absolute(X)))),
    "of a determinant": (log(Determinant(A * A.T)), 2 * log(Abs(Determinant(A)))),
    "in an inner sum": (entropy(P), EntrySum(Hadamard(P, X)) - EntrySum(logarithm(row_sums(exponential(X))))),
    "the divergence of Jensen and Shannon": (
        EntrySum(Hadamard(P, logarithm(divide(P, middle)))) + EntrySum(Hadamard(Q, logarithm(divide(Q, middle)))),
        entropy(P) + entropy(Q) - 2 * entropy(middle),
    ),
    "a power": (p * (1 - p) ** (c - 1) - p * (1 - p) ** c / (1 - p), 0),
    "a power by its logarithm": (exp(d * log(c)), c**d),
    "the root of a square": (sqrt(x**2 + y**2 - 2 * x * y), Abs(x - y)),
    "the root of a square with exponentials": (sqrt(cosh(x) ** 2 - 1), Abs(sinh(x))),
    "the root of a quotient": (sqrt(x / y**2), sqrt(x) / Abs(y)),
    "a root below a line": (1 / (sqrt(c) + sqrt(d)), (sqrt(c) - sqrt(d)) / (c - d)),
    "two steps of the power method": (AAv / sqrt(SquaredNorm(AAv)), A * Av / sqrt(SquaredNorm(A * Av))),
    "roots of a matrix": (root(Hadamard(X, X) - 2 * Hadamard(X, Y) + Hadamard(Y, Y)), absolute(X - Y)),
    "the size of what is positive": (Abs(1 - tanh(x) ** 2), 1 - tanh(x) ** 2),
    "the size of an exponential less 1": (Abs(exp(x) - 1), Abs(exp(-x) - 1) * exp(x)),
    "exponentials of the larger one": (exp(Max(x, y)) - exp(Min(x, y)), Abs(exp(x) - exp(y))),
    "a sigmoid of the larger one": (sigmoid(Max(x, y)), Max(sigmoid(x), sigmoid(y))),
    "ELU by its kinks": (
        Piecewise((x, x > 0), (c * (exp(x) - 1), True)),
        Max(0, x) + Min(0, c * (exp(x) - 1)),
    ),
}
WRONG = {
    "of a square, without its sign": (log(x**2), log(x)),
    "of a square that is multiplied out": (log(x**2 + 2 * x + 1), 2 * log(Abs(x - 1))),
    "of a sum": (log(c + d), log(c) + log(d)),
    "of a number": (log(6), log(2) + log(4)),
    "of a determinant": (log(Determinant(A * A.T)), log(Abs(Determinant(A)))),
    "entropy, without the sums": (entropy(P), EntrySum(Hadamard(P, X))),
    "the root of a square": (sqrt(x**2 + y**2 - 2 * x * y), x - y),
    "the root of a sum of squares": (sqrt(x**2 + y**2), Abs(x) + Abs(y)),
    "the root of a square with exponentials": (sqrt(cosh(x) ** 2 - 1), sinh(x)),
    "the size of an exponential less 1": (Abs(exp(x) - 1), exp(x) - 1),
    "exponentials of a difference": (Abs(exp(x) - exp(y)), exp(Abs(x - y))),
    "a sigmoid of the smaller one": (sigmoid(Max(x, y)), Min(sigmoid(x), sigmoid(y))),
    "ELU of any slope": (Piecewise((x, x > 0), (z * (exp(x) - 1), True)), Max(0, x) + Min(0, z * (exp(x) - 1))),
    "where a delta is 0": (
        KroneckerDelta(i, j) * log(A[i, j]) + Abs(A[i, j]),
        KroneckerDelta(i, j) * log(A[i, j]) + A[i, j],
    ),
    "of other entries": (EntrySum(absolute(v)) + log(v[0, 0]), EntrySum(v) + log(v[0, 0])),
    "of another matrix": (
        EntrySum(absolute(v)) + EntrySum(logarithm(w)),
        EntrySum(v) + EntrySum(logarithm(w)),
    ),
}
UNKNOWN = {
    "of two branches": (Piecewise((log(x), x > 0), (log(-x), True)), log(x**2) / 2),
    "beside the branch of a logarithm": (Piecewise((log(x), x > 0), (x, True)), Piecewise((log(x), x > 0), (5, True))),
    "beside the branch of a root": (Piecewise((sqrt(x), x > 0), (x, True)), Piecewise((sqrt(x), x > 0), (5, True))),
}

NOT_EVALUATED = {
    "e to a logarithm": exp(log(x), evaluate=False),
    "a root of an entry": Mul(sqrt(v[i, 0]), sqrt(v[i, 0]), evaluate=False),
    "a square of a root": Pow(sqrt(x + y), 2, evaluate=False),
    "a product of powers": Mul(x ** Rational(1, 3), x ** Rational(2, 3), evaluate=False),
    "a sum": Sum(exp(log(v[i, 0]), evaluate=False), (i, 0, n - 1)),
    "a logarithm less itself": Add(log(x), x, -log(x), evaluate=False),
    "a derivative": Derivative(x * log(x) - log(x) - x + 1, x) - log(x) + 1 / x + x,
}
"""What SymPy makes something of that is also defined where a logarithm or a root in it is not."""

test_each_line = each_line(EQUAL, WRONG)


@pytest.mark.parametrize("name", NOT_EVALUATED)
def test_what_is_not_defined_refutes_nothing(name):
    part = NOT_EVALUATED[name]
    size = {x: Abs(x), x + y: Abs(x + y), v[i, 0]: Abs(v[i, 0])}
    evaluated = part.doit()
    assert prove(part, evaluated).outcome is Outcome.PROVED
    assert refute(part, 2 * evaluated).outcome is Outcome.REFUTED
    assert decide(part, evaluated.xreplace(size)).outcome is Outcome.UNKNOWN
    assert decide(evaluated, evaluated.xreplace(size)).outcome is Outcome.REFUTED


def test_it_is_said_where_a_root_is_defined():
    assert str(prove(sqrt(x) * sqrt(y), sqrt(y) * sqrt(x))).endswith("where x is not negative and y is not negative")
    assert str(prove(1 / sqrt(x), sqrt(x) / x)).endswith("where x is not 0 and x is not negative")
    for nonnegative in (p, x**2 + 1, SquaredNorm(v), EntrySum(square(X))):
        assert "where" not in str(prove(2 * sqrt(nonnegative), sqrt(nonnegative) + sqrt(nonnegative)))
    assert "where" not in str(prove(log(p * c), log(p) + log(c)))


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_defined_elsewhere_too_is_unknown(name):
    assert decide(*UNKNOWN[name]).outcome is Outcome.UNKNOWN
