"""The README's example runs as printed, and its equation is proved."""

import re
import textwrap
from pathlib import Path

from sparseae_lib.activations import ACTIVATIONS
from sparseae_lib.errata import load_errata
from tests.test_dependencies import MODULES

README = Path(__file__).resolve().parent.parent / "README.md"


def python_blocks():
    """The blocks of Python code in the README."""
    blocks = re.findall(r"^ *```python\n(.*?)^ *```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for block in blocks]


def test_the_example_runs():
    (example,) = python_blocks()
    names = {}
    exec(example, names)
    assert names["check"].passed
    assert names["gradient"].shape == names["theta"].shape
    assert names["cost"] > 0


def test_every_activation_is_named():
    (named,) = re.findall(r"with (sigmoid.*) units\.$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.split(", | and ", named.lower()) == list(ACTIVATIONS)


def test_the_extras_are_those_of_the_package():
    named = re.findall(
        r"^ *\| `\[(\w+)\]` \| `sparseae_lib\.([\w.]+)`", README.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {module.replace(".", "/"): extra for extra, module in named} == MODULES


def test_the_equation_is_the_proved_correction_of_the_line_that_it_quotes():
    text = README.read_text(encoding="utf-8")
    (number,) = re.findall(r"^Line (E\d+), for one", text, re.MULTILINE)
    (quoted,) = re.findall(r"^The post has \$(.*?)\$", text, re.MULTILINE)
    (equation,) = re.findall(r"^\$\$\n(.*)\n\$\$$", text, re.MULTILINE)
    (entry,) = (entry for entry in load_errata() if entry.id == number)
    assert quoted in entry.source and equation == entry.correction
    assert entry.verdict == "wrong" and entry.evidence["theorem"]["outcome"] == "proved"
