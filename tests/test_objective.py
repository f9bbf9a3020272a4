import re

import numpy as np
import pytest

from sparseae_lib.activations import ACTIVATIONS
from sparseae_lib.backprop import bias_gradient, hidden_delta, output_delta, weight_gradient
from sparseae_lib.gradcheck import check_gradient, complex_step
from sparseae_lib.network import flatten, forward, init_parameters, unflatten
from sparseae_lib.objective import Objective

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


# Wrong gradients: the whole is put together from the equations, with one of them wrong


def assemble(theta, X, targets, sizes, decay, *, hidden=hidden_delta, weight=weight_gradient, output=output_delta):
    layers = unflatten(theta, sizes)
    A = forward(layers, X, "sigmoid")
    delta = output(A[-1], targets, "sigmoid")
    gradients = []
    for index in reversed(range(len(layers))):
        W = layers[index][0]
        gradients.insert(0, (weight(A[index], delta, W, decay), bias_gradient(delta)))
        delta = hidden(delta, W, A[index], "sigmoid")
    return flatten(gradients)


WRONG = {
    "W not transposed": {"hidden": lambda D, W, A, f: D @ W * A * (1 - A)},
    "hidden delta without f'": {"hidden": lambda D, W, A, f: D @ W.T},
    "output delta without f'": {"output": lambda A, Y, f: A - Y},
    "gradient transposed": {"weight": lambda A, D, W, decay: D.T @ A / len(A) + decay * W},
    "no 1/m": {"weight": lambda A, D, W, decay: A.T @ D + decay * W},
    "no weight decay": {"weight": lambda A, D, W, decay: A.T @ D / len(A)},
    "weight decay doubled": {"weight": lambda A, D, W, decay: A.T @ D / len(A) + 2 * decay * W},
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wrong", [None, *WRONG])
def test_one_wrong_equation_is_rejected(wrong, method):
    sizes, decay = (5, 5, 5, 5), 1e-4  # square: nothing is ill-formed
    theta, X, targets = problem(sizes, 7)
    objective = Objective(sizes, weight_decay=decay)
    gradient = assemble(theta, X, targets, sizes, decay, **WRONG.get(wrong, {}))
    check = check_gradient(lambda t: objective.cost(t, X, targets), gradient, theta, method=method)
    assert check.passed == (wrong is None), check


@pytest.mark.parametrize("method", METHODS)
def test_the_forgotten_weight_decay_is_seen_where_it_is_tiny(method):
    theta, X, _ = problem((6, 4, 6), 5)
    X = 3 * X
    objective = Objective((6, 4, 6), weight_decay=1e-4, activation="identity")
    _, gradient = Objective((6, 4, 6), activation="identity")(theta, X)
    check = check_gradient(lambda t: objective.cost(t, X), gradient, theta, method=method)
    assert 1e-5 < check.relative_error < 3e-5
    assert not check, check


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
        ((THETA, X), ValueError, "targets must be given where the first and the last layer differ, got None"),
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
        ({"weight_decay": "1e-4"}, TypeError, "weight_decay must be a non-negative number, got '1e-4'"),
        ({"weight_decay": None}, TypeError, "weight_decay must be a non-negative number, got None"),
        ({"weight_decay": True}, TypeError, "weight_decay must be a non-negative number, got True"),
        ({"weight_decay": 1e-4j}, TypeError, "weight_decay must be a non-negative number, got 0.0001j"),
        ({"activation": "softsign"}, ValueError, "activation must be one of sigmoid, tanh, identity, relu"),
        ({"activation": None}, TypeError, "activation must be a name or an Activation, got NoneType"),
    ],
)
def test_bad_options(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Objective((4, 3, 2), **options)


@pytest.mark.parametrize(("sizes", "error"), [((4,), ValueError), ((4, 0, 2), ValueError), ((4, 3.0), TypeError)])
def test_bad_layer_sizes(sizes, error):
    with pytest.raises(error, match="layer_sizes must be a sequence of at least two positive integers, got"):
        Objective(sizes)
