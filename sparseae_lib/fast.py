r"""The sigmoid, and the product with its derivative, each in one pass, compiled by numba.

Where the processor has no AVX-512, NumPy calls the C library's exp for each entry of float64. Here

.. math:: e^y = 2^n \frac{Q + R}{Q - R}, \quad y = n \ln 2 + r, \quad |r| \le \tfrac12 \ln 2,
          \quad \frac R Q \approx \tanh \frac r 2,

takes only additions and multiplications, which a processor does for several entries at a time. The one division is the
sigmoid's own: with :math:`y = |z|`, :math:`E = 2^n (Q + R)` and :math:`D = Q - R` it is :math:`E / (D + E)` where
:math:`z \ge 0`, else :math:`D / (D + E)`. No product is fused with a sum: the bits are the same on every processor.

To import this module compiles it, or loads what an earlier process has compiled. It raises if numba can do neither.
"""

import numpy as np

try:
    from numba import config, float32, float64, njit, void
except ImportError as error:
    raise ImportError("sparseae_lib.fast needs numba: pip install 'sparseae_lib[fast]'") from error

if config.DISABLE_JIT:
    raise ImportError("numba compiles nothing while NUMBA_DISABLE_JIT is set")

# R / Q is tanh(r / 2) at Chebyshev nodes of r^2: before rounding, e^r has a relative error of 3e-18. R and Q are scaled
# so that E stays finite up to LIMIT, where the sigmoid of -z is 0.
SCALE = 2.0**-60
P0, P1, P2 = SCALE * 0.5, SCALE * 0.013887382335573625, SCALE * 3.30436927108268e-05
Q0, Q1, Q2 = SCALE, SCALE * 0.11110809800447856, SCALE * 0.000991762219263253
LIMIT = 746.0
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # the first has so few bits that n times it is exact
MANTISSA = 52
ROUND = 1.5 * 2**MANTISSA  # what is added to it is rounded to an integer, which then stands in the lowest bits


# Both types are compiled now, so that nothing fails later. With Python's rules for errors, each division would be
# checked for 0 and nothing vectorised. Without the GIL, other threads run meanwhile.
@njit([void(float64[::1]), void(float32[::1])], cache=True, nogil=True, error_model="numpy")
def sigmoid(z):
    """In place of the entries of ``z`` (n,) their sigmoid, in double precision."""
    for i in range(z.size):
        x = np.float64(z[i])
        y = abs(x)
        y = LIMIT if y > LIMIT else y  # in this order NaN stays NaN
        shifted = np.float64(y * LOG2_E + ROUND)
        n = shifted - ROUND
        r = (y - n * LN2_HIGH) - n * LN2_LOW
        s = r * r
        R = ((P2 * s + P1) * s + P0) * r
        Q = (Q2 * s + Q1) * s + Q0
        D = Q - R
        # To add n to the exponent multiplies by 2^n. What stands above n in ``shifted`` is shifted out.
        exponent = shifted.view(np.int64) << MANTISSA
        E = np.int64(np.float64(Q + R).view(np.int64) + exponent).view(np.float64)
        z[i] = (E if x >= 0 else D) / (D + E)


@njit(
    [void(float64[:, ::1], float64[::1]), void(float32[:, ::1], float32[::1])],
    cache=True,
    nogil=True,
    error_model="numpy",
)
def sigmoid_of_sum(Z, b):
    """In place of each row of ``Z`` (m, n) the ``sigmoid`` of its sum with ``b`` (n,), which is rounded as NumPy's."""
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            Z[i, j] += b[j]
    sigmoid(Z.reshape(-1))


@njit([void(float64[::1], float64[::1]), void(float32[::1], float32[::1])], cache=True, nogil=True, error_model="numpy")
def times_sigmoid_derivative(g, a):
    """In place of the entries of ``g`` (n,) their products with a (1 - a), rounded as NumPy's."""
    one = a.dtype.type(1)
    for i in range(g.size):
        g[i] *= (one - a[i]) * a[i]
