"""What a repaired line has changed, as pieces that can be typeset."""

import re

import pytest

from sparseae_lib.errata import load_errata
from sparseae_lib.errata.marks import Mark, difference

MARKED = [entry for entry in load_errata() if entry.marks]


def shown(marks):
    signs = {"same": "%s", "wrong": "[-%s-]", "right": "[+%s+]"}
    return "".join(signs[mark.kind] % mark.latex for mark in marks)


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("x", "x", "x"),
        ("z_k^{(1)}", "z_k^{(2)}", "z_k^{([-1-][+2+])}"),
        ("z_k^{(1)}", "z_k^{(2)(j)}", "z_k^{([-1-][+2+])[+(j)+]}"),
        (r"\delta W", r"\delta W^T", r"\delta W[+^T+]"),
        (r"\frac{a}{b} c", r"\frac{a}{d} c", r"\frac{a}{[-b-][+d+]}c"),
        (r"a \cdot b", r"a \mathbin{.*} b", r"a[-\cdot-][+\mathbin{.*}+]b"),
        (r"\left(a\right)", r"\left(b\right)", r"\left([-a-][+b+]\right)"),
        ("(W)^T d", "d (W)^T", "[+d+](W)^T[-d-]"),
        ("= = x", "= x", "[-=-]=x"),
        (r"\rho x", r"\rho y", r"\rho[-x-][+y+]"),
    ],
)
def test_the_difference_of_two_formulas(wrong, right, expected):
    assert shown(difference(wrong, right)) == expected


def squeezed(latex):
    """Without spaces, which mean nothing."""
    return re.sub(r"\s+", "", latex)


@pytest.mark.parametrize("entry", MARKED, ids=lambda entry: entry.id)
def test_the_pieces_make_up_both_lines(entry):
    printed, repaired = (
        "".join(m.latex for m in entry.marks if m.kind in ("same", kind)) for kind in ("wrong", "right")
    )
    source = entry.source.split("$")[1] if entry.source.startswith("$") else entry.source
    assert squeezed(printed) == squeezed(source)
    assert squeezed(repaired) == squeezed(entry.repaired)


@pytest.mark.parametrize("entry", MARKED, ids=lambda entry: entry.id)
def test_a_wrong_or_right_piece_has_all_its_braces(entry):
    for mark in entry.marks:
        if mark.kind != "same":
            assert mark.latex.count("{") == mark.latex.count("}")
            assert mark.latex.count(r"\left") == mark.latex.count(r"\right")


def test_a_line_that_differs_by_one_digit_has_one_mark():
    marks = {entry.id: entry.marks for entry in MARKED}
    assert [mark for mark in marks["E38"] if mark.kind != "same"] == [Mark("wrong", "1"), Mark("right", "2")]
    assert [mark.kind for mark in marks["E15"]] == ["wrong", "right"]
