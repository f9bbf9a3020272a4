"""The figures: the entries that are filled in are those that change, and inner sides have the colour of their fit."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color

from sparseae_lib.derivations.figures import BLUE, ORANGE, products, reach


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_what_changes_is_filled_in(axes):
    changes = np.zeros((4, 3))
    changes[1, 2] = 0.5
    reach(axes, [("$Z$", ("$m$", "$S$"), changes)])
    (filled,) = axes.patches
    assert filled.get_xy().min(axis=0).tolist() == [2, 2]  # the second row from above, the third column
    assert [text.get_text() for text in axes.texts] == ["$Z$", "$S$", "$m$"]


def test_matrices_of_different_heights_stand_in_one_line(axes):
    reach(axes, [("$Z$", ("", ""), np.eye(4)), ("$u$", ("", ""), np.ones((1, 4)))])
    assert len(axes.patches) == 8
    assert {patch.get_xy()[:, 1].min() for patch in axes.patches} >= {1.5}


@pytest.mark.parametrize("rows, colour, said", [("n", BLUE, "$=$ $m \\times k$"), ("k", ORANGE, "none")])
def test_inner_sides_are_coloured(axes, rows, colour, said):
    factors = [("$A$", ("m", "n")), ("$B$", (rows, "k"))]
    products(axes, (factors, "$m \\times k$" if rows == "n" else "none"), sizes={"m": 2, "n": 3, "k": 4})
    lines = [line for line in axes.lines if line.get_linewidth() == 4]
    assert len(lines) == 2 and all(same_color(line.get_color(), colour) for line in lines)
    assert axes.texts[-1].get_text() == said
