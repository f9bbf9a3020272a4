"""What a decision says to a reader: how it is proved, where two sides differ in small numbers, what does not fit."""

from fractions import Fraction
from html import escape

from sympy import MatrixExpr

from sparseae_lib.calculus import Decision, Gradient, Outcome
from sparseae_lib.derivations.derivation import NoDerivation
from sparseae_lib.derivations.entries import derive
from sparseae_lib.derivations.latex import latex, terms
from sparseae_lib.derivations.letters import Letters
from sparseae_lib.derivations.rectangles import side_by_side
from sparseae_lib.derivations.small import counted, small_witness, worked
from sparseae_lib.formulas.decisions import equation, equation_unless_said, for_all, given, shown
from sparseae_lib.notebook_html import Html, formula, table
from sparseae_lib.statements import Statement

LONG_ENTRY = 800
"""So many characters of LaTeX in an entry are a formula that nobody follows number by number."""


def explain(*decisions: Decision) -> Html:
    """The decision with its evidence worked out, as HTML for a notebook.

    *Proved* shows the equation, names the rules that were needed, and folds the steps. *Refuted* shows the smallest
    matrices, and a table of the function values, at which the two sides differ, and an entry of both. *Ill-formed*
    shows the two shapes side by side. Several that are proved are one box, with an equation for each.
    Raises ``TypeError`` if one is no decision, or if there is none.
    """
    for decision in decisions or (None,):
        if not isinstance(decision, Decision):
            raise TypeError(f"decision must be a Decision, as decide gives one, not {type(decision).__name__}")
    if len(decisions) > 1 and all(decision.outcome is Outcome.PROVED for decision in decisions):
        lines = [equation(decision, latex) for decision in decisions]
        ranges = [for_all(decision) for decision in decisions]
        if len(set(ranges)) == 1:
            said = f"{ranges[0]}:"
        else:
            said, lines = "", [f"{line}, {where}" for line, where in zip(lines, ranges, strict=True)]
        return Html(decisions[0].html(f"{said}<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"))
    return Html("".join(map(_explained, decisions)))


def _explained(decision):
    evidence = {
        Outcome.PROVED: _proved,
        Outcome.REFUTED: _refuted,
        Outcome.ILL_FORMED: _ill_formed,
    }.get(decision.outcome, lambda decision: None)(decision)
    return decision.html(evidence) if evidence else shown(decision)


def _proved(decision):
    """The equation, with the steps below it; where both sides are the same in entries, there are none."""
    said = f"{for_all(decision)}: {equation(decision, latex)}"
    derivation = None if decision.given else _derivation(decision.left, decision.right)
    if derivation is None or not derivation.rules:
        return said
    rules = ", ".join(derivation.rules)
    return f"{said}<details><summary>by {escape(rules)}</summary>{derivation._repr_html_()}</details>"


def _derivation(left, right):
    if right.has(Gradient) and not left.has(Gradient):
        left, right = right, left
    if not isinstance(left, MatrixExpr):
        return None
    try:
        return derive(Statement("", "", left, right, left))
    except NoDerivation:
        return None


def _ill_formed(decision):
    """The two matrices of the reason, side by side."""
    words, *_ = (part for part in decision.evidence.parts if isinstance(part, str))
    matrices = [part for part in decision.evidence.parts if isinstance(part, MatrixExpr)]
    operation = words.removesuffix(" of ").strip()
    if operation == "power":
        matrices *= 2
    if len(matrices) != 2:
        return None
    words = "the shapes differ" if operation == "compared are" else operation
    return f"{equation_unless_said(decision, latex)}{escape(words)}{side_by_side(operation, *matrices)}"


def _refuted(decision):
    witness = small_witness(decision.left, decision.right, *decision.given)
    if witness is None:
        return None
    world, is_matrix = witness.world, isinstance(decision.left, MatrixExpr)
    letters = Letters(decision.left.shape if is_matrix else (), decision.left, decision.right)
    if is_matrix:
        letters.given |= dict(zip(witness.free, letters.free, strict=True))
    values = [f"{latex(size)} = {number}" for size, number in world.sizes.items()]
    values += [f"{latex(symbol)} = {latex(counted(value))}" for symbol, value in world.numbers.items()]
    values += [_matrix(matrix, world) for matrix in dict.fromkeys(matrix for matrix, _, _ in world.entries)]
    place = [
        f"{latex(letters.given.get(index, index))} = {number + 1}"
        for index, number in witness.free.items()
        if not letters.given.get(index, index).is_Integer
    ]
    rows = [
        [side, _chain(letters.name(expression), worked(expression, witness), value)]
        for side, expression, value in zip(("left", "right"), witness.sides, witness.values, strict=True)
    ]
    example = f"<div>in this small example: {', '.join(map(formula, values))}{_values(world)}</div>" if values else ""
    entry = f"<div>the entry with {', '.join(map(formula, place))}:</div>" if place else ""
    return f"{equation(decision, latex)}{given(decision)}{example}{entry}{table((), rows, 'witness')}"


def _values(world):
    """The values of functions that were used, as a table: all that is assumed of them."""
    if not world.functions:
        return ""
    functions, arguments = (sorted({key[k] for key in world.functions}, key=str) for k in (0, 1))
    rows = [
        [
            formula(rf"{latex(function)}\!\left(x\right)"),
            *(_value(world.functions.get((function, x))) for x in arguments),
        ]
        for function in functions
    ]
    rows.insert(0, [formula("x"), *(formula(latex(counted(x))) for x in arguments)])
    return table((), rows, "witness values")


def _value(number):
    return "" if number is None else formula(latex(counted(number)))


def _chain(expression, worked_out, value):
    """The entry in letters, in numbers, and its value; what is the same is said once, and what is long not at all."""
    relation = "=" if isinstance(value, Fraction | int) else r"\approx"  # five digits of a logarithm, say
    entry, result = latex(expression), latex(counted(value))
    _, *rest = dict.fromkeys([entry, worked_out, result])
    first = [] if len(entry) > LONG_ENTRY else [entry] if entry == result else terms(expression)
    return " ".join(map(formula, [*first, *(f"{relation} {text}" for text in rest if len(text) <= LONG_ENTRY)]))


def _matrix(matrix, world):
    rows, columns = (int(world.value(size, {})) for size in matrix.shape)
    numbers = [[latex(counted(world.entry(matrix, i, j))) for j in range(columns)] for i in range(rows)]
    body = r" \\ ".join(" & ".join(row) for row in numbers)
    return rf"{latex(matrix)} = \begin{{pmatrix}} {body} \end{{pmatrix}}"
