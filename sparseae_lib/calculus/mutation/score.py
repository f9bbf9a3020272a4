"""The mutants of the statements, decided and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sympy import Add, Basic, Dummy, Integer, Sum

from sparseae_lib.calculus.decision import Decision, NotProved, Outcome, decide
from sparseae_lib.calculus.evidence import Reason
from sparseae_lib.calculus.indices import indexed
from sparseae_lib.calculus.mutation import Mutant, mutants
from sparseae_lib.calculus.mutation.places import mapped
from sparseae_lib.calculus.normal_form import normal_form

if TYPE_CHECKING:
    from sparseae_lib.statements import Statement

DEPTH = 4
"""The layers of the network in which a sum over all layers is written out."""


@dataclass(frozen=True)
class Trial:
    """A mutant of the claim with this label, and the decision whether it is equal to what the claim follows from."""

    claim: str
    mutant: Mutant
    decision: Decision


@dataclass(frozen=True)
class Tally:
    """How many mutants were made, and what became of them. The others are undecided."""

    made: int
    refuted: int
    ill_formed: int
    equivalent: int

    @property
    def undecided(self) -> int:
        return self.made - self.refuted - self.ill_formed - self.equivalent

    @property
    def score(self) -> float:
        """The share that was rejected, of all that are not proved equal to the original; 0 where there are none."""
        others = self.made - self.equivalent
        return (self.refuted + self.ill_formed) / others if others else 0.0


def trials(statement: Statement, decide: Callable[[Basic, Basic], Decision] = decide) -> list[Trial]:
    """Every mutant of a statement's formula, decided against its derivation; a definition against itself.

    An abbreviation in the formula, such as rho_hat, is corrupted in its definition too, wherever the formula has it.
    With ``tell_apart`` for ``decide`` it takes a third of the time, and no mutant can have a proof beside its witness.
    What the derivation does not mention, such as a matrix of another layer, may take any value. A sum over layers is
    refuted in a network of ``DEPTH`` layers, and proved for every depth. Raises ``NotProved`` if the formula itself is
    not.
    """
    derivation = statement.expanded if statement.derivation is None else statement.derivation
    depth = {symbol: Integer(DEPTH) for symbol in _depths(derivation) | _depths(statement.formula)}
    decided = partial(_decided, decide, derivation, where=statement.where, depth=depth)
    original = decided(statement.formula)
    if original.outcome is not Outcome.PROVED:
        raise NotProved(f"{statement}\n{original}")
    return [Trial(statement.label, mutant, decided(mutant.expression)) for mutant in _mutants(statement)]


def _mutants(statement):
    """The mutants of the formula and of the definitions that it abbreviates, each once when all are written out."""
    written = {mapped(statement.expanded): None}
    for mutant in _of_all_parts(statement):
        written.setdefault(mapped(mutant.expression.xreplace(statement.where)), mutant)
    return [mutant for mutant in written.values() if mutant]


def _of_all_parts(statement):
    yield from mutants(statement.formula)
    for symbol, definition in statement.where.items():
        for mutant in mutants(definition):
            yield Mutant(mutant.kind, statement.formula.xreplace({symbol: mutant.expression}))


def tally(trials: Iterable[Trial], claim: str | None = None, kind: str | None = None) -> Tally:
    """The ``Tally`` of all trials, or of those of one claim, of one kind, or of both."""
    chosen = [trial for trial in trials if claim in (None, trial.claim) and kind in (None, trial.mutant.kind)]
    outcomes = [trial.decision.outcome for trial in chosen]
    return Tally(len(chosen), *map(outcomes.count, (Outcome.REFUTED, Outcome.ILL_FORMED, Outcome.PROVED)))


def _decided(decide, derivation, formula, where, depth):
    formula = formula.xreplace(where)
    decision = decide(*(_written_out(side.xreplace(depth)) for side in (derivation, formula)))
    if decision.outcome is Outcome.PROVED and depth and not _equal_at_every_depth(derivation, formula):
        reason = f"equal in a network of {DEPTH} layers, and not proved for every depth"
        return Decision(Outcome.UNKNOWN, derivation, formula, Reason((reason,)))
    return decision


def _written_out(expression):
    """The expression without a sum of finitely many terms."""
    return expression.replace(_is_finite, _added)


def _is_finite(part):
    return isinstance(part, Sum) and all(end.is_Integer for end in part.limits[0][1:])


def _added(part):
    ((index, low, high),) = part.limits
    return Add(*[part.function.xreplace({index: Integer(k)}) for k in range(low, high + 1)])


def _depths(expression):
    """The symbols on which the number of terms of a sum over layers depends."""
    sums = filter(_is_over_layers, expression.atoms(Sum))
    return set().union(*[part.limits[0][2].free_symbols for part in sums])


def _is_over_layers(part):
    """A sum over layers counts them from 1, or from 2; a sum over entries counts from 0."""
    return isinstance(part, Sum) and part.limits[0][1] != 0


def _equal_at_every_depth(left, right):
    """Whether the sides are equal when each sum over layers is a number of which only the normal form is known."""
    numbers = {}

    def number(part):
        return numbers.setdefault((normal_form(indexed(part.function)), part.limits), Dummy())

    left, right = (_written_out(side.replace(_is_over_layers, number)) for side in (left, right))
    return decide(left, right).outcome is Outcome.PROVED
