"""How the ledger looks in a notebook: quotations of the source, verdicts, and the table of all lines."""

from collections import Counter
from html import escape
from itertools import groupby

from sparseae_lib.notebook_html import Html, formula, mathematics, table
from sparseae_lib.statements.latex import decision_html
from sparseae_lib.statements.source import READINGS

from . import VERDICTS, load_errata

ALL = "all"


def quote(*ids):
    """The lines of the source as it has them, with their numbers; ``KeyError`` for a number that it does not have."""
    return Html(table((), [(entry.id, mathematics(entry.source)) for entry in _entries(ids)], "source-lines"))


def verdicts(*ids):
    """The verdicts on some lines, each with its reason."""
    rows = [(entry.id, _badge(entry), mathematics(entry.reason)) for entry in _entries(ids)]
    return Html(table((), rows, "source-lines"))


def corrections(verdict):
    """The lines with one verdict, in short: what the source has, and what holds instead.

    Lines that follow each other and have one correction share a row, and lines that say the same share a place in it.
    """
    rows = []
    for _, group in groupby((e for e in load_errata() if e.verdict == verdict), key=lambda entry: entry.theorem):
        lines = list(group)
        links = {}
        for entry in lines:
            links.setdefault(entry.source, []).append(_link(entry))
        sources = [f"{', '.join(ids)} &ensp; {mathematics(source)}" for source, ids in links.items()]
        kinds = dict.fromkeys(kind for entry in lines for kind in entry.kinds)
        rows.append(
            (_lines(sources), f'{_correction(lines[0])}<br><span class="kinds">{escape(", ".join(kinds))}</span>')
        )
    return Html(table(("The source", "Correct, and what it is about"), rows, "ledger corrections"))


def _lines(texts):
    return f'<span class="lines">{"".join(f"<span>{text}</span>" for text in texts)}</span>'


def ledger():
    """All lines in a table; a row of buttons shows those of one verdict. Counts and links are computed."""
    entries = load_errata()
    counts = Counter(entry.verdict for entry in entries)
    buttons = [_button(ALL, len(entries), " checked")]
    buttons += [_button(verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict]]
    rows = [(entry.verdict, _cells(entry)) for entry in entries]
    titles = ("Line", "As the source has it", "Verdict", "Reason and correction")
    return Html(f'<div class="ledger"><p class="filter">{"".join(buttons)}</p>{table(titles, rows)}</div>')


def readings():
    """Every line that can be decided, with the decision on each reading folded below it."""
    from .evidence import decision  # it needs NumPy

    lines = []
    for entry in load_errata():
        if entry.id in READINGS:
            decided = [(reading, decision(reading)) for reading in READINGS[entry.id]]
            boxes = "".join(f"<p>{_manner(reading)}</p>{decision_html(found)}" for reading, found in decided)
            summary = f"{entry.id} {_badge(entry)} {_outcomes(decided)}"
            lines.append(f'<details class="readings"><summary>{summary}</summary>{boxes}</details>')
    return Html("".join(lines))


def _manner(reading):
    return f"{'Literal' if reading.literal else '<em>Repaired</em>'}: {escape(reading.how, quote=False)}"


def _outcomes(decided):
    """How often each outcome is found, among the literal readings and among the repaired."""
    texts = []
    for manner, literal in (("literal", True), ("repaired", False)):
        found = Counter(decision.outcome.value for reading, decision in decided if reading.literal is literal)
        if found:
            texts.append(f"{manner}: {', '.join(f'{n} {outcome}' for outcome, n in found.items())}")
    return "; ".join(texts)


def counts():
    """How many lines have each verdict, and how many have each kind."""
    entries = load_errata()
    by_verdict = Counter(entry.verdict for entry in entries)
    by_kind = Counter(kind for entry in entries for kind in entry.kinds)
    text = [", ".join(f"{count} {name}" for name, count in counter.most_common()) for counter in (by_verdict, by_kind)]
    return Html(f"<p>By verdict: {text[0]}.</p><p>By kind: {escape(text[1])}.</p>")


def _entries(ids):
    entries = {entry.id: entry for entry in load_errata()}
    return [entries[id] for id in ids]


def _cells(entry):
    kinds = f'<br><span class="kinds">{escape(", ".join(entry.kinds))}</span>' if entry.kinds else ""
    correction = f"<br>{_correction(entry)}" if entry.correction else ""
    return _link(entry), mathematics(entry.source), _badge(entry) + kinds, mathematics(entry.reason) + correction


def _button(verdict, count, checked=""):
    return (
        f'<label><input type="radio" name="verdict" value="{verdict}"{checked}> '
        f'<span class="verdict {verdict}">{verdict} {count}</span></label> '
    )


def _link(entry):
    return f'<a href="{entry.chapter}.html#{entry.label}">{entry.id}</a>' if entry.chapter else entry.id


def _correction(entry):
    return formula(entry.correction) if entry.correction else ""


def _badge(entry):
    return f'<span class="verdict {entry.verdict}">{entry.verdict}</span>'
