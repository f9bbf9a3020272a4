"""The paragraph that decides a line is found where the ledger says, and missed loudly."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from sparseae_lib.errata import Entry
from tools import line_links
from tools.line_links import mark_decisions

CHAPTER = """
=======
Chapter
=======

It treats E14 and E16.

As the source has it
====================

E14 and E16 are quoted.

Derivation
==========

E16 uses the chain rule, and E140 is no line.

Verdict
=======

So it is.

The transpose
-------------

E14 is ill-formed.

And E14 is right in columns.
"""


LINES = {"E3": "prose", "E14": "convention", "E16": "correct", "E30": "correct"}


@pytest.fixture
def decided(monkeypatch):
    """A function of a chapter's text that gives {anchor: paragraph} and the warnings."""
    warnings = []
    monkeypatch.setattr(line_links, "logger", SimpleNamespace(warning=lambda text, id, *_, **__: warnings.append(id)))

    def entry(id, verdict):
        repaired = "x" if verdict == "convention" else None
        chapter = "other" if id == "E30" else "chapter"
        return Entry(id, source="", verdict=verdict, reason="", repaired=repaired, chapter=chapter)

    monkeypatch.setattr(line_links, "load_errata", lambda: [entry(*line) for line in LINES.items()])

    def marked(text, docname="book/chapter"):
        document = publish_doctree(text, settings_overrides={"doctitle_xform": False})
        mark_decisions(SimpleNamespace(env=SimpleNamespace(docname=docname)), document)
        paragraphs = document.findall(nodes.paragraph)
        return {id: paragraph.astext() for paragraph in paragraphs for id in paragraph["ids"]}, warnings

    return marked


def test_the_verdict_decides_before_the_derivation_and_the_quotations_never(decided):
    assert decided(CHAPTER) == (
        {"e14-decided": "E14 is ill-formed.", "e16-decided": "E16 uses the chain rule, and E140 is no line."},
        [],
    )


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        ("E16", "E16 uses", "E161 uses"),
        ("E16", "E16 uses the chain rule, and E140", "It"),
        ("E14", "E14 is ill-formed.\n\nAnd E14", "E13"),
    ],
)
def test_a_judged_line_that_no_paragraph_decides_is_a_warning(decided, line, old, new):
    assert old in CHAPTER
    _, warnings = decided(CHAPTER.replace(old, new))
    assert warnings == [line]


def test_a_page_that_treats_no_line_is_left_alone(decided):
    assert decided(CHAPTER, "book/api/chapter") == ({}, [])
    assert decided(CHAPTER, "book/third") == ({}, [])
