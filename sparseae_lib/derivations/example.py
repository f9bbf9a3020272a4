r"""One network in numbers, small enough for a pencil: two samples, widths 2, 2 and 1, and values with one digit.

The hidden layer has the sigmoid, and the output is linear, :math:`f(z) = z`. What is not given is computed from the
statements, each inserted into the next. ``EXAMPLE`` has no penalty, and ``SPARSE_EXAMPLE`` has one on its hidden layer.
"""

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from sympy import Basic, Expr, Lambda, ShapeError, Sum, Symbol, lambdify
from sympy.external import import_module

from sparseae_lib.calculus import Elementwise, Gradient, Hadamard, IllFormed, LayerMatrix
from sparseae_lib.calculus.functions import AppliedToMatrix
from sparseae_lib.calculus.lowering import lower
from sparseae_lib.calculus.shapes import check
from sparseae_lib.formulas.printer import FormulaPrinter, latex
from sparseae_lib.notebook_html import Html, formula, table
from sparseae_lib.statements import sparsity
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, OUTPUT_DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.definitions import COST, FORWARD
from sparseae_lib.statements.statement import Statement
from sparseae_lib.statements.symbols import (
    KL,
    A,
    J,
    J_sparse,
    L,
    S,
    W,
    Y,
    Z,
    b,
    beta,
    f,
    l,
    m,
    rho,
    sigma,
    weight_decay,
    x,
)

if TYPE_CHECKING:
    import numpy as np
else:
    np = import_module("numpy")  # None where NumPy is absent: the rest of this package runs there too

DEPTH = 3
GIVEN = {
    A(1): [[1, 2], [3, 3]],
    W(1): [[2, 1], [-1, -1]],
    b(1): [[-1, 1]],
    W(2): [[2], [-1]],
    b(2): [[1]],
    Y.subs(L, DEPTH): [[3], [1]],
    weight_decay: 0.1,
    rho(2): 0.2,
    beta(2): 0.5,
}
SIZES = {m: 2, S(1): 2, S(2): 2, S(3): 1}
SIGMOID, LINEAR = Elementwise("f_2", sigma.definition), Elementwise("f_3", Lambda(x, x))


class Example:
    """The network with its cost, J or J_sparse, and the statement by which its hidden layer has its delta."""

    def __init__(self, cost: Symbol, hidden_delta: Statement):
        self.cost, self.hidden_delta = cost, hidden_delta

    def value(self, expression: Basic) -> "np.ndarray | float":
        """What an expression in the symbols of the network is, an array or a number.

        Its layers are numbers, or L, and f is the activation of the layer that it is applied to. Sizes are numbers too,
        so that a product is computed if they meet as numbers, and ``IllFormed`` if not. ``TypeError`` names a symbol
        that has no value here.
        """
        return lower(_in_sizes(expression))(self._values)

    def show(self, what: Statement | Expr, layer: int | None = None) -> Html:
        """A formula, the numbers in their places, and the result; a statement is shown with its left side.

        ``layer`` is what l is in it, 1 or 2.
        """
        if not isinstance(what, Statement):
            return Html(f'<p class="mathjax_process in-numbers">{self._chain(_at(what, layer))}</p>')
        left = formula(latex(_written(self._left(what, layer))) + " =")
        return Html(f'<p class="mathjax_process in-numbers">{left} {self._chain(_at(what.formula, layer))}</p>')

    def beside(self, **formulas: Expr) -> Html:
        """A table of formulas in numbers, each beside its name. Shapes that do not match stand for the result."""
        rows = [(name.replace("_", " "), self._chain(what)) for name, what in formulas.items()]
        return Html(table((), rows, "witness in-numbers"))

    def _chain(self, expression):
        """The formula, the numbers in it, and its value; what is the same is said once."""
        try:
            sized, end, words = _in_sizes(expression), [in_digits(self.value(expression))], ""
        except IllFormed as error:
            parts = (escape(part) if isinstance(part, str) else formula(latex(part)) for part in error.parts)
            sized, end, words = expression, [], " &ensp; ill-formed: " + "".join(parts).replace(" x ", " × ")
        texts = [latex(_written(expression)), _NumberPrinter(self).doprint(sized), *end]
        first, *rest = dict.fromkeys(texts)
        return " ".join([formula(first), *(formula(f"= {text}") for text in rest)]) + words

    def _left(self, statement, layer):
        """The left side; a gradient is that of this network's cost."""
        left = _at(statement.left, layer)
        return left.xreplace({J: self.cost}) if isinstance(left, Gradient) else left

    @cached_property
    def _values(self):
        given = {key: np.array(value, float) if isinstance(value, list) else value for key, value in GIVEN.items()}
        values = {_in_sizes(key): value for key, value in given.items()} | _functions()

        def compute(left, formula):
            values[_in_sizes(left)] = lower(_in_sizes(formula))(values)

        for layer in (1, 2):
            compute(Z(layer + 1), _at(FORWARD.formula, layer))
            compute(A(layer + 1), f(Z(layer + 1)))
        later = [(COST, None), (OUTPUT_DELTA, None), (sparsity.MEAN_ACTIVATION, 2), (sparsity.PENALTY, 2)]
        later += [(sparsity.SPARSE_COST, None), (self.hidden_delta, 2)]
        later += [(statement, layer) for layer in (1, 2) for statement in (WEIGHT_GRADIENT, BIAS_GRADIENT)]
        for statement, layer in later:
            compute(self._left(statement, layer), _at(statement.formula, layer))
        return values


def _functions():
    """The activations of both layers and the divergence, with their derivatives, as functions of arrays."""
    divergence = {own: own.definition(x).xreplace({rho(2): GIVEN[rho(2)]}) for own in (KL(2), KL(2).prime)}
    formulas = {own: own.definition(x) for own in (SIGMOID, SIGMOID.prime)}
    formulas |= {_in_sizes(own): formula for own, formula in divergence.items()}
    functions = {own: lambdify(x, formula, "numpy") for own, formula in formulas.items()}
    return functions | {LINEAR: np.asarray, LINEAR.prime: np.ones_like}


def _at(expression, layer):
    """The expression for a layer of this network, its sums over the layers written out."""
    place = {L: DEPTH} if layer is None else {l: layer, L: DEPTH}
    return expression.subs(place).replace(Sum, lambda *parts: Sum(*parts).doit())


def _in_sizes(expression):
    """The expression with numbers for its sizes, and in each f the activation of the layer that it is applied to."""

    def activation(function, argument):
        own = LINEAR if argument.shape[1] == 1 else SIGMOID
        return own.of_order(function.order)(argument) if function.definition is None else function(argument)

    try:
        return expression.subs(L, DEPTH).xreplace(SIZES).replace(AppliedToMatrix, activation)
    except ShapeError:  # SymPy sees it in numbers alone, and the engine, which names the factors, in symbols
        check(expression)
        raise


def _written(expression):
    """The expression as the book writes it: the targets have no layer."""
    return expression.xreplace({Y.subs(L, DEPTH): Y})


def in_digits(value: "np.ndarray | float") -> str:
    """LaTeX of a matrix or a number, to three digits behind the point, and a 0 at the end if there are more."""
    if np.ndim(value) == 0:
        return _digits(value)
    rows = r" \\ ".join(" & ".join(map(_digits, row)) for row in np.atleast_2d(value))
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _digits(number):
    rounded = round(float(number), 3) + 0.0  # no minus before a zero
    return f"{rounded:g}" if abs(number - rounded) < 1e-12 else f"{rounded:.3f}"


class _NumberPrinter(FormulaPrinter):
    """Prints a formula with the numbers of the network in the places of its matrices, and of what is a function."""

    def __init__(self, example):
        super().__init__(with_lengths=False)
        self.example = example

    def _number(self, expression):
        return in_digits(self.example.value(expression))

    _print_LayerMatrix = _print_AppliedToMatrix = _print_OneMatrix = _print_AppliedUndef = _number

    def _print_Symbol(self, expression):
        return self._number(expression) if expression in self.example._values else super()._print_Symbol(expression)

    def _print_Gradient(self, expression):
        return self._number(expression)

    def _print_Transpose(self, expression):
        """What is transposed by a pencil is written down transposed."""
        plain = isinstance(expression.arg, LayerMatrix)
        return self._number(expression) if plain else super()._print_Transpose(expression)

    def _print_EntrySum(self, expression):
        """The entries themselves, as they are added."""
        (matrix,) = expression.args
        if isinstance(matrix, Hadamard):
            return super()._print_EntrySum(expression)
        return self._brackets(" + ".join(map(_digits, np.ravel(self.example.value(matrix)))).replace("+ -", "- "))


EXAMPLE = Example(J, HIDDEN_DELTA)
SPARSE_EXAMPLE = Example(J_sparse, sparsity.SPARSE_DELTA)
