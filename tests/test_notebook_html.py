"""Pieces of HTML: what they say as plain text, and where a long formula may be broken."""

import pytest

from sparseae_lib.notebook_html import Html, folded, mathematics, wrapping_formula


def test_as_plain_text_the_tags_are_gone():
    assert repr(Html("<p>one  <b>two</b></p>")) == "one two"


def test_what_is_folded_is_an_output_of_its_own():
    shown = folded("the steps", Html("<p>one</p>"))
    assert shown._repr_html_() == "<details><summary>the steps</summary><p>one</p></details>"


def test_text_is_escaped_and_latex_is_typeset():
    assert mathematics("a < b and $x < y$") == r"a &lt; b and \(x &lt; y\)"


@pytest.mark.parametrize(
    ("latex", "pieces"),
    [
        ("a = b + c", ["a ", "{}= b ", "{}+ c"]),
        ("= b - c", ["= b ", "{}- c"]),  # what begins with a relation is one piece with it
        ("a = -b", ["a ", "{}= -b"]),  # a sign without a left side
        ("x^{-1} + (y - z)", ["x^{-1} ", "{}+ (y - z)"]),  # braces and brackets stay together
        (r"\left(-\frac{a}{x} + b\right) \cdot c", [r"\left(-\frac{a}{x} + b\right) ", r"{}\cdot c"]),
        (r"\left. a + b \right| + c", [r"\left. a + b \right| ", "{}+ c"]),
        (r"a \leftarrow b", [r"a \leftarrow b"]),  # no bracket
        (r"\delta \mathrel{+}= a", [r"\delta ", r"{}\mathrel{+}= a"]),
        (r"z, \quad l = 2", ["z, ", r"{}\quad l = 2"]),  # a range stays together
    ],
)
def test_a_formula_is_broken_before_relations_and_operations_outside_of_brackets(latex, pieces):
    assert wrapping_formula(latex) == "<wbr>".join(rf"\({piece}\)" for piece in pieces)
