r"""The length of :math:`\mathbf 1`, which is printed without it, from what stands around.

In ``Z + 1 b`` the column has as many ones as ``Z`` has rows. With a new symbol for each length that is not said, the
rules of ``calculus.shapes`` become equations between sizes. Printer and reader solve the same ones: what they settle
need not be printed.
"""

from itertools import pairwise

from sympy import (
    Basic,
    Dummy,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
    expand,
    sympify,
)

from sparseae_lib.calculus import Gradient, Hadamard
from sparseae_lib.calculus.functions import AppliedToMatrix


def unit(size):
    r"""The column :math:`\mathbf e_1 = (1, 0, \dots, 0)`: the derivative of the first of ``size`` variables."""
    e = MatrixSymbol("e", size, 1)
    return Gradient(e[0, 0], e)


def is_unit(node):
    return isinstance(node, Gradient) and node == unit(node.shape[0])


def is_column(node):
    return isinstance(node, OneMatrix) and node.shape[1] == 1


def is_row(node):
    return isinstance(node, OneMatrix) and node.shape[0] == 1


def new_size():
    return Dummy("size", integer=True, positive=True)


def settled(expression):
    """Whether the lengths of all ones in an expression follow from what stands around them."""
    true = {}

    def forget(node):
        if isinstance(node, OneMatrix) or is_unit(node):
            unknown = [side if side == 1 else new_size() for side in node.shape]
            true.update(pair for pair in zip(unknown, node.shape, strict=True) if isinstance(pair[0], Dummy))
            return unit(unknown[0]) if is_unit(node) else OneMatrix(*unknown)
        if not isinstance(node, Basic) or not node.has(OneMatrix, Gradient):
            return node
        return node.func(*map(forget, node.args))

    forgotten = forget(expression)
    found = solve(forgotten) if true else {}
    return all(found.get(size) == value for size, value in true.items())


def solve(expression):
    """{unknown size: what it must be}; what stays unknown is missing, and so is everything where sizes do not meet."""
    known = {}

    def value(size):
        return expand(size.xreplace(known))

    for equation in _equations(expression):
        left, right = map(value, equation)
        if left == right:
            continue
        if not isinstance(left, Dummy):
            left, right = right, left
        if not isinstance(left, Dummy) or right.has(left):
            return {}
        known = {size: expand(found.xreplace({left: right})) for size, found in known.items()} | {left: right}
    return {size: found for size, found in known.items() if not found.has(Dummy)}


def _equations(node):
    """Pairs of sizes that must be equal, everywhere in an expression."""
    if not isinstance(node, Basic) or isinstance(node, MatrixSymbol) or is_unit(node):
        return
    for part in node.args:
        yield from _equations(part)
    match node:
        case MatMul():
            matrices = [factor for factor in node.args if isinstance(factor, MatrixExpr)]
            yield from ((sides(left)[1], sides(right)[0]) for left, right in pairwise(matrices))
        case MatAdd() | Hadamard():
            first, *others = map(sides, node.args)
            for other in others:
                yield from zip(first, other, strict=True)
        case MatPow():
            yield sides(node.base)
        case Trace():
            yield sides(node.arg)


def sides(matrix):
    """Rows and columns, read off without a check."""
    match matrix:
        case Transpose():
            return sides(matrix.arg)[::-1]
        case MatAdd() | Hadamard():
            return sides(matrix.args[0])
        case AppliedToMatrix():
            return sides(matrix.args[1])
        case MatMul():
            matrices = [factor for factor in matrix.args if isinstance(factor, MatrixExpr)]
            return sides(matrices[0])[0], sides(matrices[-1])[1]
    return tuple(map(sympify, matrix.shape))  # a matrix of numbers has Python's
