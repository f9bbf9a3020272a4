"""Inverses and determinants, with their derivatives: what a handbook says of them, and wrong variants of it."""

from sympy import Determinant, Identity, MatrixSymbol, Symbol, Trace, log, symbols

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, diagonal, diagonal_of, reciprocal, scalar, square
from tests.calculus.tables import each_line

m, n = symbols("m n", integer=True, positive=True)
c = Symbol("c", real=True)
ridge = Symbol("epsilon", positive=True)
A, B, C = (MatrixSymbol(name, n, n) for name in "ABC")
X, Y, u, v = MatrixSymbol("X", m, n), MatrixSymbol("Y", m, n), MatrixSymbol("u", n, 1), MatrixSymbol("v", n, 1)
w, y = MatrixSymbol("w", n, 1), MatrixSymbol("y", m, 1)
zero = Symbol("z", zero=True)
form = scalar(u.T * A.inverse() * v)
update = A.inverse() * u * v.T * A.inverse() / (1 + scalar(v.T * A.inverse() * u))
hat = X * (X.T * X).inverse() * X.T
likelihood = log(Determinant(A)) * m / 2 + Trace(X * A.inverse() * X.T) / 2

EQUAL = {
    "by its matrix": (A * A.inverse(), Identity(n)),
    "of a product": ((A * B).inverse(), B.inverse() * A.inverse()),
    "a sum of two": (A.inverse() + B.inverse(), A.inverse() * (A + B) * B.inverse()),
    "Sherman and Morrison": ((A + u * v.T).inverse(), A.inverse() - update),
    "pushed through": ((Identity(m) + X * X.T).inverse() * X, X * (Identity(n) + X.T * X).inverse()),
    "ridge regression": (
        X.T * (X * X.T + ridge * Identity(m)).inverse(),
        (X.T * X + ridge * Identity(n)).inverse() * X.T,
    ),
    "pushed through, with a factor that may be 0": (
        (Identity(m) + c * X * X.T).inverse() * X,
        X * (Identity(n) + c * X.T * X).inverse(),
    ),
    "Woodbury, with a factor that may be 0": (
        (Identity(m) + c * X * Y.T).inverse(),
        Identity(m) - c * X * (Identity(n) + c * Y.T * X).inverse() * Y.T,
    ),
    "weighted least squares": (
        X.T * diagonal(y) * X * (X.T * diagonal(y) * X).inverse() * X.T * diagonal(y) * y,
        X.T * diagonal(y) * y,
    ),
    "a projection": (hat * hat, hat),
    "the trace of a projection": (Trace(hat), n),
    "the trace of what shrinks": (
        Trace((X.T * X + ridge * Identity(n)).inverse() * X.T * X),
        n - ridge * Trace((X.T * X + ridge * Identity(n)).inverse()),
    ),
    "the gradient of a form": (Gradient(form, A), -A.inverse().T * u * v.T * A.inverse().T),
    "the gradient of a trace": (
        Gradient(Trace(B * A.inverse() * C), A),
        -(A.inverse() * C * B * A.inverse()).T,
    ),
    "the gradient of a determinant": (Gradient(Determinant(A), A), Determinant(A) * A.inverse().T),
    "the gradient of its logarithm": (Gradient(log(Determinant(A)), A), A.inverse().T),
    "the gradient of the determinant of X'X": (
        Gradient(Determinant(X.T * X), X),
        2 * Determinant(X.T * X) * X * (X.T * X).inverse(),
    ),
    "a likelihood": (
        Gradient(likelihood, A),
        m / 2 * A.inverse().T - (A.inverse() * X.T * X * A.inverse()).T / 2,
    ),
    "a determinant, scaled": (Determinant(c * A), c**n * Determinant(A)),
    "the determinants of Sylvester": (Determinant(Identity(m) + c * X * Y.T), Determinant(Identity(n) + c * X.T * Y)),
    "of a diagonal matrix": (diagonal(2 * u).inverse(), diagonal(reciprocal(u)) / 2),
    "the gradient of a weighted norm": (
        Gradient(scalar(u.T * diagonal(v).inverse() * u), v),
        -Hadamard(square(u), reciprocal(square(v))),
    ),
    "a determinant and a column by a row": (
        Determinant(A + u * v.T),
        Determinant(A) * (1 + scalar(v.T * A.inverse() * u)),
    ),
}
WRONG = {
    "of a product": ((A * B).inverse(), A.inverse() * B.inverse()),
    "of a sum": ((A + B).inverse(), A.inverse() + B.inverse()),
    "pushed through, with another factor": (
        (Identity(m) + c * X * X.T).inverse() * X,
        X * (Identity(n) - c * X.T * X).inverse(),
    ),
    "pushed through, by a number that is 0": (
        zero * (Identity(n) + zero * A).inverse() * A,
        Identity(n) + (Identity(n) + zero * A).inverse(),
    ),
    "another sign": ((A + u * v.T).inverse(), A.inverse() + update),
    "the trace of a projection": (Trace(hat), m),
    "the gradient of a form": (Gradient(form, A), -A.inverse() * u * v.T * A.inverse()),
    "the gradient of a determinant": (Gradient(Determinant(A), A), Determinant(A) * A.inverse()),
    "the gradient of the determinant of X'X": (
        Gradient(Determinant(X.T * X), X),
        Determinant(X.T * X) * X * (X.T * X).inverse(),
    ),
    "a likelihood": (
        Gradient(likelihood, A),
        m / 2 * A.inverse().T + (A.inverse() * X.T * X * A.inverse()).T / 2,
    ),
    "a determinant, scaled": (Determinant(c * A), c * Determinant(A)),
    "the determinant of a sum": (Determinant(A + B), Determinant(A) + Determinant(B)),
    "the determinants of Sylvester": (Determinant(Identity(m) + X * Y.T), Determinant(Identity(n) + X.T * X)),
    "a sum of two columns by rows, as for one unit": (
        Determinant(u * v.T + w * u.T),
        EntrySum(u) * EntrySum(v) + EntrySum(w) * EntrySum(u),
    ),
    "a sum of two columns by rows": (Determinant(u * v.T + w * u.T) * (n - 1), 0),
    "of a diagonal matrix": (diagonal(u).inverse(), diagonal(u)),
    "of a matrix that is not diagonal": (
        (Identity(n) + A).inverse(),
        diagonal(reciprocal(diagonal_of(Identity(n) + A))),
    ),
    "an entry": (A.inverse()[0, 0], 1 / A[0, 0]),
}


test_each_line = each_line(EQUAL, WRONG)
