"""The map as a picture: what a theorem rests on stands above it. Everything in it is a link; the extra ``plots``."""

import io
import re
import textwrap
from dataclasses import dataclass
from graphlib import TopologicalSorter

try:
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
    from matplotlib.path import Path
except ImportError as error:
    raise ImportError("sparseae_lib.book_map.drawing needs matplotlib: pip install 'sparseae_lib[plots]'") from error

from sparseae_lib.book_map.theorems import Theorem
from sparseae_lib.notebook_html import Html

WIDTH, BOX, GAP, LINE, HEAD, BETWEEN = 1000, 180, 18, 13, 26, 46
"""The width of the picture, of a box and between two; the height of a line, of a chapter's title and between rows."""

INK, GROUND = "#010203", "#fcfdfe"
"""Stand for the colours of the page's text and of its ground, which change with the scheme."""

GREEN, BLUE, ORANGE = "#00835f", "#0072b2", "#b35900"
"""On a light ground; ``map.css`` has lighter ones for a dark ground."""

VARIABLES = {
    INK: "var(--pst-color-text-base, currentColor)",
    GROUND: "var(--pst-color-background, #fff)",
    GREEN: f"var(--map-green, {GREEN})",
    BLUE: f"var(--map-blue, {BLUE})",
    ORANGE: f"var(--map-orange, {ORANGE})",
}

STYLES = {
    "definition": (INK, 0.8, "solid"),
    "engine, second opinion, kernel": (GREEN, 2.2, "solid"),
    "engine, kernel": (BLUE, 2.2, "dashed"),
    "in steps, kernel": (ORANGE, 2.2, "dashdot"),
}
"""{how a theorem is decided: colour, width and kind of the line about it}."""


@dataclass
class _Box:
    """What is drawn for a theorem; ``x`` is its middle, ``y`` its upper edge, from the top left of the picture."""

    theorem: Theorem
    decided: str
    lines: list[str]
    x: float = 0
    y: float = 0

    @property
    def title(self):
        return textwrap.wrap(self.theorem.title, 28)

    @property
    def height(self):
        return LINE * (len(self.title) + 1 + len(self.rows)) + 12

    @property
    def rows(self):
        return _in_rows(self.lines, 5)


def draw(
    theorems: dict[str, Theorem],
    foundations: dict[str, set[str]],
    chapters: dict[str, str],
    decided: dict[str, str],
    lines: dict[str, list[str]],
) -> Html:
    """The map of the ``theorems``, chapter by chapter, with arrows from the ``foundations`` of each.

    ``chapters`` has their titles. By label, ``decided`` says how each theorem was decided, one of ``STYLES``, and
    ``lines`` which lines of the source rest on it.
    """
    boxes = {label: _Box(theorem, decided[label], lines.get(label, [])) for label, theorem in theorems.items()}
    y, heads, number = 4, [], 0
    for chapter in dict.fromkeys(theorem.chapter for theorem in theorems.values()):
        heads.append((chapter, y))
        y += HEAD
        for row in _rows(chapter, theorems, foundations):
            _place([boxes[label] for label in row], [[boxes[other] for other in foundations[label]] for label in row])
            for label in row:
                boxes[label].y = y
                # Rows lean to the left and to the right in turn, so that an arrow past a row does not cross its boxes.
                boxes[label].x += (-1) ** number * (WIDTH / len(row) - BOX - GAP) / 5
            number += 1
            y += max(boxes[label].height for label in row) + BETWEEN
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "map", "font.family": "sans-serif", "font.size": 10}):
        figure = Figure(figsize=(WIDTH / 72, y / 72))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(y, 0))
        axes.axis("off")
        for chapter, top in heads:
            axes.text(4, top + 16, chapters[chapter], size=12, weight="bold", color=INK, url=f"{chapter}.ipynb")
            axes.plot([0, WIDTH], [top, top], color=INK, alpha=0.2, linewidth=0.8)
        for start, end in _arrows(boxes, foundations):
            _arrow(axes, *start, *end)
        for box in boxes.values():
            _draw_box(axes, box)
        return Html(_svg(figure))


def _rows(chapter, theorems, foundations):
    """The labels of a chapter in rows, each below what it rests on."""
    own = {label for label, theorem in theorems.items() if theorem.chapter == chapter}
    sorter = TopologicalSorter({label: foundations[label] & own for label in sorted(own, key=list(theorems).index)})
    sorter.prepare()
    while ready := sorted(sorter.get_ready(), key=list(theorems).index):
        yield from _in_rows(ready, WIDTH // (BOX + GAP))
        sorter.done(*ready)


def _in_rows(items, length):
    return [items[start : start + length] for start in range(0, len(items), length)]


def _place(row, foundations):
    """Put the boxes of a row side by side, in the order of the middles of what they rest on."""
    middles = [sum(box.x for box in below) / len(below) if below else WIDTH / 2 for below in foundations]
    for place, (_, number) in enumerate(sorted((middle, number) for number, middle in enumerate(middles))):
        row[number].x = (place + 0.5) * WIDTH / len(row)


def _arrows(boxes, foundations):
    """The ends of every arrow: those at one box lie side by side, in the order of their other ends."""
    pairs = [(other, label) for label in boxes for other in sorted(foundations[label])]

    def along(pairs, here, there):
        pairs = sorted(pairs, key=lambda pair: boxes[pair[there]].x)
        step = min(14, (BOX - 40) / len(pairs))
        return {pair: boxes[pair[here]].x + step * (place - (len(pairs) - 1) / 2) for place, pair in enumerate(pairs)}

    starts, ends = {}, {}
    for label in boxes:
        if leaving := [pair for pair in pairs if pair[0] == label]:
            starts |= along(leaving, 0, 1)
        if arriving := [pair for pair in pairs if pair[1] == label]:
            ends |= along(arriving, 1, 0)
    for low, high in pairs:
        yield (starts[low, high], boxes[low].y + boxes[low].height), (ends[low, high], boxes[high].y)


def _arrow(axes, x0, y0, x1, y1):
    bend = min(60, abs(y1 - y0) / 2)
    curve = Path([(x0, y0), (x0, y0 + bend), (x1, y1 - bend), (x1, y1)], [Path.MOVETO, *[Path.CURVE4] * 3])
    arrow = FancyArrowPatch(path=curve, arrowstyle="-|>", mutation_scale=8, color=INK, alpha=0.45, linewidth=0.9)
    axes.add_patch(arrow)


def _draw_box(axes, box):
    colour, width, kind = STYLES[box.decided]
    left, address = box.x - BOX / 2, box.theorem.address
    frame = FancyBboxPatch((left, box.y), BOX, box.height, boxstyle="round,pad=0,rounding_size=5")
    frame.set(facecolor=GROUND, edgecolor=colour, linewidth=width, linestyle=kind, url=address)
    axes.add_patch(frame)
    y = box.y + LINE + 2
    for text in box.title:
        axes.text(left + 8, y, text, size=10, color=INK, url=address)
        y += LINE
    axes.text(left + 8, y, box.decided, size=8.5, color=colour)
    for row in box.rows:
        y += LINE
        for place, line in enumerate(row):
            axes.text(left + 8 + 33 * place, y, line, size=8.5, color=INK, url=f"errata.ipynb#{line.lower()}")


def _svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = re.sub(r"\A.*?(?=<svg)", "", file.getvalue(), flags=re.DOTALL)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, variable)
    svg = svg.replace("<svg ", '<svg role="group" aria-label="The theorems in boxes, joined by arrows" ', 1)
    return f'<div class="map">{svg}</div>'
