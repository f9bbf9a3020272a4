import json
import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from sparseae_lib.errata import KINDS, VERDICTS, Entry, load_errata
from sparseae_lib.errata.display import corrections, counts, ledger, quote, readings, verdicts
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source import READINGS
from tests.guards import listing_problems, theorem_problems, treatment_problems

BOOK = Path(__file__).resolve().parents[2] / "book"
ENTRIES = {entry.id: entry for entry in load_errata()}
TREATED = [entry for entry in ENTRIES.values() if entry.chapter]


def prose(page):
    """The Markdown of a page, a notebook or a text."""
    if (BOOK / f"{page}.md").exists():
        return (BOOK / f"{page}.md").read_text(encoding="utf-8")
    notebook = nbformat.read(BOOK / f"{page}.ipynb", as_version=4)
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


PAGES = {path.stem: prose(path.stem) for path in sorted(BOOK.iterdir()) if path.suffix in (".md", ".ipynb")}


def test_there_are_52_lines_in_the_order_of_the_source():
    assert list(ENTRIES) == [f"E{n}" for n in range(1, 53)]


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.id)
def test_an_entry_is_complete(entry):
    assert entry.source.count("$") % 2 == 0
    assert entry.reason.endswith(".")
    assert len(set(entry.kinds)) == len(entry.kinds)
    assert (entry.verdict == "open") == (entry.chapter is None)
    if entry.verdict in ("wrong", "convention"):
        assert entry.kinds and entry.correction and entry.repaired and entry.marks
    else:
        assert entry.repaired is None and entry.marks == ()
    if entry.correction:
        assert entry.correction == STATEMENTS[entry.theorem].equation


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "maybe"},
        {"verdict": "wrong", "kinds": ("typo",), "repaired": "x"},
        {"verdict": "wrong", "theorem": "thm-nothing", "repaired": "x"},
        {"verdict": "wrong"},
        {"verdict": "correct", "repaired": "x"},
    ],
)
def test_an_entry_outside_the_vocabulary_is_refused(fields):
    with pytest.raises(ValueError, match=r"E1: (verdict|kinds|theorem|repaired) must be"):
        Entry(id="E1", source="", reason="", **fields)


def test_a_line_is_treated_in_the_chapter_that_the_ledger_names():
    assert treatment_problems(TREATED, PAGES) == []


def test_every_statement_is_a_theorem_or_a_definition_on_one_page():
    assert theorem_problems(STATEMENTS, PAGES) == []


def test_the_theorems_without_a_statement_are_listed():
    assert listing_problems(STATEMENTS, PAGES, PAGES["trust"]) == []


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES.values() if entry.theorem], ids=lambda entry: entry.id)
def test_every_correction_is_proved_and_computed(entry):
    theorem = entry.evidence["theorem"]
    assert theorem["outcome"] in ("proved", "definition")
    assert theorem["numerical_error"] < 1e-12


@pytest.mark.parametrize("entry", [e for e in ENTRIES.values() if e.verdict == "wrong"], ids=lambda entry: entry.id)
def test_every_wrong_line_has_a_decision_against_it(entry):
    found = {reading["outcome"] for reading in entry.evidence["readings"] if reading["literal"]}
    assert found and found <= {"refuted", "ill-formed"}


def test_the_ledger_is_printed_as_json(monkeypatch, capsys):
    """As ``python -m`` prints it, in this process, which has the evidence already."""
    monkeypatch.setattr(sys, "argv", ["errata", "--json"])
    runpy.run_module("sparseae_lib.errata", run_name="__main__")
    lines = json.loads(capsys.readouterr().out)
    assert [line["id"] for line in lines] == list(ENTRIES)
    fields = {"id", "source", "verdict", "kinds", "reason", "correction", "chapter", "label", "evidence", "theorem"}
    fields |= {"repaired", "marks"}
    assert all(set(line) == fields for line in lines)
    assert {line["verdict"] for line in lines} <= set(VERDICTS)
    assert {kind for line in lines for kind in line["kinds"]} <= set(KINDS)


def test_the_table_shows_every_line_once_with_its_verdict_and_a_link():
    text = ledger().text
    rows = re.findall(r'<tr class="(\w+)"><th>(.*?)</th>', text)
    assert [verdict for verdict, _ in rows] == [entry.verdict for entry in ENTRIES.values()]
    for (_, name), entry in zip(rows, ENTRIES.values(), strict=True):
        assert name == (f'<a href="{entry.chapter}.html#{entry.label}">{entry.id}</a>' if entry.chapter else entry.id)
    for verdict, count in Counter(entry.verdict for entry in ENTRIES.values()).items():
        assert f"{verdict} {count}</span></label>" in text


def test_the_counts_are_those_of_the_entries():
    kinds = Counter(kind for entry in ENTRIES.values() for kind in entry.kinds)
    assert f"{kinds['transpose']} transpose" in counts().text


def test_every_reading_is_shown_with_its_decision_and_whether_it_is_literal():
    folds = re.findall(r"<details.*?><summary>(E\d+) .*?</span> (.*?)</summary>(.*?)</details>", readings().text)
    assert [line for line, _, _ in folds] == [line for line in ENTRIES if line in READINGS]
    for line, summary, boxes in folds:
        shown = re.findall(r'<p>(?:<em>)?(Literal|Repaired).*?</p><div class="decision ([\w-]+) ', boxes)
        found = ENTRIES[line].evidence["readings"]
        assert shown == [("Literal" if reading["literal"] else "Repaired", reading["outcome"]) for reading in found]
        counted = Counter((manner.lower(), outcome) for manner, outcome in shown)
        for manner, text in (part.split(": ") for part in summary.split("; ")):
            for count, outcome in (part.split(" ") for part in text.split(", ")):
                assert counted.pop((manner, outcome)) == int(count)
        assert not counted


def test_quotations_are_typeset_and_refuse_an_unknown_number():
    assert r"\(\delta^{(l)}" in quote("E14").text and "$" not in quote("E14").text
    assert 'class="verdict wrong"' in verdicts("E20").text
    wrong = [entry for entry in ENTRIES.values() if entry.verdict == "wrong"]
    assert all(f'#{entry.label}">{entry.id}</a>' in corrections("wrong").text for entry in wrong)
    assert corrections("wrong").text.count("<a ") == len(wrong)
    with pytest.raises(KeyError, match="E53"):
        quote("E53")
