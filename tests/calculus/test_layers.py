"""Sums over layers around sums over the units of each, and their derivatives with respect to what one layer has."""

from sympy import Derivative, Function, Integer, KroneckerDelta, Mul, Sum, Symbol, Trace, ZeroMatrix, symbols

from sparseae_lib.calculus import (
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    decide,
    prove,
    vjp,
)
from tests.calculus.tables import each_line

l, L, m = symbols("l L m", integer=True, positive=True)
i, j, k, r, s = symbols("i j k r s", integer=True, nonnegative=True)
S, a = Function("S", integer=True, positive=True), Function("a", real=True)
c = Symbol("c", real=True)


def W(layer):
    return LayerMatrix("W", layer, S(layer), S(layer + 1))


def b(layer):
    return LayerMatrix("b", layer, 1, S(layer + 1))


def over(term, first=1, last=L - 1):
    return Sum(term(k), (k, first, last))


def entries(layer):
    return Sum(W(layer)[i, j] ** 2, (j, 0, S(layer + 1) - 1), (i, 0, S(layer) - 1))


def square(layer):
    return SquaredNorm(W(layer))


def by_W(scalar, layer=l):
    return Gradient(scalar, W(layer))


SQUARES = over(square)

EQUAL = {
    "of all entries": (SQUARES, over(entries)),
    "of traces": (SQUARES, over(lambda k: Trace(W(k).T * W(k)))),
    "of products": (SQUARES, over(lambda k: EntrySum(Hadamard(W(k), W(k))))),
    "from another layer on": (SQUARES, over(lambda k: square(k - 1), 2, L)),
    "of rows": (over(lambda k: SquaredNorm(b(k))), over(lambda k: Sum(b(k)[0, j] ** 2, (j, 0, S(k + 1) - 1)))),
    "of constants": (over(lambda k: c * a(k) * square(k)), c * over(lambda k: a(k) * entries(k))),
    "of sums": (over(lambda k: square(k) + a(k)), SQUARES + over(a)),
    "of another sum with its letter": (Sum(a(k), (k, 0, L - 1), (k, 1, L - 1)), (L - 1) * Sum(a(k), (k, 0, L - 1))),
    "of numbers, of another sum with its letter": (Sum(k, (k, 0, m - 1), (k, 1, m - 1)), (m - 1) ** 2 * m / 2),
    "of a sum in it with its letter": (
        Sum(square(k) + Sum(a(k), (k, 0, L - 1)), (k, 1, L - 1)),
        SQUARES + (L - 1) * Sum(a(k), (k, 0, L - 1)),
    ),
    "of one number by how many there are": (over(lambda k: 1 / (L - 1)), 1),
    "of shares": (over(lambda k: square(k) / SQUARES.subs(k, r)), 1),
    "of widths": (over(lambda k: Sum(c, (i, 0, S(k) - 1))), c * over(S)),
    "with a sum over samples": (Sum(a(s) * SQUARES, (s, 0, m - 1)), Sum(a(s), (s, 0, m - 1)) * over(entries)),
    "in a square": (SQUARES**2, SQUARES * over(entries)),
    "a derivative": (by_W(c / 2 * SQUARES), c * W(l)),
    "a derivative by entries": (by_W(over(entries))[i, j], 2 * W(l)[i, j]),
    "a derivative in a number's layer": (by_W(SQUARES, Integer(2)), 2 * W(2)),
    "a derivative before the first layer": (by_W(over(square, 2), Integer(1)), ZeroMatrix(S(1), S(2))),
    "a derivative of a row": (Gradient(over(lambda k: SquaredNorm(b(k))), b(l)), 2 * b(l)),
    "a derivative of a square": (by_W(SQUARES**2), 4 * SQUARES * W(l)),
    "a derivative of a sum of sums": (by_W(over(lambda k: a(k) * square(k) * SQUARES.subs(k, r))), (
        2 * over(lambda k: a(k) * square(k)) * W(l) + 2 * a(l) * SQUARES * W(l)
    )),
    "the layer itself in the sum": (by_W(over(lambda k: square(k) * square(l))), (
        2 * SQUARES * W(l) + 2 * square(l) * W(l)
    )),
    "two layers in each term": (by_W(over(lambda k: SquaredNorm(W(k) * W(k + 1)), 1, L - 2)), (
        2 * W(l) * W(l + 1) * W(l + 1).T + 2 * W(l - 1).T * W(l - 1) * W(l)
    )),
}  # fmt: skip

WRONG = {
    "of all entries": (SQUARES, 2 * over(entries)),
    "of another sum with its letter": (Sum(a(k), (k, 0, L - 1), (k, 1, L - 1)), L * over(a)),
    "from another layer on": (SQUARES, over(square, 2, L)),
    "without the last layer": (SQUARES, over(entries, 1, L - 2)),
    "of other entries": (SQUARES, over(lambda k: SquaredNorm(b(k)))),
    "a derivative": (by_W(c / 2 * SQUARES), c / 2 * W(l)),
    "a derivative of nothing": (by_W(SQUARES), ZeroMatrix(S(l), S(l + 1))),
    "a derivative of a square": (by_W(SQUARES**2), 2 * SQUARES * W(l)),
    "the layer itself in the sum": (by_W(over(lambda k: square(k) * square(l))), 2 * SQUARES * W(l)),
    "two layers in each term": (
        by_W(over(lambda k: SquaredNorm(W(k) * W(k + 1)), 1, L - 2)),
        2 * W(l) * W(l + 1) * W(l + 1).T,
    ),
}

test_each_line = each_line(EQUAL, WRONG)


def test_it_is_said_which_layers_are_meant():
    assert str(prove(by_W(SQUARES), 2 * W(l))).endswith("where l is from 1 to L - 1")
    assert str(prove(by_W(over(square, 2)), 2 * W(l))).endswith("where L is at least 2 and l is from 2 to L - 1")
    assert str(prove(by_W(SQUARES, Integer(2)), 2 * W(2))).endswith("where L - 1 is at least 2")
    assert "where" not in str(prove(by_W(over(square, 1, l + 3)), 2 * W(l)))


def test_no_other_layer_refutes():
    """Beyond the last layer the brackets are all 0; there is no W^(l) there."""
    is_a_layer = over(lambda k: KroneckerDelta(k, r), 1, L - 1)
    decision = decide(by_W(SQUARES, r), 2 * W(r) * is_a_layer)
    assert decision.outcome is not Outcome.REFUTED
    assert decide(2 * W(r), 2 * W(r) * is_a_layer).outcome is Outcome.REFUTED


def test_what_the_chain_rule_holds_fixed_is_no_layer_of_the_sum():
    fixed = Mul(SQUARES, b(l))
    decision = decide(vjp(fixed, b(l - 1) * W(l), W(l)), b(l - 1).T * fixed)
    assert decision.outcome is Outcome.UNKNOWN
    assert "may or may not be" in str(decision)


def test_a_layer_that_another_sum_goes_through_is_unknown():
    squares = Sum(square(r), (r, 0, L - 1))
    for first, outside in ((0, 0), (1, a(k)), (0, a(k))):  # a letter that is free elsewhere is another one
        total = over(lambda k: EntrySum(by_W(squares, k)), first, L)
        decision = decide(total + outside, 2 * over(lambda k: EntrySum(W(k)), first, L) + outside)
        assert decision.outcome is Outcome.UNKNOWN
        assert "in another one" in str(decision)


def test_a_bracket_with_the_last_layer_is_not_known():
    decision = decide(Sum(a(k) * KroneckerDelta(k, L), (k, 0, L)), a(L))
    assert decision.outcome is Outcome.UNKNOWN
    assert str(decision) == "unknown: L is an index and a size"


def test_what_has_no_terms_divides_all_the_same():
    assert str(prove(over(lambda k: 1 / (L - 1)), Integer(1))).endswith("where L - 1 is not 0")
    assert "is not 0" in str(prove(over(lambda k: square(k) / SQUARES.subs(k, r)), Integer(1)))


def test_a_derivative_by_a_number_goes_into_the_sum():
    t = Symbol("t", real=True)
    prove(Derivative(over(lambda k: t**2 * square(k)), t), 2 * t * SQUARES)
