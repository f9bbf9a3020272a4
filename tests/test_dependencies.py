"""What the library imports is what it declares, and only the module of an extra needs what the extra brings."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CORE = {Requirement(line).name for line in PROJECT["dependencies"]}
EXTRAS = {
    extra: {Requirement(line).name for line in lines} for extra, lines in PROJECT["optional-dependencies"].items()
}
IN_NOTEBOOKS = {"IPython"}
"""What only a notebook calls, which has it."""

MODULES = {
    "checks/against_autograd": "autodiff",
    "book_map/drawing": "plots",
    **{name: name for name in EXTRAS if name != "autodiff"},
}
"""The modules that need an extra."""

WITHOUT_NUMPY = ("calculus", "derivations", "formulas", "statements", "errata", "notebook_html")
"""What runs in a browser too, where there may be no NumPy."""


def imports(source):
    """The names of the packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]


@cache
def distributions():
    """{module: the distributions that bring it} of all that is installed, which it takes a second to look up."""
    return packages_distributions()


def foreign(path):
    """The distributions that a file of the library needs."""
    known = distributions()
    names = set(imports(path.read_text(encoding="utf-8"))) - sys.stdlib_module_names - {"sparseae_lib"} - IN_NOTEBOOKS
    return {known[name][0] for name in names}


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_each_import_is_declared_and_each_declared_is_imported():
    library = ROOT / "sparseae_lib"
    needed = {path.relative_to(library).with_suffix("").as_posix(): foreign(path) for path in library.rglob("*.py")}
    for name, names in needed.items():
        assert names <= CORE | EXTRAS.get(MODULES.get(name), set()), name
    assert set().union(*needed.values()) == CORE.union(*EXTRAS.values())


def test_an_undeclared_import_is_seen(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("import numpy as np\ndef f():\n    from yaml.nodes import Node\n", encoding="utf-8")
    assert foreign(path) == {"numpy", "PyYAML"}


@pytest.mark.parametrize(("module", "extra"), MODULES.items())
def test_the_error_names_the_extra_that_is_missing(module, extra):
    names = set(imports((ROOT / "sparseae_lib" / f"{module}.py").read_text(encoding="utf-8")))
    packages = {name for name in names if distributions().get(name, [""])[0] in EXTRAS[extra]}
    assert len(packages) == len(EXTRAS[extra])
    for package in packages:
        result = run(f"import sys; sys.modules[{package!r}] = None; import sparseae_lib.{module.replace('/', '.')}")
        assert f"pip install 'sparseae_lib[{extra}]'" in result.stderr.splitlines()[-1]


def test_without_numpy_the_proofs_and_the_ledger_can_be_imported():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in WITHOUT_NUMPY
        for path in [*(ROOT / "sparseae_lib" / name).rglob("*.py"), ROOT / "sparseae_lib" / f"{name}.py"]
        if path.exists() and path.stem not in ("__main__", "evidence")  # which compute
    ]
    assert {name.split(".")[1] for name in modules} == set(WITHOUT_NUMPY) and len(modules) > 30
    code = "import sys; sys.modules['numpy'] = None; from importlib import import_module as m; "
    result = run(code + f"[m(name) for name in {modules}]; m('sparseae_lib.errata').load_errata()")
    assert result.returncode == 0, result.stderr
