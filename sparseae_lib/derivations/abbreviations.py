"""What a derivation abbreviates: what its statement does, and the mean activations, which are long to write."""

from sympy import MatAdd, MatMul, OneMatrix
from sympy.core.function import AppliedUndef

from ..calculus.functions import AppliedToMatrix
from ..statements.symbols import Z, rho_hat


def abbreviations(statement):
    """{symbol: what it stands for}; nothing that the statement has a meaning for is used for another one."""
    where = dict(statement.where)
    for part in statement.derivation.atoms(AppliedToMatrix):
        mean = part.args[1]
        if not (isinstance(mean, MatMul) and isinstance(mean.as_coeff_matrices()[1][0], OneMatrix)):
            continue
        (width,) = mean.shape[1:]
        if not isinstance(width, AppliedUndef):
            continue
        (layer,) = width.args
        batch = mean.args[-1]
        pairs = [(rho_hat(layer), mean)]
        if isinstance(batch, AppliedToMatrix) and isinstance(batch.args[1], MatAdd):
            pairs.append((Z(layer), batch.args[1]))
        where |= {symbol: value for symbol, value in pairs if _is_free(symbol, value, where, statement)}
    return where


def _is_free(symbol, value, where, statement):
    if symbol in where or value in where.values():
        return False
    return not any(side.has(symbol) for side in (statement.derivation, statement.expanded, *where.values()))
