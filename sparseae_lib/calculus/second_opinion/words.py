r"""Matrix expressions as sums of words, a word being a product of factors; equal forms are equal for all sizes.

Besides linearity, the transpose of a product and :math:`\mathbf 1^{\top} \mathbf 1 = n`, two laws are used.
A row spread over all rows scales the columns, :math:`(\mathbf 1 v) \circ M = M \operatorname{diag}(v)`.
A row that is scaled is an elementwise product, :math:`u \operatorname{diag}(v) = u \circ v`.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import product

from sympy import (
    Dummy,
    Expr,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
    cancel,
    together,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus.functions import AppliedToMatrix, Elementwise
from sparseae_lib.calculus.matrices import EntrySum, Gradient, Hadamard, SquaredNorm, is_cost


class Mismatch(ValueError):
    """Two shapes do not meet."""


class Unreadable(TypeError):
    """An operation that this module does not know."""


# Factors. Each can be transposed, and none holds a sum or a scalar that could be taken out of it.


@dataclass(frozen=True)
class Matrix:
    """A matrix with a name, or its transpose."""

    symbol: Expr
    flipped: bool = False

    @property
    def T(self):
        return Matrix(self.symbol, not self.flipped)


@dataclass(frozen=True)
class Ones:
    """The column of n ones, or the row."""

    size: Expr
    flipped: bool = False

    @property
    def T(self):
        return Ones(self.size, not self.flipped)


@dataclass(frozen=True)
class Function:
    """f, entry by entry, of a form."""

    function: Elementwise
    argument: "Form"

    @property
    def T(self):
        return Function(self.function, self.argument.T)


@dataclass(frozen=True)
class Elements:
    """The elementwise product of at least two words, in no order."""

    words: frozenset  # of (word, how often)

    @property
    def T(self):
        return Elements(frozenset((flipped(word), n) for word, n in self.words))


@dataclass(frozen=True)
class Diagonal:
    """The diagonal matrix of a row, which is a word."""

    row: tuple

    @property
    def T(self):
        return self


def flipped(word):
    return tuple(factor.T for factor in reversed(word))


# Forms


@dataclass(frozen=True)
class Form:
    """A sum of coefficient times word, with its shape; no coefficient is zero."""

    shape: tuple
    terms: frozenset  # of (word, coefficient)

    @property
    def T(self):
        return Form(self.shape[::-1], frozenset((flipped(word), c) for word, c in self.terms))

    def __add__(self, other):
        same_shape("a sum", self, other)
        return _form(self.shape, [*self.terms, *other.terms])

    def __mul__(self, scalar):
        return _form(self.shape, [(word, scalar * c) for word, c in self.terms])

    def __matmul__(self, other):
        if not _same_size(self.shape[1], other.shape[0]):
            raise Mismatch(f"a product of {self.shape} and {other.shape}")
        inner = self.shape[1]
        pairs = product(self.terms, other.terms)
        return _form((self.shape[0], other.shape[1]), [_times(v, w, c * d, inner) for (v, c), (w, d) in pairs])

    def elementwise(self, other):
        same_shape("an elementwise product", self, other)
        pairs = product(self.terms, other.terms)
        return _form(self.shape, [(_elementwise(v, w, self.shape), c * d) for (v, c), (w, d) in pairs])


def _same_size(a, b):
    return (a - b).expand() == 0


def same_shape(operation, a, b):
    if not all(map(_same_size, a.shape, b.shape)):
        raise Mismatch(f"{operation} of {a.shape} and {b.shape}")


def _form(shape, terms):
    totals = {}
    for word, coefficient in terms:
        totals[word] = totals.get(word, 0) + coefficient
    totals = {word: _rational(c) for word, c in totals.items()}
    return Form(tuple(shape), frozenset((word, c) for word, c in totals.items() if c != 0))


def _rational(coefficient):
    """The coefficient in lowest terms. What it says of matrices is a symbol meanwhile: SymPy would look into it."""
    if not coefficient.has(MatrixExpr):
        return cancel(together(coefficient))
    symbols = {part: Dummy() for part in coefficient.atoms(EntrySum, SquaredNorm, Trace, MatrixElement)}
    back = {symbol: part for part, symbol in symbols.items()}
    return cancel(together(coefficient.xreplace(symbols))).xreplace(back)


def of_word(word):
    return Form((rows(word[0]), columns(word[-1])), frozenset({(word, Integer(1))}))


def ones(rows, columns):
    """The matrix of ones, a column of ones times a row of ones; a side of length 1 needs none."""
    column = () if rows == 1 else (Ones(rows),)
    row = () if columns == 1 else (Ones(columns, True),)
    return Form((rows, columns), frozenset({(column + row, Integer(1))}))


@lru_cache(maxsize=4096)  # the corruptions of a formula share most of its parts, and all of its derivation
def form(expression, gradient):
    """The form of a matrix expression. ``gradient`` gives that of the ``Gradient`` of a cost with a formula.

    The gradient of a cost that has only a name is a matrix with a name, and so is that of a single entry.
    """

    def read(part):
        return form(part, gradient)

    match expression:
        case MatrixSymbol():
            return of_word((Matrix(expression),))
        case OneMatrix():
            return ones(*expression.shape)
        case Identity() if expression.shape == (1, 1):  # SymPy makes it of the one 1
            return ones(1, 1)
        case ZeroMatrix():
            return Form(expression.shape, frozenset())
        case Transpose():
            return read(expression.arg).T
        case MatAdd():
            return reduce(Form.__add__, map(read, expression.args))
        case MatMul():
            scalar, factors = expression.as_coeff_matrices()
            return reduce(Form.__matmul__, map(read, factors)) * scalar
        case MatPow() if expression.exp.is_Integer and expression.exp > 0:
            return reduce(Form.__matmul__, [read(expression.base)] * int(expression.exp))
        case Hadamard():
            return reduce(Form.elementwise, map(read, expression.args))
        case AppliedToMatrix():
            function, argument = expression.args
            argument = read(argument)
            return of_word((Function(function, argument),))
        case Gradient():
            cost = expression.args[0]
            if isinstance(cost, MatrixElement) or is_cost(cost):
                return of_word((Matrix(expression),))
            return gradient(expression)
    raise Unreadable(f"{type(expression).__name__} in {expression}: not an operation of the second opinion")


# Products of words


def _times(left, right, coefficient, inner):
    """The product of two words that meet at a side of length ``inner``, as (word, coefficient)."""
    if left[-1:] == (Ones(inner, True),) and right[:1] == (Ones(inner),):
        return left[:-1] + right[1:], coefficient * inner
    return _without_scaled_vectors(left + right), coefficient


def _elementwise(left, right, shape):
    """The elementwise product of two words of this shape, a word."""
    ((everywhere, _),) = ones(*shape).terms
    if everywhere in (left, right):
        return right if left == everywhere else left
    if 1 in shape:
        return (Elements(_counted(left, right)),)
    for word, other in ((left, right), (right, left)):
        for k in range(1, len(word)):
            if columns(word[k - 1]) == 1:  # (u v) o M = diag(u) M diag(v)
                return _without_scaled_vectors((*_diagonal(flipped(word[:k])), *other, *_diagonal(word[k:])))
    above_left, left, below_left = _scaled(left)
    above_right, right, below_right = _scaled(right)
    inside = Elements(_counted(left, right))
    return _without_scaled_vectors((*above_left, *above_right, inside, *below_left, *below_right))


def _counted(*words):
    """The words of an elementwise product, each with how often it stands there."""
    counts = Counter()
    for word in words:
        nested = word[0].words if len(word) == 1 and isinstance(word[0], Elements) else {(word, 1)}
        counts.update(dict(nested))
    return frozenset(counts.items())


def _diagonal(row):
    return () if len(row) == 1 and isinstance(row[0], Ones) else (Diagonal(row),)


def _scaled(word):
    """The diagonal matrix before a word, the word, and the diagonal matrix after it; each may be missing."""
    before = word[:1] if isinstance(word[0], Diagonal) else ()
    after = word[-1:] if isinstance(word[-1], Diagonal) else ()
    return before, word[len(before) : len(word) - len(after)], after


def _without_scaled_vectors(word):
    """The word with diagonal matrices next to each other in one, and u diag(v) written as u o v."""
    for k, factor in enumerate(word):
        if isinstance(factor, Diagonal):
            n = columns(factor)
            if k + 1 < len(word) and isinstance(word[k + 1], Diagonal):
                merged = Diagonal(_elementwise(factor.row, word[k + 1].row, (1, n)))
                return _without_scaled_vectors((*word[:k], merged, *word[k + 2 :]))
            for j in range(k - 1, -1, -1):
                if rows(word[j]) == 1:
                    vector = _elementwise(word[j:k], factor.row, (1, n))
                    return _without_scaled_vectors((*word[:j], *vector, *word[k + 1 :]))
            for j in range(k + 1, len(word)):
                if columns(word[j]) == 1:
                    vector = _elementwise(word[k + 1 : j + 1], flipped(factor.row), (n, 1))
                    return _without_scaled_vectors((*word[:k], *vector, *word[j + 1 :]))
    return word


def rows(factor):
    return columns(factor.T)


def columns(factor):
    """How many columns a factor has."""
    match factor:
        case Matrix():
            return factor.symbol.shape[0 if factor.flipped else 1]
        case Ones():
            return factor.size if factor.flipped else Integer(1)
        case Function():
            return factor.argument.shape[1]
        case Elements():
            return columns(next(iter(factor.words))[0][-1])
    return columns(factor.row[-1])
