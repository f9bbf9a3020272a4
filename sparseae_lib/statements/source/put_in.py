r"""What a line names is put in, from the output down: a mean as that of the activations, these as :math:`f(z)`.

A derivative is taken before that which it is taken by is put in: :math:`\partial / \partial \rho_k` holds
:math:`\rho_k` for a variable.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from sympy import MatrixSymbol
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Gradient, entry
from sparseae_lib.formulas.reader import read_line


def put_in(expression, definitions):
    """The expression with {name: definition}, one after the other."""
    for name, definition in definitions.items():
        if isinstance(name, MatrixSymbol):
            expression = expression.replace(
                lambda part, name=name: (
                    isinstance(part, MatrixElement)
                    and isinstance(part.parent, Gradient)
                    and part.parent.args[1] == name
                ),
                lambda part: entry(part.parent, *part.indices),
            )
        expression = expression.xreplace({name: definition})
    return expression


@cache
def _lines():
    return tomllib.loads((files("sparseae_lib") / "errata" / "lines.toml").read_text(encoding="utf-8"))


def formula(line):
    """The LaTeX of a line of the source, such as ``"E13"``, without the layers for which it holds.

    E47 prints its equals sign twice; that is a mistake of its own, and here the line is read without it.
    """
    return re.match(r"\$(.*?)(, \\quad.*)?\$", _lines()[line]["source"])[1].replace("= =", "=")


def said(line, notation, definitions, dot=None):
    """What a line of the source says: its last side as it is read in a notation, with what it names put in."""
    return put_in(read_line(formula(line), notation, dot=dot)[-1], definitions)
