"""What a decision says to a reader: why a proof holds, where two sides differ in small numbers, which shapes do not meet."""

from html import escape

from sympy import KroneckerDelta, MatrixExpr

from sparseae_lib.notebook_html import Html, formula, table

from ..calculus import Decision, Outcome
from ..calculus.indices import comparable
from ..calculus.shapes import shape
from .latex import latex
from .meeting import simplified
from .small import counted, small_witness

SIDES = ("left", "right")


def explain(decision: Decision) -> Html:
    """The decision with its evidence worked out, as HTML for a notebook.

    *Refuted* shows the smallest matrices, and the function values, at which the two sides differ, and an entry of
    both. *Ill-formed* shows the shapes side by side. *Proved* says which rules bring both sides to one form.
    """
    if decision.outcome is Outcome.REFUTED and (witness := small_witness(decision.left, decision.right)):
        return Html(decision.html(_refuted(decision, witness)))
    if decision.outcome is Outcome.ILL_FORMED:
        return Html(decision.html(_ill_formed(decision.evidence.parts)))
    if decision.outcome is Outcome.PROVED:
        return Html(decision.html(_proved(decision)))
    return Html(decision._repr_html_())


def _refuted(decision, witness):
    world = witness.world
    sizes = ", ".join(formula(f"{latex(size)} = {number}") for size, number in world.sizes.items())
    given = [formula(f"{latex(symbol)} = {latex(counted(value))}") for symbol, value in world.numbers.items()]
    given += [formula(_matrix(matrix, world)) for matrix in dict.fromkeys(name[0] for name in world.entries)]
    given += [
        formula(f"{latex(function)}({latex(counted(x))}) = {latex(counted(value))}")
        for (function, x), value in sorted(world.functions.items(), key=str)
    ]
    place = tuple(index + 1 for index in witness.indices)
    where = f", entry {formula(str(place))}" if place else ""
    rows = [
        (side, formula(latex(expression)), formula(latex(counted(value))))
        for side, expression, value in zip(
            SIDES, _entries(decision, witness), (witness.left, witness.right), strict=True
        )
    ]
    return (
        f"for example at {sizes}{where}, with<br>"
        + " &ensp; ".join(given)
        + table((), rows, "witness")
    )
