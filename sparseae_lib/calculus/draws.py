"""The numbers that a witness is looked for with: proposals only, since any number will do that its symbol may be.

Every number is drawn from a hash of its name, so the same name gets the same number in any order of evaluation. That
the sizes and scalars are all that is assumed of them is checked by ``witness``.
"""

from fractions import Fraction
from hashlib import sha256

ONES, ZEROS, TWOS, WIDE, NARROW, LOW = 2, 3, 4, 5, 6, 7  # one in eight worlds is of this kind


class Draws:
    """Random sizes, entries and scalars from a seed; ``exact`` where fractions suffice for all values."""

    def __init__(self, seed, exact):
        self.seed, self.exact, self.kind = seed, exact, seed % 8
        # Beyond the kink of a number that is clipped at 100, and below that of one that is clipped at 1
        self.wide = {WIDE: 1000, NARROW: Fraction(1, 4)}.get(self.kind, 1) if exact else 24 if self.kind == WIDE else 1

    def smallest_sizes(self, symbols):
        """The number from which on a size is looked for, for each symbol; ``symbols`` are sorted."""
        order = sorted(symbols, key=lambda symbol: self.draw("order", symbol))
        if self.kind in (ZEROS, WIDE):  # the first of all is 1, and then the last of all
            order = symbols if self.kind == ZEROS else symbols[::-1]
        kinds = {ONES: 1, TWOS: 2, ZEROS: 1, WIDE: 1 + self.seed // 8}
        smallest = kinds.get(self.kind, 2 + self.seed // 2)  # not always 2, where n**2 is 2*n
        distinct = self.kind not in (ONES, TWOS)  # no two shapes meet by chance
        return {symbol: smallest + distinct * order.index(symbol) for symbol in symbols}

    def draw(self, *name):
        """A whole number from 0 to 255, the same for the same name and seed."""
        return sha256(repr((self.seed, *map(str, name))).encode()).digest()[0]

    def small(self, *name):
        """A small number that is not zero: whole in an exact world, and a quarter of that in a real one."""
        whole = (self.draw(*name) % 3 + 1) * (-1) ** self.draw("sign", *name)
        return self.wide * Fraction(whole, 1 if self.exact else 4)

    def fraction(self, *name):
        """A number between 0 and 1, as a positive scalar gets: it may be a rate, a weight or a probability."""
        return self.wide * Fraction(self.draw(*name) % 14 + 1, 16)

    def is_zero(self, *name):
        return self.kind == ZEROS and self.draw("zero", *name) % 3 == 0

    def attempt(self, symbol, *name):
        """A number that may be all that is assumed of a symbol."""
        if self.is_zero(*name):
            return Fraction(0)
        if symbol.is_integer:
            return Fraction(self.draw(*name) % 7 + 2) * (-1 if symbol.is_negative else 1)
        return self.fraction(*name) if symbol.is_nonnegative else self.small(*name)

    def matrix_entry(self, *name):
        if self.is_zero(*name):
            return Fraction(0)
        return self.small(*name) if self.exact or self.seed % 2 else self.fraction(*name)
