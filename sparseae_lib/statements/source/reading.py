"""What a line of the source says under one way of reading it."""

from dataclasses import dataclass

from sympy import Basic

from sparseae_lib.calculus import Decision, Outcome, decide
from sparseae_lib.calculus.evidence import Reason


@dataclass(frozen=True)
class Reading:
    """What a line says under one reading: that ``truth = line``, or with ``denies`` that the two are not equal.

    ``literal`` is ``False`` for a reading that departs from what the source has fixed, to show what would save a line.
    """

    how: str
    truth: Basic
    line: Basic
    literal: bool = True
    denies: bool = False

    def decide(self):
        """The decision on what the line says. A denial is refuted by a proof, and proved by a witness."""
        decision = decide(self.truth, self.line)
        if not self.denies or decision.outcome not in (Outcome.PROVED, Outcome.REFUTED):
            return decision
        if decision.outcome is Outcome.PROVED:
            return Decision(
                Outcome.REFUTED, self.truth, self.line, Reason(("what it denies is proved, for all sizes",))
            )
        return Decision(Outcome.PROVED, self.truth, self.line, Reason(("the two differ: ", str(decision.evidence))))
