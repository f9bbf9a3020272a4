"""Random expressions: every disguise of one is proved, and no corruption is proved unless the values agree."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import (
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Trace,
    Transpose,
    nan,
    symbols,
    zoo,
)

from sparseae_lib.calculus import Elementwise, EntrySum, Gradient, Hadamard, Outcome, SquaredNorm, decide, entry, prove
from tests.calculus.evaluator import Values, agree

M, N = symbols("m n", integer=True, positive=True)
LETTERS = symbols("i j p q s t u v w x y z", integer=True)  # a letter is used again and again
FREE = symbols("a b", integer=True)
FUNCTIONS = Elementwise("f"), Elementwise("f").prime, Elementwise("g")

# Widths that differ, and widths that coincide: there every index may stand at every place.
widths = pytest.mark.parametrize("widths", [(M, N), (N, N)], ids=["distinct", "square"])
SIZES = [{M: 2, N: 3}, {M: 3, N: 1}, {M: 2, N: 2}]


def decided(left, right):
    """The decision, of sides that have values: 1 / (s - s) has none, and SymPy does not see it."""
    decision = decide(left, right)
    assume("no random values were found" not in str(decision))
    return decision


def assert_values_bear_out(left, right, free=()):
    """An outcome that the values contradict is a bug: proved where they differ, refuted where they agree."""
    decision = decided(left, right)
    same = agree(left, right, SIZES, free)
    assume(same is not None)
    assume("how far it runs is not said" not in str(decision))  # an index in a delta alone, which is in no matrix
    assert decision.outcome in ((Outcome.PROVED, Outcome.UNKNOWN) if same else (Outcome.REFUTED,)), decision


# Scalars with indices: trees that can be written in many ways. An index is a number: how many sums are around its own.


@dataclass(frozen=True)
class Entry:
    matrix: str
    indices: tuple


@dataclass(frozen=True)
class Total:
    level: int
    size: object
    body: object


@dataclass(frozen=True)
class Product:
    parts: tuple


@dataclass(frozen=True)
class Plus:
    parts: tuple


@dataclass(frozen=True)
class Power:
    base: object
    exponent: int


@dataclass(frozen=True)
class Of:
    function: int
    argument: object


@dataclass(frozen=True)
class Number:
    value: int


def trees(widths, scope, depth):
    """Trees over the indices in ``scope``, a tuple with the size of each."""
    indices = st.tuples(*[st.integers(0, len(scope) - 1)] * 2)
    leaf = st.builds(Entry, st.sampled_from("AB"), indices)
    if depth == 0:
        return leaf | st.builds(Number, st.sampled_from([-2, -1, 1, 3]))
    part = st.deferred(lambda: trees(widths, scope, depth - 1))
    pair = st.tuples(part, part)

    def total(size):
        return st.builds(Total, st.just(len(scope)), st.just(size), trees(widths, (*scope, size), depth - 1))

    sums = st.sampled_from(widths).flatmap(total)
    return (
        sums
        | sums
        | st.builds(Product, pair)
        | st.builds(Plus, pair)
        | st.builds(Power, part, st.sampled_from([2, -1]))
        | st.builds(Of, st.integers(0, len(FUNCTIONS) - 1), part)
        | leaf
    )


def written(tree, names, sizes, draw=None):
    """The tree as a SymPy expression: plainly, or, where choices can be drawn, in disguise."""

    def write(part):
        return written(part, names, sizes, draw)

    def choose(*options):
        return draw(st.sampled_from(options)) if draw else options[0]

    def letter():
        return choose(*[letter for letter in LETTERS if letter not in names.values()])

    match tree:
        case Number():
            return Rational(tree.value)
        case Entry():
            matrix = MatrixSymbol(
                tree.matrix + "".join(sizes[i].name for i in tree.indices), *[sizes[i] for i in tree.indices]
            )
            row, column = (names[i] for i in tree.indices)
            size = sizes[tree.indices[0]]
            if choose("plain", "plain", "delta") == "delta":
                other = letter()
                delta = choose(KroneckerDelta(row, other), KroneckerDelta(other, row, (0, size - 1)))
                return Sum(delta * matrix[other, column], (other, 0, size - 1))
            return matrix[row, column]
        case Total():
            if isinstance(tree.body, Plus) and choose("factored", "distributed") == "distributed":
                return sum(write(replace(tree, body=part)) for part in tree.body.parts)
            index = letter()
            body = written(tree.body, names | {tree.level: index}, sizes | {tree.level: tree.size}, draw)
            limit = (index, 0, tree.size - 1)
            if isinstance(body, Sum) and choose("flat", "nested") == "flat":
                return Sum(body.function, *choose((*body.limits, limit), (limit, *body.limits)))
            return Sum(body, limit)
        case Product():
            first, second = choose(tree.parts, tree.parts[::-1])
            if isinstance(second, Total) and second.level not in names and choose("factored", "inside") == "inside":
                return write(replace(second, body=Product((second.body, first))))
            if isinstance(second, Plus) and choose("factored", "distributed") == "distributed":
                return sum(write(first) * write(part) for part in second.parts)
            return write(first) * write(second)
        case Plus():
            return sum(map(write, tree.parts))
        case Power(base, 2):
            return write(base) ** 2 if choose("power", "product") == "power" else write(base) * write(base)
        case Power(base, -1):
            return 1 / write(base) if choose("plain", "scaled") == "plain" else N / (N * write(base) + M - M)
        case Of():
            return FUNCTIONS[tree.function](write(tree.argument))


@st.composite
def corrupted(draw, tree, scope):
    """The tree with one small change, which may happen to change nothing."""
    parts = [name for name in ("body", "base", "argument") if hasattr(tree, name)]
    if isinstance(tree, Entry):
        indices = draw(st.permutations(tree.indices) | st.tuples(*[st.integers(0, scope - 1)] * 2))
        return Entry(draw(st.sampled_from("AB")), tuple(indices))
    if isinstance(tree, Number):
        return Number(tree.value * draw(st.sampled_from([2, -1])))
    if isinstance(tree, Power) and draw(st.booleans()):
        return replace(tree, exponent=1 - tree.exponent)
    if isinstance(tree, Of) and draw(st.booleans()):
        return replace(tree, function=(tree.function + 1) % len(FUNCTIONS))
    if parts:
        inner = draw(corrupted(getattr(tree, parts[0]), scope + isinstance(tree, Total)))
        return replace(tree, **{parts[0]: inner})
    first, second = tree.parts
    return replace(tree, parts=(first, draw(corrupted(second, scope))))


def plain_and(draw, widths, *, corrupt=False):
    """A random scalar in the free indices a and b, and in disguise the same, or a corruption of it."""
    tree = draw(trees(widths, widths, 3))
    other = draw(corrupted(tree, len(widths))) if corrupt else tree
    names, sizes = dict(enumerate(FREE)), dict(enumerate(widths))
    plain, disguise = written(tree, names, sizes), written(other, names, sizes, draw)
    assume(not plain.has(zoo, nan) and not disguise.has(zoo, nan))
    return plain, disguise


@widths
@given(data=st.data())
@settings(max_examples=60)
def test_a_sum_in_disguise_is_proved(widths, data):
    decision = decided(*plain_and(data.draw, widths))
    assert decision.outcome is Outcome.PROVED, decision


@widths
@given(data=st.data())
@settings(max_examples=60)
def test_a_corrupted_sum_is_refuted_unless_the_values_agree(widths, data):
    assert_values_bear_out(*plain_and(data.draw, widths, corrupt=True), dict(zip(FREE, widths, strict=True)))


# Matrices


def matrices(rows, columns, depth, widths):
    """Random matrix expressions of a shape."""
    named = st.sampled_from("AB").map(lambda name: MatrixSymbol(f"{name}{rows}{columns}", rows, columns))
    if depth == 0:
        return named
    same = st.deferred(lambda: matrices(rows, columns, depth - 1, widths))
    pair = st.tuples(same, same)

    def products(width):
        short = matrices(rows, width, 0, widths), matrices(width, columns, depth - 1, widths)
        long = matrices(rows, width, depth - 1, widths), matrices(width, columns, 0, widths)
        return (st.tuples(*short) | st.tuples(*long)).map(lambda factors: MatMul(*factors))

    return (
        st.sampled_from(widths).flatmap(products)
        | pair.map(lambda terms: MatAdd(*terms))
        | pair.map(lambda factors: Hadamard(*factors))
        | matrices(columns, rows, depth - 1, widths).map(Transpose)
        | st.tuples(st.sampled_from(FUNCTIONS), same).map(lambda parts: parts[0](parts[1]))
        | st.tuples(st.sampled_from([-2, Rational(1, 3), N]), same).map(lambda parts: parts[0] * parts[1])
        | named
    )


def disguised(matrix, draw):
    """The same matrix, written otherwise."""

    def choose(*options):
        return draw(st.sampled_from(options))

    if isinstance(matrix, MatrixSymbol):
        rows, columns = matrix.shape
        return choose(
            matrix,
            Transpose(Transpose(matrix)),
            MatMul(Identity(rows), matrix, evaluate=False),
            MatMul(matrix, Identity(columns), evaluate=False),
            Hadamard(OneMatrix(rows, columns), matrix),
            MatAdd(2 * matrix, -matrix, evaluate=False),
        )
    parts = [disguised(part, draw) if part.is_Matrix else part for part in matrix.args]
    if isinstance(matrix, MatMul):
        scalar, factors = MatMul(*parts).as_coeff_matrices()
        *most, last = factors
        if isinstance(last, MatAdd) and choose("factored", "distributed") == "distributed":
            return MatAdd(*[MatMul(scalar, *most, term) for term in last.args])
        if choose("plain", "transposed") == "transposed":
            return scalar * Transpose(MatMul(*map(Transpose, reversed(factors))))
        return MatMul(*parts)
    if isinstance(matrix, Hadamard):
        first, second = choose(parts, parts[::-1])
        if isinstance(second, MatAdd) and choose("factored", "distributed") == "distributed":
            return MatAdd(*[Hadamard(first, term) for term in second.args])
        if choose("plain", "transposed") == "transposed":
            return Transpose(Hadamard(Transpose(first), Transpose(second)))
        return Hadamard(first, second)
    return matrix.func(*parts)


def written_cost(matrix, draw):
    """A scalar cost of a matrix, in one of its forms."""
    rows, columns = matrix.shape
    i, j = draw(st.permutations(LETTERS))[:2]
    return draw(
        st.sampled_from(
            [
                Sum(matrix[i, j] ** 2, (i, 0, rows - 1), (j, 0, columns - 1)),
                EntrySum(Hadamard(matrix, matrix)),
                Trace(MatMul(Transpose(matrix), matrix)),
                Trace(MatMul(matrix, Transpose(matrix))),
            ]
        )
    )


@widths
@given(data=st.data())
@settings(max_examples=60)
def test_a_matrix_in_disguise_is_proved(widths, data):
    matrix = data.draw(matrices(*widths, 3, widths))
    assert prove(matrix, disguised(matrix, data.draw)).outcome is Outcome.PROVED


@widths
@given(data=st.data())
@settings(max_examples=60)
def test_two_matrices_are_proved_equal_only_if_their_values_agree(widths, data):
    """Few symbols, so that equal ones happen to be drawn."""
    assert_values_bear_out(*[data.draw(matrices(*widths, 2, widths)) for _ in range(2)])


@widths
@given(data=st.data())
@settings(max_examples=20)
def test_the_gradient_of_a_cost_in_disguise_is_the_same(widths, data):
    matrix = data.draw(matrices(*widths, 2, widths))
    variable = data.draw(st.sampled_from(sorted(matrix.atoms(MatrixSymbol), key=str)))
    cost, other = SquaredNorm(matrix), written_cost(disguised(matrix, data.draw), data.draw)
    assert prove(Gradient(cost, variable), Gradient(other, variable)).outcome is Outcome.PROVED


@widths
@given(data=st.data())
@settings(max_examples=20)
def test_the_gradient_of_a_cost_has_the_values_of_complex_steps(widths, data):
    """The entries that the engine differentiates, against a derivative that it knows nothing of."""
    matrix = data.draw(matrices(*widths, 2, widths))
    variable = data.draw(st.sampled_from(sorted(matrix.atoms(MatrixSymbol), key=str)))
    cost = SquaredNorm(matrix)
    a, b = FREE
    differentiated = entry(Gradient(cost, variable), a, b)
    for sizes in SIZES:
        values = Values(sizes)
        steps = values.of(Gradient(cost, variable))
        rows, columns = steps.shape
        here = [[values.of(differentiated, {a: r, b: c}) for c in range(columns)] for r in range(rows)]
        np.testing.assert_allclose(here, steps, rtol=1e-9, atol=1e-12)
