"""The speeds of pages in the book are those that were measured."""

import json
import re
from pathlib import Path

from tools.page_speed import PAGES, RESULTS

BOOK = Path(__file__).resolve().parent.parent / "book"


def test_the_table_says_what_was_measured():
    page = (BOOK / "architecture.md").read_text(encoding="utf-8")
    table = re.search(r"(?m)^\| page \|.*\n\| --- .*\n((?:\|.*\n)+)", page)[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")][1:] for line in table.splitlines()]
    measured = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert list(measured) == list(PAGES)
    assert rows == [
        [
            f"{seen['text'] / 1000:.1f} s",
            f"{seen['mathematics'] / 1000:.1f} s",
            f"{seen['bytes'] / 1000:.0f} KB",
            *(str(seen[mark]) for mark in ("phone", "desktop", "accessibility")),
        ]
        for seen in measured.values()
    ]
