"""The README's example runs as printed, and its equation is proved."""

import re
import textwrap
from pathlib import Path

from sparseae_lib.errata import load_errata

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_example_runs():
    (example,) = re.findall(r"^ *```python\n(.*?)^ *```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names = {}
    exec(textwrap.dedent(example), names)
    assert names["check"].passed
    assert names["gradient"].shape == names["theta"].shape
    assert names["cost"] > 0


def test_the_equation_is_the_proved_correction_of_the_line_that_it_quotes():
    text = README.read_text(encoding="utf-8")
    (number,) = re.findall(r"^Line (E\d+), for one", text, re.MULTILINE)
    (quoted,) = re.findall(r"^The post has \$(.*?)\$", text, re.MULTILINE)
    (equation,) = re.findall(r"^\$\$\n(.*)\n\$\$$", text, re.MULTILINE)
    (entry,) = (entry for entry in load_errata() if entry.id == number)
    assert quoted in entry.source and equation == entry.correction
    assert entry.verdict == "wrong" and entry.evidence["theorem"]["outcome"] == "proved"
