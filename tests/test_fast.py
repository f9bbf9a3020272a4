"""The compiled sigmoid, and the library without it. The tests of ``activations`` run with both as well."""

import os
import subprocess
import sys
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


PROBE = """
import numpy as np
from sparseae_lib import compiled
from sparseae_lib.objective import Objective

rng = np.random.default_rng(0)
X, theta = rng.random((300, 8)), rng.normal(size=107)
cost, gradient = Objective((8, 6, 5), rho=0.1, beta=2.0, weight_decay=1e-3)(theta[:89], X, X[:, :5])
print(compiled.is_in_use(), repr(float(cost)), *map(repr, map(float, gradient)))
"""


def probe(code="", **environment):
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code + PROBE],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stderr == ""
    in_use, *numbers = run.stdout.split()
    return in_use, np.array(numbers, float)


@pytest.fixture(scope="module")
def with_numba():
    in_use, numbers = probe()
    assert in_use == "True"
    return numbers


BREAK = {
    "it is missing": "import sys; sys.modules['numba'] = None",
    "it is broken": "import sys, types; sys.modules['numba'] = types.ModuleType('numba')",
    "it raises anything": """
import numba
def njit(*arguments, **options):
    raise RuntimeError("cannot cache function 'sigmoid': no locator available")
numba.njit = njit
""",
}


@pytest.mark.parametrize("code", BREAK.values(), ids=BREAK.keys())
def test_numpy_computes_where_numba_cannot(with_numba, code):
    in_use, numbers = probe(code)
    assert in_use == "False"
    np.testing.assert_allclose(numbers, with_numba, rtol=1e-13, atol=1e-15)


def test_numpy_computes_where_nothing_is_to_be_compiled(with_numba):
    in_use, numbers = probe(NUMBA_DISABLE_JIT="1")
    assert in_use == "False"
    np.testing.assert_allclose(numbers, with_numba, rtol=1e-13, atol=1e-15)


def test_numba_is_imported_by_the_first_sigmoid_only():
    code = """
import sys
import sparseae_lib.activations, sparseae_lib.objective, sparseae_lib.calculus, sparseae_lib.statements
assert "numba" not in sys.modules
sparseae_lib.activations.sigmoid(1.0)
assert "numba" not in sys.modules
"""
    assert probe(code)[0] == "True"


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


def test_first_use_by_many_threads_at_once(with_numba):
    code = """
import threading
import numpy as np
from sparseae_lib import activations
barrier, results = threading.Barrier(8), []
def work():
    z = np.linspace(-9, 9, 1000)
    barrier.wait()
    results.append(activations.sigmoid(z).tobytes())
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(results) == 8 and len(set(results)) == 1
"""
    assert probe(code)[0] == "True"


def test_a_fork_while_another_thread_loads():
    """The child does not wait for that thread, which it does not have. Before and after, it has what it needs."""
    code = """
import os, sys, threading, time
import numpy as np
from sparseae_lib import activations, compiled

class Slow:
    def find_spec(self, name, path, target=None):
        if name == "numba":
            begun.set()
            time.sleep(1)

sys.meta_path.insert(0, Slow())
begun = threading.Event()
z = np.linspace(-9, 9, 1000)
def in_use_in_a_child():
    child = os.fork()
    if child == 0:
        activations.sigmoid(z)
        os._exit(compiled.is_in_use())
    end = time.monotonic() + 60
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, 9)
            raise AssertionError("the child hangs")
        time.sleep(0.01)
    return bool(os.waitstatus_to_exitcode(ended[1]))

assert in_use_in_a_child()
loader = threading.Thread(target=activations.sigmoid, args=(z,))
loader.start()
begun.wait()
assert not in_use_in_a_child()
loader.join()
assert in_use_in_a_child()
"""
    assert probe(f"import warnings; warnings.simplefilter('ignore', DeprecationWarning)\n{code}")[0] == "True"


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
