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


def folded(summary, output):
    """What a cell would show, under a line of text that opens it."""
    return Html(f"<details><summary>{summary}</summary>{output._repr_html_()}</details>")


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


def wrapping_formula(latex):
    r"""Inline mathematics that a narrow page may break, as a person would: before a relation, a plus, a minus or a dot.

    ``a = b + c`` becomes three formulas side by side, ``a``, ``{}= b`` and ``{}+ c``. What stands in braces or between
    \left and \right stays together, and so does a range after a \quad.
    """
    return "<wbr>".join(map(formula, _pieces(latex)))


_TOKEN = re.compile(
    r"""(?P<relation>\\mathrel{[^{}]*}=?|=|\\(?:neq?|approx|propto|leq?|geq?|quad)\b)
    |(?P<operation>[+-]|\\cdot\b)|\\(?:left|right)(?![A-Za-z])\s*.|\\[A-Za-z]+|\\.|.""",
    re.DOTALL | re.VERBOSE,
)
_OPENING, _CLOSING = ("{", "(", "[", r"\left", r"\begin"), ("}", ")", "]", r"\right", r"\end")


def _pieces(latex):
    pieces, depth, before = [""], 0, "="
    for token in _TOKEN.finditer(latex):
        text = token.group()
        # A sign after a relation or another sign has no left side: it belongs to what follows.
        breaks = token["relation"] or (token["operation"] and before not in {"=", "^", "_", "+", "-"})
        if depth == 0 and breaks and pieces[-1].strip() and not pieces[-1].startswith(r"{}\quad"):
            pieces.append("{}")
        depth += text.startswith(_OPENING) - text.startswith(_CLOSING)
        pieces[-1] += text
        if not text.isspace():
            before = "=" if token["relation"] else text
    return pieces


def mathematics(text, typeset=formula):
    """A text with LaTeX between dollars, which ``typeset`` makes HTML of."""
    parts = re.split(r"\$(.*?)\$", text)  # text and LaTeX in turn
    return "".join(typeset(part) if k % 2 else escape(part, quote=False) for k, part in enumerate(parts))
