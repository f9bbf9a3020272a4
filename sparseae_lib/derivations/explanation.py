"""What a decision says to a reader: how it is proved, where two sides differ in small numbers, what does not fit."""

from html import escape

from sympy import MatrixExpr, Symbol

from sparseae_lib.calculus import Decision, Gradient, Outcome
from sparseae_lib.calculus.shapes import shape
from sparseae_lib.derivations.derivation import NoDerivation
from sparseae_lib.derivations.entries import derive
from sparseae_lib.derivations.latex import latex
from sparseae_lib.derivations.letters import Letters
from sparseae_lib.derivations.small import counted, small_witness, worked
from sparseae_lib.notebook_html import Html, formula, table
from sparseae_lib.statements import Statement


def explain(decision: Decision) -> Html:
    """The decision with its evidence worked out, as HTML for a notebook.

    *Proved* names the rules that were needed, and folds the steps. *Refuted* shows the smallest matrices, and the
    function values, at which the two sides differ, and an entry of both. *Ill-formed* shows the shapes side by side.
    ``TypeError`` where it is no decision.
    """
    if not isinstance(decision, Decision):
        raise TypeError(f"decision must be a Decision, as decide gives one, not {type(decision).__name__}")
    evidence = {
        Outcome.PROVED: _proved,
        Outcome.REFUTED: _refuted,
        Outcome.ILL_FORMED: _ill_formed,
    }.get(decision.outcome, lambda decision: None)(decision)
    return Html(decision.html(evidence) if evidence else decision._repr_html_())


def _proved(decision):
    left, right = decision.left, decision.right
    if right.has(Gradient) and not left.has(Gradient):
        left, right = right, left
    if not isinstance(left, MatrixExpr):
        return None
    try:
        derivation = derive(Statement("", "", left, right, left))
    except NoDerivation:
        return None
    rules = ", ".join(derivation.rules) or "both sides are written alike"
    steps = f"<details><summary>the steps</summary>{derivation._repr_html_()}</details>"
    return f"for all sizes and values, by {escape(rules)}{steps}"


def _ill_formed(decision):
    """The matrices of the reason with their shapes, in a table."""
    words, *_ = (part for part in decision.evidence.parts if isinstance(part, str))
    matrices = [part for part in decision.evidence.parts if isinstance(part, MatrixExpr)]
    if not matrices:
        return None
    rows = [[formula(latex(matrix)), formula(r" \times ".join(map(latex, shape(matrix))))] for matrix in matrices]
    return f"{escape(words.strip())}{table(('matrix', 'shape'), rows, 'witness')}"


def _refuted(decision):
    witness = small_witness(decision.left, decision.right)
    if witness is None:
        return None
    world, is_matrix = witness.world, isinstance(decision.left, MatrixExpr)
    taken = decision.left.atoms(Symbol) | decision.right.atoms(Symbol)
    letters = Letters(decision.left.shape if is_matrix else (), taken)
    if is_matrix:
        letters.given |= dict(zip(witness.free, letters.free, strict=True))
    given = [f"{latex(size)} = {number}" for size, number in world.sizes.items()]
    given += [f"{latex(symbol)} = {latex(counted(value))}" for symbol, value in world.numbers.items()]
    given += [_matrix(matrix, world) for matrix in dict.fromkeys(matrix for matrix, _, _ in world.entries)]
    given += [
        rf"{latex(function)}\!\left({latex(counted(x))}\right) = {latex(counted(value))}"
        for (function, x), value in sorted(world.functions.items(), key=str)
    ]
    place = ", ".join(str(index + 1) for index in witness.indices)
    rows = [
        [side, formula(" = ".join(_chain(letters.name(expression), worked(expression, witness), value)))]
        for side, expression, value in zip(("left", "right"), witness.sides, witness.values, strict=True)
    ]
    entry = f"; entry ({place}) of the two sides" if place else ""
    return f"in this small example: {', '.join(map(formula, given))}{entry}{table((), rows, 'witness')}"


def _chain(expression, worked_out, value):
    """The entry in letters, in numbers, and its value; what is the same is said once."""
    return dict.fromkeys([latex(expression), worked_out, latex(counted(value))])


def _matrix(matrix, world):
    rows, columns = (int(world.value(size, {})) for size in matrix.shape)
    numbers = [[latex(counted(world.entry(matrix, i, j))) for j in range(columns)] for i in range(rows)]
    body = r" \\ ".join(" & ".join(row) for row in numbers)
    return rf"{latex(matrix)} = \begin{{pmatrix}} {body} \end{{pmatrix}}"
