"""How the ledger looks in a notebook: quotations of the source, and the table of all lines. Styled by ``book.css``."""

import re
from collections import Counter
from dataclasses import dataclass
from html import escape

from . import VERDICTS, load_errata

ALL = "all"


@dataclass(frozen=True)
class _Html:
    text: str

    def _repr_html_(self):
        return self.text

    def __repr__(self):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.text)).strip()


def quote(*ids):
    """The lines of the source as it has them, with their numbers; ``KeyError`` for a number that it does not have."""
    entries = {entry.id: entry for entry in load_errata()}
    rows = "".join(f"<tr><th>{id}</th><td>{_mathematics(entries[id].source)}</td></tr>" for id in ids)
    return _Html(f'<table class="source-lines mathjax_process">{rows}</table>')


def verdicts(*ids):
    """The verdicts on some lines, each with its kinds and its reason."""
    entries = {entry.id: entry for entry in load_errata()}
    rows = "".join(
        f"<tr><th>{id}</th><td>{_badge(entries[id])}</td><td>{_mathematics(entries[id].reason)}</td></tr>" for id in ids
    )
    return _Html(f'<table class="source-lines verdicts mathjax_process">{rows}</table>')


def ledger():
    """All lines in a table; a row of buttons shows those of one verdict. Counts and links are computed."""
    entries = load_errata()
    counts = Counter(entry.verdict for entry in entries)
    buttons = "".join(_button(name, counts[name]) for name in VERDICTS if counts[name])
    head = "".join(
        f"<th>{title}</th>" for title in ("Line", "As the source has it", "Verdict", "Reason and correction")
    )
    rows = "".join(map(_row, entries))
    return _Html(
        f'<div class="ledger mathjax_process"><p class="filter">{_button(ALL, len(entries), checked=True)}{buttons}</p>'
        f'<table class="ledger"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _button(verdict, count, checked=False):
    mark = " checked" if checked else ""
    return (
        f'<label><input type="radio" name="verdict" value="{verdict}"{mark}> '
        f'<span class="verdict {verdict}">{verdict} {count}</span></label> '
    )


def _row(entry):
    kinds = f'<br><span class="kinds">{escape(", ".join(entry.kinds))}</span>' if entry.kinds else ""
    correction = f"<br>\\({escape(entry.correction)}\\)" if entry.correction else ""
    name = f'<a href="{entry.chapter}.html#{entry.label}">{entry.id}</a>' if entry.chapter else entry.id
    return (
        f'<tr class="{entry.verdict}"><th>{name}</th><td>{_mathematics(entry.source)}</td>'
        f"<td>{_badge(entry)}{kinds}</td><td>{_mathematics(entry.reason)}{correction}</td></tr>"
    )


def _badge(entry):
    return f'<span class="verdict {entry.verdict}">{entry.verdict}</span>'


def _mathematics(text):
    r"""HTML of a text with LaTeX between dollars: MathJax reads \(...\) in an output, and leaves dollars alone."""
    return re.sub(r"\$(.*?)\$", r"\\(\1\\)", escape(text, quote=False))
