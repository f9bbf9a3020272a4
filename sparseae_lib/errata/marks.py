r"""What a repaired line has changed: a difference of signs between two formulas in LaTeX.

.. code-block:: python

    difference(r"z_k^{(1)}", r"z_k^{(2)}")  # z_k^{( same, 1 wrong, 2 right, )} same

Braces, fractions and scripts stay whole, so that each piece can be typeset in a colour of its own.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

ARGUMENTS = {r"\frac": 2, r"\mathbin": 1, r"\mathrel": 1, r"\mathrm": 1, r"\hat": 1, r"\sqrt": 1}
"""How many arguments a command takes in with it."""


@dataclass(frozen=True)
class Mark:
    """A piece of a formula: the same in both, wrong in the first, or right in the second.

    A wrong or a right piece has all its braces, and may be a script of what stands before it, as ``^T``.
    """

    kind: Literal["same", "wrong", "right"]
    latex: str


def difference(wrong: str, right: str) -> tuple[Mark, ...]:
    """The pieces of both formulas in order, wrong before right where one stands for the other."""
    marks = []
    for kind, text in _compared(_parts(wrong), _parts(right)):
        if marks and marks[-1].kind == kind:
            marks[-1] = Mark(kind, _joined(marks[-1].latex, text))
        else:
            marks.append(Mark(kind, text))
    return tuple(marks)


@dataclass(frozen=True)
class _Part:
    r"""A sign, or signs around parts: braces, a script, ``\left( ... \right)``, a command with its arguments."""

    before: str
    inside: tuple = ()
    after: str = ""

    @property
    def around(self):
        """What two parts share that are compared within; a layer above is not compared with a transpose."""
        return self.before, self.after, self.inside[0].before if self.before in ("^", "_") else ""

    @property
    def latex(self):
        text = self.before
        for part in self.inside:
            text = _joined(text, part.latex)
        return _joined(text, self.after)


def _joined(left, right):
    """A command and a letter do not grow together."""
    return f"{left} {right}" if re.search(r"\\[A-Za-z]+$", left) and re.match("[A-Za-z]", right) else left + right


def _parts(latex):
    signs = re.findall(r"\\[A-Za-z]+|\\.|[0-9]+|\S", latex)
    parts = []
    while signs:
        parts.append(_part(signs))
    return tuple(parts)


def _part(signs):
    sign = signs.pop(0)
    if sign == "{":
        return _Part("{", _until("}", signs), "}")
    if sign == r"\left":
        opened = sign + signs.pop(0)
        return _Part(opened, _until(r"\right", signs), r"\right" + signs.pop(0))
    if sign in ("^", "_"):
        return _Part(sign, (_part(signs),))
    return _Part(sign, tuple(_part(signs) for _ in range(ARGUMENTS.get(sign, 0))))


def _until(end, signs):
    parts = []
    while signs[0] != end:
        parts.append(_part(signs))
    signs.pop(0)
    return tuple(parts)


def _compared(wrong, right):
    """Pairs (kind, LaTeX). What stands around other parts is paired by itself, and then what is within is compared."""
    around = [[part.around for part in parts] for parts in (wrong, right)]
    for kind, a, b, c, d in SequenceMatcher(None, *around, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (("wrong", part.latex) for part in wrong[a:b])
            yield from (("right", part.latex) for part in right[c:d])
            continue
        for left, other in zip(wrong[a:b], right[c:d], strict=True):
            if left == other:
                yield "same", left.latex
            else:
                yield "same", left.before
                yield from _compared(left.inside, other.inside)
                if left.after:
                    yield "same", left.after
