"""Products of matrices with one row a sample, in pieces of rows that BLAS multiplies fastest.

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
        return np.matmul(A, B, out=out, dtype=dtype)
    np.matmul(_stack(A[:even], count), B, out=_stack(out[:even], count), dtype=dtype)
    if even < len(A):
        np.matmul(A[even:], B, out=out[even:], dtype=dtype)
    return out


def transposed_times(A, D, out=None):
    r""":math:`A^T D` of two batches, ``A`` (m, p) and ``D`` (m, q) -> (p, q)."""
    count, even = _pieces(len(A), A.shape[1] * D.shape[1])
    if count == 1:
        return np.matmul(A.T, D, out=out)
    total = np.matmul(_stack(A[:even], count).transpose(0, 2, 1), _stack(D[:even], count)).sum(axis=0, out=out)
    if even < len(A):
        total += np.matmul(A[even:].T, D[even:])
    return total


def _pieces(m, products):
    """In how many pieces to take m rows of so many ``products`` each, and how many rows then come out even."""
    longest = SMALL // products
    count = max(1, -(-m // longest)) if longest >= MIN_ROWS else 1
    return count, m - m % count


def _stack(A, count):
    """A view of ``A`` (m, p) as ``count`` pieces, (count, m / count, p)."""
    return A.reshape(count, -1, A.shape[1])
