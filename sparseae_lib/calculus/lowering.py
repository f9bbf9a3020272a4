"""Lowering: an expression as a NumPy function of its symbols, with its source to be read.

NumPy is imported when the function is called, not before: the proofs run where NumPy is absent.
"""

import builtins
import functools
import keyword
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from sympy import Basic, MatAdd, MatMul, MatrixExpr, MatrixSymbol, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.external import import_module
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.precedence import PRECEDENCE

from sparseae_lib.calculus.functions import Elementwise
from sparseae_lib.calculus.matrices import Gradient, Hadamard, LayerMatrix
from sparseae_lib.calculus.shapes import UnknownScalar, Unsupported, check


@dataclass(frozen=True)
class Lowered:
    """A NumPy function: call it with {symbol: array, number or elementwise function}.

    ``source`` is the expression that it evaluates, and ``names`` is {symbol: its name there}.
    Sizes are read off the arrays.
    """

    source: str
    names: dict[Basic, str] = field(repr=False)

    def _repr_markdown_(self):
        return f"```python\n{self.source}\n```"

    def __call__(self, values: Mapping[Basic, Any], numpy: ModuleType | None = None) -> Any:
        """The value; ``TypeError`` names a symbol without a value, ``ValueError`` an array whose shape does not fit.

        ``numpy`` is a module that stands in for NumPy, such as ``autograd.numpy``, which traces what it computes.
        """
        numpy = numpy or import_module("numpy")
        missing = [str(symbol) for symbol in self.names if symbol not in values]
        if missing:
            raise TypeError(f"values: nothing is given for {', '.join(missing)}")
        sizes = {}
        for symbol in self.names:
            if isinstance(symbol, MatrixExpr):
                self._bind(symbol, numpy.shape(values[symbol]), sizes)
        named = {name: values[symbol] for symbol, name in self.names.items()}
        modules = {"builtins": builtins, "functools": functools, "numpy": numpy}
        return eval(self.source, modules | named | {_name(size): value for size, value in sizes.items()})

    @staticmethod
    def _bind(symbol, shape, sizes):
        fits = len(shape) == 2
        for size, length in zip(symbol.shape, shape, strict=False):
            fits = fits and (size == length if size.is_Integer else sizes.setdefault(size, length) == length)
        if not fits:
            expected = " x ".join(f"{size} = {sizes[size]}" if size in sizes else str(size) for size in symbol.shape)
            raise ValueError(f"values: {symbol} must be {expected}, but the shape given is {shape}")


@functools.cache
def lower(expression: Basic) -> Lowered:
    """The expression as a ``Lowered`` function; raises ``IllFormed`` or ``Unsupported`` if that makes no sense."""
    with suppress(UnknownScalar):  # NumPy has more functions than the proofs
        check(expression)
    symbols = _symbols(expression)
    sizes = {size for symbol in symbols if isinstance(symbol, MatrixExpr) for size in symbol.shape}
    names = {symbol: _name(symbol) for symbol in sorted(symbols - sizes, key=str)}
    taken = sorted([*names.values(), *(_name(size) for size in sizes if not size.is_Integer)])
    if len(set(taken)) < len(taken):
        raise Unsupported(f"{expression}: two of its symbols have one name, {taken}")
    try:
        return Lowered(_Printer().doprint(expression), names)
    except PrintMethodNotImplementedError as error:
        raise Unsupported(f"{expression} has no NumPy form here") from error


def _symbols(expression):
    """What a value must be given for: matrices, functions, scalars, and a gradient, which is a matrix too."""
    if isinstance(expression, Symbol | AppliedUndef | MatrixSymbol | Elementwise | Gradient):
        return {expression}
    bound = set(expression.variables) if isinstance(expression, Sum) else set()
    return set().union(*map(_symbols, expression.args)) - bound


def _name(symbol):
    """A Python name: ``W^(l + 1)`` is ``W_next``, ``W^(2)`` is ``W2``, ``f'`` is ``f_prime``.

    A function with a parameter of a layer, as ``KL`` its target, is of that layer.
    """
    if isinstance(symbol, LayerMatrix):
        return _layered(symbol.name, symbol.layer)
    if isinstance(symbol, AppliedUndef):
        return _layered(symbol.func.__name__, symbol.args[0])
    if isinstance(symbol, Elementwise):
        name = symbol.name + "_prime" * symbol.order
        layers = [layer for p in symbol.parameters if isinstance(p, AppliedUndef) for layer in p.args]
        return _layered(name, layers[0]) if layers else _identifier(name)
    if isinstance(symbol, Gradient):
        return f"d{_name(symbol.args[0])}_d{_name(symbol.args[1])}"
    return _identifier(str(symbol))


def _layered(base, layer):
    number, letter = layer.as_coeff_Add()
    if letter == 0:
        return f"{base}{number}"
    suffix = {0: "", 1: "_next", -1: "_previous"}.get(number, f"_{number}")
    return _identifier(f"{base}{suffix}" if str(letter) == "l" else f"{base}_{letter}{suffix}")


def _identifier(text):
    text = re.sub(r"\W+", "_", text).strip("_")
    return f"{text}_" if keyword.iskeyword(text) else text


class _Printer(NumPyPrinter):
    """NumPy's own notation, ``@`` and ``*``, for the operations of ``matrices``."""

    def __init__(self):
        super().__init__({"fully_qualified_modules": True})

    def _factor(self, matrix):
        text = self._print(matrix)
        return f"({text})" if isinstance(matrix, MatAdd | MatMul | Hadamard) else text

    def _print_MatMul(self, expression):
        scalar, factors = expression.as_coeff_matrices()
        numerator, denominator = scalar.as_numer_denom()
        text = " @ ".join(map(self._factor, factors))
        if scalar != 1 and len(factors) > 1:
            text = f"({text})"
        if numerator != 1:
            text = f"-{text}" if numerator == -1 else f"{self.parenthesize(numerator, PRECEDENCE['Mul'])} * {text}"
        return text if denominator == 1 else f"{text} / {self.parenthesize(denominator, PRECEDENCE['Pow'])}"

    def _print_MatAdd(self, expression):
        terms = sorted(map(self._print, expression.args), key=lambda term: term.startswith("-"))
        return " + ".join(terms).replace("+ -", "- ")

    def _print_Hadamard(self, expression):
        return " * ".join(map(self._factor, expression.args))

    def _print_Transpose(self, expression):
        return f"{self._factor(expression.arg)}.T"

    def _print_AppliedToMatrix(self, expression):
        function, argument = expression.args
        return f"{_name(function)}({self._print(argument)})"

    _print_Applied = _print_AppliedToMatrix

    def _print_SquaredNorm(self, expression):
        return f"numpy.sum({self._factor(expression.args[0])}**2)"

    def _print_EntrySum(self, expression):
        return f"numpy.sum({self._print(expression.args[0])})"

    def _print_Trace(self, expression):
        return f"numpy.trace({self._print(expression.arg)})"

    def _print_Identity(self, expression):
        return f"numpy.eye({self._print(expression.shape[0])})"

    def _print_OneMatrix(self, expression):
        return f"numpy.ones(({', '.join(map(self._print, expression.shape))}))"

    def _print_MatrixSymbol(self, expression):
        return _name(expression)

    _print_LayerMatrix = _print_MatrixSymbol

    def _print_MatrixElement(self, expression: MatrixElement):
        return f"{_name(expression.parent)}[{', '.join(map(self._print, expression.indices))}]"

    def _print_Symbol(self, expression):
        return _name(expression)

    def _print_Function(self, expression):
        return _name(expression) if isinstance(expression, AppliedUndef) else super()._print_Function(expression)

    def _print_Gradient(self, expression):
        if not isinstance(expression.args[0], Symbol | AppliedUndef):
            raise Unsupported(f"{expression}: differentiate first, only the gradient of a named cost is a symbol")
        return _name(expression)
