"""The last steps, from the claim downwards: its entry, with matrix products kept whole, and then written out."""

from itertools import pairwise

from sympy import Integer, MatAdd, MatMul, Mul, OneMatrix, Transpose
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Gradient, Hadamard, entry
from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.calculus.indices import indexed


def opened(matrix, i, j):
    """Entry (i, j) with sums, numbers and elementwise factors in entries; a matrix product stays an entry of it."""
    match matrix:
        case MatAdd():
            return sum(opened(term, i, j) for term in matrix.args)
        case MatMul():
            scalar, factors = matrix.as_coeff_matrices()
            return indexed(scalar) * _product(factors, i, j)
        case Hadamard():
            return Mul(*[opened(factor, i, j) for factor in matrix.args])
        case AppliedToMatrix():
            function, argument = matrix.args
            return function(opened(argument, i, j))
        case Transpose():
            return opened(matrix.arg, j, i)
        case Gradient():
            return MatrixElement(matrix, i, j)
    return entry(matrix, i, j)


def _product(factors, i, j):
    """A column times a row has no sum in it: its entry is a product of two."""
    for k, (left, right) in enumerate(pairwise(factors), start=1):
        if left.shape[1] == 1:
            zero = Integer(0)
            return _product(factors[:k], i, zero) * _product([right, *factors[k + 1 :]], zero, j)
    return opened(factors[0], i, j) if len(factors) == 1 else MatrixElement(MatMul(*factors), i, j)


def why_products(expression):
    """What the matrix products in an opened entry say, as parts of a reason."""
    reason = []
    for product in dict.fromkeys(_products(expression)):
        (i, j), factors = product.indices, product.parent.args
        reason += ["; " if reason else "", *_why(factors, product.parent, i, j)]
    return tuple(reason)


def _products(expression):
    if isinstance(expression, MatrixElement) and isinstance(expression.parent, MatMul):
        yield expression
    elif not isinstance(expression, MatrixElement):
        for part in expression.args:
            yield from _products(part)


def _why(factors, product, i, j):
    first, last = factors[0], factors[-1]
    if isinstance(first, OneMatrix) or isinstance(last, OneMatrix):
        sums = "columns" if isinstance(first, OneMatrix) else "rows"
        return (product, f" has the sums of the {sums}" + (" of the product" if len(factors) > 2 else ""))
    reason = ["the sum is entry (", _counted(i), ", ", _counted(j), ") of a matrix product"]
    for factor, index in ((first, "first"), (last, "second")):
        if isinstance(factor, Transpose):
            reason += [", in which ", factor.arg, f" is transposed because the sum runs over its {index} index"]
    return tuple(reason)


def _counted(index):
    """An index as it is printed, from 1 on."""
    return index + 1 if index.is_Integer else index
