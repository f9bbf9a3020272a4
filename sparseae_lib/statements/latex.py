r"""How statements are printed. Nothing else knows how :math:`W^{(l)}` or :math:`f'(Z)` looks.

An index counts from 0 in the engine and from 1 on paper: a sum over ``0 .. m - 1`` is printed over ``1 .. m``.
"""

from html import escape

from sympy import (
    Add,
    Basic,
    Dummy,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Mul,
    Sum,
    Symbol,
    init_printing,
    preorder_traversal,
    sympify,
)
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from sparseae_lib.notebook_html import formula

from ..calculus import Decision, EntrySum, Hadamard, LayerMatrix, SquaredNorm
from ..calculus.functions import Applied, AppliedToMatrix
from ..calculus.witness import Witness
from .symbols import L

GREEK = {name: rf"\{name}" for name in ("Delta", "delta", "sigma", "rho", "kappa", "beta", "Omega")}
GREEK |= {"rho_hat": r"\hat\rho", "KL": r"\mathrm{KL}"}
TARGETS = ("Y", "y")


def latex(expression):
    """The LaTeX of an expression of the engine, without dollar signs."""
    expression = sympify(expression)
    return _Printer().doprint(_with_letters(expression) if isinstance(expression, Basic) else expression)


def _with_letters(expression):
    """The engine's own indices, which all have one name, as different letters that the expression does not use."""
    indices = list(dict.fromkeys(part for part in preorder_traversal(expression) if isinstance(part, Dummy)))
    used = {part.name for part in expression.atoms(Symbol).difference(indices)}
    letters = (letter for letter in "ijkpqrtuvcdegh" if letter not in used)
    return expression.xreplace(
        {index: Symbol(letter, integer=True) for index, letter in zip(indices, letters, strict=False)}
    )


def print_in_notebook():
    """From now on a notebook prints every expression with ``latex``, also in decisions, and plain text with ``str``."""
    init_printing(
        use_latex="mathjax",
        latex_printer=lambda expression, **_: latex(expression),
        pretty_printer=lambda expression, **_: str(expression),
    )
    from IPython import get_ipython  # only a notebook has it

    get_ipython().display_formatter.formatters["text/html"].for_type(Decision, decision_html)


def decision_html(decision):
    """A decision as a box, with the mathematics of its evidence typeset."""
    evidence = decision.evidence
    if isinstance(evidence, Witness):
        text = evidence.text(", ".join(formula(f"{latex(size)} = {value}") for size, value in evidence.sizes.items()))
    else:
        text = "".join(escape(part) if isinstance(part, str) else formula(latex(part)) for part in evidence.parts)
        text = text.replace(" x ", " × ")
    return decision.html(text)


def _matrix_factors(term):
    return len(term.as_coeff_matrices()[1]) if term.is_MatMul else 1


def _is_last(layer):
    return layer.is_Integer or layer == L


def _letter(name):
    return GREEK.get(name, name)


def _counts_layers(index, summand):
    return any(layer.has(index) for layer in _layers(summand))


def _layers(expression):
    yield from (matrix.layer for matrix in expression.atoms(LayerMatrix))
    yield from (argument for function in expression.atoms(AppliedUndef) for argument in function.args)


class _Printer(LatexPrinter):
    def parenthesize(self, item, level, *arguments, **options):
        """A norm, a sum of entries and an inner product have no brackets of their own that a power could be put to."""
        if isinstance(item, SquaredNorm | EntrySum) and level >= PRECEDENCE["Pow"]:
            return self._brackets(self._print(item))
        return super().parenthesize(item, level, *arguments, **options)

    def _brackets(self, text):
        return rf"\left({text}\right)"

    def _factor(self, matrix):
        text = self._print(matrix)
        return self._brackets(text) if isinstance(matrix, Add | MatAdd | MatMul | Hadamard) else text

    def _print_LayerMatrix(self, expression):
        return _letter(expression.name) + self._layer(expression)

    def _layer(self, matrix):
        """The layer in brackets; the target of the last layer, L or a number, has none."""
        if not isinstance(matrix, LayerMatrix) or (matrix.name in TARGETS and _is_last(matrix.layer)):
            return ""
        return f"^{{({self._print(matrix.layer)})}}"

    def _print_MatrixElement(self, expression):
        matrix = expression.parent
        kept = [index for index, size in zip(expression.indices, matrix.shape, strict=True) if size != 1]
        subscript = ",".join(self._index(index) for index in kept)
        name = _letter(matrix.name) if isinstance(matrix, MatrixSymbol) else self._brackets(self._print(matrix))
        return f"{name}_{{{subscript}}}{self._layer(matrix)}"

    def _index(self, index):
        return self._print(index + 1) if index.is_Integer else self._print(index)

    def _print_KroneckerDelta(self, expression, exp=None):
        """An Iverson bracket: the letter delta is taken."""
        i, j = map(self._index, expression.args[:2])
        return f"[{i} = {j}]"

    def _print_OneMatrix(self, expression):
        rows, columns = expression.shape
        return r"\mathbf{1}" if columns == 1 else r"\mathbf{1}^{\top}" if rows == 1 else r"\mathbf{1}\mathbf{1}^{\top}"

    def _print_Transpose(self, expression):
        text = self._factor(expression.arg)
        return rf"{text}^{{\top}}" if text.endswith(r"\right)") else rf"{{{text}}}^{{\top}}"

    def _print_MatMul(self, expression):
        scalar, factors = expression.as_coeff_matrices()
        sign, scalar = ("-", -scalar) if scalar.could_extract_minus_sign() else ("", scalar)
        product = r"\, ".join(map(self._matmul_factor, factors))
        return sign + (product if scalar == 1 else rf"{self._factor(scalar)}\, {product}")

    def _matmul_factor(self, matrix):
        return self._brackets(self._print(matrix)) if isinstance(matrix, MatAdd | Hadamard) else self._print(matrix)

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
        parts = [part for part in Mul.make_args(expression) if part.has(*large) and not part.is_Pow]
        scalar = Mul(*[part for part in Mul.make_args(expression) if part not in parts])
        if not parts or scalar.has(Applied):
            return self._brackets_last(expression)
        sign, scalar = ("-", -scalar) if scalar.could_extract_minus_sign() else ("", scalar)
        text = r"\, ".join(map(self._factor, parts))
        return sign + (text if scalar == 1 else rf"{self._factor(scalar)} {text}")

    def _brackets_last(self, expression):
        factors = expression.as_ordered_factors()
        if not any(isinstance(factor, Applied) for factor in factors):
            return super()._print_Mul(expression)
        scalar = Mul(*[factor for factor in factors if not factor.has(Applied)])
        sign, scalar = ("-", -scalar) if scalar.could_extract_minus_sign() else ("", scalar)
        parts = sorted((factor for factor in factors if factor.has(Applied)), key=lambda factor: factor.is_Add)
        return sign + r"\, ".join(map(self._factor, parts if scalar == 1 else [scalar, *parts]))

    def _signed(self, terms):
        first, *rest = sorted(terms, key=lambda term: term.startswith("-"))
        return first + "".join(f" - {term[1:].strip()}" if term.startswith("-") else f" + {term}" for term in rest)

    def _print_Hadamard(self, expression):
        return r" \circ ".join(map(self._factor, expression.args))

    def _print_Elementwise(self, expression):
        return _letter(expression.name) + "'" * expression.order

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
            j = Symbol("j", integer=True)
            return self._print(Sum(matrix[0, j], (j, 0, matrix.shape[1] - 1)))
        return rf"\mathbf{{1}}^{{\top}} {self._factor(matrix)}\, \mathbf{{1}}"

    def _print_Gradient(self, expression):
        scalar, variable, *_ = expression.args
        if isinstance(scalar, Symbol | AppliedUndef):
            return rf"\frac{{\partial {self._print(scalar)}}}{{\partial {self._print(variable)}}}"
        text = self._print(scalar)
        text = self._brackets(text) if scalar.is_Add else text
        return rf"\frac{{\partial}}{{\partial {self._print(variable)}}} {text}"

    def _print_Sum(self, expression):
        signs = []
        for index, low, high in expression.limits:
            if low == 0 and not _counts_layers(index, expression.function):
                low, high = low + 1, high + 1
            signs.append(rf"\sum_{{{self._print(index)}={self._print(low)}}}^{{{self._print(high)}}}")
        body = self._print(expression.function)
        return " ".join(signs) + " " + (self._brackets(body) if expression.function.is_Add else body)

    def _print_AppliedUndef(self, expression, exp=None):
        text = rf"{_letter(expression.func.__name__)}_{{{self._print(expression.args[0])}}}"
        return text if exp is None else f"{text}^{{{exp}}}"

    _print_Function = _print_AppliedUndef
