"""Draw which part of the library imports which, into ``book/_static/architecture.svg``.

The places of the parts are chosen by hand, and the arrows come from the imports.
"""

import ast
import sys

from tools.release import ROOT

PICTURE = ROOT / "book" / "_static" / "architecture.svg"
CORE = ("activations", "backprop", "penalties", "network", "shards", "objective", "gradcheck", "layouts")
CORE += ("cost_function", "gradient_errors", "matmul", "threads", "compiled", "fast", "validation", "typing", "files")
PARTS = {
    "the map": (2, 0, "what rests on what", ("book_map",)),
    "the ledger": (1, 1, "52 lines, 52 verdicts", ("errata",)),
    "for Rocq": (0, 1, "statements written out", ("kernel",)),
    "derivations": (0, 3, "steps with reasons", ("derivations",)),
    "proofs": (1, 3, "calculus, formulas, statements", ("calculus", "formulas", "statements")),
    "checks": (2, 2, "library against statements", ("checks",)),
    "gradients": (
        2,
        3,
        "network, backprop, objective",
        CORE,
    ),
    "training": (
        3,
        2,
        "estimator, Dask, images, plots",
        ("training", "early_stopping", "checkpoints", "estimator", "distributed", "images", "plots"),
    ),
    "mistakes": (3, 3, "wrong gradients, on purpose", ("mistakes",)),
}
"""{part: its column, its row, its words, its modules}"""
SERVANTS = {"notebook_html", "project"}
"""Small modules that anything may use; they are not drawn."""
WIDTH, HEIGHT, GAP_X, GAP_Y = 200, 62, 24, 44


def part_of():
    """{module or package of the library: the part that it belongs to}"""
    return {name: part for part, (_, _, _, names) in PARTS.items() for name in names}


def imports(library):
    """The pairs of parts of which the first imports the second. Raises KeyError if a module belongs to none."""
    parts, found = part_of(), set()
    for path in library.rglob("*.py"):
        own = path.relative_to(library).parts[0].removesuffix(".py")
        if own in SERVANTS | {"__init__", "_project"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for other in _imported(node):
                if other not in SERVANTS and parts[own] != parts[other]:
                    found.add((parts[own], parts[other]))
    return found


def _imported(node):
    """The modules of the library, without what is inside them, that a node of a syntax tree imports."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module == "sparseae_lib":
        names = [f"sparseae_lib.{alias.name}" for alias in node.names]
    else:
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
    return {name.split(".")[1] for name in names if name.startswith("sparseae_lib.")}


def draw(arrows):
    """The picture, as SVG."""
    corners = {part: (12 + x * (WIDTH + GAP_X), 12 + y * (HEIGHT + GAP_Y)) for part, (x, y, *_) in PARTS.items()}
    width = 24 + 4 * WIDTH + 3 * GAP_X
    height = 24 + 4 * HEIGHT + 3 * GAP_Y
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" text-anchor="middle">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 Z" fill="#444"/></marker></defs>',
        f'<rect width="{width}" height="{height}" rx="8" fill="#fff"/>',
    ]
    for start, end in sorted(arrows):
        (x, y), (u, v) = (_edge(corners, start, end), _edge(corners, end, start))
        lines.append(
            f'<line data-from="{start}" data-to="{end}" x1="{x}" y1="{y}" x2="{u}" y2="{v}" '
            'stroke="#444" stroke-width="1.4" marker-end="url(#tip)"/>'
        )
    for part, (x, y) in corners.items():
        middle, words = x + WIDTH // 2, PARTS[part][2]
        lines += [
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#eef3fa" stroke="#2b5c93"/>',
            f'<text x="{middle}" y="{y + 26}" font-size="16" font-weight="bold" fill="#111">{part}</text>',
            f'<text x="{middle}" y="{y + 46}" font-size="12.5" fill="#333">{words}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _edge(corners, part, other):
    """Where an arrow between the boxes of ``part`` and ``other`` meets that of ``part``."""
    (x, y), (u, v) = corners[part], corners[other]
    if y == v:
        return x + (WIDTH if u > x else 0), y + HEIGHT // 2
    shift = max(-70, min(70, (u - x) // 4))  # so that arrows from several sides do not end in one point
    return x + WIDTH // 2 + shift, y + (HEIGHT if v > y else 0)


def main():
    PICTURE.write_text(draw(imports(ROOT / "sparseae_lib")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
