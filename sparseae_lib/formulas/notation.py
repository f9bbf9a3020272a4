r"""What the letters stand for: a batch and its layers in ``BOOK``, one sample in rows or in columns.

The same letter may stand for different things, so a notation is an argument of ``read``, and never guessed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Function, MatrixExpr, MatrixSymbol, symbols

from sparseae_lib.calculus import Elementwise, LayerMatrix, words
from sparseae_lib.statements.symbols import (
    COLUMNS,
    KL,
    ROWS,
    A,
    Delta,
    J,
    J_sparse,
    L,
    Omega,
    S,
    W,
    Y,
    Z,
    b,
    beta,
    f,
    l,
    m,
    n,
    rho,
    rho_hat,
    sigma,
    t,
    u,
    weight_decay,
    x,
)


@dataclass(frozen=True)
class Notation:
    r"""A name for itself, and for each letter what it stands for; a Greek letter goes by its name.

    ``matrices`` have a layer, as :math:`W^{(l)}`, and ``numbered`` scalars have it below, as :math:`\rho_l`.
    ``symbols`` have none. ``samples`` are batches of which a small letter with two brackets above is one entry, as
    :math:`a_k^{(2)(s)}`; for ``targets``, which have one layer, one bracket suffices, as :math:`y_k^{(s)}`, and for
    what is a number for each sample no index, as :math:`J^{(s)}`.
    """

    name: str
    matrices: Mapping[str, Callable[[Expr | int], MatrixExpr]]
    numbered: Mapping[str, Callable[[Expr | int], Expr]]
    symbols: Mapping[str, Expr]
    samples: Mapping[str, Callable[[Expr | int], MatrixExpr]] = field(default_factory=dict)
    targets: Mapping[str, MatrixExpr] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Every name that stands for something."""
        return {*self.matrices, *self.numbered, *self.symbols, *self.samples, *self.targets}


FUNCTIONS: dict[str, Elementwise] = {
    "f": f,
    "g": Elementwise("g"),
    "r": Elementwise("r"),
    "sigma": sigma,
    "KL": KL(l),
    "reciprocal": words.reciprocal,
    "relu": words.relu,
    "softplus": words.softplus,
    "tanh": words.hyperbolic_tangent,
    "exp": words.exponential,
    "log": words.logarithm,
    "sqrt": words.root,
    "abs": words.absolute,
    "square": words.square,
}
"""The elementwise functions; a parameter of one, as the target of KL, is its first argument."""

LAYERS = {"l": l, "L": L}
"""The letters of layers. Any other letter in the place of a layer is a whole number too."""


def _batch(name, samples=m):
    return lambda layer: LayerMatrix(name, layer, samples, S(layer))


def _row(name):
    return lambda layer: LayerMatrix(name, layer, 1, S(layer))


_shards = symbols("m_1 m_2", integer=True, positive=True)
_sizes = {"m": m, "n": n, "m_1": _shards[0], "m_2": _shards[1], "B": symbols("B", integer=True, positive=True)}
_scalars = {"J": J, "J_sparse": J_sparse, "lambda": weight_decay, "x": x, "t": t, "u": u}
_scalars |= {name: symbols(name, real=True) for name in ("J_tied", "J_q")}
_scalars |= {"epsilon": symbols("epsilon", positive=True), "z_rho": symbols("z_rho", real=True)}

_numbered = {"S": S, "rho": rho, "beta": beta, "Omega": Omega}
_numbered |= {name: Function(name, real=True) for name in ("Omega_1", "Omega_2", "Omega_bar")}

_linear = [("V", S(1), S(2)), ("D", S(2), S(3)), ("c", 1, S(3)), ("H", m, S(2)), ("q", m, 1)]

_batches = {"W": W, "b": b, "Z": Z, "A": A, "Delta": Delta, "rho_hat": rho_hat, "Y": _batch("Y")}
_batches |= {name: _row(name) for name in ("kappa", "v", "V")}
_batches |= {name: _batch(name) for name in ("Delta_J", "Delta_Omega", "Delta_own", "Delta_local", "Delta_q")}
_batches["rho_hat_q"] = _row("rho_hat_q")
_batches |= {
    "A_bar": lambda layer: LayerMatrix("A_bar", layer, m, S(layer + 1)),
    "Delta_bar": _batch("Delta_bar"),
    "b_bar": _row("b_bar"),
}
for _shard, _samples in enumerate(_shards, start=1):
    _batches |= {f"{name}_{_shard}": _batch(f"{name}_{_shard}", _samples) for name in ("A", "Z", "Delta", "Y")}
    _batches[f"rho_hat_{_shard}"] = _row(f"rho_hat_{_shard}")

BOOK = Notation(
    "the book's: a batch, one sample a row",
    matrices=_batches,
    numbered=_numbered,
    symbols=_sizes | _scalars | {"Y": Y, "X": A(1)} | {name: MatrixSymbol(name, *size) for name, *size in _linear},
)
"""The book's letters: a batch of m samples, one a row."""


def _one_sample(convention):
    return Notation(
        f"one sample, {convention.name}",
        matrices={name: getattr(convention, name) for name in ("W", "b", "z", "a", "delta", "y")},
        numbered=_numbered,
        symbols=_sizes | _scalars | {"y": convention.y(L)},
    )


IN_ROWS, IN_COLUMNS = map(_one_sample, (ROWS, COLUMNS))
"""One sample, as :math:`a^{(l)}`: a row as in E5, and a column as in UFLDL."""


COSTS = MatrixSymbol("J", m, 1)
r"""The costs :math:`J^{(s)}` of the samples, each by itself, a column."""


def _source(convention):
    """The source's own: the penalty is on layer 2, so rho and beta have no layer; rho with an index is a mean."""
    one = _one_sample(convention)
    return Notation(
        f"the source's, {convention.name}",
        matrices=one.matrices | {"w": W, "rho": rho_hat, "KL": lambda layer: KL(layer)(rho_hat(layer))},
        numbered={"S": S},
        symbols=one.symbols | {"rho": rho(2), "beta": beta(2), "h": convention.a(L), "z": symbols("z", real=True)},
        samples={"a": A, "z": Z, "delta": Delta},
        targets={"y": Y, "x": A(1), "J": COSTS},
    )


SOURCE_IN_ROWS, SOURCE_IN_COLUMNS = map(_source, (ROWS, COLUMNS))
"""The source's letters; the penalty is on layer 2, and :math:`a_k^{(2)(s)}` is unit k for sample s."""
