"""Shapes for the eye: each matrix a rectangle, its sizes at its sides, and marked where two of them should be one."""

from itertools import count

from sparseae_lib.calculus.shapes import same_size, shape
from sparseae_lib.derivations.latex import latex
from sparseae_lib.notebook_html import formula

ROWS, COLUMNS = 0, 1
LENGTHS = (2.6, 4.4, 3.4, 5.4, 6.4)
"""Of the first size that is no 1, of the second, and so on, in letters."""

SIGNS = {"matrix product": ("", (COLUMNS, ROWS)), "power": ("", (COLUMNS, ROWS))} | {
    words: (sign, None) for words, sign in (("sum", "+"), ("elementwise product", r"\circ"), ("compared are", "="))
}
"""{what is done with two matrices: its sign, and the side of each that has to meet the other}; None is both sides."""


def side_by_side(operation, left, right):
    """Two matrices that do not fit, as HTML, with the sides that do not match marked and named."""
    sign, meet = SIGNS[operation]
    sides = [meet] if meet else [(ROWS, ROWS), (COLUMNS, COLUMNS)]
    shapes = shape(left), shape(right)
    clashes = [(a, b) for a, b in sides if not same_size(shapes[0][a], shapes[1][b])]
    lengths = _lengths([size for own in shapes for size in own])
    drawn = [
        _rectangle(matrix, own, {pair[number] for pair in clashes}, lengths)
        for number, (matrix, own) in enumerate(zip((left, right), shapes, strict=True))
    ]
    said = [f"on the left {_counted(shapes[0][a], a)}, on the right {_counted(shapes[1][b], b)}" for a, b in clashes]
    between = f'<span class="sign">{formula(sign)}</span>' if sign else ""
    return f'<div class="rectangles">{between.join(drawn)}</div><div>{"; ".join(said)}</div>'


def _counted(size, side):
    return f"{formula(latex(size))} {('row', 'column')[side]}{'' if size == 1 else 's'}"


def _lengths(sizes):
    """{size: its length}; one is short, and sizes that are not the same are not drawn alike."""
    others = dict.fromkeys(size for size in sizes if size != 1)
    return {1: 1.3} | {size: LENGTHS[number % len(LENGTHS)] for size, number in zip(others, count(), strict=False)}


def _rectangle(matrix, own, clashing, lengths):
    size = "; ".join(f"--{name}: {lengths[own[side]]}em" for side, name in ((ROWS, "height"), (COLUMNS, "width")))
    labels = "".join(
        f'<span class="{name}{" clash" if side in clashing else ""}">{formula(latex(own[side]))}</span>'
        for side, name in ((COLUMNS, "columns"), (ROWS, "rows"))
    )
    return f'<span class="rectangle" style="{size}">{labels}<span class="box">{formula(latex(matrix))}</span></span>'
