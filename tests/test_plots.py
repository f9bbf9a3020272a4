"""What is drawn, read back from the Axes; and that nothing else of matplotlib is touched."""

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sparseae_lib.plots import (
    plot_activations,
    plot_costs,
    plot_filters,
    plot_mean_activations,
    plot_reconstructions,
)

NAN = np.nan
W = np.random.default_rng(0).normal(size=(12, 7))
X = np.random.default_rng(1).random((5, 12))
A = np.random.default_rng(2).random((50, 7)) ** 6
COSTS = np.array([40.0, 3.0, 0.7, 0.5])
CALLS = {
    plot_filters: (W, (3, 4)),
    plot_reconstructions: (X, X / 2, (3, 4)),
    plot_activations: (A, 0.1),
    plot_mean_activations: (A.mean(axis=0), 0.1),
    plot_costs: (COSTS, "a run"),
}
each = pytest.mark.parametrize("plot", CALLS, ids=lambda plot: plot.__name__)


@pytest.fixture(autouse=True)
def no_window():
    plt.switch_backend("agg")
    with matplotlib.rc_context():
        yield
    plt.close("all")


def picture(ax):
    """The pixels of the one image of the Axes, NaN where they are masked."""
    (image,) = ax.images
    return image.get_array().filled(NAN)


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# Filters


def test_filters_by_hand():
    ax = plot_filters(np.array([[1.0, -4.0, 0.0], [2.0, 2.0, 0.0]]), (1, 2))
    expected = [[0.5, 1, NAN, -1, 0.5], [NAN] * 5, [0, 0, NAN, NAN, NAN]]
    np.testing.assert_array_equal(picture(ax), expected)
    assert ax.images[0].get_clim() == (-1, 1)
    black, grey, white = (ax.images[0].cmap(ax.images[0].norm(value)) for value in (-1, 0, 1))
    assert black == (0, 0, 0, 1) and white == (1, 1, 1, 1)
    assert grey[0] == grey[1] == grey[2] == pytest.approx(0.5, abs=0.01)
    assert ax.get_xlabel() == "hidden units, row by row"
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_a_tile_is_the_patch_the_right_way_up():
    ax = plot_filters(np.arange(1.0, 7).reshape(6, 1), (3, 2))
    np.testing.assert_array_equal(picture(ax) * 6, [[1, 2], [3, 4], [5, 6]])
    assert ax.images[0].get_clim() == (-1, 1)
    assert ax.yaxis_inverted() and not ax.xaxis_inverted()
    assert ax.get_aspect() == 1


def test_a_tile_is_the_input_of_norm_1_that_drives_its_unit_most():
    """By scale: a tile is w / |w|, times a positive number. No random input of norm 1 does better than w / |w|."""
    image = picture(plot_filters(W, (3, 4)))
    tiles = [
        image[4 * row : 4 * row + 3, 5 * column : 5 * column + 4].ravel() for row in range(3) for column in range(3)
    ]
    inputs = np.random.default_rng(3).normal(size=(1000, 12))
    inputs /= np.linalg.norm(inputs, axis=1, keepdims=True)
    for w, tile in zip(W.T, tiles[:7], strict=True):
        x = tile / np.linalg.norm(tile)
        np.testing.assert_allclose(x, w / np.linalg.norm(w), rtol=1e-13)
        assert x @ w > (inputs @ w).max()
        assert np.abs(tile).max() == 1
    assert np.isnan(tiles[7:]).all()


@pytest.mark.parametrize("patch_shape", [(1, 1), (2, 5), (4, 2)])
@pytest.mark.parametrize(
    ("n_units", "grid"),
    [(1, (1, 1)), (2, (1, 2)), (3, (2, 2)), (5, (2, 3)), (7, (3, 3)), (12, (3, 4)), (25, (5, 5)), (26, (5, 6))],
)
def test_the_grid_is_nearly_square(patch_shape, n_units, grid):
    height, width = patch_shape
    image = picture(plot_filters(np.ones((height * width, n_units)), patch_shape))
    assert image.shape == (grid[0] * (height + 1) - 1, grid[1] * (width + 1) - 1)
    assert np.sum(image == 1) == n_units * height * width
    assert np.sum(np.isnan(image)) == image.size - n_units * height * width


def test_tiles_do_not_depend_on_the_size_of_the_weights():
    sizes = np.array([1e-300, 1e-9, 1, 3, 1e9, 1e300, 0.1])
    tiles = picture(plot_filters(W * sizes, (3, 4)))
    np.testing.assert_allclose(tiles, picture(plot_filters(W, (3, 4))), rtol=1e-13)


# Reconstructions


def test_reconstructions_by_hand():
    ax = plot_reconstructions(np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([[0.5, 0], [7, 8], [9, 10]]), (2, 1))
    expected = [[1, NAN, 3, NAN, 5], [2, NAN, 4, NAN, 6], [NAN] * 5, [0.5, NAN, 7, NAN, 9], [0, NAN, 8, NAN, 10]]
    np.testing.assert_array_equal(picture(ax), expected)
    assert ax.images[0].get_clim() == (0, 10)
    assert ax.get_yticks().tolist() == [0.5, 3.5]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["original", "reconstruction"]
    assert ax.get_xlabel() == "samples"


@pytest.mark.parametrize(("patch_shape", "size"), [((2, 5), (5, 5 * 8 / 17 + 0.4)), ((5, 1), (5, 5.4))])
def test_a_new_figure_has_the_shape_of_its_tiles_but_is_never_tall(patch_shape, size):
    height, width = patch_shape
    filters = plot_filters(np.ones((height * width, 9)), patch_shape)
    assert filters.figure.get_size_inches() == pytest.approx(size)


# Activations


def test_activations_by_hand():
    ax = plot_activations(np.array([[0.0, 0.01, 0.03], [0.5, 0.99, 1.0]]), 0.05)
    counts = np.zeros(50)
    counts[[0, 1, 25, 49]] = [2, 1, 1, 2]
    assert [bar.get_height() for bar in ax.patches] == counts.tolist()
    np.testing.assert_allclose([bar.get_x() for bar in ax.patches], np.arange(50) / 50, atol=1e-15)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], 1 / 50)
    (target,) = ax.lines
    assert list(target.get_xdata()) == [0.05, 0.05]
    assert legend(ax) == [r"target $\rho$ = 0.05"]
    assert ax.get_yscale() == "log" and ax.get_xscale() == "linear"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("activation of a hidden unit", "count")


def test_the_axes_of_the_activations_do_not_depend_on_them():
    ax = plot_activations(np.repeat([[0.31, 0.45]], 1000, axis=0), 0.05)
    assert {bin: bar.get_height() for bin, bar in enumerate(ax.patches) if bar.get_height()} == {15: 1000, 22: 1000}
    assert ax.get_xlim() == (0, 1)
    assert ax.get_ylim()[0] < 1  # a count of one would be seen


def test_mean_activations_by_hand():
    ax = plot_mean_activations(np.array([0.02, 0.0, 0.3]), 0.05)
    points, target = ax.lines
    assert points.get_xydata().tolist() == [[0, 0.02], [1, 0], [2, 0.3]]
    assert points.get_linestyle() == "None" and points.get_marker() == "o"
    assert list(target.get_ydata()) == [0.05, 0.05]
    assert legend(ax) == [r"target $\rho$ = 0.05"]
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > 0.3
    assert all(tick == int(tick) for tick in ax.get_xticks())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("hidden unit $j$", r"mean activation $\hat\rho_j$")


def test_a_target_above_all_means_is_seen():
    assert plot_mean_activations(np.array([0.01, 0.02]), 0.6).get_ylim()[1] > 0.6


def test_the_legend_hides_no_unit():
    ax = plot_mean_activations(np.random.default_rng(0).random(200), 0.5)
    ax.figure.canvas.draw()
    points = ax.transData.transform(ax.lines[0].get_xydata())
    assert not ax.get_legend().get_window_extent().padded(3).count_contains(points)


# Costs


def test_costs_by_hand():
    ax = plot_costs(COSTS)
    (line,) = ax.lines
    assert line.get_xydata().tolist() == [[0, 40], [1, 3], [2, 0.7], [3, 0.5]]
    assert ax.get_yscale() == "log" and ax.get_xscale() == "linear"
    assert ax.get_legend() is None
    assert all(tick == int(tick) for tick in ax.get_xticks())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("iteration", "cost")


def test_several_costs_in_one_picture():
    ax = plot_costs(COSTS, "first")
    assert plot_costs(COSTS[:2] / 2, "second", ax) is ax
    assert [line.get_ydata().tolist() for line in ax.lines] == [[40, 3, 0.7, 0.5], [20, 1.5]]
    assert legend(ax) == ["first", "second"]
    assert len({line.get_color() for line in ax.lines}) == 2


# All of them


@each
def test_into_given_axes(plot):
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert plot(*CALLS[plot], ax=right) is right
    assert plt.get_fignums() == []
    assert figure.axes == [left, right]
    assert not left.has_data() and right.has_data()


@each
def test_into_a_new_figure(plot):
    ax = plot(*CALLS[plot])
    assert isinstance(ax, Axes)
    assert plt.get_fignums() == [ax.figure.number]
    assert ax.figure.axes == [ax]
    assert plot(*CALLS[plot]).figure is not ax.figure


@each
@pytest.mark.filterwarnings("error")
def test_it_can_be_drawn_and_touches_nothing(plot, monkeypatch):
    def show(*args, **kwargs):
        raise AssertionError("shown")

    monkeypatch.setattr(plt, "show", show)
    monkeypatch.setattr(Figure, "show", show)
    settings = matplotlib.rcParams.copy()
    arguments = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in CALLS[plot]]
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument.flags.writeable = False
    ax = plot(*arguments)
    ax.figure.canvas.draw()
    assert matplotlib.rcParams == settings
    for argument, original in zip(arguments, CALLS[plot], strict=True):
        np.testing.assert_array_equal(argument, original)


@each
def test_every_text_stays_inside_the_figure(plot):
    ax = plot(*CALLS[plot])
    ax.figure.canvas.draw()
    box, frame = ax.get_tightbbox(), ax.figure.bbox
    assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= frame.x1 and box.y1 <= frame.y1


@each
def test_float32_is_drawn_alike(plot):
    def drawn(arguments):
        ax = plot(*arguments)
        images, lines = [picture(ax)] if ax.images else [], [line.get_ydata() for line in ax.lines]
        return [np.asarray(data, float) for data in images + lines + [[bar.get_height() for bar in ax.patches]]]

    single = [argument.astype(np.float32) if isinstance(argument, np.ndarray) else argument for argument in CALLS[plot]]
    double = drawn(CALLS[plot])
    assert sum(data.size for data in double) > 0
    for left, right in zip(drawn(single), double, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-6, atol=1e-7)


@each
@pytest.mark.parametrize("ax", ["ax", np.array([None, None])])
def test_other_axes_are_refused(plot, ax):
    with pytest.raises(TypeError, match=f"ax must be a matplotlib Axes, got {type(ax).__name__}"):
        plot(*CALLS[plot], ax=ax)


@pytest.mark.parametrize(
    ("plot", "arguments", "error", "message"),
    [
        (plot_filters, (W.tolist(), (3, 4)), TypeError, "W must be a NumPy array of float32 or float64, got list"),
        (plot_filters, (W, (3, 5)), ValueError, r"W must have shape \(15, S_2\), got \(12, 7\)"),
        (plot_filters, (W.T, (3, 4)), ValueError, r"W must have shape \(12, S_2\), got \(7, 12\)"),
        (plot_filters, (W, 12), TypeError, r"patch_shape must be a pair \(height, width\) .*, got 12"),
        (plot_filters, (W[:, :0], (3, 4)), ValueError, r"W must hold at least one hidden unit .*, got shape \(12, 0\)"),
        (plot_filters, (W + np.inf, (3, 4)), ValueError, r"W must be finite, got W\[0, 0\] = inf"),
        (plot_reconstructions, (X, X[:3], (3, 4)), ValueError, r"X_hat must have shape \(5, 12\), got \(3, 12\)"),
        (plot_reconstructions, (X, X, (2, 4)), ValueError, r"X must have shape \(m, 8\), got \(5, 12\)"),
        (plot_reconstructions, (X[:0], X[:0], (3, 4)), ValueError, "X must hold at least one sample"),
        (plot_reconstructions, (X, X * NAN, (3, 4)), ValueError, r"X_hat must be finite, got X_hat\[0, 0\] = nan"),
        (plot_reconstructions, (X, X > 0, (3, 4)), TypeError, "X_hat must be of type float32 or float64, got bool"),
        (plot_activations, (A - 0.5, 0.1), ValueError, "A must hold activations from 0 to 1, got -0.4.* to 0.4"),
        (plot_activations, (A * 2, 0.1), ValueError, "A must hold activations from 0 to 1, got .* to 1.8"),
        (plot_activations, (A[:, :0], 0.1), ValueError, r"A must hold activations from 0 to 1, got shape \(50, 0\)"),
        (plot_activations, (A[0], 0.1), ValueError, r"A must have shape \(m, S\), got \(7,\)"),
        (plot_activations, (A * NAN, 0.1), ValueError, r"A must be finite, got A\[0, 0\] = nan"),
        (plot_activations, (A, 1.0), ValueError, "rho must be between 0 and 1, both excluded, got 1.0"),
        (plot_mean_activations, (A, 0.1), ValueError, r"rho_hat must have shape \(S,\), got \(50, 7\)"),
        (plot_mean_activations, (A[0] * NAN, 0.1), ValueError, r"rho_hat must be from 0 to 1, got rho_hat\[0\] = nan"),
        (plot_mean_activations, (A[0] + 0j, 0.1), TypeError, "rho_hat must be of type float32 or .*, got complex128"),
        (plot_mean_activations, (A[0], 0.0), ValueError, "rho must be between 0 and 1, both excluded, got 0.0"),
        (plot_costs, (COSTS.tolist(),), TypeError, "costs must be a NumPy array of float32 or float64, got list"),
        (plot_costs, (COSTS[:0],), ValueError, r"costs must hold positive numbers, got shape \(0,\)"),
        (plot_costs, (COSTS - 0.5,), ValueError, "costs must hold positive numbers, got 0.0 to 39.5"),
        (plot_costs, (COSTS[None],), ValueError, r"costs must have shape \(iterations \+ 1,\), got \(1, 4\)"),
        (plot_costs, (COSTS * np.inf,), ValueError, r"costs must be finite, got costs\[0\] = inf"),
    ],
)
def test_bad_input_is_refused_and_leaves_no_figure(plot, arguments, error, message):
    with pytest.raises(error, match=message):
        plot(*arguments)
    assert plt.get_fignums() == []
