"""Every literal reading of the source's lines comes to the verdict of the ledger."""

import pytest

from sparseae_lib.calculus import Outcome
from sparseae_lib.errata import load_errata
from sparseae_lib.formulas import SOURCE_IN_ROWS, Unreadable, read_line
from sparseae_lib.statements.source import READINGS
from sparseae_lib.statements.source.put_in import formula

VERDICT = {entry.id: entry.verdict for entry in load_errata()}


def outcomes(line, *, literal):
    return [r.decide().outcome for r in READINGS[line] if r.literal is literal]


@pytest.mark.parametrize("line", READINGS)
def test_the_verdict_on_a_line_is_what_its_literal_readings_come_to(line):
    found = outcomes(line, literal=True)
    proved = [outcome is Outcome.PROVED for outcome in found]
    assert Outcome.UNKNOWN not in found
    expected = "correct" if all(proved) else "convention" if any(proved) else "wrong"
    assert VERDICT[line] == expected


NOTHING_TO_DECIDE = {"E2", "E4", "E5", "E6", "E7", "E24"}
"""The definitions of the delta, of a layer and of the sigmoid, and a sentence about speed: correct as they stand."""


def test_whatever_is_judged_has_a_literal_reading():
    read = {line for line, readings in READINGS.items() if any(reading.literal for reading in readings)}
    assert read | NOTHING_TO_DECIDE == {line for line, verdict in VERDICT.items() if verdict != "prose"}
    assert {VERDICT[line] for line in NOTHING_TO_DECIDE} == {"correct"}
    assert not read & NOTHING_TO_DECIDE


def test_the_missing_transpose_is_saved_by_ufldls_weights_and_refuted_on_square_layers():
    for line in ("E18", "E19", "E20"):
        assert outcomes(line, literal=True) == [Outcome.ILL_FORMED, Outcome.ILL_FORMED, Outcome.REFUTED]
        assert outcomes(line, literal=False) == [Outcome.PROVED]


def test_the_bias_gradient_of_one_sample_is_not_that_of_a_batch():
    assert outcomes("E30", literal=False) == [Outcome.ILL_FORMED]


NAMES = {"E3", "E10", "E33"}
"""Sentences that begin with a letter."""

UNREADABLE = {"E11": "the derivative of a matrix", "E12": "the derivative of a matrix", "E35": "k'"}
"""The derivative of a square that is no number, and letters of which only the right side is read."""


def test_every_formula_of_the_source_is_read_but_three():
    for entry in load_errata():
        if entry.source.startswith("$") and entry.id not in NAMES:
            if entry.id in UNREADABLE:
                with pytest.raises(Unreadable, match=UNREADABLE[entry.id]):
                    read_line(formula(entry.id), SOURCE_IN_ROWS)
            else:
                assert read_line(formula(entry.id), SOURCE_IN_ROWS, dot="product")


def test_an_equals_sign_printed_twice_is_noticed():
    (e47,) = (entry for entry in load_errata() if entry.id == "E47")
    with pytest.raises(Unreadable, match="found '='"):
        read_line(e47.source.strip("$"), SOURCE_IN_ROWS)
