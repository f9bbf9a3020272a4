"""How a notebook shows expressions and decisions; the printer itself is ``formulas.printer``."""

from html import escape

from sympy import init_printing

from sparseae_lib.calculus import Decision
from sparseae_lib.calculus.evidence import Witness
from sparseae_lib.formulas.printer import latex
from sparseae_lib.notebook_html import formula


def print_in_notebook():
    """From now on a notebook prints every expression with ``latex``, also in decisions, and plain text with ``str``."""
    init_printing(
        use_latex="mathjax",
        latex_printer=lambda expression, **_: latex(expression),
        pretty_printer=lambda expression, **_: str(expression),
    )
    from IPython import get_ipython  # only a notebook has it

    get_ipython().display_formatter.formatters["text/html"].for_type(Decision, decision_html)


def decision_html(decision):
    """A decision as a box, with the mathematics of its evidence typeset."""
    evidence = decision.evidence
    if isinstance(evidence, Witness):
        text = evidence.text(", ".join(formula(f"{latex(size)} = {value}") for size, value in evidence.sizes.items()))
    else:
        text = "".join(escape(part) if isinstance(part, str) else formula(latex(part)) for part in evidence.parts)
        text = text.replace(" x ", " × ")
    return decision.html(text)
