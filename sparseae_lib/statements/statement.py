"""A statement: one equation, written once, from which everything else follows."""

from dataclasses import dataclass, field

from sympy import Basic, Expr

from sparseae_lib.formulas.printer import latex


@dataclass(frozen=True, repr=False)
class Statement:
    """``left = formula``, under the ``label`` of its theorem in the book.

    ``derivation`` is what the formula is decided to be equal to, which is the derivative of the definitions.
    It is ``None`` for a definition. ``where`` holds the abbreviations in the formula, such as {A: f(Z)}.
    ``layers`` is the first and the last layer that the statement is about, if it is about more than one.
    """

    label: str
    title: str
    left: Basic
    formula: Basic
    derivation: Basic | None = None
    where: dict[Basic, Basic] = field(default_factory=dict)
    layers: tuple[Expr | int, Expr | int] | None = None

    @property
    def expanded(self) -> Basic:
        """The formula without its abbreviations."""
        return self.formula.xreplace(self.where)

    @property
    def equation(self) -> str:
        """The LaTeX of the equation alone."""
        return f"{latex(self.left)} = {latex(self.formula)}"

    @property
    def latex(self) -> str:
        """The LaTeX of the equation, and of the layers for which it holds."""
        return rf"{self.equation}, \quad {self.range}" if self.layers else self.equation

    @property
    def range(self) -> str:
        """The LaTeX of the layers that the statement is about; empty if it is about one."""
        return r"l = {}, \dots, {}".format(*map(latex, self.layers)) if self.layers else ""

    def __repr__(self):
        return f"{self.left} = {self.formula}"

    def _repr_latex_(self):
        return rf"$\displaystyle {self.latex}$"
