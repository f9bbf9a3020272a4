"""Cost and gradient of whole networks, by hand and against numerical derivatives, at any saturation; bad arguments."""

import math
import re
import warnings
import weakref
from dataclasses import fields
from inspect import signature
from itertools import pairwise
from typing import get_type_hints

import numpy as np
import pytest
from mpmath import mp, mpf

from sparseae_lib import objective as objective_module
from sparseae_lib import penalties
from sparseae_lib.activations import ACTIVATIONS, Activation
from sparseae_lib.checkpoints import Settings
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.gradcheck import check_gradient, complex_step
from sparseae_lib.network import flatten, forward, init_parameters, unflatten
from sparseae_lib.objective import Objective, Options
from sparseae_lib.penalties import kl_divergence, mean_activation

NAMES = sorted(ACTIVATIONS)
SIZES = [(4, 3, 5, 2), (6, 4, 6), (3, 4, 3), (4, 3, 1), (5, 5, 5, 5), (5, 4, 6, 3, 4, 2), (3, 2)]
METHODS = ["complex_step", "central_difference"]


def problem(sizes, m, seed=0):
    """theta, X and targets; the biases are positive, so that relu's units live."""
    rng = np.random.default_rng(seed)
    theta = init_parameters(sizes, rng)
    for _, b in unflatten(theta, sizes):
        b[:] = rng.uniform(0.1, 0.5, b.shape)
    return theta, rng.uniform(0, 1, (m, sizes[0])), rng.uniform(0, 1, (m, sizes[-1]))


# The values


def test_cost_and_gradient_by_hand():
    r"""1-1-1, identity: J = 1/2 mean (y - w2 (w1 x + b1) - b2)^2 + lambda/2 (w1^2 + w2^2)."""
    theta = np.array([2.0, 1.0, 3.0, -1.0])  # w1, b1, w2, b2
    X, Y = np.array([[1.0], [0.0]]), np.array([[10.0], [0.0]])
    # outputs 8 and 2, errors a - y: -2 and 2
    cost, gradient = Objective((1, 1, 1), weight_decay=0.5, activation="identity")(theta, X, Y)
    assert cost == (4 + 4) / 4 + 0.25 * (4 + 9)
    assert gradient.tolist() == [-3 + 0.5 * 2, 0.0, (-2 * 3 + 2 * 1) / 2 + 0.5 * 3, 0.0]


@pytest.mark.parametrize("weight_decay", [0, 1e-4, 10])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("m", [1, 5, 7])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_gradient_agrees_with_the_complex_step(sizes, m, name, weight_decay):
    theta, X, targets = problem(sizes, m)
    objective = Objective(sizes, weight_decay=weight_decay, activation=name)
    layers = unflatten(theta, sizes)
    for (W, b), A in zip(layers, forward(layers, X, name)[:-1], strict=True):
        assert np.abs(A @ W + b).min() > 1e-5, "too near to the kink of relu"
    cost, gradient = objective(theta, X, targets)
    assert type(cost) is float
    assert cost == objective.cost(theta, X, targets)
    assert (gradient.shape, gradient.dtype) == (theta.shape, theta.dtype)
    assert np.linalg.norm(gradient) > 1e-2
    check = check_gradient(lambda t: objective.cost(t, X, targets), gradient, theta, tolerance=1e-12)
    assert check, check


MIXED = ("relu", "sigmoid", "tanh", "sigmoid", "identity")  # of the layers of (5, 4, 6, 3, 4, 2)


@pytest.mark.parametrize("m", [1, 5, 40])
@pytest.mark.parametrize(
    ("sizes", "activation", "options"),
    [
        ((6, 4, 6), ("sigmoid", "identity"), {"rho": 0.1, "beta": 3.0}),
        ((4, 3, 5, 2), ("tanh", "sigmoid", "identity"), {"rho": 0.1, "beta": (0.0, 3.0)}),
        ((5, 4, 6, 3, 4, 2), MIXED, {"rho": 0.1, "beta": (0.0, 3.0, 0.0, 2.0)}),
        ((3, 2), ("tanh",), {}),
    ],
)
def test_an_activation_for_each_layer(sizes, activation, options, m):
    theta, X, targets = problem(sizes, m)
    objective = Objective(sizes, activation=activation, weight_decay=1e-2, **options)
    cost, gradient = objective(theta, X, targets)
    activations = forward(unflatten(theta, sizes), X, activation)
    J = np.sum((activations[-1] - targets) ** 2) / (2 * m)
    J += 1e-2 / 2 * sum(np.sum(W**2) for W, _ in unflatten(theta, sizes))
    for layer in objective.penalised:
        rho_hat = mean_activation(activations[layer - 1])
        J += objective.beta[layer] * kl_divergence(0.1, rho_hat).sum()
    assert cost == pytest.approx(J, rel=1e-13)
    check = check_gradient(lambda t: objective.cost(t, X, targets), gradient, theta, tolerance=1e-12)
    assert check, check
    if len(set(activation)) > 1:
        assert not np.allclose(forward(unflatten(theta, sizes), X, activation[0])[-1], activations[-1])


def test_one_activation_for_all_layers_is_that_of_each():
    theta, X, targets = problem((4, 3, 5, 2), 5)
    for name in NAMES:
        one, each = (Objective((4, 3, 5, 2), activation=a).evaluate(theta, X, targets) for a in (name, [name] * 3))
        assert one.cost == each.cost
        assert np.array_equal(one.gradient, each.gradient)


def test_saturated_units_below_a_linear_output():
    """Their penalty has the formulas with logits, because they are sigmoids, whatever the output is."""
    theta, X, _ = problem((6, 4, 6), 5)
    unflatten(theta, (6, 4, 6))[0][1][:2] = -800, 40
    objective = Objective((6, 4, 6), rho=0.1, beta=3, activation=("sigmoid", "identity"))
    cost, gradient = objective(theta, X)
    assert math.isfinite(cost)
    check = check_gradient(lambda t: objective.cost(t, X), gradient, theta, tolerance=1e-12)
    assert check, check


TIED = [
    ((6, 4, 6), {}),
    ((6, 4, 6), {"rho": 0.1, "beta": 3.0, "activation": ("sigmoid", "identity")}),
    ((5, 4, 3, 4, 5), {"rho": 0.1, "beta": (0.0, 3.0, 1.0), "activation": ("tanh", "sigmoid", "sigmoid", "identity")}),
    ((3, 3, 3), {}),
]


@pytest.mark.parametrize("weight_decay", [0.0, 0.5])
@pytest.mark.parametrize("m", [1, 7, 200])
@pytest.mark.parametrize(("sizes", "options"), TIED)
def test_tied_weights(sizes, options, m, weight_decay):
    rng = np.random.default_rng(0)
    theta = init_parameters(sizes, rng, tied=True)
    theta += rng.normal(scale=0.1, size=theta.size)
    X, targets = rng.uniform(size=(2, m, sizes[0]))
    options = options | {"weight_decay": weight_decay}
    tied, free = Objective(sizes, tied=True, **options), Objective(sizes, **options)
    cost, gradient = tied(theta, X, targets)
    check = check_gradient(lambda t: tied.cost(t, X, targets), gradient, theta, tolerance=1e-12)
    assert check, check
    layers = unflatten(theta, sizes, tied=True)
    free_cost, free_gradient = free(flatten(layers), X, targets)
    assert cost == pytest.approx(free_cost, rel=1e-14)
    assert gradient.shape == theta.shape
    of_tied, of_free = unflatten(gradient, sizes, tied=True), unflatten(free_gradient, sizes)
    for (_, db), (_, expected) in zip(of_tied, of_free, strict=True):
        np.testing.assert_allclose(db, expected, rtol=1e-12)
    for (dW, _), (first, _), (last, _) in zip(of_tied[: len(of_free) // 2], of_free, of_free[::-1], strict=False):
        assert np.linalg.norm(dW - (first + last.T)) <= 1e-13 * np.linalg.norm(dW)
        for one_path in (first, last.T, 2 * first):
            assert np.linalg.norm(dW - one_path) > 1e-3 * np.linalg.norm(dW)


def test_tied_weights_keep_the_precision_of_theta():
    rng = np.random.default_rng(0)
    theta, X = init_parameters((6, 4, 6), rng, tied=True), rng.random((9, 6))
    objective = Objective((6, 4, 6), tied=True, rho=0.1, beta=3, weight_decay=0.1)
    cost, gradient = objective(theta, X)
    low_cost, low = objective(theta.astype(np.float32), X)
    assert (low.dtype, type(low_cost)) == (np.float32, float)
    assert low_cost == pytest.approx(cost, rel=1e-6)
    assert np.linalg.norm(low - gradient) < 1e-6 * np.linalg.norm(gradient)


@pytest.mark.parametrize("name", NAMES)
def test_gradient_agrees_with_the_central_difference(name):
    theta, X, targets = problem((4, 3, 5, 2), 5)
    objective = Objective((4, 3, 5, 2), weight_decay=1e-2, activation=name)
    check = check_gradient(
        lambda t: objective.cost(t, X, targets),
        lambda t: objective(t, X, targets)[1],
        theta,
        method="central_difference",
        tolerance=1e-9,
    )
    assert check, check


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "identity"])
def test_the_complex_step_passes_through_the_gradient_too(name):
    """The gradient's derivative, the Hessian, is symmetric: a gradient that is no derivative would not show that."""
    sizes = (3, 4, 3)
    theta, X, _ = problem(sizes, 5)
    objective = Objective(sizes, weight_decay=1e-2, activation=name)
    hessian = np.empty((theta.size, theta.size))
    for i in range(theta.size):
        hessian[i] = complex_step(lambda t, i=i: objective(t, X)[1][i], theta)
    assert np.linalg.norm(hessian) > 0.1
    assert np.linalg.norm(hessian - hessian.T) < 1e-13 * np.linalg.norm(hessian)


def test_targets_are_the_data_where_not_given():
    theta, X, other = problem((6, 4, 6), 5)
    objective = Objective((6, 4, 6), weight_decay=1e-4)
    cost, gradient = objective(theta, X)
    same_cost, same_gradient = objective(theta, X, X)
    assert cost == same_cost == objective.cost(theta, X)
    assert np.array_equal(gradient, same_gradient)
    assert cost != objective.cost(theta, X, other)


def test_the_batch_enters_as_a_mean():
    theta, X, targets = problem((4, 3, 5, 2), 5)
    objective = Objective((4, 3, 5, 2), weight_decay=0.1)
    cost, gradient = objective(theta, X, targets)
    twice_cost, twice_gradient = objective(theta, np.tile(X, (2, 1)), np.tile(targets, (2, 1)))
    assert twice_cost == pytest.approx(cost, rel=1e-14)
    np.testing.assert_allclose(twice_gradient, gradient, rtol=1e-12)


def test_biases_do_not_decay():
    theta, X, targets = problem((4, 3, 2), 5)
    gradient, decayed = (Objective((4, 3, 2), weight_decay=decay)(theta, X, targets)[1] for decay in (0, 10))
    difference = unflatten(decayed - gradient, (4, 3, 2))
    for (dW, db), (W, _) in zip(difference, unflatten(theta, (4, 3, 2)), strict=True):
        np.testing.assert_allclose(dW, 10 * W, rtol=1e-12)
        assert not db.any()


def test_arguments_are_left_as_they_are():
    theta, X, targets = problem((4, 3, 2), 5)
    before = [array.copy() for array in (theta, X, targets)]
    _, gradient = Objective((4, 3, 2), activation="identity")(theta, X, targets)
    assert all(np.array_equal(old, new) for old, new in zip(before, (theta, X, targets), strict=True))
    assert not any(np.shares_memory(gradient, array) for array in (theta, X, targets))


@pytest.mark.parametrize("name", NAMES)
def test_theta_decides_the_precision(name):
    theta, X, targets = problem((4, 3, 5, 2), 5)
    objective = Objective((4, 3, 5, 2), weight_decay=1e-2, activation=name)
    cost, gradient = objective(theta, X, targets)
    for data in (np.float32, np.float64):
        low_cost, low = objective(theta.astype(np.float32), X.astype(data), targets.astype(data))
        assert (low.dtype, type(low_cost)) == (np.float32, float)
        assert low_cost == pytest.approx(cost, rel=1e-6)
        assert np.linalg.norm(low - gradient) < 1e-6 * np.linalg.norm(gradient)
    assert objective(theta, X.astype(np.float32), targets.astype(np.float32))[1].dtype == np.float64


def test_the_arrays_of_an_evaluation_serve_the_next_one_and_the_samples_are_let_go():
    theta, X, targets = problem((4, 3, 2), 7)
    objective = Objective((4, 3, 2))
    objective(theta, X, targets)
    (workspace,) = objective._spare
    samples = weakref.ref(X), weakref.ref(targets)
    del X, targets
    assert all(sample() is None for sample in samples)
    theta, X, targets = problem((4, 3, 2), 7, seed=1)
    objective.cost(theta, X, targets)
    assert list(objective._spare) == [workspace]
    with pytest.raises(ValueError, match="X must be finite"):
        objective(theta, np.full((7, 4), np.nan), targets)
    assert not objective._spare, "after an interrupt, a thread might still write into it"


# The sparsity penalty


def test_sparse_cost_and_gradient_by_hand():
    """1-1-1 at theta = 0: the outputs are the targets, 1/2, and rho_hat is 1/2, so kappa = -1/2 + 3/2 and f' = 1/4."""
    X, Y = np.array([[1.0], [0.0]]), np.full((2, 1), 0.5)
    cost, gradient = Objective((1, 1, 1), rho=0.25, beta=2)(np.zeros(4), X, Y)
    assert cost == pytest.approx(2 * (0.25 * math.log(1 / 2) + 0.75 * math.log(3 / 2)), rel=1e-15)
    assert gradient.tolist() == [0.25, 0.5, 0, 0]


HIDDEN_RHO, HIDDEN_BETA = (0.05, 0.4, 0.2, 0.7), (2.0, 0.5, 3.0, 1.0)
PENALTIES = {
    "beta alone": lambda n: {"rho": 0.05, "beta": 3},
    "beta alone, large": lambda n: {"rho": 0.2, "beta": 1e4},
    "beta tiny": lambda n: {"rho": 0.01, "beta": 1e-4},
    "both": lambda n: {"rho": 0.01, "beta": 3, "weight_decay": 1e-4},
    "both large": lambda n: {"rho": 0.9, "beta": 1e3, "weight_decay": 10},
    "by layer": lambda n: {"rho": HIDDEN_RHO[:n], "beta": HIDDEN_BETA[:n], "weight_decay": 1e-2},
    "in the first hidden layer": lambda n: {"rho": HIDDEN_RHO[:n], "beta": [3] + [0] * (n - 1)},
    "in the last hidden layer": lambda n: {"rho": np.array(HIDDEN_RHO[:n]), "beta": np.array([0] * (n - 1) + [3])},
}
SPARSE_SIZES = [sizes for sizes in SIZES if len(sizes) > 2]


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("m", [1, 5, 7])
@pytest.mark.parametrize("sizes", SPARSE_SIZES, ids=str)
def test_sparse_gradient_agrees_with_the_complex_step(sizes, m, penalty):
    theta, X, targets = problem(sizes, m)
    objective = Objective(sizes, **PENALTIES[penalty](len(sizes) - 2))
    cost, gradient = objective(theta, X, targets)
    assert type(cost) is float
    assert cost == objective.cost(theta, X, targets)
    check = check_gradient(lambda t: objective.cost(t, X, targets), gradient, theta, tolerance=1e-12)
    assert check, check


def test_sparse_gradient_agrees_with_the_central_difference():
    theta, X, targets = problem((5, 4, 6, 3, 4, 2), 5)
    objective = Objective((5, 4, 6, 3, 4, 2), rho=HIDDEN_RHO, beta=HIDDEN_BETA)
    _, gradient = objective(theta, X, targets)
    check = check_gradient(
        lambda t: objective.cost(t, X, targets), gradient, theta, method="central_difference", tolerance=1e-9
    )
    assert check, check


def test_the_sparse_cost_is_the_cost_and_the_divergences():
    sizes = (5, 4, 6, 3, 4, 2)
    theta, X, targets = problem(sizes, 7)
    penalty = sum(
        beta * kl_divergence(rho, mean_activation(A)).sum()
        for A, rho, beta in zip(
            forward(unflatten(theta, sizes), X, "sigmoid")[1:-1], HIDDEN_RHO, HIDDEN_BETA, strict=True
        )
    )
    cost = Objective(sizes, weight_decay=0.1).cost(theta, X, targets)
    sparse = Objective(sizes, weight_decay=0.1, rho=HIDDEN_RHO, beta=HIDDEN_BETA).cost(theta, X, targets)
    assert penalty > 1
    assert sparse == pytest.approx(cost + penalty, rel=1e-14)


def test_a_number_is_for_every_hidden_layer():
    sizes = (4, 3, 5, 2)
    arguments = problem(sizes, 5)
    cost, gradient = Objective(sizes, rho=0.1, beta=3)(*arguments)
    same_cost, same_gradient = Objective(sizes, rho=[0.1, 0.1], beta=np.array([3, 3]))(*arguments)
    assert cost == same_cost
    assert np.array_equal(gradient, same_gradient)


def test_without_beta_there_is_no_penalty():
    sizes = (4, 3, 5, 2)
    arguments = problem(sizes, 5)
    for options, same in (
        ({}, {"rho": 0.1, "beta": 0}),
        ({}, {"rho": 0.1}),
        ({"rho": 0.1, "beta": (0, 3)}, {"rho": (0.7, 0.1), "beta": (0, 3)}),
    ):
        (cost, gradient), (same_cost, same_gradient) = (Objective(sizes, **o)(*arguments) for o in (options, same))
        assert cost == same_cost
        assert np.array_equal(gradient, same_gradient)
    for name in NAMES:  # and any activation will do
        assert np.isfinite(Objective(sizes, rho=0.1, beta=0, activation=name).cost(*arguments))


def test_sparse_objective_in_single_precision():
    sizes = (4, 3, 5, 2)
    theta, X, targets = problem(sizes, 5)
    objective = Objective(sizes, rho=np.float64(0.05), beta=np.array([3.0, 1.0]), weight_decay=1e-2)
    cost, gradient = objective(theta, X, targets)
    low_cost, low = objective(theta.astype(np.float32), X, targets)
    assert (low.dtype, type(low_cost)) == (np.float32, float)
    assert low_cost == pytest.approx(cost, rel=1e-6)
    assert np.linalg.norm(low - gradient) < 1e-6 * np.linalg.norm(gradient)


def test_the_complex_step_passes_through_the_sparse_gradient_too():
    sizes = (3, 4, 2, 3)
    theta, X, _ = problem(sizes, 5)
    unflatten(theta, sizes)[0][1][:2] = -1000, 40  # two units saturated, two not
    objective = Objective(sizes, rho=(0.1, 0.3), beta=(3, 1))
    hessian = np.array([complex_step(lambda t, i=i: objective(t, X)[1][i], theta) for i in range(theta.size)])
    assert np.linalg.norm(hessian) > 0.1
    assert np.linalg.norm(hessian - hessian.T) < 1e-13 * np.linalg.norm(hessian)


def test_another_activation_with_the_range_of_the_sigmoid():
    cauchy = Activation(
        "Cauchy", lambda z: 0.5 + np.arctan(z) / np.pi, lambda a: np.sin(np.pi * a) ** 2 / np.pi, (0.0, 1.0)
    )
    sizes = (4, 3, 2)
    theta, X, targets = problem(sizes, 5)
    layers = unflatten(theta, sizes)
    layers[0][1][0] = 100
    rho_hat = mean_activation(forward(layers, X, cauchy)[1])
    assert rho_hat[0] > 0.99, "no unit where the formulas with logits, wrong here, could be used"
    objective = Objective(sizes, rho=0.1, beta=3, activation=cauchy)
    cost, gradient = objective(theta, X, targets)
    without = Objective(sizes, activation=cauchy).cost(theta, X, targets)
    assert cost == pytest.approx(without + 3 * kl_divergence(0.1, rho_hat).sum(), rel=1e-14)
    check = check_gradient(lambda t: objective.cost(t, X, targets), gradient, theta, tolerance=1e-12)
    assert check, check


# The penalty where units are saturated


def exact_sparse(theta, X, targets, sizes, rho, beta, decay):
    """Cost and gradient by mpmath: the definitions, with digits enough for 1 - sigmoid(1000), 1e-434, and differences.

    The formulas are the naive ones; nothing but the number of digits is done about saturation.
    """

    def cost(parameters):
        numbers = iter(parameters)
        weights = mpf(0)
        rows = [[mpf(x) for x in row] for row in X.tolist()]
        penalty = mpf(0)
        for index, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            W = [[next(numbers) for _ in range(fan_out)] for _ in range(fan_in)]
            b = [next(numbers) for _ in range(fan_out)]
            weights += sum(w * w for row in W for w in row)
            rows = [
                [1 / (1 + mp.exp(-b[j] - sum(a * W[i][j] for i, a in enumerate(row)))) for j in range(fan_out)]
                for row in rows
            ]
            if index < len(rho):
                for activations in zip(*rows, strict=True):
                    r, rho_hat = mpf(rho[index]), sum(activations) / len(rows)
                    penalty += beta[index] * (r * mp.log(r / rho_hat) + (1 - r) * mp.log((1 - r) / (1 - rho_hat)))
        errors = [a - y for pair in zip(rows, targets.tolist(), strict=True) for a, y in zip(*pair, strict=True)]
        return sum(e * e for e in errors) / (2 * len(rows)) + mpf(decay) / 2 * weights + penalty

    with mp.workdps(600):
        theta, h = [mpf(t) for t in theta.tolist()], mpf(10) ** -60
        gradient = []
        for index in range(len(theta)):
            right, left = (cost([*theta[:index], theta[index] + step, *theta[index + 1 :]]) for step in (h, -h))
            gradient.append(float((right - left) / (2 * h)))
        return float(cost(theta)), np.array(gradient)


@pytest.mark.parametrize(
    "biases",
    [
        pytest.param([1000, -1000, 0.3], id="1000"),
        pytest.param([-1000, -950, 1000], id="all of them"),
        pytest.param([40, -40, 0.3], id="40"),
        pytest.param([5.5, 4, -360], id="about the thresholds"),
        pytest.param([-720, -745, 37], id="about underflow"),
    ],
)
@pytest.mark.parametrize("m", [1, 4])
@pytest.mark.parametrize("layer", [1, 2])
def test_sparse_gradient_is_exact_at_any_saturation(layer, m, biases):
    sizes, rho, beta, decay = (2, 3, 3, 1), (0.05, 0.2), (3.0, 0.5), 1e-4
    theta, X, targets = problem(sizes, m)
    unflatten(theta, sizes)[layer - 1][1][:] = biases
    objective = Objective(sizes, rho=rho, beta=beta, weight_decay=decay)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cost, gradient = objective(theta, X, targets)
        numeric = complex_step(lambda t: objective.cost(t, X, targets), theta)
    right_cost, right = exact_sparse(theta, X, targets, sizes, rho, beta, decay)
    assert cost == pytest.approx(right_cost, rel=1e-13)
    for part, numeric_part, right_part in zip(
        *(unflatten(g, sizes) for g in (gradient, numeric, right)), strict=True
    ):  # each matrix and each vector by itself
        for g, n, r in zip(part, numeric_part, right_part, strict=True):
            np.testing.assert_allclose(g, r, rtol=1e-12, atol=1e-13 * np.abs(r).max())
            np.testing.assert_allclose(n, r, rtol=1e-12, atol=1e-13 * np.abs(r).max())


def test_a_unit_whose_samples_saturate_to_both_sides():
    sizes = (1, 2, 1)
    theta = np.array([2000.0, 1.0, -1000.0, 0.5, 1.0, -1.0, 0.2])  # pre-activations of -1000 and 1000
    X = np.array([[0.0], [1.0]])
    cost, gradient = Objective(sizes, rho=0.05, beta=3)(theta, X)
    right_cost, right = exact_sparse(theta, X, X, sizes, (0.05,), (3.0,), 0)
    assert cost == pytest.approx(right_cost, rel=1e-13)
    np.testing.assert_allclose(gradient, right, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("bias", [-1e6, -1000, -100, 100, 1000, 1e6])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_limits_of_the_gradient_of_a_bias(bias, dtype):
    """-beta rho or beta (1 - rho) for each bias, whatever the cost says: its own derivative has vanished."""
    theta, X, targets = problem((4, 3, 2), 5)
    unflatten(theta, (4, 3, 2))[0][1][:] = bias
    cost, gradient = Objective((4, 3, 2), rho=0.05, beta=3)(theta.astype(dtype), X, targets)
    assert gradient.dtype == dtype
    limit = 3 * (0.95 if bias > 0 else -0.05)
    np.testing.assert_allclose(unflatten(gradient, (4, 3, 2))[0][1], limit, rtol=100 * np.finfo(dtype).eps)
    assert cost == pytest.approx(3 * limit * bias, rel=5e-2)


@pytest.mark.parametrize("bias", [-1000, 1000])
def test_a_rho_that_single_precision_rounds_to_1(bias):
    theta, X, targets = problem((4, 3, 2), 5)
    unflatten(theta, (4, 3, 2))[0][1][:] = bias
    rho = 1 - 1e-9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, gradient = Objective((4, 3, 2), rho=rho, beta=3)(theta.astype(np.float32), X, targets)
    limit = 3 * (1 - rho if bias > 0 else -rho)
    np.testing.assert_allclose(unflatten(gradient, (4, 3, 2))[0][1], limit, rtol=1e-6)


def test_both_formulas_agree_where_no_unit_is_saturated(monkeypatch):
    sizes = (5, 4, 6, 3, 4, 2)
    arguments = problem(sizes, 7)
    objective = Objective(sizes, rho=HIDDEN_RHO, beta=HIDDEN_BETA)
    cost, gradient = objective(*arguments)
    monkeypatch.setattr(penalties, "kl_divergence_of_sums", None)  # not called
    assert objective(*arguments)[0] == cost
    monkeypatch.undo()
    monkeypatch.setattr(objective_module, "is_saturated", lambda rho_hat: np.ones(rho_hat.shape, bool))
    same_cost, same_gradient = objective(*arguments)
    assert same_cost == pytest.approx(cost, rel=1e-14)
    assert np.linalg.norm(same_gradient - gradient) < 1e-14 * np.linalg.norm(gradient)


@pytest.mark.parametrize("method", METHODS)
def test_the_forgotten_weight_decay_is_seen_where_it_is_tiny(method):
    theta, X, _ = problem((6, 4, 6), 5)
    X = 3 * X
    objective = Objective((6, 4, 6), weight_decay=1e-4, activation="identity")
    _, gradient = Objective((6, 4, 6), activation="identity")(theta, X)
    check = check_gradient(lambda t: objective.cost(t, X), gradient, theta, method=method)
    assert 1e-5 < check.relative_error < 3e-5
    assert not check, check


def test_what_defines_an_objective_goes_to_checkpoints_to_the_cluster_and_to_the_estimator():
    """A new parameter must: or a training could go on with another one, unnoticed."""
    arguments = set(signature(Objective).parameters) - {"workers"}
    assert {field.name for field in fields(Settings)} == arguments
    assert set(get_type_hints(Options)) == arguments - {"layer_sizes"}
    assert arguments - {"layer_sizes"} < set(signature(SparseAutoencoder).parameters)


# Bad input


def with_entry(array, value):
    changed = array.copy()
    changed.flat[1] = value
    return changed


THETA, X, Y = problem((4, 3, 2), 5)


@pytest.mark.parametrize("method", ["__call__", "cost"])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((THETA[1:], X, Y), ValueError, "theta must have shape (23,), got (22,)"),
        ((THETA[None], X, Y), ValueError, "theta must have shape (23,), got (1, 23)"),
        ((THETA.tolist(), X, Y), TypeError, "theta must be a NumPy array of float32 or float64"),
        ((np.ones(23, int), X, Y), TypeError, "theta must be of type float32 or float64"),
        ((THETA.astype(object), X, Y), TypeError, "got object"),
        ((with_entry(THETA, np.nan), X, Y), ValueError, "theta must be finite, got theta[1] = nan"),
        ((with_entry(THETA, -np.inf), X, Y), ValueError, "theta must be finite, got theta[1] = -inf"),
        ((THETA, X[:, 1:], Y), ValueError, "X must have shape (m, 4), got (5, 3)"),
        ((THETA, X[0], Y), ValueError, "X must have shape (m, 4), got (4,)"),
        ((THETA, X[:0], Y[:0]), ValueError, "X must hold at least one sample (row), got shape (0, 4)"),
        ((THETA, with_entry(X, np.nan), Y), ValueError, "X must be finite, got X[0, 1] = nan"),
        ((THETA, with_entry(X, np.inf), Y), ValueError, "X must be finite, got X[0, 1] = inf"),
        ((THETA, X.astype(int), Y), TypeError, "X must be of type float32 or float64, got int64"),
        ((THETA, X > 0, Y), TypeError, "X must be of type float32 or float64, got bool"),
        ((THETA, X.astype(str), Y), TypeError, "X must be of type float32 or float64, got <U"),
        ((THETA, X + 0j, Y), TypeError, "X must be of type float32 or float64, got complex128"),
        ((THETA, X, Y[:, 0]), ValueError, "targets must have shape (5, 2), got (5,)"),
        ((THETA, X, Y[:1]), ValueError, "targets must have shape (5, 2), got (1, 2)"),
        ((THETA, X, Y.T), ValueError, "targets must have shape (5, 2), got (2, 5)"),
        ((THETA, X, with_entry(Y, np.nan)), ValueError, "targets must be finite, got targets[0, 1] = nan"),
        ((THETA, X, Y.astype(int)), TypeError, "targets must be of type float32 or float64, got int64"),
        ((THETA, X, Y.tolist()), TypeError, "targets must be a NumPy array of float32 or float64, got list"),
        ((THETA, X), ValueError, "targets must be given if the first and the last layer differ, got None"),
    ],
)
def test_bad_arguments_of_a_call(method, arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        getattr(Objective((4, 3, 2)), method)(*arguments)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"weight_decay": -1e-4}, ValueError, "weight_decay must be finite and not negative, got -0.0001"),
        ({"weight_decay": np.nan}, ValueError, "weight_decay must be finite and not negative, got nan"),
        ({"weight_decay": np.inf}, ValueError, "weight_decay must be finite and not negative, got inf"),
        ({"weight_decay": 1.1e38}, ValueError, "weight_decay must be at most 1e38, got 1.1e+38"),
        ({"rho": 0.1, "beta": [1e308]}, ValueError, "beta[0] must be at most 1e38, got 1e+308"),
        ({"weight_decay": "1e-4"}, TypeError, "weight_decay must be a non-negative number, got '1e-4'"),
        ({"weight_decay": None}, TypeError, "weight_decay must be a non-negative number, got None"),
        ({"weight_decay": True}, TypeError, "weight_decay must be a non-negative number, got True"),
        ({"weight_decay": 1e-4j}, TypeError, "weight_decay must be a non-negative number, got 0.0001j"),
        ({"rho": 0, "beta": 3}, ValueError, "rho must be between 0 and 1, both excluded, got 0"),
        ({"rho": 1.0, "beta": 3}, ValueError, "rho must be between 0 and 1, both excluded, got 1.0"),
        ({"rho": -0.1}, ValueError, "rho must be between 0 and 1, both excluded, got -0.1"),
        ({"rho": np.nan, "beta": 3}, ValueError, "rho must be between 0 and 1, both excluded, got nan"),
        (
            {"rho": "0.1", "beta": 3},
            TypeError,
            "rho must be a number, or a sequence with one number per hidden layer (1)",
        ),
        ({"rho": True, "beta": 3}, TypeError, "rho must be a number between 0 and 1, got True"),
        ({"rho": [0.1, 0.2], "beta": 3}, ValueError, "one number per hidden layer (1), got 2: [0.1, 0.2]"),
        (
            {"rho": [], "beta": 3},
            ValueError,
            "rho must be a number, or a sequence with one number per hidden layer (1), got 0",
        ),
        ({"rho": [1.5], "beta": 3}, ValueError, "rho[0] must be between 0 and 1, both excluded, got 1.5"),
        ({"rho": ["0.1"], "beta": 3}, TypeError, "rho[0] must be a number between 0 and 1, got '0.1'"),
        ({"rho": [None], "beta": 3}, TypeError, "rho[0] must be a number between 0 and 1, got None"),
        ({"rho": {0.1}, "beta": 3}, TypeError, "rho must be a number, or a sequence"),
        ({"rho": np.array(0.1), "beta": 3}, TypeError, "rho must be a number, or a sequence"),
        ({"rho": np.array([[0.1]]), "beta": 3}, TypeError, "rho[0] must be a number between 0 and 1, got array([0.1])"),
        ({"rho": 0.1, "beta": -3}, ValueError, "beta must be finite and not negative, got -3"),
        ({"rho": 0.1, "beta": np.nan}, ValueError, "beta must be finite and not negative, got nan"),
        ({"rho": 0.1, "beta": np.inf}, ValueError, "beta must be finite and not negative, got inf"),
        (
            {"rho": 0.1, "beta": None},
            TypeError,
            "beta must be a number, or a sequence with one number per hidden layer (1)",
        ),
        (
            {"rho": 0.1, "beta": "3"},
            TypeError,
            "beta must be a number, or a sequence with one number per hidden layer (1)",
        ),
        (
            {"rho": 0.1, "beta": b"3"},
            TypeError,
            "beta must be a number, or a sequence with one number per hidden layer (1)",
        ),
        (
            {"rho": 0.1, "beta": 3j},
            TypeError,
            "beta must be a number, or a sequence with one number per hidden layer (1)",
        ),
        ({"rho": 0.1, "beta": True}, TypeError, "beta must be a non-negative number, got True"),
        ({"rho": 0.1, "beta": (3, 3)}, ValueError, "one number per hidden layer (1), got 2: (3, 3)"),
        ({"rho": 0.1, "beta": [-3]}, ValueError, "beta[0] must be finite and not negative, got -3"),
        ({"rho": 0.1, "beta": [True]}, TypeError, "beta[0] must be a non-negative number, got True"),
        ({"beta": 3}, ValueError, "rho must be given if beta is not 0, got None for beta 3"),
        ({"activation": "softsign"}, ValueError, "activation must be one of sigmoid, tanh, identity, relu"),
        ({"activation": None}, TypeError, "activation must be a name or an Activation, got NoneType"),
        (
            {"tied": True},
            ValueError,
            "layer_sizes must read the same from both ends, and have a middle, if weights are",
        ),
        ({"tied": "yes"}, TypeError, "tied must be True or False, got 'yes'"),
        ({"activation": ("tanh",)}, ValueError, "one per layer after the first (2), got 1: ('tanh',)"),
        ({"activation": {"tanh", "relu"}}, TypeError, "one per layer after the first (2), got {"),
    ],
)
def test_bad_options(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Objective((4, 3, 2), **options)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tied", [False, True])
def test_the_largest_coefficients_times_0_are_0(dtype, tied):
    """Greater ones, or twice the decay of tied weights, would be infinite."""
    theta = np.zeros(19 if tied else 31, dtype)
    X = np.random.default_rng(0).random((5, 4))
    plain = Objective((4, 3, 4), tied=tied).evaluate(theta, X)
    large = Objective((4, 3, 4), rho=0.5, beta=1e38, weight_decay=1e38, tied=tied).evaluate(theta, X)
    assert large.cost == plain.cost and large.gradient.tolist() == plain.gradient.tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_overflow_of_a_pre_activation_is_not_blamed_on_what_the_caller_does_not_know(dtype):
    _, X, Y = problem((4, 3, 2), 5)
    large = np.finfo(dtype).max / 10
    message = (
        r"^X and theta must not be so large that a pre-activation overflows, got one in layer 2 that is not finite$"
    )
    with np.errstate(over="ignore"), pytest.raises(ValueError, match=message):
        Objective((4, 3, 2), rho=0.1, beta=1)(np.full(23, large, dtype), 100 + X, Y)


@pytest.mark.parametrize(("sizes", "error"), [((4,), ValueError), ((4, 0, 2), ValueError), ((4, 3.0), TypeError)])
def test_bad_layer_sizes(sizes, error):
    with pytest.raises(error, match="layer_sizes must be a sequence of at least two positive integers, got"):
        Objective(sizes)


@pytest.mark.parametrize(
    ("name", "limits"), [("tanh", "(-1.0, 1.0)"), ("identity", "(-inf, inf)"), ("relu", "(0.0, inf)")]
)
def test_a_penalty_needs_an_activation_between_0_and_1(name, limits):
    message = f"beta must be 0 if the range of the activation is not (0, 1), got 3 for {name} with range {limits}"
    with pytest.raises(ValueError, match=re.escape(message)):
        Objective((4, 3, 2), rho=0.1, beta=3, activation=name)


def test_a_penalty_needs_an_activation_between_0_and_1_in_its_own_layer_only():
    activation = ("sigmoid", "tanh", "identity")
    Objective((4, 3, 5, 2), rho=0.1, beta=(3, 0), activation=activation)
    message = "got (0, 3) for tanh with range (-1.0, 1.0) in layer 3"
    with pytest.raises(ValueError, match=re.escape(message)):
        Objective((4, 3, 5, 2), rho=0.1, beta=(0, 3), activation=activation)


def test_a_penalty_needs_a_hidden_layer():
    with pytest.raises(ValueError, match=re.escape("beta must be 0 if there is no hidden layer, got 3 for (3, 2)")):
        Objective((3, 2), rho=0.1, beta=3)
    with pytest.raises(ValueError, match=re.escape("one number per hidden layer (0), got 1: [3]")):
        Objective((3, 2), rho=0.1, beta=[3])
    Objective((3, 2), rho=[], beta=[])
    Objective((3, 2), rho=0.1, beta=0)


# Weighted samples


@pytest.mark.parametrize("scale", [1, 200], ids=["ordinary", "saturated"])
@pytest.mark.parametrize("sizes", [(4, 3, 5, 2), (6, 4, 6)], ids=str)
def test_a_weight_is_as_good_as_copies_and_a_weight_of_0_as_none(sizes, scale):
    theta, X, targets = problem(sizes, 40)
    theta *= scale
    counts = np.random.default_rng(1).integers(0, 4, 40)
    assert {0, 1, 2} < set(counts.tolist())
    objective = Objective(sizes, rho=0.2, beta=1.5, weight_decay=0.1)
    copies = objective.evaluate(theta, np.repeat(X, counts, axis=0), np.repeat(targets, counts, axis=0))
    for weights in (counts * 1.0, counts * 1e300, (counts * 3.7).astype(np.float32)):
        weighted = objective.evaluate(theta, X, targets, weights)
        tolerance = 1e-14 if weights.dtype == np.float64 else 1e-6
        assert weighted.cost == pytest.approx(copies.cost, rel=tolerance)
        for array, expected in zip(weighted.mean_activations, copies.mean_activations, strict=True):
            np.testing.assert_allclose(array, expected, rtol=tolerance)
        assert np.linalg.norm(weighted.gradient - copies.gradient) <= 10 * tolerance * np.linalg.norm(copies.gradient)
        assert objective.cost(theta, X, targets, weights) == weighted.cost
    plain = objective.evaluate(theta, X, targets)
    assert np.linalg.norm(plain.gradient - copies.gradient) > 1e-5 * np.linalg.norm(copies.gradient)
    even = objective.evaluate(theta, X, targets, np.full(40, 3.0))
    assert even.cost == pytest.approx(plain.cost, rel=1e-14)
    assert np.linalg.norm(even.gradient - plain.gradient) <= 1e-14 * np.linalg.norm(plain.gradient)


@pytest.mark.parametrize("beta", [0, 3, (0, 2), (2, 0)])
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_weighted_gradient_agrees_with_the_complex_step(name, beta):
    sizes = (4, 3, 5, 2)
    theta, X, targets = problem(sizes, 9)
    objective = Objective(sizes, rho=0.2, beta=beta if name == "sigmoid" else 0, weight_decay=0.1, activation=name)
    weights = np.random.default_rng(0).uniform(0, 5, 9)
    numeric = complex_step(lambda theta: objective.cost(theta, X, targets, weights), theta)
    gradient = objective(theta, X, targets, weights)[1]
    assert np.linalg.norm(gradient - numeric) < 1e-13 * np.linalg.norm(numeric)
    assert np.linalg.norm(gradient - objective(theta, X, targets)[1]) > 1e-2 * np.linalg.norm(numeric)


def test_weights_over_many_shards():
    """The result does not depend on the number of threads, and a shard without weight does not matter."""
    sizes = (6, 5, 6)
    theta, X, _ = problem(sizes, 100_000)
    theta *= 100  # units are saturated
    weights = np.random.default_rng(0).uniform(size=len(X))
    weights[: len(X) // 2] = 0
    one, two = (Objective(sizes, rho=0.2, beta=1.5, workers=n).evaluate(theta, X, None, weights) for n in (1, 2))
    assert one.cost == two.cost and np.array_equal(one.gradient, two.gradient)
    half = Objective(sizes, rho=0.2, beta=1.5).evaluate(theta, X[weights > 0], None, weights[weights > 0])
    assert one.cost == pytest.approx(half.cost, rel=1e-13)
    assert np.linalg.norm(one.gradient - half.gradient) < 1e-12 * np.linalg.norm(half.gradient)


def test_a_weight_of_0_hides_a_sample_that_alone_is_not_saturated():
    """A unit is off by 1000 in every sample but one; without that one its mean is exp(-1000)."""
    objective = Objective((1, 1, 1), rho=0.1, beta=2.0)
    theta, X = np.array([-1000.0, 0.0, 1.0, 0.0]), np.array([[1.0], [1.0], [0.0]])
    hidden = objective.evaluate(theta, X, None, np.array([1.0, 1.0, 0.0]))
    absent = objective.evaluate(theta, X[:2])
    assert hidden.cost == pytest.approx(absent.cost, rel=1e-14) and hidden.cost > 100
    np.testing.assert_allclose(hidden.gradient, absent.gradient, rtol=1e-14)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0, 1.0], TypeError, "sample_weight must be a NumPy array of float32 or float64, got list"),
        (np.array([1, 2]), TypeError, "sample_weight must be of type float32 or float64, got int64"),
        (np.ones(3), ValueError, r"sample_weight must have shape \(2,\), got \(3,\)"),
        (np.ones((2, 1)), ValueError, r"sample_weight must have shape \(2,\), got \(2, 1\)"),
        (np.array([1, np.nan]), ValueError, r"sample_weight must be finite, got sample_weight\[1\] = nan"),
        (np.array([1.0, -2.0]), ValueError, r"sample_weight must not be negative, got sample_weight\[1\] = -2.0"),
        (np.zeros(2), ValueError, "sample_weight must hold at least one weight that is not zero"),
    ],
    ids=str,
)
def test_bad_weights_are_named(weights, error, message):
    theta, X, _ = problem((3, 2, 3), 2)
    with pytest.raises(error, match=message):
        Objective((3, 2, 3))(theta, X, None, weights)
