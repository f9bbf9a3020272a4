"""The ledger has all 52 lines, each complete, each with decisions that bear out its verdict, and is shown as it is."""

import json
import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sparseae_lib.errata import KINDS, VERDICTS, Entry, load_errata
from sparseae_lib.errata.display import cards, example, ledger, overview, quote
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source import READINGS
from tests.guards import listing_problems, theorem_problems, treatment_problems
from tools import plain_notebooks

BOOK = Path(__file__).resolve().parents[2] / "book"
ENTRIES = {entry.id: entry for entry in load_errata()}
TREATED = [entry for entry in ENTRIES.values() if entry.chapter]


def prose(page):
    """The MyST of a page, a notebook or a text."""
    if (BOOK / f"{page}.md").exists():
        return (BOOK / f"{page}.md").read_text(encoding="utf-8")
    notebook = plain_notebooks.read((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))
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


def parsed(html):
    return BeautifulSoup(html.text, "html.parser")


def test_the_ledger_has_a_card_for_every_line_with_its_verdict_its_kinds_and_a_link():
    found = parsed(ledger()).find_all("article")
    assert [card["id"] for card in found] == [entry.label for entry in ENTRIES.values()]
    for card, entry in zip(found, ENTRIES.values(), strict=True):
        assert card.find("a", class_="number").attrs == {"class": ["number"], "href": f"#{entry.label}"}
        assert card["data-verdict"] == card.find(class_="verdict").text == entry.verdict
        assert card["data-kinds"].split("; ") == list(entry.kinds or [""])
        others = re.findall(r"\bE\d+\b", entry.reason)
        links = {f"#{entry.label}", *(f"errata.ipynb#{name.lower()}" for name in others)}
        if entry.is_judged:
            links |= {f"{entry.chapter}.ipynb", f"{entry.chapter}.ipynb#{entry.label}-decided"}
        elif entry.chapter:
            links.add(f"{entry.chapter}.ipynb#{entry.label}")
        assert {link["href"] for link in card.find_all("a")} == links


def test_the_filter_offers_every_verdict_and_kind_with_its_number_of_lines():
    form = parsed(ledger()).find("form")
    for verdict, count in Counter(entry.verdict for entry in ENTRIES.values()).items():
        (button,) = (label for label in form.fieldset.find_all("label") if label.input["value"] == verdict)
        assert button.text.split() == [verdict, str(count)]
    kinds = Counter(kind for entry in ENTRIES.values() for kind in entry.kinds)
    options = {option["value"]: option.text for option in form.select("option")}
    assert options == {"all": "every kind"} | {kind: f"{kind} ({count})" for kind, count in kinds.items()}


def test_every_reading_is_shown_with_its_decision_and_whether_it_is_literal():
    folds = {card["id"].upper(): card.details for card in parsed(ledger()).find_all("article") if card.details}
    assert list(folds) == [line for line in ENTRIES if line in READINGS]
    for line, fold in folds.items():
        manners = [term.text.split(":")[0] for term in fold.find_all("dt")]
        outcomes = [box["class"][1] for box in fold.find_all("div", class_="decision")]
        found = ENTRIES[line].evidence["readings"]
        shown = list(zip(manners, outcomes, strict=True))
        assert shown == [("Literal" if reading["literal"] else "Repaired", reading["outcome"]) for reading in found]
        counted = Counter((manner.lower(), outcome) for manner, outcome in shown)
        for manner, text in (part.split(": ") for part in fold.summary.text.removeprefix("Decided: ").split("; ")):
            for count, outcome in (part.split(" ") for part in text.split(", ")):
                assert counted.pop((manner, outcome)) == int(count)
        assert not counted


def test_a_chapter_shows_the_same_cards_which_lead_to_the_ledger():
    (card,) = parsed(cards("E20")).find_all("article")
    assert card.find("a", class_="number")["href"] == "errata.ipynb#e20" and "id" not in card.attrs
    assert card.find(class_="verdict").text == "wrong" and not card.details


def test_the_example_shows_a_line_as_printed_repaired_and_refuted():
    (card,) = parsed(example("E27")).find_all("article")
    assert [term.text for term in card.find_all("dt")] == ["As printed", "Repaired", "Refuted", "Why"]
    assert "mjx-struck" in card.find_all("dd")[0].text and "mjx-inserted" in card.find_all("dd")[1].text
    assert card.find(class_="decision")["class"][1] == "refuted"


def test_a_quotation_shows_the_repaired_line_if_it_differs_and_leads_to_what_decides_it():
    rows = dict(zip(ENTRIES, parsed(quote(*ENTRIES)).find_all("dd"), strict=True))
    for line, row in rows.items():
        entry, repaired = ENTRIES[line], row.find(class_="should-be")
        assert (repaired is not None) == any(mark.kind != "same" for mark in entry.marks)
        decided = [link["href"] for link in row.find_all("a", class_="decided")]
        assert decided == ([f"{entry.chapter}.ipynb#{entry.decided_at}"] if entry.is_judged else [])


def test_quotations_are_typeset_with_their_verdict_and_refuse_an_unknown_number():
    quoted = parsed(quote("E14"))
    assert r"\(\delta^{(l)}" in quoted.dd.text and "$" not in quoted.text
    assert quoted.find(class_="verdict").text == ENTRIES["E14"].verdict
    assert quoted.a["href"] == "errata.ipynb#e14"
    for shown in (quote, cards):
        with pytest.raises(KeyError, match="E53"):
            shown("E53")


def test_the_bar_has_a_part_for_each_verdict_as_wide_as_it_has_lines():
    for part in parsed(overview()).select(".verdict-bar a"):
        (verdict,) = part["class"]
        count = sum(entry.verdict == verdict for entry in ENTRIES.values())
        assert part["style"] == f"flex-grow: {count}" and part.text == f"{count} {verdict}"
        assert part["href"] == f"errata.ipynb?verdict={verdict}"


def test_the_overview_has_a_link_to_every_card_that_says_its_verdict():
    links = parsed(overview()).select(".line-map a")
    assert [link["href"] for link in links] == [f"errata.ipynb#{entry.label}" for entry in ENTRIES.values()]
    for link, entry in zip(links, ENTRIES.values(), strict=True):
        assert link["class"] == [entry.verdict] and link.text.endswith(f" {entry.verdict}")
