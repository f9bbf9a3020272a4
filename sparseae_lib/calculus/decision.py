"""The decision: is an equation proved for all sizes, refuted by a witness, ill-formed, or unknown?"""

from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from sympy import Basic, Inverse, MatrixExpr, MatrixSymbol, SympifyError, Trace, ZeroMatrix, sympify

from sparseae_lib.calculus.atoms import atoms
from sparseae_lib.calculus.cancellation import trace_without_inverses, without_inverses
from sparseae_lib.calculus.conditions import conditions
from sparseae_lib.calculus.domains import is_quotient, layers_inside, partial
from sparseae_lib.calculus.evidence import Reason, Witness
from sparseae_lib.calculus.functions import Applied
from sparseae_lib.calculus.hypotheses import Hypothesis
from sparseae_lib.calculus.indices import comparable, indexed
from sparseae_lib.calculus.matrices import Quick
from sparseae_lib.calculus.normal_form import equal, exclude_each_other
from sparseae_lib.calculus.primitives import in_blocks, in_primitives, number, real_symbols
from sparseae_lib.calculus.shapes import IllFormed, Unsupported, check, numbers_inside
from sparseae_lib.calculus.unfolding import has_domain, in_values, unfold
from sparseae_lib.calculus.witness import MOST_VALUES, Undefined, find_witness


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
class Decision:
    """The outcome for ``left = right`` with what is ``given``, and its evidence: a ``Witness``, or a ``Reason``.

    ``written`` are the two sides as a text has them, if theorems were put in: ``∂J/∂W^(l)``, and not its formula.

    A decision is not a truth value: with four outcomes, ``assert decide(a, b)`` would not say which it asks for.
    Use ``prove`` or ``refute``, or compare ``outcome``.
    """

    outcome: Outcome
    left: Basic = field(repr=False)
    right: Basic = field(repr=False)
    evidence: Witness | Reason
    given: tuple[Hypothesis, ...] = ()
    written: tuple[Basic, Basic] | None = field(default=None, repr=False)

    def __bool__(self):
        raise TypeError("a decision is not a truth value: use prove(), refute(), or compare its outcome")

    def __repr__(self):
        return f"{self.outcome.value}: {self.evidence}"

    def _repr_html_(self):
        from sparseae_lib.formulas.decisions import shown  # it prints expressions of this package

        return shown(self)

    def html(self, evidence: str) -> str:
        """The decision as a box, its evidence given as HTML."""
        name = self.outcome.value
        return f'<div class="decision {name} mathjax_process"><strong>{name}</strong> <span>{evidence}</span></div>'


def decide(left: Basic | complex | str, right: Basic | complex | str, *given: Hypothesis) -> Decision:
    """Decide ``left = right`` for all sizes: two matrix expressions, or two scalar expressions in entries and sums.

    A side may be text, as ``formulas.read`` takes it: ``decide(r"A^{(l)} W^{(l)}", r"W^{(l)} A^{(l)}")``. Text is
    about the book's network: a derivative of the cost, as in ``"∂J/∂W^(l)"``, stands for the formula of its theorem,
    and a name alone on one side, as ``"Z^(l+1)"``, for its definition. Where there is none, nothing is refuted.

    What is ``given`` are hypotheses, one of a matrix at most, as in ``decide(A * B.T, A * B, symmetric(B))``.

    ``Contradiction`` is raised where a proof and a witness are found for the same pair.
    """
    return _decision(left, right, given, both=True)


def tell_apart(left: Basic | complex | str, right: Basic | complex | str) -> Decision:
    """``decide`` for an equation that is most likely wrong: where there is a witness, no proof is looked for."""
    return _decision(left, right, (), both=False)


def _decision(left, right, given, both):
    written = _expression("left", left), _expression("right", right)
    about_the_book = isinstance(left, str) or isinstance(right, str)
    left, right = written
    for hypothesis in given:
        if not isinstance(hypothesis, Hypothesis):
            raise TypeError(f"what is given must be hypotheses, such as symmetric(A), not {hypothesis!r}")

    def decision(outcome, *reason):
        return Decision(outcome, left, right, Reason(reason), given, written)

    proved, doubt, reason = False, (), "the normal forms differ, and no witness was found"
    try:
        if about_the_book:
            from sparseae_lib.formulas.theorems import as_the_book_means, layers_meant  # they are made of this package

            (left, right), doubt = as_the_book_means(left, right)
        sides, parts = _in_primitives(left, right, given)
        a, b, free = comparable(*map(_quick, sides))
        numbers = numbers_inside(*sides)
        layers = [(layer - first, last - first + 1) for layer, first, last in layers_inside(*sides)]
        layers += layers_meant(left, right) if about_the_book else []
        defined = [part for part in map(indexed, parts) if is_quotient(part) or not (a.has(part) or b.has(part))]
        if any(map(has_domain, atoms(a, Applied) | atoms(b, Applied))):
            unfold(a), unfold(b)  # which fails where an argument may be outside
        try:
            witness = find_witness(a, b, free, *numbers, *layers, defined=defined)
        except Undefined as error:
            if exclude_each_other(unfold(a), unfold(b)):
                raise IllFormed("where one side has a logarithm, the other has none") from error
            raise Unsupported(str(error)) from error
    except IllFormed as error:
        return decision(Outcome.ILL_FORMED, *error.parts)
    except (Unsupported, RecursionError) as error:
        return decision(Outcome.UNKNOWN, str(error))
    if both or not witness:
        try:
            proved = equal(*in_values(a, b), *numbers)
            if not (proved or witness):
                unfolded = unfold(a), unfold(b)
                proved = (unfolded != (a, b) and equal(*unfolded, *numbers)) or _without_inverses(*sides)
        except IllFormed as error:
            return decision(Outcome.ILL_FORMED, *error.parts)
        except (Unsupported, RecursionError) as error:
            reason = str(error)
    if not (proved or witness):  # as (n - 1)(n - 2)(n - 3) x = 0 in small worlds: in larger ones too, which take longer
        with suppress(Unsupported, RecursionError):
            witness = find_witness(a, b, free, *numbers, *layers, defined=defined, enough=MOST_VALUES)
    if proved and witness:
        raise Contradiction(f"{left} = {right} is proved, and refuted at {witness}: a bug in the proof engine")
    if proved:
        where = conditions((left, right), *sides, *parts)
        return decision(Outcome.PROVED, "the normal forms agree, for all sizes and values", *where)
    if witness and doubt:
        return decision(Outcome.UNKNOWN, *doubt)
    if witness:
        return Decision(Outcome.REFUTED, left, right, witness, given, written)
    return decision(Outcome.UNKNOWN, reason)


def _expression(name, side):
    """A side as an expression. A text is read in the book's notation: it never runs."""
    if isinstance(side, str):
        from sparseae_lib.formulas.reader import read  # it makes expressions of this package

        return read(side)
    try:
        return sympify(side, strict=True)
    except SympifyError as error:
        raise TypeError(f"{name} must be an expression or a text, not {type(side).__name__}: {side!r}") from error


def _in_primitives(left, right, given):
    """Both sides in the operations that the proofs know, and what must be defined for them to have values.

    A matrix of one entry is a number beside a number.
    """
    sides = left, right
    matrices = [hypothesis.matrix for hypothesis in given]
    if twice := {matrix for matrix in matrices if matrices.count(matrix) > 1}:
        raise Unsupported(f"of {min(twice, key=str)} more than one thing is assumed, and only one can be")
    for hypothesis in given:
        sides = [hypothesis.applied(side) for side in sides]
    real = real_symbols(*sides)
    sides = [side.xreplace(real) if real else side for side in sides]
    parts = [in_primitives(part) for side in sides for part in partial(side)]
    sides = in_blocks(*map(in_primitives, sides))
    if len({isinstance(side, MatrixExpr) for side in sides}) == 2:
        sides = [number(side) for side in sides]
    return sides, parts


def _without_inverses(left, right):
    """Whether two sides are equal by what follows from A inv(A) = 1 for a sum A."""
    if not (left.has(Inverse) or right.has(Inverse)):
        return False
    with suppress(OverflowError):
        if not isinstance(left, MatrixExpr):
            sides = (
                side.replace(Trace, lambda matrix: trace_without_inverses(Trace(matrix))) for side in (left, right)
            )
            return equal(*comparable(*map(_quick, sides))[:2])
        for difference in without_inverses(left, right):
            if equal(*comparable(_quick(difference), ZeroMatrix(*left.shape))[:2]):
                return True
    return False


@lru_cache(maxsize=16)
def _quick(side):
    check(side)  # SymPy would make 0 of a bad trace less itself, when it is rebuilt
    plain = [matrix for matrix in atoms(side, MatrixSymbol) if type(matrix) is MatrixSymbol]
    return side.xreplace({matrix: Quick(*matrix.args) for matrix in plain})


def prove(left: Basic | complex | str, right: Basic | complex | str, *given: Hypothesis) -> Decision:
    """The decision, where it is *proved*; otherwise ``NotProved`` with the evidence."""
    decision = decide(left, right, *given)
    if decision.outcome is not Outcome.PROVED:
        raise NotProved(f"{left} = {right}\n{decision}")
    return decision


def refute(left: Basic | complex | str, right: Basic | complex | str, *given: Hypothesis) -> Decision:
    """The decision, where it is *refuted* or *ill-formed*; otherwise ``NotRefuted`` with the evidence."""
    decision = decide(left, right, *given)
    if decision.outcome not in (Outcome.REFUTED, Outcome.ILL_FORMED):
        raise NotRefuted(f"{left} = {right}\n{decision}")
    return decision
