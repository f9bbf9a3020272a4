"""How a decision is shown: as a box with the equation that was decided, readable without the cell that decided it."""

from html import escape

from sympy import Basic, MatrixExpr, Sum
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Decision, Outcome
from sparseae_lib.calculus.evidence import Witness
from sparseae_lib.formulas.printer import counted, counts_layers, latex, without_single
from sparseae_lib.notebook_html import formula, wrapping_formula

RELATIONS = {Outcome.REFUTED: r"\ne", Outcome.UNKNOWN: r"\mathrel{\overset{?}{=}}"}
"""What stands between the two sides; an equals sign for every other outcome."""
LONG = 2000
"""So many characters of LaTeX fill half a screen with a formula that nobody reads, such as a network written out."""


def shown(decision: Decision) -> str:
    """The box with the two sides and the evidence in short; a side that the evidence names is not said twice."""
    if decision.outcome is Outcome.PROVED:
        return decision.html(f"{for_all(decision)}: {equation(decision)}")
    if isinstance(decision.evidence, Witness):
        return decision.html(f"{equation(decision)}{given(decision)}<br>{evidence(decision)}")
    return decision.html(f"{equation_unless_said(decision)}{evidence(decision)}")


def decision_html(decision: Decision) -> str:
    """The box with the evidence alone, for a place where the two sides stand beside it."""
    return decision.html(evidence(decision))


def equation(decision: Decision, printed=latex) -> str:
    """The two sides, and between them what was found, folded if they are long; a sum over one value is not written.

    SymPy may have made one expression of both, and ``X = X`` would say nothing: then it is said that both are ``X``.
    """
    left, right = (printed(side if isinstance(side, MatrixExpr) else without_single(side)) for side in sides(decision))
    if left == right:
        return f"both sides are {_folded('one expression', left)}"
    return _folded("the equation", f"{left} {RELATIONS.get(decision.outcome, '=')} {right}")


def _folded(what, text):
    """The mathematics, which lies behind a name if it is long."""
    typeset = wrapping_formula(text)
    return typeset if len(text) <= LONG else f"<details><summary>{what}</summary>{typeset}</details>"


def sides(decision: Decision) -> tuple[Basic, Basic]:
    """The two sides as they were given: a derivative of the cost in a text is not replaced by its theorem's formula."""
    return decision.written or (decision.left, decision.right)


def equation_unless_said(decision: Decision, printed=latex) -> str:
    """The two sides and a line break, or nothing where the reason is that these two cannot be compared."""
    if {*sides(decision)} <= {part for part in decision.evidence.parts if isinstance(part, Basic)}:
        return ""
    return f"{equation(decision, printed)}{given(decision)}<br>"


def for_all(decision: Decision) -> str:
    """For what a proof holds: for all sizes, if there are any, for what is given, and where both sides are defined."""
    has_sizes = any(side.has(MatrixExpr, MatrixElement, Sum) for side in sides(decision))
    _, *conditions = decision.evidence.parts
    conditions = [part if isinstance(part, str) else _on_paper(part, sides(decision)) for part in conditions]
    return ("for all sizes and values" if has_sizes else "for all values") + given(decision) + _typeset(conditions)


def _on_paper(part, both):
    """A condition with the indices of the sums counted from 1, as they are in the equation beside it."""
    totals = {total for side in both for total in side.atoms(Sum)}
    for index in {k for total in totals for k in total.variables if not counts_layers(k, total.function)}:
        part = counted(part, index, -1)
    return part


def given(decision: Decision) -> str:
    """The hypotheses, or nothing."""
    words = [f"{formula(latex(hypothesis.matrix))} {hypothesis.words}" for hypothesis in decision.given]
    return f", given that {' and '.join(words)}" if words else ""


def evidence(decision: Decision) -> str:
    """The witness, or the reason, with its mathematics typeset."""
    found = decision.evidence
    if isinstance(found, Witness):
        return found.text(", ".join(formula(f"{latex(size)} = {value}") for size, value in found.sizes.items()))
    return _typeset(found.parts).replace(" x ", " × ")


def _typeset(parts):
    return "".join(escape(part) if isinstance(part, str) else formula(latex(part)) for part in parts)
