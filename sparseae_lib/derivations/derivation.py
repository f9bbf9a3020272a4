"""A derivation is data: expressions, each with the reason why it equals the one before it. Each step is decided."""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from sympy import Basic, Expr

from sparseae_lib.calculus import NotProved, Outcome, decide
from sparseae_lib.derivations import display
from sparseae_lib.derivations.differential import evaluated
from sparseae_lib.derivations.latex import bound_and_free, look
from sparseae_lib.derivations.words import spoken


class NoDerivation(ValueError):
    """The statement has no derivation in steps; the message says why."""


@dataclass(frozen=True)
class Step:
    """An expression, the reason why it equals the one before it, in words and expressions, and the rule's name."""

    expression: Expr
    reason: tuple[object, ...]
    rule: str = ""


@dataclass(frozen=True, repr=False)
class Derivation:
    """The way from ``start``, the definition, to ``claim``; ``equation`` is what it proves, as (left, right).

    One that does not hold cannot be made: ``NotProved`` names the first step that the engine does not decide equal to
    the one before it, with its witness. Nor can one in which a step is printed as the one before it, or with one letter
    both for the index of a sum and for something that is free, which is a ``ValueError``. ``where`` holds the
    abbreviations that the steps use, as {A: f(Z)}, and ``conclusion`` says in words how the claim is read off the last
    step.
    """

    equation: tuple[Basic, Basic]
    left: Expr
    start: Expr
    steps: tuple[Step, ...]
    claim: Expr
    where: dict[Basic, Basic] = field(default_factory=dict)
    conclusion: tuple[object, ...] = ()

    def __post_init__(self):
        chain = [self.start, *(step.expression for step in self.steps), self.claim]
        for number, (before, after) in enumerate(pairwise(chain), start=1):
            if before == after:
                continue
            decision = _decided(*(evaluated(side.xreplace(self.where)) for side in (before, after)))
            if decision.outcome is not Outcome.PROVED:
                name = f"step {number}" if number <= len(self.steps) else "the claim"
                raise NotProved(f"{name} does not follow from the step before it: {before} = {after}\n{decision}")
        for number, lines in enumerate(pairwise(self.steps), start=2):
            if len({look(line.expression) for line in lines}) == 1:
                raise ValueError(f"step {number} is printed as the one before it: {lines[1].expression}")
        for expression in (self.left, *(step.expression for step in self.steps), *self.equation):
            if letters := bound_and_free(expression):
                raise ValueError(f"{', '.join(letters)} is bound by a sum and free at once in {expression}")

    @property
    def rules(self) -> list[str]:
        """The names of the rules that were needed, in the order of their first use."""
        return list(dict.fromkeys(step.rule for step in self.steps if step.rule))

    @property
    def formula(self) -> Basic:
        """The right side of the equation."""
        return self.equation[1]

    def __repr__(self):
        lines = [f"= {step.expression}    ({spoken(step.reason)})" for step in self.steps]
        return "\n".join([str(self.left), *lines])

    def _repr_html_(self):
        return display.html(self)

    def _repr_latex_(self):
        return rf"$\displaystyle {display.aligned(self)}$"


@lru_cache(maxsize=256)  # a derivation in which one step is replaced has the others as they were
def _decided(before, after):
    return decide(before, after)
