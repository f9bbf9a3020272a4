"""What the page on which a reader types a formula answers; it runs in the browser, and needs SymPy and lark alone.

A request is a dictionary with the name of a function below and its arguments, all text. An answer is a dictionary:
``html``, and ``outcome`` where something was decided; or ``error``, with ``field`` where a text could not be read.
"""

from contextlib import suppress
from html import escape

from sparseae_lib.calculus import Outcome, decide
from sparseae_lib.calculus.shapes import IllFormed, Unsupported
from sparseae_lib.derivations import NoDerivation, derive, explain, gradient
from sparseae_lib.formulas import BOOK, SOURCE_IN_COLUMNS, SOURCE_IN_ROWS, Unreadable, latex, read
from sparseae_lib.formulas.theorems import as_the_book_means, by_theorems
from sparseae_lib.statements import STATEMENTS

NOTATIONS = {"book": BOOK, "source": SOURCE_IN_ROWS, "columns": SOURCE_IN_COLUMNS}


def answer(request: dict[str, str]) -> dict[str, str]:
    """The answer to a request. An error in what was typed is an answer; any other is raised."""
    functions = {"equation": equation, "theorem": theorem, "line": line, "gradient_of": gradient_of}
    arguments = dict(request)
    try:
        return functions[arguments.pop("ask")](**arguments)
    except InField as error:
        return {"error": str(error), "field": error.field}
    except (IllFormed, Unsupported, NoDerivation, TypeError, ValueError) as error:
        return {"error": str(error)}


class InField(Exception):
    """A text that could not be read, and the name of the field in which it was typed."""

    def __init__(self, field, error):
        super().__init__(str(error))
        self.field = field


def equation(left: str, right: str, notation: str) -> dict[str, str]:
    """Whether two formulas are equal for all sizes and values."""
    sides, doubt = as_the_book_means(_read("left", left, notation), _read("right", right, notation))
    decision = decide(*sides)
    if decision.outcome is Outcome.REFUTED and doubt:
        raise Unsupported("".join(map(str, doubt)))
    return _decided(decision)


def theorem(label: str, right: str, notation: str) -> dict[str, str]:
    """Whether a formula is what a theorem of the book says, with the steps to the theorem if it is."""
    statement = STATEMENTS[label]
    found = _decided(decide(by_theorems(_read("right", right, notation)), statement.formula))
    if found["outcome"] == Outcome.PROVED.value and statement.derivation is not None:
        with suppress(NoDerivation):
            steps = _html(derive(statement))
            found["html"] += f"<details><summary>how the theorem is derived</summary>{steps}</details>"
    return found


def line(name: str, right: str, notation: str) -> dict[str, str]:
    """Whether a line says what is true in place of a line of the source; ``notation`` is the source's always."""
    from sparseae_lib.statements.source.repairs import REPAIRS  # slow to import

    try:
        decisions = [found for truth in REPAIRS[name] for found in truth.decide(right)]
    except Unreadable as error:
        raise InField("right", error) from error
    failed = [found for found in decisions if found.outcome is not Outcome.PROVED]
    return _decided((failed or decisions)[0], shown=right)


def gradient_of(cost: str, variable: str, notation: str) -> dict[str, str]:
    """The gradient of a cost with respect to a matrix in it, constructed step by step."""
    return {"html": _html(gradient(by_theorems(_read("cost", cost, notation)), _read("variable", variable, notation)))}


def _read(field, text, notation):
    try:
        return read(text, NOTATIONS[notation])
    except Unreadable as error:
        raise InField(field, error) from error


def _decided(decision, shown=None):
    """The outcome, below what was read: both sides, or a line as it was typed, if it stands for many definitions."""
    shown = shown or rf"{latex(decision.left)} \;\overset{{?}}{{=}}\; {latex(decision.right)}"
    read_as = f'<div class="read mathjax_process">\\[{escape(shown)}\\]</div>'
    return {"outcome": decision.outcome.value, "html": read_as + _html(explain(decision))}


def _html(shown):
    return shown._repr_html_()
