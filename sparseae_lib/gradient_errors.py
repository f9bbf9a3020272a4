"""Where a gradient is wrong, by the blocks W1, b1, W2, ... of theta, and what is wrong if one number explains it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.layouts import LAYOUTS, Layout, blocks, from_layout, to_layout

EXPLAINED = 1e-3  # of the error may be left if a kind of mistake is to be its explanation


class Entry(NamedTuple):
    """One entry of the two gradients, by its name, such as W1[3, 0]."""

    name: str
    analytic: float
    numeric: float

    def __str__(self):
        return f"{self.name}: analytic {self.analytic:.9g}, numeric {self.numeric:.9g}"


@dataclass(frozen=True)
class BlockError:
    """How far one block of a gradient is off: normwise, relative to the block, and at its worst entry."""

    name: str
    relative_error: float
    worst: Entry


class Comparison(NamedTuple):
    """A gradient beside a numerical one, both flat, the second known at the places in ``known`` and NaN elsewhere."""

    theta: NDArray[np.float64]
    analytic: NDArray[np.float64]
    numeric: NDArray[np.float64]
    known: NDArray[np.intp]


def relative_difference(g: NDArray[np.float64], n: NDArray[np.float64]) -> float:
    r"""How far g and n differ: :math:`\lVert g - n \rVert / \max(\lVert g \rVert, \lVert n \rVert)`.

    It is 0 for two zeros, and infinite if g is not finite.
    """
    if not np.isfinite(g).all():
        return float("inf")
    largest = max(np.abs(g).max(initial=0), np.abs(n).max(initial=0))
    if largest == 0:
        return 0.0
    g, n = g / largest, n / largest  # squares of very large or very small entries would become inf or 0
    return float(np.linalg.norm(g - n) / max(np.linalg.norm(g), np.linalg.norm(n)))


def block_errors(comparison: Comparison, layer_sizes: tuple[int, ...], layout: Layout) -> tuple[BlockError, ...]:
    """The error of each block, over the entries that are known."""
    is_known = np.zeros(comparison.theta.size, bool)
    is_known[comparison.known] = True
    errors = []
    for name, where in blocks(layer_sizes, layout):
        places = np.argwhere(is_known[where])
        if len(places):
            at = where[tuple(places.T)]
            g, n = comparison.analytic[at], comparison.numeric[at]
            worst = np.argmax(np.abs(g - n))  # NaN counts as the largest
            position = ", ".join(map(str, places[worst]))
            errors.append(
                BlockError(
                    name, relative_difference(g, n), Entry(f"{name}[{position}]", float(g[worst]), float(n[worst]))
                )
            )
    return tuple(errors)


def explanations(
    comparison: Comparison, layer_sizes: tuple[int, ...] | None, layout: Layout, tolerance: float
) -> tuple[str, ...]:
    """Sentences that say what is wrong, each found by undoing it; none if no single number or exchange explains it."""
    if not np.isfinite(comparison.analytic).all():
        return ()
    everything = np.arange(comparison.theta.size)
    for sentence in _explained(comparison, "the gradient", everything, tolerance):
        return (sentence,)
    if layer_sizes is None:
        return ()
    for other in LAYOUTS:
        if other != layout and _is_right(
            comparison, _read_as(comparison.analytic, layer_sizes, other, layout), tolerance
        ):
            return (f"the gradient is in the layout {other!r}, theta in {layout!r}",)
    return tuple(_by_block(comparison, dict(blocks(layer_sizes, layout)), tolerance))


def _by_block(comparison, places, tolerance):
    """A sentence for each wrong block that can be explained, and for two that are exchanged."""
    analytic = comparison.analytic
    wrong = [name for name, where in places.items() if not _is_right(comparison, analytic, tolerance, where)]
    found = {}
    for first, second in combinations(wrong, 2):
        for meant, how in _exchanged(analytic, places, first, second):
            # If they differ in length, they have also moved what lies between them.
            moved = [name for name, where in places.items() if (meant[where] != analytic[where]).any()]
            if moved and _is_right(
                comparison, meant, tolerance, np.concatenate([places[name].ravel() for name in moved])
            ):
                found |= dict.fromkeys(moved, f"{first} and {second} are exchanged{how}")
    for name in wrong:
        if name not in found:
            found.update((name, sentence) for sentence in _explained(comparison, name, places[name], tolerance))
    return dict.fromkeys(found[name] for name in wrong if name in found)


def _exchanged(analytic, places, first, second):
    """What a gradient should have been if it holds two blocks in each other's place, and how they stand there."""
    order = sorted(places, key=lambda name: places[name].min())
    written = [{first: second, second: first}.get(name, name) for name in order]
    ends = np.cumsum([places[name].size for name in written])
    meant = np.empty_like(analytic)
    for name, part in zip(written, np.split(analytic, ends[:-1]), strict=True):
        meant[np.sort(places[name], axis=None)] = part
    yield meant, ""
    one, other = places[first], places[second]
    if one.ndim == 2 and one.shape == other.T.shape:
        meant = analytic.copy()
        meant[one], meant[other] = analytic[other].T, analytic[one].T
        yield meant, ", each transposed"


def _explained(comparison, name, where, tolerance) -> Iterator[str]:
    """What is wrong with the entries ``where``, a matrix or a row of places, if a kind of mistake explains it."""
    theta, analytic, numeric, known = comparison
    at = np.intersect1d(where, known)
    g, n, t = analytic[at], numeric[at], theta[at]
    if not n.any() or _is_right(comparison, analytic, tolerance, where):
        return
    if not g.any():
        yield f"{name} is zero"
        return
    g_unit, n_unit = g / np.abs(g).max(), n / np.abs(n).max()  # else their squares might overflow
    factor = np.dot(g_unit, n_unit) / np.dot(n_unit, n_unit) * (np.abs(g).max() / np.abs(n).max())
    if at.size > 1 and factor and _is_right(comparison, analytic / factor, tolerance, where):
        yield (
            f"{name} has the wrong sign"
            if abs(factor + 1) < EXPLAINED
            else f"{name} is {factor:.6g} times the right one"
        )
        return
    decay = np.dot(g - n, t) / np.dot(t, t) if t.any() else 0.0
    if at.size > 1 and decay and _is_right(comparison, analytic - decay * theta, tolerance, where):
        yield f"{name} lacks {-decay:.6g} times theta" if decay < 0 else f"{name} has {decay:.6g} times theta too much"
        return
    if where.ndim == 2 and min(where.shape) > 1:
        # The transpose written down in the same order is the matrix itself in the other order.
        order = "F" if where[0, 1] == where[0, 0] + 1 else "C"
        turned = analytic.copy()
        turned[where] = analytic[np.sort(where, axis=None)].reshape(where.shape, order=order)
        if _is_right(comparison, turned, tolerance, where):
            yield f"{name} is transposed"


def _read_as(analytic, layer_sizes, other, layout):
    """A gradient that was written in the layout ``other``, in ``layout``."""
    return to_layout(from_layout(analytic, layer_sizes, other), layer_sizes, layout)


def _is_right(comparison, corrected, tolerance, where=None):
    """Whether a corrected gradient agrees, at the known places among ``where``, far better than the given one."""
    at = comparison.known if where is None else np.intersect1d(where, comparison.known)
    n = comparison.numeric[at]
    error = relative_difference(corrected[at], n)
    if corrected is comparison.analytic:
        return error <= tolerance
    return error <= max(tolerance, EXPLAINED * relative_difference(comparison.analytic[at], n))
