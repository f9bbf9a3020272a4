"""A decision: its four outcomes, what it raises, how it is shown, and that it is the same in every process."""

import os
import subprocess
import sys

import pytest
from sympy import (
    Derivative,
    Eq,
    Function,
    HadamardPower,
    I,
    ImmutableMatrix,
    Integer,
    Integral,
    KroneckerDelta,
    Lambda,
    MatrixSymbol,
    OneMatrix,
    Piecewise,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    eye,
    oo,
    symbols,
    true,
    zeta,
)

from sparseae_lib.calculus import (
    Contradiction,
    Elementwise,
    EntrySum,
    Gradient,
    LayerMatrix,
    NotProved,
    NotRefuted,
    Outcome,
    SquaredNorm,
    decide,
    normal_form,
    prove,
    refute,
)
from sparseae_lib.calculus import decision as decision_module
from sparseae_lib.calculus.decision import tell_apart

m, n = symbols("m n", integer=True, positive=True)
i, j, k, l = symbols("i j k l", integer=True)
x = symbols("x")
A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m)
M, N = MatrixSymbol("M", n, n), MatrixSymbol("N", n, n)
v = MatrixSymbol("v", n, 1)
f = Elementwise("f")

PROVED = (Trace(A * B), Trace(B * A))
REFUTED = (Trace(M) ** 2, Trace(M * M))
ILL_FORMED = (A + B, A)
UNKNOWN = (M**k, M**k)


@pytest.mark.parametrize(
    ("pair", "outcome"),
    [
        (PROVED, Outcome.PROVED),
        (REFUTED, Outcome.REFUTED),
        (ILL_FORMED, Outcome.ILL_FORMED),
        (UNKNOWN, Outcome.UNKNOWN),
    ],
)
def test_the_four_outcomes(pair, outcome):
    decision = decide(*pair)
    assert decision.outcome is outcome
    assert (decision.left, decision.right) == pair


@pytest.mark.parametrize("pair", [PROVED, REFUTED, ILL_FORMED, UNKNOWN])
def test_a_decision_is_not_a_truth_value(pair):
    decision = decide(*pair)
    for question in (bool, lambda d: not d, lambda d: d and True, lambda d: 1 if d else 0):
        with pytest.raises(TypeError, match="a decision is not a truth value"):
            question(decision)


def test_prove_returns_the_decision_or_raises_with_the_evidence():
    assert prove(*PROVED).outcome is Outcome.PROVED
    for pair, evidence in [(REFUTED, "left"), (ILL_FORMED, "sum of A"), (UNKNOWN, "only whole positive powers")]:
        with pytest.raises(NotProved) as error:
            assert prove(*pair).outcome is Outcome.PROVED
        assert f"{pair[0]} = {pair[1]}" in str(error.value)
        assert evidence in str(error.value)
        assert str(decide(*pair)) in str(error.value)


def test_refute_returns_the_decision_or_raises_with_the_evidence():
    assert refute(*REFUTED).outcome is Outcome.REFUTED
    assert refute(*ILL_FORMED).outcome is Outcome.ILL_FORMED
    for pair, evidence in [(PROVED, "the normal forms agree"), (UNKNOWN, "only whole positive powers")]:
        with pytest.raises(NotRefuted) as error:
            assert refute(*pair).outcome is not Outcome.PROVED
        assert f"{pair[0]} = {pair[1]}" in str(error.value)
        assert evidence in str(error.value)


def test_not_proved_and_not_refuted_fail_a_test():
    assert all(issubclass(error, AssertionError) for error in (NotProved, NotRefuted, Contradiction))


def test_repr():
    assert repr(decide(*ILL_FORMED)) == "ill-formed: sum of A (m x n) and B (n x m)"
    assert repr(decide(*PROVED)).startswith("proved: the normal forms agree")
    assert repr(decide(v[i, 0], 2 * v[i, 0])).startswith("refuted: n = 2, entry (1): the left side is ")
    assert repr(decide(*UNKNOWN)).startswith("unknown: M**k: only whole positive powers of a matrix")


def test_html_is_escaped():
    name = Symbol("<b>&", integer=True, positive=True)
    html = decide(MatrixSymbol("A", name, 2), MatrixSymbol("A", 2, name))._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html
    assert "ill-formed" in html
    assert html.startswith("<div") and html.endswith("</div>")
    for pair in (PROVED, REFUTED, ILL_FORMED, UNKNOWN):
        decision = decide(*pair)
        assert decision.outcome.value in decision._repr_html_()
        assert decision._repr_html_() == decide(*pair)._repr_html_()


UNSUPPORTED = {
    "float": 0.5 * x,
    "infinity": oo,
    "imaginary unit": I * x,
    "truth value": true,
    "equation": Eq(x, 1),
    "tuple": (x, x),
    "explicit matrix": eye(2),
    "immutable matrix": ImmutableMatrix([[x]]),
    "symbolic power": M**k,
    "a power with a symbol": HadamardPower(M, M),
    "a function that the engine does not know": M.applyfunc(zeta),
    "piecewise, not everywhere": Piecewise((x, x > 0)),
    "integral": Integral(x, (x, 0, 1)),
    "derivative": Derivative(Function("g")(x), x),
    "triangular sum": Sum(v[i, 0], (i, 0, j), (j, 0, n - 1)),
    "an index that is no sum": v[2 * i, 0],
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_the_engine_cannot_read_is_unknown_even_if_it_is_the_same(name):
    decision = decide(UNSUPPORTED[name], UNSUPPORTED[name])
    assert decision.outcome is Outcome.UNKNOWN
    assert "the normal forms" not in str(decision)


def test_a_division_by_zero_is_ill_formed():
    decision = decide(x / (v[i, 0] - v[i, 0]), x)
    assert repr(decision) == "ill-formed: division by zero in zoo*x"
    pole = Elementwise("g", Lambda(x, 1 / (1 - x)))
    assert decide(pole(v[i, 0] / v[i, 0]), pole(v[i, 0])).outcome is Outcome.ILL_FORMED
    assert prove(pole(v[i, 0]), 1 / (1 - v[i, 0])).outcome is Outcome.PROVED


def test_a_gradient_is_unknown_where_two_layers_may_be_one():
    W = {layer: LayerMatrix("W", layer, n, n) for layer in (k, l, l + 1, 2)}
    for other in (k, 2):
        for cost in (SquaredNorm(W[other]), Trace(W[l]) * EntrySum(f(W[other]))):
            decision = decide(Gradient(cost, W[l]), ZeroMatrix(n, n))
            assert decision.outcome is Outcome.UNKNOWN
            assert "it may or may not be" in str(decision)
    assert prove(Gradient(SquaredNorm(W[l + 1]), W[l]), ZeroMatrix(n, n)).outcome is Outcome.PROVED
    assert prove(Gradient(SquaredNorm(W[k]), MatrixSymbol("V", n, n)), ZeroMatrix(n, n)).outcome is Outcome.PROVED


def test_telling_apart_is_deciding_with_the_witness_first(monkeypatch):
    for pair in (PROVED, REFUTED, ILL_FORMED, UNKNOWN):
        assert repr(tell_apart(*pair)) == repr(decide(*pair))
    monkeypatch.setattr(decision_module, "equal", lambda left, right: pytest.fail("a proof was looked for"))
    assert tell_apart(*REFUTED).outcome is Outcome.REFUTED


class TestPlantedBugs:
    """A proof that a witness contradicts is a bug of the engine: it fails loudly, and never gives a decision."""

    @pytest.fixture(autouse=True)
    def forget(self):
        normal_form.normal_form.cache_clear()
        yield
        normal_form.normal_form.cache_clear()

    def test_everything_is_equal(self, monkeypatch):
        monkeypatch.setattr(decision_module, "equal", lambda left, right: True)
        with pytest.raises(Contradiction, match=r"Trace\(M\)\*\*2 = Trace\(M\*\*2\) is proved, and refuted at n = 2"):
            decide(*REFUTED)

    def test_a_delta_is_dropped(self, monkeypatch):
        def without_deltas(term, bound):
            return term.replace(KroneckerDelta, lambda *_: Integer(1)), bound

        monkeypatch.setattr(normal_form, "_collapse", without_deltas)
        with pytest.raises(Contradiction):
            decide(Gradient(Trace(M), M), n * OneMatrix(n, n))

    def test_an_index_is_captured(self, monkeypatch):
        monkeypatch.setattr(normal_form, "new_index", lambda: i)
        with pytest.raises(Contradiction):
            decide(EntrySum(v) ** 2, SquaredNorm(v))

    def test_all_indices_of_a_sum_have_one_name(self, monkeypatch):
        right = normal_form.BoundIndex
        monkeypatch.setattr(normal_form, "BoundIndex", lambda name, **assumptions: right("0", **assumptions))
        with pytest.raises(Contradiction):
            decide(Trace(M * N), Trace(M * N.T))

    def test_the_sums_of_a_reciprocal_take_a_name_in_use(self, monkeypatch):
        right = normal_form._reciprocal
        monkeypatch.setattr(normal_form, "_reciprocal", lambda base, depth: right(base, 0))

        def form(a, b):
            return Sum(f(1 / (1 + Sum(M[a, b], (k, 0, n - 1)))), (i, 0, n - 1))

        with pytest.raises(Contradiction):
            decide(form(i, k), form(k, i))


REPORT = """
from sympy import *
from sparseae_lib.calculus import *
k, l, m, n = symbols("k l m n", integer=True, positive=True)
a, b, c = (LayerMatrix("W", layer, n, n) for layer in (k, l, m))
A, M, x = MatrixSymbol("A", m, n), MatrixSymbol("M", n, n), symbols("x")
f, g = Elementwise("f"), Elementwise("g", Lambda(x, log(1 + exp(x))))
cost = SquaredNorm(g(A * M) - A) / m
print(decide(Gradient(cost, M), A.T * g(A * M)))
print(decide(Gradient(cost + Trace(f(M)), M), M.T)._repr_html_())
print(decide(Gradient(SquaredNorm(a + c), b), b), decide(A * A, A), decide(A[k, 0] + M[k, 0], 0))
print(prove(Gradient(SquaredNorm(f(A * M)), M), 2 * A.T * Hadamard(f(A * M), f.prime(A * M))))
"""


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=True
    ).stdout


def test_the_same_decision_whatever_the_order_of_sets():
    report = run(REPORT, PYTHONHASHSEED="0")
    assert report.count("refuted") >= 2
    assert report == run(REPORT, PYTHONHASHSEED="1") == run(REPORT, PYTHONHASHSEED="2")


def test_numpy_is_not_needed():
    """The proofs run in a browser, where there may be none."""
    run("import sys; sys.modules['numpy'] = None" + REPORT)
    loaded = run("import sys, sparseae_lib.calculus, sparseae_lib.calculus.lowering; print('numpy' in sys.modules)")
    assert loaded.strip() == "False"
