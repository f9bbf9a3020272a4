"""How a notebook shows expressions; the printer itself is ``formulas.printer``."""

from sympy import init_printing

from sparseae_lib.formulas.printer import latex


def print_in_notebook():
    """From now on a notebook prints every expression with ``latex``, and its plain text with ``str``."""
    init_printing(
        use_latex="mathjax",
        latex_printer=lambda expression, **_: latex(expression),
        pretty_printer=lambda expression, **_: str(expression),
    )
