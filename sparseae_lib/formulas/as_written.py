"""Sums and products as the statements write them, and nothing evaluated that would hide a mistake."""

from sympy import Integer, MatAdd, MatMul, MatrixExpr, MatrixSymbol, Mul, OneMatrix, Transpose, default_sort_key


def kept(operation, parts):
    """The sum, product or power of numbers; unevaluated where SymPy would drop a matrix, and a mistake with it."""
    value = operation(*parts)
    lost = set().union(*(part.atoms(MatrixSymbol, OneMatrix) for part in parts)) - value.atoms(MatrixSymbol, OneMatrix)
    return operation(*parts, evaluate=False) if lost else value


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
