"""The cell with which a chapter begins that is taken elsewhere: it installs what the chapter needs."""

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

from nbformat.v4 import new_code_cell
from packaging.requirements import Requirement

from tools.release import ROOT, newest

CELL = """\
# Installs what this chapter needs{source}, if it is missing.
from importlib.util import find_spec

if not all(map(find_spec, {packages})):
    %pip install --quiet {requirements}"""


def wheel():
    """The name of the file that the library is installed from."""
    return f"sparseae_lib-{newest()[0]}-py3-none-any.whl"


def with_first_cell(notebook, address):
    """The notebook with the cell after its title. ``address`` is that of the folder of the wheel, empty if unknown."""
    needed = packages(notebook)
    extras = ",".join(sorted(project()["optional-dependencies"]))
    source = "" if address else " from the library's wheel beside this notebook"
    library = f"sparseae_lib[{extras}] @ {address}{wheel()}" if address else f"./{wheel()}[{extras}]"
    text = CELL.format(
        source=source,
        packages="[" + ", ".join(f'"{name}"' for name in needed) + "]",
        requirements=" ".join([f'"{library}"', *foreign(needed)]),
    )
    cell = new_code_cell(text, id="first", metadata={"jupyter": {"source_hidden": True}, "tags": ["remove-cell"]})
    notebook.cells.insert(1, cell)
    return notebook


def packages(notebook):
    """What the cells import, and what the modules of the library need that they import, without Python's own."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for module in imports(cell.source):
                found.add(module.partition(".")[0])
                if module.startswith("sparseae_lib."):
                    found.update(needs(module))
    return sorted(found - sys.stdlib_module_names)


def imports(source):
    """The names of the modules that the code imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def foreign(names):
    """The distributions of these packages that the library does not bring, even with all its extras."""
    brought = [project()["dependencies"], *project()["optional-dependencies"].values()]
    brought = {Requirement(line).name for lines in brought for line in lines} | {"ipython", "sparseae_lib"}
    return sorted({distributions()[name][0] for name in names if name != "sparseae_lib"} - brought)


@cache
def distributions():
    """{package: the distributions that bring it}"""
    return packages_distributions()


@cache
def project():
    """What ``pyproject.toml`` says of the library."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@cache
def needs(module):
    """The packages that a module of the library imports."""
    source = Path(find_spec(module).origin).read_text(encoding="utf-8")
    return {name.partition(".")[0] for name in imports(source)}
