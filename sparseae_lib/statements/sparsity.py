r"""The sparsity penalty, corrected: its gradient, and the delta that carries it, on any hidden layer of any network.

.. math:: J_{sparse} = J + \sum_l \Omega_l, \qquad \Omega_l = \beta_l \sum_j \mathrm{KL}(\rho_l \Vert \hat\rho_j^{(l)})

``KL(l)`` is a function of the mean activation alone: its target :math:`\rho_l` is a parameter of its definition.
"""

from sympy import Sum

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, ones
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA, unroll
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import KL, A, Delta, J, J_sparse, L, Omega, W, Z, b, beta, f, l, m, rho, rho_hat, u

MEAN_ACTIVATION = Statement(
    "thm-mean-activation",
    "The mean activation",
    left=rho_hat(l),
    formula=ones(m).T * A(l) / m,
    layers=(2, L - 1),
)

DIVERGENCE = Statement(
    "thm-kl",
    "The divergence",
    left=KL(l)(u),
    formula=KL(l).definition(u),
    layers=(2, L - 1),
)

KL_DERIVATIVE = Statement(
    "thm-kl-derivative",
    "The derivative of the divergence",
    left=KL(l).prime(u),
    formula=-rho(l) / u + (1 - rho(l)) / (1 - u),
    derivation=KL(l).definition(u).diff(u),
    layers=(2, L - 1),
)

PENALTY = Statement(
    "thm-penalty",
    "The penalty on a layer",
    left=Omega(l),
    formula=beta(l) * EntrySum(KL(l)(rho_hat(l))),
    layers=(2, L - 1),
)

SPARSE_COST = Statement(
    "thm-sparse-cost",
    "The cost of the sparse autoencoder",
    left=J_sparse,
    formula=J + Sum(Omega(l), (l, 2, L - 1)),
)


def mean_of(activations):
    """The mean activation as an expression in the activations of its layer."""
    return ones(m).T * activations / m


_Z_next = FORWARD.formula
_next = {rho_hat(l + 1): mean_of(f(_Z_next)), Z(l + 1): _Z_next}
_penalty_next = PENALTY.formula.subs(l, l + 1).xreplace({rho_hat(l + 1): mean_of(f(_Z_next))})
_pull = Hadamard(ones(m) * KL(l + 1).prime(rho_hat(l + 1)), f.prime(Z(l + 1)))

PENALTY_WEIGHTS = Statement(
    "thm-penalty-weights",
    "The penalty's gradient for the weights",
    left=Gradient(Omega(l + 1), W(l)),
    formula=beta(l + 1) / m * A(l).T * _pull,
    derivation=Gradient(_penalty_next, W(l)),
    where=_next,
    layers=(1, L - 2),
)

PENALTY_BIASES = Statement(
    "thm-penalty-biases",
    "The penalty's gradient for the biases",
    left=Gradient(Omega(l + 1), b(l)),
    formula=beta(l + 1) / m * ones(m).T * _pull,
    derivation=Gradient(_penalty_next, b(l)),
    where=_next,
    layers=(1, L - 2),
)

SPARSE_DELTA = Statement(
    "thm-sparse-delta",
    "The delta of a hidden layer with a penalty",
    left=Delta(l),
    formula=Hadamard(
        Delta(l + 1) * W(l).T + beta(l) * ones(m) * KL(l).prime(rho_hat(l)),
        f.prime(Z(l)),
    ),
    derivation=HIDDEN_DELTA.derivation + m * Gradient(PENALTY.formula.xreplace({rho_hat(l): mean_of(f(Z(l)))}), Z(l)),
    where={rho_hat(l): mean_of(f(Z(l)))},
    layers=(2, L - 1),
)


def unroll_sparse(depth, penalised):
    """``unroll`` with a penalty on the hidden layers ``penalised``, and with every rho_hat and Omega and J_sparse.

    The other hidden layers have none, as with beta = 0.
    """
    known = unroll(depth)
    for k in range(2, depth):
        known[rho_hat(k)] = mean_of(known[A(k)])
        known[Omega(k)] = PENALTY.formula.subs(l, k).xreplace(known)
    known[J_sparse] = known[J] + sum(known[Omega(k)] for k in penalised)
    for k in range(depth - 1, 1, -1):
        delta = SPARSE_DELTA if k in penalised else HIDDEN_DELTA
        known[Delta(k)] = delta.formula.subs(l, k).xreplace(known)
    return known
