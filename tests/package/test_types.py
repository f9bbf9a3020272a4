"""The types of the library, as mypy --strict and pyright see them from a user's scripts: ``user`` and ``mistaken``."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SCRIPTS = ["user.py", "mistaken.py"]
CHECKERS = {
    "mypy": ["mypy", "--strict", "--no-pretty", "--cache-dir", os.devnull, "--python-executable", sys.executable],
    "pyright": ["pyright", "--pythonpath", sys.executable],
}


def errors(tools, checker):
    """{(script, number of the line)} of the errors that the checker finds in both scripts."""
    run = subprocess.run(
        [tools / CHECKERS[checker][0], *CHECKERS[checker][1:], *SCRIPTS],
        cwd=HERE,
        env=os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},  # else it asks the network for a newer version
        capture_output=True,
        text=True,
    )
    found = re.findall(r"(\w+\.py):(\d+)[:\d]* (?:- )?error", run.stdout)
    assert found and run.returncode == 1, run.stdout + run.stderr
    return {(script, int(line)) for script, line in found}


def marked():
    """The same for the lines that say that they are wrong."""
    for script in SCRIPTS:
        for number, line in enumerate((HERE / script).read_text(encoding="utf-8").splitlines(), start=1):
            if line.endswith("# wrong"):
                yield script, number


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_wrong_lines_are_reported_and_no_others(tools, checker):
    assert {script for script, _ in marked()} == {"mistaken.py"}
    assert errors(tools, checker) == set(marked())
