"""The book's claims for whole networks of symbolic widths, and every small corruption of them."""

import pytest
from sympy import Function, Lambda, MatrixSymbol, log, symbols

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    decide,
    ones,
    prove,
)

REFUTED, ILL_FORMED = Outcome.REFUTED, Outcome.ILL_FORMED

m, n, S1, S2, S3 = symbols("m n S1 S2 S3", integer=True, positive=True)
lam, rho, beta = symbols("lambda rho beta", positive=True)
t, z = symbols("t z")
f, one = Elementwise("f"), ones(m)

# A network with one hidden layer
X, Y = MatrixSymbol("X", m, S1), MatrixSymbol("Y", m, S3)
W1, W2 = MatrixSymbol("W1", S1, S2), MatrixSymbol("W2", S2, S3)
b1, b2 = MatrixSymbol("b1", 1, S2), MatrixSymbol("b2", 1, S3)
Z2 = X * W1 + one * b1
A2 = f(Z2)
Z3 = A2 * W2 + one * b2
A3 = f(Z3)
J = SquaredNorm(Y - A3) / (2 * m) + lam / 2 * (SquaredNorm(W1) + SquaredNorm(W2))
D3 = Hadamard(A3 - Y, f.prime(Z3))
D2 = Hadamard(D3 * W2.T, f.prime(Z2))

# The penalty on its mean activations
rho_hat = one.T * A2 / m
KL = Elementwise("KL", Lambda((t, z), t * log(t / z) + (1 - t) * log((1 - t) / (1 - z))), 0, rho)
kappa = Elementwise("kappa", Lambda((t, z), -t / z + (1 - t) / (1 - z)), 0, rho)
swapped = kappa.xreplace({rho: 1 - rho})
penalty = beta * EntrySum(KL(rho_hat))
K = one * kappa(rho_hat)
D2_sparse = Hadamard(D3 * W2.T + beta * K, f.prime(Z2))

# One layer of any network
S = Function("S", integer=True, positive=True)
beta_l = Function("beta")
l, L = symbols("l L", integer=True, positive=True)


def W(layer):
    return LayerMatrix("W", layer, S(layer), S(layer + 1))


def b(layer):
    return LayerMatrix("b", layer, 1, S(layer + 1))


def Z(layer):
    return LayerMatrix("Z", layer, m, S(layer))


def D(layer):
    return LayerMatrix("D", layer, m, S(layer))


step = EntrySum(Hadamard(D(l + 1), f(Z(l)) * W(l) + one * b(l)))
f_prime = f.prime(Z(l))
rho_hat_l = one.T * f(Z(l)) / m
k = Elementwise("KL")
penalised = m * beta_l(l) * EntrySum(k(rho_hat_l)) + step
beta_kappa = beta_l(l) * one * k.prime(rho_hat_l)
target = LayerMatrix("Y", L, m, S(L))
output_cost = SquaredNorm(target - f(Z(L))) / (2 * m)

# Square widths, where no shape gives a wrong formula away
Wq, Zq, Dq = MatrixSymbol("W", n, n), MatrixSymbol("Z", m, n), MatrixSymbol("D", m, n)
square = EntrySum(Hadamard(Dq, f(Zq) * Wq))

CLAIMS = {
    "W2": (J, W2, A2.T * D3 / m + lam * W2),
    "b2": (J, b2, one.T * D3 / m),
    "W1": (J, W1, X.T * D2 / m + lam * W1),
    "b1": (J, b1, one.T * D2 / m),
    "penalty": (penalty, W1, beta / m * X.T * Hadamard(K, f.prime(Z2))),
    "sparse W1": (J + penalty, W1, X.T * D2_sparse / m + lam * W1),
    "sparse b1": (J + penalty, b1, one.T * D2_sparse / m),
    "hidden delta": (step, Z(l), Hadamard(D(l + 1) * W(l).T, f_prime)),
    "weights of layer l": (step, W(l), f(Z(l)).T * D(l + 1)),
    "biases of layer l": (step, b(l), one.T * D(l + 1)),
    "sparse hidden delta": (penalised, Z(l), Hadamard(D(l + 1) * W(l).T + beta_kappa, f_prime)),
    "output delta": (m * output_cost, Z(L), Hadamard(f(Z(L)) - target, f.prime(Z(L)))),
    "square hidden delta": (square, Zq, Hadamard(Dq * Wq.T, f.prime(Zq))),
}

CORRUPTIONS = {
    "no 1/m": (J, W1, X.T * D2 + lam * W1, REFUTED),
    "sign": (J, W1, -X.T * D2 / m + lam * W1, REFUTED),
    "half the decay": (J, W1, X.T * D2 / m + lam * W1 / 2, REFUTED),
    "W2 not transposed": (J, W1, X.T * Hadamard(D3 * W2, f.prime(Z2)) / m + lam * W1, ILL_FORMED),
    "W1 for W2": (J, W1, X.T * Hadamard(D3 * W1.T, f.prime(Z2)) / m + lam * W1, ILL_FORMED),
    "f for f'": (J, W1, X.T * Hadamard(D3 * W2.T, f(Z2)) / m + lam * W1, REFUTED),
    "no f' at the output": (J, W2, A2.T * (A3 - Y) / m + lam * W2, REFUTED),
    "X for A2": (J, W2, X.T * D3 / m + lam * W2, ILL_FORMED),
    "order of D3 and A2": (J, W2, D3 * A2.T / m + lam * W2, ILL_FORMED),
    "b1 without the mean": (J, b1, one.T * D2, REFUTED),
    "penalty by m": (
        J + penalty,
        W1,
        X.T * Hadamard(D3 * W2.T + beta / m * K, f.prime(Z2)) / m + lam * W1,
        REFUTED,
    ),
    "penalty outside f'": (
        J + penalty,
        W1,
        X.T * (Hadamard(D3 * W2.T, f.prime(Z2)) + beta * K) / m + lam * W1,
        REFUTED,
    ),
    "sign of the penalty": (
        J + penalty,
        W1,
        X.T * Hadamard(D3 * W2.T - beta * K, f.prime(Z2)) / m + lam * W1,
        REFUTED,
    ),
    "penalty missing": (J + penalty, W1, X.T * D2 / m + lam * W1, REFUTED),
    "rho and 1 - rho swapped": (
        penalty,
        W1,
        beta / m * X.T * Hadamard(one * swapped(rho_hat), f.prime(Z2)),
        REFUTED,
    ),
    "W(l) not transposed": (step, Z(l), Hadamard(D(l + 1) * W(l), f_prime), ILL_FORMED),
    "W(l-1)": (step, Z(l), Hadamard(D(l + 1) * W(l - 1).T, f_prime), ILL_FORMED),
    "source: D(l) W(l-1)": (step, Z(l), Hadamard(D(l) * W(l - 1), f_prime), ILL_FORMED),
    "D(l) for D(l+1)": (step, Z(l), Hadamard(D(l) * W(l).T, f_prime), ILL_FORMED),
    "f'(Z(l+1))": (step, Z(l), Hadamard(D(l + 1), f.prime(Z(l + 1))) * W(l).T, REFUTED),
    "f' missing": (step, Z(l), D(l + 1) * W(l).T, REFUTED),
    "sign of the hidden delta": (step, Z(l), -Hadamard(D(l + 1) * W(l).T, f_prime), REFUTED),
    "A(l+1) for A(l)": (step, W(l), f(Z(l + 1)).T * D(l + 1), ILL_FORMED),
    "Z for A": (step, W(l), Z(l).T * D(l + 1), REFUTED),
    "weights' gradient transposed": (step, W(l), D(l + 1).T * f(Z(l)), ILL_FORMED),
    "penalty by m, layer l": (penalised, Z(l), Hadamard(D(l + 1) * W(l).T + beta_kappa / m, f_prime), REFUTED),
    "penalty outside f', layer l": (penalised, Z(l), Hadamard(D(l + 1) * W(l).T, f_prime) + beta_kappa, REFUTED),
    "sign of the penalty, layer l": (penalised, Z(l), Hadamard(D(l + 1) * W(l).T - beta_kappa, f_prime), REFUTED),
    "KL for KL'": (
        penalised,
        Z(l),
        Hadamard(D(l + 1) * W(l).T + beta_l(l) * one * k(rho_hat_l), f_prime),
        REFUTED,
    ),
    "sign of the output delta": (m * output_cost, Z(L), Hadamard(target - f(Z(L)), f.prime(Z(L))), REFUTED),
    "twice the output delta": (m * output_cost, Z(L), 2 * Hadamard(f(Z(L)) - target, f.prime(Z(L))), REFUTED),
    "output delta without m": (output_cost, Z(L), Hadamard(f(Z(L)) - target, f.prime(Z(L))), REFUTED),
    "square, not transposed": (square, Zq, Hadamard(Dq * Wq, f.prime(Zq)), REFUTED),
    "square, gradient transposed": (square, Wq, Dq.T * f(Zq), REFUTED),
}


def test_there_are_13_claims_and_34_corruptions():
    assert (len(CLAIMS), len(CORRUPTIONS)) == (13, 34)


@pytest.mark.parametrize("claim", CLAIMS)
def test_claim_is_proved(claim):
    cost, variable, formula = CLAIMS[claim]
    assert prove(Gradient(cost, variable), formula).outcome is Outcome.PROVED


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_corruption_is_rejected(corruption):
    cost, variable, formula, outcome = CORRUPTIONS[corruption]
    assert decide(Gradient(cost, variable), formula).outcome is outcome


def network(depth):
    """The sparse cost of a network with ``depth`` layers, and {weights: gradient}."""
    sizes = symbols(f"S1:{depth + 1}", integer=True, positive=True)
    layers = range(1, depth)
    W = {l: MatrixSymbol(f"W{l}", sizes[l - 1], sizes[l]) for l in layers}
    b = {l: MatrixSymbol(f"b{l}", 1, sizes[l]) for l in layers}
    A, Z = {1: MatrixSymbol("X", m, sizes[0])}, {}
    for l in layers:
        Z[l + 1] = A[l] * W[l] + one * b[l]
        A[l + 1] = f(Z[l + 1])
    Y = MatrixSymbol("Y", m, sizes[-1])
    means = {l: one.T * A[l] / m for l in range(2, depth)}
    cost = (
        SquaredNorm(Y - A[depth]) / (2 * m)
        + sum(lam / 2 * SquaredNorm(W[l]) for l in layers)
        + sum(beta * EntrySum(k(mean)) for mean in means.values())
    )
    delta = Hadamard(A[depth] - Y, f.prime(Z[depth]))
    gradients = {}
    for l in reversed(layers):
        gradients[W[l]] = A[l].T * delta / m + lam * W[l]
        if l > 1:
            delta = Hadamard(delta * W[l].T + beta * one * k.prime(means[l]), f.prime(Z[l]))
    return cost, gradients


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_backpropagation_is_proved_for_a_whole_network(depth):
    cost, gradients = network(depth)
    assert len(gradients) == depth - 1
    for weights, gradient in gradients.items():
        assert prove(Gradient(cost, weights), gradient).outcome is Outcome.PROVED
