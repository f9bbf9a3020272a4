"""Lines as someone has written them on paper, each said to be equal to the one before: which of them fails?"""

from dataclasses import dataclass, field
from itertools import pairwise

from sympy import Basic, Expr

from sparseae_lib.calculus import Decision, Outcome, decide
from sparseae_lib.derivations.display import DISPLAYED, after_equals
from sparseae_lib.derivations.latex import terms
from sparseae_lib.notebook_html import formula


@dataclass(frozen=True, repr=False)
class Attempt:
    """A chain of expressions that need not hold, unlike a ``Derivation``: that is what is to be found out.

    ``where`` holds the abbreviations that the lines use, as {A: f(Z)}.
    """

    lines: tuple[Expr, ...]
    where: dict[Basic, Basic] = field(default_factory=dict)

    def failures(self) -> dict[int, Decision]:
        """{number of a line: the decision that it equals the one before it}, for all that are not proved."""
        meant = [line.xreplace(self.where) for line in self.lines]
        decisions = {number: decide(*pair) for number, pair in enumerate(pairwise(meant), start=2)}
        return {number: d for number, d in decisions.items() if d.outcome is not Outcome.PROVED}

    def __repr__(self):
        return "\n= ".join(map(str, self.lines))

    def _repr_html_(self):
        first, *rest = self.lines
        pieces = [[DISPLAYED + term for term in terms(first)], *map(after_equals, rest)]
        items = "".join(
            f'<li><div class="line"><span class="equation">{" ".join(map(formula, line))}</span></div></li>'
            for line in pieces
        )
        return f'<div class="derivation mathjax_process"><ol>{items}</ol></div>'
