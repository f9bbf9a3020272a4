"""The parameters, flat and by layer, and the forward pass."""

import re
from itertools import pairwise

import numpy as np
import pytest

from sparseae_lib.activations import Activation, activation_by_layer, get_activation
from sparseae_lib.network import ROWS_FOR_A_COPY, Network, flatten, forward, init_parameters, unflatten

SIZES = (4, 3, 5, 2)
N = 4 * 3 + 3 + 3 * 5 + 5 + 5 * 2 + 2


def layers_of(sizes):
    rng = np.random.default_rng(0)
    return unflatten(rng.normal(size=init_parameters(sizes, rng).size), sizes)


# init_parameters


def test_initial_weights_are_uniform_within_r_and_biases_zero():
    theta = init_parameters((30, 20, 40), np.random.default_rng(0))
    assert (theta.shape, theta.dtype) == ((30 * 20 + 20 + 20 * 40 + 40,), np.float64)
    for (W, b), fan_sum in zip(unflatten(theta, (30, 20, 40)), (50, 60), strict=True):
        r = np.sqrt(6 / (fan_sum + 1))
        assert 0.99 * r < W.max() <= r
        assert -r <= W.min() < -0.99 * r
        assert W.std() == pytest.approx(r / np.sqrt(3), rel=0.05)
        assert not b.any()


def test_the_generator_decides_the_parameters():
    first, again, other = (init_parameters(SIZES, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("rng", [0, None, np.random.RandomState(0)])
def test_anything_but_a_generator_is_a_type_error(rng):
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator, got"):
        init_parameters(SIZES, rng)


# layer_sizes


@pytest.mark.parametrize(
    ("sizes", "error", "came"),
    [
        ((4,), ValueError, "(4,)"),
        ((), ValueError, "()"),
        ((4, 0, 2), ValueError, "(4, 0, 2)"),
        ((4, -3), ValueError, "(4, -3)"),
        ((4, 3.0), TypeError, "3.0"),
        ((4, True), TypeError, "True"),
        ((4, np.True_), TypeError, "True"),
        ((4, "3"), TypeError, "'3'"),
        ("43", TypeError, "'43'"),
        (5, TypeError, "5"),
        (None, TypeError, "None"),
    ],
)
def test_bad_layer_sizes(sizes, error, came):
    expected = f"layer_sizes must be a sequence of at least two positive integers, got .*{re.escape(came)}"
    with pytest.raises(error, match=expected):
        init_parameters(sizes, np.random.default_rng(0))
    with pytest.raises(error, match=expected):
        unflatten(np.zeros(3), sizes)


def test_layer_sizes_may_be_a_list_or_an_array():
    theta = np.arange(N, dtype=float)
    for sizes in (list(SIZES), np.array(SIZES)):
        assert [W.shape for W, _ in unflatten(theta, sizes)] == [(4, 3), (3, 5), (5, 2)]


# flatten, unflatten


def test_order_of_theta_by_hand():
    layers = unflatten(np.arange(11.0), (2, 1, 4))
    (W1, b1), (W2, b2) = layers
    assert W1.tolist() == [[0], [1]]
    assert b1.tolist() == [2]
    assert W2.tolist() == [[3, 4, 5, 6]]
    assert b2.tolist() == [7, 8, 9, 10]
    assert unflatten(np.arange(8.0), (3, 2))[0][0].tolist() == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize("sizes", [SIZES, (6, 4, 6), (4, 3, 1), (3, 3, 3), (2, 5)])
def test_flatten_undoes_unflatten(sizes):
    theta = init_parameters(sizes, np.random.default_rng(0))
    layers = unflatten(theta, sizes)
    assert [(W.shape, b.shape) for W, b in layers] == [
        ((rows, columns), (columns,)) for rows, columns in pairwise(sizes)
    ]
    flat = flatten(layers)
    assert np.array_equal(flat, theta)
    assert not np.shares_memory(flat, theta)


def test_order_of_tied_theta_by_hand():
    """W1, b1, b2: the decoder is the transposed encoder."""
    theta = np.arange(8.0)
    (W1, b1), (W2, b2) = unflatten(theta, (2, 2, 2), tied=True)
    assert W1.tolist() == [[0, 1], [2, 3]]
    assert W2.tolist() == [[0, 2], [1, 3]]
    assert (b1.tolist(), b2.tolist()) == ([4, 5], [6, 7])
    W2[0, 1] = 10
    assert theta[2] == W1[1, 0] == 10


TIED = [(6, 4, 6), (5, 4, 3, 4, 5), (3, 3, 3, 3, 3)]


@pytest.mark.parametrize("sizes", TIED)
def test_flatten_undoes_unflatten_of_tied_weights(sizes):
    theta = init_parameters(sizes, np.random.default_rng(0), tied=True)
    layers = unflatten(theta, sizes, tied=True)
    assert [W.shape for W, _ in layers] == list(pairwise(sizes))
    half = len(layers) // 2
    for (W, b), (mirror, _) in zip(layers[:half], layers[::-1], strict=False):
        assert np.array_equal(mirror, W.T) and np.shares_memory(mirror, theta) and np.shares_memory(b, theta)
        assert 0 < np.abs(W).max() <= np.sqrt(6 / (sum(W.shape) + 1))
    assert np.array_equal(flatten(layers, tied=True), theta)
    free = flatten(layers)
    assert free.size == sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
    assert np.array_equal(flatten(unflatten(free, sizes), tied=True), theta)
    free[0] += 1
    with pytest.raises(ValueError, match="layers must have tied weights, got a W1 that is not its mirror's transpose"):
        flatten(unflatten(free, sizes), tied=True)


@pytest.mark.parametrize("sizes", [(4, 3, 5), (4, 4), (4, 3, 3, 4), (4, 3, 5, 4, 4)])
def test_layer_sizes_without_a_mirror_cannot_be_tied(sizes):
    message = "layer_sizes must read the same from both ends, and have a middle, if weights are tied, got "
    message = re.escape(f"{message}{sizes}")
    with pytest.raises(ValueError, match=message):
        init_parameters(sizes, np.random.default_rng(0), tied=True)
    with pytest.raises(ValueError, match=message):
        unflatten(np.zeros(30), sizes, tied=True)
    with pytest.raises(ValueError, match=message):
        flatten([(np.zeros(pair), np.zeros(pair[1])) for pair in pairwise(sizes)], tied=True)
    with pytest.raises(TypeError, match="tied must be True or False, got 1"):
        unflatten(np.zeros(30), sizes, tied=1)


@pytest.mark.parametrize("theta", [np.zeros(N), np.zeros(2 * N)[::2], np.zeros(N)[::-1], np.zeros(N, np.complex64)])
def test_layers_are_views(theta):
    for value, parameter in enumerate((p for layer in unflatten(theta, SIZES) for p in layer), start=1):
        assert np.shares_memory(parameter, theta)
        assert parameter.dtype == theta.dtype
        parameter[...] = value
    assert np.bincount(theta.real.astype(int)).tolist() == [0, 12, 3, 15, 5, 10, 2]


def test_flatten_keeps_the_order_of_a_transposed_matrix():
    assert flatten([(np.array([[1.0, 2.0], [3.0, 4.0]]).T, np.array([5.0, 6.0]))]).tolist() == [1, 3, 2, 4, 5, 6]


@pytest.mark.parametrize("theta", [np.zeros(N - 1), np.zeros(N + 1), np.zeros((N, 1)), np.zeros((1, N)), np.zeros(())])
def test_theta_of_another_size_or_shape(theta):
    with pytest.raises(ValueError, match=re.escape(f"theta must have shape ({N},), got {theta.shape}")):
        unflatten(theta, SIZES)


def test_theta_that_is_no_array_has_no_views():
    with pytest.raises(TypeError, match="theta must be a NumPy array, got list"):
        unflatten([0.0] * N, SIZES)


@pytest.mark.parametrize(
    ("W", "b", "message"),
    [
        (np.ones(3), np.ones(3), "W must have shape (S_l, S_{l+1}), got (3,)"),
        (np.ones((2, 3)), np.ones(2), "b must have shape (3,), got (2,)"),
        (np.ones((2, 3)), np.ones((1, 3)), "b must have shape (3,), got (1, 3)"),
    ],
)
def test_flatten_rejects_shapes_that_do_not_meet(W, b, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        flatten([(W, b)])


# forward


def test_forward_by_hand():
    layers = [(np.array([[1.0], [2.0]]), np.array([-1.0])), (np.array([[3.0, -1.0]]), np.array([0.5, 0.0]))]
    X = np.array([[1.0, 1.0], [0.0, -1.0], [2.0, 0.0]])
    A1, A2, A3 = forward(layers, X, "relu")
    assert A1 is X
    assert A2.tolist() == [[2.0], [0.0], [1.0]]
    assert A3.tolist() == [[6.5, 0.0], [0.5, 0.0], [3.5, 0.0]]


@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize("sizes", [SIZES, (4, 3, 1), (3, 3, 3)])
def test_forward_treats_every_sample_alone(sizes, m):
    layers = layers_of(sizes)
    X = np.random.default_rng(1).normal(size=(m, sizes[0]))
    activations = forward(layers, X, "tanh")
    assert [A.shape for A in activations] == [(m, size) for size in sizes]
    for s in range(m):
        a = X[s]
        for (W, b), A in zip(layers, activations[1:], strict=True):
            a = np.tanh([sum(a[i] * W[i, j] for i in range(len(W))) + b[j] for j in range(len(b))])
            np.testing.assert_allclose(A[s], a, rtol=1e-13)


def test_forward_takes_a_name_or_an_activation():
    layers, X = layers_of(SIZES), np.ones((2, 4))
    assert np.array_equal(forward(layers, X, "tanh")[-1], forward(layers, X, get_activation("tanh"))[-1])


def test_forward_with_an_activation_for_each_layer():
    (W1, b1), (W2, b2), (W3, b3) = layers = layers_of((3, 2, 4, 2))
    X = np.random.default_rng(1).normal(size=(5, 3))
    A2 = np.tanh(X @ W1 + b1)
    A3 = A2 @ W2 + b2
    A4 = np.maximum(A3 @ W3 + b3, 0)
    for A, expected in zip(forward(layers, X, ("tanh", "identity", "relu")), (X, A2, A3, A4), strict=True):
        np.testing.assert_allclose(A, expected, rtol=1e-14)
    with pytest.raises(ValueError, match=re.escape("one per layer after the first (3), got 2: ('tanh', 'relu')")):
        forward(layers, X, ("tanh", "relu"))


@pytest.mark.parametrize(
    ("parameters", "data", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float32),
        (np.float64, np.float32, np.float64),
        (np.complex128, np.float32, np.complex128),
        (np.complex64, np.float64, np.complex64),
    ],
)
def test_the_parameters_decide_the_precision(parameters, data, expected):
    layers = [(W.astype(parameters), b.astype(parameters)) for W, b in layers_of(SIZES)]
    A1, *others = forward(layers, np.full((2, 4), 0.1, data), "sigmoid")
    assert A1.dtype == expected(0).real.dtype
    assert {A.dtype for A in others} == {np.dtype(expected)}


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.ones((2, 3)), ValueError, "X must have shape (m, 4), got (2, 3)"),
        (np.ones(4), ValueError, "X must have shape (m, 4), got (4,)"),
        (np.ones((1, 2, 4)), ValueError, "X must have shape (m, 4), got (1, 2, 4)"),
        (np.ones((0, 4)), ValueError, "X must hold at least one sample (row), got shape (0, 4)"),
        (np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, np.nan, np.inf]]), ValueError, "got X[1, 2] = nan"),
        (np.array([[1.0, -np.inf, 3.0, 4.0]]), ValueError, "X must be finite, got X[0, 1] = -inf"),
        (np.ones((2, 4), int), TypeError, "X must be of type float32 or float64, got int64"),
        (np.ones((2, 4), np.uint8), TypeError, "got uint8"),
        (np.ones((2, 4), bool), TypeError, "got bool"),
        (np.ones((2, 4), object), TypeError, "got object"),
        (np.ones((2, 4), "U1"), TypeError, "got <U1"),
        (np.ones((2, 4), np.float16), TypeError, "got float16"),
        (np.ones((2, 4), complex), TypeError, "X must be of type float32 or float64, got complex128"),
        ([[1.0, 2.0, 3.0, 4.0]], TypeError, "X must be a NumPy array of float32 or float64, got list"),
        (None, TypeError, "X must be a NumPy array of float32 or float64, got NoneType"),
    ],
)
def test_forward_rejects_bad_data(X, error, message):
    with pytest.raises(error, match=re.escape(message)):
        forward(layers_of(SIZES), X, "sigmoid")


def test_forward_rejects_layers_that_do_not_meet():
    (W1, b1), (W2, b2), _ = layers_of(SIZES)
    X = np.ones((2, 4))
    with pytest.raises(ValueError, match=re.escape("W must have shape (3, S_{l+1}), got (5, 3)")):
        forward([(W1, b1), (W2.T, b2)], X, "sigmoid")
    with pytest.raises(ValueError, match=re.escape("b must have shape (3,), got (5,)")):
        forward([(W1, b2)], X, "sigmoid")
    with pytest.raises(TypeError, match=r"W must be of type float32 or float64 .* got int64"):
        forward([(W1.astype(int), b1)], X, "sigmoid")
    with pytest.raises(ValueError, match="layers must hold at least one"):
        forward([], X, "sigmoid")


def test_forward_rejects_data_that_the_precision_cannot_hold():
    layers = [(W.astype(np.float32), b.astype(np.float32)) for W, b in layers_of(SIZES)]
    with pytest.raises(ValueError, match=re.escape("X must fit into float32, got 1e+300 in size")):
        forward(layers, np.full((1, 4), 1e300), "sigmoid")


@pytest.mark.parametrize("function", [lambda z: z.sum(axis=1), lambda z: z.sum(axis=1, keepdims=True)])
def test_forward_names_an_activation_that_is_not_elementwise(function):
    own = Activation("own", function, np.ones_like, (-np.inf, np.inf))
    with pytest.raises(ValueError, match=r"^activation own must work elementwise: of shape \(2, 3\) it makes \(2"):
        forward(layers_of((4, 3, 4)), np.ones((2, 4)), own)


# Network


@pytest.mark.parametrize(("m", "copied"), [(1, False), (ROWS_FOR_A_COPY - 1, False), (ROWS_FOR_A_COPY, True)])
def test_weights_are_copied_for_the_way_back_where_the_samples_are_many(m, copied):
    network = Network.of(layers_of((3, 2, 4, 2)), activation_by_layer("sigmoid", 3), m)
    assert network.output == 4
    for layer in (2, 3):
        assert np.array_equal(network.W_back[layer], network.W[layer])
        assert np.shares_memory(network.W_back[layer], network.W[layer]) is not copied
        assert network.W_back[layer].flags.f_contiguous is copied
