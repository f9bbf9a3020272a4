"""A statement: one equation, written once, from which all else follows."""

from dataclasses import dataclass, field

from sympy import Basic

from .latex import latex


@dataclass(frozen=True)
class Statement:
    """``left = formula``, under the ``label`` of its theorem in the book.

    ``derivation`` is what the formula is decided equal to: the definitions, differentiated.
    It is ``None`` for a definition. ``where`` holds the definitions that the formula abbreviates, as {A: f(Z)}.
    """

    label: str
    title: str
    left: Basic
    formula: Basic
    derivation: Basic | None = None
    where: dict = field(default_factory=dict)

    @property
    def expanded(self):
        """The formula without its abbreviations."""
        return self.formula.xreplace(self.where)

    @property
    def latex(self):
        return f"{latex(self.left)} = {latex(self.formula)}"

    def _repr_latex_(self):
        return rf"$\displaystyle {self.latex}$"
