"""The gradient of tied weights, in whole networks whose decoder is the transposed encoder."""

import pytest

from sparseae_lib.calculus import Gradient, LayerMatrix, Outcome, decide
from sparseae_lib.statements.backpropagation import unroll
from sparseae_lib.statements.symbols import A, Delta, J, S, W, l
from sparseae_lib.statements.tied import TIED_WEIGHTS, A_bar, Delta_bar


def mirrored(expression, depth):
    """The expression with the widths of an autoencoder, S_{depth+1-k} for S_k, and W^(l)T for W^(depth-l)."""
    middle = (depth + 1) // 2
    sizes = {S(k): S(depth + 1 - k) for k in range(middle + 1, depth + 1)}

    def of_autoencoder(name, layer, *shape):
        if str(name) == "W" and layer >= middle:
            return W(depth - layer).T
        return LayerMatrix(str(name), layer, *shape)

    return expression.xreplace(sizes).replace(LayerMatrix, of_autoencoder)


@pytest.mark.parametrize(("depth", "layer"), [(3, 1), (5, 1), (5, 2)])
def test_it_is_the_gradient_of_the_whole_network(depth, layer):
    net = unroll(depth)
    mirror = {A_bar(layer): A(depth - layer), Delta_bar(layer): Delta(depth - layer + 1)}
    formula = TIED_WEIGHTS.formula.subs(l, layer)
    assert set(mirror) <= formula.free_symbols | formula.atoms(LayerMatrix)

    def tied(formula):
        return mirrored(formula.xreplace(mirror).xreplace(net), depth)

    gradient = Gradient(mirrored(net[J], depth), W(layer))
    assert decide(gradient, tied(formula)).outcome is Outcome.PROVED
    one_path = formula.xreplace({Delta_bar(layer): 0 * Delta_bar(layer)}).doit()
    assert decide(gradient, tied(one_path)).outcome is Outcome.REFUTED
