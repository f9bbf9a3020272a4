r"""E31 to E49. The penalty is on layer 2, just above the input, and :math:`w_{i,k}` leads from unit i to unit k.

The source leaves out the index of the sample. Read literally, a summand without it is that of one sample, ``t``.
A line that is a formula is read from its LaTeX; what is typed is what the source may have meant.
"""

from dataclasses import replace

from sympy import Sum, symbols
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Gradient, entry
from sparseae_lib.formulas.notation import SOURCE_IN_ROWS
from sparseae_lib.formulas.reader import read
from sparseae_lib.statements.backpropagation import WEIGHT_GRADIENT
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.source.put_in import formula, put_in, said
from sparseae_lib.statements.source.reading import Reading
from sparseae_lib.statements.sparsity import (
    KL_DERIVATIVE,
    MEAN_ACTIVATION,
    PENALTY_BIASES,
    PENALTY_WEIGHTS,
    mean_of,
    unroll_sparse,
)
from sparseae_lib.statements.symbols import (
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
    beta,
    f,
    l,
    m,
    rho,
    rho_hat,
    square,
    u,
)

IN_E35 = replace(SOURCE_IN_ROWS, symbols={"a": rho(l), "x": u})
"""E35 calls the target a, and the mean activation x."""

i, j, k, s, t = symbols("i j k s t", integer=True, nonnegative=True)
samples = (s, 0, m - 1)

Z2 = FORWARD.formula.subs(l, 1)
mean = mean_of(f(Z2))
mean_k = entry(mean, 0, k)
beta_kappa = beta(2) * KL(2).prime(mean_k)
to_weight = entry(PENALTY_WEIGHTS.derivation.subs(l, 1), i, k)
to_bias = entry(PENALTY_BIASES.derivation.subs(l, 1), 0, k)
mean_to_weight = mean_k.diff(W(1)[i, k])

net = unroll_sparse(3, penalised=(2,))
deep = unroll_sparse(4, penalised=(2,))
from_Z2 = {symbol: net[symbol].xreplace({net[Z(2)]: Z(2)}) for symbol in (J, Omega(2), J_sparse, Delta(2))}


batch = {rho_hat(2): mean_of(A(2)), A(2): f(Z(2)), Z(2): Z2}
"""What the source defines of layer 2, from the mean activation down."""

ONE = {ROWS.a(1): A(1), ROWS.z(1): Z(1), ROWS.a(2): A(2), ROWS.z(2): Z(2), ROWS.delta(2): Delta(2)}


def _printed(line):
    """What a line says as it stands, its activations those of sample ``t``."""

    def is_of_one(part):
        return isinstance(part, MatrixElement) and (
            part.parent in ONE or (isinstance(part.parent, Gradient) and part.parent.args[1] in ONE)
        )

    return said(line, SOURCE_IN_ROWS, {}).replace(
        is_of_one, lambda part: MatrixElement(part.parent.xreplace(ONE), t, part.indices[1])
    )


def _as_printed(line, truth, definitions=batch):
    """A line as it stands, and on layers of one width, where no index gives it away."""
    return tuple(
        Reading(how, way(truth), way(put_in(_printed(line), definitions)))
        for how, way in (("as printed", lambda side: side), ("as printed, all layers of one width", square))
    )


def _summed(z, *, index=s):
    r""":math:`\frac\beta m \mathrm{KL}' \sum_s f'(z_k)\, a_i`, with the product inside the sum."""
    return beta_kappa / m * Sum(f.prime(z) * A(1)[index, i], samples)


def _of_layer_1(truth, line):
    """The two ways to take z^(1) literally."""
    return (
        Reading("z of layer 1, which E5 does not have", truth, line),
        Reading("the same, all layers of one width", square(truth), square(line)),
    )


Z2_k, Z2_k_of_t = entry(Z2, s, k), entry(Z2, t, k)
to_Z2 = entry(m * Gradient(from_Z2[Omega(2)], Z(2)), s, k)
per_sample = beta(2) * KL(2).prime(entry(mean_of(f(Z(2))), 0, k))

SUM_INSIDE = Reading("z of layer 2, the product inside the sum", to_weight, _summed(Z2_k), literal=False)
SUM_OUTSIDE = Reading(
    "z of layer 2, the sum over f' alone",
    to_weight,
    beta_kappa / m * Sum(f.prime(Z2_k), samples) * A(1)[t, i],
    literal=False,
)


def _one_path(line):
    return (
        *_as_printed(line, to_weight),
        *_of_layer_1(to_weight, beta_kappa / m * f.prime(Z(1)[t, k]) * A(1)[t, i]),
        Reading(
            "z of layer 2, of one sample", to_weight, beta_kappa / m * f.prime(Z2_k_of_t) * A(1)[t, i], literal=False
        ),
    )


def _chain(line):
    return (*_as_printed(line, to_weight), *_of_layer_1(to_weight, _summed(Z(1)[s, k])), SUM_OUTSIDE, SUM_INSIDE)


to_mean = entry(MEAN_ACTIVATION.formula.subs(l, 2), 0, k)
own_cost = Sum((entry(net[A(3)].xreplace({net[Z(2)]: Z(2)}), t, j) - Y.subs(L, 3)[t, j]) ** 2, (j, 0, S(3) - 1)) / 2

READINGS = {
    "E31": (
        Reading(
            "four layers, the penalty on layer 2: the recursion does not give the gradient",
            Gradient(deep[J_sparse], W(1)),
            WEIGHT_GRADIENT.formula.subs(l, 1).xreplace(deep),
            denies=True,
        ),
    ),
    "E32": (
        Reading("as printed, one activation", to_mean.xreplace({k: j}), _printed("E32")),
        Reading("the activation of sample i", to_mean, Sum(A(2)[s, k], samples) / m, literal=False),
    ),
    "E34": (Reading("as printed", KL(2)(rho_hat(2)[0, j]), said("E34", SOURCE_IN_ROWS, {})),),
    "E35": (Reading("as printed", KL_DERIVATIVE.derivation, read(formula("E35").rpartition("=")[2], IN_E35)),),
    "E36": (
        Reading("J as the mean over m samples", m * Gradient(from_Z2[J_sparse], Z(2)), from_Z2[Delta(2)]),
        Reading(
            "J as E9 has it, the cost of one sample", Gradient(own_cost + from_Z2[Omega(2)], Z(2)), from_Z2[Delta(2)]
        ),
        Reading(
            "J as the sum of E9 over m samples", Gradient(m * from_Z2[J] + from_Z2[Omega(2)], Z(2)), from_Z2[Delta(2)]
        ),
    ),
    "E38": (
        *_as_printed("E38", to_weight),
        Reading("with respect to layer 2", to_weight, said("E39", SOURCE_IN_ROWS, batch), literal=False),
    ),
    "E39": (Reading("as printed", to_weight, said("E39", SOURCE_IN_ROWS, batch)),),
    "E40": (Reading("as printed", to_weight, said("E40", SOURCE_IN_ROWS, batch)),),
    "E41": (
        *_as_printed("E41", to_weight),
        Reading(
            "the activation of sample i, where i is the input of w too",
            to_weight,
            beta_kappa * (Sum(f(entry(Z2, i, k)), (i, 0, m - 1)) / m).diff(W(1)[i, k]),
        ),
        Reading(
            "the activation of the sample, and another letter for it",
            to_weight,
            beta_kappa * (Sum(f(Z2_k), samples) / m).diff(W(1)[i, k]),
            literal=False,
        ),
    ),
    "E42": _one_path("E42"),
    "E43": _one_path("E43"),
    "E44": _chain("E44"),
    "E45": _chain("E45"),
    "E46": (*_as_printed("E46", to_weight), *_of_layer_1(to_weight, _summed(Z(1)[s, k])), SUM_INSIDE),
    "E47": (
        *_as_printed("E47", to_bias),
        *_of_layer_1(to_bias, beta_kappa / m * Sum(f.prime(Z(1)[s, k]), samples)),
        Reading("z of layer 2", to_bias, beta_kappa / m * Sum(f.prime(Z2_k), samples), literal=False),
    ),
    "E48": (
        *_as_printed("E48", to_Z2.xreplace({s: t}), {rho_hat(2): mean_of(f(Z(2)))}),
        *_of_layer_1(to_Z2, per_sample * f.prime(Z(1)[s, k])),
        Reading("z of layer 2", to_Z2, per_sample * f.prime(Z(2)[s, k]), literal=False),
    ),
    "E49": (
        Reading("one sample", Gradient(from_Z2[J_sparse], Z(2)).subs(m, 1), from_Z2[Delta(2)].subs(m, 1), denies=True),
        Reading("a batch, the cost as its mean", Gradient(from_Z2[J_sparse], Z(2)), from_Z2[Delta(2)], denies=True),
        Reading("m times the derivative", m * Gradient(from_Z2[J_sparse], Z(2)), from_Z2[Delta(2)], literal=False),
    ),
}
