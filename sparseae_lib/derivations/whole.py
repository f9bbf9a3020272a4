r"""The other road: the gradient of a cost is *constructed*, with whole matrices and without knowing the claim.

The differential of the cost is linear in that of V. What stands around :math:`\mathrm d V` moves to the other side of
the inner product, factor by factor, until :math:`\mathrm d J = \langle G, \mathrm d V \rangle`. No other matrix than G
has this inner product with every change of V, so that G is the gradient.
"""

from sympy import Add, Expr, Integer, MatMul, MatPow, MatrixExpr, MatrixSymbol, Transpose

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, SquaredNorm
from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.calculus.shapes import check
from sparseae_lib.derivations.derivation import Derivation, Step
from sparseae_lib.derivations.differential import Differential, DifferentialOfNumber, inner, parts
from sparseae_lib.derivations.gathered import gathered
from sparseae_lib.derivations.words import listed, matrices_in


def gradient(cost: Expr, variable: MatrixSymbol) -> Derivation:
    """The gradient of a cost with respect to a matrix in it, as a formula and with its steps, each of them decided.

    The formula is the ``formula`` of what is returned. Raises IllFormed if shapes in the cost do not match, Unsupported
    if an operation has no differential here, ValueError if the cost is constant, and TypeError if the cost is not a
    number or the variable is not a matrix symbol.
    """
    if not isinstance(cost, Expr) or isinstance(cost, MatrixExpr):
        raise TypeError(f"cost must be a number as an expression, not {cost}")
    if not isinstance(variable, MatrixSymbol):
        raise TypeError(f"variable must be a matrix symbol, not {variable}")
    check(cost)
    if not cost.has(variable):
        raise ValueError(f"cost must contain the variable {variable}, but it is {cost}")
    change = Differential(variable, variable)
    whole_cost = gathered(cost)
    state = _collected([(part.child, part.back(Integer(1))) for part in parts(whole_cost, variable)])
    sums = () if whole_cost == cost else ("the sum over entries is ", whole_cost, "; ")
    steps = [Step(_line(state, variable), (*sums, *_why_cost(whole_cost, variable)))]
    while set(state) != {variable}:
        top = [matrix for matrix in state if matrix != variable and not _is_inside(matrix, state)]
        below = {matrix: parts(matrix, variable) for matrix in top}
        ruled = [inner(g, d) for matrix, g in state.items() for d in _ruled(matrix, below, variable)]
        _add(steps, Add(*ruled), _why_rule(top))
        moved = []
        for matrix, g in state.items():
            moved += [(part.child, part.back(g)) for part in below[matrix]] if matrix in below else [(matrix, g)]
        state = _collected(moved)
        _add(steps, _line(state, variable), _why_move(top))
    formula = state[variable]
    whole = Gradient(cost, variable)
    return Derivation(
        (whole, formula),
        DifferentialOfNumber(cost, variable),
        inner(whole, change),
        tuple(steps),
        inner(formula, change),
        conclusion=("for every ", change, ": what stands on the left of it is the gradient"),
    )


def _collected(pairs):
    """{matrix: G} for a sum of inner products with differentials; those of one matrix are one."""
    state = {}
    for matrix, g in pairs:
        state[matrix] = state[matrix] + g if matrix in state else g
    return state


def _is_inside(matrix, state):
    return any(other != matrix and other.has(matrix) for other in state)


def _line(state, variable):
    return Add(*[inner(g, Differential(matrix, variable)) for matrix, g in state.items()])


def _ruled(matrix, below, variable):
    """The differential of a matrix by the rule for its operation, or as it stands."""
    if matrix not in below:
        return [Differential(matrix, variable)]
    return [part.put(Differential(part.child, variable)) for part in below[matrix]]


def _add(steps, expression, reason):
    if steps[-1].expression != expression:
        steps.append(Step(expression, reason))


def _why_cost(cost, variable):
    """What becomes of the cost's own operations, and which other matrices in it do not change."""
    rules = []
    if cost.has(SquaredNorm):
        rules.append("a squared norm changes by twice the inner product with the differential")
    if any(isinstance(part.args[0], Hadamard) for part in cost.atoms(EntrySum)):
        rules.append("an inner product changes by that of each side with the differential of the other")
    held = [matrix for matrix in matrices_in([cost]) if matrix != variable]
    reason = ["; ".join(rules) or "the differential of each matrix in the cost that changes"]
    if held:
        reason += ["; ", *listed(held), " is held fixed" if len(held) == 1 else " are held fixed"]
    return tuple(reason)


_RULES = {
    MatMul: "the product rule",
    MatPow: "the product rule",
    Hadamard: "the product rule, entry by entry",
    AppliedToMatrix: "the chain rule, entry by entry",
    Transpose: "a transpose changes by the transpose of the change",
}

_MOVES = {
    MatMul: "a factor moves to the other side of the inner product transposed",
    MatPow: "a factor moves to the other side of the inner product transposed",
    Hadamard: "an elementwise factor moves as it is",
    AppliedToMatrix: "an elementwise factor moves as it is",
    Transpose: "both sides transposed",
}


def _why_rule(top):
    return ("; ".join(dict.fromkeys(_RULES[type(matrix)] for matrix in top)),)


def _why_move(top):
    return ("; ".join(dict.fromkeys(_MOVES[type(matrix)] for matrix in top)),)
