"""A derivation is data: expressions, each with the reason why it equals the one before it. Each step is decided."""

from dataclasses import dataclass, field
from itertools import pairwise

from sympy import Basic, Expr

from ..calculus import NotProved, Outcome, decide
from .differential import evaluated


class NoDerivation(ValueError):
    """The statement has no derivation in steps; the message says why."""


@dataclass(frozen=True)
class Step:
    """An expression, and the reason why it equals the one before it: words and expressions, in order."""

    expression: Expr
    reason: tuple[object, ...]


@dataclass(frozen=True, repr=False)
class Derivation:
    """The way from ``start``, the definition, to ``claim``; ``equation`` is what it proves, as (left, right).

    One that does not hold cannot be made: ``NotProved`` names the first step that the engine does not decide equal to
    the one before it, with its witness. ``where`` holds the abbreviations that the steps use, as {A: f(Z)}.
    """

    equation: tuple[Basic, Basic]
    left: Expr
    start: Expr
    steps: tuple[Step, ...]
    claim: Expr
    where: dict[Basic, Basic] = field(default_factory=dict)

    def __post_init__(self):
        chain = [self.start, *(step.expression for step in self.steps), self.claim]
        for number, (before, after) in enumerate(pairwise(chain), start=1):
            if before == after:
                continue
            decision = decide(*(evaluated(side.xreplace(self.where)) for side in (before, after)))
            if decision.outcome is not Outcome.PROVED:
                name = f"step {number}" if number <= len(self.steps) else "the claim"
                raise NotProved(f"{name} does not follow from the step before it: {before} = {after}\n{decision}")

    def __repr__(self):
        lines = [f"= {step.expression}    ({''.join(map(str, step.reason))})" for step in self.steps]
        return "\n".join([str(self.left), *lines])
