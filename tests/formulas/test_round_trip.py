"""What is printed can be read back: every statement, every reading of the source, every mutant."""

from dataclasses import replace

import pytest
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    Integer,
    Inverse,
    KroneckerProduct,
    MatMul,
    Max,
    Min,
    log,
    sign,
    sqrt,
    tanh,
)

from sparseae_lib.calculus import (
    Hadamard,
    SquaredNorm,
    absolute,
    divide,
    exponential,
    hyperbolic_tangent,
    logarithm,
    relu,
    root,
    softplus,
)
from sparseae_lib.calculus import square as squared
from sparseae_lib.calculus.kronecker import vec
from sparseae_lib.calculus.mutation import mutants
from sparseae_lib.formulas import BOOK, IN_COLUMNS, IN_ROWS, Unreadable, latex, read
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source import READINGS
from sparseae_lib.statements.symbols import A, L, S, W, Z, b, l, m, n, square, x
from tests.formulas.compare import same

V = BOOK.symbols["V"]
every_statement = pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)


def all_mutants(statement):
    """Those of the formula, and of what it abbreviates."""
    parts = [statement.formula, *statement.where.values()]
    return list(dict.fromkeys(mutant.expression for part in parts for mutant in mutants(part)))


@every_statement
def test_a_statement_is_read_as_it_was_printed(statement):
    parts = [statement.left, statement.formula, statement.expanded, *statement.where, *statement.where.values()]
    for expression in [*parts, *([statement.derivation] if statement.derivation is not None else [])]:
        assert same(read(latex(expression)), expression), latex(expression)


@every_statement
def test_a_mutant_is_read_as_it_was_printed(statement):
    different = [latex(mutant) for mutant in all_mutants(statement) if not same(read(latex(mutant)), mutant)]
    assert different == []


def test_there_are_3000_mutants_among_them():
    assert sum(len(all_mutants(statement)) for statement in STATEMENTS.values()) > 3000


WORDS = [
    Inverse(W(l)).T * Inverse(W(l).T * W(l)),
    log(Determinant(W(l))) + Max(x, 0) - Min(x, 1) + Abs(x - 1) * tanh(x) ** 2 * sign(x),
    MatMul(KroneckerProduct(W(l), V.T * V), vec(V)),
    KroneckerProduct(W(l) + W(l).T, W(l)).T,
    DiagMatrix(b(l)) * divide(A(l), absolute(Z(l))).T,
    Hadamard(relu.prime(Z(l)), hyperbolic_tangent(Z(l)), softplus(A(l) * W(l)), squared(root(exponential(Z(l))))),
    sqrt(SquaredNorm(W(l))) * logarithm(x),
]
"""The engine's words: none of the statements has them."""


@pytest.mark.parametrize("expression", WORDS, ids=str)
def test_a_word_of_the_engine_is_read_as_it_was_printed(expression):
    assert same(read(latex(expression)), expression), latex(expression)


WAYS = [
    lambda expression: expression,
    square,
    lambda expression: expression.subs(m, 1),
    lambda expression: square(expression).subs(m, n),
    lambda expression: expression.replace(S, lambda layer: Integer(1)),
    lambda expression: square(expression.subs(L, 3)),
]
"""What a reading may say of all sizes at once, which is not printed: one width, one sample, one unit."""


@pytest.mark.parametrize("line", READINGS)
def test_a_reading_is_read_as_it_was_printed(line):
    for expression in (side for reading in READINGS[line] for side in (reading.truth, reading.line)):
        assert any(same(way(read_back), expression) for read_back in in_some_notation(expression) for way in WAYS)


# As the repaired readings of E18 to E20 have it
UFLDLS_WEIGHTS = replace(IN_ROWS, matrices=IN_ROWS.matrices | {"W": IN_COLUMNS.matrices["W"]})


def in_some_notation(expression):
    for notation in (BOOK, IN_ROWS, IN_COLUMNS, UFLDLS_WEIGHTS):
        try:
            yield read(latex(expression), notation)
        except Unreadable:
            continue
