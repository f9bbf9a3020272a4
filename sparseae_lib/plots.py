"""The pictures of a sparse autoencoder: filters, reconstructions, activations, costs; the extra ``plots``.

Each function draws into the Axes ``ax``, or into a new figure if it is not given, and returns the Axes. Everything that
is drawn can be read back from them. No setting of matplotlib is changed, and nothing is shown: that is for the caller.
The functions raise TypeError or ValueError for anything but an array of floats, for a wrong shape, and for NaN and
infinity.
"""

import math
from collections.abc import Iterable

import numpy as np

try:
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes
    from matplotlib.ticker import MaxNLocator
except ImportError as error:
    raise ImportError("sparseae_lib.plots needs matplotlib: pip install 'sparseae_lib[plots]'") from error

from sparseae_lib.images import check_patch_shape
from sparseae_lib.typing import Floats
from sparseae_lib.validation import (
    check_finite,
    check_float,
    check_mean_activation,
    check_probability,
    check_samples,
    check_shape,
)

COLOUR = "#0072b2"
TARGET_STYLE = {"color": "#c04f00", "linestyle": "--", "linewidth": 1.8}


def plot_filters(W: Floats, patch_shape: Iterable[int], ax: Axes | None = None) -> Axes:
    r"""The input that drives each hidden unit most, one tile per unit, row by row in a grid that is nearly square.

    ``W`` (height × width, S_2), the weights from patches of ``patch_shape`` (height, width) to the hidden units. Of all
    inputs of norm 1, :math:`x_j = w_j / \lVert w_j \rVert` drives unit j most, where :math:`w_j` is column j of W
    (UFLDL, *Visualizing a Trained Autoencoder*). A tile shows it divided by its own largest absolute value: black is
    -1, mid-grey 0, white 1. A unit without weights is mid-grey.
    """
    height, width = check_patch_shape(patch_shape)
    check_float("W", W)
    check_shape("W", W, (height * width, "S_2"))
    if W.shape[1] == 0:
        raise ValueError(f"W must hold at least one hidden unit (column), got shape {W.shape}")
    check_finite("W", W)
    peak = np.abs(W).max(axis=0)
    tiles = (W / np.where(peak > 0, peak, 1)).T.reshape(-1, height, width)
    ax = _show_tiles(ax, tiles, math.ceil(math.sqrt(len(tiles))), vmin=-1, vmax=1)
    ax.set_yticks([])
    ax.set_xlabel("hidden units, row by row")
    return ax


def plot_reconstructions(X: Floats, X_hat: Floats, patch_shape: Iterable[int], ax: Axes | None = None) -> Axes:
    """Patches above, their reconstructions below, all in one scale of grey from the smallest value to the largest.

    ``X`` and ``X_hat`` (m, height × width), one patch of ``patch_shape`` (height, width) per row; a dozen is a good m.
    """
    height, width = check_patch_shape(patch_shape)
    _check_rows("X", X, ("m", height * width))
    _check_rows("X_hat", X_hat, X.shape)
    ax = _show_tiles(ax, np.concatenate([X, X_hat]).reshape(-1, height, width), len(X))
    ax.set_yticks([height / 2 - 0.5, height * 3 / 2 + 0.5], ["original", "reconstruction"])
    ax.set_xlabel("samples")
    return ax


def plot_activations(A: Floats, rho: float, ax: Axes | None = None) -> Axes:
    r"""A histogram of all activations of the hidden units, with the target :math:`\rho` of their means.

    ``A`` (m, S), from 0 to 1, one sample per row; ``rho``, between 0 and 1. There are 50 bins from 0 to 1. The axis of
    the counts is logarithmic, because most activations of a sparse code are near 0.
    """
    _check_rows("A", A, ("m", "S"))
    if A.size == 0 or A.min() < 0 or A.max() > 1:
        raise ValueError(f"A must hold activations from 0 to 1, got {_range(A)}")
    rho = check_probability("rho", rho)
    ax = _axes(ax)
    ax.hist(A.ravel(), bins=np.linspace(0, 1, 51), color=COLOUR)
    ax.axvline(rho, label=_target(rho), **TARGET_STYLE)
    ax.set(xlabel="activation of a hidden unit", ylabel="count", xlim=(0, 1), yscale="log", ylim=(0.5, None))
    ax.legend()
    return ax


def plot_mean_activations(rho_hat: Floats, rho: float, ax: Axes | None = None) -> Axes:
    r"""The mean activation :math:`\hat\rho_j` of each hidden unit, with the target :math:`\rho`.

    ``rho_hat`` (S,), from 0 to 1, as ``sparseae_lib.penalties.mean_activation`` gives it; ``rho``, between 0 and 1.
    The units are counted from 0, as the columns of W.
    """
    check_float("rho_hat", rho_hat)
    check_mean_activation("rho_hat", rho_hat)
    rho = check_probability("rho", rho)
    ax = _axes(ax)
    ax.plot(np.arange(len(rho_hat)), rho_hat, "o", color=COLOUR, markersize=5)
    ax.axhline(rho, label=_target(rho), **TARGET_STYLE)
    ax.set(xlabel="hidden unit $j$", ylabel=r"mean activation $\hat\rho_j$")
    ax.margins(y=0.25)  # room for the legend
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def plot_costs(costs: Floats, label: str | None = None, ax: Axes | None = None) -> Axes:
    """The cost by iteration, on a logarithmic axis. To compare trainings, call it for each with the same ``ax``.

    ``costs`` (iterations + 1,), positive numbers of which the first belongs to the start, as in the history of
    ``sparseae_lib.training``; ``label`` names the curve in a legend.
    """
    check_float("costs", costs)
    check_shape("costs", costs, ("iterations + 1",))
    check_finite("costs", costs)
    if costs.size == 0 or costs.min() <= 0:
        raise ValueError(f"costs must hold positive numbers, got {_range(costs)}")
    ax = _axes(ax)
    ax.plot(np.arange(len(costs)), costs, label=label, linewidth=1.8)
    ax.set(xlabel="iteration", ylabel="cost", yscale="log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.3)
    if label is not None:
        ax.legend()
    return ax


def _axes(ax, figsize=(5, 3.6)):
    if ax is None:
        return plt.subplots(figsize=figsize, layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, got {type(ax).__name__}")
    return ax


def _show_tiles(ax, tiles, n_columns, **limits):
    """Tiles (n, height, width) row by row in ``n_columns``; gaps of one pixel, and places left over, are NaN."""
    n, height, width = tiles.shape
    n_rows = math.ceil(n / n_columns)
    cells = np.full((n_rows * n_columns, height + 1, width + 1), np.nan, tiles.dtype)
    cells[:n, :-1, :-1] = tiles
    rows = cells.reshape(n_rows, n_columns, height + 1, width + 1).swapaxes(1, 2)
    picture = rows.reshape(n_rows * (height + 1), n_columns * (width + 1))[:-1, :-1]
    ax = _axes(ax, (5, 5 * min(1, picture.shape[0] / picture.shape[1]) + 0.4))
    ax.imshow(picture, cmap="gray", interpolation="nearest", origin="upper", aspect="equal", **limits)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xticks([])
    return ax


def _check_rows(name, array, shape):
    check_samples(name, array, shape)
    check_finite(name, array)


def _range(array):
    return f"{array.min()} to {array.max()}" if array.size else f"shape {array.shape}"


def _target(rho):
    return rf"target $\rho$ = {rho:g}"
