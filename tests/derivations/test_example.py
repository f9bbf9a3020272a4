"""The network in numbers: what is computed from the statements is what NumPy computes, and shown as it is."""

import re

import numpy as np
import pytest

from sparseae_lib.calculus import Gradient, Hadamard, IllFormed
from sparseae_lib.derivations.example import EXAMPLE, GIVEN, SPARSE_EXAMPLE, in_digits
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.definitions import COST, FORWARD
from sparseae_lib.statements.sparsity import MEAN_ACTIVATION, SPARSE_COST
from sparseae_lib.statements.symbols import A, Delta, J, J_sparse, L, W, Y, Z, b, beta, f, l, m, rho, weight_decay

X, W1, b1, W2, b2 = (np.array(GIVEN[symbol], float) for symbol in (A(1), W(1), b(1), W(2), b(2)))
TARGETS = np.array([[3.0], [1.0]])


def by_hand(W1, b1, W2, b2, penalised=False):
    """The cost, written in NumPy without a statement."""
    A2 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A3 = A2 @ W2 + b2
    cost = np.sum((TARGETS - A3) ** 2) / 4 + GIVEN[weight_decay] / 2 * (np.sum(W1**2) + np.sum(W2**2))
    p, q = GIVEN[rho(2)], A2.mean(axis=0)
    penalty = np.sum(p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)))
    return cost + penalised * GIVEN[beta(2)] * penalty


@pytest.mark.parametrize("example, cost, penalised", [(EXAMPLE, J, False), (SPARSE_EXAMPLE, J_sparse, True)])
def test_its_gradients_are_those_of_the_cost_by_the_complex_step(example, cost, penalised):
    parameters = [W1, b1, W2, b2]
    assert example.value(cost) == pytest.approx(by_hand(*parameters, penalised), rel=1e-14)
    for number, symbol in enumerate((W(1), b(1), W(2), b(2))):
        for place in np.ndindex(parameters[number].shape):
            moved = [p.astype(complex) for p in parameters]
            moved[number][place] += 1e-30j
            derivative = by_hand(*moved, penalised).imag / 1e-30
            assert example.value(Gradient(cost, symbol))[place] == pytest.approx(derivative, rel=1e-13)


def test_the_pre_activations_are_whole_numbers():
    assert EXAMPLE.value(Z(2)).tolist() == [[-1, 0], [2, 1]]
    assert EXAMPLE.value(FORWARD.formula.subs(l, 1)).tolist() == [[-1, 0], [2, 1]]


def test_the_output_is_linear_and_the_hidden_layer_a_sigmoid():
    assert np.array_equal(EXAMPLE.value(f(Z(3))), EXAMPLE.value(Z(3)))
    assert EXAMPLE.value(f.prime(Z(3))).tolist() == [[1], [1]]
    assert EXAMPLE.value(f.prime(Z(2)))[0, 1] == 0.25


def test_shapes_that_meet_in_numbers_are_multiplied():
    """Two samples and two units: the product of E27 exists, and is another matrix."""
    wrong, right = EXAMPLE.value(Delta(2) * A(1)), EXAMPLE.value(A(1).T * Delta(2))
    assert wrong.shape == right.shape == (2, 2)
    assert not np.allclose(wrong, right)


def test_shapes_that_do_not_meet():
    with pytest.raises(IllFormed, match=r"matrix product of Delta\^\(3\) \(m x S\(3\)\) and W\^\(2\)"):
        EXAMPLE.value(Delta(3) * W(2))


def test_a_statement_is_shown_with_its_numbers_and_its_value():
    text = EXAMPLE.show(HIDDEN_DELTA, 2).text
    assert text.count("pmatrix") == 8  # three matrices and the result, each begun and ended
    assert r"\begin{pmatrix} 2 &amp; -1 \end{pmatrix}" in text  # written down transposed
    assert in_digits(EXAMPLE.value(Delta(2))).replace("&", "&amp;") in text
    assert r"\Delta^{(2)} =" in text


def test_what_is_shown_is_the_product_of_what_is_shown():
    """With the three digits that stand there, a pencil gets the result, to the third digit."""
    text = EXAMPLE.show(HIDDEN_DELTA, 2).text
    above, weights, f_prime, below = (
        np.array([[float(number) for number in row.split("&amp;")] for row in matrix.split(r"\\")])
        for matrix in re.findall(r"\\begin\{pmatrix\} (.*?) \\end", text)
    )
    assert np.max(np.abs((above @ weights) * f_prime - below)) < 2e-3


def test_the_gradient_of_the_sparse_example_is_named_so():
    assert "J_{sparse}" in SPARSE_EXAMPLE.show(WEIGHT_GRADIENT, 1).text
    assert "J_{sparse}" not in EXAMPLE.show(WEIGHT_GRADIENT, 1).text


def test_wrong_beside_right():
    text = EXAMPLE.beside(right=Delta(3) * W(2).T, E20=Delta(3) * W(2), with_mean=Delta(2) * A(1) / m).text
    assert text.count("<tr") == 3
    assert "<th>with mean</th>" in text
    assert "ill-formed: matrix product of" in text and r"\(S_{2}\) × \(S_{3}\)" in text


def test_the_targets_are_written_as_in_the_book():
    text = EXAMPLE.show(COST).text
    assert "Y^{" not in text and r"\frac{0.1}{2}" in text
    assert EXAMPLE.show(Hadamard(A(L) - Y, A(L))).text.count("pmatrix") == 8


def test_numbers_are_shown_to_three_digits():
    assert in_digits(0.25) == "0.25"
    assert in_digits(1 / 3) == "0.333"
    assert in_digits(-1e-15) == "0"
    assert in_digits(0.3999999) == "0.400"
    assert in_digits(np.array([[1.0, 2.5]])) == r"\begin{pmatrix} 1 & 2.5 \end{pmatrix}"


def test_the_penalty_in_numbers():
    assert SPARSE_EXAMPLE.show(MEAN_ACTIVATION, 2).text.count("pmatrix") == 6
    assert "2.156" in SPARSE_EXAMPLE.show(SPARSE_COST).text
