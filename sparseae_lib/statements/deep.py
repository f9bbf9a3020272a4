r"""Penalties on several layers: what each does to the layers below it, and what a penalty on the output does.

Like the cost, the delta of a layer is a sum of two parts: :math:`\Delta^{(l)} = \Delta_J^{(l)} + \Delta_\Omega^{(l)}`,
with :math:`\Delta_J^{(l)} = m\, \partial J / \partial Z^{(l)}` and
:math:`\Delta_\Omega^{(l)} = m\, \partial (\sum_k \Omega_k) / \partial Z^{(l)}`.

The *local formula* takes the first part from the layer above, and forgets the second.
"""

from sparseae_lib.calculus import Gradient, Hadamard, LayerMatrix, ones
from sparseae_lib.statements.backpropagation import OUTPUT_DELTA
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.sparsity import PENALTY, SPARSE_DELTA, mean_of
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import KL, A, Delta, J, L, Omega, S, W, Y, Z, beta, f, l, m, rho, rho_hat


def _part(name):
    return lambda layer: LayerMatrix(f"Delta_{name}", layer, m, S(layer))


Delta_J, Delta_Omega, Delta_own, Delta_local = map(_part, ("J", "Omega", "own", "local"))


def kappa(layer):
    """The derivative of the divergence on a layer, for each of its units."""
    return LayerMatrix("kappa", layer, 1, S(layer))


def own_delta(layer):
    """What the penalty on a layer adds to the delta of that layer itself."""
    return beta(layer) * Hadamard(ones(m) * kappa(layer), f.prime(Z(layer)))


LOCAL_DELTA = SPARSE_DELTA.formula.xreplace({Delta(l + 1): Delta_J(l + 1)})
"""The local formula, which has the penalty of the layer itself and no other."""

_Z_next = FORWARD.formula.xreplace({A(l): f(Z(l))})
_mean_next = mean_of(f(_Z_next))

PENALTY_BELOW = Statement(
    "thm-penalty-below",
    "The delta that a penalty gives to the layer below",
    left=m * Gradient(Omega(l + 1), Z(l)),
    formula=Hadamard(Delta_own(l + 1) * W(l).T, f.prime(Z(l))),
    derivation=m * Gradient(PENALTY.formula.subs(l, l + 1).xreplace({rho_hat(l + 1): _mean_next}), Z(l)),
    where={
        Delta_own(l + 1): own_delta(l + 1).xreplace({Z(l + 1): _Z_next, kappa(l + 1): KL(l + 1).prime(_mean_next)}),
    },
    layers=(2, L - 2),
)

LOST_TERM = Statement(
    "thm-lost-term",
    "What the local formula loses",
    left=Delta(l) - Delta_local(l),
    formula=Hadamard(Delta_Omega(l + 1) * W(l).T, f.prime(Z(l))),
    derivation=SPARSE_DELTA.derivation.xreplace({Delta(l + 1): Delta_J(l + 1) + Delta_Omega(l + 1)})
    - LOCAL_DELTA.xreplace(SPARSE_DELTA.where),
    layers=(2, L - 2),
)

SPARSE_OUTPUT_DELTA = Statement(
    "thm-sparse-output-delta",
    "The delta of an output layer with a penalty",
    left=m * Gradient(J + Omega(L), Z(L)),
    formula=Hadamard(A(L) - Y + beta(L) * ones(m) * kappa(L), f.prime(Z(L))),
    derivation=OUTPUT_DELTA.derivation
    + m * Gradient(PENALTY.formula.subs(l, L).xreplace({rho_hat(L): mean_of(f(Z(L)))}), Z(L)),
    where={A(L): f(Z(L)), kappa(L): KL(L).prime(mean_of(f(Z(L))))},
)


def renumbered(expression, shift):
    """The expression with every layer l as layer l + shift: the network as the upper part of a deeper one."""
    numbers = (S, rho, beta, Omega)

    def moved(part):
        if isinstance(part, LayerMatrix):
            name, layer, *shape = part.args
            return LayerMatrix(name, layer + shift, *shape)  # the widths, its arguments, have been moved before it
        return part.func(part.args[0] + shift)

    return expression.replace(lambda part: isinstance(part, LayerMatrix) or part.func in numbers, moved)
