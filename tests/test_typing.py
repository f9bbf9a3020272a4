"""Every public function says the types of its arguments and of what it returns, and each name for a type is in use."""

import ast
import inspect
from functools import cached_property
from pathlib import Path
from pkgutil import resolve_name

import pytest

import sparseae_lib
from sparseae_lib import typing
from tests.test_api import DOCUMENTED, public_names


def functions(names):
    """The functions behind names of functions, of methods and properties, and of classes: their own ``__init__``."""
    for name in names:
        value = resolve_name(name)
        if inspect.isclass(value):
            made = [vars(value).get(method) for method in ("__init__", "__new__")]
            yield from (f for f in made if inspect.isfunction(f) and f.__module__ == value.__module__)
        elif isinstance(value, property | cached_property):
            yield value.fget if isinstance(value, property) else value.func
        else:
            yield inspect.unwrap(value)


def missing(function):
    """What has no annotation: names of arguments, and ``return``."""
    parameters = list(inspect.signature(function).parameters.values())
    bare = [parameter.name for parameter in parameters if parameter.annotation is parameter.empty]
    returned = [] if "return" in function.__annotations__ else ["return"]
    return set(bare + returned) - {"self", "cls", "_cls"}


@pytest.mark.parametrize("module", sorted(DOCUMENTED))
def test_every_public_function_is_annotated(module):
    found = list(functions(public_names(resolve_name(module))))
    assert {function.__qualname__: gaps for function in found if (gaps := missing(function))} == {}


def test_a_missing_annotation_is_seen():
    def function(a: int, b, *, c: int = 0, **d):
        pass

    assert missing(function) == {"b", "d", "return"}


def unused(names):
    """Those that no annotation of the library holds."""
    library = [path for path in Path(sparseae_lib.__file__).parent.rglob("*.py") if path.name != "typing.py"]
    annotations = [
        annotation
        for path in library
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if annotation is not None
    ]
    used = {part.id for annotation in annotations for part in ast.walk(annotation) if isinstance(part, ast.Name)}
    return set(names) - used


def test_every_name_for_a_type_is_used():
    names = [name for name in typing.__annotations__ if name[0] != "_"]
    assert {"Floats", "Layers", "PerLayer"} <= set(names)
    assert unused([*names, "Number"]) == set()
    assert unused(["Floats", "Halves"]) == {"Halves"}
