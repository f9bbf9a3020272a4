"""What stands behind a verdict: decisions on the readings of a line and on the repaired line, a proof of its theorem,
and a numerical error."""

from functools import cache

from sparseae_lib.calculus import Outcome, decide
from sparseae_lib.checks.against_library import library_difference
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source import READINGS
from sparseae_lib.statements.source.repairs import REPAIRS


def evidence(entry):
    """Plain data: the decisions on each reading and on the repaired line; of the theorem the decision and the largest
    relative difference.
    """
    return {
        "readings": [
            {"how": reading.how, "literal": reading.literal, **_plain(decision(reading))}
            for reading in READINGS.get(entry.id, ())
        ],
        "repaired": None if entry.repaired is None else _plain(repaired_decision(entry.id, entry.repaired)),
        "theorem": None if entry.theorem is None else _theorem(entry.theorem),
    }


@cache
def decision(reading):
    """The decision on what a line says under one reading."""
    return reading.decide()


@cache
def repaired_decision(line, latex):
    """The decision on a repaired line: the first on one of its sides that is no proof, if there is one."""
    decisions = [found for truth in REPAIRS[line] for found in truth.decide(latex)]
    return next((found for found in decisions if found.outcome is not Outcome.PROVED), decisions[-1])


@cache
def _theorem(label):
    statement = STATEMENTS[label]
    if statement.derivation is None:
        proof = {"outcome": "definition", "evidence": statement.title}
    else:
        proof = _decided(statement.derivation, statement.expanded)
    return {"label": label, **proof, "numerical_error": library_difference(statement)}


@cache
def _decided(left, right):
    return _plain(decide(left, right))


def _plain(decision):
    return {"outcome": decision.outcome.value, "evidence": str(decision.evidence)}
