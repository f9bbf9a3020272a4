"""Random pairs of expressions, equal ones in disguise and others, each decided and then held against exact values.

``python -m tests.calculus.pairs 20000`` tries so many, and stops at the first decision that the values contradict.
"""

import random
import sys
from collections import Counter

from sympy import (
    Add,
    Expr,
    Identity,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    symbols,
)

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    LayerMatrix,
    Outcome,
    SquaredNorm,
    decide,
)
from sparseae_lib.calculus.shapes import shape
from tests.calculus.exact import agree

M, N, K, L = symbols("m n k l", integer=True, positive=True)
INDICES = symbols("i j s t", integer=True, nonnegative=True)
C, Q, X = Symbol("c", positive=True), Symbol("q", nonnegative=True), Symbol("x", real=True)
Y = Symbol("y", real=True)
FUNCTIONS = [
    Elementwise("f"),
    Elementwise("f").prime,
    Elementwise("g"),
    Elementwise("square", Lambda(Y, Y**2 - Y)),
    Elementwise("inverse", Lambda(Y, 1 / (1 + Y))),
]
SIZES = [
    {M: m, N: n, K: k, L: l}
    for m, n, k, l in [(1, 1, 1, 1), (2, 3, 2, 2), (1, 2, 1, 2), (2, 1, 2, 1), (4, 2, 1, 1), (2, 2, 2, 3), (3, 4, 1, 2)]
]


class Pairs:
    """Random expressions from a seed."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def choose(self, *options):
        return self.rng.choice(options)

    def symbol(self, rows, columns):
        if rows == columns and self.rng.random() < 0.3:
            return LayerMatrix("W", self.choose(K, L, L + 1, 2), rows, columns)
        return MatrixSymbol(f"{self.choose(*'AB')}{rows}{columns}", rows, columns)

    def matrix(self, rows, columns, depth):
        if depth == 0:
            special = [OneMatrix(rows, columns)] + [Identity(rows)] * (rows == columns)
            return self.choose(self.symbol(rows, columns), self.symbol(rows, columns), *special)
        kind = self.choose(
            "product", "product", "sum", "elementwise", "transpose", "function", "scaled", "gradient", "leaf"
        )
        inner = self.choose(M, N, 1)
        match kind:
            case "product":
                return self.matrix(rows, inner, depth - 1) * self.matrix(inner, columns, depth - 1)
            case "sum":
                return self.matrix(rows, columns, depth - 1) + self.matrix(rows, columns, depth - 1)
            case "elementwise":
                return Hadamard(self.matrix(rows, columns, depth - 1), self.matrix(rows, columns, depth - 1))
            case "transpose":
                return self.matrix(columns, rows, depth - 1).T
            case "function":
                return self.choose(*FUNCTIONS)(self.matrix(rows, columns, depth - 1))
            case "scaled":
                return self.scalar(depth - 1) * self.matrix(rows, columns, depth - 1)
            case "gradient":
                variable = MatrixSymbol(f"A{rows}{columns}", rows, columns)
                return Gradient(self.scalar(1), variable)
        return self.symbol(rows, columns)

    def scalar(self, depth, scope=()):
        leaves = [C, Q, X, M, N, Rational(self.choose(-2, -1, 1, 3), self.choose(1, 2))]
        if depth == 0:
            return self.choose(*leaves, *[self.element(scope) for _ in range(4)])
        rows, columns = self.choose(M, N), self.choose(M, N, 1)
        kind = self.choose("entries", "norm", "trace", "total", "total", "sum", "product", "power", "function", "delta")
        match kind:
            case "entries":
                return EntrySum(self.matrix(rows, columns, depth - 1))
            case "norm":
                return SquaredNorm(self.matrix(rows, columns, depth - 1))
            case "trace":
                return Trace(self.matrix(rows, rows, depth - 1))
            case "total":
                free = [index for index in INDICES if index not in dict(scope)]
                if free:
                    limits = self.choose(*[(0, rows - 1)] * 4, (0, rows - 2), (1, rows - 1), (0, 1))
                    return Sum(self.scalar(depth - 1, (*scope, (free[0], rows))), (free[0], *limits))
            case "sum":
                return self.scalar(depth - 1, scope) + self.scalar(depth - 1, scope)
            case "product":
                return self.scalar(depth - 1, scope) * self.scalar(depth - 1, scope)
            case "power":
                return self.scalar(depth - 1, scope) ** self.choose(2, -1)
            case "function":
                return self.choose(*FUNCTIONS)(self.scalar(depth - 1, scope))
            case "delta" if scope:
                index, size = self.choose(*scope)
                others = [other for other, length in scope if length == size]
                return KroneckerDelta(index, self.choose(0, 1, 2, *others)) * self.scalar(depth - 1, scope)
        return self.element(scope)

    def element(self, scope):
        places = [(index, size) for index, size in scope]
        if not places or self.rng.random() < 0.2:
            return self.symbol(self.choose(M, N), 1)[self.choose(0, 0, 1), 0]
        (i, rows), (j, columns) = self.choose(*places), self.choose(*places)
        i += int(self.rng.random() < 0.1)
        return self.symbol(rows, columns)[i, j] if self.rng.random() < 0.5 else self.symbol(rows, 1)[i, 0]

    def disguised(self, e):
        """The same in other words."""
        if isinstance(e, Gradient):
            return Gradient(self.disguised(e.args[0]), e.args[1])
        if isinstance(e, MatrixExpr):
            return self.disguised_matrix(e)
        if isinstance(e, EntrySum | SquaredNorm | Trace):
            matrix = self.disguised(e.args[0])
            rows, columns = shape(matrix)
            if isinstance(e, EntrySum):
                return self.choose(e.func(matrix), EntrySum(matrix.T), Trace(OneMatrix(columns, rows) * matrix))
            if isinstance(e, SquaredNorm):
                return self.choose(e.func(matrix), Trace(matrix.T * matrix), EntrySum(Hadamard(matrix, matrix)))
            return self.choose(Trace(matrix), Trace(matrix.T), EntrySum(Hadamard(matrix, Identity(rows))))
        if isinstance(e, Sum):
            body = self.disguised(e.function)
            if isinstance(body, Add) and self.rng.random() < 0.5:
                return Add(*[Sum(term, *e.limits) for term in body.args])
            return Sum(body, *e.limits)
        if isinstance(e, Add | Mul):
            parts = [self.disguised(part) for part in e.args]
            if isinstance(e, Mul) and isinstance(parts[-1], Add) and self.rng.random() < 0.5:
                return Add(*[Mul(*parts[:-1], term) for term in parts[-1].args])
            return e.func(*parts)
        if isinstance(e, Pow):
            return Pow(self.disguised(e.base), e.exp)
        if self.rng.random() < 0.1:
            other = self.choose(C, X, N)
            return self.choose((e * (1 + other) - e * other), e * (1 + other) / (1 + other), (e + other) - other)
        return e

    def disguised_matrix(self, e):
        if not e.args or isinstance(e, MatrixSymbol | OneMatrix | Identity):
            rows, columns = e.shape
            return self.choose(e, e, e.T.T, Hadamard(OneMatrix(rows, columns), e), MatMul(Identity(rows), e))
        parts = [self.disguised(part) if isinstance(part, MatrixExpr) else part for part in e.args]
        if isinstance(e, MatMul):
            scalar, factors = MatMul(*parts).as_coeff_matrices()
            *most, last = factors
            if isinstance(last, MatAdd) and self.rng.random() < 0.5:
                return MatAdd(*[MatMul(scalar, *most, term) for term in last.args])
            if self.rng.random() < 0.3:
                return scalar * Transpose(MatMul(*[factor.T for factor in reversed(factors)]))
            return MatMul(*parts)
        if isinstance(e, Hadamard):
            return Hadamard(*self.rng.sample(parts, len(parts)))
        return e.func(*parts)

    def corrupted(self, e):
        """One part exchanged for another of its kind; it may happen that nothing changes."""
        parts = [k for k, part in enumerate(e.args) if isinstance(part, Expr)]
        if isinstance(e, MatrixSymbol):
            return self.symbol(*e.shape)
        if not parts or isinstance(e, OneMatrix | Identity) or e.is_Atom:
            return self.matrix(*shape(e), 1) if isinstance(e, MatrixExpr) else self.choose(-e, 2 * e, e + 1, e * C)
        if isinstance(e, Sum | Gradient):
            return e.func(self.corrupted(e.args[0]), *e.args[1:])
        if isinstance(e, Transpose) and e.shape[0] == e.shape[1] and self.rng.random() < 0.5:
            return e.arg
        if e.func in (Pow, KroneckerDelta) or e.is_Function or not isinstance(e, MatrixExpr | Add | Mul):
            return self.choose(-e, 2 * e)
        k = self.choose(*parts)
        return e.func(*e.args[:k], self.corrupted(e.args[k]), *e.args[k + 1 :])

    def pair(self):
        left = self.matrix(self.choose(M, N), self.choose(M, N, 1), 2) if self.rng.random() < 0.5 else self.scalar(3)
        kind = self.choose("equal", "corrupted", "corrupted", "other")
        if kind == "equal":
            return left, self.disguised(left), True
        if kind == "corrupted":
            return left, self.disguised(self.corrupted(left)), False
        other = self.matrix(*shape(left), 1) if isinstance(left, MatrixExpr) else self.scalar(2)
        return left, other, False


def contradiction(seed):
    """(outcome, what the values say against it, if they do) of the pair with this number."""
    pairs = Pairs(seed)
    left, right, same = pairs.pair()
    decision = decide(left, right)
    decided = decision.outcome is not Outcome.UNKNOWN
    found = [agree(left, right, sizes, random.Random(seed)) for sizes in SIZES if decided]
    said, agreed = None, found.count(True)
    refused = decision.outcome is Outcome.ILL_FORMED and agreed > 3  # not if it has values for one entry alone
    if same and (decision.outcome is Outcome.REFUTED or refused):
        said = "equal by its making"
    elif decision.outcome is Outcome.PROVED and False in found:
        said = f"different at {SIZES[found.index(False)]}"
    elif decision.outcome is Outcome.REFUTED and agreed > 3 and False not in found:
        more = (agree(left, right, sizes, random.Random(seed + k)) for k in range(1, 100) for sizes in SIZES)
        said = None if False in more else "equal wherever it was tried"
    return decision.outcome, said and f"seed {seed}: {left} = {right} is {decision}, but {said}"


def main(count, first=0):
    outcomes = Counter()
    for seed in range(first, first + count):
        outcome, said = contradiction(seed)
        outcomes[outcome.value] += 1
        if said:
            sys.exit(said)
    print(f"{count} pairs, {dict(sorted(outcomes.items()))}, no disagreement")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
