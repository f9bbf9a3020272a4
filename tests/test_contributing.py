"""The worked example in CONTRIBUTING.md runs from start to end, and what the text names is there."""

import re
from pathlib import Path

import pytest
import yaml

from sparseae_lib.calculus import NotProved
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.symbols import W, l, m

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def run(text):
    """What the names of the code blocks in ``text`` stand for at the end."""
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        exec(block, names)
    return names


def test_the_example_runs_and_its_claim_is_a_new_one():
    names = run(TEXT)
    claim = names["INPUT_GRADIENT"]
    assert claim.label not in STATEMENTS and claim.formula not in [each.formula for each in STATEMENTS.values()]
    assert names["score"].refuted > 0 and names["computed"].shape == names["X"].shape
    assert {W(1), m} <= claim.formula.atoms(type(W(l))) | claim.formula.free_symbols


def test_the_example_fails_if_its_claim_is_wrong():
    assert TEXT.count("formula=Delta(2) * W(1).T / m") == 1
    with pytest.raises(NotProved):
        run(TEXT.replace("formula=Delta(2) * W(1).T / m", "formula=Delta(2) * W(1).T"))


def missing(text):
    """What the text names, files and commands of the Makefile, that is not there."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    files = re.findall(r"`([\w./]+\.(?:py|v|md|yml|cff|txt))`|\]\(([\w./]+)\)", text)
    known = [ROOT, ROOT / "sparseae_lib" / "statements"]
    absent = {name for pair in files for name in pair if name and not any((folder / name).exists() for folder in known)}
    return absent | {command for command in re.findall(r"`make ([\w-]+)`", text) if command not in targets}


def test_what_is_named_is_there():
    assert missing(TEXT) == set()
    assert missing("`make nothing` and `tools/nowhere.py`, [here](book/no.md)") == {
        "nothing",
        "tools/nowhere.py",
        "book/no.md",
    }


def test_the_hooks_run_what_is_there():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert {hook["id"] for hook in hooks} == {"ruff", "ruff-format", "notebooks", "release"}
    for hook in hooks:
        assert hook["entry"].startswith(".venv/bin/python -m ") and hook["language"] == "system"
        assert all((ROOT / path).is_file() for path in re.findall(r"tests/\w+\.py", hook["entry"]))
