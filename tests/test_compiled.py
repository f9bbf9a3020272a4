"""The compiled sigmoid is loaded by its first use, by one thread for all, and NumPy computes if it cannot be had."""

import os
import subprocess
import sys

import numpy as np
import pytest

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
