"""Sums and products as the statements write them, and nothing evaluated that would hide a mistake."""

from sympy import (
    Derivative,
    Integer,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Transpose,
    default_sort_key,
    log,
)

from sparseae_lib.calculus.domains import is_partial, needs_sign


def kept(operation, parts):
    """The sum, product, power or function of numbers; unevaluated where SymPy would drop a matrix, a root or a divisor.

    A mistake would be dropped with the matrix, and with the others where it is defined: e^log(x) is not x for all x.
    """
    value = operation(*parts)
    lost = set().union(*map(_fragile, parts)) - _fragile(value)
    if not lost:
        return value
    return operation(*(parts if operation is Pow else sorted(parts, key=default_sort_key)), evaluate=False)


def _fragile(number):
    return number.atoms(MatrixSymbol, OneMatrix) | _partial(number)


def _partial(number):
    """Of what a number has roots or logarithms, and by what it divides."""
    return {(needs_sign(part), part.args[0]) for part in number.atoms(log, Pow) if is_partial(part)}


def differentiated(number, variable):
    """The derivative with respect to a letter; unevaluated where it has no logarithm: 1/x has a value for x < 0."""
    derivative = number.diff(variable)
    return derivative if _partial(number) <= _partial(derivative) else Derivative(number, variable)


def matrix_product(scalar, matrices):
    """The product of a number and matrices, as ``calculus.mutation`` and the statements write it."""
    factors = []
    for matrix in matrices:
        if isinstance(matrix, MatMul):
            number, inner = matrix.as_coeff_matrices()
            scalar = kept(Mul, [scalar, number])
            factors += inner
        else:
            factors.append(matrix)
    if scalar.is_Rational and len(factors) == 1 and isinstance(factors[0], MatAdd):
        terms = [matrix_product(scalar, [term]) for term in factors[0].args]
        return MatAdd(*sorted(terms, key=default_sort_key))
    if scalar != 1:
        factors.insert(0, scalar)
    return factors[0] if len(factors) == 1 else MatMul(*factors)


def transposed(matrix):
    match matrix:
        case Transpose():
            return matrix.arg
        case OneMatrix():
            return OneMatrix(*reversed(matrix.shape))
        case MatMul() if not isinstance(matrix.args[0], MatrixExpr):
            return matrix_product(matrix.args[0], [transposed(matrix_product(Integer(1), matrix.args[1:]))])
        case MatAdd():
            return MatAdd(*sorted(map(transposed, matrix.args), key=default_sort_key))
    return Transpose(matrix)
