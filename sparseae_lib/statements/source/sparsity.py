r"""E31 to E49. The penalty is on layer 2, just above the input, and :math:`w_{i,k}` leads from unit i to unit k.

The source leaves out the index of the sample. Read literally, a summand without it is that of one sample, ``t``.
"""

from sympy import Sum, log, symbols
from sympy.matrices.expressions.matexpr import MatrixElement

from ...calculus import Gradient, entry
from ..backpropagation import WEIGHT_GRADIENT
from ..definitions import FORWARD
from ..sparsity import KL_DERIVATIVE, MEAN_ACTIVATION, PENALTY, PENALTY_BIASES, PENALTY_WEIGHTS, mean_of, unroll_sparse
from ..symbols import KL, A, Delta, J, J_sparse, Omega, W, Z, beta, f, l, m, rho, rho_hat, square, u
from .reading import Reading

i, k, s, t = symbols("i k s t", integer=True, nonnegative=True)
samples = (s, 0, m - 1)

Z2 = FORWARD.formula.subs(l, 1)
mean = mean_of(f(Z2))
mean_k = entry(mean, 0, k)
slope = beta(2) * KL(2).prime(mean_k)
to_weight = entry(PENALTY_WEIGHTS.derivation.subs(l, 1), i, k)
to_bias = entry(PENALTY_BIASES.derivation.subs(l, 1), 0, k)
mean_to_weight = mean_k.diff(W(1)[i, k])

net = unroll_sparse(3, penalised=(2,))
deep = unroll_sparse(4, penalised=(2,))
from_Z2 = {symbol: net[symbol].xreplace({net[Z(2)]: Z(2)}) for symbol in (J, Omega(2), J_sparse, Delta(2))}


def _per_unit(row):
    """The derivative with respect to one mean activation, which is a symbol meanwhile and is then put back."""
    derivative = entry(Gradient(PENALTY.formula.subs(l, 2), row), 0, k)
    return derivative.replace(
        lambda part: isinstance(part, MatrixElement) and part.parent == rho_hat(2),
        lambda part: entry(mean, *part.indices),
    )


def _summed(z, *, index=s):
    r""":math:`\frac\beta m \mathrm{KL}' \sum_s f'(z_k)\, a_i`, with the product inside the sum."""
    return slope / m * Sum(f.prime(z) * A(1)[index, i], samples)


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
    slope / m * Sum(f.prime(Z2_k), samples) * A(1)[t, i],
    literal=False,
)
ONE_PATH = (
    *_of_layer_1(to_weight, slope / m * f.prime(Z(1)[t, k]) * A(1)[t, i]),
    Reading("z of layer 2, of one sample", to_weight, slope / m * f.prime(Z2_k_of_t) * A(1)[t, i], literal=False),
)
CHAIN = (*_of_layer_1(to_weight, _summed(Z(1)[s, k])), SUM_OUTSIDE, SUM_INSIDE)

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
        Reading(
            "the activation of sample i", entry(MEAN_ACTIVATION.formula.subs(l, 2), 0, k), Sum(A(2)[s, k], samples) / m
        ),
        Reading(
            "as printed, one activation", entry(MEAN_ACTIVATION.formula.subs(l, 2), 0, k), Sum(A(2)[t, k], samples) / m
        ),
    ),
    "E34": (Reading("as printed", KL(l)(u), rho(l) * log(rho(l) / u) + (1 - rho(l)) * log((1 - rho(l)) / (1 - u))),),
    "E35": (Reading("as printed", KL_DERIVATIVE.derivation, -rho(l) / u + (1 - rho(l)) / (1 - u)),),
    "E36": (
        Reading("J as the mean over m samples", m * Gradient(from_Z2[J_sparse], Z(2)), from_Z2[Delta(2)]),
        Reading(
            "J as the sum of E9 over m samples", Gradient(m * from_Z2[J] + from_Z2[Omega(2)], Z(2)), from_Z2[Delta(2)]
        ),
    ),
    "E38": (
        Reading("as printed: no term depends on layer 1", to_weight, _per_unit(rho_hat(1)) * mean_to_weight),
        Reading("with respect to layer 2", to_weight, _per_unit(rho_hat(2)) * mean_to_weight, literal=False),
    ),
    "E39": (Reading("as printed", to_weight, _per_unit(rho_hat(2)) * mean_to_weight),),
    "E40": (Reading("as printed", to_weight, slope * mean_to_weight),),
    "E41": (
        Reading("the activation of sample i", to_weight, slope * (Sum(f(Z2_k), samples) / m).diff(W(1)[i, k])),
        Reading("as printed, one activation", to_weight, slope * (Sum(f(Z2_k_of_t), samples) / m).diff(W(1)[i, k])),
    ),
    "E42": ONE_PATH,
    "E43": ONE_PATH,
    "E44": CHAIN,
    "E45": CHAIN,
    "E46": (*_of_layer_1(to_weight, _summed(Z(1)[s, k])), SUM_INSIDE),
    "E47": (
        *_of_layer_1(to_bias, slope / m * Sum(f.prime(Z(1)[s, k]), samples)),
        Reading("z of layer 2", to_bias, slope / m * Sum(f.prime(Z2_k), samples), literal=False),
    ),
    "E48": (
        *_of_layer_1(to_Z2, per_sample * f.prime(Z(1)[s, k])),
        Reading("z of layer 2", to_Z2, per_sample * f.prime(Z(2)[s, k]), literal=False),
    ),
    "E49": (
        Reading("one sample", Gradient(from_Z2[J_sparse], Z(2)).subs(m, 1), from_Z2[Delta(2)].subs(m, 1), denies=True),
        Reading("a batch, the cost as its mean", Gradient(from_Z2[J_sparse], Z(2)), from_Z2[Delta(2)], denies=True),
        Reading("m times the derivative", m * Gradient(from_Z2[J_sparse], Z(2)), from_Z2[Delta(2)], literal=False),
    ),
}
