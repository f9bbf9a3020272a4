"""What a derivation abbreviates: what its statement does, and the mean activations, which are long to write."""

from sympy import MatAdd, MatMul, OneMatrix
from sympy.core.function import AppliedUndef

from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.shards import SIZES, of_shard
from sparseae_lib.statements.symbols import A, Z, f, l, m, rho_hat


def abbreviations(statement):
    """{symbol: what it stands for}; nothing that the statement has a meaning for is used for another one."""
    where = dict(statement.where)
    for part in sorted(statement.derivation.atoms(AppliedToMatrix), key=str):
        mean = part.args[1]
        for symbol, value in _names(*mean.as_coeff_matrices()[1]) if isinstance(mean, MatMul) else ():
            value = mean if value is None else value
            if _is_free(symbol, value, where, statement):
                where[symbol] = value
    return where


def _names(first, *rest):
    """(symbol, value) for the mean of a batch, or of a shard, and for its pre-activations; ``None`` is the mean."""
    if not (rest and isinstance(first, OneMatrix) and isinstance(rest[-1].shape[1], AppliedUndef)):
        return
    batch = rest[-1]
    (layer,) = batch.shape[1].args
    named = {m: lambda symbol: symbol} | {size: lambda s, t=t: of_shard(s, t) for t, size in SIZES.items()}
    if name := named.get(first.shape[1]):
        yield name(rho_hat(layer)), None
        if isinstance(batch, AppliedToMatrix) and isinstance(batch.args[1], MatAdd):
            yield name(Z(layer)), batch.args[1]


def named(output):
    """(symbol, output) for the pre-activations of the layer above, which the forward pass defines; else the output."""
    for below in (A(l), f(Z(l))):
        forward = FORWARD.formula.xreplace({A(l): below})
        for shard in (None, *SIZES):
            symbol, value = (of_shard(side, shard) if shard else side for side in (FORWARD.left, forward))
            if output == value:
                return symbol, value
    return output


def _is_free(symbol, value, where, statement):
    if symbol in where or value in where.values():
        return False
    return not any(side.has(symbol) for side in (statement.derivation, statement.expanded, *where.values()))
