"""What is differentiated by: an entry of a matrix, or a number. Both give derivatives that the engine can decide."""

from sympy import Dummy, Integer, KroneckerDelta, Lambda, Sum, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import Elementwise, Gradient, entry
from sparseae_lib.calculus.functions import Applied
from sparseae_lib.calculus.indices import layers_summed


class Differentiated(Elementwise):
    """The derivative of a formula: a function that the formula defines, differentiated once, and named by it."""


class Entry:
    """Entry (i, j) of a matrix. ``where`` are the abbreviations for what may contain it, as {A: f(Z)}."""

    def __init__(self, gradient, i, j, where):
        _, self.matrix, *self.fixed = gradient.args
        self.i, self.j, self.where = i, j, where
        self.short = {value: key for key, value in where.items()}

    @property
    def symbol(self):
        return MatrixElement(self.matrix, self.i, self.j)

    def partial(self, operand):
        return MatrixElement(Gradient(operand, self.matrix, *self.fixed), self.i, self.j)

    def changes(self, part):
        part = part.xreplace(self.where)
        return part.has(self.matrix) or any(map(self.in_layers, part.atoms(Sum)))

    def in_layers(self, total):
        """(W^(k), l) for a sum over layers k with W^(k) in it, if the matrix is W^(l), and l is not outside of them."""
        *_, (_, low, high) = total.limits
        places = [(other, place) for other, place, _ in layers_summed(total, self.matrix)]
        return [(o, place) for o, place in places if not ((place - low).is_negative or (high - place).is_negative)]

    def is_leaf(self, part):
        return isinstance(part, MatrixElement) and part.parent == self.matrix

    def of_leaf(self, part):
        """1 if the entries are the same, and 0 if not; a side of length 1 has one index alone."""
        brackets = Integer(1)
        for index, own, size in zip(part.indices, (self.i, self.j), self.matrix.shape, strict=True):
            brackets *= Integer(1) if size == 1 else KroneckerDelta(index, own, (0, size - 1))
        return brackets

    def abbreviates(self, part):
        return part.parent in self.where

    def written_out(self, part):
        """An entry of an abbreviation as its definition, in which other abbreviations stay."""
        value = self.where[part.parent]
        return entry(value.func(*[argument.xreplace(self.short) for argument in value.args]), *part.indices)


class Number:
    """A real number x."""

    def __init__(self, symbol):
        self.symbol = symbol

    def partial(self, operand):
        """The derivative as that of a function, which is how the engine knows it; other numbers are parameters."""
        functions = operand.atoms(AppliedUndef)
        inside = set().union(*[function.atoms(Symbol) for function in functions])
        others = sorted(functions | operand.atoms(Symbol) - inside - {self.symbol}, key=str)
        names = {other: Dummy(real=True) for other in others}
        variables = (*names.values(), self.symbol)
        return Differentiated(f"({operand})", Lambda(variables, operand.xreplace(names)), 1, *others)(self.symbol)

    def changes(self, part):
        return part.has(self.symbol)

    def in_layers(self, total):
        return []

    def is_leaf(self, part):
        return part == self.symbol

    def of_leaf(self, part):
        return Integer(1)


def differentiated(part):
    """(u, x) for a derivative of u by x that ``Number.partial`` has made; ``None`` for anything else."""
    if isinstance(part, Applied) and isinstance(part.args[0], Differentiated):
        function, argument = part.args
        return function.args[1](*function.parameters, argument), argument
    return None
