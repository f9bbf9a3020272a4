"""Each activation with its derivative, its range and its precision."""

import math
import warnings

import numpy as np
import pytest

from sparseae_lib.activations import ACTIVATIONS, Activation, activation_by_layer, get_activation, tanh_derivative

NAMES = sorted(ACTIVATIONS)
Z = np.array([-3.0, -1.2, -0.4, 0.3, 0.9, 2.5])

pytestmark = pytest.mark.usefixtures("computed_by")
by_name = pytest.mark.parametrize("name", NAMES)


def test_the_five_activations_are_known():
    assert NAMES == ["identity", "relu", "sigmoid", "softplus", "tanh"]


@pytest.mark.parametrize(
    ("name", "z", "a", "f_prime"),
    [
        ("sigmoid", 0.0, 0.5, 0.25),
        ("sigmoid", math.log(3), 0.75, 0.1875),
        ("sigmoid", -math.log(3), 0.25, 0.1875),
        ("tanh", 0.0, 0.0, 1.0),
        ("tanh", math.log(2), 0.6, 0.64),
        ("identity", -1.5, -1.5, 1.0),
        ("relu", 2.0, 2.0, 1.0),
        ("relu", -2.0, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),
        ("softplus", 0.0, math.log(2), 0.5),
        ("softplus", math.log(3), math.log(4), 0.75),
        ("softplus", -40.0, math.exp(-40), math.exp(-40)),
    ],
)
def test_values_by_hand(name, z, a, f_prime):
    activation = get_activation(name)
    value = activation.function(np.array([z]))
    np.testing.assert_allclose(value, [a], rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(activation.derivative(value), [f_prime], rtol=1e-14)


@by_name
def test_derivative_is_that_of_the_function(name):
    activation = get_activation(name)
    f_prime = activation.function(Z + 1e-20j).imag / 1e-20
    np.testing.assert_allclose(activation.derivative(activation.function(Z)), f_prime, rtol=1e-14)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_derivative_of_z_instead_of_a_is_rejected(name):
    activation = get_activation(name)
    f_prime = activation.function(Z + 1e-20j).imag / 1e-20
    assert np.abs(activation.derivative(Z) - f_prime).max() > 0.1


@by_name
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_shape_and_precision_are_kept(name, dtype, shape):
    activation = get_activation(name)
    a = activation.function(np.full(shape, 0.5, dtype))
    f_prime = activation.derivative(a)
    assert (a.shape, a.dtype, f_prime.shape, f_prime.dtype) == (shape, dtype, shape, dtype)


@by_name
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_large_input_neither_warns_nor_gives_nan(name, dtype):
    activation = get_activation(name)
    z = np.linspace(-1000, 1000, 20001).astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        a = activation.function(z)
        f_prime = activation.derivative(a)
    assert np.isfinite(a).all()
    assert np.isfinite(f_prime).all()


@by_name
def test_complex_step_passes_where_the_function_saturates(name):
    activation = get_activation(name)
    z = np.array([-1000.0, -710.0, -40.0, 40.0, 1000.0])
    a = activation.function(z)
    step = activation.function(z + 1e-20j)
    np.testing.assert_allclose(step.real, a, rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(step.imag / 1e-20, activation.derivative(a), rtol=0, atol=1e-16)


def test_sigmoid_keeps_its_relative_precision_where_it_is_small():
    np.testing.assert_allclose(get_activation("sigmoid").function(np.array([-40.0, -700.0])), np.exp([-40.0, -700.0]))


@by_name
def test_nan_stays_nan(name):
    assert np.isnan(get_activation(name).function(np.array([np.nan])))[0]


@by_name
def test_range_is_kept_and_its_bounds_are_approached(name):
    activation = get_activation(name)
    a = activation.function(np.linspace(-1e6, 1e6, 4001))
    low, high = activation.range
    assert a.min() == max(low, -1e6)
    assert a.max() == min(high, 1e6)


def test_an_activation_of_ones_own_is_returned_as_it_is():
    square = Activation("square root", np.sqrt, lambda a: 1 / (2 * a), (0.0, math.inf))
    assert get_activation(square) is square


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="one of sigmoid, tanh, identity, relu, softplus, got 'softsign'"):
        get_activation("softsign")


@pytest.mark.parametrize("activation", [None, 3, np.tanh])
def test_anything_but_a_name_or_an_activation_is_a_type_error(activation):
    with pytest.raises(TypeError, match="activation must be a name or an Activation, got"):
        get_activation(activation)


def test_one_activation_is_that_of_every_layer():
    tanh = ACTIVATIONS["tanh"]
    assert activation_by_layer("tanh", 3) == activation_by_layer(tanh, 3) == {2: tanh, 3: tanh, 4: tanh}
    assert activation_by_layer(["tanh"], 1) == {2: tanh}


@pytest.mark.parametrize("kind", [tuple, list, iter, np.array])
def test_a_sequence_has_one_activation_per_layer(kind):
    by_layer = activation_by_layer(kind(["tanh", "sigmoid", "identity"]), 3)
    assert {layer: activation.name for layer, activation in by_layer.items()} == {
        2: "tanh",
        3: "sigmoid",
        4: "identity",
    }


@pytest.mark.parametrize(
    ("activation", "error", "message"),
    [
        (("tanh",), ValueError, r"one per layer after the first \(2\), got 1: \('tanh',\)"),
        ((), ValueError, r"one per layer after the first \(2\), got 0: \(\)"),
        ({"tanh"}, TypeError, r"one per layer after the first \(2\), got \{'tanh'\}"),
        ({"tanh": 1, "relu": 2}, TypeError, r"one per layer after the first \(2\), got \{'tanh'"),
        (b"tanh", TypeError, r"one per layer after the first \(2\), got b'tanh'"),
        (("tanh", None), TypeError, r"activation\[1\] must be a name or an Activation, got NoneType"),
        (("softsign", "tanh"), ValueError, r"activation\[0\] must be one of sigmoid, .* got 'softsign'"),
        (None, TypeError, "activation must be a name or an Activation, got NoneType"),
    ],
    ids=str,
)
def test_what_is_no_activation_by_layer(activation, error, message):
    with pytest.raises(error, match=message):
        activation_by_layer(activation, 2)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("layout", [np.array, np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_product_with_the_derivative(computed_by, name, layout, dtype):
    """Compiled or not, it is rounded as the two steps are."""
    rng = np.random.default_rng(0)
    a, G = rng.random((7, 5)).astype(dtype), layout(rng.normal(size=(7, 5)).astype(dtype))
    expected = G * ACTIVATIONS[name].differentiate(a)
    assert ACTIVATIONS[name].times_derivative(G, a) is G
    assert G.tobytes() == expected.tobytes()


def read_only(b):
    b.flags.writeable = False
    return b


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("layout", [np.array, np.asfortranarray])
@pytest.mark.parametrize(
    "row",
    [
        np.array,
        read_only,
        lambda b: np.repeat(b, 2)[::2],
        lambda b: b.astype(b.dtype.newbyteorder()),
        lambda b: b.real.astype(np.float32),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_of_a_sum_with_a_row(computed_by, name, layout, row, dtype):
    """Compiled or not, it is rounded as the two steps are."""
    rng = np.random.default_rng(0)
    Z, b = layout(rng.normal(size=(7, 5)).astype(dtype)), row(rng.normal(size=5).astype(dtype))
    expected = ACTIVATIONS[name].activate(Z + b)
    assert ACTIVATIONS[name].activate_sum(Z, b) is Z
    assert Z.tobytes() == expected.tobytes()


def test_a_row_that_is_too_short_is_refused(computed_by):
    with pytest.raises(ValueError, match="broadcast"):
        ACTIVATIONS["sigmoid"].activate_sum(np.ones((2, 3)), np.ones(2))


def test_the_product_takes_the_derivative_that_the_activation_has(computed_by):
    activation = Activation(
        "sigmoid", ACTIVATIONS["sigmoid"].function, lambda a, out=None: np.multiply(a, 3, out=out), (0.0, 1.0), True
    )
    assert activation.times_derivative(np.ones((2, 2)), np.full((2, 2), 0.5)).tolist() == [[1.5, 1.5], [1.5, 1.5]]


def test_the_product_with_an_array_of_another_kind(computed_by):
    """The smaller one is broadcast, the type is that of G."""
    G, a = np.ones((2, 2)), np.full(2, 0.5, np.float32)
    assert ACTIVATIONS["sigmoid"].times_derivative(G, a).tolist() == [[0.25, 0.25], [0.25, 0.25]]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"name": 3}, TypeError, "name must be a string, got 3"),
        ({"function": 3}, TypeError, "function must be a function, got 3"),
        ({"derivative": None}, TypeError, "derivative must be a function, got None"),
        ({"range": None}, TypeError, r"range must be a pair \(low, high\) of numbers, low < high, got None"),
        ({"range": "ab"}, TypeError, "range must be a pair .* got 'ab'"),
        ({"range": (0.0,)}, TypeError, r"range must be a pair .* got \(0\.0,\)"),
        ({"range": [0, 1]}, TypeError, r"range must be a pair .* got \[0, 1\]"),
        ({"range": (1, 0)}, ValueError, r"range must be a pair .* got \(1, 0\)"),
        ({"range": (0, math.nan)}, ValueError, r"range must be a pair .* got \(0, nan\)"),
        ({"in_place": "no"}, TypeError, "in_place must be True or False, got 'no'"),
    ],
    ids=str,
)
def test_an_activation_of_other_parts_is_refused(changes, error, message):
    parts = {"name": "own", "function": np.tanh, "derivative": tanh_derivative, "range": (-1, 1)}
    assert Activation(**parts).activate(np.zeros(3)).tolist() == [0, 0, 0]
    with pytest.raises(error, match=message):
        Activation(**parts | changes)


@pytest.mark.parametrize(
    "function", [np.sum, lambda z: z[:, :1], lambda z: z.tolist()[0]], ids=["sum", "column", "row"]
)
def test_a_function_that_does_not_work_elementwise_is_named(function):
    for parts in ((function, np.tanh), (np.tanh, function)):
        activation = Activation("own", *parts, (-1.0, 1.0))
        with pytest.raises(ValueError, match=r"activation own must work elementwise: of shape \(4, 3\) it makes "):
            activation.times_derivative(np.ones((4, 3)), activation.activate(np.zeros((4, 3)), out=np.empty((4, 3))))
