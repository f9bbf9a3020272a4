"""Every small corruption of every corrected statement is rejected, and what is the same in disguise is proved equal."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sympy import MatrixSymbol, OneMatrix

from sparseae_lib.calculus import (
    Contradiction,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    NotProved,
    Outcome,
    Unsupported,
    decide,
    decision,
    ones,
)
from sparseae_lib.calculus.decision import tell_apart
from sparseae_lib.calculus.mutation import KINDS
from sparseae_lib.calculus.mutation.places import mapped
from sparseae_lib.calculus.mutation.score import tally, trials
from sparseae_lib.calculus.second_opinion import Mismatch, same
from sparseae_lib.checks.against_autograd import autograd_difference
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, OUTPUT_DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.definitions import COST
from sparseae_lib.statements.sparsity import DIVERGENCE, PENALTY, PENALTY_WEIGHTS, SPARSE_DELTA
from sparseae_lib.statements.symbols import (
    KL,
    A,
    Delta,
    L,
    W,
    Y,
    Z,
    beta,
    f,
    l,
    m,
    n,
    rho,
    rho_hat,
    square,
    u,
    weight_decay,
)

every_statement = pytest.mark.parametrize("label", STATEMENTS)

# Statements of which each kind must make a mutant
REQUIRED = {
    "f for f'": {"thm-output-delta", "thm-hidden-delta", "thm-sparse-delta", "thm-sigmoid-derivative"},
    "f' dropped": {"thm-output-delta", "thm-hidden-delta", "thm-sparse-delta", "thm-penalty-weights"},
    "f' twice": {"thm-output-delta", "thm-hidden-delta", "thm-sparse-delta", "thm-penalty-weights"},
    "KL for KL'": {"thm-penalty", "thm-penalty-weights", "thm-penalty-biases", "thm-sparse-delta"},
    "KL dropped": {"thm-penalty", "thm-penalty-weights", "thm-sparse-delta"},
    "1 - rho for rho": {"thm-kl", "thm-kl-derivative", "thm-penalty", "thm-penalty-weights", "thm-sparse-delta"},
    "mean for sum": {"thm-cost", "thm-weight-gradient", "thm-bias-gradient", "thm-mean-activation", "thm-hidden-delta"},
    "one sample for the mean": {"thm-cost", "thm-weight-gradient", "thm-mean-activation", "thm-sparse-delta"},
    "out of the bracket": {"thm-sparse-delta", "thm-output-delta", "thm-sigmoid-derivative"},
    "layer up": {"thm-forward", "thm-cost", "thm-hidden-delta", "thm-weight-gradient", "thm-sparse-cost", "thm-kl"},
    "layer down": {"thm-forward", "thm-cost", "thm-hidden-delta", "thm-weight-gradient", "thm-sparse-cost", "thm-kl"},
    "indices swapped": {"thm-hidden-delta", "thm-weight-gradient", "thm-penalty-weights", "thm-sparse-delta"},
    "transpose dropped": {"thm-hidden-delta", "thm-weight-gradient", "thm-bias-gradient", "thm-penalty-weights"},
    "transpose added": {"thm-forward", "thm-output-delta", "thm-hidden-delta", "thm-weight-gradient"},
    "elementwise for product": {"thm-forward", "thm-hidden-delta", "thm-weight-gradient", "thm-sparse-delta"},
    "product for elementwise": {"thm-output-delta", "thm-hidden-delta", "thm-penalty-weights", "thm-sparse-delta"},
    "product reversed": {"thm-forward", "thm-hidden-delta", "thm-weight-gradient", "thm-penalty-weights"},
    "factor dropped": {"thm-cost", "thm-weight-gradient", "thm-penalty", "thm-sparse-delta"},
    "factor twice": {"thm-cost", "thm-weight-gradient", "thm-penalty", "thm-sparse-delta"},
    "factor inverted": {"thm-cost", "thm-weight-gradient", "thm-penalty", "thm-sparse-delta", "thm-output-delta"},
    "term dropped": {"thm-forward", "thm-cost", "thm-weight-gradient", "thm-sparse-cost", "thm-sparse-delta"},
    "term twice": set(STATEMENTS),
    "sign flipped": set(STATEMENTS),
    "like symbols exchanged": {"thm-cost", "thm-output-delta", "thm-weight-gradient", "thm-kl", "thm-penalty"},
    "unlike symbols exchanged": {"thm-forward", "thm-hidden-delta", "thm-weight-gradient", "thm-sparse-delta"},
}


@cache
def decided(label):
    return trials(STATEMENTS[label], decide=tell_apart)


def everything():
    return [trial for label in STATEMENTS for trial in decided(label)]


@every_statement
def test_every_mutant_is_rejected_or_equal(label):
    counts = tally(decided(label))
    assert (counts.undecided, counts.score) == (0, 1)


@pytest.mark.parametrize("statement", [OUTPUT_DELTA, HIDDEN_DELTA, WEIGHT_GRADIENT, BIAS_GRADIENT, SPARSE_DELTA])
def test_no_mutant_has_a_proof_beside_its_witness(statement):
    """``decide`` looks for both, and raises ``Contradiction`` where it finds both."""
    outcomes = [trial.decision.outcome for trial in trials(statement, decide=decide)]
    assert outcomes == [trial.decision.outcome for trial in decided(statement.label)]


@every_statement
def test_few_mutants_are_equal_to_the_original(label):
    """A statement of which both sides vanish would make them all equal."""
    counts = tally(decided(label))
    assert counts.equivalent <= counts.made / 4


@every_statement
def test_a_refuted_mutant_has_two_values(label):
    for trial in decided(label):
        if trial.decision.outcome is Outcome.REFUTED:
            assert trial.decision.evidence.left != trial.decision.evidence.right


@every_statement
def test_every_mutant_is_new(label):
    expressions = [trial.mutant.expression for trial in decided(label)]
    assert len(expressions) == len(set(expressions))
    assert not {STATEMENTS[label].formula, mapped(STATEMENTS[label].formula)} & set(expressions)


def test_there_are_at_least_3000_mutants():
    counts = tally(everything())
    assert counts.made >= 3000
    assert counts.score == 1
    assert counts.made == counts.refuted + counts.ill_formed + counts.equivalent


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_mutants_of_its_statements(kind):
    makes = {label for label in STATEMENTS if tally(decided(label), kind=kind).made}
    assert REQUIRED[kind] <= makes


def test_a_commuted_product_and_flips_that_cancel_are_proved_equal():
    equal = {trial.mutant for trial in everything() if trial.decision.outcome is Outcome.PROVED}
    assert {"product reversed", "sign flipped", "transpose added"} <= {mutant.kind for mutant in equal}
    expressions = {mutant.expression for mutant in equal}
    assert {Hadamard(*reversed(s.formula.args)) for s in (OUTPUT_DELTA, HIDDEN_DELTA, SPARSE_DELTA)} <= expressions
    assert mapped(COST.formula.xreplace({Y - A(L): A(L) - Y})) in expressions


back = Delta(l + 1) * W(l).T
penalty = beta(l) * ones(m) * KL(l).prime(rho_hat(l))
f_prime = f.prime(Z(l))
swapped = KL(l).xreplace({rho(l): 1 - rho(l)})
unit = MatrixSymbol("e", m, 1)
first = Gradient(unit[0, 0], unit)
sum_of_samples = ones(m).T * f(Z(l))
first_sample = ones(m).T * first * first.T * f(Z(l))

SLIPS = {
    "weight decay missing": (WEIGHT_GRADIENT, A(l).T * Delta(l + 1) / m),
    "weight decay twice": (WEIGHT_GRADIENT, A(l).T * Delta(l + 1) / m + 2 * weight_decay * W(l)),
    "gradient transposed": (WEIGHT_GRADIENT, Delta(l + 1).T * A(l) / m + weight_decay * W(l)),
    "sum over samples": (BIAS_GRADIENT, ones(m).T * Delta(l + 1)),
    "W not transposed": (HIDDEN_DELTA, Hadamard(Delta(l + 1) * W(l), f_prime)),
    "W of the layer below": (HIDDEN_DELTA, Hadamard(Delta(l + 1) * W(l - 1).T, f_prime)),
    "f' missing": (HIDDEN_DELTA, back),
    "f' of the activation": (HIDDEN_DELTA, Hadamard(back, f.prime(f(Z(l))))),
    "target minus output": (OUTPUT_DELTA, Hadamard(Y - A(L), f.prime(Z(L)))),
    "arguments of KL exchanged": (DIVERGENCE, DIVERGENCE.formula.xreplace({rho(l): u, u: rho(l)})),
    "mean over units": (PENALTY, PENALTY.formula / rho_hat(l).shape[1]),
    "beta of the layer below": (PENALTY_WEIGHTS, PENALTY_WEIGHTS.formula.xreplace({beta(l + 1): beta(l)})),
    "beta twice": (PENALTY_WEIGHTS, beta(l + 1) * PENALTY_WEIGHTS.formula),
    "penalty missing": (SPARSE_DELTA, Hadamard(back, f_prime)),
    "penalty outside f'": (SPARSE_DELTA, Hadamard(back, f_prime) + penalty),
    "KL for KL'": (SPARSE_DELTA, Hadamard(back + beta(l) * ones(m) * KL(l)(rho_hat(l)), f_prime)),
    "1 - rho for rho": (SPARSE_DELTA, Hadamard(back + beta(l) * ones(m) * swapped.prime(rho_hat(l)), f_prime)),
    "KL of each sample": (SPARSE_DELTA, Hadamard(back + beta(l) * ones(m) * KL(l).prime(first_sample), f_prime)),
    "a sum of activations": (SPARSE_DELTA, Hadamard(back + beta(l) * ones(m) * KL(l).prime(sum_of_samples), f_prime)),
    "rho and beta exchanged": (PENALTY, rho(l) * EntrySum(KL(l).xreplace({rho(l): beta(l)})(rho_hat(l)))),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_known_slip_is_among_the_rejected(slip):
    statement, expression = SLIPS[slip]
    rejected = [trial.mutant.expression for trial in decided(statement.label) if is_rejected(trial)]
    assert mapped(expression) in rejected


def is_rejected(trial):
    return trial.decision.outcome in (Outcome.REFUTED, Outcome.ILL_FORMED)


# The second opinion: nothing of decide, nothing of its entries, normal form and witnesses

OF_MATRICES = [label for label, s in STATEMENTS.items() if s.derivation is not None and s.left.is_Matrix]


@pytest.mark.parametrize("label", OF_MATRICES)
def test_the_second_opinion_proves_the_statement(label):
    assert same(STATEMENTS[label].derivation, STATEMENTS[label].expanded)


@pytest.mark.parametrize("label", OF_MATRICES)
def test_the_second_opinion_proves_the_same_mutants_and_no_other(label):
    statement, missed = STATEMENTS[label], []
    for trial in decided(label):
        proved = trial.decision.outcome is Outcome.PROVED
        again = is_proved_again(statement.derivation, trial.mutant.expression.xreplace(statement.where))
        assert proved or not again
        missed += [trial.mutant.kind] * (proved and not again)
    # Deviations from the mean times those from one sample: whole matrices have no law for a row taken from all rows.
    assert missed == (["one sample for the mean"] if label == "thm-mean-force" else [])


def is_proved_again(left, right):
    try:
        return same(left, right)
    except Mismatch:
        return False


def test_the_second_opinion_hears_of_most_statements():
    others = {label for label, s in STATEMENTS.items() if s.derivation is not None} - set(OF_MATRICES)
    assert others == {"thm-sigmoid-derivative", "thm-kl-derivative"}  # of one number: there is nothing to transpose


# Automatic differentiation: nothing of decide either, and numbers of its own

DERIVED = [label for label, statement in STATEMENTS.items() if statement.derivation is not None]


def automatic(label, expression):
    """The relative difference that autograd sees; ``None`` where the expression has no NumPy form."""
    statement = replace(STATEMENTS[label], formula=expression)
    try:
        with np.errstate(all="ignore"):  # a corrupted logarithm may be of a negative number
            return autograd_difference(statement, np.random.default_rng(0))
    except (Unsupported, KeyError):
        return None
    except TypeError as error:  # the gradient of a cost that only the corruption names
        if "nothing is given" not in str(error):
            raise
        return None


@pytest.mark.parametrize("label", DERIVED)
def test_automatic_differentiation_sees_every_refuted_mutant(label):
    refuted = [trial.mutant.expression for trial in decided(label) if trial.decision.outcome is Outcome.REFUTED]
    seen = [automatic(label, expression) for expression in refuted]
    assert all(difference is None or not difference < 1e-9 for difference in seen)  # a NaN is seen as well
    assert seen.count(None) <= len(seen) / 4


# Without the help of shapes


def square_layers(expression):
    """In a network whose layers are all as wide as there are samples; rows and columns stay what they are."""
    matrices = expression.atoms(MatrixSymbol, OneMatrix)
    sizes = {size for matrix in matrices for size in matrix.shape if size.is_Symbol}
    return mapped(square(expression.xreplace(dict.fromkeys(sizes, n))))


def square_matrices(expression):
    """Every matrix n x n, a bias and the ones as well: whatever is multiplied, added or transposed, the shapes meet."""
    return mapped(square_layers(expression), _square)


def _square(leaf):
    match leaf:
        case LayerMatrix():
            return LayerMatrix(leaf.name, leaf.layer, n, n)
        case OneMatrix():
            return OneMatrix(n, n)
        case MatrixSymbol() if 1 in leaf.shape:  # the weights of the samples
            return MatrixSymbol(leaf.name, n, n)
    return leaf


@cache
def blinded(label):
    """``square_matrices`` where the statement holds for such matrices too, as most do; otherwise ``square_layers``."""
    statement = STATEMENTS[label]
    if statement.derivation is None:
        return square_matrices
    sides = square_matrices(statement.derivation), square_matrices(statement.expanded)
    return square_matrices if decide(*sides).outcome is Outcome.PROVED else square_layers


@cache
def decided_without_shapes(label):
    """What was ill-formed, decided again where no shape gives it away; what is the formula itself there is left out."""
    rejected = [trial for trial in decided(label) if trial.decision.outcome is Outcome.ILL_FORMED]
    formula = blinded(label)(STATEMENTS[label].expanded)
    return [
        replace(trial, decision=decision)
        for trial in rejected
        for decision in (blind_decision(trial, blinded(label)),)
        if decision.right != formula
    ]


def blind_decision(trial, blind):
    """Where nothing has a value, as with KL(1), the shapes of rows and columns are put back."""
    decision = tell_apart(blind(trial.decision.left), blind(trial.decision.right))
    if decision.outcome is Outcome.UNKNOWN and blind is square_matrices:
        return blind_decision(trial, square_layers)
    return decision


@every_statement
def test_every_mutant_is_decided_where_no_shape_gives_it_away(label):
    counts = tally(decided_without_shapes(label))
    assert counts.undecided == 0
    assert counts.equivalent <= counts.made / 4


def test_most_statements_hold_for_square_matrices_and_their_mutants_are_refuted_there():
    blind = [label for label in STATEMENTS if blinded(label) is square_matrices]
    assert STATEMENTS.keys() - blind == {
        "thm-batch-variance",
        "thm-mean-force",
        "thm-one-pass-biases",
    }
    counts = tally([trial for label in blind for trial in decided_without_shapes(label)])
    assert counts.made > 1000
    assert counts.refuted > 0.98 * counts.made


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_refuted_by_numbers(kind):
    """Not by its shapes alone."""
    runs = decided, decided_without_shapes
    assert any(tally(run(label), kind=kind).refuted for label in REQUIRED[kind] for run in runs)


# A broken decider has no full score


def test_without_witnesses_nothing_is_refuted(monkeypatch):
    monkeypatch.setattr(decision, "find_witness", lambda *_, **__: None)
    counts = tally(trials(BIAS_GRADIENT))
    assert counts.refuted == 0
    assert counts.undecided > 0
    assert counts.score < 1


def test_a_proof_of_everything_contradicts_the_witnesses(monkeypatch):
    monkeypatch.setattr(decision, "equal", lambda *_: True)
    with pytest.raises(Contradiction, match="is proved, and refuted at"):
        trials(BIAS_GRADIENT)


def test_a_proof_of_everything_without_witnesses_makes_too_many_equal(monkeypatch):
    monkeypatch.setattr(decision, "equal", lambda *_: True)
    monkeypatch.setattr(decision, "find_witness", lambda *_, **__: None)
    counts = tally(trials(BIAS_GRADIENT))
    assert counts.equivalent > counts.made / 4


def test_a_proof_of_nothing_does_not_prove_the_statement(monkeypatch):
    monkeypatch.setattr(decision, "equal", lambda *_: False)
    with pytest.raises(NotProved, match="the normal forms differ, and no witness was found"):
        trials(BIAS_GRADIENT)
