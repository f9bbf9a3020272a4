"""The map: every theorem of the book is on it, what it rests on is computed, and each reason for an arrow is seen."""

from graphlib import CycleError
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sparseae_lib.book_map.drawing import STYLES, draw
from sparseae_lib.book_map.evidence import decided, lines
from sparseae_lib.book_map.foundations import construction, foundations, letters, nearest
from sparseae_lib.book_map.table import overview
from sparseae_lib.book_map.theorems import Theorem, chapters, read_theorems
from sparseae_lib.errata import load_errata
from sparseae_lib.kernel.roads import ROADS
from sparseae_lib.statements import STATEMENTS
from tools.chapter_heads import head

BOOK = Path(__file__).resolve().parents[2] / "book"
THEOREMS = read_theorems(BOOK)
FOUNDATIONS = foundations(THEOREMS)


def theorem(label, text, chapter="a"):
    return Theorem(label, "Theorem", label, chapter, text)


def test_every_theorem_of_the_book_is_on_the_map():
    assert set(ROADS) | set(STATEMENTS) <= set(THEOREMS)
    assert [t.chapter for t in THEOREMS.values()] == sorted(
        (t.chapter for t in THEOREMS.values()), key=list(chapters(BOOK)).index
    )


def test_a_theorem_is_read_with_all_its_text(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text("chapters:\n  - file: book/a\n  - file: book/missing\n")
    box = '<a id="thm-{0}"></a>\n\n> **Theorem: {0}**\n>\n> Let <a id="eq-{0}"></a>'
    cells = ["# Title\n\nText.", box.format("one"), "> be one.\n\nAfter it.", box.format("two"), "Text of no theorem."]
    cells = [f'{{"cell_type": "markdown", "source": {[cell]!r}}}'.replace("'", '"') for cell in cells]
    cells = [cell.replace('id="', 'id=\\"').replace('"></a>', '\\"></a>') for cell in cells]
    (tmp_path / "book" / "a.ipynb").write_text(f'{{"cells": [{", ".join(cells)}]}}')
    assert chapters(tmp_path / "book") == {"a": "Title"}
    one, two = read_theorems(tmp_path / "book").values()
    assert (one.title, one.chapter, one.address) == ("one", "a", "a.ipynb#thm-one")
    assert "be one" in one.text and "After" not in one.text
    assert "Let" in two.text and "Text of" not in two.text


def test_letters_are_those_of_the_definitions():
    known = letters()
    assert known[r"\hat\rho"] == "thm-mean-activation" and known[r"\mathrm{KL}'"] == "thm-kl-derivative"
    assert known["J_{sparse}"] == "thm-sparse-cost" and known["Z"] == "thm-forward"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"the mean $\hat\rho_j$", {"thm-mean-activation"}),
        (r"$\rho$ and $\hat y$", set()),
        ("All A and $B$", {"thm-forward"}),
        ("Any and $AB$", set()),
        (r"$\mathrm{KL}'(u)$", {"thm-kl", "thm-kl-derivative"}),
        ('see [Theorem "x"](b.ipynb#thm-recursion)', {"thm-recursion"}),
        ('by ["x"](b.ipynb#eq-output-delta)', {"thm-output-delta"}),
        ("[a section](#thm-nothing-of-the-book)", set()),
    ],
)
def test_letters_and_links_are_reasons(text, expected):
    assert foundations(THEOREMS | {"thm-new": theorem("thm-new", text)})["thm-new"] == expected


def test_what_a_statement_is_made_of_is_a_reason():
    assert construction("thm-sparse-delta") >= {"thm-hidden-delta", "thm-penalty"}
    assert "thm-penalty-weights" in construction("thm-one-pass-weights")
    assert "thm-sparse-delta" in construction("thm-lost-term")  # by a helper in its module
    assert construction("thm-kl") == set()


def test_two_theorems_that_rest_on_each_other_are_refused():
    one, two = (theorem(f"thm-{k}", f"[x](#thm-{other})") for k, other in (("one", "two"), ("two", "one")))
    with pytest.raises(CycleError):
        foundations({one.label: one, two.label: two})


def test_what_follows_from_the_rest_is_left_out():
    assert nearest({"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": {"a"}}) == {
        "a": set(),
        "b": {"a"},
        "c": {"b"},
        "d": {"a"},
    }


def test_the_head_of_a_chapter_names_what_it_needs_and_gives():
    needs, gives = head(BOOK, "sparse_delta")
    assert gives == ["thm-sparse-delta"]
    assert "thm-hidden-delta" in needs and "thm-forward" not in needs
    for chapter in chapters(BOOK):
        needs, gives = head(BOOK, chapter)
        assert not set(needs) & set(gives)
        assert all(THEOREMS[label].chapter == chapter for label in gives)


def picture():
    how = {label: decided(t) for label, t in THEOREMS.items()}
    html = draw(THEOREMS, nearest(FOUNDATIONS), chapters(BOOK), how, lines()).text
    return BeautifulSoup(html, "html.parser"), html


def test_the_picture_names_and_links_every_theorem_and_line():
    svg, html = picture()
    links = {a["xlink:href"] for a in svg.find_all("a")}
    assert {t.address for t in THEOREMS.values()} <= links
    assert {f"errata.ipynb#{entry.label}" for entry in load_errata() if entry.theorem} <= links
    words = " ".join(text.get_text() for text in svg.find_all("text"))
    for t in THEOREMS.values():
        assert all(word in words for word in t.title.split())
        assert decided(t) in STYLES
    assert picture()[1] == html


def test_the_picture_has_an_arrow_for_each_foundation():
    _, html = picture()
    fewer = {label: set() for label in THEOREMS}
    how = {label: decided(t) for label, t in THEOREMS.items()}
    bare = draw(THEOREMS, fewer, chapters(BOOK), how, lines()).text
    arrows = sum(map(len, nearest(FOUNDATIONS).values()))
    assert html.count("<path ") - bare.count("<path ") == 2 * arrows  # a line and its head


def test_the_ways_of_deciding_follow_the_roads():
    for label, roads in ROADS.items():
        words = decided(THEOREMS[label])
        if THEOREMS[label].kind == "Definition":
            assert words == "definition"
        else:
            assert ("engine" in words) == (roads.no_engine is None)
            assert ("second opinion" in words) == (roads.no_second_opinion is None)
            assert ("kernel" in words) == bool(roads.kernel)


def test_the_table_says_the_same():
    page = BeautifulSoup(overview(THEOREMS, nearest(FOUNDATIONS), lines()).text, "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.tbody.find_all("tr")]
    assert [row[0] for row in rows] == [t.title for t in THEOREMS.values()]
    assert [row[2] for row in rows] == [str(ROADS.get(label, "A definition.")) for label in THEOREMS]
    hidden = next(row for row in rows if row[0] == THEOREMS["thm-hidden-delta"].title)
    assert hidden[1] == THEOREMS["thm-delta"].title and "E20" in hidden[3].split(", ")
