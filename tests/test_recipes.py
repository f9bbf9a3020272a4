"""The recipes at the heads of modules, for adding or changing something: what they name is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
HEADED = [path for name in ("sparseae_lib", "tools", "benchmarks") for path in (ROOT / name).rglob("*.py")]


def recipe(path):
    """The head of a file from the paragraph on that says how to add or change something; empty if none does."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = ast.get_docstring(ast.parse(text)) or ""
    else:
        text = re.sub("^# ?", "", re.match(r"(#.*\n)*", text)[0], flags=re.MULTILINE).replace("`", "``")
    found = re.search(r"(?:.+\n)*.*\bTo (?:add|change|check) (?s:.*)", text)
    return found[0] if found else ""


RECIPES = {
    path.relative_to(ROOT).as_posix(): recipe(path)
    for path in sorted([*HEADED, ROOT / "sparseae_lib" / "errata" / "lines.toml"])
    if recipe(path)
}


def place(name):
    """The file or folder of that name, in the project or in the library; None if there is none."""
    return next((above / name for above in (ROOT, ROOT / "sparseae_lib") if (above / name).exists()), None)


@cache
def names_in(path):
    """The names in the code of a module and the modules beside it; of a grammar, its tokens."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".lark":
        return set(re.findall(r"^[A-Z_]+", text, re.MULTILINE))
    nodes = list(ast.walk(ast.parse(text)))
    return {getattr(node, key, None) for node in nodes for key in ("id", "name", "arg")}


def missing(text, own):
    """The names in a recipe that no file, module or command has, nor the code of ``own`` or of a file that it names."""
    names = re.findall(r"``([^`]+)``", text)
    files = [file for name in [own, *names] if (file := place(name)) and file.suffix in (".py", ".lark")]
    known = set().union(*map(names_in, files)) | {f"make {target}" for target in TARGETS}
    known |= {module.stem for folder in (place(own).parent, ROOT / "sparseae_lib") for module in folder.iterdir()}
    known |= {name for name in names if place(re.sub(r"^python -m ([\w.]+).*", run_file, name))}
    return set(names) - known


def run_file(command):
    return command[1].replace(".", "/") + ".py"


@pytest.mark.parametrize("path", RECIPES)
def test_what_a_recipe_names_is_there(path):
    assert missing(RECIPES[path], path) == set()


def test_what_is_not_there_is_found():
    there = (
        "``kernel/``, ``make book``, ``python -m tools.kernel --write``, ``FUNCTION`` of ``formulas/grammar.lark``, "
    )
    there += "``Settings`` of ``sparseae_lib/checkpoints.py``, ``penalties``, ``sigmoid``"
    gone = {
        "kernels/",
        "make books",
        "python -m tools.kernels --write",
        "FUNCTIONAL",
        "OPTIONS",
        "compare_with_targets",
    }
    assert missing(there + "".join(f"``{name}``" for name in gone), "sparseae_lib/activations.py") == gone
    for path, named in (("sparseae_lib/mistakes/__init__.py", "SLIPS"), ("sparseae_lib/errata/lines.toml", "BREAKS")):
        assert f"``{named}``" in RECIPES[path]
        assert missing(RECIPES[path].replace(f"``{named}``", "``GONE``"), path) == {"GONE"}
