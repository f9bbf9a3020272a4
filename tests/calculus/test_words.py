"""Words with which people write their own derivation: what holds for all sizes, and the variants that one meets."""

from sympy import (
    Abs,
    Heaviside,
    Identity,
    KroneckerDelta,
    Lambda,
    MatrixSymbol,
    Max,
    Min,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    exp,
    sign,
    sqrt,
    symbols,
)

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    SquaredNorm,
    absolute,
    column,
    column_sums,
    diagonal,
    divide,
    exponential,
    hyperbolic_tangent,
    logarithm,
    mean_over_samples,
    mean_over_units,
    ones,
    reciprocal,
    relu,
    root,
    row,
    row_sums,
    scalar,
    sigmoid,
    softmax,
    softplus,
    spread_columns,
    spread_rows,
    square,
    vjp,
)
from tests.calculus.tables import each_line

m, n, k = symbols("m n k", integer=True, positive=True)
i, j, s, t = symbols("i j s t", integer=True, nonnegative=True)
z, decay = symbols("z lambda", real=True)
epsilon = Symbol("epsilon", positive=True)
X, Y, G = (MatrixSymbol(name, m, n) for name in "XYG")
A, W = MatrixSymbol("A", n, n), MatrixSymbol("W", n, k)
x, v, w = (MatrixSymbol(name, n, 1) for name in "xvw")
y, shift, b = MatrixSymbol("y", m, 1), MatrixSymbol("c", m, 1), MatrixSymbol("b", 1, n)
all_ones, P, one = ones(m) * ones(n).T, softmax(X), ones(m)
f = Elementwise("f")


def function(formula):
    return Elementwise("h", Lambda(z, formula))


huber = function(Piecewise((z**2 / 2, Abs(z) < 1), (Abs(z) - Rational(1, 2), True)))
clipped = function(Max(-1, Min(1, z)))
elu = function(Piecewise((z, z > 0), (exp(z) - 1, True)))
scores = sigmoid(X * w)
labelled = softplus(-Hadamard(y, X * w))
log_likelihood = EntrySum(softplus(X * w)) - scalar(y.T * X * w)
margin = one - Hadamard(y, X * w)
scales = spread_columns(reciprocal(root(mean_over_units(square(X)) + epsilon * one)), n)
rms = Hadamard(X, scales)
pair = MatrixSymbol("p", 2, 1)
kernel, signal, back = MatrixSymbol("c", k, 1), MatrixSymbol("x", m + k - 1, 1), MatrixSymbol("g", m, 1)
convolved = Sum(back[i, 0] * Sum(kernel[j, 0] * signal[i + j, 0], (j, 0, k - 1)), (i, 0, m - 1))

EQUAL = {
    "a sigmoid with labels of both signs": (
        Gradient(EntrySum(labelled), w),
        -X.T * Hadamard(y, sigmoid(-Hadamard(y, X * w))),
    ),
    "a sigmoid with decay": (
        Gradient(log_likelihood + decay / 2 * SquaredNorm(w), w),
        X.T * (scores - y) + decay * w,
    ),
    "its Hessian times a vector": (
        Gradient(scalar(v.T * X.T * scores), w),
        X.T * Hadamard(scores, one - scores, X * v),
    ),
    "a hyperbolic tangent by a sigmoid": (hyperbolic_tangent(X), 2 * sigmoid(2 * X) - all_ones),
    "what normalises": (EntrySum(x / EntrySum(x)), 1),
    "Rayleigh's quotient": (
        Gradient(scalar(x.T * A * x) / SquaredNorm(x), x),
        (A + A.T) * x / SquaredNorm(x) - 2 * scalar(x.T * A * x) / SquaredNorm(x) ** 2 * x,
    ),
    "the gradient of a norm": (Gradient(sqrt(SquaredNorm(x)), x), x / sqrt(SquaredNorm(x))),
    "softmax has rows that sum to one": (row_sums(P), one),
    "softmax, shifted": (softmax(X + spread_columns(shift, n)), P),
    "softmax, backward": (vjp(G, P, X), Hadamard(P, G - spread_columns(row_sums(Hadamard(G, P)), n))),
    "its logarithm": (logarithm(P), X - spread_columns(logarithm(row_sums(exponential(X))), n)),
    "the gradient of its denominator": (Gradient(EntrySum(logarithm(row_sums(exponential(X)))), X), P),
    "layers that are normalised": (
        vjp(G, rms, X),
        Hadamard(scales, G - Hadamard(rms, spread_columns(mean_over_units(Hadamard(G, rms)), n))),
    ),
    "a row and a column": (column(X, 0) * row(A, 0), X * diagonal(column(Identity(n), 0)) * ones(n) * row(A, 0)),
    "a mean of rows": (mean_over_samples(X + spread_rows(b, m)), mean_over_samples(X) + b),
    "a sum of columns": (column_sums(X) * ones(n), one.T * row_sums(X)),
    "a quotient": (divide(Hadamard(X, Y), Y), X),
    "a quantity that is squared": (root(square(X)), absolute(X)),
    "a convolution": (
        Gradient(convolved, kernel)[t, 0],
        Sum(back[i, 0] * signal[i + t, 0], (i, 0, m - 1)),
    ),
    "a geometric sum": (Sum(epsilon**i, (i, 0, n - 1)), (1 - epsilon**n) / (1 - epsilon)),
    "a sum of squares from 1": (Sum(i**2, (i, 1, n)), n * (n + 1) * (2 * n + 1) / 6),
    "the absolute value": (Gradient(EntrySum(absolute(X)), X), function(sign(z))(X)),
    "the larger and the smaller": (
        Sum(Max(x[i, 0], v[i, 0]) * Min(x[i, 0], v[i, 0]), (i, 0, n - 1)),
        scalar(x.T * v),
    ),
    "a hinge": (Gradient(EntrySum(relu(margin)), w), -X.T * Hadamard(y, function(Heaviside(z))(margin))),
    "a rectifier twice": (relu(relu(X)), relu(X)),
    "Huber's cost": (Gradient(EntrySum(huber(X)), X), clipped(X)),
    "Huber's cost in a regression": (Gradient(EntrySum(huber(A * x - v)), x), A.T * huber.prime(A * x - v)),
    "two ways to say where": (
        function(Piecewise((z, (z > -1) & (z < 1)), (0, True)))(X),
        function(Piecewise((z, Abs(z) < 1), (0, True)))(X),
    ),
    "pieces with a derivative": (elu.prime(X), function(Piecewise((1, z > 0), (exp(z), True)))(X)),
    "a batch against itself": (
        Gradient(-Trace(logarithm(softmax(X * Y.T))), X),
        (softmax(X * Y.T) - Identity(m)) * Y,
    ),
    "an entry of a Hessian": (Gradient(Gradient(scalar(x.T * A * x), x)[i, 0], x)[j, 0], A[i, j] + A[j, i]),
    "the gradient of a softmax by entries": (
        Gradient(softmax(x.T)[0, i], x)[j, 0],
        softmax(x.T)[0, i] * (KroneckerDelta(i, j) - softmax(x.T)[0, j]),
    ),
    "layers by their numbers": (
        Sum(SquaredNorm(LayerMatrix("W", s, n, n)), (s, 1, 2)),
        SquaredNorm(LayerMatrix("W", 1, n, n)) + SquaredNorm(LayerMatrix("W", 2, n, n)),
    ),
    "decay of layers by their numbers": (
        Gradient(Sum(SquaredNorm(LayerMatrix("W", s, n, n)), (s, 1, 3)), LayerMatrix("W", 2, n, n)),
        2 * LayerMatrix("W", 2, n, n),
    ),
    "units by their numbers": (SquaredNorm(pair), pair[0, 0] ** 2 + pair[1, 0] ** 2),
    "two classes are a sigmoid": (softmax(pair.T)[:, 1], sigmoid(pair[1, :] - pair[0, :])),
    "the first three": (Sum(x[i, 0], (i, 0, 2)), x[0, 0] + x[1, 0] + x[2, 0]),
    "all but the last two": (Sum(x[i, 0], (i, 0, n - 3)) + x[n - 1, 0] + x[n - 2, 0], Sum(x[j, 0], (j, 0, n - 1))),
    "a sum that telescopes": (Sum(x[i + 1, 0] - x[i, 0], (i, 0, n - 2)), x[n - 1, 0] - x[0, 0]),
    "how much a signal varies": (
        Sum((x[i + 1, 0] - x[i, 0]) ** 2, (i, 0, n - 2)),
        2 * SquaredNorm(x) - x[0, 0] ** 2 - x[n - 1, 0] ** 2 - 2 * Sum(x[i, 0] * x[i + 1, 0], (i, 0, n - 2)),
    ),
    "an identity by entries": (Sum(KroneckerDelta(i, j) * x[i, 0], (i, 0, n - 1)), x[j, 0]),
    "nothing": (ZeroMatrix(m, n) + X, X),
}
WRONG = {
    "a sigmoid with labels of both signs": (
        Gradient(EntrySum(labelled), w),
        -X.T * Hadamard(y, sigmoid(Hadamard(y, X * w))),
    ),
    "its Hessian times a vector": (
        Gradient(scalar(v.T * X.T * scores), w),
        X.T * Hadamard(scores, scores, X * v),
    ),
    "a hyperbolic tangent by a sigmoid": (hyperbolic_tangent(X), 2 * sigmoid(X) - all_ones),
    "softmax has columns that sum to one": (column_sums(P), ones(n).T),
    "softmax, shifted by rows": (softmax(X + spread_rows(b, m)), P),
    "softmax, backward": (vjp(G, P, X), Hadamard(P, G)),
    "layers that are normalised": (
        vjp(G, rms, X),
        Hadamard(scales, G - Hadamard(rms, spread_columns(row_sums(Hadamard(G, rms)), n))),
    ),
    "the gradient of a norm": (Gradient(sqrt(SquaredNorm(x)), x), x / SquaredNorm(x)),
    "a convolution, mirrored": (
        Gradient(convolved, kernel)[t, 0],
        Sum(back[i, 0] * signal[i + k - 1 - t, 0], (i, 0, m - 1)),
    ),
    "a geometric sum": (Sum(epsilon**i, (i, 0, n - 1)), (1 - epsilon ** (n + 1)) / (1 - epsilon)),
    "a quantity that is squared": (root(square(X)), X),
    "the absolute value": (Gradient(EntrySum(absolute(X)), X), X),
    "a hinge": (Gradient(EntrySum(relu(margin)), w), X.T * Hadamard(y, function(Heaviside(z))(margin))),
    "Huber's cost": (Gradient(EntrySum(huber(X)), X), X),
    "a rectifier, scaled by any number": (relu(decay * X), decay * relu(X)),
    "pieces with a derivative": (elu.prime(X), function(Piecewise((1, z > 0), (exp(z) - 1, True)))(X)),
    "the gradient of a softmax by entries": (
        Gradient(softmax(x.T)[0, i], x)[j, 0],
        softmax(x.T)[0, i] * (1 - softmax(x.T)[0, j]),
    ),
    "layers by their numbers": (
        Sum(SquaredNorm(LayerMatrix("W", s, n, n)), (s, 1, 2)),
        2 * SquaredNorm(LayerMatrix("W", 1, n, n)),
    ),
    "all but the last": (Sum(x[i, 0], (i, 0, n - 2)), Sum(x[i, 0], (i, 0, n - 1))),
    "a sum that telescopes": (Sum(x[i + 1, 0] - x[i, 0], (i, 0, n - 2)), x[n - 1, 0]),
    "a derivative of an arbitrary function": (f.prime(X), f(X)),
}

test_each_line = each_line(EQUAL, WRONG)
