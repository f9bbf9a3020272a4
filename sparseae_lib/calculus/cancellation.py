r"""Equations between matrices with inverses of sums in them: each side as a sum of words, whose letters are matrices.

Two steps lead to words without such an inverse, and neither changes whether the equation holds:

1. *rewrite*: with :math:`Q = (I + BA)^{-1}` the longest word is replaced by :math:`BAQ = QBA = I - Q`;
2. *multiply*: where each word that has :math:`Q = P^{-1}` in it begins with Q, both sides are multiplied by P.
"""

from collections import defaultdict
from itertools import pairwise, product

from sympy import (
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    S,
    Trace,
    Transpose,
    ZeroMatrix,
    expand,
    sympify,
)

MOST_WORDS = 200


def without_inverses(left: MatrixExpr, right: MatrixExpr):
    """Matrices that are zero only if both sides are equal, with fewer inverses of sums in them, one after the other."""
    words = _words(left) - _words(right)
    for sums, rules in _systems(words):
        for rest in (words, _reduced(words, rules)):
            for inverse, mirrored in [*product(sums, (False, True))] * 2:
                if (longer := _multiplied(rest, inverse, sums[inverse], mirrored)) is not None:
                    rest = _reduced(longer, rules)
            yield rest.matrix(*left.shape)


def trace_without_inverses(trace: Trace):
    """The same trace with fewer inverses of sums in it: tr(A Q) is tr(Q A), and one of both may have a shorter form."""
    words, total = _words(trace.arg), S.Zero
    systems = [rules for _, rules in _systems(words)]
    rules = min(systems, key=lambda rules: _reduced(words, rules).length(), default=[])
    for word, coefficient in words.terms.items():
        turns = [word[k:] + word[:k] for k in range(len(word))]
        reduced = [(_reduced(Words({turn: S.One}), rules), turn[0].rows) for turn in turns]
        shortest, size = min(reduced, key=lambda pair: pair[0].length(), default=(Words({word: S.One}), trace.arg.rows))
        total += coefficient * Trace(shortest.matrix(size, size))
    return total


def _systems(words):
    """{inverse of a sum in the words: the sum}, and rules for them, for each choice of the words that are replaced."""
    inverses = sorted({letter for word in words.terms for letter in word if _is_of_sum(letter)}, key=str)
    sums = {inverse: _words(inverse.arg) for inverse in inverses}
    longest = [[word for word, factor in sums[q].terms.items() if word and _may_divide(factor)] for q in inverses]
    for leads in product(*(sorted(words, key=lambda word: (-len(word), str(word)))[:2] or [()] for words in longest)):
        chosen = [(q, lead) for q, lead in zip(inverses, leads, strict=True) if lead]
        yield sums, [rule for q, lead in chosen for rule in _rules(q, sums[q], lead)]


def _may_divide(factor):
    """Whether a factor is not 0, or only for single values of numbers: there the sides are equal by continuity.

    So (I + c A)^-1 A = A (I + c A)^-1 is proved for c other than 0, and holds for 0 too. A whole number has no others
    near to it.
    """
    factor = expand(sympify(factor))
    return factor.is_nonzero or (
        factor != 0
        and factor.is_polynomial()
        and all(symbol.is_real and not symbol.is_integer for symbol in factor.free_symbols)
    )


class Words:
    """A sum of words with coefficients: {(A, B): 2} is 2 A B, and {(): 1} the identity."""

    def __init__(self, terms):
        self.terms = {word: coefficient for word, coefficient in terms.items() if coefficient != 0}

    def __add__(self, other):
        return _collected([*self.terms.items(), *other.terms.items()])

    def __sub__(self, other):
        return self + other * Words({(): -1})

    def __mul__(self, other):
        pairs = product(self.terms.items(), other.terms.items())
        return _collected([(a + b, x * y) for (a, x), (b, y) in pairs])

    def length(self):
        return sum(map(len, self.terms))

    def matrix(self, rows, columns):
        return MatAdd(
            ZeroMatrix(rows, columns),
            *(MatMul(coefficient, *(word or [Identity(rows)])) for word, coefficient in self.terms.items()),
        )


def _collected(pairs):
    terms = defaultdict(int)
    for word, coefficient in pairs:
        terms[word] += coefficient
    if len(terms) > MOST_WORDS:
        raise OverflowError
    return Words(terms)


def _words(matrix):
    match matrix:
        case Identity():
            return Words({(): 1})
        case ZeroMatrix():
            return Words({})
        case MatAdd():
            return sum(map(_words, matrix.args), Words({}))
        case MatMul():
            scalar, factors = matrix.as_coeff_matrices()
            words = Words({(): scalar})
            for factor in factors:
                words = words * _words(factor)
            return words
        case MatPow() if not isinstance(matrix, Inverse) and matrix.exp.is_Integer and 0 < matrix.exp < 9:
            return _words(MatMul(*[matrix.base] * int(matrix.exp)))
    return Words({(matrix,): 1})


def _is_of_sum(letter):
    return isinstance(letter, Inverse) and not isinstance(letter.arg, MatrixSymbol | Transpose)


def _rules(inverse, words, lead):
    """P = c w + rest, so w Q = (1 - rest Q) / c, and Q w = (1 - Q rest) / c."""
    one, q, factor = Words({(): 1}), Words({(inverse,): 1}), Words({(): S.One / words.terms[lead]})
    rest = words - Words({lead: words.terms[lead]})
    return [((*lead, inverse), (one - rest * q) * factor), ((inverse, *lead), (one - q * rest) * factor)]


def _reduced(words, rules):
    """The words with the left side of each rule, or of A A^-1 = 1, replaced by the right side."""
    done = Words({})
    waiting = list(words.terms.items())
    steps = 0
    while waiting:
        word, coefficient = waiting.pop()
        if (steps := steps + 1) > MOST_WORDS * 10:
            raise OverflowError
        found = _rewritten(word, rules)
        if found is None:
            done = done + Words({word: coefficient})
        else:
            waiting += (found * Words({(): coefficient})).terms.items()
    return done


def _rewritten(word, rules):
    """The word by the first rule that applies; ``None`` if there is none. C A A^-1 B is C B."""
    for k, (a, b) in enumerate(pairwise(word)):
        if (isinstance(a, Inverse) and a.arg == b) or (isinstance(b, Inverse) and b.arg == a):
            return Words({word[:k] + word[k + 2 :]: 1})
    for left, right in rules:
        for k in range(len(word) - len(left) + 1):
            if word[k : k + len(left)] == left:
                return Words({word[:k]: 1}) * right * Words({word[k + len(left) :]: 1})
    return None


def _multiplied(words, inverse, its_sum, mirrored):
    """P times the words, or ``None`` unless inv(P) is at their beginning alone, or, if ``mirrored``, at their end.

    With Q = inv(P), Q A - B becomes A - P B; both are 0 or none, since P has an inverse.
    """
    end = -1 if mirrored else 0
    having = [word for word in words.terms if inverse in word]
    if not having or any(word[end] != inverse or word.count(inverse) > 1 for word in having):
        return None
    without = Words({(word[:-1] if mirrored else word[1:]): words.terms[word] for word in having})
    rest = words - Words({word: words.terms[word] for word in having})
    return without + (rest * its_sum if mirrored else its_sum * rest)
