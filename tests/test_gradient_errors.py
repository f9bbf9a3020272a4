"""Where a gradient is wrong, block by block, and what is wrong with it, as ``check_gradient`` says it."""

import numpy as np
import pytest

from sparseae_lib.gradcheck import check_gradient
from sparseae_lib.layouts import LAYOUTS, blocks, from_layout, to_layout
from sparseae_lib.network import init_parameters, unflatten
from sparseae_lib.objective import Objective
from tests.test_gradcheck import GRADIENT, PARAMETERS, SIZES, by_method, mistaken, network_cost, written_transposed


def exchanged(W1, b1, W2, b2):
    W1[:], W2[:] = W2.copy().reshape(W1.shape), W1.copy().reshape(W2.shape)


def without_decay(W1, b1, W2, b2):
    (V1, _), (V2, _) = unflatten(PARAMETERS, SIZES)
    W1 -= 1e-3 * V1
    W2 -= 1e-3 * V2


def two_mistakes(W1, b1, W2, b2):
    W2 *= 0.5
    b1 *= -1


@by_method
@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (
            lambda W1, b1, W2, b2: [block.__imul__(20) for block in (W1, b1, W2, b2)],
            ["the gradient is 20 times the right one"],
        ),
        (
            lambda W1, b1, W2, b2: [block.__imul__(-1) for block in (W1, b1, W2, b2)],
            ["the gradient has the wrong sign"],
        ),
        (lambda W1, b1, W2, b2: [block.__imul__(0) for block in (W1, b1, W2, b2)], ["the gradient is zero"]),
        (lambda W1, b1, W2, b2: W2.__imul__(2), ["W2 is 2 times the right one"]),
        (lambda W1, b1, W2, b2: b2.__imul__(-1), ["b2 has the wrong sign"]),
        (lambda W1, b1, W2, b2: b1.__imul__(0), ["b1 is zero"]),
        (two_mistakes, ["b1 has the wrong sign", "W2 is 0.5 times the right one"]),
        (written_transposed, ["W1 is transposed"]),
        (exchanged, ["W1 and W2 are exchanged"]),
        (without_decay, ["W1 lacks 0.001 times theta", "W2 lacks 0.001 times theta"]),
        (lambda W1, b1, W2, b2: W1.__setitem__((2, 3), 5.0), []),
        (lambda W1, b1, W2, b2: W1.__setitem__((2, 3), np.nan), []),
    ],
)
def test_what_is_wrong_is_said_if_one_number_explains_it(change, sentences, method):
    check = check_gradient(network_cost, mistaken(change), PARAMETERS, layer_sizes=SIZES, method=method)
    assert not check
    assert list(check.explanations) == sentences
    assert all(sentence in repr(check) for sentence in sentences)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("exchange", [("W1", "W2"), ("b1", "b2"), ("W1", "b1"), ("W2", "b2")], ids="-".join)
@pytest.mark.parametrize("sizes", [(6, 4, 6), (4, 4, 4), (6, 4, 3), (5, 4, 4, 5)], ids=str)
def test_blocks_that_are_written_in_each_others_place(sizes, exchange, layout):
    g, theta, cost = of_network(sizes, layout)
    parts = {name: g[np.sort(where, axis=None)] for name, where in in_memory(sizes, layout)}
    swap = dict(zip(exchange, reversed(exchange), strict=True))
    wrong = np.concatenate([parts[swap.get(name, name)] for name in parts])
    check = check_gradient(cost, wrong, theta, layer_sizes=sizes, layout=layout)
    first, second = (name for name in ("W1", "b1", "W2", "b2") if name in exchange)
    assert check.explanations == (f"{first} and {second} are exchanged",)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_matrices_that_are_exchanged_and_transposed(layout):
    g, theta, cost = of_network((6, 4, 6), layout)
    places = dict(blocks((6, 4, 6), layout))
    W1, W2 = g[places["W1"]], g[places["W2"]]
    g[places["W1"]], g[places["W2"]] = W2.T, W1.T
    check = check_gradient(cost, g, theta, layer_sizes=(6, 4, 6), layout=layout)
    assert check.explanations == ("W1 and W2 are exchanged, each transposed",)


def test_equal_blocks_are_not_called_exchanged():
    g, theta, cost = of_network((4, 4, 4), "rows")
    for name, where in blocks((4, 4, 4), "rows"):
        if name.startswith("b"):
            g[where] = 0
    check = check_gradient(cost, g, theta, layer_sizes=(4, 4, 4))
    assert check.explanations == ("b1 is zero", "b2 is zero")


def of_network(sizes, layout):
    """Gradient, theta and cost of a network in a layout."""
    objective, rng = Objective(sizes, weight_decay=1e-2, rho=0.1, beta=0.5), np.random.default_rng(5)
    theta = init_parameters(sizes, rng)
    theta += rng.normal(scale=0.1, size=theta.size)
    X, Y = rng.uniform(size=(20, sizes[0])), rng.uniform(size=(20, sizes[-1]))

    def cost(theta):
        return objective.cost(from_layout(theta, sizes, layout), X, Y)

    return to_layout(objective(theta, X, Y)[1], sizes, layout), to_layout(theta, sizes, layout), cost


def in_memory(sizes, layout):
    """The blocks in the order in which theta holds them."""
    return sorted(blocks(sizes, layout), key=lambda block: block[1].min())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_error_of_each_block_and_its_worst_entry(layout):
    g, theta = to_layout(GRADIENT, SIZES, layout), to_layout(PARAMETERS, SIZES, layout)
    where = dict(blocks(SIZES, layout))["W2"]
    g[where[1, 2]] += 1

    check = check_gradient(
        lambda t: network_cost(from_layout(t, SIZES, layout)), g, theta, layer_sizes=SIZES, layout=layout
    )
    assert [block.name for block in check.blocks] == ["W1", "b1", "W2", "b2"]
    wrong = check.blocks[2]
    right = g[where].ravel()
    right[where.ravel() == where[1, 2]] -= 1
    assert wrong.relative_error == pytest.approx(1 / max(np.linalg.norm(g[where]), np.linalg.norm(right)))
    assert wrong.worst.name == "W2[1, 2]"
    assert (wrong.worst.analytic, wrong.worst.numeric) == pytest.approx((g[where[1, 2]], g[where[1, 2]] - 1))
    assert all(block.relative_error < 1e-14 for block in check.blocks if block is not wrong)
    assert check.index == (where[1, 2],)
    assert "W2: error" in repr(check)
    assert "W2[1, 2]: analytic" in repr(check)


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout != "rows"])
def test_a_gradient_in_another_layout_than_theta(layout):
    check = check_gradient(network_cost, to_layout(GRADIENT, SIZES, layout), PARAMETERS, layer_sizes=SIZES)
    assert check.explanations == (f"the gradient is in the layout '{layout}', theta in 'rows'",)
