"""Small pieces of HTML for notebooks, styled by ``book/_static``."""

import re
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Html:
    """HTML for a cell to end in; its plain text is the same without tags."""

    text: str

    def _repr_html_(self):
        return self.text

    def __repr__(self):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.text)).strip()


def table(titles, rows, style="ledger"):
    """A table of rows of cells, each cell HTML; a row may be a pair (CSS class, cells)."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(
        _row(*row) if isinstance(row[0], str) and isinstance(row[1], tuple) else _row("", row) for row in rows
    )
    head = f"<thead><tr>{head}</tr></thead>" if titles else ""
    return f'<table class="{style} mathjax_process">{head}<tbody>{body}</tbody></table>'


def _row(style, cells):
    first, *rest = cells
    return f'<tr class="{style}"><th>{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'


def formula(latex):
    r"""Inline mathematics, in \(...\) because in an output MathJax does not read dollars."""
    return rf"\({escape(latex, quote=False)}\)"


def mathematics(text):
    """A text with LaTeX between dollars."""
    return re.sub(r"\$(.*?)\$", r"\\(\1\\)", escape(text, quote=False))
