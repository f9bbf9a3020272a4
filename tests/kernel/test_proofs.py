"""Rocq accepts every proof, and refuses what is wrong.

Where ``coqc`` is missing the proofs are not checked; in CI that is a failure.
"""

import json
import re
import shutil
import subprocess

import pytest

from sparseae_lib.calculus.mutation import KINDS
from sparseae_lib.kernel import refuted
from sparseae_lib.kernel.claims import DERIVED
from tools import kernel
from tools.kernel import AXIOMS, KERNEL, Failed, assumptions, check, compile_all, compile_file, main, theorems
from tools.kernel_mutants import STORED, networks, run, theorem, trials


@pytest.fixture(scope="module")
def coqc():
    if not shutil.which("coqc"):
        pytest.skip("coqc is missing: the proofs in kernel/ were not checked")


@pytest.fixture(scope="module")
def place(coqc, tmp_path_factory):
    """A folder in which every proof has been compiled."""
    folder = tmp_path_factory.mktemp("kernel")
    compile_all(folder)
    return folder


@pytest.fixture
def copy(tmp_path):
    """A copy of kernel/ that a test may spoil."""
    return shutil.copytree(KERNEL, tmp_path / "kernel", ignore=shutil.ignore_patterns("*.vo*", "*.glob", ".*"))


def test_the_theorems_rest_on_the_axioms_of_the_library_alone(place):
    assert assumptions(place, theorems()) == AXIOMS


@pytest.mark.parametrize(
    "hole", ["Axiom a : False. Theorem t : False. Proof. exact a. Qed.", "Theorem t : False. Admitted."]
)
def test_an_axiom_is_seen_by_rocq_as_well(place, hole):
    (place / "hole.v").write_text(hole, encoding="utf-8")
    compile_file(place, "hole.v")
    with pytest.raises(Failed, match="no axiom of the library: hole"):
        assumptions(place, ["hole.t"])


def test_a_wrong_proof_is_refused(place):
    (place / "wrong.v").write_text("Theorem t : 1 + 1 = 3. Proof. reflexivity. Qed.", encoding="utf-8")
    with pytest.raises(Failed, match=r"wrong\.v"):
        compile_file(place, "wrong.v")


def test_a_proof_with_a_hole_is_refused(copy):
    path = copy / "telescope.v"
    path.write_text(path.read_text(encoding="utf-8").replace("Qed.", "Admitted."), encoding="utf-8")
    with pytest.raises(Failed, match="with a hole, Admitted"):
        check(copy)


CHAIN = {
    "c.v": "From kernel Require Import b. Definition three := S two.",
    "b.v": "From kernel Require Import a. Definition two := S one.",
    "a.v": "Definition one := 1.",
}


def chain(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "_CoqProject").write_text("\n".join(files), encoding="utf-8")
    (folder / "place").mkdir()


@pytest.mark.usefixtures("coqc")
def test_a_file_is_compiled_after_those_that_it_needs(tmp_path):
    """They are listed in the wrong order."""
    chain(tmp_path, CHAIN)
    compile_all(tmp_path / "place", tmp_path)
    assert all((tmp_path / "place" / name).with_suffix(".vo").exists() for name in CHAIN)


@pytest.mark.usefixtures("coqc")
def test_the_file_with_the_error_is_named(tmp_path):
    chain(tmp_path, CHAIN | {"b.v": "From kernel Require Import a. Definition two := S none."})
    with pytest.raises(Failed, match=r"(?s)b\.v.*none"):
        compile_all(tmp_path / "place", tmp_path)


def test_a_stale_statement_is_refused(copy):
    path = copy / "derived.v"
    path.write_text(path.read_text(encoding="utf-8").replace("(W l)^T", "W l"), encoding="utf-8")
    with pytest.raises(Failed, match=r"derived\.v: not what the statements give"):
        check(copy)


def test_a_file_that_is_not_listed_is_refused(copy):
    (copy / "other.v").write_text("Definition one := 1.", encoding="utf-8")
    with pytest.raises(Failed, match=r"other\.v"):
        check(copy)


def test_without_coqc_it_is_said_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(kernel.shutil, "which", lambda name: None)
    assert main([]) == 1
    assert "were not checked. On Debian: apt-get install coq libcoq-mathcomp-analysis" in capsys.readouterr().err


def test_a_true_line_is_not_refuted(place):
    """The same refutation with the right side in the place of the wrong one."""
    name, (truth, _), *rest = next(refuted.refutable())
    (place / "true_line.v").write_text(refuted.HEAD + refuted.theorem(name, (truth, truth), *rest), encoding="utf-8")
    with pytest.raises(Failed, match=r"true_line\.v"):
        compile_file(place, "true_line.v")


def test_the_goals_in_the_chapter_are_those_of_rocq(place):
    cells = json.loads((KERNEL.parent / "book" / "kernel.ipynb").read_text(encoding="utf-8"))["cells"]
    rows = re.findall(
        r"^\| ?(?:`(.*?)`)? \| .* \| `(.*)` \|$", "\n".join("".join(c["source"]) for c in cells), re.MULTILINE
    )
    layer = (KERNEL / "layer.v").read_text(encoding="utf-8")
    lemma = re.search(r"^Lemma gradient_below .*?\.$", layer, re.DOTALL | re.MULTILINE)[0]
    script = [
        layer.partition("Lemma two_neq0")[0],
        "Section S. Variable R : realType.",
        lemma,
        "Proof. move=> fd. Show.",
    ]
    script += [f"{command}." for command, _ in rows if command] + ["by []. Qed.", "Quit.", ""]
    done = subprocess.run(
        ["coqtop", "-q", "-w", "none", "-Q", ".", "kernel"],
        cwd=place, input="\n".join(script), capture_output=True, text=True,
    )  # fmt: skip
    shown = " ".join(done.stdout.replace("_D_", "H").split())
    assert len(rows) == 5 and "No more goals" in shown
    assert [goal for _, goal in rows if f"= {goal}" not in shown] == []


# Corruptions


def test_one_corruption_of_each_kind_is_refused(place):
    """The stored outcomes are of all; here a few go the same way again, with the statements themselves."""
    chosen, missing = [], set(KINDS)
    for statement in DERIVED:
        own, *new = trials(statement, missing)
        missing -= {trial.kind for trial in new}
        chosen += [own, *new]
    outcomes = run(chosen, place)
    assert {trial.kind for trial, outcome in outcomes.items() if outcome == "proved"} == {None}
    assert all(outcome == "proved" for trial, outcome in outcomes.items() if trial.kind is None)
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert all(stored[t.label][t.kind] == outcome for t, outcome in outcomes.items() if t.kind)


def test_every_statement_with_a_proof_has_stored_corruptions():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert list(stored) == [*(statement.label for statement in DERIVED), *networks()]
    assert all(stored.values())
    assert {outcome for own in stored.values() for outcome in own.values()} == {"refused", "no proposition"}


@pytest.mark.parametrize("statement", DERIVED, ids=lambda statement: statement.label)
def test_every_statement_has_a_proof_of_its_own(statement):
    _, text = theorem(statement.label)
    assert text.count("Proof.") == text.count("Qed.") == 1
