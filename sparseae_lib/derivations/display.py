"""A derivation as a reader sees it: equations below each other, and beside each the reason why it holds."""

from html import escape

from sparseae_lib.notebook_html import formula

from .latex import latex

DISPLAYED = r"\displaystyle = "


def rows(derivation):
    """(left, right, reason) of each line as LaTeX, LaTeX and words; the last line is the equation that is proved."""
    lines = [(step.expression, step.reason) for step in derivation.steps]
    left, right = derivation.equation
    first = [(latex(derivation.left), latex(lines[0][0]), lines[0][1])]
    middle = [("", latex(expression), reason) for expression, reason in lines[1:]]
    return [*first, *middle, (latex(left), latex(right), derivation.conclusion)]


def html(derivation):
    """The lines as a grid, styled by ``book/_static/derivation.css``; on a narrow page the reason stands below."""
    cells = "".join(
        f'<div class="left">{formula(left) if left else ""}</div>'
        f'<div class="right">{formula(DISPLAYED + right)}</div>'
        f'<div class="reason">{_words(reason, formula, escape)}</div>'
        for left, right, reason in rows(derivation)
    )
    return f'<div class="derivation mathjax_process" role="group" aria-label="derivation in steps">{cells}</div>'


def aligned(derivation):
    """The lines as one LaTeX environment."""
    lines = [
        rf"{left} &= {right} && \text{{{_words(reason, '${}$'.format, str)}}}"
        for left, right, reason in rows(derivation)
    ]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _words(reason, mathematics, words):
    parts = []
    for part in reason:
        if isinstance(part, str):
            parts.append(words(part))
        else:
            sides = part if isinstance(part, tuple) else (part,)
            parts.append(mathematics(" = ".join(map(latex, sides))))
    return "".join(parts)
