"""The generator of mutants: for each kind an expression and the mutants that it must give, all of them and no other."""

import os
import subprocess
import sys
from dataclasses import dataclass, field

import pytest
from sympy import Function, Integer, Lambda, MatMul, MatrixSymbol, Sum, Symbol, Trace, log, symbols

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    NotProved,
    Outcome,
    SquaredNorm,
    decide,
    entry,
    ones,
    prove,
    reciprocal,
)
from sparseae_lib.calculus.mutation import KINDS, mutants
from sparseae_lib.calculus.mutation.places import mapped, product
from sparseae_lib.calculus.mutation.score import Tally, Trial, tally, trials

k, l, L, m, n = symbols("k l L m n", integer=True, positive=True)
i, j = symbols("i j", integer=True)
p, x, y, u = symbols("p x y u", positive=True)
S, rho = Function("S", integer=True, positive=True), Function("rho", positive=True)
A, B, C = (MatrixSymbol(name, m, n) for name in "ABC")
M, P, Q, v = MatrixSymbol("M", n, k), MatrixSymbol("P", k, m), MatrixSymbol("Q", m, m), MatrixSymbol("v", n, 1)
f = Elementwise("f")


def D(layer):
    return LayerMatrix("D", layer, m, S(layer))


def W(layer):
    return LayerMatrix("W", layer, S(layer), S(layer + 1))


def KL(layer):
    return Elementwise("KL", Lambda((p, u), p * log(p / u)), 0, rho(layer))


def unit(size):
    e = MatrixSymbol("e", size, 1)
    return Gradient(e[0, 0], e)


def made(expression, kind):
    return [mutant.expression for mutant in mutants(expression) if mutant.kind == kind]


def entropy(target):
    return Elementwise("H", Lambda((p, u), p * log(u) + (1 - p) * log(1 - u)), 0, target)


total = Sum(rho(l), (l, 1, L - 1))
rate = rho(l) * log(1 - rho(l))

EXAMPLES = [
    ("f for f'", f.prime(A), [f(A), f.prime.prime(A)]),
    ("f for f'", f(x), [f.prime(x)]),
    ("f' dropped", f(A), [A]),
    ("f' dropped", Hadamard(B, f.prime(A)), [B, Hadamard(B, A)]),
    ("f' dropped", x * f.prime(y), [x, x * y]),
    ("f' twice", f(A), [f(f(A))]),
    ("f' twice", Hadamard(B, f.prime(A)), [Hadamard(B, f.prime(A), f.prime(A)), Hadamard(B, f.prime(f(A)))]),
    ("f' dropped", Hadamard(B, KL(l).prime(A)), []),
    ("f' twice", Hadamard(B, KL(l).prime(A)), []),
    ("KL dropped", x * KL(l)(y), [x * y]),
    ("KL dropped", Hadamard(B, f.prime(A)), []),
    ("KL for KL'", KL(l).prime(x), [KL(l)(x), KL(l).prime.prime(x)]),
    ("1 - rho for rho", rate, [(1 - rho(l)) * log(rho(l)), (1 - rho(l)) * log(1 - rho(l)), rho(l) * log(rho(l))]),
    ("1 - rho for rho", x * log(1 - y), [x * log(y)]),
    ("1 - rho for rho", entropy(rho(l))(A), [entropy(1 - rho(l))(A)]),
    (
        "1 - rho for rho",
        rho(l) * entropy(rho(l))(x),
        [
            (1 - rho(l)) * entropy(1 - rho(l))(x),
            (1 - rho(l)) * entropy(rho(l))(x),
            rho(l) * entropy(1 - rho(l))(x),
        ],
    ),
    ("mean for sum", A * v, [A * v / n]),
    ("mean for sum", A * v / n, [A * v]),
    ("mean for sum", ones(m).T * A * M / m, [ones(m).T * A * M, ones(m).T * A * M / m / n]),
    ("mean for sum", x * SquaredNorm(A) / m, [x * SquaredNorm(A), x * SquaredNorm(A) / m / n]),
    ("mean for sum", EntrySum(v), [EntrySum(v) / n]),
    ("mean for sum", total, [total / (L - 1)]),
    ("one sample for the mean", A * v, []),
    ("one sample for the mean", ones(m).T * A / m, [product(ones(m).T, unit(m), unit(m).T, A)]),
    ("one sample for the mean", SquaredNorm(A) / m, [SquaredNorm(unit(m).T * A)]),
    ("one sample for the mean", SquaredNorm(A) / n, [SquaredNorm(A * unit(n))]),
    ("one sample for the mean", Sum(v[i, 0], (i, 0, n - 1)) / n, [v[0, 0]]),
    ("out of the bracket", Hadamard(A + B, C), [Hadamard(A, C) + B, Hadamard(B, C) + A]),
    (
        "out of the bracket",
        Hadamard(A + B, A + C),
        [Hadamard(A, A + C) + B, Hadamard(B, A + C) + A, Hadamard(A + B, A) + C, Hadamard(A + B, C) + A],
    ),
    ("out of the bracket", (A + B) * M, [A * M + B, B * M + A]),
    ("out of the bracket", x * (y + u), [x * y + u, x * u + y]),
    ("layer up", D(l + 1) * W(l).T, [D(l + 2) * W(l).T, D(l + 1) * W(l + 1).T, D(l + 2) * W(l + 1).T]),
    ("layer up", x * rho(l), [x * rho(l + 1)]),
    ("layer up", D(2), [LayerMatrix("D", 3, m, S(3))]),
    ("layer up", KL(l)(x), [KL(l + 1)(x)]),
    (
        "layer up",
        rho(l) * KL(l)(x),
        [rho(l + 1) * KL(l)(x), rho(l) * KL(l + 1)(x), rho(l + 1) * KL(l + 1)(x)],
    ),
    (
        "layer up",
        D(l) * W(l) * W(l).T,
        [
            D(l + 1) * W(l) * W(l).T,
            D(l) * W(l + 1) * W(l).T,
            D(l) * W(l) * W(l + 1).T,
            D(l + 1) * W(l + 1) * W(l + 1).T,
        ],
    ),
    ("layer up", total, [Sum(rho(l + 1), (l, 1, L - 1)), Sum(rho(l), (l, 2, L - 1)), Sum(rho(l), (l, 1, L))]),
    ("layer up", Sum(v[i, 0], (i, 0, n - 1)), []),
    ("layer down", D(l + 1) * W(l).T, [D(l) * W(l).T, D(l + 1) * W(l - 1).T, D(l) * W(l - 1).T]),
    ("layer down", total, [Sum(rho(l - 1), (l, 1, L - 1)), Sum(rho(l), (l, 0, L - 1)), Sum(rho(l), (l, 1, L - 2))]),
    ("indices swapped", D(l + 1) * W(l).T, [D(l) * W(l + 1).T]),
    ("indices swapped", D(l) * W(l), []),
    (
        "indices swapped",
        rho(l + 2) * D(l + 1) * W(l),
        [rho(l + 1) * D(l + 2) * W(l), rho(l) * D(l + 1) * W(l + 2), rho(l + 2) * D(l) * W(l + 1)],
    ),
    ("indices swapped", Q[i, j] * v[i, 0], [Q[j, i] * v[i, 0], Q[i, j] * v[0, i]]),
    ("transpose dropped", A.T * B, [A * B]),
    ("transpose dropped", ones(m).T * A, [ones(m) * A]),
    ("transpose added", A + B, [(A + B).T, A.T + B, A + B.T]),
    ("transpose added", A.T, []),
    ("elementwise for product", x * A * M, [x * Hadamard(A, M)]),
    ("elementwise for product", A * M * P, [Hadamard(A, M) * P, A * Hadamard(M, P), Hadamard(A, M, P)]),
    ("product for elementwise", Hadamard(A, B), [A * B]),
    ("product for elementwise", Hadamard(A, B, C), [Hadamard(A * B, C), Hadamard(A, B * C), A * B * C]),
    ("product reversed", x * A * M, [x * M * A]),
    ("product reversed", A * M * P, [M * A * P, A * P * M, P * M * A]),
    ("product reversed", Hadamard(A, B), [Hadamard(B, A)]),
    ("product reversed", Hadamard(A, B, C), [Hadamard(B, A, C), Hadamard(A, C, B), Hadamard(C, B, A)]),
    ("factor dropped", x * A * v, [A * v, x * A, x * v]),
    ("factor dropped", -2 * A, [-A]),
    ("factor dropped", Hadamard(A, B), [A, B]),
    ("factor twice", x * A * v, [x**2 * A * v, product(x, A, A, v), product(x, A, v, v)]),
    ("factor twice", -2 * x, [-4 * x, -2 * x**2]),
    ("factor inverted", 2 * A / x, [A / x / 2, 2 * x * A]),
    ("factor inverted", -x * y, [-x / y, -y / x]),
    ("factor inverted", Hadamard(A, B), [Hadamard(reciprocal(A), B), Hadamard(A, reciprocal(B))]),
    ("term dropped", A + B + C, [A + B, A + C, B + C]),
    ("term dropped", y - x, [y, -x]),
    ("term dropped", p + u + x + y, [u + x + y, p + x + y, p + u + y, p + u + x]),
    ("term twice", A - B, [2 * A - B, A - 2 * B, 2 * (A - B)]),
    ("term twice", log(x * y), [2 * log(x * y), log(2 * x * y)]),
    ("sign flipped", log(x * y), [-log(x * y), log(-x * y)]),
    ("term twice", SquaredNorm(A), [2 * SquaredNorm(A), SquaredNorm(2 * A)]),
    ("sign flipped", A - B, [-A - B, A + B, -(A - B)]),
    ("sign flipped", f(A), [-f(A), f(-A)]),
    ("sign flipped", Hadamard(A, B), [-Hadamard(A, B)]),
    ("like symbols exchanged", Hadamard(A, B), [Hadamard(A, A), Hadamard(B, B)]),
    ("like symbols exchanged", A - f(B), [B - f(A), A - f(A), B - f(B)]),
    ("like symbols exchanged", x**2 * y, [x * y**2, x**3, y**3]),
    ("like symbols exchanged", A * v, []),
    (
        "like symbols exchanged",
        x * entropy(y)(u),
        [
            y * entropy(x)(u),
            y * entropy(y)(u),
            x * entropy(x)(u),
            u * entropy(y)(x),
            u * entropy(y)(u),
            x * entropy(y)(x),
            x * entropy(u)(y),
            x * entropy(u)(u),
            x * entropy(y)(y),
        ],
    ),
    ("unlike symbols exchanged", A * v, [product(A, A), product(v, v)]),
    (
        "unlike symbols exchanged",
        ones(m).T * A,
        [product(ones(m).T, ones(m).T), product(A, A)],  # A 1' is a product reversed
    ),
    ("unlike symbols exchanged", x * A, []),
    ("unlike symbols exchanged", A - B, []),
]


@pytest.mark.parametrize(("kind", "expression", "expected"), EXAMPLES, ids=lambda value: str(value)[:40])
def test_the_mutants_of_a_kind(kind, expression, expected):
    found = made(expression, kind)
    assert len(found) == len(expected)
    assert set(found) == set(map(mapped, expected))


def test_every_kind_has_an_example_that_makes_something():
    assert {kind for kind, _, expected in EXAMPLES if expected} == set(KINDS)


@pytest.mark.parametrize("expression", dict.fromkeys(expression for _, expression, _ in EXAMPLES), ids=str)
def test_every_mutant_is_new(expression):
    """Neither the original nor twice the same."""
    expressions = [mutant.expression for mutant in mutants(expression)]
    assert len(expressions) == len(set(expressions)) > 0
    assert not {expression, mapped(expression)} & set(expressions)


def test_one_sample_is_the_first():
    (one,) = made(ones(m).T * A / m, "one sample for the mean")
    assert prove(entry(one, 0, j), A[0, j]).outcome is Outcome.PROVED


def test_a_bound_probability_is_left_alone():
    """The u of the definition has a 1 - u beside it, and is not the u of the formula."""
    g = Elementwise("g", Lambda(u, log(1 - u)))
    assert made(u * g(x), "1 - rho for rho") == []


def test_the_variable_of_a_gradient_stays_a_symbol():
    expressions = [mutant.expression for mutant in mutants(Gradient(Trace(A.T * B), A))]
    assert {part.args[1] for part in expressions if isinstance(part, Gradient)} == {A, B}


def test_an_entry_stays_that_of_a_symbol():
    assert {mutant.expression for mutant in mutants(A[i, j] * B[i, j])} >= {A[i, j] ** 2, A[j, i] * B[i, j]}


def test_a_mutant_counts_for_the_first_kind_that_makes_it():
    """A sum for a mean is also a product without its factor 1/m."""
    total = ones(m).T * A
    assert [mutant.kind for mutant in mutants(total / m) if mutant.expression == total] == ["mean for sum"]


def test_the_form_in_which_an_expression_is_written_makes_no_mutants():
    assert MatMul(x, y, A) != MatMul(x * y, A)
    assert mutants(MatMul(x, y, A)) == mutants(MatMul(x * y, A))


def test_the_same_mutants_whatever_the_order_of_sets():
    code = (
        "from sparseae_lib.calculus.mutation import mutants\n"
        "from sparseae_lib.statements import STATEMENTS\n"
        "print([mutants(STATEMENTS[name].formula) for name in ('thm-kl', 'thm-sparse-delta', 'thm-cost')])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000


# The mutants of a statement, decided


@dataclass(frozen=True)
class Claim:
    formula: object
    derivation: object = None
    where: dict = field(default_factory=dict)
    label: str = "claim"

    @property
    def expanded(self):
        return self.formula.xreplace(self.where)


def outcomes(claim):
    return {trial.mutant.expression: trial.decision.outcome for trial in trials(claim)}


def test_a_formula_is_held_against_its_derivation():
    found = outcomes(Claim(2 * A, derivation=Gradient(SquaredNorm(A), A)))
    assert found == {
        mapped(A): Outcome.REFUTED,
        mapped(4 * A): Outcome.REFUTED,
        mapped(A / 2): Outcome.REFUTED,
        mapped(-2 * A): Outcome.REFUTED,
        product(Integer(2), A, A): Outcome.ILL_FORMED,
        mapped(2 * A.T): Outcome.ILL_FORMED,
    }


def test_a_definition_is_held_against_itself():
    found = outcomes(Claim(A))
    assert found == {A.T: Outcome.ILL_FORMED, -A: Outcome.REFUTED, 2 * A: Outcome.REFUTED}


def test_abbreviations_are_written_out():
    claim = Claim(Hadamard(B, B), derivation=Hadamard(f(A), f(A)), where={B: f(A)})
    assert outcomes(claim)[B] is Outcome.REFUTED
    assert outcomes(claim)[product(B, B)] is Outcome.ILL_FORMED


def test_two_flips_that_cancel_and_a_commuted_product_are_equivalent():
    found = outcomes(Claim(SquaredNorm(Hadamard(A, B))))
    for mutant in (Hadamard(B, A), -Hadamard(A, B), Hadamard(A, B).T):
        assert found[SquaredNorm(mutant)] is Outcome.PROVED
    assert tally(trials(Claim(SquaredNorm(Hadamard(A, B))))).equivalent == 3


def test_a_formula_that_does_not_follow_has_no_score():
    with pytest.raises(NotProved, match="refuted"):
        trials(Claim(A, derivation=2 * A))


def test_the_gradient_of_a_named_cost_may_be_any_matrix():
    cost = Symbol("J", real=True)
    found = outcomes(Claim(m * Gradient(cost, D(l))))
    assert found[2 * m * Gradient(cost, D(l))] is Outcome.REFUTED
    assert found[m * Gradient(cost, D(l + 1))] is Outcome.ILL_FORMED
    assert Outcome.PROVED not in found.values()


def layers(term):
    return Sum(term, (l, 1, L - 1))


def test_only_a_symbol_is_differentiated_by():
    """v and the ones beside it cannot be exchanged throughout: there is no derivative by a column of ones."""
    gradient = Gradient(EntrySum(ones(m) * v.T), v)
    found = [mutant.expression for mutant in mutants(gradient)]
    assert found
    assert all(isinstance(part.args[1], MatrixSymbol) for new in found for part in new.atoms(Gradient))
    assert Gradient(EntrySum(v * v.T), v) in found  # but one can stand in the place of the other


def test_a_sum_over_layers_is_refuted_at_one_depth_and_proved_for_all():
    found = outcomes(Claim(x * layers(SquaredNorm(W(l)))))
    assert found[x * layers(SquaredNorm(W(l).T))] is Outcome.PROVED
    assert found[x * layers(SquaredNorm(-W(l)))] is Outcome.PROVED
    assert found[x * layers(SquaredNorm(W(l + 1)))] is Outcome.REFUTED
    assert found[x * Sum(SquaredNorm(W(l)), (l, 1, L))] is Outcome.REFUTED
    assert Outcome.UNKNOWN not in found.values()


def test_what_is_equal_at_one_depth_alone_is_undecided(monkeypatch):
    """Three terms: the sum over the layers of a network of four layers, and of no other."""
    three = rho(1) + rho(2) + rho(3)
    monkeypatch.setitem(KINDS, "f for f'", [lambda expression: [three]])
    (trial,) = [trial for trial in trials(Claim(layers(rho(l)))) if trial.mutant.kind == "f for f'"]
    assert trial.decision.outcome is Outcome.UNKNOWN
    assert str(trial.decision.evidence) == "equal in a network of 4 layers, and not proved for every depth"


def test_a_tally_counts_every_outcome():
    every = trials(Claim(SquaredNorm(A)))
    other = trials(Claim(x * A, label="other"))
    assert tally(every + other).made == len(every) + len(other)
    assert tally(every + other, claim="other") == tally(other)
    assert tally(every, claim="other") == Tally(0, 0, 0, 0)
    flipped = tally(every + other, kind="sign flipped")
    assert flipped == Tally(made=3, refuted=2, ill_formed=0, equivalent=1)
    assert tally(every + other, claim="other", kind="sign flipped") == Tally(1, 1, 0, 0)


def test_the_score_is_the_share_of_what_is_wrong_that_was_rejected():
    assert Tally(made=10, refuted=4, ill_formed=3, equivalent=2).score == 7 / 8
    assert Tally(made=10, refuted=4, ill_formed=3, equivalent=2).undecided == 1
    assert Tally(made=2, refuted=0, ill_formed=0, equivalent=2).score == 0


def test_what_is_undecided_is_not_rejected():
    undecided = tally([Trial("claim", mutants(Q)[0], decide(Q ** Symbol("p"), Q))])
    assert undecided == Tally(made=1, refuted=0, ill_formed=0, equivalent=0)
    assert (undecided.undecided, undecided.score) == (1, 0)
