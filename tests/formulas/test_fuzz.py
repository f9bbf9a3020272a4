"""Random expressions survive the round trip; random text is an expression or the one error, within a second."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Basic, I, Integer, MatMul, Pow, Rational, Sum, Symbol, log

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, SquaredNorm, entry, ones
from sparseae_lib.errata import load_errata
from sparseae_lib.formulas import BOOK, SOURCE_IN_COLUMNS, SOURCE_IN_ROWS, Unreadable, latex, read, read_line
from sparseae_lib.formulas.printer import FormulaPrinter
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.symbols import KL, A, Delta, J, S, W, Z, b, beta, f, l, m, rho, rho_hat, sigma, u, x
from tests.formulas.compare import same

SAMPLE, UNIT = (Symbol(letter, integer=True, nonnegative=True) for letter in "sk")
SIZES = (m, S(l), S(l + 1), Integer(1))
LEAVES = {
    (m, S(l)): [A(l), Z(l), Delta(l)],
    (m, S(l + 1)): [A(l + 1), Z(l + 1), Delta(l + 1)],
    (S(l), S(l + 1)): [W(l)],
    (1, S(l)): [rho_hat(l), ones(S(l)).T],
    (1, S(l + 1)): [b(l), rho_hat(l + 1)],
    (m, 1): [ones(m)],
}
SCALARS = [m, x, u, beta(l), rho(l + 1), J, Integer(2), Rational(-3, 4)]
FUNCTIONS = [f, f.prime, sigma, KL(l), KL(l).prime]


@st.composite
def matrices(draw, rows, columns, depth):
    """A random matrix expression of this shape, with entries that the book has letters for."""
    leaves = LEAVES.get((rows, columns), []) + [leaf.T for leaf in LEAVES.get((columns, rows), [])]
    kinds = ["product", "sum", "circle", "function", "scaled", "transpose"] if depth or not leaves else []
    kind = draw(st.sampled_from([*kinds, "leaf"] if leaves else kinds))
    if kind == "leaf":
        return draw(st.sampled_from(leaves))

    def part(*shape):
        return draw(matrices(*shape, max(depth - 1, 0)))

    match kind:
        case "product":
            inner = draw(st.sampled_from([size for size in SIZES if (rows, size) in NEAR and (size, columns) in NEAR]))
            return MatMul(part(rows, inner), part(inner, columns))
        case "sum":
            return part(rows, columns) + draw(st.sampled_from([1, -1, 2])) * part(rows, columns)
        case "circle":
            return Hadamard(part(rows, columns), part(rows, columns))
        case "function":
            return draw(st.sampled_from(FUNCTIONS))(part(rows, columns))
        case "scaled":
            return draw(st.sampled_from(SCALARS)) * part(rows, columns)
        case "transpose":
            return part(columns, rows).T


NEAR = {*LEAVES, *(shape[::-1] for shape in LEAVES)}
"""The shapes of what there are letters for."""


@st.composite
def numbers(draw, depth):
    """A random number: norms, sums of entries, entries, sums over an index, and what functions make of them."""
    if depth == 0:
        return draw(st.sampled_from([*SCALARS, A(l)[SAMPLE, UNIT], W(l)[0, UNIT]]))
    part = numbers(depth - 1)
    matrix = matrices(m, S(l), depth - 1)
    match draw(st.sampled_from(["norm", "entries", "sum", "product", "power", "function", "over", "entry", "log"])):
        case "norm":
            return SquaredNorm(draw(matrix))
        case "entries":
            return EntrySum(draw(matrix))
        case "sum":
            return draw(part) - draw(part)
        case "product":
            return draw(part) * draw(part)
        case "power":
            return Pow(draw(part), draw(st.sampled_from([2, -1, 3])))
        case "function":
            return draw(st.sampled_from(FUNCTIONS))(draw(part))
        case "over":
            return Sum(draw(part) * A(l)[SAMPLE, UNIT], (SAMPLE, 0, m - 1))
        case "entry":
            return entry(draw(matrix), SAMPLE, UNIT)
        case "log":
            return log(draw(part))


gradients = st.builds(Gradient, numbers(2), st.sampled_from([W(l), Z(l), b(l)]))
rounds = settings(max_examples=150)


@rounds
@given(st.one_of(matrices(m, S(l), 3), matrices(S(l), S(l + 1), 3), numbers(3), gradients))
def test_a_random_expression_survives_the_round_trip(expression):
    assume(not expression.has(I))  # the logarithm of a negative number
    text = latex(expression)
    assert same(read(text), expression), text


def test_a_printer_that_loses_brackets_is_noticed(monkeypatch):
    monkeypatch.setattr(FormulaPrinter, "_brackets", lambda self, text: text)
    expression = Hadamard(Delta(l + 1) + A(l + 1), Z(l + 1))
    assert not same(read(latex(expression)), expression)


NOTATIONS = st.sampled_from([BOOK, SOURCE_IN_ROWS, SOURCE_IN_COLUMNS])
DOTS = st.sampled_from([None, "product", "elementwise"])
LINES = [statement.latex for statement in STATEMENTS.values()]
LINES += [formula for entry in load_errata() for formula in re.findall(r"\$(.*?)\$", entry.source)]
SIGNS = sorted({sign for line in LINES for sign in re.findall(r"\\[A-Za-z]+|\\.|.", line)})


def assert_read_or_refused(text, notation, dot):
    try:
        sides = read_line(text, notation, dot=dot)
    except Unreadable as error:
        assert 0 <= error.position <= len(text) and str(error)
    else:
        assert sides and all(isinstance(side, Basic) for side in sides)


short = settings(max_examples=300)


@short
@given(st.text(max_size=40), NOTATIONS, DOTS)
def test_any_text_is_read_or_refused(text, notation, dot):
    assert_read_or_refused(text, notation, dot)


@short
@given(st.lists(st.sampled_from(SIGNS), max_size=25).map("".join), NOTATIONS, DOTS)
def test_signs_in_any_order_are_read_or_refused(text, notation, dot):
    assert_read_or_refused(text, notation, dot)


@short
@given(st.sampled_from(LINES), st.integers(0, 200), st.sampled_from(SIGNS), NOTATIONS, DOTS)
def test_a_slip_in_a_formula_is_read_or_refused(line, place, sign, notation, dot):
    place %= len(line)
    assert_read_or_refused(line[:place] + sign + line[place + 1 :], notation, dot)


@pytest.mark.parametrize("text", ["(" * 5000, "{" * 2400 + "x" + "}" * 2400, "f(" * 2500, r"\log" * 1200 + "x"])
def test_deep_brackets_are_refused(text):
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "9^{9^{9}}",
        "((2^{99})^{99})^{99}",
        "x+" * 2400 + "x",
        "(x+1)^{99}",
        "1/0",
        "2" * 4999,
        "(" * 60 + "x" + ")" * 60,
    ],
)
def test_large_numbers_and_deep_or_long_texts_take_no_time(text):
    assert_read_or_refused(text, BOOK, None)
