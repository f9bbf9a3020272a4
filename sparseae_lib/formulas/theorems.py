r"""What a derivative of the book's cost is, where it is typed: :math:`\partial J / \partial W^{(l)}` is its theorem.

To the engine :math:`J` is a name, and its gradient may be any matrix. In a line that someone holds against the book it
is the book's cost.
"""

from sympy import Expr

from sparseae_lib.calculus import Gradient, LayerMatrix
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.sparsity import PENALTY_BIASES, PENALTY_WEIGHTS
from sparseae_lib.statements.symbols import l, m

THEOREMS = {
    statement.left: statement.formula for statement in (WEIGHT_GRADIENT, BIAS_GRADIENT, PENALTY_WEIGHTS, PENALTY_BIASES)
}
THEOREMS[DELTA.formula / m] = DELTA.left / m
"""{derivative in layer l: what it is}"""


def by_theorems(expression: Expr) -> Expr:
    """The expression with the formula of the theorem for each derivative of the cost or of a penalty, in any layer."""
    found = {}
    for gradient in expression.atoms(Gradient):
        variable = gradient.args[1]
        if isinstance(variable, LayerMatrix):
            for left, formula in THEOREMS.items():
                if left.subs(l, variable.layer) == gradient:
                    found[gradient] = formula.subs(l, variable.layer)
    return expression.xreplace(found)
