"""The orders of theta, each against the program that writes it, and the way back."""

import numpy as np
import pytest

from sparseae_lib.layouts import LAYOUTS, blocks, from_layout, to_layout
from sparseae_lib.network import flatten, init_parameters, unflatten

SIZES = (3, 2, 4)
N = 3 * 2 + 2 + 2 * 4 + 4
THETA = np.arange(N, dtype=float)
LAYERS = unflatten(THETA, SIZES)
(W1, b1), (W2, b2) = LAYERS

# As people write them: UFLDL's W has one row per unit of the layer above.
WRITTEN = {
    "rows": flatten(LAYERS),
    "columns": np.concatenate([W1.ravel(order="F"), b1, W2.ravel(order="F"), b2]),
    "ufldl": np.concatenate([W1.T.ravel(order="F"), W2.T.ravel(order="F"), b1, b2]),
    "ufldl_rows": np.concatenate([W1.T.ravel(), W2.T.ravel(), b1, b2]),
}
by_layout = pytest.mark.parametrize("layout", LAYOUTS)


@by_layout
def test_a_layout_is_what_its_programs_write(layout):
    assert np.array_equal(to_layout(THETA, SIZES, layout), WRITTEN[layout])
    assert np.array_equal(from_layout(WRITTEN[layout], SIZES, layout), THETA)


def test_the_layouts_differ():
    assert len({tuple(theta) for theta in WRITTEN.values()}) == len(LAYOUTS)


def test_from_ufldl_only_the_biases_move():
    is_weight = np.isin(WRITTEN["ufldl"], [*W1.ravel(), *W2.ravel()])
    assert np.array_equal(WRITTEN["ufldl"][is_weight], np.concatenate([W1.ravel(), W2.ravel()]))


@by_layout
@pytest.mark.parametrize("sizes", [(3, 2), (2, 2, 2), (1, 1, 1), (5, 4, 3, 2, 6)])
@pytest.mark.parametrize("dtype", [np.float32, complex])
def test_there_and_back(layout, sizes, dtype):
    theta = init_parameters(sizes, np.random.default_rng(0)).astype(dtype) + 2
    there = to_layout(theta, sizes, layout)
    assert there.dtype == dtype
    assert np.array_equal(from_layout(there, sizes, layout), theta)
    there[:] = 0
    assert theta.all()  # a copy


@by_layout
def test_blocks_say_where_each_entry_is(layout):
    transposed = layout.startswith("ufldl")
    for (name, where), block in zip(blocks(SIZES, layout), (W1, b1, W2, b2), strict=True):
        assert name[0] == "W" if block.ndim == 2 else "b"
        assert np.array_equal(WRITTEN[layout][where], block.T if transposed else block)


@pytest.mark.parametrize("convert", [to_layout, from_layout])
@pytest.mark.parametrize(
    ("theta", "sizes", "layout", "error", "message"),
    [
        (THETA, SIZES, "fortran", ValueError, "layout must be one of rows, columns, ufldl, ufldl_rows, got 'fortran'"),
        (THETA, SIZES, None, ValueError, "layout must be one of rows, columns, ufldl, ufldl_rows, got None"),
        (THETA[1:], SIZES, "ufldl", ValueError, r"theta must have shape \(20,\), got \(19,\)"),
        (THETA.astype(int), SIZES, "ufldl", TypeError, "theta must be of type float32 or float64"),
        (list(THETA), SIZES, "ufldl", TypeError, "theta must be a NumPy array"),
        (THETA, (3,), "ufldl", ValueError, "layer_sizes must be a sequence of at least two positive integers"),
    ],
)
def test_bad_arguments(convert, theta, sizes, layout, error, message):
    with pytest.raises(error, match=message):
        convert(theta, sizes, layout)
