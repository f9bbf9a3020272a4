r"""How the steps of a derivation are printed: as statements are, with derivatives and products of entries beside them.

:math:`\partial f(Z_{a,i}) / \partial Z_{s,k}` is a fraction, and the factors of a product stand in the order numbers,
entries, function values, brackets, sums, derivative.
"""

import re
from functools import lru_cache

from sympy import Add, KroneckerDelta, Mul, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.precedence import PRECEDENCE

from sparseae_lib.calculus import EntrySum, Gradient
from sparseae_lib.calculus.functions import KNOWN, Applied
from sparseae_lib.derivations.variables import differentiated
from sparseae_lib.formulas.letters import printed
from sparseae_lib.formulas.printer import FormulaPrinter, with_letters


@lru_cache(maxsize=1024)  # a step is printed to be looked at, to be put in order and to be shown
def latex(expression):
    """The LaTeX of a step, without dollar signs."""
    return _StepPrinter(with_lengths=False).doprint(with_letters(expression))


def look(expression):
    r"""What a reader sees: the LaTeX without its spaces, of which no one tells ``\beta\, x`` from ``\beta x``."""
    return re.sub(r"\\[,;!]|\s", "", latex(expression))


def bound_and_free(expression):
    r"""The letters that a sum in what is printed binds, and that stand for something else there as well.

    As j in :math:`\partial / \partial W_{i,j} \sum_{j} \hat\rho_j`: no reader can tell the one from the other.
    """
    bound = re.findall(r"\\sum_\{(.+?)=", " ".join((latex(expression), *terms(expression))))
    return sorted({printed(symbol.name) for symbol in expression.free_symbols}.intersection(bound))


def terms(expression):
    """The LaTeX of each term of a sum, with its sign, in the order of print: a line may be broken between them."""
    first, *rest = map(latex, ordered_terms(expression))
    return [first, *(f"{{}} - {text[1:].strip()}" if text.startswith("-") else f"{{}} + {text}" for text in rest)]


def ordered_terms(expression):
    """The terms of a sum in the order of print: sums last, and a minus sign not in front if that can be."""
    ordered = list(Add.make_args(expression))
    if len(ordered) > 1:  # to print one term for its place takes long
        ordered.sort(key=lambda term: (term.has(Sum), str(term)))
    return sorted(ordered, key=lambda term: latex(term).startswith("-"))


def ordered_factors(expression):
    """(number, other factors in the order of print) of a product."""
    factors = Mul.make_args(expression)
    others = [part for part in factors if part.as_base_exp()[0].has(MatrixElement, Applied, KroneckerDelta, Sum)]
    others = [part for part in others if part.as_base_exp()[1].is_positive]
    number = Mul(*[part for part in factors if part not in others])
    return number, sorted(others, key=lambda part: (_rank(part), str(part)))


def _is_derivative(part):
    if isinstance(part, MatrixElement):
        return isinstance(part.parent, Gradient)
    return differentiated(part) is not None


def _rank(factor):
    """Where a factor stands: entries, function values, brackets in words, brackets of numbers, sums, derivatives."""
    base = factor.as_base_exp()[0]
    kinds = (MatrixElement, (Applied, *KNOWN), Add, KroneckerDelta, Sum)
    return len(kinds) if _is_derivative(base) else next(k for k, kind in enumerate(kinds) if isinstance(base, kind))


class _StepPrinter(FormulaPrinter):
    def parenthesize(self, item, level, *arguments, **options):
        """An entry has its layer above it, where a power would stand."""
        if isinstance(item, MatrixElement) and level >= PRECEDENCE["Pow"]:
            return self._brackets(self._print(item)) if _is_derivative(item) else f"{{{self._print(item)}}}"
        return super().parenthesize(item, level, *arguments, **options)

    def _print_Mul(self, expression):
        number, ranked = ordered_factors(expression)
        if not any(map(_is_ours, ranked)):
            return super()._print_Mul(expression)
        sign, number = ("-", -number) if number.could_extract_minus_sign() else ("", number)
        texts = [self._closed_factor(part, last=part is ranked[-1]) for part in ranked]
        return sign + r"\, ".join(texts if number == 1 else [self._factor(number), *texts])

    def _closed_factor(self, part, last):
        text = self._factor(part)
        return text if last or not isinstance(part, Sum) else self._brackets(text)

    def _print_MatrixElement(self, expression):
        if not isinstance(expression.parent, Gradient):
            return super()._print_MatrixElement(expression)
        scalar, variable = expression.parent.args[:2]
        return self._fraction(scalar, MatrixElement(variable, *expression.indices), r"\partial")

    def _print_Applied(self, expression, exp=None):
        if found := differentiated(expression):
            return self._fraction(*found, r"\mathrm{d}")
        return super()._print_Applied(expression, exp)

    def _fraction(self, scalar, variable, d):
        below = f"{d} {self._print(variable)}"
        text = self._print(scalar)
        if isinstance(scalar, MatrixElement | Applied | Symbol | AppliedUndef):
            return rf"\frac{{{d} {text}}}{{{below}}}"
        return rf"\frac{{{d}}}{{{below}}} {self._brackets(text) if scalar.is_Add or text[0] == '-' else text}"

    def _print_Differential(self, expression):
        text = self._factor(expression.args[0])
        return rf"\mathrm{{d}} {text}"

    def _print_DifferentialOfNumber(self, expression):
        cost = expression.args[0]
        text = self._print(cost)
        return rf"\mathrm{{d}} {text if isinstance(cost, EntrySum) else self._brackets(text)}"


def _is_ours(part):
    return part.has(MatrixElement, KroneckerDelta) or _is_derivative(part)
