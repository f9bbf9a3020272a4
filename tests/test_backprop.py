"""Each equation of backpropagation: a value by hand, against the complex step, and its tempting wrong variants."""

import re

import numpy as np
import pytest

from sparseae_lib.activations import ACTIVATIONS, get_activation
from sparseae_lib.backprop import (
    activation_vjp,
    bias_gradient,
    column_sums,
    cost,
    half_squared_error,
    hidden_delta,
    outer_products,
    output_delta,
    pre_activation,
    residuals,
    weight_gradient,
)
from sparseae_lib.gradcheck import complex_step

by_activation = pytest.mark.parametrize("name", sorted(ACTIVATIONS))
# m, S_l, S_{l+1}: rectangular, one sample, one output, and square on purpose (there nothing but the numbers can tell).
by_sizes = pytest.mark.parametrize("sizes", [(5, 4, 3), (1, 4, 3), (5, 4, 1), (4, 4, 4)])
DECAY = 0.3


def error(left, right):
    """Normwise relative error."""
    assert left.shape == right.shape
    return np.linalg.norm(left - right) / np.linalg.norm(right)


class Case:
    """A last layer Z -> A = f(Z) -> f(A W + b) -> J, with random values that show every mistake."""

    def __init__(self, sizes, name):
        m, n, n_next = sizes
        rng = np.random.default_rng(7)
        self.m, self.name, self.f = m, name, get_activation(name).function
        self.Z = rng.uniform(0.2, 1.5, (m, n)) * rng.choice([-1, 1], (m, n))  # away from the kink of relu
        self.W = rng.uniform(0.1, 1, (n, n_next)) * rng.choice([-1, 1], (n, n_next), p=[0.2, 0.8])
        self.b = rng.uniform(0.5, 1, n_next)
        self.Y = rng.uniform(2, 3, (m, n_next))
        self.beta_kappa = rng.uniform(0.5, 2, n)
        self.A = self.f(self.Z)
        self.Z_next = pre_activation(self.A, self.W, self.b)
        self.A_next = self.f(self.Z_next)
        self.delta_next = output_delta(self.A_next, self.Y, name)
        assert np.linalg.norm(self.delta_next) > 1e-2
        assert np.abs(self.Z_next).min() > 1e-2

    def J(self, W, b):
        return cost(self.f(pre_activation(self.A, W, b)), self.Y, [W], DECAY)

    def J_of_Z(self, Z, beta_kappa=0.0):
        """The cost from a hidden layer on, with a penalty on the mean activation whose derivative is ``beta_kappa``."""
        A = self.f(Z)
        return cost(self.f(pre_activation(A, self.W, self.b)), self.Y, [], 0) + np.sum(beta_kappa * A.mean(axis=0))


@pytest.fixture
def case(sizes, name):
    return Case(sizes, name)


# thm-forward


def test_pre_activation_by_hand():
    A, W, b = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]]), np.array([[1.0], [10.0]]), np.array([0.5])
    assert pre_activation(A, W, b).tolist() == [[21.5], [10.5], [3.5]]


# thm-cost


def test_cost_by_hand():
    A, Y = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[0.0, 4.0], [3.0, 1.0]])
    weights = [np.array([[1.0, -2.0]]), np.array([[3.0], [0.0]])]
    assert cost(A, Y, weights, 0) == (1 + 4 + 9) / 4
    assert cost(A, Y, weights, 0.5) == (1 + 4 + 9) / 4 + 0.25 * (1 + 4 + 9)


def test_cost_squares_complex_numbers_analytically():
    assert cost(np.array([[1j]]), np.array([[0.0]]), [np.array([[2j]])], 1.0) == -0.5 - 2


# thm-output-delta


def test_output_delta_by_hand():
    A, Y = np.array([[0.5, 0.75], [0.25, 0.5]]), np.array([[1.0, 0.0], [0.25, 0.0]])
    assert output_delta(A, Y, "sigmoid").tolist() == [[-0.125, 0.140625], [0.0, 0.125]]


@by_activation
@by_sizes
def test_output_delta_is_m_times_the_derivative(case):
    numeric = case.m * complex_step(lambda Z: cost(case.f(Z), case.Y, [], 0), case.Z_next)
    assert error(case.delta_next, numeric) < 1e-13


@by_sizes
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda A, Y, f_prime: -(Y - A), id="without f'"),
        pytest.param(lambda A, Y, f_prime: (Y - A) * f_prime(A), id="sign"),
        pytest.param(lambda A, Y, f_prime: -2 * (Y - A) * f_prime(A), id="factor 2"),
        pytest.param(lambda A, Y, f_prime: -(Y - A) * f_prime(A) / (len(A) + 1), id="batch factor"),
        pytest.param(lambda A, Y, f_prime: -(Y - A) * f_prime(Y), id="f' at the target"),
        pytest.param(lambda A, Y, f_prime: -(Y - A) * A, id="f instead of f'"),
    ],
)
def test_wrong_output_deltas_are_rejected(case, wrong):
    assert error(wrong(case.A_next, case.Y, get_activation(case.name).derivative), case.delta_next) > 1e-2


# thm-hidden-delta


def test_hidden_delta_by_hand():
    delta_next, W = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, -6.0], [0.0, 1.0]])
    A = np.array([[0.5, 0.5, 0.75]])
    assert hidden_delta(delta_next, W, A, "sigmoid").tolist() == [[11 / 4, -7 / 4, 2 * 3 / 16]]
    f_prime = np.array([1.0, 0.0, -2.0])
    assert hidden_delta(delta_next, W, A, "sigmoid", f_prime).tolist() == [[12 / 4, -7 / 4, 0]]


@by_activation
@by_sizes
@pytest.mark.parametrize("sparse", [False, True])
def test_hidden_delta_is_m_times_the_derivative(case, sparse):
    beta_kappa = case.beta_kappa if sparse else 0.0
    numeric = case.m * complex_step(lambda Z: case.J_of_Z(Z, beta_kappa), case.Z)
    assert error(hidden_delta(case.delta_next, case.W, case.A, case.name, beta_kappa), numeric) < 1e-13


@pytest.mark.parametrize("sizes", [(4, 4, 4)])  # where every product below is defined
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda D, W, f_prime, k: (D @ W + k) * f_prime, id="W not transposed"),
        pytest.param(lambda D, W, f_prime, k: (W.T @ D + k) * f_prime, id="order"),
        pytest.param(lambda D, W, f_prime, k: (D @ W.T + k) @ f_prime, id="matrix product for elementwise"),
        pytest.param(lambda D, W, f_prime, k: D @ W.T + k, id="without f'"),
        pytest.param(lambda D, W, f_prime, k: -(D @ W.T + k) * f_prime, id="sign"),
        pytest.param(lambda D, W, f_prime, k: (D * f_prime) @ W.T + k * f_prime, id="f' on the wrong side"),
        pytest.param(lambda D, W, f_prime, k: D @ W.T * f_prime + k, id="penalty outside the bracket"),
        pytest.param(lambda D, W, f_prime, k: D @ W.T * f_prime, id="penalty forgotten"),
        pytest.param(lambda D, W, f_prime, k: (D @ W.T + k[:, None]) * f_prime, id="penalty by sample"),
        pytest.param(lambda D, W, f_prime, k: (D @ W.T + k / len(D)) * f_prime, id="penalty over m"),
    ],
)
def test_wrong_hidden_deltas_are_rejected(case, wrong):
    f_prime = get_activation(case.name).derivative(case.A)
    right = hidden_delta(case.delta_next, case.W, case.A, case.name, case.beta_kappa)
    assert error(wrong(case.delta_next, case.W, f_prime, case.beta_kappa), right) > 1e-2


# thm-weight-gradient


def test_weight_gradient_by_hand():
    A, delta_next = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 2.0]])
    W = np.array([[2.0, 0.0, 0.0], [0.0, 0.0, -4.0]])
    assert weight_gradient(A, delta_next, W, 0).tolist() == [[0.5, 1.5, 4.0], [1.0, 2.0, 6.0]]
    assert weight_gradient(A, delta_next, W, 0.5).tolist() == [[1.5, 1.5, 4.0], [1.0, 2.0, 4.0]]


@by_activation
@by_sizes
def test_weight_gradient_is_the_derivative(case):
    numeric = complex_step(lambda W: case.J(W, case.b), case.W)
    assert error(weight_gradient(case.A, case.delta_next, case.W, DECAY), numeric) < 1e-13


@pytest.mark.parametrize("sizes", [(4, 4, 4)])
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda A, D, W: D.T @ A / len(A) + DECAY * W, id="transposed"),
        pytest.param(lambda A, D, W: A @ D / len(A) + DECAY * W, id="A not transposed"),
        pytest.param(lambda A, D, W: D @ A.T / len(A) + DECAY * W, id="samples for units"),
        pytest.param(lambda A, D, W: A * D + DECAY * W, id="elementwise for outer product"),
        pytest.param(lambda A, D, W: A.T @ D + DECAY * W, id="without 1/m"),
        pytest.param(lambda A, D, W: A.T @ D / len(A), id="without decay"),
        pytest.param(lambda A, D, W: A.T @ D / len(A) + 2 * DECAY * W, id="decay doubled"),
        pytest.param(lambda A, D, W: (A.T @ D + DECAY * W) / len(A), id="decay over m"),
        pytest.param(lambda A, D, W: A.T @ D / len(A) - DECAY * W, id="sign of the decay"),
    ],
)
def test_wrong_weight_gradients_are_rejected(case, wrong):
    right = weight_gradient(case.A, case.delta_next, case.W, DECAY)
    assert error(wrong(case.A, case.delta_next, case.W), right) > 1e-2


# thm-bias-gradient


def test_bias_gradient_by_hand():
    assert bias_gradient(np.array([[1.0, -2.0, 0.0], [3.0, 4.0, 0.0]])).tolist() == [2.0, 1.0, 0.0]


@by_activation
@by_sizes
def test_bias_gradient_is_the_derivative(case):
    numeric = complex_step(lambda b: case.J(case.W, b), case.b)
    assert error(bias_gradient(case.delta_next), numeric) < 1e-13


@pytest.mark.parametrize("sizes", [(4, 4, 4)])
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda D, b: D.sum(axis=0), id="sum for mean"),
        pytest.param(lambda D, b: D.mean(axis=1), id="mean over the units"),
        pytest.param(lambda D, b: D.mean(axis=0) + DECAY * b, id="decay of the bias"),
        pytest.param(lambda D, b: D[0], id="one sample"),
    ],
)
def test_wrong_bias_gradients_are_rejected(case, wrong):
    assert error(wrong(case.delta_next, case.b), bias_gradient(case.delta_next)) > 1e-2


# Shapes that NumPy would broadcast, or that do not meet


A, A_NEXT, W, B = np.ones((5, 4)), np.ones((5, 3)), np.ones((4, 3)), np.ones(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pre_activation(A, W.T, B), "W must have shape (4, S_{l+1}), got (3, 4)"),
        (lambda: pre_activation(A, W, np.ones(1)), "b must have shape (3,), got (1,)"),
        (lambda: pre_activation(A, W, np.ones((1, 3))), "b must have shape (3,), got (1, 3)"),
        (lambda: pre_activation(A[0], W, B), "A must have shape (m, S_l), got (4,)"),
        (lambda: cost(A, A[:1], [], 0), "Y must have shape (5, 4), got (1, 4)"),
        (lambda: cost(A[0], A[0], [], 0), "A must have shape (m, S_L), got (4,)"),
        (lambda: output_delta(A[:, :1], A[:, 0], "tanh"), "Y must have shape (5, 1), got (5,)"),
        (lambda: output_delta(A, A[:1], "tanh"), "Y must have shape (5, 4), got (1, 4)"),
        (lambda: hidden_delta(A_NEXT, W.T, A, "tanh"), "W must have shape (4, 3), got (3, 4)"),
        (lambda: hidden_delta(A_NEXT[:1], W, A, "tanh"), "delta_next must have shape (5, S_{l+1}), got (1, 3)"),
        (lambda: hidden_delta(A_NEXT, W, A[:1], "tanh"), "delta_next must have shape (1, S_{l+1}), got (5, 3)"),
        (lambda: hidden_delta(A_NEXT, W, A, "tanh", np.ones(1)), "beta_kappa must have shape (4,), got (1,)"),
        (lambda: hidden_delta(A_NEXT, W, A, "tanh", np.ones((5, 1))), "beta_kappa must have shape (4,), got (5, 1)"),
        (lambda: weight_gradient(A, A_NEXT[1:], W, 0), "delta_next must have shape (5, S_{l+1}), got (4, 3)"),
        (lambda: weight_gradient(A, A_NEXT, W[:1], 0), "W must have shape (4, 3), got (1, 3)"),
        (lambda: bias_gradient(B), "delta_next must have shape (m, S_{l+1}), got (3,)"),
    ],
)
def test_shapes_that_do_not_meet(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


# Sums over samples


def test_sums_by_hand():
    A, Y = np.array([[1.0, 2.0], [0.0, 1.0], [5.0, 0.0]]), np.array([[0.0, 4.0], [3.0, 1.0], [5.0, 2.0]])
    assert residuals(A, Y).tolist() == [[1.0, -2.0], [-3.0, 0.0], [0.0, -2.0]]
    assert half_squared_error(residuals(A, Y)) == (1 + 4 + 9 + 4) / 2
    assert column_sums(A).tolist() == [6.0, 3.0]
    assert outer_products(A, np.array([[1.0], [10.0], [100.0]])).tolist() == [[501.0], [12.0]]


def test_sums_of_blocks_give_the_cost_and_the_gradient():
    rng = np.random.default_rng(3)
    A, A_next, Y, W = (rng.normal(size=size) for size in ((7, 4), (7, 3), (7, 3), (4, 3)))
    blocks = (slice(0, 2), slice(2, 3), slice(3, 7))
    total = sum(half_squared_error(residuals(A_next[rows], Y[rows])) for rows in blocks)
    assert total / 7 == pytest.approx(cost(A_next, Y, [W], 0), rel=1e-14)
    total = sum(outer_products(A[rows], Y[rows]) for rows in blocks)
    assert error(total / 7, weight_gradient(A, Y, W, 0)) < 1e-14
    assert error(sum(column_sums(Y[rows]) for rows in blocks) / 7, bias_gradient(Y)) < 1e-14


@by_activation
def test_through_an_activation_and_where_it_is_written(name, monkeypatch):
    monkeypatch.setattr("sparseae_lib.activations.compiled_sigmoid", lambda: None)  # it needs no room for f_prime
    case = Case((5, 4, 3), name)
    G, f_prime = residuals(case.A_next, case.Y), np.empty((5, 3))
    delta = activation_vjp(G, case.A_next, name, out=f_prime)
    assert delta is G
    assert np.allclose(delta, case.delta_next, rtol=1e-13, atol=0)
    assert np.array_equal(f_prime, get_activation(name).derivative(case.A_next))
    with pytest.raises(ValueError, match=re.escape("G must have shape (5, 3), got (3,)")):
        activation_vjp(G[0], case.A_next, name)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_sums_keep_their_type(dtype):
    A = np.array([[1, 2], [3, 4]], dtype)
    assert {column_sums(A).dtype, outer_products(A, A).dtype, half_squared_error(A).dtype} == {np.dtype(dtype)}


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_order_in_memory_changes_nothing(order):
    A = np.array([[1.0, 2.0], [0.0, 1.0], [5.0, 0.0]], order=order)
    assert half_squared_error(A[::2, ::-1]) == (1 + 4 + 25) / 2
    assert cost(A, 0 * A, [A[:, ::2]], 2.0) == (1 + 4 + 1 + 25) / 6 + (1 + 25)


def test_arguments_are_left_as_they_are():
    case = Case((5, 4, 3), "sigmoid")
    before = [array.copy() for array in (case.A, case.A_next, case.Y, case.W, case.b, case.delta_next, case.beta_kappa)]
    pre_activation(case.A, case.W, case.b)
    delta = output_delta(case.A_next, case.Y, "sigmoid")
    hidden_delta(case.delta_next, case.W, case.A, "sigmoid", case.beta_kappa)
    weight_gradient(case.A, delta, case.W, DECAY)
    bias_gradient(case.delta_next)
    after = (case.A, case.A_next, case.Y, case.W, case.b, case.delta_next, case.beta_kappa)
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    "call",
    [
        lambda: pre_activation(A.tolist(), W, B),
        lambda: output_delta(A.tolist(), A, "tanh"),
        lambda: bias_gradient(A.tolist()),
    ],
)
def test_lists_are_a_type_error(call):
    with pytest.raises(TypeError, match=r"must be a NumPy array of float32 or float64 .*, got list"):
        call()


CALLS = {
    pre_activation: {"A": A, "W": W, "b": B},
    residuals: {"A": A, "Y": A},
    half_squared_error: {"R": A},
    output_delta: {"A": A, "Y": A, "activation": "tanh"},
    hidden_delta: {"delta_next": A_NEXT, "W": W, "A": A, "activation": "tanh", "beta_kappa": np.ones(4)},
    activation_vjp: {"G": A, "A": A, "activation": "tanh"},
    weight_gradient: {"A": A, "delta_next": A_NEXT, "W": W, "weight_decay": 0.1},
    outer_products: {"A": A, "delta_next": A_NEXT},
    bias_gradient: {"delta_next": A_NEXT},
    column_sums: {"A": A},
    cost: {"A": A, "Y": A, "weights": [W], "weight_decay": 0.1},
}
ARRAYS = [(f, name) for f, values in CALLS.items() for name in values if name not in ("activation", "weight_decay")]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, bool])
@pytest.mark.parametrize(("function", "name"), ARRAYS, ids=lambda value: getattr(value, "__name__", value))
def test_integers_and_booleans_are_refused_by_name(function, name, dtype):
    """The square of an int8 of 16 is 0, and the sum of two booleans is one."""
    given = CALLS[function][name]
    bad = [W.astype(dtype)] if name == "weights" else given.astype(dtype)
    with pytest.raises(TypeError, match=rf"^{name}\b.* must be of type float32 or float64 .*, got {np.dtype(dtype)}$"):
        function(**CALLS[function] | {name: bad})


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: cost(A[:0], A[:0], [W], 0.1), "A"),
        (lambda: weight_gradient(A[:0], A_NEXT[:0], W, 0.1), "A"),
        (lambda: bias_gradient(A_NEXT[:0]), "delta_next"),
    ],
)
def test_there_is_no_mean_over_no_samples(call, name):
    with pytest.raises(ValueError, match=rf"^{name} must hold at least one sample \(row\), got shape \(0, [34]\)$"):
        call()


def test_a_sum_over_no_samples_is_zero():
    """A shard may be empty."""
    assert half_squared_error(residuals(A[:0], A[:0])) == 0
    assert column_sums(A[:0]).tolist() == [0, 0, 0, 0]
    assert outer_products(A[:0], A_NEXT[:0]).tolist() == [[0, 0, 0]] * 4


def test_an_unknown_activation():
    with pytest.raises(ValueError, match="activation must be one of"):
        output_delta(A, A, "linear")
    with pytest.raises(ValueError, match="activation must be one of"):
        hidden_delta(A_NEXT, W, A, "linear")
