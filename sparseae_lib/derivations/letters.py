"""Letters for indices: s, a, t for samples and i, j, k for units, one letter for one range as far as it goes."""

from itertools import chain, count

from sympy import Dummy, Integer, Sum, Symbol, preorder_traversal

from sparseae_lib.formulas.letters import SAMPLES, counts_samples

UNITS = "kjipqcdgh"
PARAMETERS = "ijkpqcdgh"
"""For an entry of a matrix without samples, which has two units."""


class Letters:
    """Gives every index that the engine makes a letter, and the same index the same letter in every step.

    A letter that a sum in one of the ``formulas`` binds is given again to an index with the same range, so that the
    steps of a sum over j are sums over j; a free index has another letter.
    """

    def __init__(self, shape, *formulas):
        self.taken = _names(symbol for formula in formulas for symbol in formula.atoms(Symbol))
        self.units = UNITS if shape and counts_samples(shape[0]) else PARAMETERS
        self.given, self.of_size = {}, {}
        self.free = ()
        for size in shape:
            self.free += (Integer(0) if size == 1 else self._letter(size, set(self.free)),)
        self.taken = _names(symbol for formula in formulas for symbol in formula.free_symbols)
        for index, size in _bound(formulas):
            if index.name not in self.taken:
                self.of_size.setdefault(str(size), []).append(_index(index.name))
                self.taken.add(index.name)

    def name(self, expression):
        """The expression with letters in it. Two indices have one letter only if no term has both."""
        sizes = {}
        for part in preorder_traversal(expression):
            if part.is_Matrix is not True and getattr(part, "limits", None):
                sizes |= {index: high + 1 for index, _, high in part.limits}
        terms = expression.args if expression.is_Add else (expression,)
        for index in (part for part in preorder_traversal(expression) if isinstance(part, Dummy)):
            if index in sizes and index not in self.given:
                near = set().union(*[term.atoms(Dummy) for term in terms if term.has(index)])
                used = {self.given[other] for other in near & self.given.keys()}
                self.given[index] = self._letter(sizes[index], used | set(self.free))
        return expression.xreplace(self.given)

    def _letter(self, size, used):
        """The first letter of this range that is not used around; a new one if there is none."""
        letters = self.of_size.setdefault(str(size), [])
        for letter in letters:
            if letter not in used:
                return letter
        everywhere = {letter.name for others in self.of_size.values() for letter in others} | self.taken
        pool = SAMPLES if counts_samples(size) else self.units
        numbered = (f"{letter}_{number}" for number in count(1) for letter in pool)
        name = next(name for name in chain(pool, numbered) if name not in everywhere)
        letters.append(_index(name))
        return letters[-1]


def _bound(formulas):
    """(index, number of its values) for each sum that is written with a letter."""
    for part in (part for formula in formulas for part in preorder_traversal(formula)):
        if isinstance(part, Sum):
            yield from ((index, high + 1) for index, _, high in part.limits if not isinstance(index, Dummy))


def _index(name):
    return Symbol(name, integer=True, nonnegative=True)


def _names(symbols):
    return {symbol.name for symbol in symbols}
