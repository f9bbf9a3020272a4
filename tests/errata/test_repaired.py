"""Every wrong or convention line has a repaired line, which is proved; break one sign of it, and it is refuted."""

import pytest

from sparseae_lib.calculus import Outcome
from sparseae_lib.errata import load_errata
from sparseae_lib.errata.evidence import repaired_decision
from sparseae_lib.formulas import SOURCE_IN_ROWS, Unreadable, read_line
from sparseae_lib.statements.source.repairs import REPAIRS

REPAIRED = {entry.id: entry.repaired for entry in load_errata() if entry.repaired}

FORMULAS = [entry.id for entry in load_errata() if entry.repaired and entry.source.startswith("$")]

BREAKS = {
    "E9": (r"\frac{1}{2}", r"\frac{1}{3}"),
    "E11": (r"\frac{1}{2}", r"\frac{1}{3}"),
    "E12": ("y - a", "y + a"),
    "E13": ("= -", "= "),
    "E14": ("^T", ""),
    "E15": (r"\partial z^{(l)}", r"\partial z^{(L)}"),
    "E17": ("a^{(l-1)} W", "W"),
    "E18": ("^T", ""),
    "E19": ("^T", ""),
    "E20": ("f'", "f"),
    "E21": ("^T", ""),
    "E22": (r"\partial z^{(l)}", r"\partial z^{(L)}"),
    "E23": ("f'", "f"),
    "E26": ("a^{(l)} W", "W"),
    "E27": ("^T", ""),
    "E29": ("+ b", "+ 2 b"),
    "E31": (r"\frac{1}{m}", ""),
    "E32": ("_j^{(2)(i)}", "_j^{(3)(i)}"),
    "E36": (r"\frac{1}{m}", ""),
    "E38": (r"\partial \rho_k^{(2)}", r"\partial \rho_k^{(1)}"),
    "E41": ("-\\frac", "\\frac"),
    "E42": ("z_k^{(2)(j)}}", "z_k^{(1)(j)}}"),
    "E43": (r"\beta}{m}", r"\beta}{1}"),
    "E44": ("f'", "f"),
    "E45": ("a_i^{(1)(j)}", "a_i^{(1)(s)}"),
    "E46": ("z_k^{(2)(j)}", "z_k^{(1)(j)}"),
    "E47": ("+ ", "- "),
    "E48": ("1-\\rho}{", "1+\\rho}{"),
    "E49": ("= m", "="),
}
"""{line: a sign of its repaired line, and another for it}"""


def test_each_wrong_or_convention_line_has_a_truth_to_be_held_against():
    assert REPAIRED.keys() == REPAIRS.keys() == BREAKS.keys()


@pytest.mark.parametrize("line", REPAIRED)
def test_a_repaired_line_is_proved(line):
    assert repaired_decision(line, REPAIRED[line]).outcome is Outcome.PROVED


@pytest.mark.parametrize("line", BREAKS)
def test_with_one_sign_broken_it_is_refuted(line):
    right, wrong = BREAKS[line]
    assert right in REPAIRED[line]
    broken = REPAIRED[line].replace(right, wrong, 1)
    assert repaired_decision(line, broken).outcome in (Outcome.REFUTED, Outcome.ILL_FORMED)


@pytest.mark.parametrize("line", FORMULAS)
def test_the_line_as_printed_is_not_proved_in_the_rows_of_the_repaired_one(line):
    """Unless nothing had to change, the source's own line does not stand in for the repaired one."""
    entry = load_errata()[int(line[1:]) - 1]
    printed = entry.source.split("$")[1]
    if printed == entry.repaired:
        assert entry.verdict == "convention" and [mark.kind for mark in entry.marks] == ["same"]
        return
    try:
        outcome = repaired_decision(line, printed).outcome
    except Unreadable:
        assert line in ("E11", "E12", "E13", "E20", "E47")  # a derivative of a square, a dot, two equals signs
    else:
        assert outcome in (Outcome.REFUTED, Outcome.ILL_FORMED)


def test_a_repaired_line_is_read_in_the_notation_of_the_source():
    for latex in REPAIRED.values():
        assert read_line(latex.partition(r", \quad")[0], SOURCE_IN_ROWS)
