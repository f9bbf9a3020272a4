r"""What a derivative of the book's cost is, where it is typed: :math:`\partial J / \partial W^{(l)}` is its theorem.

To the engine :math:`J` is a name, and its gradient may be any matrix. In a line that someone holds against the book it
is the book's cost.
"""

from sympy import Expr

from sparseae_lib.calculus import Gradient, LayerMatrix
from sparseae_lib.calculus.matrices import is_cost
from sparseae_lib.calculus.shapes import IllFormed
from sparseae_lib.statements.backpropagation import (
    BIAS_GRADIENT,
    DELTA,
    HIDDEN_DELTA,
    OUTPUT_DELTA,
    WEIGHT_GRADIENT,
)
from sparseae_lib.statements.sparsity import PENALTY_BIASES, PENALTY_WEIGHTS
from sparseae_lib.statements.symbols import Delta, L, l, m

THEOREMS = {
    statement.left: (statement.formula, statement.layers)
    for statement in (WEIGHT_GRADIENT, BIAS_GRADIENT, PENALTY_WEIGHTS, PENALTY_BIASES)
}
THEOREMS[DELTA.formula / m] = DELTA.left / m, DELTA.layers
"""{derivative in layer l: what it is, and the first and the last layer for which it is that}"""


def by_theorems(expression: Expr) -> Expr:
    """The expression with the formula of the theorem for each derivative of the cost or of a penalty, in any layer.

    Raises ``IllFormed`` if there is no such layer.
    """
    expression = expression.xreplace({gradient: gradient.by_terms() for gradient in expression.atoms(Gradient)})
    found = {}
    for gradient in expression.atoms(Gradient):
        variable = gradient.args[1]
        if isinstance(variable, LayerMatrix):
            for left, (formula, (first, last)) in THEOREMS.items():
                if left.subs(l, variable.layer) == gradient:
                    if (variable.layer - first).is_negative or (variable.layer - last).is_positive:
                        raise IllFormed("there is no ", gradient, ": its layers are those from ", first, " to ", last)
                    found[gradient] = formula.subs(l, variable.layer)
    return expression.xreplace(found)


def as_the_book_means(*sides: Expr) -> list[Expr]:
    r"""Both sides ``by_theorems``, with each delta that these brought and nobody wrote in terms of what was written.

    So :math:`\partial J / \partial Z^{(L)}` may be held against :math:`\Delta^{(L)} / m` and against its formula.
    """
    written = {part for side in sides for part in side.atoms(LayerMatrix)}
    sides = [by_theorems(side) for side in sides]
    found = {}
    for delta in {part for side in sides for part in side.atoms(LayerMatrix)} - written:
        if delta == Delta(L):
            found[delta] = OUTPUT_DELTA.formula
        elif delta == Delta(delta.layer) and Delta(delta.layer + 1) in written:
            found[delta] = HIDDEN_DELTA.formula.subs(l, delta.layer)
    return [side.xreplace(found) for side in sides]


def unexplained(*sides: Expr) -> list[Gradient]:
    """The derivatives of a cost with a name that no theorem here explains: they may be anything, so nothing refutes."""
    gradients = {part for side in sides for part in side.atoms(Gradient)}
    return sorted((part for part in gradients if is_cost(part.args[0])), key=str)
