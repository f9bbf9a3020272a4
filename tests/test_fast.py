"""The compiled sigmoid agrees with NumPy's. The tests of ``activations`` run with both as well."""

import threading

import numpy as np
import pytest
from mpmath import mp, mpf

from sparseae_lib import compiled
from sparseae_lib.activations import sigmoid
from sparseae_lib.objective import Objective

REAL = pytest.mark.parametrize("dtype", [np.float32, np.float64])
LIMITS = {np.float32: 103, np.float64: 745}  # where the sigmoid of -z is the smallest subnormal number


def samples(dtype):
    rng = np.random.default_rng(0)
    limit = LIMITS[dtype]
    return np.concatenate(
        [rng.uniform(-limit, limit, 1500), rng.normal(0, 3, 1500), rng.uniform(-limit, -0.94 * limit, 500)]
    ).astype(dtype)


def exact(z):
    with mp.workprec(200):
        return [1 / (1 + mp.exp(-mpf(entry))) for entry in z.tolist()]


@REAL
def test_the_sigmoid_is_within_a_few_units_in_the_last_place(computed_by, dtype):
    """Where the result is subnormal as well with numba, to which NumPy rounds 0: there exp(-z) overflows."""
    z = samples(dtype)
    smallest = np.finfo(dtype).smallest_subnormal if computed_by == "numba" else np.finfo(dtype).tiny
    for entry, a, right in zip(z, sigmoid(z), exact(z), strict=True):
        unit = max(float(np.spacing(dtype(right))), float(smallest))
        assert abs(mpf(float(a)) - right) <= 3 * unit, entry


@REAL
@pytest.mark.parametrize(
    ("z", "a"),
    [
        (0.0, 0.5),
        (-0.0, 0.5),
        (1e-310, 0.5),
        (-1e-310, 0.5),
        (np.inf, 1.0),
        (-np.inf, 0.0),
        (1e30, 1.0),
        (-1e30, 0.0),
        (-747.0, 0.0),
        (np.nan, np.nan),
        (-np.nan, np.nan),
    ],
)
def test_special_values(computed_by, dtype, z, a):
    with np.errstate(invalid="raise", divide="raise", over="raise"):
        value = sigmoid(np.full(9, z, dtype))
    np.testing.assert_array_equal(value, np.full(9, a, dtype), strict=True)


def test_the_compiled_sigmoid_vanishes_gradually():
    z = np.array([-709.0, -720.0, -740.0, -745.0, -746.0])
    np.testing.assert_allclose(sigmoid(z), [float(a) for a in exact(z)], rtol=0, atol=5e-324)
    assert (np.diff(sigmoid(z)) < 0).all()


@REAL
def test_it_falls_nowhere_by_more_than_its_error(computed_by, dtype):
    z = np.sort(np.concatenate([samples(dtype), np.linspace(-40, 40, 100_001, dtype=dtype)]))
    a = sigmoid(z)
    assert (np.diff(a) >= -4 * np.spacing(a[1:])).all()
    assert a.min() >= 0 and a.max() == 1


def test_the_bits_of_an_entry_do_not_depend_on_its_place():
    z = samples(np.float64)
    a = sigmoid(z)
    alone = np.array([sigmoid(z[i : i + 1])[0] for i in range(500)])
    assert alone.tobytes() == a[:500].tobytes()
    assert sigmoid(z[1:]).tobytes() == a[1:].tobytes()


def big_endian(z):
    return z.astype(z.dtype.newbyteorder(">"))


def misaligned(z):
    memory = np.empty(z.nbytes + 1, np.uint8)[1:]
    copy = np.ndarray(z.shape, z.dtype, memory)
    copy[...] = z
    return copy


def read_only(z):
    z = z.copy()
    z.flags.writeable = False
    return z


@REAL
@pytest.mark.parametrize(
    "form",
    [
        np.array,
        np.asfortranarray,
        big_endian,
        misaligned,
        read_only,
        lambda z: np.repeat(z, 2, axis=0)[::2],
        lambda z: z[::-1],
        lambda z: z.ravel(),
        lambda z: z.reshape(2, 3, -1),
        lambda z: z[:0],
        lambda z: z[0, 0],
        lambda z: np.array(z[0, 0]),
        lambda z: z.astype(complex),
        lambda z: np.ma.masked_array(z, z > 0),
        np.asmatrix,
        lambda z: [[1.0, 2.0]],
        lambda z: np.array([1, 2]),
        float,
        lambda z: 3,
    ],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_any_form_of_the_input_gives_what_numpy_gives(monkeypatch, dtype, form):
    z = np.random.default_rng(0).normal(0, 5, (6, 4)).astype(dtype)
    z = 0.3 if form is float else form(z)
    before = np.array(z)
    value = sigmoid(z)
    monkeypatch.setattr("sparseae_lib.activations.compiled_sigmoid", lambda: None)
    expected = sigmoid(z)
    assert type(value) is type(expected)
    assert (np.shape(value), value.dtype) == (np.shape(expected), expected.dtype)
    np.testing.assert_allclose(value, expected, rtol=4 * np.finfo(expected.dtype).eps)
    np.testing.assert_array_equal(z, before)


@REAL
def test_out_is_what_is_returned_also_where_it_is_z(computed_by, dtype):
    z = np.random.default_rng(0).normal(0, 5, (6, 4)).astype(dtype)
    expected, out = sigmoid(z), np.empty_like(z)
    assert sigmoid(z, out=out) is out
    assert sigmoid(z, out=z) is z
    for value in (out, z):
        np.testing.assert_allclose(value, expected, rtol=4 * np.finfo(dtype).eps)


def test_out_may_overlap_or_have_another_type_or_shape(computed_by):
    z = np.random.default_rng(0).normal(0, 5, 9)
    expected = sigmoid(z)
    single = sigmoid(z, out=np.empty(9, np.float32))
    np.testing.assert_allclose(single, expected, rtol=1e-5)
    np.testing.assert_allclose(sigmoid(z, out=np.empty((2, 9))), [expected] * 2, rtol=1e-15)
    with pytest.raises(ValueError, match="could not be broadcast"):
        sigmoid(z, out=np.empty(8))
    sigmoid(z[:-1], out=z[1:])
    np.testing.assert_allclose(z[1:], expected[:-1], rtol=1e-15)


def test_what_runs_compiled(monkeypatch):
    """Or the tests above might find NumPy in agreement with NumPy."""
    calls = []
    kernel = compiled.compiled_sigmoid()
    monkeypatch.setattr(
        "sparseae_lib.activations.compiled_sigmoid", lambda: lambda z: (calls.append(z.shape), kernel(z))
    )
    z = np.linspace(-9, 9, 12).reshape(3, 4)
    sigmoid(z), sigmoid(z, out=z), sigmoid(z.astype(np.float32)), sigmoid(z.T), sigmoid(z + 0j)
    assert calls == [(12,)] * 3


def test_cost_and_gradient_agree_with_numpys(monkeypatch):
    rng = np.random.default_rng(0)
    objective = Objective((8, 6, 8), rho=0.1, beta=2.0, weight_decay=1e-3)
    X, theta = rng.random((300, 8)), rng.normal(size=110)
    cost, gradient = objective(theta, X)
    monkeypatch.setattr("sparseae_lib.activations.compiled_sigmoid", lambda: None)
    expected, expected_gradient = objective(theta, X)
    assert gradient.tobytes() != expected_gradient.tobytes()  # other rounding: they are two
    assert cost == pytest.approx(expected, rel=1e-13)
    assert np.linalg.norm(gradient - expected_gradient) <= 1e-13 * np.linalg.norm(expected_gradient)


def test_other_threads_run_meanwhile():
    """One of them sees the first entry done and the last one not: only without Python's lock can that be."""
    z, seen, done = np.zeros(10_000_000), threading.Event(), threading.Event()

    def look():
        while not done.is_set():
            if z[0] == 0.5 and z[-1] == 0:
                seen.set()

    thread = threading.Thread(target=look)
    thread.start()
    for _ in range(100):  # the processor may be busy with others
        z[:] = 0
        compiled.compiled_sigmoid()(z)
        if seen.is_set():
            break
    done.set()
    thread.join()
    assert seen.is_set()
