"""A witness: random sizes and values that tell two sides apart, and nothing where there is no value."""

from fractions import Fraction
from math import prod

import mpmath
import pytest
from sympy import (
    Add,
    Function,
    Integer,
    KroneckerDelta,
    Lambda,
    MatrixSymbol,
    Sum,
    Symbol,
    Trace,
    exp,
    gamma,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from sparseae_lib.calculus import (
    Elementwise,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    Unsupported,
    decide,
    prove,
    refute,
)
from sparseae_lib.calculus.draws import ONES, TWOS, WIDE, ZEROS
from sparseae_lib.calculus.indices import comparable
from sparseae_lib.calculus.witness import (
    DIGITS,
    ENOUGH_VALUES,
    MOST_VALUES,
    WORLDS,
    Undefined,
    World,
    _memory,
    _outermost,
    find_witness,
)

m, n, l = symbols("m n l", integer=True, positive=True)
i, j = symbols("i j", integer=True)
x, y = symbols("x y")
rho = symbols("rho", positive=True)
A, B, M = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m), MatrixSymbol("M", n, n)
v = MatrixSymbol("v", n, 1)
f = Elementwise("f")


def world_of(*expressions, free=None):
    return World(0, expressions, free or {})


def entries(world, matrix, *shape):
    """The entries that a world gives to a matrix."""
    return [[world.value(matrix[row, column], {}) for column in range(shape[1])] for row in range(shape[0])]


def test_sizes_are_distinct_and_at_least_2():
    witness = refute(A * B, 2 * A * B).evidence
    assert sorted(witness.sizes.values()) == [2, 3]
    assert set(witness.sizes) == {m, n}


def test_sizes_coincide_in_some_worlds():
    sizes = {kind: World(kind, (n, m, l), {}).sizes for kind in range(8)}
    assert {*sizes[ONES].values()} == {1} and {*sizes[TWOS].values()} == {2}
    assert sorted(sizes[ZEROS].values()) == sorted(sizes[WIDE].values()) == [1, 2, 3] and sizes[ZEROS] != sizes[WIDE]
    assert all(sorted(sizes[kind].values()) == [2 + kind // 2 + k for k in range(3)] for kind in (0, 1, 6, 7))


def test_both_values_are_those_of_the_two_sides():
    witness = refute(A * B * A, Hadamard(A, A)).evidence
    left, right, free = comparable(A * B * A, Hadamard(A, A))
    rows, columns = witness.sizes[m], witness.sizes[n]
    world = world_of(left, right, free=free)
    a, b = entries(world, A, rows, columns), entries(world, B, columns, rows)
    p, q = witness.indices
    by_hand = sum(a[p][k] * b[k][s] * a[s][q] for k in range(columns) for s in range(rows))
    assert (witness.left, witness.right) == (by_hand, a[p][q] ** 2)
    assert witness.left != witness.right
    assert isinstance(witness.left, Fraction)


def test_values_of_a_function_are_those_of_one_polynomial():
    """f' is the derivative of f in a witness: a claim that mixes them up is refuted by the right numbers."""
    witness = refute(f(M), f.prime(M)).evidence
    world = world_of(f(M[0, 0]))
    at = entries(world, M, 1, 1)[0][0]
    f0, f1, f2, f3 = (world.function(f, Fraction(point)) for point in (0, 1, 2, 3))
    # Newton's form of the cubic through four points
    d1, d2, d3 = f1 - f0, (f2 - 2 * f1 + f0) / 2, (f3 - 3 * f2 + 3 * f1 - f0) / 6
    assert witness.left == f0 + d1 * at + d2 * at * (at - 1) + d3 * at * (at - 1) * (at - 2)
    assert witness.right == d1 + d2 * (2 * at - 1) + d3 * (3 * at**2 - 6 * at + 2)


def test_derivatives_in_a_real_world_are_those_of_the_function():
    world = world_of(log(f(x)))
    with mpmath.workdps(DIGITS):
        for g in (f, f.prime):
            derivative = mpmath.diff(lambda t, g=g: world.function(g, t), mpmath.mpf(1) / 3)
            assert abs(derivative - world.function(g.prime, mpmath.mpf(1) / 3)) < mpmath.mpf(10) ** -20
        assert all(0 < world.function(f, mpmath.mpf(t) / 7) < 1 for t in range(-70, 70))


def test_a_transcendental_value_carries_50_digits():
    witness = refute(log(rho), log(rho) + 1).evidence
    assert isinstance(witness.left, mpmath.mpf)
    with mpmath.workdps(DIGITS):
        assert abs(witness.right - witness.left - 1) < mpmath.mpf(10) ** -45
    tiny = refute(exp(rho), exp(rho) + Fraction(1, 10**20)).evidence
    assert tiny.left != tiny.right
    assert len(set(tiny.shown())) == 2


def test_a_rounding_error_is_no_witness():
    left, right = sqrt(rho) * sqrt(rho + 1) * pi, pi * sqrt(rho**2 + rho)
    assert find_witness(left, right, {}) is None
    assert find_witness(exp(rho + 1) ** 2, exp(rho) ** 2 * exp(1) ** 2, {}) is None


def test_the_indices_name_the_entry_that_differs():
    """Sides that agree in row 0 differ in another."""
    first = KroneckerDelta(i, 0, (0, m - 1))
    witness = refute(first * A[i, j], A[i, j]).evidence
    assert witness.indices == (1, 0)
    assert "entry (2, 1)" in str(witness)  # on paper an index counts from 1


def test_one_world_size_is_not_enough():
    """With n = 2 alone, n squared would be 2 n; with 1 and 2 alone, 3 n - 2."""
    assert refute(n**2, 2 * n).evidence.sizes[n] != 2
    assert refute(n**2, 3 * n - 2).evidence.sizes[n] > 2
    assert refute(Trace(M) ** 2, Trace(M * M)).outcome is Outcome.REFUTED


def test_an_index_beyond_the_smallest_size():
    assert refute(v[7, 0], v[6, 0]).evidence.sizes[n] >= 8
    assert prove(Sum(KroneckerDelta(i, 5, (0, n - 1)) * v[i, 0], (i, 0, n - 1)), v[5, 0]).outcome is Outcome.PROVED


def test_a_sum_over_fewer_than_no_values_is_no_value():
    assert prove(Sum(1, (i, 0, n - 4)), n - 3).outcome is Outcome.PROVED
    assert refute(Sum(1, (i, 0, n - 4)), n - 2).outcome is not Outcome.PROVED


def test_sizes_need_no_assumptions():
    N = Symbol("N")
    Q = MatrixSymbol("Q", N, N)
    assert prove(Trace(Q), Trace(Q.T)).outcome is Outcome.PROVED
    assert prove(Sum(1, (i, 0, N - 1)), N).outcome is Outcome.PROVED
    assert refute(SquaredNorm(Q), 2 * SquaredNorm(Q)).evidence.sizes == {N: 2}


def test_a_pole_is_passed_over():
    total = Sum(v[i, 0], (i, 0, n - 1))
    assert refute(1 / total, 2 / total).outcome is not Outcome.PROVED
    assert prove(1 / total, 2 / (2 * total)).outcome is Outcome.PROVED
    assert refute(gamma(x), 2 * gamma(x)).outcome is not Outcome.PROVED
    i_b, a_b = A[i, 0] - A[j, 0], A[j, 0] - A[i, 0]
    assert (
        prove(1 / i_b, -1 / a_b).outcome is Outcome.PROVED
    )  # in no world do all entries differ; a pole in some is no pole in all


def test_where_no_value_exists_nothing_is_decided():
    """1 / (s - s), with the two sums written differently: SymPy does not see the zero."""
    zero = Sum(v[i, 0], (i, 0, n - 1)) - Sum(v[j, 0], (j, 0, n - 1))
    with pytest.raises(Undefined, match="no random values were found at which both sides are defined"):
        find_witness(1 / zero, 1 / zero, {})
    assert decide(1 / zero, 1 / zero).outcome is Outcome.UNKNOWN
    assert decide(v[100, 0], v[100, 0]).outcome is Outcome.UNKNOWN


def test_a_function_of_sympy_has_the_value_of_its_argument():
    g = Function("g")
    total = [Sum(g(index) * v[index, 0], (index, 0, n - 1)) for index in (i, j)]
    assert prove(*total).outcome is Outcome.PROVED
    assert prove(g(Sum(v[i, 0], (i, 0, n - 1))), g(Sum(v[j, 0], (j, 0, n - 1)))).outcome is Outcome.PROVED
    assert refute(total[0], g(0) * Sum(v[i, 0], (i, 0, n - 1))).outcome is not Outcome.PROVED
    assert refute(g(l), g(l + 1)).outcome is not Outcome.PROVED


def test_a_parameter_of_a_definition_may_be_an_index():
    h = Elementwise("h", Lambda((y, x), y * x), 0, i)
    assert refute(Sum(h(v[i, 0]), (i, 0, n - 1)), Sum(v[i, 0], (i, 0, n - 1))).outcome is not Outcome.PROVED


def test_layers_in_a_sum_are_the_layers_by_number():
    W = [LayerMatrix("W", layer, n, n) for layer in (i, 0, 1, 2)]
    layers = Sum(SquaredNorm(W[0]), (i, 0, 1))
    assert find_witness(*comparable(layers, SquaredNorm(W[1]) + SquaredNorm(W[2]))) is None
    assert refute(layers, SquaredNorm(W[1]) + SquaredNorm(W[3])).outcome is not Outcome.PROVED


def test_positive_scalars_are_rates():
    world = world_of(rho, x)
    assert 0 < world.value(rho, {}) < 1
    assert world.value(x, {}) in {Fraction(a) for a in (-3, -2, -1, 1, 2, 3)}


def test_assumptions_tell_symbols_apart_and_equal_names_do_not_prove():
    assert refute(Symbol("x"), Symbol("x", positive=True)).outcome is not Outcome.PROVED
    assert decide(Symbol("x"), Symbol("x", real=True)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("expression", [0.5 * x, oo, Symbol("x") * oo, Function("h")(x).diff(x)])
def test_a_value_that_the_engine_cannot_give(expression):
    with pytest.raises(Unsupported, match="not an index expression"):
        find_witness(expression, expression, {})


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        (x, x + 1, "at random values: the left side is {left}, the right side {right}"),
        (n * x, x, "n = 2: the left side is {left}, the right side {right}"),
        (v[i, 0], 2 * v[i, 0], "n = 2, entry (1): the left side is {left}, the right side {right}"),
    ],
)
def test_a_witness_reads_as_a_sentence(left, right, text):
    witness = refute(left, right).evidence
    assert str(witness) == text.format(left=witness.left, right=witness.right)


def test_long_values_that_look_alike_are_shown_with_their_difference():
    large = refute(x**99 * 10**30 + 1, x**99 * 10**30).evidence
    left, right = large.shown()
    assert left != right
    assert max(len(left), len(right)) < 100


def test_a_derivative_is_looked_at_where_its_logarithm_is_defined():
    logit = Elementwise("logit", Lambda(x, log(x / (1 - x))))
    derivative = logit.prime(f(A[i, 0]))  # a fraction, without a logarithm in it
    witness = refute(derivative, 2 * derivative).evidence
    assert isinstance(witness.left, mpmath.mpf)
    assert witness.left > 4  # 1/(a (1 - a)) for some a between 0 and 1


# Complex values: the logarithm of a negative number


def test_what_is_no_real_number_on_either_side_is_not_compared():
    """log(1/a) and -log(a) differ by 2 pi i where a is negative, and agree where they are real."""
    a = A[0, 0]
    worlds = [World(seed, (log(1 / a), -log(a)), {}) for seed in range(4)]
    signs = {world.value(a, {}) > 0 for world in worlds}
    assert signs == {True, False}
    assert find_witness(log(1 / a), -log(a), {}) is None
    witness = find_witness(log(1 / a), 1 - log(a), {})
    assert isinstance(witness.left, mpmath.mpf) and isinstance(witness.right, mpmath.mpf)


@pytest.mark.parametrize("root", [sqrt(A[0, 0]), log(A[0, 0])])
def test_a_side_that_is_no_real_number_is_not_compared(root):
    """sqrt(a)**4 and a**2 agree where a root is defined, and are not compared where it is not."""
    assert find_witness(root * A[0, 0], root * sqrt(A[0, 0]) ** 2, {}) is None
    assert find_witness(root, root + 1, {}).left > -10
    assert decide(log(A[0, 0]), log(-A[0, 0])).outcome is Outcome.ILL_FORMED


def test_a_product_of_two_complex_numbers_is_no_value():
    """sqrt(a) sqrt(a) is a, but log(a) - log(-a) squared is not -pi**2: one of the two logarithms has no value."""
    a = A[0, 0]
    with pytest.raises(Undefined, match="no random values"):
        find_witness((log(a) - log(-a)) ** 2, -(pi**2) + 0 * log(a) + sqrt(-1 - a**2), {})


def test_a_scalar_that_is_not_negative_gets_no_negative_value():
    beta = Symbol("beta", nonnegative=True)
    drawn = [World(seed, (log(beta),), {}).value(beta, {}) for seed in range(32)]
    assert all(value >= 0 for value in drawn)
    assert any(value == 0 for value in drawn) and any(value > 1 for value in drawn)
    assert all(0 < value < 1 for seed, value in enumerate(drawn) if seed % 8 not in (ZEROS, WIDE))


def test_in_every_other_real_world_entries_lie_between_0_and_1():
    for expression, exact in ((log(A[i, 0]), False), (A[i, 0], True)):
        ranges = []
        for seed in range(24):
            world = World(seed, (expression,), {i: m})
            ranges.append(all(0 < world.value(A[i, 0], {i: k}) < 1 for k in world.range(m, {})))
        assert ranges[::2] == [not exact] * 12
        assert not all(ranges[1::2])


def test_what_is_kept_of_a_side_is_told_apart_by_its_own_indices():
    """The free indices of a pair are sorted: h comes before the i of the left side, and j after it."""
    h, i, j = symbols("h i j", integer=True)
    B = MatrixSymbol("B", n, m)
    left = B[i, 0]
    refute(left, B[j, 0])
    prove(left, (B[h, 0] * B[i, 0] + B[i, 0]) / (B[h, 0] + 1))


WORLDS_THAT_DIFFER = {
    "seed": ((0, (x,), DIGITS), (1, (x,), DIGITS)),
    "kind of numbers": ((0, (x,), DIGITS), (0, (x, exp(x)), DIGITS)),
    "digits": ((0, (exp(x),), DIGITS), (0, (exp(x),), 2 * DIGITS)),
    "sizes": ((0, (n,), DIGITS), (0, (n, m, l), DIGITS)),
}


@pytest.mark.parametrize("part", WORLDS_THAT_DIFFER)
def test_what_is_kept_is_that_of_its_world(part):
    pair = WORLDS_THAT_DIFFER[part]
    (_, (expression, *_), _), _ = pair

    def value(seed, expressions, digits):
        with mpmath.workdps(digits):
            return repr(World(seed, expressions, {}).value(expression, {}))

    alone = []
    for world in pair:
        _memory.cache_clear()
        alone.append(value(*world))
    assert alone[0] != alone[1]
    _memory.cache_clear()
    assert [value(*world) for world in (*pair, *pair)] == alone * 2


def test_one_comparison_does_not_change_the_next():
    left = n**2 * Trace(M) + rho
    rights = [left + 1, left + m, 2 * n * Trace(M) + rho, left + sqrt(rho), left + exp(Symbol("a", integer=True))]
    alone = []
    for right in rights:
        _memory.cache_clear()
        alone.append(decide(left, right).evidence)
    for order in (1, -1):
        _memory.cache_clear()
        assert [decide(left, right).evidence for right in rights[::order]] == alone[::order]


BRACKETS = {
    "a free index": KroneckerDelta(i, j) * v[i, 0],
    "from the other side": KroneckerDelta(j, i, (0, n - 1)) * v[i, 0],
    "a number": KroneckerDelta(i, 1) * v[i, 0] * x,
    "a number out of the range": KroneckerDelta(i, 20) * v[0, 0],
    "beside another index": KroneckerDelta(i, j + 1) * v[i, 0],
    "a range that ends before": KroneckerDelta(i, j, (0, 0)) * v[i, 0],
    "with itself": KroneckerDelta(i, 2 * i - 1) * v[i, 0],
    "two brackets": KroneckerDelta(i, j) * KroneckerDelta(i, 1) * v[i, 0],
    "in one of two terms": KroneckerDelta(i, j) * v[i, 0] + v[i, 0],
    "alone": KroneckerDelta(i, j),
    "a power": KroneckerDelta(i, j, evaluate=False) ** -1,
}


@pytest.mark.parametrize("term", BRACKETS.values(), ids=BRACKETS)
@pytest.mark.parametrize("limits", [((i, n),), ((j, n), (i, n)), ((i, n), (j, m)), ((i, n), (i, m))])
def test_what_brackets_pick_is_the_whole_sum(term, limits, monkeypatch):
    total = Sum(term, *[(index, 0, size - 1) for index, size in limits])

    def values():
        for seed in range(8):
            world = World(seed, (total,), {j: n})
            for number in range(world.sizes[n]):
                try:
                    yield world._value(total, {j: number})
                except ArithmeticError:  # 1/0
                    yield None
            _memory.cache_clear()

    picked = list(values())
    monkeypatch.setattr("sparseae_lib.calculus.witness._outermost", lambda total: (*_outermost(total)[:3], []))
    assert picked == list(values())


def test_of_a_bracket_one_term_alone_is_evaluated(monkeypatch):
    evaluated, entry = [], World.matrix_entry
    monkeypatch.setattr(World, "matrix_entry", lambda world, *name: evaluated.append(name) or entry(world, *name))
    bracket = Sum(KroneckerDelta(i, j) * A[i, l], (i, 0, m - 1))
    world = world_of(bracket, v[j, 0], free={j: m})
    assert world.value(bracket, {j: 1, l: 0}) == world.value(A[1, l], {l: 0})
    assert set(evaluated) == {("A", 1, 0)}


def test_what_is_not_proved_is_tried_in_a_world_that_takes_long():
    """A sum over five indices times a product that is 0 for all the sizes that the first index has before."""
    sizes, indices = symbols("n:5", integer=True, positive=True), symbols("i:5", integer=True)
    entries = [MatrixSymbol(f"v{k}", size, 1)[i, 0] for k, (i, size) in enumerate(zip(indices, sizes, strict=True))]
    total = Sum(f(Add(*entries)), *[(i, 0, size - 1) for i, size in zip(indices, sizes, strict=True)])
    *worlds, last = [World(seed, (total,), {}) for seed in range(WORLDS)]
    pair = prod(sizes[0] - world.sizes[sizes[0]] for world in worlds) * total, Integer(0)
    before = sum(world.cost(*pair, {}) for world in worlds)
    assert before < ENOUGH_VALUES < before + last.cost(*pair, {}) < MOST_VALUES
    assert find_witness(*pair, {}) is None
    assert refute(*pair).evidence.sizes == last.sizes
