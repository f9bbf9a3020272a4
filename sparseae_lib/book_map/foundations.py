"""What each theorem rests on, computed: nothing here is a list that someone would have to keep.

A theorem rests on another one for one of three reasons:

- The *letters* of its text, its equation and its derivation: what stands for a mean activation rests on its definition.
- The *construction* of its statement: the derivation of the delta with a penalty begins with that of the hidden delta.
- The *links* in its text: where there is no single equation, the theorem names what it puts together.
"""

import ast
import inspect
import re
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from itertools import chain

from sympy import Symbol
from sympy.core.function import AppliedUndef

from sparseae_lib import statements
from sparseae_lib.book_map.theorems import Theorem
from sparseae_lib.calculus import LayerMatrix
from sparseae_lib.calculus.functions import Applied
from sparseae_lib.formulas.letters import printed
from sparseae_lib.formulas.printer import latex
from sparseae_lib.statements import STATEMENTS, THEMES, Statement

IN_WORDS = {"A": "thm-forward", r"\sigma": "def-sigmoid"}
"""{letter: label} where the text defines the letter, and no statement does."""


def foundations(theorems: dict[str, Theorem]) -> dict[str, set[str]]:
    """{label: the labels of what that theorem rests on}. Raises ``CycleError`` if two rest on each other."""
    found = {}
    for label, theorem in theorems.items():
        text = theorem.text
        named = set(re.findall(r"#((?:thm|def)-[\w-]+)\)", text))
        named |= {f"thm-{name}" for name in re.findall(r"#eq-([\w-]+)\)", text)}
        if label in STATEMENTS:
            text += " ".join(_printed(STATEMENTS[label]))
            named |= construction(label)
        named |= {defined for letter, defined in letters().items() if _occurs(letter, text)}
        found[label] = (named & set(theorems)) - {label}
    tuple(TopologicalSorter(found).static_order())
    return found


def nearest(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same without what follows from the rest: if C rests on B and B on A, that C rests on A is left out."""
    everything = {}
    for label in TopologicalSorter(found).static_order():
        everything[label] = found[label].union(*(everything[below] for below in found[label]))
    return {
        label: {below for below in direct if not any(below in everything[other] for other in direct)}
        for label, direct in found.items()
    }


@cache
def letters() -> dict[str, str]:
    r"""{letter: label of its definition}, as ``\Omega`` or ``\mathrm{KL}'``."""
    defined = {}
    for statement in STATEMENTS.values():
        letter = _letter(statement.left)
        if letter and (statement.derivation is None or _is_derivative(statement.left)):
            defined[letter] = statement.label
    return defined | IN_WORDS


def _letter(left):
    """What is defined, without its layer and its argument, as it is printed; None of a formula."""
    match left:
        case Applied():
            return latex(left.args[0])
        case LayerMatrix():
            return printed(left.name)
        case AppliedUndef():
            return printed(left.func.__name__)
        case Symbol():
            return latex(left)


def _is_derivative(left):
    return isinstance(left, Applied) and left.args[0].order > 0


def _occurs(letter, text):
    return re.search(rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])", text)


def _printed(statement):
    yield statement.equation
    for part in (statement.derivation, *statement.where, *statement.where.values()):
        if part is not None:
            yield latex(part)


@cache
def construction(label: str) -> set[str]:
    """The labels of the statements that the one with this label is made of, wherever its source names them."""
    name, module = next(
        (name, module)
        for module in THEMES
        for name, value in vars(module).items()
        if getattr(value, "label", None) == label and name in _assigned(module)
    )
    return set(_named(_assigned(module)[name], module))


def _named(node, module):
    for part in ast.walk(node):
        if not isinstance(part, ast.Name) or part.id not in vars(module):
            continue
        value = vars(module)[part.id]
        if isinstance(value, Statement):
            yield value.label
        elif part.id in _assigned(module):  # a helper beside the statement
            yield from _named(_assigned(module)[part.id], module)
        elif inspect.isfunction(value) and value.__module__.startswith(statements.__name__):  # or in another module
            home = import_module(value.__module__)
            yield from _named(_assigned(home)[part.id], home)


@cache
def _assigned(module):
    """{name: what it is given, as syntax} for the names that a module defines."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Assign):
            targets = chain(*(target.elts if isinstance(target, ast.Tuple) else [target] for target in node.targets))
            found |= {target.id: node.value for target in targets}
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = ast.Module(node.body, [])
    return found
