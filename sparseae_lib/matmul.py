"""Products of matrices with one row per sample, in pieces of rows that BLAS multiplies fastest.

Where the CPU has AVX-512, OpenBLAS multiplies small matrices as they lie in memory, and copies larger ones first: on
64-25-64 the pieces take two thirds of the time. Elsewhere they take as long as the whole.
"""

import numpy as np

SMALL = 10**6  # products of entries: beyond, OpenBLAS copies
MIN_ROWS = 128  # in shorter pieces, the product of two batches does not pay


def times(A, B, dtype, out=None):
    """A B of a batch ``A`` (m, p) and of ``B`` (p, q) -> (m, q), computed as ``dtype``."""
    if out is None:
        out = np.empty((len(A), B.shape[1]), dtype)
    count, even = _pieces(len(A), B.size)
    if count == 1:
        return _product(A, B, out)
    np.matmul(_stack(A[:even], count), B, out=_stack(out[:even], count), dtype=dtype)
    if even < len(A):
        _product(A[even:], B, out[even:])
    return out


def transposed_times(A, D, out=None):
    r""":math:`A^T D` of two batches, ``A`` (m, p) and ``D`` (m, q) -> (p, q)."""
    count, even = _pieces(len(A), A.shape[1] * D.shape[1])
    if count == 1:
        return A.T.dot(D) if out is None else _product(A.T, D, out)
    total = np.matmul(_stack(A[:even], count).transpose(0, 2, 1), _stack(D[:even], count)).sum(axis=0, out=out)
    if even < len(A):
        total += np.dot(A[even:].T, D[even:])
    return total


def _product(A, B, out):
    """A B, written to ``out`` and computed as its type.

    Where the rows are few, ``np.matmul`` takes up to four times as long as ``dot``, which converts nothing to ``out``'s
    type and writes to contiguous rows only. The method is a call of Python less than ``np.dot``.
    """
    flags = out.flags
    if B.dtype != out.dtype or not flags.forc:
        return np.matmul(A, B, out=out, dtype=out.dtype)
    if flags.c_contiguous:
        return A.dot(B, out)
    B.T.dot(A.T, out.T)
    return out


def _pieces(m, products):
    """In how many pieces to take m rows of so many ``products`` each, and how many rows then come out even."""
    if m * products <= SMALL or MIN_ROWS * products > SMALL:
        return 1, m
    count = -(-m // (SMALL // products))
    return count, m - m % count


def _stack(A, count):
    """A view of ``A`` (m, p) as ``count`` pieces, (count, m / count, p)."""
    return A.reshape(count, -1, A.shape[1])
