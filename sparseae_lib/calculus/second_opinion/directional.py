r"""The directional derivative: the coefficient of :math:`\varepsilon` in :math:`E(V + \varepsilon H)`."""

from sympy import Add, Integer, MatAdd, MatMul, MatPow, MatrixExpr, Mul, Transpose, ZeroMatrix

from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.calculus.matrices import EntrySum, Hadamard, SquaredNorm
from sparseae_lib.calculus.second_opinion.words import Unreadable


def directional(expression, variable, direction):
    """The derivative of a scalar or matrix expression at ``variable`` along ``direction``; what is fixed gives 0."""

    def derivative(part):
        return directional(part, variable, direction)

    match expression:
        case _ if expression == variable:
            return direction
        case _ if not expression.has(variable):
            return ZeroMatrix(*expression.shape) if isinstance(expression, MatrixExpr) else Integer(0)
        case Add() | MatAdd():
            derivatives = [derivative(term) for term in expression.args]
            return expression.func(*[term for term in derivatives if not (term == 0 or isinstance(term, ZeroMatrix))])
        case Transpose():
            return derivative(expression.arg).T
        case AppliedToMatrix():
            function, argument = expression.args
            return Hadamard(function.prime(argument), derivative(argument))
        case EntrySum():
            return EntrySum(derivative(expression.args[0]))
        case SquaredNorm():
            (matrix,) = expression.args
            return 2 * EntrySum(Hadamard(matrix, derivative(matrix)))
        case MatMul() | Mul() | Hadamard():
            return _product_rule(expression, expression.args, derivative, variable)
        case MatPow() if expression.exp.is_Integer and expression.exp > 0:
            return _product_rule(MatMul(expression), [expression.base] * int(expression.exp), derivative, variable)
    raise Unreadable(f"{type(expression).__name__} in {expression}: no rule for its directional derivative")


def _product_rule(product, factors, derivative, variable):
    changing = [k for k, factor in enumerate(factors) if factor.has(variable)]
    terms = [product.func(*factors[:k], derivative(factors[k]), *factors[k + 1 :]) for k in changing]
    return MatAdd(*terms) if isinstance(product, MatrixExpr) else Add(*terms)
