"""Corrupt the generated statements, and see Rocq refuse the proofs. The module, run, stores what came of it.

Of each statement that is proved in ``kernel/``, one corruption of each kind that the engine rejects takes the place of
the formula. The proof, unchanged, must fail. The statement itself goes the same way first, and must be proved.
"""

import json
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sparseae_lib.calculus import Outcome, Unsupported
from sparseae_lib.calculus.decision import tell_apart
from sparseae_lib.calculus.mutation import KINDS, mutants
from sparseae_lib.calculus.mutation.score import trials as decided
from sparseae_lib.kernel.claims import DERIVED, PRINTED, derived, name, printed
from sparseae_lib.kernel.roads import ROADS
from tools.kernel import ENVIRONMENT, KERNEL, Failed, compile_all, listed

STORED = KERNEL / "mutants.json"
IN_SECTIONS = {"forward": "Path", "recursion": "Theorems"}
"""The files with theorems about networks, and the section in which these stand."""

TRIES = 8
"""How many corruptions of one kind are decided, to find one that numbers refute rather than shapes."""


@dataclass(frozen=True)
class Trial:
    """A proposition in the place of a theorem's: the statement itself, where ``kind`` is ``None``, or a mutant."""

    label: str
    kind: str | None
    text: str


def theorem(label):
    """(what stands before it in its section, its text up to ``Qed.``) of the theorem that a trial takes the place of.

    About a network where the label begins with ``printed``, as in ``printed.thm-cost``; otherwise about a derivation.
    """
    kind, _, label = label.rpartition(".")
    places = IN_SECTIONS if kind else {ROADS[label].kernel[0].partition(".")[0]: None}
    for file, section in places.items():
        text = (KERNEL / f"{file}.v").read_text(encoding="utf-8")
        if found := re.search(rf"^(Theorem|Lemma) {name(label)} .*?Qed\.", text, re.DOTALL | re.MULTILINE):
            if section is None:
                return "", found[0]
            pattern = rf"^Section {section}\.\n(.*?)^(?:Lemma|Theorem|\(\*\*)"
            return re.search(pattern, text, re.DOTALL | re.MULTILINE)[1], found[0]
    return None


def script(k, trial):
    """What Rocq is told of a trial: the proposition with a name of its own, and the proof of the theorem."""
    kind, _, label = trial.label.rpartition(".")
    before, text = theorem(trial.label)
    text = re.sub(rf"^(Theorem|Lemma) {name(label)} ", rf"\1 proof_{k} ", text)
    text = text.replace(f"{kind or 'derived'}.{name(label)}", f"mutant_{k}")
    proposition = trial.text.replace(f"Definition {name(label)} ", f"Definition mutant_{k} ", 1)
    if kind:
        variables = "Variables (R : realType) (S : nat -> nat) (m L : nat)."
        proposition = f"Section P{k}.\n{variables}\n{proposition}\nEnd P{k}."
    return [
        proposition,
        f"Section Q{k}.",
        before,
        text,
        "Abort All.",
        f"End Q{k}.",
        f"Check mutant_{k}.",
        f"Check proof_{k}.",
    ]


def networks():
    """{label: statement} of the printed equations that a theorem is about."""
    labelled = {f"printed.{statement.label}": statement for statement in PRINTED}
    return {label: statement for label, statement in labelled.items() if theorem(label)}


def about_networks():
    """The statement about a network, and its corruptions, for every printed equation that a theorem is about."""
    for label, statement in networks().items():
        yield Trial(label, None, printed(statement))
        found, worst = {}, {}
        for each in decided(statement, decide=tell_apart):
            if each.decision.outcome is Outcome.REFUTED:
                found.setdefault(each.mutant.kind, each.mutant.expression)
            elif each.decision.outcome is Outcome.ILL_FORMED:
                worst.setdefault(each.mutant.kind, each.mutant.expression)
        yield from _written(label, worst | found, lambda formula, statement=statement: printed(statement, formula))


def rejected(statement, kinds):
    """One mutant of each of these kinds that the engine rejects, by numbers where there is one: {kind: formula}."""
    found, worst = {}, {}
    tried = dict.fromkeys(kinds, 0)
    for mutant in mutants(statement.formula):
        if mutant.kind not in kinds or mutant.kind in found or tried[mutant.kind] == TRIES:
            continue
        tried[mutant.kind] += 1
        outcome = tell_apart(statement.derivation, mutant.expression.xreplace(statement.where)).outcome
        if outcome is Outcome.REFUTED:
            found[mutant.kind] = mutant.expression
        elif outcome is Outcome.ILL_FORMED:
            worst.setdefault(mutant.kind, mutant.expression)
    return worst | found


def trials(statement, kinds=KINDS):
    """The statement itself, and its corruptions."""
    yield Trial(statement.label, None, derived(statement))
    yield from _written(statement.label, rejected(statement, kinds), lambda formula: derived(statement, formula))


def _written(label, formulas, write):
    for kind, formula in formulas.items():
        with suppress(Unsupported):  # a shape that cannot be written out has no type there either
            yield Trial(label, kind, write(formula))


def run(chosen, place):
    """{trial: "proved", "refused" or "no proposition"} for trials whose files are compiled in ``place``."""
    chosen = list(chosen)
    lines = [_head(), *(line for k, trial in enumerate(chosen) for line in script(k, trial))]
    done = subprocess.run(
        ["coqtop", "-q", "-w", "none", "-Q", ".", "kernel"],
        cwd=place,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        input="\n".join([*lines, "Quit."]) + "\n",
    )
    known = set(re.findall(r"^(?:Coq < )*(mutant_\d+|proof_\d+)\s*$", done.stdout, re.MULTILINE))
    return {
        trial: "proved" if f"proof_{k}" in known else "refused" if f"mutant_{k}" in known else "no proposition"
        for k, trial in enumerate(chosen)
    }


def _head():
    """What the proofs' files begin with, and all of those files."""
    files = " ".join(file.removesuffix(".v") for file in listed())
    return "\n".join(
        (
            "From mathcomp Require Import all_ssreflect all_algebra.",
            "From mathcomp Require Import reals sequences exp.",
            "From mathcomp Require Import ring.",
            f"From kernel Require Import {files}.",
            "Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.",
            "Import Order.TTheory GRing.Theory Num.Theory.",
            "Local Open Scope ring_scope.",
            "Set Default Timeout 10.",
        )
    )


def results():
    """{label: {kind: what came of it}}. Raises Failed if a statement itself is not proved, or if a corruption is."""
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        compile_all(place)
        chosen = [trial for statement in DERIVED for trial in trials(statement)]
        outcomes = run([*chosen, *about_networks()], place)
    for trial, outcome in outcomes.items():
        if (outcome == "proved") != (trial.kind is None):
            raise Failed(f"{trial.label}, {trial.kind or 'the statement itself'}: {outcome}\n{trial.text}")
    found = {trial.label: {} for trial in outcomes}
    for trial, outcome in outcomes.items():
        if trial.kind is not None:
            found[trial.label][trial.kind] = outcome
    return found


def main():
    found = results()
    STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{sum(map(len, found.values()))} corruptions of {len(found)} propositions, and no proof of any")
    return 0


if __name__ == "__main__":
    sys.exit(main())
