"""A derivation as a reader sees it: equations below each other, and beside each the reason why it holds."""

from html import escape

from sparseae_lib.derivations.latex import latex, terms
from sparseae_lib.notebook_html import formula

DISPLAYED = r"\displaystyle "


def html(derivation):
    """A numbered list, styled by ``book/_static/derivation.css``: a reason that does not fit beside stands below."""
    steps = [step for step in derivation.steps if step.expression != derivation.left]
    steps = "".join(f"<li>{_line(after_equals(step.expression), step.reason)}</li>" for step in steps)
    left, right = map(latex, derivation.equation)
    claim = _line([DISPLAYED + left, f"{DISPLAYED} = {right}"], derivation.conclusion)
    return (
        '<div class="derivation mathjax_process">'
        f'<div class="left">{formula(DISPLAYED + latex(derivation.left))}</div>'
        f'<ol>{steps}</ol><div class="claim">{claim}</div></div>'
    )


def after_equals(expression):
    """The LaTeX of a line that begins with an equals sign, in pieces between which it may be broken."""
    first, *rest = terms(expression)
    return [f"{DISPLAYED} = {first}", *(DISPLAYED + term for term in rest)]


def _line(pieces, reason):
    """An equation in pieces, between which it may be broken, and the reason."""
    equation = " ".join(map(formula, pieces))
    reason = _words(reason, formula, escape)
    return f'<div class="line"><span class="equation">{equation}</span> <span class="reason">{reason}</span></div>'


def aligned(derivation):
    """The lines as one LaTeX environment, each with its reason below."""
    lines = [(f"&= {latex(step.expression)}", step.reason) for step in derivation.steps]
    equation = " = ".join(map(latex, derivation.equation))
    lines.append((rf"&\Longrightarrow\quad {equation}", derivation.conclusion))
    text = [rf"{line} \\ &\qquad\text{{{_words(reason, '${}$'.format, str)}}}" for line, reason in lines]
    return "\n".join([r"\begin{aligned}", rf"&{latex(derivation.left)} \\", " \\\\\n".join(text), r"\end{aligned}"])


def _words(reason, mathematics, words):
    """The reason with its expressions as mathematics; a pair of expressions is an equation."""
    parts = []
    for part in reason:
        if isinstance(part, str):
            parts.append(words(part))
        else:
            parts.append(mathematics(" = ".join(map(latex, part if isinstance(part, tuple) else (part,)))))
    return "".join(parts)
