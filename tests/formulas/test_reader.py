r"""What a formula is read as: LaTeX in the book's notation and in the source's, and text as one types it."""

import pytest
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    Identity,
    Integer,
    Inverse,
    KroneckerDelta,
    KroneckerProduct,
    MatAdd,
    MatMul,
    Max,
    Min,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    exp,
    log,
    sign,
    sqrt,
    tanh,
    zoo,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from sparseae_lib.calculus import (
    EntrySum,
    Gradient,
    Hadamard,
    NotProved,
    Outcome,
    SquaredNorm,
    absolute,
    decide,
    divide,
    hyperbolic_tangent,
    ones,
    prove,
    reciprocal,
    refute,
    relu,
    softmax,
    vjp,
)
from sparseae_lib.calculus.kronecker import vec
from sparseae_lib.formulas import (
    BOOK,
    IN_COLUMNS,
    IN_ROWS,
    SOURCE_IN_COLUMNS,
    SOURCE_IN_ROWS,
    Unreadable,
    latex,
    read,
    read_line,
)
from sparseae_lib.formulas.reader import _Reader
from sparseae_lib.formulas.syntax import _parser
from sparseae_lib.statements.backpropagation import HIDDEN_DELTA, WEIGHT_GRADIENT
from sparseae_lib.statements.sparsity import PENALTY_BIASES
from sparseae_lib.statements.symbols import (
    COLUMNS,
    KL,
    ROWS,
    A,
    Delta,
    J,
    J_sparse,
    L,
    Omega,
    S,
    W,
    Y,
    Z,
    b,
    beta,
    f,
    l,
    m,
    n,
    rho,
    rho_hat,
    sigma,
    weight_decay,
    x,
)

D, V, c = (BOOK.symbols[letter] for letter in "DVc")
u = BOOK.symbols["u"]
i, j, k, s = (Symbol(letter, integer=True, nonnegative=True) for letter in "ijks")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"W^{(l)}", W(l)),
        (r"W^{(l+1)}", W(l + 1)),
        (r"{A^{(l)}}^\top", A(l).T),
        (r"A^{(l)}_{s,k}", MatrixElement(A(l), s, k)),
        (r"A_{sk}^{(l)}", MatrixElement(A(l), s, k)),
        (r"A_{1,k}^{(l)}", MatrixElement(A(l), 0, k)),
        (r"b^{(l)}_k", MatrixElement(b(l), 0, k)),
        (r"\hat\rho_j^{(l)}", MatrixElement(rho_hat(l), 0, j)),
        (r"\hat\rho_1^{(l)}", MatrixElement(rho_hat(l), 0, 0)),
        (r"\hat\rho_2^{(2)}", MatrixElement(rho_hat(2), 0, 1)),
        (r"{\hat\rho}_1^{(l)}", MatrixElement(rho_hat(l), 0, 0)),
        (r"\hat{\rho}_1^{(l)}", MatrixElement(rho_hat(l), 0, 0)),
        (r"{\Omega}_1", Omega(1)),
        (r"{\hat\rho_1}^{(l)}", BOOK.matrices["rho_hat_1"](l)),
        (r"{A_2}^{(l)}", BOOK.matrices["A_2"](l)),
        (r"\Omega_2", Omega(2)),
        (r"{\Omega_2}_l", BOOK.numbered["Omega_2"](l)),
        (r"m_1 + m_2", BOOK.symbols["m_1"] + BOOK.symbols["m_2"]),
        (r"\Delta^{(l+1)} \circ f'\!\left(Z^{(l+1)}\right)", Hadamard(Delta(l + 1), f.prime(Z(l + 1)))),
        (r"\frac{\partial J}{\partial W^{(l)}}", Gradient(J, W(l))),
        (r"\frac{\partial}{\partial W^{(l)}} \frac{\lambda}{2} \lVert W^{(l)} \rVert^2",
         Gradient(weight_decay / 2 * SquaredNorm(W(l)), W(l))),
        (r"\mathrm{KL}(\rho_l \Vert x)", KL(l)(x)),
        (r"\mathrm{KL}'\left(\rho_l \,\Vert\, \hat\rho^{(l)}\right)", KL(l).prime(rho_hat(l))),
        (r"\sum_{j=1}^{S_l} \hat\rho_j^{(l)}", Sum(rho_hat(l)[0, j], (j, 0, S(l) - 1))),
        (r"\sum_j \hat\rho_j^{(l)}", Sum(rho_hat(l)[0, j], (j, 0, S(l) - 1))),
        (r"\sum_{l=1}^{L-1} \|W^{(l)}\|^2", Sum(SquaredNorm(W(l)), (l, 1, L - 1))),
        (r"[j = k]", KroneckerDelta(j, k)),
        (r"[j = 3]", KroneckerDelta(j, 2)),
        (r"[l = 3]", KroneckerDelta(l, 3)),
        (r"[L = l + 1]", KroneckerDelta(L, l + 1)),
        (r"1 \oslash c", reciprocal(c)),
        (r"\frac12 x", x / 2),
        (r"\frac1{m} x", x / m),
        (r"\frac\lambda2", weight_decay / 2),
        (r"\mathbf 1_m", ones(m)),
        (r"\mathbf{1}^\top A^{(l)} / m", ones(m).T * A(l) / m),
        (r"\mathbf{1}^\top W^{(l)} \mathbf{1}", EntrySum(W(l))),
        (r"(\mathbf{1}^\top \Delta^{(l)}) \mathbf{1}", MatMul(ones(m).T, Delta(l), ones(S(l)))),
        (r"\left\langle A^{(l)}, Z^{(l)} \right\rangle", EntrySum(Hadamard(A(l), Z(l)))),
        (r"\operatorname{tr}(W^{(l)})", Trace(W(l))),
        (r"\mathbb{I}_{n}", Identity(n)),
        (r"\mathbf{0}_{m \times n}", ZeroMatrix(m, n)),
        (r"\log\frac{\rho_l}{x}", log(rho(l) / x)),
        (r"\log{\left(x \right)}^{2}", log(x) ** 2),
        (r"\frac{1}{1+e^{-x}}", 1 / (1 + exp(-x))),
        (r"\sqrt{x} + \sqrt[3]{x}", sqrt(x) + x ** Rational(1, 3)),
        (r"\rho_l^2 \beta_{l+1}", rho(l) ** 2 * beta(l + 1)),
        (r"x^{(n+1)}", x ** (n + 1)),
        (r"\tilde{\infty}", zoo),
        (r"J_{sparse}", J_sparse),
        (r"J_{\mathrm{sparse}}(W,b)", J_sparse),
        ("0.5 x", x / 2),
        ("Y", Y),
    ],
)  # fmt: skip
def test_the_notation_of_the_book(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W^(l)", W(l)),
        ("A^(l)^T Delta^(l+1) / m", A(l).T * Delta(l + 1) / m),
        ("f'(Z^(l))", f.prime(Z(l))),
        ("f’(Z^(l))", f.prime(Z(l))),
        ("(Δ^(l+1) W^(l)ᵀ) ∘ f'(Z^(l))", HIDDEN_DELTA.formula),
        ("∂J/∂W^(l)", Gradient(J, W(l))),
        ("1/m A^(l)^T Delta^(l+1) + lambda W^(l)", WEIGHT_GRADIENT.formula),
        ("1/2 ||W^(l)||^2", SquaredNorm(W(l)) / 2),
        ("sum_(j=1)^(S_l) rho_hat_j^(l)", Sum(rho_hat(l)[0, j], (j, 0, S(l) - 1))),
        ("ρ̂^(l)", rho_hat(l)),
        ("∑_{j=1}^{S_l} KL(ρ_l ‖ ρ̂_j^(l))", Sum(KL(l)(rho_hat(l)[0, j]), (j, 0, S(l) - 1))),
        ("sigma(x) (1 - sigma(x))", sigma(x) * (1 - sigma(x))),
        ("A^(l) @ W^(l)", A(l) * W(l)),
        ("(W^(l))^-1 + inv(W^(l))", MatAdd(Inverse(W(l)), Inverse(W(l)), evaluate=False)),
        ("log(det(W^(l)))", log(Determinant(W(l)))),
        ("x**2 |x - 1|", x**2 * Abs(x - 1)),
        ("max(x, 0) - min(x, u)", Max(x, 0) - Min(x, u)),
        ("max(0, Z^(l))", relu(Z(l))),
        ("relu(Z^(l)) ⊘ abs(A^(l))", divide(relu(Z(l)), absolute(A(l)))),
        ("1 - tanh(x)^2", 1 - tanh(x) ** 2),
        ("tanh'(Z^(l))", hyperbolic_tangent.prime(Z(l))),
        ("softmax(Z^(l))", softmax(Z(l))),
        ("∇_{W^(l)} J", Gradient(J, W(l))),
        ("∇_V tr(V)", Gradient(Trace(V), V)),
        ("||c||_2 + ||V||_F", sqrt(SquaredNorm(c)) + sqrt(SquaredNorm(V))),
        ("diag(c) I_n", MatMul(DiagMatrix(c), Identity(n))),
        ("V ⊗ D + V ⊗ D", MatAdd(KroneckerProduct(V, D), KroneckerProduct(V, D), evaluate=False)),
        ("vec(V)", vec(V)),
        ("sign(x) 1[j = k]", sign(x) * KroneckerDelta(j, k)),
        ("2 x - 3", 2 * x - 3),
        ("x^-1 u^+2 + x^{-3}", u**2 / x + x**-3),
    ],
)
def test_text_as_one_types_it(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        r"\left(\Delta^{(l + 1)}\, {W^{(l)}}^{\top}\right) \circ f'\!\left(Z^{(l)}\right)",
        r"(\Delta^{(l+1)}{W^{(l)}}^\top)\circ f'(Z^{(l)})",
        r"(\Delta^{(l+1)} W^{(l)\top}) \odot f^{\prime}(Z^{(l)})",
        r"{({{\Delta}^{(l+1)}} {{W^{(l)}}^{T}})} \mathbin{.*} f'(Z^{(l)})",
        r"$\bigl[ \boldsymbol{\Delta}^{(l+1)} \mathbf{W}^{(l)\top} \bigr] .* f'{(Z^{(l)})}$",
    ],
)
def test_spaces_braces_and_sizes_of_brackets_do_not_matter(text):
    assert read(text) == HIDDEN_DELTA.formula


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a_k^{(2)(s)}", A(2)[s, k]),
        (r"w_{i,k}^{(1)}", W(1)[i, k]),
        (r"\rho_j^{(2)}", rho_hat(2)[0, j]),
        (r"\rho", rho(2)),
        (r"KL_j^{(2)}", KL(2)(rho_hat(2)[0, j])),
        (r"y_k^{(s)}", MatrixElement(Y, s, k)),
        (r"\frac{\partial}{\partial w_{i,k}^{(1)}} J(W,b)", MatrixElement(Gradient(J, W(1)), i, k)),
        (r"\frac{\partial}{\partial z_k^{(2)(s)}} J", MatrixElement(Gradient(J, Z(2)), s, k)),
    ],
)
def test_the_notation_of_the_source(text, expected):
    assert read(text, SOURCE_IN_ROWS) == expected


def test_rows_and_columns_are_an_argument():
    for notation, convention in ((IN_ROWS, ROWS), (IN_COLUMNS, COLUMNS), (SOURCE_IN_COLUMNS, COLUMNS)):
        assert read(r"W^{(l)}", notation) == convention.W(l)
        assert read(r"\delta^{(l)}", notation) == convention.delta(l)
    with pytest.raises(Unreadable, match="give another to read"):
        read(r"\delta^{(l)}")


@pytest.mark.parametrize(
    "derivative",
    [
        r"\frac{\partial J^{(s)}}{\partial w_{ik}^{(1)}}",
        r"\frac{\partial}{\partial w_{ik}^{(1)}} \frac1m \sum_{s=1}^m J^{(s)}",
    ],
)
def test_how_the_cost_of_one_sample_depends_on_anything_is_not_known(derivative):
    with pytest.raises(Unreadable, match="a cost with a formula"):
        read(derivative, SOURCE_IN_ROWS)


def test_a_dot_between_matrices_is_an_argument():
    text = r"a^{(l)} \cdot f'(z^{(l)})"
    assert read(text, IN_ROWS, dot="elementwise") == Hadamard(ROWS.a(l), f.prime(ROWS.z(l)))
    assert read(text, IN_ROWS, dot="product") == MatMul(ROWS.a(l), f.prime(ROWS.z(l)))
    with pytest.raises(Unreadable, match='dot="product"'):
        read(text, IN_ROWS)
    assert read(r"\beta_l \cdot x") == beta(l) * x


def test_a_prime_after_a_matrix_is_an_argument():
    assert read("W^(l)'", prime="transpose") == W(l).T
    assert read("f'(W^(l)')", prime="transpose") == f.prime(W(l).T)
    with pytest.raises(Unreadable, match='prime="transpose"'):
        read("W^(l)'")


def test_a_dot_before_the_derivative_of_a_vector_is_the_chain_rule():
    text = r"\delta^{(l)} \cdot \frac{\partial}{\partial z^{(l-1)}} z^{(l)}"
    assert read(text, SOURCE_IN_ROWS) == vjp(ROWS.delta(l), ROWS.z(l), ROWS.z(l - 1))
    with pytest.raises(Unreadable, match="without a dot before it"):
        read(r"\frac{\partial}{\partial z^{(l-1)}} z^{(l)}", SOURCE_IN_ROWS)


def test_a_sum_takes_in_all_factors_to_its_right_and_a_derivative_ends_at_a_sign():
    summed = read(r"\sum_{s=1}^m f'(z_k^{(2)(s)}) \cdot a_i^{(1)(s)}", SOURCE_IN_ROWS)
    assert summed == Sum(f.prime(Z(2)[s, k]) * A(1)[s, i], (s, 0, m - 1))
    product = read(r"\frac{\partial}{\partial x} \sigma(x) \cdot x")
    assert product == sigma.prime(x) * x
    assert read(r"\frac{\partial}{\partial x} \sigma(x) x") == sigma.prime(x) * x + sigma(x)


def test_an_index_that_a_sum_binds_is_not_the_letter_outside():
    expression = read(r"\sum_{k=1}^{S_1} A_{s,k}^{(1)} + A_{s,k}^{(1)}")
    assert expression == Sum(A(1)[s, k], (k, 0, S(1) - 1)) + A(1)[s, k]
    assert read(r"t + \sum_{t=1}^m A_{t,k}^{(1)}").free_symbols >= {read("t")}


def test_a_line_has_several_sides():
    sides = read_line(r"= \delta^{(l)} = \frac{\partial}{\partial z^{(l)}} J(W,b),", SOURCE_IN_ROWS)
    assert sides == (ROWS.delta(l), Gradient(J, ROWS.z(l)))


# Nothing is evaluated that would hide a mistake


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"0 \lVert A^{(l)} A^{(l)} \rVert^2", "matrix product"),
        (r"0 A^{(l)} A^{(l)}", "matrix product"),
        (r"\left(\lVert A^{(l)} A^{(l)} \rVert^2\right)^0", "matrix product"),
        (r"\lVert A^{(l)} A^{(l)} \rVert^2 - \lVert A^{(l)} A^{(l)} \rVert^2", "matrix product"),
        (r"\mathbf{1}_{n}^\top W^{(l)} \mathbf{1}_{n}", "matrix product"),
        (r"W^{(l)} - A^{(l)}", "sum of"),
        (r"\left(A^{(l)}\right)^2", "power of"),
    ],
)
def test_what_means_nothing_is_read_and_is_ill_formed(text, reason):
    decision = decide(text, text)
    assert decision.outcome is Outcome.ILL_FORMED and reason in str(decision)


def test_the_length_of_a_column_of_ones_is_told_or_asked_for():
    assert read(r"Z^{(l+1)} + \mathbf{1} b^{(l)}") == Z(l + 1) + ones(m) * b(l)
    assert read(r"\mathbf{1}\mathbf{1}^\top - A^{(l)}").has(OneMatrix(m, 1), OneMatrix(1, S(l)))
    with pytest.raises(Unreadable, match="without a length"):
        read(r"\mathbf{1} b^{(l)}")


# What stands above


TRANSPOSED = [
    r"A^{(l)T}", r"A^{(l)\top}", r"A^{(l)^T}", r"A^{(l)\,T}", r"A^{(l)\mathsf T}", r"A^{(l)\mathrm{T}}", r"A^{(l),T}",
    r"A^{(l), \top}", r"A^{T(l)}", r"A^{\top(l)}", r"A^{\mathsf{T} (l)}", r"A^{[l]T}", r"A^{{(l)}T}", r"A^{(l)}{}^T",
    r"\mathbf{A}^{(l)T}", "A^(l)^T", "A^(l).T", "A^(l)ᵀ", "A⁽ˡ⁾ᵀ",
]  # fmt: skip


@pytest.mark.parametrize("text", TRANSPOSED)
def test_a_layer_and_a_transpose_stand_above_in_any_order(text):
    assert read(text) == A(l).T


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\frac{A^{(l)T}\Delta^{(l+1)}}{m}", A(l).T * Delta(l + 1) / m),
        ("Δ⁽ˡ⁺¹⁾ W⁽ˡ⁾ᵀ", Delta(l + 1) * W(l).T),
        ("‖W⁽²⁾‖²", SquaredNorm(W(2))),
        (r"\|W^{(l)}\|_F^2", SquaredNorm(W(l))),
        (r"\|b^{(l)}\|_2^2", SquaredNorm(b(l))),
        ("x² + x⁻¹", x**2 + 1 / x),
        ("x¹⁰", x**10),
        ("e^(-x)", exp(-x)),
        ("sqrt(x) + √(2 x) x", sqrt(x) + sqrt(2 * x) * x),
        ("(x^2)^3", x**6),
    ],
)
def test_what_stands_above(text, expected):
    assert read(text) == expected


# Errors


@pytest.mark.parametrize(
    ("text", "position", "found", "expected"),
    [
        (r"A^{(l)-1}", 0, r"'A^{(l)-1}'", r"as in A^{(l)}, A^{(l)\top} and (A^{(l)})^{-1}"),
        (r"A^{(l)'}", 0, r"A^{(l)'}", 'prime="transpose"'),
        (r"A^{(l)T}_{ij}", 6, "a number, 'T'", "a matrix that is transposed"),
        (r"A^{(lT)}", 3, "'(lT)'", r"\top behind the bracket"),
        (r"A^{l,T}", 1, "'^{l,T}'", "a layer in brackets"),
        (r"x^2^3", 4, "'3'", "which power is taken first"),
        (r"\|W^{(l)}\|_2^2", 0, r"'\\|W^{(l)}\\|'", "the norm of a matrix with F below"),
        (r"\arctan(x)", 0, r"'\\arctan'", "a sign of a formula"),
        (r"W_2", 0, "'W_2'", "as in W^{(2)}"),
        (r"\hat\rho_j", 0, r"'\\hat\\rho_j'", r"as in \hat\rho^{(l)}"),
        (r"|V|", 0, "a matrix between two lines", "det( )"),
        (r"\lVert V \rVert^3", 0, r"'\\lVert V \\rVert'", "F below"),
        (r"A^{(l)} / Z^{(l)}", 10, "a matrix", r"A \oslash B"),
        (r"\frac{x}{V}", 9, "a matrix", r"A \oslash B"),
        (r"V \cdot D", 2, "of two matrices or that of their entries", r"\circ"),
        (r"∇_V 1/2 ||V||^2", 0, "'∇_V'", "contains V"),
        (r"tr(V, D)", 0, "'tr(V, D)'", "one matrix"),
        (r"\max(x, V)", 8, "a matrix", "a number"),
        (r"\sin(V)", 0, r"'\\sin(V)'", "a number"),
        (r"\exp(x, u)", 0, r"'\\exp(x, u)'", "one argument"),
        (r"V^0", 2, "'0'", "not 0"),
        (r"\det V", 5, "'V'", "an opening bracket"),
        (r"dJ/dW^(l)", 0, "'d'", r"\partial"),
        (r"W^{(l)} +", 9, "the end", "a letter"),
        (r"W^{(l} + A^{(l)}", 5, "'}'", "a closing bracket"),
        (r"W^{(l)} # A", 8, "'#'", "a sign of a formula"),
        (r"A^{(l)} + Q", 10, "'Q'", "a letter of this notation"),
        (r"A + W^{(l)}", 0, "'A'", "the layer of A"),
        (r"2 + A^{(l)}", 0, "a sum of both", "all matrices or all numbers"),
        (r"1/2m", 3, "one more number", "brackets"),
        (r"1/2 x ||A^(l)||^2", 4, "one more number", "brackets"),
        (r"\lVert A^{(l)} \rVert", 0, r"'\\lVert A^{(l)} \\rVert'", "^2"),
        (r"f + x", 0, "'f'", "an argument of f"),
        (r"\mathrm{KL}(x)", 0, r"'\\mathrm{KL}(x)'", "2 between the brackets"),
        (r"A_{k}^{(l)}", 0, "'A_{k}^{(l)}'", "two indices"),
        (r"x_{k}", 0, "an index at a number", "no index"),
        (r"\sum_{k} x", 6, "'k'", "limits"),
        (r"9^{999}", 3, "'999'", "a power of 100 at most"),
        ("9" * 101, 0, repr("9" * 101), "100 digits"),
        (r"\frac{\partial}{\partial m} J", 0, r"'\\frac{\\partial}{\\partial m}'", "contains m"),
        ("", 0, "the end", "a letter"),
        (r"(V^\top V)^{-1}_{i,j}", 0, "_{i,j}", "the power or the entry"),
        (r"(V^\top V)^2_{i,j}", 0, "_{i,j}", "the power or the entry"),
        (r"\log x^2", 6, "^2", r"what is raised, \log or what follows it"),
        (r"\log\frac{x}{u}^2", 15, "^2", "brackets that say what is raised"),
        (r"\exp x^2 u", 9, "'u'", r"of how much this is the \exp"),
        (r"\log 2 x", 7, "'x'", r"of how much this is the \log"),
        (r"\tanh x u", 8, "'u'", r"of how much this is the \tanh"),
        (r"\tanh^{-1}(x)", 7, "'-1'", r"1 divided by \tanh"),
        (r"\sqrt[0]{x}", 6, "'0'", "a whole number that is not 0"),
        (r"\sqrt[1.5]{x}", 6, "'1.5'", "a whole number that is not 0"),
        (r"q_m", 0, "'q_m'", "a letter that counts the entries"),
        (r"\sum_j \rho_j \hat\rho_j^{(2)}", 5, "'j'", "j is the number of a layer"),
        ("(" * 200 + "x" + ")" * 200, 50, "too many brackets", "50 at most"),
        (r"\sum_{k=1}^{3} \rho_k q_k", 6, "'k=1'", "two letters: k is that of a layer, and of an entry or of a number"),
        (r"\sum_{k=1}^{3} [k=2] \rho_k", 6, "'k=1'", "two letters: k is that of a layer"),
        (r"W_{l,1}^{(l)}", 0, "'W_{l,1}^{(l)}'", "two letters: l is that of a layer"),
        (r"[k=2] \rho_k", 0, r"'[k=2] \\rho_k'", "two letters: k is that of a layer"),
        (
            r"\frac{\partial}{\partial W^{(l)}} \lambda/2 \|W^{(l)}\|^2",
            0,
            "'\\\\frac{\\\\partial}{\\\\partial W^{(l)}}'",
            "something that contains W^(l) after it, in brackets",
        ),
        ("∂/∂b^(l) m/2 ‖b^(l)‖²", 0, "'∂/∂b^(l)'", "something that contains b^(l) after it, in brackets"),
    ],
)
def test_an_error_says_where_what_was_found_and_what_could_stand_there(text, position, found, expected):
    with pytest.raises(Unreadable) as caught:
        read(text)
    error = caught.value
    assert error.position == position
    assert found in error.found and expected in error.expected
    line, caret = str(error).splitlines()[1:]
    assert (line, caret) == (text, " " * position + "^")


def test_other_arguments_are_checked():
    with pytest.raises(ValueError, match="dot must be one of None, 'product', 'elementwise', got 'inner'"):
        read("x", dot="inner")
    with pytest.raises(TypeError, match="text must be a str, not int: 3"):
        read(3)
    with pytest.raises(TypeError, match="notation must be a Notation, not str: 'BOOK'"):
        read("x", "BOOK")


def test_what_is_clear_without_brackets_is_read():
    assert read(r"\log x \exp u") == log(x) * exp(u)
    assert read(r"\log\frac{x}{u} u") == log(x / u) * u
    assert read(r"\tanh^2 x") == read(r"\tanh(x)^2")
    assert read(r"(V^\top V)_{i,j}^2") == read(r"(V^\top V)_{i,j}") ** 2
    assert read("(" * 50 + "x" + ")" * 50) == x


def test_a_number_in_brackets_is_a_factor_of_any_matrix():
    assert prove(r"(q^\top q) Z^{(l)}", r"\lVert q \rVert^2 Z^{(l)}").outcome is Outcome.PROVED
    assert prove(r"Z^{(l)} (q^\top q)", r"\lVert q \rVert^2 Z^{(l)}").outcome is Outcome.PROVED
    assert decide(r"Z^{(l)} q^\top q", r"\lVert q \rVert^2 Z^{(l)}").outcome is Outcome.ILL_FORMED


# What SymPy would evaluate


@pytest.mark.parametrize(
    ("text", "evaluated"),
    [
        (r"e^{\log x}", x),
        (r"\exp(3 \log x)", x**3),
        (r"\sqrt{x} \sqrt{x}", x),
        (r"\sqrt{x}^2", x),
        (r"x^{1/2} x^{5/2}", x**3),
        (r"\frac{x \log x}{\log x}", x),
        (r"x \frac{\sqrt{x}}{\sqrt{x}}", x),
        (r"\log x + x - \log x", x),
        (r"\frac{\partial}{\partial x} \log x", 1 / x),
        (r"\frac{\partial}{\partial x} (\sqrt{x} \sqrt{x} x)", 2 * x),
    ],
)
def test_what_is_defined_only_for_positive_numbers_stays(text, evaluated):
    expression = read(text)
    assert expression != evaluated
    assert read(latex(expression)) == expression
    assert str(prove(text, evaluated)).endswith(("x is positive", "x is not negative")), decide(text, evaluated)
    assert decide(text, evaluated.subs(x, Abs(x))).outcome is Outcome.UNKNOWN
    assert refute(text, -evaluated).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("text", "evaluated", "where"),
    [
        (r"\frac{x}{x}", 1, "where x is not 0"),
        (r"x \cdot x^{-1}", 1, "where x is not 0"),
        (r"\frac{x^2}{x}", x, "where x is not 0"),
        (r"\frac1x - \frac1x", 0, "where x is not 0"),
        (r"\frac{\beta_l}{\beta_l}", 1, "where beta(l) is not 0"),
        (r"\frac{L-2}{L-2}", 1, "where L - 2 is not 0"),
        (r"\sum_{k=2}^{L} \frac{\beta_k}{\beta_k}", L - 1, "where beta(k) is not 0"),
        (r"\sum_{k=1}^{L-1} \frac{\|W^{(k)}\|^2}{\|W^{(k)}\|^2}", L - 1, "where |W^(k)|^2 is not 0"),
    ],
)
def test_what_is_divided_by_is_not_forgotten(text, evaluated, where):
    expression = read(text)
    assert read(latex(expression)) == expression
    assert str(prove(text, evaluated)).endswith(where)


def test_what_is_defined_for_all_numbers_is_evaluated():
    assert read(r"\frac{\lambda x}{\lambda}") == x
    assert read(r"\frac{m}{m} \frac{x}{x^2}") == 1 / x
    assert read(r"\log(e^x)") == x
    assert read(r"\sqrt{x^2}") == Abs(x)
    assert read(r"\sqrt{e^x}^2") == exp(x)
    assert read(r"\frac{\partial}{\partial x} x^3") == 3 * x**2
    assert read(r"\sqrt{\rho_l} \sqrt{\rho_l}") == rho(l)


# With text for a side


def test_a_line_of_a_paper_is_held_against_a_theorem():
    theorem = r"\frac1m {A^{(l)}}^\top \Delta^{(l+1)} + \lambda W^{(l)}"
    assert prove(theorem, WEIGHT_GRADIENT.formula).outcome is Outcome.PROVED
    assert prove(theorem, "A^(l)^T Delta^(l+1) / m + lambda W^(l)").outcome is Outcome.PROVED
    assert refute(theorem, "Delta^(l+1) A^(l)").outcome is Outcome.ILL_FORMED
    assert decide("x", "2 x").outcome is Outcome.REFUTED
    with pytest.raises(NotProved):
        prove(theorem, "A^(l)^T Delta^(l+1) + lambda W^(l)")
    with pytest.raises(Unreadable):
        decide("x +", "x")


@pytest.mark.parametrize(
    ("left", "right", "wrong"),
    [
        (r"\frac{\partial J}{\partial W^{(l)}}", "A^(l)^T Delta^(l+1) / m + lambda W^(l)", "A^(l)^T Delta^(l+1) / m"),
        (r"\frac{\partial J}{\partial W^{(2)}}", "A^(2)^T Delta^(3) / m + lambda W^(2)", "A^(1)^T Delta^(2) / m"),
        ("∂J/∂b^(l)", r"\mathbf{1}^\top \Delta^{(l+1)} / m", r"\mathbf{1}^\top \Delta^{(l+1)}"),
        ("m ∂J/∂Z^(l)", "Delta^(l)", "Delta^(l) / m"),
        (r"\frac{\partial \Omega_{l+1}}{\partial b^{(l)}}", PENALTY_BIASES.formula, 2 * PENALTY_BIASES.formula),
        ("∂J/∂Z^(L)", "1/m ((A^(L) - Y) ∘ f'(Z^(L)))", "1/m (A^(L) - Y)"),
        ("∂J/∂Z^(l)", "1/m ((Δ^(l+1) W^(l)^T) ∘ f'(Z^(l)))", "1/m (Δ^(l+1) W^(l)^T)"),
        ("∂J/∂Z^(l)", "((∂J/∂Z^(l+1)) W^(l)^T) ∘ f'(Z^(l))", "(∂J/∂Z^(l+1)) W^(l)^T"),
        (
            "∂J/∂W^(l)",
            "A^(l)^T (((∂J/∂Z^(l+2)) W^(l+1)^T) ∘ f'(Z^(l+1))) + λ W^(l)",
            "A^(l)^T (((∂J/∂Z^(l+2)) W^(l+1)^T) ∘ f'(Z^(l))) + λ W^(l)",
        ),
        (
            "∂J/∂Z^(L-1)",
            "1/m ((((A^(L) - Y) ∘ f'(Z^(L))) W^(L-1)^T) ∘ f'(Z^(L-1)))",
            "1/m ((((A^(L) - Y) ∘ f'(Z^(L))) W^(L-1)^T))",
        ),
        ("∂J/∂Z^(L)", "1/m ((f(Z^(L)) - Y) ∘ f'(Z^(L)))", "1/m ((f(Z^(L)) - Y) ∘ f(Z^(L)))"),
        ("∂J/∂Z^(L) + 1/m Δ^(L)", "2/m ((A^(L) - Y) ∘ f'(Z^(L)))", "1/m ((A^(L) - Y) ∘ f'(Z^(L)))"),
        ("∂J/∂W^(l)", "1/m f(Z^(l))^T Δ^(l+1) + λ W^(l)", "1/m f'(Z^(l))^T Δ^(l+1) + λ W^(l)"),
        ("∂(2J)/∂W^(l)", "2/m A^(l)^T Δ^(l+1) + 2λ W^(l)", "2/m A^(l)^T Δ^(l+1) + λ W^(l)"),
        ("∂(m J)/∂b^(l)", r"\mathbf{1}^\top \Delta^{(l+1)}", r"\mathbf{1}^\top \Delta^{(l+1)} / m"),
        (
            r"\frac{\partial}{\partial W^{(l)}} \left(J - \frac{\lambda}{2} \sum_{k=1}^{L-1} \|W^{(k)}\|^2\right)",
            r"A^{(l)\top} \Delta^{(l+1)} / m",
            r"A^{(l)\top} \Delta^{(l+1)} / m + \lambda W^{(l)}",
        ),
        (
            r"\frac{\partial (2J)}{\partial W_{ij}^{(l)}}",
            r"\frac{2}{m} \sum_s A_{si}^{(l)} \Delta_{sj}^{(l+1)} + 2 \lambda W_{ij}^{(l)}",
            r"\frac{1}{m} \sum_s A_{si}^{(l)} \Delta_{sj}^{(l+1)} + \lambda W_{ij}^{(l)}",
        ),
    ],
)
def test_in_text_a_derivative_of_the_cost_is_that_of_the_book(left, right, wrong):
    assert prove(left, right).outcome is Outcome.PROVED
    assert refute(left, wrong).outcome in (Outcome.REFUTED, Outcome.ILL_FORMED)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("∂J/∂A^(l)", "1/m Δ^(l+1) W^(l)^T"),
        ("∂J/∂A^(L)", "1/m (A^(L) - Y)"),
        (r"\frac{\partial J_{sparse}}{\partial Z^{(l)}}", r"\frac1m\Delta^{(l)}"),
    ],
)
def test_where_no_theorem_is_used_nothing_is_refuted(left, right):
    decision = decide(left, right)
    assert decision.outcome is Outcome.UNKNOWN
    assert "no theorem is used here" in str(decision)
    assert prove(left, left).outcome is Outcome.PROVED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("∂J/∂Z^(1)", "1/m Δ^(1)"),
        ("∂J/∂W^(L)", "1/m A^(L)^T Δ^(L+1) + λ W^(L)"),
        (r"\frac{\partial J}{\partial b^{(0)}}", r"\frac1m\mathbf 1^\top\Delta^{(1)}"),
    ],
)
def test_a_theorem_is_about_its_layers(left, right):
    decision = decide(left, right)
    assert decision.outcome is Outcome.ILL_FORMED
    assert "its layers are those from" in str(decision)


@pytest.mark.parametrize(
    ("left", "right", "wrong"),
    [
        ("Z^(l+1)", r"A^{(l)} W^{(l)} + \mathbf{1} b^{(l)}", "A^(l) W^(l)"),
        ("Z^(2)", r"X W^{(1)} + \mathbf{1} b^{(1)}", "A^(2) W^(2)"),
        ("A^(l)", "f(Z^(l))", "f'(Z^(l))"),
        ("A_{sk}^{(l)}", "f(Z_{sk}^{(l)})", "f(Z_{sk}^{(l+1)})"),
        (r"\hat\rho_j^{(l)}", r"\frac{1}{m} \sum_s A_{sj}^{(l)}", r"\sum_s A_{sj}^{(l)}"),
        ("Δ^(L)", "(A^(L) - Y) ∘ f'(Z^(L))", "(Y - A^(L)) ∘ f'(Z^(L))"),
        ("(Δ^(l+1) W^(l)^T) ∘ f'(Z^(l))", "Δ^(l)", "2 Δ^(l)"),
        (
            "J",
            r"\frac{1}{2m} \|Y - A^{(L)}\|^2 + \frac{\lambda}{2} \sum_{k=1}^{L-1} \|W^{(k)}\|^2",
            r"\frac{1}{m} \|Y - A^{(L)}\|^2 + \frac{\lambda}{2} \sum_{k=1}^{L-1} \|W^{(k)}\|^2",
        ),
        (r"J_{sparse}", r"J + \sum_{k=2}^{L-1} \Omega_k", r"J + \sum_{k=1}^{L-1} \Omega_k"),
    ],
)
def test_in_text_a_name_alone_on_a_side_is_its_definition(left, right, wrong):
    assert prove(left, right).outcome is Outcome.PROVED
    assert prove(left, left).outcome is Outcome.PROVED
    assert prove(left, f"3 {left} - 2 {left}" if left[0] != "(" else left).outcome is Outcome.PROVED
    assert decide(left, wrong).outcome in (Outcome.REFUTED, Outcome.ILL_FORMED)


def test_there_is_no_definition_outside_of_the_layers():
    assert decide("Z^(1)", r"A^{(0)} W^{(0)} + \mathbf{1} b^{(0)}").outcome is Outcome.REFUTED
    assert decide("A^(1)", "f(Z^(1))").outcome is Outcome.REFUTED


def test_deltas_of_layers_in_a_sum_refute_nothing():
    squares = r"\sum_{k=1}^{%s} \|\frac{\partial J}{\partial b^{(k)}}\|^2"
    split = squares % "L-2" + r" + \|\frac{\partial J}{\partial b^{(L-1)}}\|^2"
    assert decide(squares % "L-1", split).outcome is Outcome.UNKNOWN
    squared = r"\sum_{k=1}^{%s} \frac{1}{m^2} \|\mathbf{1}^\top \Delta^{(k+1)}\|^2"
    assert prove(squares % "L-1", squared % "L-1").outcome is Outcome.PROVED
    assert decide(squares % "L", squared % "L").outcome is Outcome.ILL_FORMED
    doubt = decide("‖∂J/∂Z^(l)‖²", "‖∂J/∂Z^(3)‖²")
    assert doubt.outcome is Outcome.UNKNOWN
    assert str(doubt) == "unknown: no theorem is used here that says what Delta^(3) is beside Delta^(l)"


def test_in_text_l_is_one_of_the_layers():
    assert decide(r"\sum_{k=1}^{L} [k=l] \rho_k", r"\rho_l").outcome is not Outcome.REFUTED
    assert decide(r"\sum_{k=1}^{L-2} [k=l] \rho_k", r"\rho_l").outcome is Outcome.REFUTED


def test_to_the_engine_the_gradient_of_a_name_is_any_matrix():
    assert decide(Gradient(J, W(l)), WEIGHT_GRADIENT.formula).outcome is Outcome.REFUTED


def test_a_number_is_a_formula():
    assert read("2") == Integer(2) and BOOK.name


READ_ALONG = {"line", "arguments", "above", "below", "accent", "bound"}
"""Rules whose trees are read with what they stand at."""

INLINED = {"factor", "atom", "plain", "term", "sign", "part", "upper", "script", "letter", "variable", "operand"}
INLINED |= {"bracketed"}
"""Rules that make no tree of their own: they have one child alone, or only aliases."""


def test_each_rule_that_makes_a_tree_has_a_method():
    rules = {rule.alias or rule.origin.name for rule in _parser().rules}
    made = {name for name in rules if not name.startswith("_")} - READ_ALONG - INLINED
    assert {name for name in made if not hasattr(_Reader, name) and not hasattr(_Reader, f"{name}_of")} == set()
