"""The statements as text for Rocq: never stale, no corruption lost, and nothing left open in a proof."""

import re
from pathlib import Path

import pytest

from sparseae_lib.calculus import Hadamard, Outcome, Unsupported
from sparseae_lib.calculus.mutation import mutants
from sparseae_lib.errata import load_errata
from sparseae_lib.kernel.claims import DERIVED, PRINTED, derived, files, printed
from sparseae_lib.kernel.roads import DEFINITION, IN_WORDS, ONE_NUMBER, ROADS, THEOREMS
from sparseae_lib.kernel.rocq import Rocq
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA
from sparseae_lib.statements.definitions import COST
from sparseae_lib.statements.source import READINGS
from sparseae_lib.statements.symbols import A, Delta, L, W, Y, f, l, m
from tools import kernel
from tools.kernel import KERNEL, gaps, listed, stale

BOOK = Path(__file__).resolve().parents[2] / "book"


def text(expression):
    return str(Rocq().text(expression))


def test_the_generated_files_are_what_the_statements_give():
    assert stale() == []


def test_a_changed_statement_makes_its_file_stale(monkeypatch):
    changed = files() | {"printed.v": files()["printed.v"].replace("sqnorm", "entrysum")}
    monkeypatch.setattr(kernel, "files", lambda: changed)
    assert stale() == ["printed.v"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (HIDDEN_DELTA.formula, "(Delta l.+1 *m (W l)^T) .* map_mx (prime (f l)) (Z l)"),
        ((A(l) + Delta(l)) * W(l), "(A l + Delta l) *m W l"),
        (2 * (A(l) * W(l)), "2%:R *: (A l *m W l)"),
        (Hadamard(A(l), A(l) - Delta(l)), "A l .* (A l - Delta l)"),
        ((A(L) - Y) / (2 * m), "(2%:R * m%:R)^-1 *: (A L - Y L)"),
        (f(f(A(l))), "map_mx (f l) (map_mx (f l) (A l))"),
        (1 / (m - 1), "(m%:R - 1)^-1"),
        (m**2 / (m + 1) ** 2, "(m%:R ^+ 2) / ((1 + m%:R) ^+ 2)"),
        (-2 * A(l) * W(l), "- (2%:R *: (A l *m W l))"),
    ],
)
def test_brackets_are_where_they_belong(expression, expected):
    assert text(expression) == expected


def test_a_sum_has_brackets_of_its_own():
    """It would swallow what stands to its right."""
    assert "(\\sum_(1 <= l < L) sqnorm (W l))" in text(COST.formula)


@pytest.mark.parametrize("statement", DERIVED, ids=lambda statement: statement.label)
def test_every_corruption_is_another_proposition(statement):
    own, lost = derived(statement), []
    for mutant in mutants(statement.formula):
        try:
            other = derived(statement, mutant.expression)
        except Unsupported:
            continue
        if other == own and mutant.expression.xreplace(statement.where) != statement.expanded:
            lost.append(mutant)
    assert lost == []


@pytest.mark.parametrize("statement", PRINTED, ids=lambda statement: statement.label)
def test_every_corruption_of_a_printed_equation_is_another(statement):
    own, others = printed(statement), []
    for mutant in mutants(statement.formula):
        try:
            others.append(printed(statement, mutant.expression))
        except Unsupported:
            continue
    assert others and own not in others


@pytest.mark.parametrize("statement", DERIVED, ids=lambda statement: statement.label)
def test_a_function_with_a_definition_is_no_variable(statement):
    """A theorem about any KL would be another theorem."""
    declared = re.findall(r"^  \(([\w ]+) :", derived(statement), re.MULTILINE)
    assert not {"KL", "sigma"} & {word for group in declared for word in group.split()}


# Holes


def test_no_proof_has_a_hole():
    for name in listed():
        assert gaps((KERNEL / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "hole",
    ["Admitted.", "Axiom a : False.", "admit.", "give_up.", "Axioms (a b : False).", "Conjecture c : False.",
     "Parameter p : False.", "Unset Guard Checking."],
)  # fmt: skip
def test_a_hole_is_seen(hole):
    proof = f"Lemma l : True.\nProof. by []. Qed.\n{hole}\n"
    assert gaps(proof) and not gaps(proof.replace(hole, f"(* {hole} (* {hole} *) *)"))


# The refuted lines


def test_every_wrong_line_with_an_equation_is_refuted_in_fractions():
    """The others are ill-formed in every literal reading, or deny something."""
    named = {theorem.split(".")[1].partition("_")[0] for theorem in kernel.theorems() if theorem.startswith("refuted.")}
    wrong = {entry.id: READINGS[entry.id] for entry in load_errata() if entry.verdict == "wrong"}
    refuted = {
        name
        for name, readings in wrong.items()
        for reading in readings
        if reading.literal and not reading.denies and reading.decide().outcome is Outcome.REFUTED
    }
    assert named == refuted
    assert set(wrong) - refuted == {"E21", "E31"}


# The roads


def labels_of_the_book():
    """Every theorem that a chapter states."""
    texts = [path.read_text(encoding="utf-8") for path in BOOK.glob("*.ipynb")]
    return {label for text in texts for label in re.findall(r'id=\\"(thm-[\w-]+)\\"', text)}


def test_every_theorem_of_the_book_has_its_roads():
    assert set(ROADS) == labels_of_the_book() | set(STATEMENTS)


@pytest.mark.parametrize("roads", ROADS.values(), ids=list(ROADS))
def test_the_roads_are_as_the_statements_have_them(roads):
    statement = STATEMENTS.get(roads.label)
    if statement is None:
        assert (roads.no_engine, roads.no_second_opinion) == (IN_WORDS, IN_WORDS)
    elif statement.derivation is None:
        assert (roads.no_engine, roads.no_second_opinion) == (DEFINITION, DEFINITION)
    else:
        assert roads.no_engine is None
        assert roads.no_second_opinion == (None if statement.left.is_Matrix else ONE_NUMBER)
    assert bool(roads.kernel) == (roads.no_kernel is None)


def test_the_roads_are_said_in_a_sentence():
    assert str(ROADS["thm-hidden-delta"]) == "Proved by the engine, the second opinion and the kernel."
    assert str(ROADS["thm-kl-derivative"]) == (
        "Proved by the engine and the kernel, not by the second opinion "
        "(about functions of one number: there are no matrices in it)."
    )
    assert str(ROADS["thm-evasion"]).startswith("Proved by the kernel, not by the engine or the second opinion (the")
    assert str(ROADS["thm-mean-penalty"]) == "A definition: there is nothing to derive."
    for roads in ROADS.values():
        said = str(roads)
        reasons = [roads.no_engine, roads.no_second_opinion, roads.no_kernel]
        assert all(reason in said.replace("A definition", "a definition") for reason in reasons if reason)
        assert ("the kernel" in said) == bool(roads.kernel)


@pytest.mark.parametrize("theorem", THEOREMS)
def test_a_theorem_that_is_listed_is_in_its_file(theorem):
    file, _, name = theorem.partition(".")
    proofs = (KERNEL / f"{file}.v").read_text(encoding="utf-8")
    assert re.search(rf"^(Theorem|Lemma) {name}\b", proofs, re.MULTILINE)


def test_every_theorem_in_the_files_is_listed():
    written = {
        f"{name.removesuffix('.v')}.{theorem}"
        for name in listed()
        if name != "refuted.v"
        for theorem in re.findall(r"^Theorem (\w+)", (KERNEL / name).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written <= set(THEOREMS)
