"""A reason in words and expressions: a tuple of both, in which a pair of expressions is an equation."""

from sympy import MatrixSymbol, preorder_traversal


def spoken(reason):
    """A reason as plain text."""
    return "".join(f"{part[0]} = {part[1]}" if isinstance(part, tuple) else str(part) for part in reason)


def listed(parts):
    """The parts as "a, b and c", for a reason."""
    words = []
    for number, part in enumerate(parts):
        words += ["" if number == 0 else " and " if number == len(parts) - 1 else ", ", part]
    return words[1:]


def matrices_in(parts):
    """The matrices with a name, each once, in the order in which they stand."""
    return list(
        dict.fromkeys(node for part in parts for node in preorder_traversal(part) if isinstance(node, MatrixSymbol))
    )
