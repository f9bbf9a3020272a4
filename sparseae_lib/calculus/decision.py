"""The decision: is an equation proved for all sizes, refuted by a witness, ill-formed, or unknown?"""

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from html import escape

from sympy import Basic, nan, sympify, zoo

from .functions import Applied
from .indices import comparable
from .normal_form import equal
from .shapes import IllFormed, Unsupported
from .witness import Witness, find_witness


class Outcome(Enum):
    PROVED = "proved"
    REFUTED = "refuted"
    ILL_FORMED = "ill-formed"
    UNKNOWN = "unknown"


class Contradiction(AssertionError):
    """A proof and a witness for the same pair: the engine has a bug."""


class NotProved(AssertionError):
    """The equation was to be proved, and is not."""


class NotRefuted(AssertionError):
    """The equation was to be refuted, and is not."""


@dataclass(frozen=True)
class Reason:
    """Evidence in words; ``parts`` are the words and the expressions among them, in order."""

    parts: tuple[object, ...]

    def __str__(self):
        return "".join(map(str, self.parts))


@dataclass(frozen=True)
class Decision:
    """The outcome for ``left = right``, with its evidence: a ``Witness``, or a ``Reason``.

    A decision is not a truth value: with four outcomes, ``assert decide(a, b)`` would not say which it asks for.
    Use ``prove`` or ``refute``, or compare ``outcome``.
    """

    outcome: Outcome
    left: Basic = field(repr=False)
    right: Basic = field(repr=False)
    evidence: Witness | Reason

    def __bool__(self):
        raise TypeError("a decision is not a truth value: use prove(), refute(), or compare its outcome")

    def __repr__(self):
        return f"{self.outcome.value}: {self.evidence}"

    def _repr_html_(self):
        return self.html(escape(str(self.evidence)))

    def html(self, evidence: str) -> str:
        """The decision as a box, its evidence given as HTML."""
        name = self.outcome.value
        return f'<div class="decision {name} mathjax_process"><strong>{name}</strong> <span>{evidence}</span></div>'


def decide(left: Basic | complex | str, right: Basic | complex | str) -> Decision:
    """Decide ``left = right`` for all sizes: two matrix expressions, or two scalar expressions in entries and sums.

    A side may be text, as ``formulas.read`` takes it: ``decide(r"A^{(l)} W^{(l)}", r"W^{(l)} A^{(l)}")``. In text a
    derivative of the cost, as in ``"∂J/∂W^(l)"``, stands for the formula of its theorem.

    ``Contradiction`` is raised where a proof and a witness are found for the same pair.
    """
    return _decision(left, right, both=True)


def tell_apart(left: Basic | complex | str, right: Basic | complex | str) -> Decision:
    """``decide`` for an equation that is most likely wrong: where there is a witness, no proof is looked for."""
    return _decision(left, right, both=False)


def _decision(left, right, both):
    left, right = _expression(left), _expression(right)

    def decision(outcome, *reason):
        return Decision(outcome, left, right, Reason(reason))

    try:
        a, b, free = comparable(left, right)
        unfolded = unfold(a), unfold(b)
        _refuse_division_by_zero(*unfolded)
        witness = find_witness(a, b, free)
        proved = (both or not witness) and (equal(a, b) or ((a, b) != unfolded and equal(*unfolded)))
    except IllFormed as error:
        return decision(Outcome.ILL_FORMED, *error.parts)
    except Unsupported as error:
        return decision(Outcome.UNKNOWN, str(error))
    if proved and witness:
        raise Contradiction(f"{left} = {right} is proved, and refuted at {witness}: a bug in the proof engine")
    if proved:
        return decision(Outcome.PROVED, "the normal forms agree, for all sizes and values")
    if witness:
        return Decision(Outcome.REFUTED, left, right, witness)
    return decision(Outcome.UNKNOWN, "the normal forms differ, and no witness was found")


def _expression(side):
    """A formula as text is read in the book's notation, and about the book's cost; ``Unreadable`` where it is none."""
    if isinstance(side, str):
        from ..formulas.reader import read  # they make expressions of this package
        from ..formulas.theorems import by_theorems

        return by_theorems(read(side))
    return sympify(side)


@lru_cache(maxsize=16)  # many formulas are held against one derivation
def unfold(expression):
    """The expression with every defined elementwise function replaced by its definition."""
    return expression.replace(
        lambda part: isinstance(part, Applied) and part.args[0].definition is not None,
        _defined,
    )


@lru_cache(maxsize=1024)  # the corruptions of a formula share most of its parts
def _defined(part):
    function, argument = part.args
    return function.definition(argument)


def _refuse_division_by_zero(*sides):
    for side in sides:
        if side.has(zoo, nan):
            raise IllFormed("division by zero in ", side)


def prove(left: Basic | complex | str, right: Basic | complex | str) -> Decision:
    """The decision, where it is *proved*; otherwise ``NotProved`` with the evidence."""
    decision = decide(left, right)
    if decision.outcome is not Outcome.PROVED:
        raise NotProved(f"{left} = {right}\n{decision}")
    return decision


def refute(left: Basic | complex | str, right: Basic | complex | str) -> Decision:
    """The decision, where it is *refuted* or *ill-formed*; otherwise ``NotRefuted`` with the evidence."""
    decision = decide(left, right)
    if decision.outcome not in (Outcome.REFUTED, Outcome.ILL_FORMED):
        raise NotRefuted(f"{left} = {right}\n{decision}")
    return decision
