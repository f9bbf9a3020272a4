r"""How expressions are printed: that :math:`W^{(l)}` or :math:`f'(Z)` looks as it does is decided here alone.

A change made here does not reach what is typed, such as :math:`f'`, in the chapters, in docstrings and in
``errata/lines.toml``. What is printed must be read as well, by ``formulas/grammar.lark``, ``formulas/trees.py`` and
``formulas/reader.py``.

An index counts from 0 in the engine and from 1 on paper: a sum over ``0 .. m - 1`` is printed over ``1 .. m``.
What is printed can be read back, by ``read``: where two expressions would look alike, one of them gets brackets.
"""

from sympy import (
    Add,
    Basic,
    Derivative,
    Dummy,
    Expr,
    Integer,
    KroneckerDelta,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Mul,
    Sum,
    Symbol,
    preorder_traversal,
    symbols,
    sympify,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from sparseae_lib.calculus import EntrySum, Gradient, Hadamard, LayerMatrix, SquaredNorm
from sparseae_lib.calculus.functions import Applied, AppliedToMatrix
from sparseae_lib.formulas.letters import GREEK, SAMPLES, counts_samples, printed
from sparseae_lib.formulas.sizes import is_column, is_row, is_unit, settled

TARGETS = ("Y", "y")
LETTERS = [*"ijkpqtuvcdgh", *GREEK]
"""The letters of all other indices."""

LAYER, LAST = symbols("l L", integer=True, positive=True)


def latex(expression: object) -> str:
    """The LaTeX of an expression of the engine, or of a list of them, without dollar signs."""
    expression = sympify(expression)
    if not isinstance(expression, Basic):
        return FormulaPrinter(False).doprint(expression)
    return FormulaPrinter(not settled(expression)).doprint(with_letters(expression))


def without_single(expression: Expr) -> Expr:
    """The expression without the sums over a side of length 1, as nobody writes them: the one term is left."""
    return expression.replace(Sum, _of_several)


def _of_several(function, *limits):
    single = {index: Integer(0) for index, _, high in limits if high == 0}
    kept = [limit for limit in limits if limit[0] not in single]
    body = function.xreplace(single)
    return Sum(body, *kept) if kept else body


def with_letters(expression):
    """The engine's own indices, which all have one name, as different letters that the expression does not use."""
    indices = list(dict.fromkeys(part for part in preorder_traversal(expression) if isinstance(part, Dummy)))
    used = {part.name for part in expression.atoms(Symbol).difference(indices)}
    samples = {index for part in expression.atoms(Sum) for index, _, high in part.limits if counts_samples(high)}
    given = {}
    for index in indices:
        pool = [*SAMPLES, *LETTERS] if index in samples else LETTERS
        name = next(letter for letter in pool if letter not in used)
        used.add(name)
        given[index] = Symbol(name, integer=True)
    return expression.xreplace(given)


def _matrix_factors(term):
    return len(term.as_coeff_matrices()[1]) if term.is_MatMul else 1


def counts_layers(index, summand):
    return any(layer.has(index) for layer in _layers(summand))


def counts_entries(index, summand):
    """Whether it is the index of an entry, or beside a number in a bracket: these are counted as entries are."""
    brackets = [delta.args[:2] for delta in summand.atoms(KroneckerDelta)]
    brackets = [sides for sides in brackets if any(side.is_Integer for side in sides) and not of_layers(sides)]
    return any(index in places for places in (*brackets, *(entry.indices for entry in summand.atoms(MatrixElement))))


def of_layers(sides):
    """Whether a bracket such as [l = 2] is about layers, which are counted as on paper."""
    return any(side.has(LAYER, LAST) for side in sides)


def counted(expression, index, step):
    """The expression with its index as a number by so much more: on paper it counts from 1, and so does the sum of k.

    An entry and a delta have their indices as letters, which mean the same on paper and in the engine.
    """
    if expression == index:
        return index + step
    if isinstance(expression, MatrixElement | KroneckerDelta) or index in getattr(expression, "bound_symbols", ()):
        return expression
    parts = [counted(part, index, step) for part in expression.args]
    return expression if parts == [*expression.args] else expression.func(*parts)


def _layers(expression):
    yield from (matrix.layer for matrix in expression.atoms(LayerMatrix))
    yield from (argument for function in expression.atoms(AppliedUndef) for argument in function.args)


def _is_named(scalar):
    """Whether a derivative of it is one fraction."""
    return isinstance(scalar, Symbol | AppliedUndef)


def _is_open(part):
    """Whether what is printed to the right of it would be taken into it: a sum, and what is differentiated."""
    if isinstance(part, Mul | MatMul):
        return any(map(_is_open, part.args))
    if isinstance(part, MatrixElement):
        part = part.parent
    return isinstance(part, Sum) or (isinstance(part, Gradient) and not _is_named(part.args[0]) and not is_unit(part))


class FormulaPrinter(LatexPrinter):
    def __init__(self, with_lengths):
        super().__init__()
        self._with_lengths = with_lengths

    def doprint(self, expression):
        """A sum that is written out here gets a letter that stands for nothing else in the whole expression."""
        used = {symbol.name for symbol in expression.atoms(Symbol)} if isinstance(expression, Basic) else ()
        self._unused = next(letter for letter in ("j", *LETTERS) if letter not in used)
        return super().doprint(expression)

    def parenthesize(self, item, level, *arguments, **options):
        """A norm, a sum of entries and an inner product have no brackets of their own that a power could be put to."""
        if isinstance(item, SquaredNorm | EntrySum) and level >= PRECEDENCE["Pow"]:
            return self._brackets(self._print(item))
        if isinstance(item, MatrixElement) and level >= PRECEDENCE["Pow"]:
            return (
                self._brackets(self._print(item)) if isinstance(item.parent, Gradient) else f"{{{self._print(item)}}}"
            )
        return super().parenthesize(item, level, *arguments, **options)

    def _brackets(self, text):
        return rf"\left({text}\right)"

    def _factor(self, part):
        text = self._print(part)
        return self._brackets(text) if isinstance(part, Add | MatAdd | MatMul | Hadamard | KroneckerProduct) else text

    def _closed(self, part):
        """A factor to which something can be put on its right."""
        return self._brackets(self._print(part)) if _is_open(part) else self._factor(part)

    def _unsigned(self, text):
        return self._brackets(text) if text.startswith("-") else text

    def _print_LayerMatrix(self, expression):
        return printed(expression.name) + self._layer(expression)

    def _layer(self, matrix):
        """The layer in brackets; the target of the last layer has none."""
        if not isinstance(matrix, LayerMatrix) or (matrix.name in TARGETS and matrix.layer == LAST):
            return ""
        return f"^{{({self._print(matrix.layer)})}}"

    def _print_MatrixElement(self, expression):
        matrix = expression.parent
        if isinstance(matrix, Gradient) and not is_unit(matrix):
            scalar, variable, *_ = matrix.args
            return self._derivative(scalar, MatrixElement(variable, *expression.indices))
        kept = [index for index, size in zip(expression.indices, matrix.shape, strict=True) if size != 1]
        subscript = ",".join(self._index(index) for index in kept)
        subscript = subscript or "1,1"
        name = printed(matrix.name) if isinstance(matrix, MatrixSymbol) else self._brackets(self._print(matrix))
        return f"{name}_{{{subscript}}}{self._layer(matrix)}"

    def _index(self, index):
        return self._print(index + 1) if index.is_Integer else self._print(index)

    def _print_KroneckerDelta(self, expression, exp=None):
        """An Iverson bracket: the letter delta is taken."""
        sides = sorted(expression.args[:2], key=lambda side: side.is_Integer)  # [k = 3]
        i, j = map(self._print if of_layers(sides) else self._index, sides)
        return f"[{i} = {j}]" if exp is None else f"[{i} = {j}]^{{{exp}}}"

    def _print_OneMatrix(self, expression):
        rows, columns = expression.shape
        if is_column(expression):
            return r"\mathbf{1}" + self._length(rows)
        row = rf"\mathbf{{1}}{self._length(columns)}^{{\top}}"
        return row if is_row(expression) else rf"\mathbf{{1}}{self._length(rows)}{row}"

    def _length(self, size):
        """What the neighbours do not tell is said; one alone is always told."""
        return f"_{{{self._print(size)}}}" if self._with_lengths or size == 1 else ""

    def _print_ZeroMatrix(self, expression):
        rows, columns = map(self._print, expression.shape)
        return rf"\mathbf{{0}}_{{{rows} \times {columns}}}"

    def _print_Identity(self, expression):
        return rf"\mathbb{{I}}_{{{self._print(expression.shape[0])}}}"

    def _print_Transpose(self, expression):
        text = self._closed(expression.arg)
        return rf"{text}^{{\top}}" if text.endswith(r"\right)") else rf"{{{text}}}^{{\top}}"

    def _print_KroneckerProduct(self, expression):
        return r" \otimes ".join(map(self._closed, expression.args))

    def _print_Vec(self, expression):
        return rf"\operatorname{{vec}}\left({self._print(expression.args[0])}\right)"

    def _print_Determinant(self, expression):
        return rf"\det\left({self._print(expression.arg)}\right)"

    def _print_DiagMatrix(self, expression):
        return rf"\operatorname{{diag}}\left({self._print(expression.args[0])}\right)"

    def _print_MatMul(self, expression):
        scalar, factors = expression.as_coeff_matrices()
        sign, scalar = ("-", -scalar) if scalar.could_extract_minus_sign() else ("", scalar)
        *texts, last = map(self._matmul_factor, factors)
        texts = [
            self._brackets(text) if _is_open(factor) else text for factor, text in zip(factors, texts, strict=False)
        ]
        product = r"\, ".join([*texts, last])
        if len(texts) > 1 and is_row(factors[0]) and is_column(factors[-1]):  # this is a matrix, not a sum of entries
            product = self._brackets(r"\, ".join(texts)) + rf"\, {last}"
        return sign + (product if scalar == 1 else rf"{self._scalar(scalar)}\, {product}")

    def _matmul_factor(self, matrix):
        text = self._print(matrix)
        return (
            self._brackets(text) if isinstance(matrix, MatAdd | Hadamard | KroneckerProduct) else self._unsigned(text)
        )

    def _scalar(self, scalar):
        """The number before a matrix."""
        text = self._closed(scalar)
        return self._brackets(text) if any(isinstance(part, EntrySum) for part in Mul.make_args(scalar)) else text

    def _print_MatAdd(self, expression):
        products_first = sorted(expression.args, key=_matrix_factors, reverse=True)
        return self._signed([self._print(term) for term in products_first])

    def _print_Add(self, expression, order=None):
        sums_last = sorted(
            expression.as_ordered_terms(), key=lambda term: (term.has(Sum), -len(term.atoms(LayerMatrix)))
        )
        return self._signed([self._print(term) for term in sums_last])

    def _print_Mul(self, expression):
        """A norm or a sum keeps its own size: (1/2m) |A|^2, not |A|^2 / 2m."""
        large = (SquaredNorm, Sum, EntrySum)
        parts = [part for part in Mul.make_args(expression) if (part.has(*large) or _is_open(part)) and not part.is_Pow]
        scalar = Mul(*[part for part in Mul.make_args(expression) if part not in parts])
        if not parts or scalar.has(Applied):
            return self._brackets_last(expression)
        sign, scalar = ("-", -scalar) if scalar.could_extract_minus_sign() else ("", scalar)
        *texts, last = [
            self._brackets(self._print(part)) if part.has(EntrySum) and parts[1:] else self._factor(part)
            for part in parts
        ]
        texts = [self._brackets(text) if _is_open(part) else text for part, text in zip(parts, texts, strict=False)]
        text = r"\, ".join([*texts, last])
        return sign + (text if scalar == 1 else rf"{self._factor(scalar)} {text}")

    def _brackets_last(self, expression):
        factors = expression.as_ordered_factors()
        if not any(isinstance(factor, Applied) for factor in factors):
            return super()._print_Mul(expression)
        scalar = Mul(*[factor for factor in factors if not factor.has(Applied)])
        sign, scalar = ("-", -scalar) if scalar.could_extract_minus_sign() else ("", scalar)
        parts = sorted((factor for factor in factors if factor.has(Applied)), key=lambda factor: factor.is_Add)
        return sign + r"\, ".join(map(self._closed, parts if scalar == 1 else [scalar, *parts]))

    def _signed(self, terms):
        first, *rest = sorted(terms, key=lambda term: term.startswith("-"))
        return first + "".join(f" - {term[1:].strip()}" if term.startswith("-") else f" + {term}" for term in rest)

    def _print_Hadamard(self, expression):
        return r" \circ ".join(map(self._closed, expression.args))

    def _print_Elementwise(self, expression):
        return printed(expression.name) + "'" * expression.order

    def _print_AppliedToMatrix(self, expression):
        function, argument = expression.args
        arguments = r" \,\Vert\, ".join(map(self._print, (*function.parameters, argument)))
        return rf"{self._print(function)}\!\left({arguments}\right)"

    def _print_Applied(self, expression, exp=None):
        text = self._print_AppliedToMatrix(expression)
        return text if exp is None else rf"{self._brackets(text)}^{{{exp}}}"

    def _print_SquaredNorm(self, expression):
        return rf"\left\lVert {self._print(expression.args[0])} \right\rVert^{{2}}"

    def _print_EntrySum(self, expression):
        (matrix,) = expression.args
        if isinstance(matrix, Hadamard) and len(matrix.args) == 2:
            left, right = map(self._print, matrix.args)
            return rf"\left\langle {left},\; {right} \right\rangle"
        if isinstance(matrix, AppliedToMatrix) and isinstance(matrix.args[1], LayerMatrix) and matrix.shape[0] == 1:
            j = Symbol(self._unused, integer=True)
            return self._print(Sum(matrix[0, j], (j, 0, matrix.shape[1] - 1)))
        rows, columns = map(self._length, matrix.shape) if self._with_lengths else ("", "")
        return rf"\mathbf{{1}}{rows}^{{\top}} {self._closed(matrix)}\, \mathbf{{1}}{columns}"

    def _print_Gradient(self, expression):
        scalar, variable, *_ = expression.args
        if is_unit(expression):
            return r"\mathbf{e}_{1}" + (f"^{{({self._print(variable.shape[0])})}}" if self._with_lengths else "")
        return self._derivative(scalar, variable)

    def _print_Derivative(self, expression):
        *inner, variable = expression.variables
        return self._derivative(Derivative(expression.expr, *inner) if inner else expression.expr, variable)

    def _derivative(self, scalar, variable):
        if _is_named(scalar):
            return rf"\frac{{\partial {self._print(scalar)}}}{{\partial {self._print(variable)}}}"
        text = self._print(scalar)
        text = self._brackets(text) if scalar.is_Add else self._unsigned(text)
        return rf"\frac{{\partial}}{{\partial {self._print(variable)}}} {text}"

    def _print_Sum(self, expression):
        signs, summand, limits = [], expression.function, expression.limits
        if any(high.has(*expression.variables) for _, _, high in limits):
            limits = limits[::-1]  # the sum over k stands before that over i <= S(k)
        for index, low, high in limits:
            if not counts_layers(index, summand):
                low, high, summand = low + 1, high + 1, counted(summand, index, -1)
            signs.append(rf"\sum_{{{self._print(index)}={self._print(low)}}}^{{{self._print(high)}}}")
        body = self._print(summand)
        return " ".join(signs) + " " + (self._brackets(body) if summand.is_Add else self._unsigned(body))

    def _print_AppliedUndef(self, expression, exp=None):
        text = rf"{printed(expression.func.__name__)}_{{{self._print(expression.args[0])}}}"
        return text if exp is None else f"{text}^{{{exp}}}"

    def _print_Function(self, expression, exp=None):
        named = isinstance(expression, AppliedUndef)
        return (self._print_AppliedUndef if named else super()._print_Function)(expression, exp)
