"""The wheel in an environment of its own, without the extras and without anything else that a clone has."""

import subprocess
from importlib.metadata import packages_distributions

import pytest

from tests.test_dependencies import EXTRAS, MODULES, ROOT, imports
from tests.test_readme import python_blocks


@pytest.fixture
def run(bare_python, tmp_path):
    """A function that runs code there, in an empty folder."""

    def run(code):
        return subprocess.run([bare_python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)

    return run


def test_nothing_but_the_wheel_and_what_it_needs_is_there(run, bare_python):
    result = run("import sparseae_lib; print(sparseae_lib.__file__)")
    assert result.stdout.startswith(str(bare_python.parent.parent)), result.stdout + result.stderr
    owners = packages_distributions()
    packages = {
        name
        for module, extra in MODULES.items()
        for name in imports((ROOT / "sparseae_lib" / f"{module}.py").read_text(encoding="utf-8"))
        if EXTRAS[extra] & set(owners.get(name, ()))
    }
    assert len(packages) == len(set().union(*EXTRAS.values()))
    result = run(f"from importlib.util import find_spec; print([n for n in {sorted(packages)} if find_spec(n)])")
    assert result.stdout == "[]\n", result.stderr


IMPORT_ALL = """
from importlib import import_module
from pkgutil import walk_packages
import sparseae_lib
for module in walk_packages(sparseae_lib.__path__, "sparseae_lib."):
    if not module.name.endswith("__main__"):
        try:
            import_module(module.name)
            print(module.name, "imported", sep=": ")
        except ImportError as error:
            print(module.name, error, sep=": ")
"""


def test_each_module_is_imported_or_names_its_extra(run):
    result = run(IMPORT_ALL)
    said = dict(line.split(": ", maxsplit=1) for line in result.stdout.splitlines())
    assert len(said) > 50, result.stderr
    for module, extra in MODULES.items():
        name = f"sparseae_lib.{module.replace('/', '.')}"
        message = said.pop(name)
        assert message.startswith(f"{name} needs ")
        assert message.endswith(f": pip install 'sparseae_lib[{extra}]'")
    assert set(said.values()) == {"imported"}, said


@pytest.mark.parametrize("block", python_blocks())
def test_the_code_of_the_readme_runs(run, block):
    result = run(block)
    assert result.returncode == 0, result.stderr
