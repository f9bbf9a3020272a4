"""From matrices to entries: each sum has an index of its own, and none is captured."""

import pytest
from sympy import Identity, Idx, Integer, KroneckerDelta, MatrixSymbol, OneMatrix, Sum, Trace, ZeroMatrix, symbols
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    IllFormed,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    Unsupported,
    entry,
    ones,
    prove,
    refute,
)
from sparseae_lib.calculus.indices import comparable, indexed

m, n = symbols("m n", integer=True, positive=True)
i, j, k, p, q = symbols("i j k p q", integer=True)
A, B, M = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m), MatrixSymbol("M", n, n)
v, r = MatrixSymbol("v", n, 1), MatrixSymbol("r", 1, n)
f = Elementwise("f")


def total(term, *limits):
    return Sum(term, *[(index, 0, size - 1) for index, size in limits])


@pytest.mark.parametrize(
    ("matrix", "scalar"),
    [
        (A, A[i, j]),
        (B.T, B[j, i]),
        (3 * A - B.T, 3 * A[i, j] - B[j, i]),
        (OneMatrix(m, n), Integer(1)),
        (ZeroMatrix(m, n), Integer(0)),
        (Hadamard(A, B.T, A), A[i, j] ** 2 * B[j, i]),
        (f(A), f(A[i, j])),
        (ones(m) * r, r[0, j]),
        (v.T, v[j, 0]),
    ],
)
def test_entry_without_a_sum(matrix, scalar):
    assert entry(matrix, i, j) == scalar


def test_a_kept_entry_is_that_of_its_matrix_and_of_its_indices():
    for matrix in (M, M.T):
        for row, column in ((i, j), (i, k), (k, j), (j, i)):
            assert entry(matrix, row, column) == (M[row, column] if matrix == M else M[column, row])


@pytest.mark.parametrize("matrix", [A * B * A * B, A * (B * A) * B, A * Hadamard(M, B * A) * B, (A * B) ** 4], ids=str)
def test_no_sum_binds_the_index_of_a_sum_around_it(matrix):
    """Not where parts were kept from another expression, and not where an index of theirs is asked for."""
    inner = entry(B * A, i, j)
    (bound,) = inner.variables
    for row, column in ((i, j), (bound, j), (bound, bound)):
        scalar = entry(matrix, row, column)
        for outer in scalar.atoms(Sum):
            assert not {row, column} & {*outer.variables}
            assert not [part for part in outer.function.atoms(Sum) if {*outer.variables} & {*part.variables}]


@pytest.mark.parametrize(
    ("matrix", "scalar"),
    [
        (A * B, total(A[i, k] * B[k, j], (k, n))),
        (A * M * B, total(A[i, k] * M[k, p] * B[p, j], (k, n), (p, n))),
        (M**3, total(M[i, k] * M[k, p] * M[p, j], (k, n), (p, n))),
        (Trace(M) * A, total(M[k, k], (k, n)) * A[i, j]),
        (f(A * M), f(total(A[i, k] * M[k, j], (k, n)))),
    ],
)
def test_entry_with_sums(matrix, scalar):
    assert prove(entry(matrix, i, j), scalar).outcome is Outcome.PROVED


def test_entry_of_the_identity_is_a_delta_with_its_range():
    assert entry(Identity(n), i, j) == KroneckerDelta(i, j, (0, n - 1))


def test_a_single_row_has_row_0_whatever_the_index():
    assert entry(r, i, j) == r[0, j]
    assert entry(v, i, j) == v[i, 0]
    assert prove(Gradient(SquaredNorm(r), r), 2 * r).outcome is Outcome.PROVED
    assert prove(Gradient(SquaredNorm(r * v), r), 2 * r * v * v.T).outcome is Outcome.PROVED
    one_by_one = MatrixSymbol("s", 1, 1)
    assert prove(one_by_one[i, j], one_by_one[0, 0]).outcome is Outcome.PROVED


def test_every_sum_has_an_index_of_its_own():
    total_v = Sum(v[i, 0], (i, 0, n - 1))
    expression = indexed(Trace(M) * Trace(M * M) + total_v * SquaredNorm(A) + f(total_v))
    bound = [index for part in expression.atoms(Sum) for index in part.variables]
    assert len(bound) == len(set(bound)) == 7
    assert i not in bound


def test_no_free_index_is_captured():
    """The sum of a matrix product must not take the free index that it is asked for."""
    assert prove(entry(M * M, k, k), total(M[k, i] * M[i, k], (i, n))).outcome is Outcome.PROVED
    assert (
        prove(total(MatrixElement(M * M, i, j), (i, n)), total(M[p, q] * M[q, j], (p, n), (q, n))).outcome
        is Outcome.PROVED
    )
    assert prove(total(entry(M * M, i, i), (i, n)), Trace(M * M)).outcome is Outcome.PROVED
    assert refute(total(entry(M * M, i, i), (i, n)), Trace(M) ** 2).outcome is not Outcome.PROVED


def test_entry_of_a_gradient():
    assert prove(entry(Gradient(SquaredNorm(A), A), i, j), 2 * A[i, j]).outcome is Outcome.PROVED
    assert prove(entry(Gradient(Trace(M * M), M), i, j), 2 * M[j, i]).outcome is Outcome.PROVED
    assert refute(entry(Gradient(Trace(M * M), M), i, j), 2 * M[i, j]).outcome is not Outcome.PROVED


def test_a_delta_without_a_range_has_that_of_its_sum():
    assert prove(total(KroneckerDelta(i, j) * v[i, 0], (i, n)), v[j, 0]).outcome is Outcome.PROVED
    assert prove(total(KroneckerDelta(i, j), (i, n), (j, n)), n).outcome is Outcome.PROVED
    assert prove(KroneckerDelta(i, j) * v[i, 0], KroneckerDelta(i, j) * v[j, 0]).outcome is Outcome.PROVED
    with pytest.raises(IllFormed, match="index _j runs over n values and over m"):
        comparable(total(KroneckerDelta(i, j) * A[i, 0] * v[j, 0], (i, m), (j, n)), Integer(0))


def test_comparable_gives_both_sides_the_same_free_indices():
    left, right, free = comparable(A, B.T)
    (row, column), sizes = zip(*free.items(), strict=True)
    assert sizes == (m, n)
    assert (left, right) == (A[row, column], B[column, row])
    assert comparable(A[i, j], v[j, 0])[2] == {i: m, j: n}


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (A, B, "compared are A (m x n) and B (n x m)"),
        (A, SquaredNorm(A), "a matrix is compared with a scalar: A and |A|^2"),
        (EntrySum(A), A, "a matrix is compared with a scalar: sum(A) and A"),
        (A[i, 0], v[i, 0], "index i runs over m values and over n"),
    ],
)
def test_sides_that_cannot_be_compared(left, right, reason):
    with pytest.raises(IllFormed) as error:
        comparable(left, right)
    assert str(error.value) == reason


@pytest.mark.parametrize("expression", [M.adjoint(), M**k, M.applyfunc(f)])
def test_an_operation_of_which_the_engine_knows_nothing(expression):
    with pytest.raises(Unsupported):
        comparable(expression, expression)


def test_the_layer_that_is_named_does_not_depend_on_the_order_of_a_set():
    a, b, c, l = symbols("a b c l", integer=True)
    cost = sum(SquaredNorm(LayerMatrix("W", layer, n, n)) for layer in (c, b, a))
    with pytest.raises(Unsupported, match=r"with respect to W\^\(l\): it may or may not be W\^\(a\)"):
        entry(Gradient(cost, LayerMatrix("W", l, n, n)), i, j)


@pytest.mark.parametrize(
    "expression",
    [
        Sum(A[i, j] * Sum(M[j, k], (k, 0, n - 1)), (i, 0, m - 1)),
        Sum(i * j, (i, 0, j), (j, 0, p)),
        Sum(Idx("a", n) * j, (Idx("a", n), 0, 2)),
    ],
    ids=["nested", "an index in a limit", "Idx"],
)
def test_the_symbols_of_a_sum_are_those_that_sympy_finds(expression):
    expected = ExprWithLimits.free_symbols.fget(expression)
    expression.free_symbols.clear()  # as SymPy may do with what it gets
    assert expression.free_symbols == expected != set()
