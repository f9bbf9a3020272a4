r"""What a formula means: from its tree to an expression of the engine.

``read`` is the inverse of ``latex``. Nothing is evaluated on the way that would hide a mistake: a product whose shapes
do not meet is read as it stands, and the decision calls it ill-formed.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from lark import Token, Tree
from sympy import (
    Abs,
    Add,
    Determinant,
    DiagMatrix,
    Expr,
    Identity,
    Integer,
    Inverse,
    KroneckerDelta,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    cos,
    cosh,
    default_sort_key,
    exp,
    log,
    sign,
    sin,
    sinh,
    tanh,
    zoo,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Elementwise, EntrySum, Gradient, Hadamard, IllFormed, SquaredNorm, Unsupported, vjp
from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.calculus.kronecker import vec
from sparseae_lib.calculus.matrices import is_cost
from sparseae_lib.calculus.shapes import index_ranges, same_size
from sparseae_lib.calculus.words import relu, softmax
from sparseae_lib.formulas.as_written import differentiated, kept, matrix_product, transposed
from sparseae_lib.formulas.letters import ACCENTS, named, printed
from sparseae_lib.formulas.notation import BOOK, FUNCTIONS, LAYERS, Notation
from sparseae_lib.formulas.printer import counted, counts_entries, counts_layers, of_layers
from sparseae_lib.formulas.sizes import is_column, is_row, new_size, sides, solve, unit
from sparseae_lib.formulas.syntax import parse
from sparseae_lib.formulas.trees import (
    OPERATORS,
    chain,
    factors_of,
    head_of,
    is_named_in_braces,
    is_prime,
    is_rule,
    is_top,
    name_of,
    only,
    span,
    suffix_of,
)
from sparseae_lib.formulas.unreadable import Unreadable

SIGNS = {sign: name for name, sign in ACCENTS.items()}
DEEPEST = 50
"""How many brackets may be in each other."""
TWO_MEANINGS = "two letters: {} is that of a layer, and of an entry or of a number"
DIGITS = 100
"""The length of the longest number that is read, and the highest power of a number."""


def read(
    text: str,
    notation: Notation = BOOK,
    *,
    dot: Literal["product", "elementwise"] | None = None,
    prime: Literal["derivative", "transpose"] = "derivative",
) -> Expr:
    r"""The expression that a formula stands for, in LaTeX or as one types it: ``A^T D / m``. ``Unreadable`` otherwise.

    ``notation`` says what the letters are. ``dot`` says what a dot between two matrices is: without it such a dot is
    refused. ``prime`` says what a prime after a matrix is. What is left out is never guessed.
    """
    return _read(text, "expression", lambda tree: [tree], _Reader(text, notation, dot, prime))[0]


def read_line(
    text: str,
    notation: Notation = BOOK,
    *,
    dot: Literal["product", "elementwise"] | None = None,
    prime: Literal["derivative", "transpose"] = "derivative",
) -> tuple[Expr, ...]:
    r"""The expressions of a line with signs such as :math:`=` between them, from left to right; see ``read``.

    A line may begin with such a sign: then it goes on from the line before it.
    """
    reader = _Reader(text, notation, dot, prime)
    return _read(text, "line", lambda tree: [side for side in tree.children if isinstance(side, Tree)], reader)


def _read(text, start, sides, reader):
    r"""The values of the sides: found a second time with the lengths of :math:`\mathbf 1` that the first time told."""
    _refuse_depth(text)
    try:
        trees = sides(parse(text.rstrip(" .,;\n") if start == "line" else text, start))
        values = tuple(map(reader.proper, trees))
        if reader.unknown:
            reader.tell_lengths(values)
            values = tuple(map(reader.proper, trees))
        reader.refuse_two_meanings(values)
    except RecursionError:
        raise Unreadable(text, 0, "too many brackets in each other", "fewer") from None
    return values


def _refuse_depth(text):
    """Python itself goes no deeper than some hundred brackets; what it raises there depends on where it is."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth > DEEPEST:
            raise Unreadable(text, place, "too many brackets in each other", f"{DEEPEST} at most")


@dataclass(frozen=True)
class _Jacobian:
    """The derivative of a matrix by a matrix, which means something only after a dot, as in the chain rule."""

    output: MatrixExpr
    variable: MatrixSymbol


@dataclass
class _Scripts:
    """What stands at a letter: below it, above it in brackets, and what is done to its value, in that order."""

    below: list = field(default_factory=list)
    late: bool = False  # whether an index comes behind a power
    brackets: list = field(default_factory=list)
    then: list = field(default_factory=list)
    primes: int = 0


class _Reader:
    """One text in one notation. For each rule of the grammar that makes a tree there is a method of its name."""

    def __init__(self, text, notation, dot, prime):
        for name, value, allowed in (
            ("dot", dot, (None, "product", "elementwise")),
            ("prime", prime, ("derivative", "transpose")),
        ):
            if value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
        for name, value, kind in (("text", text, str), ("notation", notation, Notation)):
            if not isinstance(value, kind):
                raise TypeError(f"{name} must be a {kind.__name__}, not {type(value).__name__}: {value!r}")
        self.text, self.notation, self.dot, self.prime = text, notation, dot, prime
        self.bound, self.lengths, self.unknown, self.whole = {}, {}, {}, False
        self.constants = []  # the derivatives of what does not contain what it is differentiated by

    def value(self, tree):
        if isinstance(tree, Token):
            return self.scripted(Tree("scripted", [tree]))
        return getattr(self, tree.data)(tree)

    def proper(self, tree):
        """The value of a part that is more than the derivative of a matrix."""
        value = self.value(tree)
        if isinstance(value, _Jacobian):
            self.refuse(tree, "a number that is differentiated", "the derivative of a matrix without a dot before it")
        return value

    def number(self, tree):
        value = self.proper(tree)
        if isinstance(value, MatrixExpr):
            self.refuse(tree, "a number", "a matrix")
        return value

    def matrix(self, tree):
        value = self.proper(tree)
        if not isinstance(value, MatrixExpr):
            self.refuse(tree, "a matrix", "a number")
        return value

    def refuse(self, part, expected, found=None):
        """Raise ``Unreadable`` at a part of the formula."""
        start, end = span(part)
        shown = repr(self.text[start:end])
        raise Unreadable(self.text, start, f"{found}, {shown}" if found else shown, expected)

    def tell_lengths(self, values):
        for value in values:
            found = solve(value)
            self.lengths |= {place: found[size] for place, size in self.unknown.items() if size in found}
        for place in self.unknown.keys() - self.lengths.keys():
            shown = self.text[place:].split()[0][:12]
            expected = r"its length, as in \mathbf{1}_{m}, or a term or a factor that tells it"
            raise Unreadable(self.text, place, f"{shown!r} without a length", expected)

    def refuse_two_meanings(self, values):
        for letter in sorted(set().union(*(value.free_symbols for value in values)), key=str):
            if any(counts_layers(letter, value) and counts_entries(letter, value) for value in values):
                raise Unreadable(self.text, 0, repr(self.text), TWO_MEANINGS.format(letter))

    # Sums and products

    def expression(self, tree):
        terms, sign = [], None
        for part in tree.children:
            if isinstance(part, Token) and part.type == "SIGN":
                sign = part
            elif part is not None:
                value = self.proper(part)
                terms.append(value if sign in (None, "+") else self.times([Integer(-1), value]))
                sign = None
        if len(terms) == 1:
            return terms[0]
        if len({isinstance(term, MatrixExpr) for term in terms}) == 2:
            self.refuse(tree, "terms that are all matrices or all numbers", "a sum of both")
        if not isinstance(terms[0], MatrixExpr):
            return kept(Add, terms)
        flat = [part for term in terms for part in (term.args if isinstance(term, MatAdd) else [term])]
        return MatAdd(*sorted(flat, key=default_sort_key))

    def joined(self, tree):
        """Products with signs between them, taken from left to right."""
        first, *rest = chain(tree)
        outer, self.constants = self.constants, []
        value, circled = self.value(first) if not rest else self.proper(first), False
        for joint, part in zip(rest[::2], rest[1::2], strict=True):
            for operator, variable, letter in self.constants:  # of x/2 |A|^2 without brackets, x is differentiated
                if letter in _letters(part) and not _has_derivative(part):
                    self.refuse(operator, f"something that contains {variable} after it, in brackets")
            value, circled = self.join(value, joint, part, circled)
        self.constants = outer
        return value

    def join(self, left, sign, part, circled):
        """What a sign makes of what stands to its left and to its right, and whether that is an elementwise product."""
        if sign.type == "SLASH":
            return self.divided(left, part), False
        if sign.type == "OVER":
            over = FUNCTIONS["reciprocal"](self.matrix(part))
            return Hadamard(left, over) if isinstance(left, MatrixExpr) else self.times([left, over]), False
        right = self.value(part)
        if isinstance(right, _Jacobian):
            return self.chain_rule(left, sign, right), False
        if sign.type == "AT" or not (isinstance(left, MatrixExpr) and isinstance(right, MatrixExpr)):
            return self.times([left, right]), False
        if sign.type == "OTIMES":
            return KroneckerProduct(left, right), False
        if sign.type == "CIRCLE" or self.dot == "elementwise":
            return Hadamard(*(left.args if circled else [left]), right), True
        if self.dot is None:
            expected = r"""@ or read(..., dot="product") for the first, \circ or read(..., dot="elementwise")"""
            self.refuse(sign, expected, "the product of two matrices or that of their entries")
        return self.times([left, right]), False

    def divided(self, left, part):
        """``a/b c``: a number c may have been meant below the line; a matrix, a bracket or a norm may not."""
        whole = not is_rule(part, "product") or is_rule(part.children[0], *OPERATORS)
        below, *rest = [part] if whole else part.children
        if not rest:
            return self.times([left, 1 / self.divisor(below)])
        right = self.proper(Tree("product", rest, part.meta))
        is_letter = is_rule(rest[0], "scripted") and isinstance(head_of(rest[0])[0], Token)
        if is_letter and isinstance(self.proper(rest[0]), Symbol | AppliedUndef | Rational):
            self.refuse(rest[0], "brackets that say whether it is divided by", "one more number after '/'")
        return self.times([left, 1 / self.divisor(below), right])

    def divisor(self, tree):
        value = self.proper(tree)
        if isinstance(value, MatrixExpr):
            self.refuse(tree, r"a number; A \oslash B is the quotient of entries, and A B^{-1} a product", "a matrix")
        return value

    def chain_rule(self, left, sign, right):
        if sign.type not in ("DOT", "AT") or not isinstance(left, MatrixExpr):
            self.refuse(sign, "a matrix and a dot before the derivative of a matrix")
        if left.has(right.variable):
            self.refuse(sign, f"a factor before it without {right.variable}, which is differentiated by")
        return vjp(left, right.output, right.variable)

    def product(self, tree):
        *factors, last = tree.children
        if factors and is_rule(factors[-1], *OPERATORS):
            operator = factors.pop()
            values = [self.proper(factor) for factor in factors]
            value = getattr(self, f"{operator.data}_of")(operator, last)
            if values and isinstance(value, _Jacobian):
                self.refuse(operator, "a dot before the derivative of a matrix")
            return self.times([*values, value]) if values else value
        if not factors:
            return self.value(last)
        for factor, following in pairwise(tree.children):
            if _is_open(factor) and not is_rule(following, "applied"):
                self.refuse(following, f"brackets that say of how much this is the {factor.children[0]}")
        return self.times([self.proper(factor) for factor in tree.children])

    def times(self, values):
        r"""The product; :math:`\mathbf 1^T A \mathbf 1` is the sum of all entries, which is a number."""
        numbers = [value for value in values if not isinstance(value, MatrixExpr)]
        matrices = [value for value in values if isinstance(value, MatrixExpr)]
        for k in reversed(range(len(matrices))):  # of (q^T q) Z, the number in brackets
            beside = [size for other in matrices[:k][-1:] for size in other.shape[1:]]
            beside += [size for other in matrices[k + 1 :][:1] for size in other.shape[:1]]
            if (
                isinstance(matrices[k], MatMul)
                and matrices[k].shape == (1, 1)
                and any(not self.spans(size, Integer(1)) for size in beside)
            ):
                numbers.append(Trace(matrices.pop(k)))
        if len(matrices) > 2 and is_row(matrices[0]) and is_column(matrices[-1]):
            inner = matrix_product(Integer(1), matrices[1:-1])
            if self.spans(matrices[0].shape[1], sides(inner)[0]) and self.spans(matrices[-1].shape[0], sides(inner)[1]):
                numbers.append(EntrySum(inner))
                matrices = []
        scalar = kept(Mul, numbers) if numbers else Integer(1)
        return matrix_product(scalar, matrices) if matrices else scalar

    def spans(self, length, side):
        """Whether a column of ones fits a side; one of unknown length does, and need not be told."""
        places = [place for place, size in self.unknown.items() if size == length]
        for place in places:
            del self.unknown[place]
        return bool(places) or same_size(length, side)

    # Operators

    def sum_over_reversed_of(self, tree, operand):
        upper, *bounds = tree.children
        return self.sum_over_of(Tree("sum_over", [*bounds, upper], tree.meta), operand)

    def sum_over_of(self, tree, operand):
        *bounds, upper = tree.children
        starts = [bound.children[-1] for bound in bounds]
        lows = [self.size(start) if is_rule(start, "expression") else None for start in starts]
        high = None if upper is None else self.size(upper)
        if (high is None) != all(low is None for low in lows) or (high is not None and len(bounds) > 1):
            self.refuse(bounds[0], "a letter with two limits, or letters without limits")
        letters = [str(bound.children[0]) for bound in bounds]
        indices = {named(letter): self.letter(letter) for letter in letters}
        with self.binding(indices):
            body = self.number(operand)
        limits = []
        for (index, low), bound in zip(zip(indices.values(), lows, strict=True), bounds, strict=True):
            if low is None:
                if counts_layers(index, body):
                    self.refuse(bound, f"limits, since {index} is the number of a layer")
                low, high = 0, self.range(bound, index, body)
            elif not counts_layers(index, body):
                low, high, body = low - 1, high - 1, counted(body, index, 1)
            elif counts_entries(index, body):
                self.refuse(bound, TWO_MEANINGS.format(index))
            limits.append((index, low, high))
        return Sum(body, *limits)

    @contextmanager
    def binding(self, indices):
        outer, self.bound = self.bound, self.bound | indices
        yield
        self.bound = outer

    def range(self, bound, index, body):
        """The last value of an index without limits, as the entries tell it."""
        try:
            return index_ranges(body)[index] - 1
        except (KeyError, IllFormed, Unsupported):
            self.refuse(bound, "limits, since no entry tells them")

    def by_of(self, tree, operand):
        value, variable = self.value(operand), self.variable(tree.children[-1])
        if not isinstance(value, _Jacobian | MatrixExpr) and not _may_depend(value, variable):
            self.constants.append((tree, variable, _letters(tree.children[-1])[0]))
        return self.derived(tree, value, variable)

    def derivative(self, tree):
        return self.derived(tree, self.value(tree.children[0]), self.variable(tree.children[-1]))

    def variable(self, tree):
        variable = self.value(tree)
        entry = isinstance(variable, MatrixElement) and isinstance(variable.parent, MatrixSymbol)
        if not entry and not isinstance(variable, MatrixSymbol | Symbol):
            self.refuse(tree, "a letter or one of its entries after '\\partial'")
        return variable

    def derived(self, tree, value, variable):
        if isinstance(value, _Jacobian):
            self.refuse(tree, "a number or a matrix that is differentiated", "a second derivative")
        if isinstance(value, Rational) and value != 0:
            self.refuse(tree, f"something that contains {variable} after it, in brackets")
        if (costs := self.notation.targets.get("J")) and value.has(costs):
            self.refuse(tree, "a cost with a formula: how that of one sample depends on anything is not known")
        if isinstance(variable, MatrixSymbol):
            return _Jacobian(value, variable) if isinstance(value, MatrixExpr) else Gradient(value, variable)
        if isinstance(value, MatrixExpr):
            self.refuse(tree, "a number that is differentiated by a number", "a matrix")
        if isinstance(variable, MatrixElement):
            matrix, *indices = variable.args
            return MatrixElement(Gradient(value, matrix), *indices)
        if variable not in value.free_symbols:
            self.refuse(tree, f"something that contains {variable}, which is differentiated by")
        return differentiated(value, variable)

    # Factors

    def brackets(self, tree):
        return self.value(tree.children[0])

    braces = brackets

    def signed(self, tree):
        sign, number = tree.children
        return self.number(number) if sign == "+" else -self.number(number)

    def fraction(self, tree):
        above, below = tree.children
        factors = [self.proper(factor) for factor in factors_of(below)]
        if any(isinstance(factor, MatrixExpr) for factor in factors):
            factors = [self.divisor(below)]
        return self.times([self.proper(above), *(1 / factor for factor in factors)])  # 2 (L - 1), and not 2 L - 2

    def root(self, tree):
        degree, part = tree.children
        if degree is not None and not (degree.isdigit() and int(degree)):
            self.refuse(degree, "a whole number that is not 0")
        return self.power(part, self.number(part), Rational(1, int(degree or 2)))

    def iverson(self, tree):
        _, left, sign, right = tree.children
        if sign != "=":
            self.refuse(sign, "'='")
        sides = self.size(left), self.size(right)
        return KroneckerDelta(*(sides if of_layers(sides) else (self.index(left), self.index(right))))

    def inner(self, tree):
        return EntrySum(Hadamard(*map(self.matrix, tree.children)))

    def operation(self, tree):
        """What a word makes of its arguments: numbers for the larger one, a matrix for all others."""
        word, arguments = named(str(tree.children[0])).lower(), tree.children[1].children
        if word in NUMBERS:
            values = [self.proper(part) for part in arguments]
            matrices = [value for value in values if isinstance(value, MatrixExpr)]
            if word == "max" and len(values) == 2 and values.count(0) == len(matrices) == 1:
                return relu(*matrices)
            return kept(NUMBERS[word], [*map(self.number, arguments)])
        if len(arguments) != 1:
            self.refuse(tree, f"one matrix between the brackets of {word}")
        return MATRICES[word](self.matrix(arguments[0]))

    def absolute(self, tree):
        value = self.proper(tree.children[0])
        if isinstance(value, MatrixExpr):
            self.refuse(tree, "det( ) for a determinant, or abs( ) for each entry", "a matrix between two lines")
        return kept(Abs, [value])

    def norm(self, tree):
        return self.power_of_norm(tree, _Scripts())

    def accented(self, tree):
        return self.scripted(Tree("scripted", [tree], tree.meta))

    def applied(self, tree):
        """A function of an argument; what is raised behind the argument is done to the value."""
        place = next(k for k, part in enumerate(tree.children) if not is_rule(part, "above", "below", "accent") and k)
        head, argument = tree.children[0], tree.children[place]
        before, after = self.scripts(tree.children[1:place]), self.scripts(tree.children[place + 1 :])
        arguments = argument.children if is_rule(argument, "arguments") else [argument]
        if before.below or before.brackets or after.below or after.brackets:
            self.refuse(tree, "no index and no layer at a function")
        if head.type == "LOG":
            if after.then and not is_rule(argument, "arguments"):
                self.refuse(tree.children[place + 1], f"brackets that say what is raised, {head} or what follows it")
            if before.then and self.proper(before.then[0]) == -1:
                self.refuse(before.then[0], f"1 divided by {head}, since an inverse function is not known here")
            value, name = self.proper(arguments[0]), {"ln": "log"}.get(word := named(str(head)), word)
            if len(arguments) != 1:
                self.refuse(tree, "one argument")
            by_entry = isinstance(value, MatrixExpr) or before.primes > 0
            if by_entry and name not in FUNCTIONS:
                self.refuse(tree, "a number in the brackets, and no prime")
            function = FUNCTIONS[name].of_order(before.primes) if by_entry else OF_NUMBERS[name]
            before.primes = 0
            value = function(value) if by_entry else kept(function, [value])
            return self.finish(tree, value, before.then + after.then, after.primes)
        if before.then:
            self.refuse(tree, "the power behind the argument, as in f(x)^2")
        *parameters, argument = map(self.proper, arguments)
        name = named(str(head))
        function = FUNCTIONS["relu" if name.lower() == "relu" else name].of_order(before.primes)
        if len(parameters) != len(function.parameters):
            self.refuse(tree, f"{len(function.parameters) + 1} between the brackets of {name}")
        for parameter, part in zip(parameters, arguments, strict=False):
            if parameter.has(MatrixExpr, Sum):
                self.refuse(part, "a number without entries and sums before the bar")
        return self.finish(tree, Elementwise(*function.args[:3], *parameters)(argument), after.then, after.primes)

    # Letters

    def scripted(self, tree):
        head, scripts = head_of(tree)
        found = self.scripts(scripts)
        if is_rule(head, "norm"):
            return self.power_of_norm(head, found)
        if isinstance(head, Tree) and head.data != "accented":
            value = self.value(head) if not scripts else self.proper(head)
            if isinstance(value, _Jacobian):
                return value
        elif isinstance(head, Token) and head.type in CONSTANTS:
            value = getattr(self, CONSTANTS[head.type])(head, found)
        else:
            value = self.lettered(tree, head, found)
            if isinstance(value, MatrixElement) and 1 not in value.parent.shape:
                self.refuse_late(tree, found)
            return self.finish(tree, value, found.then, found.primes)
        if found.brackets:
            found.then[:0] = found.brackets
        if found.below:
            self.refuse_late(tree, found)
            value = self.entry(tree, value, [index for part in found.below for index in part])
        return self.finish(tree, value, found.then, found.primes)

    def refuse_late(self, tree, found):
        """An index behind a power: (A^{-1})_{ij} is not 1/A_{ij}. The power of a column x_i^2 has but one meaning."""
        if found.late:
            self.refuse(tree, "brackets that say whether the power or the entry is taken first")

    def scripts(self, trees):
        found = _Scripts()
        for tree in trees:
            if tree.data == "below":
                found.late = any(not is_top(part) for part in found.then)
                found.below.append(tree.children)
            elif tree.data == "accent":
                found.below.append([Token("WORD", SIGNS[tree.children[0]])])
            else:
                self.above(tree, found)
        return found

    def above(self, tree, found):
        """Brackets with a layer, and beside them, in any order, whether it is transposed; or a power."""
        brackets, top, primes = [], [], 0
        for part in (factor for child in tree.children for factor in factors_of(child)):
            scripts = []
            if is_rule(part, "scripted") and all(is_top(script) or is_prime(script) for script in part.children[1:]):
                part, *scripts = part.children
            for piece in (part, *scripts):
                if is_top(piece):
                    top.append(piece)
                elif is_prime(piece):
                    primes += 1
                else:
                    brackets.append(only(piece))
        if all(is_rule(part, "brackets") for part in brackets) and (brackets or primes):
            found.brackets += brackets
            found.then += top
            found.primes += primes
        elif len(tree.children) == 1:
            found.then.append(tree.children[0])
        else:
            self.refuse(tree, r"a layer in brackets and \top, or a power")

    def lettered(self, tree, head, found):
        """What a letter stands for, with its indices and its layer."""
        name, below, brackets = name_of(head), found.below, found.brackets
        notation = self.notation
        longer = f"{name}_{suffix_of(below[0])}" if below else name
        # A number may be an index: \hat\rho_1^{(2)} is unit 1, and {\hat\rho_1}^{(2)} the means of shard 1.
        if longer in notation.names and (
            longer in notation.symbols or not longer[-1].isdigit() or is_named_in_braces(tree)
        ):
            name, below = longer, below[1:]
        indices = [index for part in below for index in part]
        if not indices and not brackets:
            plain = self.plain(name)
            if plain is not None:
                return plain
        if len(brackets) == 2 and name in notation.samples:
            return self.of_sample(tree, notation.samples[name](self.layer(brackets[0])), brackets[1], indices)
        if len(brackets) == 1 and name in notation.targets:
            return self.of_sample(tree, notation.targets[name], brackets[0], indices)
        if len(brackets) == 1 and name in notation.matrices:
            matrix = notation.matrices[name](self.layer(brackets[0]))
            return self.entry(tree, matrix, indices) if indices else matrix
        if len(indices) == 1 and name in notation.numbered:
            found.then[:0] = brackets
            return notation.numbered[name](self.layer(indices[0]))
        if name in notation.symbols:
            value = notation.symbols[name]
            found.then[:0] = brackets
            if indices:
                value = self.entry(tree, value, indices)
            return value
        if name == "e" and not indices and len(brackets + found.then) == 1:
            return kept(exp, [self.number((brackets or [found.then.pop()])[0])])
        self.refuse(tree, self.expected_at(name, below, found.then))

    def plain(self, name):
        """A letter that stands alone: an index that a sum binds, a layer, or what the notation has for it."""
        if name in self.bound:
            return self.bound[name]
        value = self.notation.symbols.get(name)
        if self.whole:
            return value if value is not None and value.is_integer else self.letter(name)
        return LAYERS.get(name) if value is None else value

    def expected_at(self, name, below, above):
        notation = self.notation
        if name in notation.matrices:
            number = suffix_of(below[0]) if len(below) == 1 else None
            letter, layer = printed(name), number if number and number.isdigit() else "l"
            others = rf", {letter}^{{({layer})\top}} and ({letter}^{{({layer})}})^{{-1}}" if above else ""
            return f"the layer of {name} above it, in brackets, as in {letter}^{{({layer})}}{others}"
        if name in notation.numbered:
            return f"the layer of {name}, as in {name}_{{l}}"
        if name == "d":
            return r"\partial for a derivative, as in \frac{\partial J}{\partial W^{(l)}}"
        if name in FUNCTIONS:
            return f"an argument of {name}, in brackets"
        if name in BOOK.names or name in ("a", "z", "delta", "y"):
            return f"a letter of this notation ({notation.name}): give another to read(..., notation=...)"
        return f"a letter of this notation ({notation.name})"

    def of_sample(self, tree, matrix, sample, indices):
        alone = matrix.shape[1] == 1
        if len(indices) != (0 if alone else 1):
            self.refuse(tree, "the sample above, and " + ("nothing below" if alone else "one index of a unit below"))
        return MatrixElement(matrix, self.index(sample), Integer(0) if alone else self.index(indices[0]))

    def entry(self, tree, matrix, indices):
        if not isinstance(matrix, MatrixExpr):
            self.refuse(tree, "no index", "an index at a number")
        indices = factors_of(indices[0]) if len(indices) == 1 else indices  # w_{ik} has two of them
        places = [self.index(index) for index in indices]
        if len(places) == 1 and 1 in matrix.shape:
            places = [places[0], Integer(0)] if matrix.shape[1] == 1 else [Integer(0), places[0]]
        if len(places) != 2:
            self.refuse(tree, "two indices, a row and a column")
        if isinstance(matrix, AppliedToMatrix) and isinstance(matrix.args[1], MatrixSymbol):
            return matrix[tuple(places)]  # f(Z)_{s,k} is f(Z_{s,k})
        try:
            return MatrixElement(matrix, *places)
        except IndexError:  # as of x_m, where x has m entries
            self.refuse(tree, "a letter that counts the entries, and not their number")

    def index(self, tree):
        """A letter, or a number, which counts from 1 on paper and from 0 in the engine."""
        value = self.size(tree)
        if isinstance(value, Integer):
            return value - 1
        if not isinstance(value, Symbol):
            self.refuse(tree, "a letter or a number as an index")
        return value

    def size(self, tree):
        """A whole number: a layer, a limit, a length."""
        outer, self.whole = self.whole, True
        value = self.number(tree)
        self.whole = outer
        return value

    def layer(self, tree):
        value = self.size(tree)
        if value.is_Mul and "T" in map(str, value.args):
            self.refuse(tree, r"\top behind the bracket with the layer, as in A^{(l)\top}")
        return value

    def letter(self, letter):
        return LAYERS.get(named(letter)) or Symbol(named(letter), integer=True, nonnegative=True)

    # Constants

    def numeral(self, token, found):
        if len(token) > DIGITS:
            self.refuse(token, f"a number of {DIGITS} digits at most")
        return Rational(str(token))

    def infinity(self, token, found):
        return zoo

    def ones(self, token, found):
        length = self.length(token, found.below.pop(0)) if found.below else self.told_length(token)
        return OneMatrix(length, 1)

    def unit(self, token, found):
        return unit(self.size(found.brackets.pop(0)) if found.brackets else self.told_length(token))

    def identity(self, token, found):
        if not found.below:
            self.refuse(token, r"its size, as in \mathbb{I}_{n}")
        size = self.length(token, found.below.pop(0))
        return Identity(size)

    def zero(self, token, found):
        sides = chain(only(found.below.pop(0)[0])) if found.below else []
        if len(sides) != 3:
            self.refuse(token, r"its size, as in \mathbf{0}_{m \times n}")
        return ZeroMatrix(self.size(sides[0]), self.size(sides[2]))

    def length(self, token, below):
        if len(below) != 1:
            self.refuse(token, "one length below")
        return self.size(below[0])

    def told_length(self, token):
        place = token.start_pos
        if place in self.lengths:
            return self.lengths[place]
        return self.unknown.setdefault(place, new_size())

    # What stands above

    def power_of_norm(self, head, found):
        """The norm of a vector or, with F below or a square above, of a matrix; without these it might be another."""
        matrix = self.matrix(head.children[0])
        below = [str(only(index)) for part in found.below for index in part]
        power = self.number(found.then[0]) if found.then and not is_top(found.then[0]) else Integer(1)
        if below not in ([], ["F"], ["2"] if 1 in matrix.shape else []):
            self.refuse(head, "the norm of a matrix with F below, or with nothing there")
        if found.brackets or found.primes or (power != 2 and not below and 1 not in matrix.shape):
            self.refuse(head, "the square of a norm, with ^2 after it, or F below")
        return self.finish(head, self.power(head, SquaredNorm(matrix), power / 2), found.then[1:], 0)

    def finish(self, tree, value, then, primes):
        """The value with what stands above it: transposed, or to a power."""
        powers = [part for part in then if not is_top(part)]
        if len(powers) > 1:
            self.refuse(powers[1], "brackets that say which power is taken first")
        for part in then:
            if isinstance(value, MatrixExpr) and is_top(part):
                value = transposed(value)
            elif is_top(part):
                self.refuse(part, "a matrix that is transposed", "a number")
            elif isinstance(value, MatrixExpr):
                exponent = self.number(part)
                if not isinstance(exponent, Integer) or not 1 <= abs(exponent) <= DIGITS:
                    self.refuse(part, r"\top, or a whole number that is not 0")
                value = value if exponent == 1 else Inverse(value) if exponent == -1 else MatPow(value, exponent)
            else:
                value = self.power(part, value, self.number(part))
        if primes and not (self.prime == "transpose" and isinstance(value, MatrixExpr)):
            expected = 'a function before the prime; read(..., prime="transpose") takes a prime at a matrix for that'
            self.refuse(tree, expected)
        for _ in range(primes):
            value = transposed(value)
        return value

    def power(self, part, base, exponent):
        if base.is_number and exponent.is_number:
            sizes = [str(number) for number in (*base.atoms(Rational), *exponent.atoms(Rational))]
            if max(map(len, sizes), default=0) > DIGITS or (exponent.is_Rational and abs(exponent) > DIGITS):
                self.refuse(part, f"a power of {DIGITS} at most")
        return kept(Pow, [base, exponent])


def _may_depend(value, variable):
    """Whether a letter, an entry or a matrix with the name of the variable is in a number, or a cost, which has all."""
    matrix, parts = getattr(variable, "parent", variable), value.atoms(Symbol, AppliedUndef, MatrixSymbol)
    names = {str(part.args[0]) for part in parts if isinstance(part, MatrixSymbol)}
    return variable in parts or any(map(is_cost, parts)) or bool(matrix.args and str(matrix.args[0]) in names)


def _letters(tree):
    """The names in a part of a formula, from left to right."""
    if not isinstance(tree, Tree):
        return [named(str(tree))] if isinstance(tree, Token) and tree.type == "NAME" else []
    return [letter for part in tree.children for letter in _letters(part)]


def _has_derivative(tree):
    """Whether a part of a formula has a derivative in it, and may be a factor of the chain rule."""
    return isinstance(tree, Tree) and any(tree.find_pred(lambda part: part.data in ("by", "derivative")))


def _is_open(factor):
    """Whether a factor is a function of a letter or a number without brackets: it may be meant of what follows too."""
    if not is_rule(factor, "applied") or factor.children[0].type != "LOG":
        return False
    argument = next(part for part in factor.children[1:] if not is_rule(part, "above", "below", "accent"))
    return not is_rule(argument, "arguments", "fraction", "root", "norm", "absolute", "inner", "iverson", "operation")


MATRICES = {
    "tr": Trace,
    "trace": Trace,
    "det": Determinant,
    "inv": Inverse,
    "diag": DiagMatrix,
    "vec": vec,
    "softmax": softmax,
}
NUMBERS = {"max": Max, "min": Min}
"""The words that are written before brackets: of a matrix, and of numbers."""

OF_NUMBERS = {
    "exp": exp,
    "log": log,
    "tanh": tanh,
    "sinh": sinh,
    "cosh": cosh,
    "sin": sin,
    "cos": cos,
    "abs": Abs,
    "sign": sign,
}
"""The functions that are those of SymPy for a number; of a matrix they are taken entry by entry."""

CONSTANTS = {
    "NUMBER": "numeral",
    "INFINITY": "infinity",
    "ONES": "ones",
    "UNIT": "unit",
    "IDENTITY": "identity",
    "ZERO": "zero",
}
"""The method for each sign that always means the same."""
