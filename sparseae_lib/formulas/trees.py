"""What a tree of the grammar holds, whatever the braces around it."""

from lark import Token, Tree

from sparseae_lib.formulas.letters import named

OPERATORS = ("by", "sum_over", "sum_over_reversed")
"""What takes in the factors to its right."""


def is_rule(part, *rules):
    return isinstance(part, Tree) and part.data in rules


def span(part):
    if isinstance(part, Token):
        return part.start_pos, part.end_pos
    if part.meta.empty:
        return span(part.children[0]) if part.children else (0, 0)
    return part.meta.start_pos, part.meta.end_pos


def only(tree):
    """What is in a tree whose rules have only one part each: the tree of ``{W}`` has the letter in it."""
    while isinstance(tree, Tree) and tree.data in ("expression", "product", "scripted", "braces"):
        parts = [part for part in tree.children if part is not None]
        if len(parts) != 1:
            break
        tree = parts[0]
    return tree


def factors_of(tree):
    """The factors of a product without signs, or the tree alone."""
    while isinstance(tree, Tree) and tree.data in ("expression", "product", "braces"):
        parts = [part for part in tree.children if part is not None]
        if len(parts) != 1:
            return parts if tree.data == "product" and not any(is_rule(part, *OPERATORS) for part in parts) else [tree]
        tree = parts[0]
    return [tree]


def chain(tree):
    """What signs join, and the signs: ``a . b . c`` is a tree that branches to the right."""
    parts = []
    while is_rule(tree, "joined"):
        left, sign, tree = tree.children
        parts += [left, sign]
    return [*parts, tree]


def head_of(tree):
    r"""A letter and its scripts; braces around a letter with scripts add theirs: ``{A_1}^{(l)}`` is ``A_1^{(l)}``."""
    head, *scripts = (part for part in tree.children if part is not None)
    inner = factors_of(head) if is_rule(head, "braces") else []
    if len(inner) == 1 and is_rule(inner[0], "scripted"):
        head, within = head_of(inner[0])
        return head, [*within, *scripts]
    return head, scripts


def is_named_in_braces(tree):
    r"""Whether the first index of a letter stands in braces with it, as in ``{A_1}^{(l)}``: it belongs to the name."""
    inner = factors_of(tree.children[0]) if is_rule(tree.children[0], "braces") else []
    if len(inner) != 1 or not is_rule(inner[0], "scripted"):
        return False
    return any(is_rule(script, "below") for script in inner[0].children) or is_named_in_braces(inner[0])


def name_of(head):
    if is_rule(head, "accented"):
        accent, letter = head.children
        return f"{named(str(letter))}_{'hat' if 'hat' in accent else 'bar'}"
    return named(str(head)) if head.type != "OUTPUT" else "h"


def suffix_of(below):
    """The name below a letter that belongs to it, as the J of ``\\Delta_J``."""
    token = only(below[0]) if len(below) == 1 else None
    return named(str(token)) if isinstance(token, Token) else None


def is_top(part):
    token = only(part.children[0] if is_rule(part, "above") else part)
    return isinstance(token, Token) and (token.type == "TOP" or token == "T")


def is_prime(part):
    token = part.children[0] if is_rule(part, "above") else part
    return isinstance(token, Token) and token.type == "PRIME"
