"""Products of batches in pieces of rows."""

import numpy as np
import pytest

from sparseae_lib import matmul
from sparseae_lib.matmul import MIN_ROWS, SMALL, times, transposed_times

LAYOUTS = {
    "rows": lambda A: A,
    "columns": np.asfortranarray,
    "every second row": lambda A: np.repeat(A, 2, axis=0)[::2],
    "every second column": lambda A: np.repeat(A, 2, axis=1)[:, ::2],
    "backwards": lambda A: A[::-1].copy()[::-1],
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(autouse=True)
def pieces_of_8_rows(monkeypatch):
    monkeypatch.setattr(matmul, "SMALL", 8 * 15)
    monkeypatch.setattr(matmul, "MIN_ROWS", 8)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("m", [0, 1, 7, 8, 9, 16, 17, 31, 50])
class TestAgainstThePlainProduct:
    def test_times(self, m, layout, rng):
        A, B = LAYOUTS[layout](rng.standard_normal((m, 5))), rng.standard_normal((5, 3))
        np.testing.assert_allclose(times(A, B, float), A @ B, rtol=1e-13, atol=1e-13, strict=True)
        np.testing.assert_allclose(times(A, B.T.copy().T, float), A @ B, rtol=1e-13, atol=1e-13, strict=True)

    def test_transposed_times(self, m, layout, rng):
        A, D = LAYOUTS[layout](rng.standard_normal((m, 5))), rng.standard_normal((m, 3))
        np.testing.assert_allclose(transposed_times(A, D), A.T @ D, rtol=1e-13, atol=1e-13, strict=True)
        np.testing.assert_allclose(transposed_times(D, A), D.T @ A, rtol=1e-13, atol=1e-13, strict=True)

    @pytest.mark.parametrize("order", ["C", "F"])
    def test_out(self, m, layout, order, rng):
        A, B, D = LAYOUTS[layout](rng.standard_normal((m, 5))), rng.standard_normal((5, 3)), rng.random((m, 3))
        out = np.full((m, 3), np.nan, order=order)
        assert times(A, B, float, out=out) is out
        np.testing.assert_allclose(out, A @ B, rtol=1e-13, atol=1e-13)
        out = np.full((5, 3), np.nan, order=order)
        assert transposed_times(A, D, out=out) is out
        np.testing.assert_allclose(out, A.T @ D, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("m", [3, 20])
def test_the_type_is_that_which_was_asked_for(m):
    A, B = np.ones((m, 5), np.float32), np.ones((5, 3), np.float32)
    assert times(A, B, np.float32).dtype == np.float32
    assert times(A, B, np.complex128).dtype == np.complex128
    assert transposed_times(A, A).dtype == np.float32


@pytest.mark.parametrize("m", [3, 16, 20])
def test_it_is_computed_as_that_type(m, rng):
    A, B = rng.random((m, 5)).astype(np.float32), rng.random((5, 3)).astype(np.float32)
    np.testing.assert_allclose(times(A, B, np.float64), A.astype(np.float64) @ B, rtol=1e-13)


def test_no_piece_is_larger_than_small_or_shorter_than_min_rows(monkeypatch):
    monkeypatch.undo()
    cut = set()
    for m in (1, MIN_ROWS, 624, 625, 626, 2500, 10_007):
        for per_row in (1, 64 * 25, SMALL // MIN_ROWS, SMALL // MIN_ROWS + 1, 784 * 200):
            count, even = matmul._pieces(m, per_row)
            assert even % count == 0 and 0 <= m - even < count
            if count > 1:
                cut.add(per_row)
                assert MIN_ROWS / 2 < even // count <= SMALL // per_row
    assert cut == {64 * 25, SMALL // MIN_ROWS}  # one that is small as a whole is not cut, nor one of very short pieces
