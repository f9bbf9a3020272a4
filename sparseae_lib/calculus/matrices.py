r"""The matrices of a layered network, and the operations that SymPy lacks or prints badly.

SymPy's own ``+``, ``*`` and ``.T`` are the sum, the matrix product and the transpose.
"""

from typing import Self

from sympy import (
    Add,
    Derivative,
    Expr,
    Integer,
    MatAdd,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Symbol,
    expand,
    sympify,
)
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.precedence import PRECEDENCE


class LayerMatrix(MatrixSymbol):
    r"""The matrix :math:`W^{(l)}` of layer ``l``.

    The layer may be a symbol: ``W.subs(l, l - 1)`` is :math:`W^{(l-1)}`.
    """

    def __new__(cls, name: str, layer: Expr | int, rows: Expr | int, columns: Expr | int) -> Self:
        if isinstance(name, str):
            name = Str(name)
        layer, rows, columns = (sympify(part, strict=True) for part in (layer, rows, columns))
        return Basic.__new__(cls, name, expand(layer), rows, columns)

    @property
    def layer(self) -> Expr:
        return self.args[1]

    @property
    def shape(self):
        return self.args[2:]

    @property
    def free_symbols(self):
        """The layer counts: SymPy's own rule would take a sum over layers for a sum of equal terms."""
        return {self} | self.layer.free_symbols

    def valid_index(self, i, j):
        """SymPy compares every index with every bound; ``shapes.index_ranges`` does it once, and symbolically."""
        return True

    def _sympystr(self, printer):
        return f"{self.name}^({printer._print(self.layer)})"


class Quick(MatrixSymbol):
    """A ``MatrixSymbol`` of a formula, of which SymPy does not compare each index with its size."""

    valid_index = LayerMatrix.valid_index


class Stand(Quick):
    """A matrix that stands for another one for a while; no matrix of a formula is equal to it, whatever its name."""


class Hadamard(MatrixExpr):
    r"""The elementwise product :math:`A \circ B`.

    SymPy's ``HadamardProduct`` refuses factors of unequal shape when it is written down.
    This one can be written, printed, and then be found ill-formed.
    """

    precedence = PRECEDENCE["Mul"]

    def __new__(cls, *factors: MatrixExpr) -> Self:
        if len(factors) < 2:
            raise TypeError("an elementwise product needs two factors or more")
        return MatrixExpr.__new__(cls, *factors)

    @property
    def shape(self):
        return self.args[0].shape

    def _entry(self, i, j, **_):
        return Mul(*[factor[i, j] for factor in self.args])

    def _sympystr(self, printer):
        return " o ".join(printer.parenthesize(factor, self.precedence) for factor in self.args)


class SquaredNorm(Expr):
    r"""The scalar :math:`\lVert A \rVert^2`, the sum of the squares of all entries."""

    is_commutative = True

    def __new__(cls, matrix: MatrixExpr) -> Self:
        return Expr.__new__(cls, matrix)

    def _sympystr(self, printer):
        return f"|{printer._print(self.args[0])}|^2"


class EntrySum(Expr):
    r"""The scalar :math:`\mathbf 1^{\top} A\, \mathbf 1`, the sum of all entries."""

    is_commutative = True

    def __new__(cls, matrix: MatrixExpr) -> Self:
        return Expr.__new__(cls, matrix)

    def _sympystr(self, printer):
        return f"sum({printer._print(self.args[0])})"


class Gradient(MatrixExpr):
    r"""The matrix :math:`\partial J / \partial V`, of the shape of ``V``: a scalar ``J`` and a matrix symbol ``V``.

    It stays unevaluated, as SymPy's ``Derivative`` does, until its entries are asked for. What is held ``fixed`` is a
    matrix in ``J`` that does not change with ``V``. By a number ``t`` it is SymPy's ``Derivative``, another number.
    """

    def __new__(cls, scalar: Expr | int, variable: MatrixSymbol, *fixed: MatrixExpr) -> Self:
        scalar = sympify(scalar, strict=True)
        if isinstance(variable, Symbol):
            if costs := sorted(filter(is_cost, scalar.atoms(Symbol, AppliedUndef)), key=str):
                raise ValueError(f"scalar must be a formula: how {costs[0]} depends on {variable} is not known")
            return Derivative(scalar, variable)
        if not isinstance(variable, MatrixSymbol):
            raise TypeError(f"variable must be a matrix symbol, not {variable}")
        return MatrixExpr.__new__(cls, scalar, variable, *fixed)

    @property
    def shape(self):
        return self.args[1].shape

    def _entry(self, i, j, **_):
        return MatrixElement(self, i, j)

    def _sympystr(self, printer):
        return f"d({printer._print(self.args[0])})/d{printer._print(self.args[1])}"

    @property
    def unknown_cost(self) -> Expr | None:
        """A cost without a formula in what is differentiated, but for what is held fixed; ``None`` if there is none."""
        scalar, _, *fixed = self.args
        free = scalar.xreplace({part: Stand("fixed", *part.shape) for part in fixed})
        return min(filter(is_cost, free.atoms(Symbol, AppliedUndef)), key=str, default=None)


def is_cost(scalar: Basic) -> bool:
    """Whether nothing is known of a scalar but that it is a cost: J or Omega(l), with an index or without, as J_sparse.

    It may depend on every matrix. Any other symbol is a constant.
    """
    if not isinstance(scalar, Symbol | AppliedUndef):
        return False
    name = str(scalar.func if isinstance(scalar, AppliedUndef) else scalar)
    return name.partition("_")[0] in ("J", "Omega")


def by_terms(gradient: Gradient) -> MatrixExpr:
    """The sum of the gradients of the terms, if a cost without a formula is in one: of 2 J + x, twice that of J."""
    scalar, variable, *fixed = gradient.args
    if gradient.unknown_cost is None or is_cost(scalar):
        return gradient
    terms, name = [], str(variable.args[0])  # W^(k) may be W^(l)
    for term in Add.make_args(expand(scalar)):
        costs = [factor for factor in Mul.make_args(term) if is_cost(factor)]
        constant = term / costs[0] if costs else Integer(1)
        matrices = {str(matrix.args[0]) for matrix in constant.atoms(MatrixSymbol)}
        if name in matrices or any(map(is_cost, constant.atoms(Symbol, AppliedUndef))):
            return gradient
        terms.append(constant * Gradient(term / constant, variable, *fixed))
    return MatAdd(*terms) if len(terms) > 1 else terms[0]


def vjp(cotangent: MatrixExpr, output: MatrixExpr, variable: MatrixSymbol) -> Gradient:
    r"""The vector-Jacobian product, which is what the chain rule says of :math:`\partial J / \partial V`.

    ``cotangent`` is :math:`\partial J / \partial Z`, and ``output`` is :math:`Z` as an expression in ``variable``.
    The cotangent is held fixed. Raises ``ValueError`` if it contains the variable.

    .. math:: \frac{\partial J}{\partial V} = \frac{\partial}{\partial V} \sum_{s,k} G_{s,k}\, Z_{s,k}(V),
              \qquad G = \frac{\partial J}{\partial Z}
    """
    if cotangent.has(variable):
        raise ValueError(f"cotangent must not contain {variable}: the chain rule holds it fixed")
    return Gradient(EntrySum(Hadamard(cotangent, output)), variable, cotangent)


def ones(rows: Expr | int) -> OneMatrix:
    r"""The column :math:`\mathbf 1` of ``rows`` ones."""
    return OneMatrix(rows, 1)
