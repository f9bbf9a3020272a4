"""How a notebook shows a decision."""

from sparseae_lib.calculus import decide
from sparseae_lib.statements.latex import decision_html
from sparseae_lib.statements.symbols import Delta, W, l, sigma, x


def test_decisions_are_typeset():
    ill_formed = decision_html(decide(Delta(l) * W(l).T, Delta(l)))
    assert r"\(\Delta^{(l)}\) (\(m\) × \(S_{l}\)) and \({W^{(l)}}^{\top}\)" in ill_formed
    assert 'class="decision ill-formed' in ill_formed
    refuted = decision_html(decide(2 * Delta(l), Delta(l)))
    assert r"\(m = 3\)" in refuted and "left" in refuted and "right" in refuted


def test_a_witness_without_sizes_says_so():
    assert "at random values: left" in decision_html(decide(sigma(x), 1 - sigma(x)))
