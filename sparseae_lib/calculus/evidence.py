"""What a decision shows: the sizes and the values that refute an equation, or a reason in words."""

from dataclasses import dataclass
from fractions import Fraction

import mpmath

DIGITS = 50
"""How many digits the values have that are no fractions."""


@dataclass(frozen=True)
class Reason:
    """Evidence in words; ``parts`` are the words and the expressions among them, in order."""

    parts: tuple[object, ...]

    def __str__(self):
        return "".join(map(str, self.parts))


@dataclass(frozen=True)
class Witness:
    """The sizes and the indices (counted from 0) at which the two sides have these two values."""

    sizes: dict
    indices: tuple
    left: Fraction | mpmath.mpf
    right: Fraction | mpmath.mpf

    def __str__(self):
        return self.text(", ".join(f"{name} = {value}" for name, value in self.sizes.items()))

    def text(self, sizes):
        """The witness in words, its sizes given as text; indices count from 1, as they do on paper."""
        places = [sizes] if sizes else []
        places += [f"entry ({', '.join(str(index + 1) for index in self.indices)})"] if self.indices else []
        left, right = self.shown()
        return f"{', '.join(places) or 'at random values'}: the left side is {left}, the right side {right}"

    def shown(self):
        """Both values as text, the right one by its distance where six digits do not tell the two apart."""
        with mpmath.workdps(DIGITS):
            left, right = _shown(self.left), _shown(self.right)
            if left == right:
                difference = self.right - self.left
                right = f"{left} {'-' if difference < 0 else '+'} {_shown(abs(difference))}"
            return left, right


def _shown(value):
    if isinstance(value, Fraction):
        if len(str(value)) <= 16:
            return str(value)
        value = mpmath.mpf(value.numerator) / value.denominator
    return mpmath.nstr(value, 6)
