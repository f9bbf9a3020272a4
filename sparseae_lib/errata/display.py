"""The lines of the source as cards: as printed, repaired, the verdict, why, and what decides it."""

import re
from collections import Counter
from html import escape

from sparseae_lib.calculus import Outcome
from sparseae_lib.errata import KINDS, VERDICTS, load_errata
from sparseae_lib.formulas.decisions import decision_html
from sparseae_lib.kernel.roads import ROADS
from sparseae_lib.notebook_html import Html, mathematics, wrapping_formula
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source import READINGS

LEDGER = "errata.ipynb"
"""The page of all cards, seen from another chapter."""

SHOULD_BE = {"wrong": "should be", "convention": "repaired"}
"""What leads from a line as printed to the repaired one."""

SIGNS = {"correct": "✓", "convention": "~", "wrong": "✗", "prose": "", "open": "?"}

ALL = "all"


def cards(*ids):
    """The cards of some lines, for the chapter that treats them. Raises KeyError if the source has no such line."""
    return Html(_list(_card(entry, f"{LEDGER}#{entry.label}") for entry in entries(ids)))


def example(id):
    """The card of a wrong line in short, with one decision against it, for the page that introduces cards."""
    from sparseae_lib.errata.evidence import decision  # it needs NumPy

    (entry,) = entries([id])
    reading = next(reading for reading in READINGS[id] if decision(reading).outcome is Outcome.REFUTED)
    rows = [
        ("As printed", _printed(entry)),
        *_repaired(entry),
        ("Refuted", f"{escape(reading.how)} {decision_html(decision(reading))}"),
        ("Why", _linked(mathematics(entry.reason))),
    ]
    return Html(_list([_article(entry, rows, f"{LEDGER}#{entry.label}")]))


def ledger():
    """All cards with the decisions behind them, and a filter by verdict and by kind. Each has its number as anchor."""
    lines = load_errata()
    return Html(f'<div class="ledger">{_filter(lines)}{_list(map(_anchored, lines))}</div>')


def quote(*ids):
    """Lines of the source as printed, each with its verdict, repaired if it needs that, and a link to its decision."""
    rows = []
    for entry in entries(ids):
        number = f'<a href="{LEDGER}#{entry.label}">{entry.id}</a>'
        decided = f' <a class="decided" href="{_place(entry)}">decided here</a>' if entry.is_judged else ""
        lines = [f"{_printed(entry)} {badge(entry.verdict)}{decided}"]
        if _is_changed(entry):
            ((_, line),) = _repaired(entry)
            lines.append(f'<span class="should-be">{SHOULD_BE[entry.verdict]}</span> {line}')
        rows.append(f"<dt>{number}</dt><dd>{'<br>'.join(lines)}</dd>")
    return Html(f'<dl class="source-lines mathjax_process">{"".join(rows)}</dl>')


def overview():
    """How many lines fall under which verdict, as a bar whose parts lead to them; and each line, a link to its card.

    A line tells its verdict by colour, sign and name.
    """
    lines = load_errata()
    counts = Counter(entry.verdict for entry in lines)
    parts = [
        f'<a class="{verdict}" style="flex-grow: {counts[verdict]}" href="{LEDGER}?verdict={verdict}">'
        f"<b>{counts[verdict]}</b> {verdict}</a>"
        for verdict in VERDICTS
        if counts[verdict]
    ]
    links = [
        f'<li><a class="{entry.verdict}" href="{LEDGER}#{entry.label}">{entry.id}'
        f'<span class="sign" aria-hidden="true">{SIGNS[entry.verdict]}</span>'
        f'<span class="visually-hidden"> {entry.verdict}</span></a></li>'
        for entry in lines
    ]
    return Html(f'<p class="verdict-bar">{"".join(parts)}</p><ol class="line-map">{"".join(links)}</ol>')


def entries(ids):
    """The entries of some lines. Raises KeyError if the source has no such line."""
    known = {entry.id: entry for entry in load_errata()}
    return [known[id] for id in ids]


def badge(verdict):
    return f'<span class="verdict {verdict}">{verdict}</span>'


def _list(cards):
    return f'<div class="cards mathjax_process">{"".join(cards)}</div>'


def _anchored(entry):
    return _card(entry, f"#{entry.label}", f' id="{entry.label}"', _decisions(entry))


def _card(entry, address, anchor="", decisions=""):
    rows = [("As printed", _printed(entry)), *_repaired(entry), ("Why", _linked(mathematics(entry.reason)))]
    if entry.theorem:
        title = escape(STATEMENTS[entry.theorem].title)
        rows.append(("In general", f'<span class="theorem-title">{title}</span> {wrapping_formula(entry.correction)}'))
        if anchor:  # in the ledger; a chapter has the theorem itself, which says so too
            rows.append(("That is", escape(str(ROADS[entry.theorem]))))
    if entry.chapter:
        rows.append(("Where", _where(entry)))
    return _article(entry, rows, address, anchor, decisions)


def _article(entry, rows, address, anchor="", decisions=""):
    kinds = f'<span class="kinds">{escape(", ".join(entry.kinds))}</span>' if entry.kinds else ""
    head = f'<header><a class="number" href="{address}">{entry.id}</a> {badge(entry.verdict)} {kinds}</header>'
    body = "".join(f"<dt>{name}</dt><dd>{content}</dd>" for name, content in rows)
    data = f'data-verdict="{entry.verdict}" data-kinds="{escape("; ".join(entry.kinds))}"'
    return f'<article class="line {entry.verdict}"{anchor} {data}>{head}<dl>{body}</dl>{decisions}</article>'


def _where(entry):
    """The links to the paragraph that decides the line, and to the chapter around it."""
    if not entry.is_judged:
        return f'<a href="{_place(entry)}">The paragraph about {entry.id}</a>'
    return (
        f'<a href="{_place(entry)}">The paragraph that decides {entry.id}</a>, '
        f'in <a href="{entry.chapter}.ipynb">the chapter that derives it</a>'
    )


def _place(entry):
    """The address of what a chapter says about a line: what decides it, if it claims anything."""
    return f"{entry.chapter}.ipynb#{entry.decided_at if entry.is_judged else entry.label}"


def _linked(html):
    """The names of lines, each a link to its card."""
    return re.sub(r"\bE\d+\b", lambda line: f'<a href="{LEDGER}#{line[0].lower()}">{line[0]}</a>', html)


def _printed(entry):
    """The line as the source has it, what is wrong in it struck through."""
    if not _is_formula(entry) or not entry.marks:
        return mathematics(entry.source, wrapping_formula)
    _, _, after = entry.source.split("$", 2)
    return wrapping_formula(_marked(entry.marks, "wrong", "mjx-struck")) + mathematics(after, wrapping_formula)


def _repaired(entry):
    """The repaired line, what is right in it underlined, and the changes in words for who does not see the marks."""
    if entry.repaired is None:
        return []
    if not _is_formula(entry):
        return [("Repaired", wrapping_formula(entry.repaired))]
    if not _is_changed(entry):
        return [("Repaired", "In the convention that it holds in, nothing has to change.")]
    words = f' <span class="visually-hidden">{escape(_in_words(entry.marks))}</span>'
    return [("Repaired", wrapping_formula(_marked(entry.marks, "right", "mjx-inserted")) + words)]


def _is_changed(entry):
    """Whether the repaired line differs from the printed one: a line may hold as it is, but in one convention only."""
    return any(mark.kind != "same" for mark in entry.marks)


def _is_formula(entry):
    return entry.source.startswith("$")


def _marked(marks, kind, style):
    """One of the two formulas, with a class around what only it has; Jupyter drops a class without ``mjx-``."""
    return "".join(
        _with_class(mark.latex, style) if mark.kind == kind else mark.latex
        for mark in marks
        if mark.kind in ("same", kind)
    )


def _with_class(latex, style):
    r"""``^T`` becomes ``^{\class{style}{T}}``: the mark goes with the letter, and the letter stays a script."""
    script = latex[0] if latex[0] in "^_" else ""
    marked = rf"\class{{{style}}}{{{latex[len(script) :]}}}"
    return f"{script}{{{marked}}}" if script else marked


def _in_words(marks):
    """What was changed: "printed 1, should be 2; T is missing"."""
    changes, printed = [], None
    for mark in (*marks, None):
        if printed is not None and not (mark and mark.kind == "right"):
            changes.append(f"printed {printed}, should not be there")
        if mark and mark.kind == "right":
            added = _spoken(mark.latex)
            changes.append(f"{added} is missing" if printed is None else f"printed {printed}, should be {added}")
        printed = _spoken(mark.latex) if mark and mark.kind == "wrong" else None
    return "; ".join(changes)


def _spoken(latex):
    r"""LaTeX as one says it, more or less: ``\mathbin{.*}`` is ``.*``."""
    return " ".join(re.sub(r"\\(?:mathbin|mathrel|mathrm|left|right)\b|[\\{}]", " ", latex).split())


def _decisions(entry):
    """The decision on each reading of a line, folded."""
    if entry.id not in READINGS:
        return ""
    from sparseae_lib.errata.evidence import decision  # it needs NumPy

    decided = [(reading, decision(reading)) for reading in READINGS[entry.id]]
    boxes = "".join(f"<dt>{_manner(reading)}</dt><dd>{decision_html(found)}</dd>" for reading, found in decided)
    return f'<details class="readings"><summary>Decided: {_outcomes(decided)}</summary><dl>{boxes}</dl></details>'


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


def _filter(lines):
    verdicts = Counter(entry.verdict for entry in lines)
    kinds = Counter(kind for entry in lines for kind in entry.kinds)
    buttons = [_button(ALL, len(lines), " checked")]
    buttons += [_button(verdict, verdicts[verdict]) for verdict in VERDICTS if verdicts[verdict]]
    options = [f'<option value="{ALL}">every kind</option>']
    for kind in KINDS:
        if kinds[kind]:
            options.append(f'<option value="{escape(kind)}">{escape(kind)} ({kinds[kind]})</option>')
    return (
        '<form class="ledger-filter">'
        f"<fieldset><legend>Verdict</legend>{''.join(buttons)}</fieldset>"
        f'<label>Kind <select name="kind">{"".join(options)}</select></label>'
        f'<output aria-live="polite">{len(lines)} of {len(lines)} lines</output></form>'
    )


def _button(verdict, count, checked=""):
    return (
        f'<label><input type="radio" name="verdict" value="{verdict}"{checked}> '
        f'<span class="verdict {verdict}">{verdict} {count}</span></label> '
    )
