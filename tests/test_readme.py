"""The README's example runs as printed."""

import re
import textwrap
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_example_runs():
    (example,) = re.findall(r"^ *```python\n(.*?)^ *```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names = {}
    exec(textwrap.dedent(example), names)
    assert names["check"].passed
    assert names["gradient"].shape == names["theta"].shape
    assert names["cost"] > 0
