"""The speeds of pages in the book are those that were measured."""

import json

from tools.page_speed import GOALS, PAGE, PAGES, RESULTS, TABLE, table


def test_the_table_says_what_was_measured():
    measured = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert list(measured) == list(PAGES)
    assert TABLE.findall(PAGE.read_text(encoding="utf-8")) == [table(measured)]


def test_what_misses_its_goal_is_bold():
    goals = {measure: goal for measure, (_, _, goal) in GOALS.items()}
    reached = dict.fromkeys(PAGES, goals)
    assert "**" not in table(reached)
    worse = {"text": 1.1, "mathematics": 1.6, "kilobytes": 501, "phone": 89, "desktop": 97, "accessibility": 99}
    missed = table(reached | {"errata": worse})
    assert "| the ledger | **1.1 s** | **1.6 s** | **501 KB** | **89** | **97** | **99** |" in missed
    assert missed.count("**") == 2 * len(GOALS)
