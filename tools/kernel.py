"""Check the proofs in kernel/ with Rocq: ``python -m tools.kernel``; with ``--write`` write the generated statements.

Tried with Rocq 8.16.1 and mathcomp-analysis 0.6.0, which Debian 12 has, and with 8.20.1 and 1.9.0, which Debian 13 has.
All files are compiled in a folder of their own, so nothing is left in the project, and no old result is trusted.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from pathlib import Path

from joblib import cpu_count

from sparseae_lib.kernel.claims import files
from sparseae_lib.kernel.roads import THEOREMS

ROOT = Path(__file__).resolve().parent.parent
KERNEL = ROOT / "kernel"
PACKAGES = "coq libcoq-mathcomp-analysis libcoq-mathcomp-algebra-tactics"
MISSING = f"coqc is missing, so the proofs in kernel/ were not checked. On Debian: apt-get install {PACKAGES}"
AXIOMS = {
    "boolp.propositional_extensionality",
    "boolp.functional_extensionality_dep",
    "boolp.constructive_indefinite_description",
}
"""What the library assumes, and nothing else may be: two propositions that imply each other are equal, two functions
with the same values are equal, and what exists can be chosen."""

ENVIRONMENT = {"OCAMLRUNPARAM": "s=8M,o=10000", **os.environ}
"""For Rocq. Most of its time goes into loading the library, all of which stays: it is not searched for garbage."""

GAPS = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Conjectures?|Parameters?|Variables?\s+\w+\s*:\s*False|Declare\s+Module|Bypass\w*"
    r"|Unset\s+(Guard|Positivity|Universe)\s+Check\w*|Cheat\w*|shelve_unifiable)\b"
)
"""Words that leave a hole in a proof."""


class Failed(Exception):
    """What is wrong with the proofs, in words."""


def listed(folder=KERNEL):
    """The files, as ``_CoqProject`` lists them."""
    lines = (folder / "_CoqProject").read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.endswith(".v")]


def stale(folder=KERNEL):
    """The names of the generated files that are not what the statements give now."""
    return [name for name, text in files().items() if (folder / name).read_text(encoding="utf-8") != text]


def without_comments(text):
    """The text of a file without comments, which may be nested."""
    parts, depth = [], 0
    for part in re.split(r"(\(\*|\*\))", text):
        depth += {"(*": 1, "*)": -1}.get(part, 0)
        if depth == 0 and part != "*)":
            parts.append(part)
    return "".join(parts)


def gaps(text):
    """The words in a file that leave a hole in a proof."""
    return [match[0] for match in GAPS.finditer(without_comments(text))]


def axioms_of(output):
    """What ``Print Assumptions`` lists, by name."""
    return set(re.findall(r"^(\w[\w.']*) *:", re.sub(r"\n\s+", " ", output), re.MULTILINE)) - {"Axioms"}


def compile_file(folder, name):
    """What coqc prints for one file. Raises Failed with coqc's error."""
    command = ["coqc", "-w", "none", "-Q", ".", "kernel", name]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{name}: {done.stderr.strip()}")
    return done.stdout


def needs(text):
    """The files that a file builds on: ``From kernel Require Import curves matrices.`` names two."""
    modules = " ".join(re.findall(r"^From kernel Require Import ([\w ]+)\.", text, re.MULTILINE))
    return [f"{module}.v" for module in modules.split()]


def compile_all(place, folder=KERNEL):
    """Compile the files of ``folder`` in ``place``, side by side if none needs the other. Raises Failed at an error."""
    for name in listed(folder):
        shutil.copy(folder / name, place)
    sorter = TopologicalSorter({name: needs((place / name).read_text(encoding="utf-8")) for name in listed(folder)})
    sorter.prepare()
    with ThreadPoolExecutor(cpu_count()) as pool:
        running = {}
        try:
            while sorter.is_active():
                running |= {pool.submit(compile_file, place, name): name for name in sorter.get_ready()}
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    done.result()
                    sorter.done(running.pop(done))
        finally:
            pool.shutdown(cancel_futures=True)


def check(folder=KERNEL):
    """Compile everything in ``folder`` anew, and return the axioms. Raises Failed if something is wrong."""
    if old := stale(folder):
        raise Failed(f"{', '.join(old)}: not what the statements give now; run python -m tools.kernel --write")
    names, there = listed(folder), {path.name for path in folder.glob("*.v")}
    if set(names) != there:
        raise Failed(
            f"_CoqProject: lists {sorted(set(names) - there)} too much, and {sorted(there - set(names))} too few"
        )
    for name in names:
        if words := gaps((folder / name).read_text(encoding="utf-8")):
            raise Failed(f"{name}: a proof with a hole, {', '.join(words)}")
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        compile_all(place, folder)
        return assumptions(place, theorems(folder))


def theorems(folder=KERNEL):
    """The names of all theorems that count: those of the table of roads, and one for each refuted line."""
    modules = re.findall(r"^Module (\w+)\.", (folder / "refuted.v").read_text(encoding="utf-8"), re.MULTILINE)
    return [*THEOREMS, *(f"refuted.{module}.differ" for module in modules)]


def assumptions(place, theorems):
    """The axioms that these theorems rest on, all together. Raises Failed if there is one that is not in ``AXIOMS``."""
    modules = sorted({theorem.partition(".")[0] for theorem in theorems})
    together = ", ".join(f"@kernel.{theorem}" for theorem in theorems)
    lines = [
        f"From kernel Require {' '.join(modules)}.",
        f"Definition together := ({together}).",
        "Print Assumptions together.",
    ]
    (place / "every_axiom.v").write_text("\n".join(lines), encoding="utf-8")
    found = axioms_of(compile_file(place, "every_axiom.v"))
    if unknown := found - AXIOMS:
        raise Failed(f"the theorems rest on what is no axiom of the library: {', '.join(sorted(unknown))}")
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the generated statements, and check nothing")
    if parser.parse_args(arguments).write:
        for name, text in files().items():
            (KERNEL / name).write_text(text, encoding="utf-8")
        return 0
    if not shutil.which("coqc"):
        print(f"kernel: {MISSING}", file=sys.stderr)
        return 1
    try:
        found = check()
    except Failed as error:
        print(f"kernel: {error}", file=sys.stderr)
        return 1
    for theorem in theorems():
        print(f"proved: {theorem}")
    print(f"{len(theorems())} theorems. Their axioms, all of them the library's: {', '.join(sorted(found))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
