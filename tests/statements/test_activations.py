"""Every statement holds with an activation of its own for each layer, and no activation stands for another."""

import pytest
from sympy import MatrixSymbol

from sparseae_lib.calculus import Elementwise, Gradient, Hadamard, Outcome, decide, prove
from sparseae_lib.formulas.printer import latex
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.activations import activation_of, with_own_activations
from sparseae_lib.statements.backpropagation import BIAS_GRADIENT, HIDDEN_DELTA, OUTPUT_DELTA, WEIGHT_GRADIENT, unroll
from sparseae_lib.statements.definitions import FORWARD
from sparseae_lib.statements.symbols import A, Delta, J, L, W, Z, b, f, l, m

PROVED = [statement for statement in STATEMENTS.values() if statement.derivation is not None]


def functions(expression):
    return {function.of_order(0) for function in expression.atoms(Elementwise)}


def layers_of(expression):
    """The layers of which an expression has the activation."""
    return {k for k in (l, l + 1, L, 2, 3, 4) if activation_of(k) in functions(expression)}


@pytest.mark.parametrize("statement", PROVED, ids=lambda statement: statement.label)
def test_every_statement_holds_with_an_activation_for_each_layer(statement):
    derivation, formula = map(with_own_activations, (statement.derivation, statement.expanded))
    assert f not in functions(derivation) | functions(formula)
    assert bool(layers_of(formula)) == (f in functions(statement.expanded))
    assert prove(derivation, formula).outcome is Outcome.PROVED


@pytest.mark.parametrize(
    ("statement", "layer", "other"), [(OUTPUT_DELTA, L, l), (HIDDEN_DELTA, l, l + 1), (HIDDEN_DELTA, l, L)], ids=str
)
def test_the_activation_of_another_layer_is_refuted(statement, layer, other):
    formula = with_own_activations(statement.expanded)
    assert layers_of(formula) == {layer}
    for order in {function.order for function in formula.atoms(Elementwise)}:
        right, wrong = (activation_of(k).of_order(order) for k in (layer, other))
        assert decide(with_own_activations(statement.derivation), formula).outcome is Outcome.PROVED
        corrupted = formula.xreplace({right: wrong})
        assert decide(with_own_activations(statement.derivation), corrupted).outcome is Outcome.REFUTED


@pytest.mark.parametrize("depth", [3, 4])
def test_the_whole_network_with_an_activation_for_each_layer(depth):
    net = {symbol: with_own_activations(value) for symbol, value in unroll(depth).items()}
    assert layers_of(net[J]) == set(range(2, depth + 1))
    for k in range(1, depth):
        for statement, parameter in ((WEIGHT_GRADIENT, W(k)), (BIAS_GRADIENT, b(k))):
            formula = statement.formula.subs(l, k).xreplace(net)
            assert prove(Gradient(net[J], parameter), formula).outcome is Outcome.PROVED
    swapped = net[J].xreplace({activation_of(2): activation_of(3), activation_of(3): activation_of(2)})
    formula = WEIGHT_GRADIENT.formula.subs(l, 1).xreplace(net)
    assert decide(Gradient(swapped, W(1)), formula).outcome is Outcome.REFUTED


def test_the_layer_is_that_of_the_units():
    f_l, f_next = activation_of(l), activation_of(l + 1)
    inner = FORWARD.formula.xreplace({A(l): f(Z(l))})
    assert with_own_activations(f(inner)) == f_next(FORWARD.formula.xreplace({A(l): f_l(Z(l))}))
    assert with_own_activations(f.prime(Z(L))) == activation_of(L).prime(Z(L))
    assert with_own_activations(HIDDEN_DELTA.formula) == Hadamard(Delta(l + 1) * W(l).T, f_l.prime(Z(l)))
    assert latex(f_l.prime(Z(l))) == r"{f_l}'\!\left(Z^{(l)}\right)"
    with pytest.raises(ValueError, match="expression must apply f to the units of a layer, got f"):
        with_own_activations(f(MatrixSymbol("B", m, m)))
