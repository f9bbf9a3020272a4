"""What a decision says: small numbers that can be worked out again, shapes side by side, and the rules of a proof."""

import re
from fractions import Fraction

import mpmath
import pytest
import sympy
from sympy import Add, Integer, MatrixSymbol, Sum, Symbol, log, sqrt, symbols

from sparseae_lib.calculus import (
    Elementwise,
    EntrySum,
    Gradient,
    Hadamard,
    SquaredNorm,
    decide,
    is_diagonal,
    logarithm,
    ones,
    rows_sum_to_one,
    softmax,
    softplus,
    symmetric,
    vjp,
)
from sparseae_lib.derivations import explain
from sparseae_lib.derivations.explanation import LONG_ENTRY
from sparseae_lib.derivations.latex import latex
from sparseae_lib.derivations.small import SmallWorld, small_witness, worked
from sparseae_lib.formulas.decisions import shown
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, OUTPUT_DELTA
from sparseae_lib.statements.sparsity import PENALTY, SPARSE_DELTA
from sparseae_lib.statements.symbols import (
    KL,
    ROWS,
    A,
    Delta,
    L,
    S,
    W,
    Y,
    Z,
    f,
    l,
    m,
    rho,
    rho_hat,
    sigma,
    square,
    u,
    weight_decay,
    x,
)

i, j, k, s = symbols("i j k s", integer=True, nonnegative=True)
SQUARE = MatrixSymbol("M", 3, 3)

WRONG = {
    "divided by m": (OUTPUT_DELTA.derivation, OUTPUT_DELTA.expanded / m),
    "without f'": (OUTPUT_DELTA.derivation, f(Z(L)) - Y),
    "f' of the layer above": (HIDDEN_DELTA.derivation, Hadamard(Delta(l + 1), f.prime(Z(l + 1))) * W(l).T),
    "no transpose": (square(HIDDEN_DELTA.derivation), square(Hadamard(Delta(l + 1) * W(l), f.prime(Z(l))))),
    "the function for its derivative": (sigma.prime(x), sigma(x)),
    "a logarithm": (log(x), log(x) + 1),
}


@pytest.mark.parametrize("left, right", WRONG.values(), ids=WRONG)
def test_a_small_witness_can_be_worked_out_again(left, right):
    witness = small_witness(left, right)
    again = SmallWorld(witness.world.sizes, witness.world.seed, witness.world.rates)
    assert tuple(again.value(side, witness.free) for side in witness.sides) == witness.values
    assert witness.values[0] != witness.values[1]
    assert all(number <= 3 for number in witness.world.sizes.values())


@pytest.mark.parametrize("left, right", list(WRONG.values())[:4], ids=list(WRONG)[:4])
def test_the_worked_line_gives_the_value(left, right):
    """The line of numbers that is printed, read as Python, is the value beside it."""
    witness = small_witness(left, right)
    for side, value in zip(witness.sides, witness.values, strict=True):
        line = re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"Fraction(\1, \2)", worked(side, witness))
        line = line.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\cdot", "*")
        assert eval(line, {"Fraction": Fraction}) == value


def test_a_number_of_several_factors_is_worked_out():
    """2 lambda has no entry in it, and is two factors all the same."""
    left = weight_decay * W(l) / (2 * m)
    witness = small_witness(left, 2 * left)
    line = worked(witness.sides[1], witness)
    assert line.count(r"\cdot") >= 2 and "lambda" not in line


def test_it_is_the_smallest_world():
    """With one sample nothing is wrong in a division by m, so there are two; all other sizes are 1."""
    assert small_witness(*WRONG["divided by m"]).world.sizes == {S(L): 1, m: 2}
    assert small_witness(*WRONG["without f'"]).world.sizes == {S(L): 1, m: 1}


RATES = {
    "the divergence of a mean": (PENALTY.formula, 2 * PENALTY.formula),
    "its derivative": (SPARSE_DELTA.derivation, SPARSE_DELTA.expanded / m),
    "the derivative at given means": (KL(l).prime(rho_hat(l)), KL(l)(rho_hat(l))),
    "the order of its arguments": (KL(l)(u), Elementwise("KL", KL(l).args[1], 0, u)(rho(l))),
    "logarithms": (log(1 - u), log(u)),
    "a logarithm of a sigmoid": (log(1 - sigma(Z(l)[i, j])), log(sigma(Z(l)[i, j]))),
}


@pytest.mark.parametrize("left, right", RATES.values(), ids=RATES)
def test_what_a_logarithm_is_taken_of_is_between_0_and_1(left, right):
    """A divergence of whole numbers would be complex, or real by chance; a mean of rates is a rate."""
    world = small_witness(left, right).world
    drawn = {(what, *rest): value for (what, *rest), value in (world.entries | world.functions).items()}
    drawn |= {(number,): value for number, value in world.numbers.items()}
    assert {what for what, *_ in drawn} & world.rates or left.has(sigma)
    assert all(0 < value < 1 for (what, *_), value in drawn.items() if what in world.rates)
    assert all(value.denominator == 1 for (what, *_), value in drawn.items() if what not in world.rates)
    assert not re.search(r"\dj", explain(decide(left, right)).text)


def test_the_argument_of_another_function_is_no_rate():
    """The mean of f(Z) is between 0 and 1; Z need not be, and softplus has a logarithm that always exists."""
    assert small_witness(*RATES["its derivative"]).world.rates == {f, rho(l)}
    assert small_witness(softplus(x), 2 * softplus(x)).world.rates == frozenset()


def test_there_is_no_derivative_where_there_is_no_function():
    """The formula of the derivative has a value at 2, where the divergence has none."""
    world = SmallWorld({}, 0, frozenset({rho(l)}))
    with pytest.raises(ArithmeticError):
        world.value(KL(l)(Integer(2)), {})
    with pytest.raises(ArithmeticError):
        world.value(KL(l).prime(Integer(2)), {})


def test_a_fraction_beside_a_logarithm_is_compared():
    witness = small_witness(KL(l).prime(u), log(rho(l) / u))
    assert {type(value) for value in witness.values} == {Fraction, mpmath.mpf}
    text = explain(decide(KL(l).prime(u), log(rho(l) / u))).text
    assert text.count(r"\(= ") == 1 and text.count(r"\(\approx ") >= 1


def test_sides_without_brackets_are_worked_out_as_they_are_written():
    """A bracket that is not needed is not multiplied out, and a sum of one term has none around it."""
    bracket = rho(l) + weight_decay
    left = bracket * Sum(Z(l)[s, k], (s, 0, m - 1))
    text = explain(decide(left, 2 * left)).text
    assert r"\left(\rho_{l} + \lambda\right)" in text or r"\left(\lambda + \rho_{l}\right)" in text
    assert r"\left(1\right)" not in text


def test_there_are_letters_for_any_number_of_indices():
    """Two softmax functions in a cost: so many sums in each other that the letters for units do not suffice."""
    n, p = symbols("n p", integer=True, positive=True)
    X, V, c, T = (MatrixSymbol(*name) for name in (("X", m, n), ("V", n, p), ("c", 1, p), ("T", m, p)))
    P = softmax(X * V + ones(m) * c)
    cost = -EntrySum(Hadamard(T, logarithm(P))) / m
    text = explain(decide(Gradient(cost, V), X.T * (P - T) / m)).text
    assert text.startswith('<div class="decision refuted') and r"\begin{pmatrix}" in text


def test_an_entry_that_is_too_long_to_follow_is_left_out():
    many = Add(*[Z(l)[s, k] ** number for number in range(1, LONG_ENTRY // 5)])
    text = explain(decide(many, many + 1)).text
    assert text.count(latex(many)) == 0 and text.count(r"\(= ") == 2


def test_equal_sides_have_none():
    assert small_witness(OUTPUT_DELTA.derivation, OUTPUT_DELTA.expanded) is None


def test_values_that_are_asked_for_twice_are_the_same():
    world = SmallWorld({m: 1, S(l): 2}, 0)
    entry = Z(l)[0, 1]
    assert world.value(f(entry) - f(entry + 0), {}) == 0
    assert set(world.entries.values()) <= {Fraction(n) for n in (-3, -2, -1, 1, 2, 3)}


def test_refuted_shows_matrices_functions_and_both_values():
    text = explain(decide(*WRONG["no transpose"])).text
    assert r"\begin{pmatrix}" in text
    assert "n = 2" in text and r"\ne" in text
    assert r"the entry with \(s = 1\), \(k = 1\)" in text
    assert text.count('<table class="witness mathjax_process">') == 1 and text.count(r"\(= ") >= 4


def test_the_values_of_the_functions_are_a_table():
    """A column for each argument, a row for each function; what was not asked for is left empty."""
    decision = decide(Hadamard(f(A(l)), f.prime(Z(l))), Hadamard(f(A(l)), f(Z(l))))
    witness = small_witness(decision.left, decision.right)
    text = explain(decision).text
    head, *rows = text.split("witness values")[1].split("</table>")[0].split("<tr")[1:]
    arguments = {x for _, x in witness.world.functions}
    assert head.count("<td>") == len(arguments) and all(str(x) in head for x in arguments)
    assert [row.count("<td>") for row in rows] == 2 * [len(arguments)]
    filled = sum(row.count(r"<td>\(") for row in rows)
    assert filled == len(witness.world.functions) < 2 * len(arguments)


MISFITS = {
    "matrix product": (A(l) * W(l + 1), A(l)),
    "power": (W(l) ** 2, W(l)),
    "sum": (A(l) + W(l), A(l)),
    "elementwise product": (Hadamard(A(l), W(l)), A(l)),
    "compared": (A(l), W(l)),
}


@pytest.mark.parametrize("left, right", MISFITS.values(), ids=MISFITS)
def test_ill_formed_draws_the_shapes_side_by_side(left, right):
    text = explain(decide(left, right)).text
    assert text.count('class="rectangle"') == 2
    assert "clash" in text and "on the left" in text


def test_the_sides_that_do_not_meet_are_marked():
    wrong = Hadamard(ROWS.delta(l) * ROWS.W(l - 1), f.prime(ROWS.z(l - 1)))
    truth = vjp(ROWS.delta(l), ROWS.forward(f(ROWS.z(l - 1)), l - 1), ROWS.z(l - 1))
    text = explain(decide(truth, wrong)).text
    assert "matrix product" in text
    marked = re.findall(r'class="(\w+) clash">\\\((.*?)\\\)', text)
    assert marked == [("columns", "S_{l}"), ("rows", "S_{l - 1}")]
    assert r"on the left \(S_{l}\) columns, on the right \(S_{l - 1}\) rows" in text


def test_different_sizes_are_drawn_different_and_equal_ones_alike():
    text = explain(decide(A(l) * W(l + 1), A(l))).text
    sizes = re.findall(r"--height: (.*?)em; --width: (.*?)em", text)
    assert len(set(sum(sizes, ()))) == 4  # m, S_l and S_{l+1}, S_{l+2}
    text = explain(decide(Hadamard(A(l), A(l).T), A(l))).text
    assert len({tuple(sorted(pair)) for pair in re.findall(r"--height: (.*?)em; --width: (.*?)em", text)}) == 1


def test_proved_shows_the_equation_names_the_rules_and_folds_the_steps():
    text = explain(decide(BIAS_GRADIENT.derivation, BIAS_GRADIENT.formula)).text
    assert "<summary>by linearity, the derivative of an entry by an entry, brackets that pick a term" in text
    assert r"{}= \frac{1}{m}\, \mathbf{1}^{\top}\, \Delta^{(l + 1)}" in text.split("<details>")[0]
    assert text.count("<li>") >= 5


def test_proved_from_the_other_side():
    text = explain(decide(BIAS_GRADIENT.formula, BIAS_GRADIENT.derivation)).text
    assert "<details>" in text


def test_equal_in_entries_has_no_steps():
    text = explain(decide(f(Z(l)).T, f(Z(l).T))).text
    assert "for all sizes and values: " in text and "<details>" not in text


def test_ill_formed_shows_the_equation_beside_the_shapes():
    text = explain(decide(A(l) * W(l + 1), A(l))).text
    assert r"\(A^{(l)}\, W^{(l + 1)} \)<wbr>\({}= A^{(l)}\)<br>matrix product" in text
    assert "<br>" not in explain(decide(A(l), W(l))).text  # both sides are drawn


def test_the_entry_of_a_square_matrix_has_two_letters():
    n = square(S(l))
    M = MatrixSymbol("M", n, n)
    text = explain(decide(M, M.T)).text
    assert re.search(r"the entry with \\\(i = \d\\\), \\\(j = \d\\\)", text)


def test_what_is_given_is_said_and_no_steps_are_shown_that_need_it():
    n = square(S(l))
    M = MatrixSymbol("M", n, n)
    text = explain(decide(M.T * M, M * M, symmetric(M))).text
    assert r"given that \(M\) is symmetric" in text and "<details>" not in text
    text = explain(decide(M, -M, symmetric(M))).text
    assert r"given that \(M\) is symmetric" in text and "in this small example: " in text


ASSUMED = {
    "symmetric": (symmetric(SQUARE), lambda M: M == M.T),
    "rows that sum to one": (rows_sum_to_one(SQUARE), lambda M: M * sympy.ones(3, 1) == sympy.ones(3, 1)),
    "diagonal": (is_diagonal(SQUARE), lambda M: M.is_diagonal()),
}


@pytest.mark.parametrize("given, holds", ASSUMED.values(), ids=ASSUMED)
def test_what_is_given_holds_in_the_small_example(given, holds):
    """And it is seen there: the entries of the matrix, and none of what its form is made of."""
    total = EntrySum(Hadamard(SQUARE, MatrixSymbol("N", 3, 3)))
    witness = small_witness(total, total + 1, given)
    entries = {tuple(place): value for (matrix, *place), value in witness.world.entries.items() if matrix == SQUARE}
    assert holds(sympy.Matrix(3, 3, lambda i, j: entries[i, j]))
    assert {matrix.name for matrix, _, _ in witness.world.entries} == {"M", "N"}


def test_a_root_has_a_value():
    x = Symbol("x", positive=True)
    (left, right), size = small_witness(sqrt(x), 1 / sqrt(x)).values, small_witness(sqrt(x), x).world.numbers[x]
    assert abs(left - mpmath.sqrt(float(size))) < 1e-12 and abs(left * right - 1) < 1e-12


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Sum(SquaredNorm(W(k)), (k, 1, L - 1)), Sum(SquaredNorm(W(k)), (k, 2, L))),
        (Sum(SquaredNorm(W(k + 1)), (k, 0, L - 1)), Sum(2 * SquaredNorm(W(k + 1)), (k, 0, L - 1))),
        (Gradient(Sum(SquaredNorm(W(k)), (k, 1, L - 1)), W(l)), W(l)),
        (Sum(i**2, (i, 3, m)), Sum(i**2, (i, 2, m))),
    ],
)
def test_for_layers_and_for_some_entries_the_first_witness_is_shown(left, right):
    decision = decide(left, right)
    assert small_witness(left, right) is None
    assert explain(decision).text == shown(decision)
    assert "the left side is" in shown(decision)


def test_where_a_proof_holds_is_said():
    decision = decide(1 / x + 1, (1 + x) / x)
    assert "where \\(x\\) is not 0" in explain(decision).text


def test_several_that_are_proved_are_one_box():
    text = explain(decide(A(l) + A(l), 2 * A(l)), decide(A(l).T.T, A(l))).text
    assert text.count('class="decision proved') == 1
    assert text.count("<li>") == 2
    assert text.count("for all sizes and values") == 1  # it is the same for both


def test_several_that_hold_in_different_places_say_where_each_holds():
    text = explain(decide(x + x, 2 * x), decide(x / x**2, 1 / x)).text
    assert re.findall(r", for all values(.*?)</li>", text) == ["", r", where \(x\) is not 0"]


def test_several_of_which_one_is_not_proved_are_as_many_boxes():
    text = explain(decide(2 * A(l), 2 * A(l)), decide(A(l), 2 * A(l))).text
    assert text.count('class="decision') == 2 and "refuted" in text


def test_what_is_no_decision():
    with pytest.raises(TypeError, match=r"decision must be a Decision, as decide gives one, not bool"):
        explain(True)
    with pytest.raises(TypeError, match=r"decision must be a Decision"):
        explain()


def test_what_has_no_more_to_say_stays_as_it_is():
    decision = decide(SquaredNorm(A(l)), A(l))
    assert explain(decision).text == shown(decision)
