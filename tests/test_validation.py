"""Arrays that do not begin where a processor likes them to: whatever has travelled may begin at any byte."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.validation import check_finite

ROOT = Path(__file__).parents[1]  # from where a child imports the library
OFFSETS = (0, 1, 4, 8, 16)


def shifted(array, offset):
    """A copy that begins ``offset`` bytes behind a multiple of 64."""
    memory = np.empty(array.nbytes + 128, np.uint8)
    copy = np.ndarray(array.shape, array.dtype, memory, -memory.ctypes.data % 64 + offset)
    copy[...] = array
    assert copy.ctypes.data % 64 == offset
    return copy


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
@pytest.mark.parametrize("offset", OFFSETS)
def test_an_entry_that_is_not_finite_is_found_at_any_address(offset, dtype):
    array = shifted(np.ones((3, 4), dtype), offset)
    check_finite("X", array)
    array[1, 2] = np.inf
    with pytest.raises(ValueError, match=r"X must be finite, got X\[1, 2\] = \(?inf"):
        check_finite("X", array)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("m", [1, 3, 700])
@pytest.mark.parametrize("n_hidden", [1, 5])  # one unit is a product with a vector, which is rounded in another order
def test_an_evaluation_is_the_same_to_the_last_bit_at_any_address(n_hidden, m, dtype):
    rng = np.random.default_rng(0)
    sizes = (6, n_hidden, 4)
    objective = Objective(sizes, rho=0.1, beta=1.0, weight_decay=1e-3, workers=1)
    arrays = init_parameters(sizes, rng), rng.random((m, 6)), rng.random((m, 4))
    theta, X, Y = (array.astype(dtype) for array in arrays)
    cost, gradient = objective(theta, X, Y)
    for offset in OFFSETS:
        for moved in ((shifted(theta, offset), X, Y), (theta, shifted(X, offset), Y), (theta, X, shifted(Y, offset))):
            again = objective(*moved)
            assert (again[0], again[1].tobytes()) == (cost, gradient.tobytes())


def test_the_oldest_kernel_of_openblas_evaluates_at_any_address():
    """That of Prescott crashes on addresses that are not multiples of a number's size. Other BLAS ignore its name."""
    tests = "-k=at_any_address and not kernel"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, __file__]
    environment = os.environ | {"OPENBLAS_CORETYPE": "Prescott"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
