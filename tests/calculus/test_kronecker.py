"""Kronecker products and vec: what a handbook says of them, and wrong variants of it."""

from sympy import Determinant, Identity, KroneckerProduct, MatrixSymbol, Trace, symbols

from sparseae_lib.calculus import SquaredNorm, ones, scalar
from sparseae_lib.calculus.kronecker import vec
from tests.calculus.tables import each_line

m, n, k = symbols("m n k", integer=True, positive=True)
A, B, D, E = (MatrixSymbol(name, size, size) for name, size in (("A", n), ("B", n), ("D", m), ("E", m)))
X, Y, W = MatrixSymbol("X", m, n), MatrixSymbol("Y", m, n), MatrixSymbol("W", n, k)
x, y, z = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1), MatrixSymbol("z", m, 1)

EQUAL = {
    "a product of products": (KroneckerProduct(A, D) * KroneckerProduct(B, E), KroneckerProduct(A * B, D * E)),
    "transposed": (KroneckerProduct(X, W).T, KroneckerProduct(X.T, W.T)),
    "inverted": (KroneckerProduct(A, D).inverse(), KroneckerProduct(A.inverse(), D.inverse())),
    "its trace": (Trace(KroneckerProduct(A, D)), Trace(A) * Trace(D)),
    "its determinant": (Determinant(KroneckerProduct(A, D)), Determinant(A) ** m * Determinant(D) ** n),
    "its norm": (SquaredNorm(KroneckerProduct(X, W)), SquaredNorm(X) * SquaredNorm(W)),
    "a product of three": (vec(D * X * A), KroneckerProduct(A.T, D) * vec(X)),
    "an inner product": (Trace(X.T * Y), scalar(vec(X).T * vec(Y))),
    "a column and a row": (KroneckerProduct(x, y.T), x * y.T),
    "a row and a column": (KroneckerProduct(x.T, y), y * x.T),
    "two columns": (KroneckerProduct(x, z), vec(z * x.T)),
    "a row beside a matrix": (KroneckerProduct(x.T, X) * KroneckerProduct(y, Y.T), scalar(x.T * y) * X * Y.T),
    "ones": (KroneckerProduct(X, ones(k).T) * KroneckerProduct(Identity(n), ones(k)), k * X),
}
WRONG = {
    "in the other order": (KroneckerProduct(A, B), KroneckerProduct(B, A)),
    "a product of products": (KroneckerProduct(A, D) * KroneckerProduct(B, E), KroneckerProduct(B * A, D * E)),
    "its determinant": (Determinant(KroneckerProduct(A, D)), Determinant(A) ** n * Determinant(D) ** m),
    "not transposed": (vec(D * X * A), KroneckerProduct(A, D) * vec(X)),
    "a column and a row": (KroneckerProduct(x, y.T), y * x.T),
    "rows for columns": (vec(A), vec(A.T)),
}


test_each_line = each_line(EQUAL, WRONG)
