"""The statements against automatic differentiation by ``autograd``, which nobody here wrote; the extra ``autodiff``.

``autograd`` traces the NumPy code that a cost is lowered to, operation by operation. It knows nothing of layers, and of
the proof engine it needs only the lowering.
"""

from typing import Any

import numpy as np
from sympy import Basic, MatrixExpr, MatrixSymbol, Symbol, Tuple
from sympy.core.function import AppliedUndef

try:
    import autograd
    import autograd.numpy as anp
except ImportError as error:
    raise ImportError(f"{__name__} needs autograd: pip install 'sparseae_lib[autodiff]'") from error

from sparseae_lib.calculus import Elementwise, Gradient, LayerMatrix
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.checks.against_library import relative_difference
from sparseae_lib.statements import Statement
from sparseae_lib.typing import Floats


def gradient(cost: Basic, variable: MatrixSymbol, values: dict[Basic, Any]) -> Floats:
    """The gradient of a scalar expression with respect to a matrix symbol at ``values``, as an array."""
    traced = lower(cost)

    def of_variable(array):
        return traced(values | {variable: array}, numpy=anp)

    return autograd.grad(of_variable)(values[variable])


def autograd_difference(statement: Statement, rng: np.random.Generator) -> float:
    """The relative difference between a statement's formula and what autograd makes of its derivation.

    Both are computed at random sizes and values. A statement about a function of one number is held against autograd's
    derivative of that function. Raises ValueError for a definition, because it follows from nothing.
    """
    if statement.derivation is None:
        raise ValueError(f"statement must have a derivation, but {statement.label} is a definition")
    source = statement.derivation if isinstance(statement.left, MatrixExpr) else statement.left
    values = random_values(Tuple(source, statement.expanded), rng)
    names = {part: LayerMatrix(f"G{k}", 0, *part.shape) for k, part in enumerate(source.atoms(Gradient))}
    found = {name: gradient(*part.args[:2], values) for part, name in names.items()}
    return relative_difference(
        lower(statement.expanded)(values, numpy=anp), lower(source.xreplace(names))(values | found, numpy=anp)
    )


def random_values(expression: Basic, rng: np.random.Generator) -> dict[Basic, Any]:
    """{symbol: array, number or function} for all that an expression holds, at sizes that differ.

    A size has its number. Other numbers lie between 0 and 1, and a whole one that is no size is 2. A function without
    a definition is a wave between 0 and 1. Every derivative of a function is autograd's.
    """
    matrices = sorted(expression.atoms(LayerMatrix, MatrixSymbol), key=str)
    sizes = {size for matrix in matrices for size in matrix.shape if not size.is_Integer}
    lengths = {size: number for number, size in enumerate(sorted(sizes, key=str), start=3)}
    values = dict(lengths)
    for matrix in matrices:
        values[matrix] = rng.uniform(0.1, 0.9, [int(size.xreplace(lengths)) for size in matrix.shape])
    for symbol in sorted(expression.atoms(Symbol, AppliedUndef) - sizes, key=str):
        values[symbol] = 2 if symbol.is_integer else rng.uniform(0.1, 0.9)
    for function in sorted(expression.atoms(Elementwise), key=str):
        values |= _derivatives(function, values)
    return values


def _derivatives(function, values):
    """A function and its first two derivatives, as functions of arrays."""
    if function.definition is None:
        found = [lambda x: 0.5 + 0.4 * anp.sin(1.3 * x + 0.4)]  # no derivative of it is even or odd
    else:
        x = Symbol("argument")
        lowered = lower(function.of_order(0).definition(x))
        found = [lambda array: lowered(values | {x: array}, numpy=anp)]
    for _ in range(2):
        found.append(autograd.elementwise_grad(found[-1]))
    return {function.of_order(order): found[order] for order in range(3)}
