"""Corrupt the generated statements, and see Rocq refuse the proofs. The module, run, stores what came of it.

Of each statement that is proved in ``kernel/``, one corruption of each kind that the engine rejects takes the place of
the formula. The proof, unchanged, must fail. The statement itself goes the same way first, and must be proved.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sparseae_lib.calculus import Outcome, Unsupported
from sparseae_lib.calculus.decision import tell_apart
from sparseae_lib.calculus.mutation import KINDS, mutants
from sparseae_lib.kernel.claims import DERIVED, derived, name
from sparseae_lib.kernel.roads import ROADS
from tools.kernel import KERNEL, Failed, compile_file, order

STORED = KERNEL / "mutants.json"
TRIES = 8
"""How many corruptions of one kind are decided, to find one that numbers refute rather than shapes."""


@dataclass(frozen=True)
class Trial:
    """A proposition in the place of a theorem's: the statement itself, where ``kind`` is ``None``, or a mutant."""

    label: str
    kind: str | None
    text: str


def file_of(label):
    """The file whose theorem is the derivation of this statement."""
    return ROADS[label].kernel[0].partition(".")[0]


def proof(label):
    """The proof of the theorem with this label, from ``Proof.`` to ``Qed.``"""
    text = (KERNEL / f"{file_of(label)}.v").read_text(encoding="utf-8")
    found = re.search(
        rf"^Theorem {name(label)} : derived\.{name(label)}\.\n(Proof\..*?Qed\.)", text, re.DOTALL | re.MULTILINE
    )
    if not found:
        raise Failed(f"{label}: there is no theorem of this name")
    return found[1]


def rejected(statement):
    """One mutant of each kind that the engine rejects, by numbers where there is one: {kind: formula}."""
    found, worst = {}, {}
    tried = dict.fromkeys(KINDS, 0)
    for mutant in mutants(statement.formula):
        if mutant.kind in found or tried[mutant.kind] == TRIES:
            continue
        tried[mutant.kind] += 1
        outcome = tell_apart(statement.derivation, mutant.expression.xreplace(statement.where)).outcome
        if outcome is Outcome.REFUTED:
            found[mutant.kind] = mutant.expression
        elif outcome is Outcome.ILL_FORMED:
            worst.setdefault(mutant.kind, mutant.expression)
    return worst | found


def trials(statement):
    """The statement itself, and its corruptions."""
    yield Trial(statement.label, None, derived(statement))
    for kind, formula in rejected(statement).items():
        try:
            yield Trial(statement.label, kind, derived(statement, formula))
        except Unsupported:  # a shape that cannot be written out has no type there either
            continue


def run(chosen, place):
    """{trial: "proved", "refused" or "no proposition"} for trials whose files are compiled in ``place``."""
    chosen = list(chosen)
    lines = [_head()]
    for k, trial in enumerate(chosen):
        text = trial.text.replace(f"Definition {name(trial.label)} :", f"Definition mutant_{k} :", 1)
        lines += [
            text,
            f"Theorem proof_{k} : mutant_{k}.",
            proof(trial.label),
            "Abort All.",
            f"Check mutant_{k}.",
            f"Check proof_{k}.",
        ]
    done = subprocess.run(
        ["coqtop", "-q", "-w", "none", "-Q", ".", "kernel"],
        cwd=place,
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
    files = " ".join(file.removesuffix(".v") for file in order())
    return "\n".join(
        (
            "From mathcomp Require Import all_ssreflect all_algebra.",
            "From mathcomp.analysis Require Import reals sequences exp.",
            "From mathcomp Require Import ring.",
            f"From kernel Require Import {files}.",
            "Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.",
            "Import Order.TTheory GRing.Theory Num.Theory.",
            "Local Open Scope ring_scope.",
            "Set Default Timeout 10.",
        )
    )


def results(statements=DERIVED):
    """{label: {kind: what came of it}}; ``Failed`` where a statement itself is not proved, or a corruption is."""
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        for file in order():
            (place / file).write_text((KERNEL / file).read_text(encoding="utf-8"), encoding="utf-8")
            compile_file(place, file)
        outcomes = run([trial for statement in statements for trial in trials(statement)], place)
    for trial, outcome in outcomes.items():
        if (outcome == "proved") != (trial.kind is None):
            raise Failed(f"{trial.label}, {trial.kind or 'the statement itself'}: {outcome}\n{trial.text}")
    found = {statement.label: {} for statement in statements}
    for trial, outcome in outcomes.items():
        if trial.kind is not None:
            found[trial.label][trial.kind] = outcome
    return found


def main():
    found = results()
    STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{sum(map(len, found.values()))} corruptions of {len(found)} statements, and no proof of any")
    return 0


if __name__ == "__main__":
    sys.exit(main())
