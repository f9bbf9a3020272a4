"""The version of the project and the day it was released: the newest entry of the changelog says both."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENTRY = re.compile(r"^## \[([\w.]+)\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)


def release(changelog):
    """(version, date) of the first entry in the text of a changelog."""
    entry = ENTRY.search(changelog)
    if entry is None:
        raise ValueError("the changelog must have an entry such as '## [0.1.0] - 2026-11-29'")
    return entry.groups()


def newest():
    """(version, date) of the project."""
    return release((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
