"""Two kinds of figure: which entries one entry changes, and shapes that fit or do not.

They are drawn into the Axes of matplotlib that are given, whose figure gets the size that the drawing needs.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the proofs, which are in this package too, run where NumPy is absent
    from numpy.typing import NDArray

BLUE, ORANGE, GREY = "#0072b2", "#c04f00", "#555555"
GAP = 2.6


def reach(axes: Any, stages: "Sequence[tuple[str, tuple[str, str], NDArray[Any]]]") -> None:
    """Matrices side by side, an arrow from each to the next, and the entries that are not zero filled in.

    A stage is (name, (rows, columns), changes), where the changes say which entries move.
    """
    widths = [changes.shape[1] for _, _, changes in stages]
    left = [0, *accumulate(width + GAP for width in widths[:-1])]
    height = max(len(changes) for _, _, changes in stages)
    _canvas(axes, left[-1] + widths[-1], height)
    for x, (name, (rows, columns), changes) in zip(left, stages, strict=True):
        y = (height - len(changes)) / 2
        for i, j in zip(*changes.nonzero(), strict=True):
            axes.fill(*_corners(x + j, y + len(changes) - 1 - i, 1, 1), facecolor=BLUE, alpha=0.7)
        _grid(axes, x, y, changes.shape)
        _write(axes, x + changes.shape[1] / 2, y - 0.8, name, 15)
        _write(axes, x + changes.shape[1] / 2, y + len(changes) + 0.5, columns, 12)
        _write(axes, x - 0.25, y + len(changes) / 2, rows, 12, ha="right")
    for x, width in zip(left[:-1], widths[:-1], strict=True):
        ends = (x + width + GAP - 0.85, height / 2), (x + width + 0.25, height / 2)
        axes.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": GREY})


def products(axes: Any, *rows: tuple[Sequence[tuple[str, tuple[str, str]]], str], sizes: dict[str, float]) -> None:
    """Matrix products as rectangles: a row is (factors, result), each a name with its (rows, columns).

    ``sizes`` are the lengths of the sides. Inner sides are blue if they are the same, and orange if they are not.
    """
    height = max(sizes.values()) + 2.8
    width = max(sum(sizes[shape[1]] + GAP for _, shape in factors) for factors, _ in rows)
    _canvas(axes, width + 5.5, height * len(rows) - 1.4)
    for number, (factors, result) in enumerate(rows):
        middle = height * (len(rows) - 1 - number) + height / 2 - 1
        fits = all(left[1][1] == right[1][0] for left, right in pairwise(factors))
        x = 0.8
        for k, (name, shape) in enumerate(factors):
            clash = [_differ(factors, k - 1), _differ(factors, k)]
            x = _rectangle(axes, x, middle, name, shape, sizes, clash) + GAP
        end = f"$=$ {result}" if fits else result
        _write(axes, x - GAP + 1, middle, end, 14, ha="left", color=BLUE if fits else ORANGE)


def _differ(factors, k):
    """Whether the inner sides of the factors k and k + 1 differ; None where there is no such pair."""
    if not 0 <= k < len(factors) - 1:
        return None
    return factors[k][1][1] != factors[k + 1][1][0]


def _rectangle(axes, x, middle, name, shape, sizes, clash):
    rows, columns = (sizes[size] for size in shape)
    y = middle - rows / 2
    axes.fill(*_corners(x, y, columns, rows), facecolor="none", edgecolor=GREY, linewidth=1.2)
    colours = [GREY if differ is None else ORANGE if differ else BLUE for differ in clash]
    sides = ([x, x], [y, y + rows]), ([x, x + columns], [y + rows, y + rows])  # rows meet columns to their left
    for side, differ, colour in zip(sides, clash, colours, strict=True):
        if differ is not None:
            axes.plot(*side, color=colour, linewidth=4)
    _write(axes, x - 0.3, middle, f"${shape[0]}$", 12, ha="right", color=colours[0])
    _write(axes, x + columns / 2, y + rows + 0.6, f"${shape[1]}$", 12, color=colours[1])
    _write(axes, x + columns / 2, middle, name, 15)
    return x + columns


def _corners(x, y, width, height):
    return [x, x + width, x + width, x], [y, y, y + height, y + height]


def _grid(axes, x, y, shape):
    rows, columns = shape
    axes.hlines([y + row for row in range(rows + 1)], x, x + columns, color=GREY, linewidth=0.8)
    axes.vlines([x + column for column in range(columns + 1)], y, y + rows, color=GREY, linewidth=0.8)


def _canvas(axes, width, height):
    axes.figure.set_size_inches(6.6, 6.6 * (height + 2.6) / (width + 2.6))
    axes.set(xlim=(-1.6, width + 1), ylim=(-1.5, height + 1.1), aspect="equal")
    axes.axis("off")


def _write(axes, x, y, text, size, ha="center", **style):
    axes.text(x, y, text, ha=ha, va="center", fontsize=size, math_fontfamily="cm", **style)
