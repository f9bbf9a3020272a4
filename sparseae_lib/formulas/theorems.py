r"""What a line about the book's network means: :math:`\partial J / \partial W^{(l)}` in it is its theorem.

To the engine :math:`J` is a name, and its gradient may be any matrix. In a line that someone holds against the book it
is the book's cost, and :math:`Z^{(l+1)}` alone on one side is what its definition says.
"""

from sympy import Expr, Sum
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Gradient, LayerMatrix
from sparseae_lib.calculus.matrices import by_terms, is_cost
from sparseae_lib.calculus.shapes import IllFormed
from sparseae_lib.statements.backpropagation import (
    BIAS_GRADIENT,
    DELTA,
    HIDDEN_DELTA,
    OUTPUT_DELTA,
    WEIGHT_GRADIENT,
)
from sparseae_lib.statements.definitions import COST, FORWARD
from sparseae_lib.statements.sparsity import MEAN_ACTIVATION, PENALTY_BIASES, PENALTY_WEIGHTS, SPARSE_COST
from sparseae_lib.statements.symbols import A, Delta, L, Y, Z, f, l, m, rho_hat

THEOREMS = {
    statement.left: (statement.formula, statement.layers)
    for statement in (WEIGHT_GRADIENT, BIAS_GRADIENT, PENALTY_WEIGHTS, PENALTY_BIASES)
}
THEOREMS[DELTA.formula / m] = DELTA.left / m, DELTA.layers
"""{derivative in layer l: what it is, and the first and the last layer for which it is that}"""


DEFINITIONS = {
    Z(l): (FORWARD.formula.subs(l, l - 1), (2, L)),
    A(l): (f(Z(l)), (2, L)),
    rho_hat(l): (MEAN_ACTIVATION.formula, MEAN_ACTIVATION.layers),
    Delta(l): (HIDDEN_DELTA.formula, HIDDEN_DELTA.layers),
}
COSTS = {statement.left: statement.formula for statement in (COST, SPARSE_COST)}
"""{name: what it is}, for matrices in layer l together with the first and the last layer for which it is that"""


def by_theorems(expression: Expr) -> Expr:
    """The expression with the formula of the theorem for each derivative of the cost or of a penalty, in any layer.

    Raises ``IllFormed`` if there is no such layer.
    """
    expression = expression.xreplace({gradient: by_terms(gradient) for gradient in expression.atoms(Gradient)})
    limits = [limit for total in expression.atoms(Sum) for limit in total.limits]
    found = {}
    for gradient in expression.atoms(Gradient):
        variable = gradient.args[1]
        if isinstance(variable, LayerMatrix):
            for left, (formula, (first, last)) in THEOREMS.items():
                if left.subs(l, variable.layer) == gradient:
                    layers = _first_and_last(variable.layer, limits)
                    if any((layer - first).is_negative or (layer - last).is_positive for layer in layers):
                        raise IllFormed("there is no ", gradient, ": its layers are those from ", first, " to ", last)
                    found[gradient] = formula.subs(l, variable.layer)
    return expression.xreplace(found)


def _first_and_last(layer, limits):
    """The layer, or where a sum goes through layers, the first and the last one."""
    return [layer.subs(k, end) for k, *ends in limits if layer.has(k) for end in ends] or [layer]


def as_the_book_means(left: Expr, right: Expr) -> tuple[list[Expr], tuple[object, ...]]:
    r"""Both sides as they are meant in a line about the book's network, and why a witness would refute nothing.

    The reason is in parts of a message; there are none if a witness is one.

    A side that is a name alone, or an entry of it, is its definition, unless the other side has the name too. Where
    there is a derivative of the cost, it is its theorem, and each delta is there in terms of those in higher layers: so
    :math:`\partial J / \partial Z^{(L)}` may be held against :math:`\Delta^{(L)} / m` and against its formula.
    """
    sides = [by_theorems(side) for side in (left, right)]
    if sides == [left, right]:
        left = _defined(left, right)
        sides = [left, _defined(right, left)]
        return sides, _doubt(sides)
    has_targets = any(side.has(Y) for side in sides)
    written = {delta for side in (left, right) for delta in _deltas(side) if not (has_targets and delta.layer == L)}
    while found := {delta: above for delta in _deltas(*sides) - written if (above := _from_above(delta, sides))}:
        sides = [side.xreplace(found) for side in sides]
    outputs = {f(Z(layer)): A(layer) for side in sides for layer in _layers_of(A, side)}
    sides = [side.xreplace(outputs) for side in sides]
    return sides, _doubt(sides, _deltas(*sides) - written)


def layers_meant(*sides: Expr) -> list[tuple[Expr, Expr]]:
    """l - 1, which is less than L: as numbers, l and L may be any, and in the book's network l is a layer."""
    return [(l - 1, L)] if all(any(side.has(layer) for side in sides) for layer in (l, L)) else []


def _defined(side, other):
    name = side.parent if isinstance(side, MatrixElement) else side
    if other.has(name):
        return side
    formula = COSTS.get(name)
    if isinstance(name, LayerMatrix):
        for left, (definition, (first, last)) in DEFINITIONS.items():
            layer = name.layer
            if left.subs(l, layer) == name and not ((layer - first).is_negative or (layer - last).is_positive):
                formula = definition.subs(l, layer)
        formula = OUTPUT_DELTA.formula if name == Delta(L) else formula
    return side if formula is None else side.xreplace({name: formula})


def _layers_of(matrix, *sides):
    parts = {part for side in sides for part in side.atoms(LayerMatrix)}
    return {part.layer for part in parts if part == matrix(part.layer)}


def _deltas(*sides):
    return set(map(Delta, _layers_of(Delta, *sides)))


def _from_above(delta, sides):
    """The formula of a delta by that of the next layer, if there is one in a higher layer that it leads to."""
    others = [other.layer - delta.layer for other in _deltas(*sides) - {delta}]
    if not all(distance.is_Integer for distance in others):
        return None  # a sum over layers, or layers that may be one
    if delta == Delta(L):
        return OUTPUT_DELTA.formula
    to_the_output = L - delta.layer
    if to_the_output.is_Integer or any(distance > 0 for distance in others):
        return HIDDEN_DELTA.formula.subs(l, delta.layer)
    return None


def _doubt(sides, brought=()):
    """Why a witness, in which names are random matrices, may be none for a network, which has more ties than these."""
    gradients = {part for side in sides for part in side.atoms(Gradient) if is_cost(part.args[0])}
    for gradient in sorted(gradients, key=str):
        return "no theorem is used here that says what ", gradient, " is"
    for delta in sorted(brought, key=str):
        for other in sorted(_deltas(*sides) - {delta}, key=str):
            return "no theorem is used here that says what ", delta, " is beside ", other
    return ()
