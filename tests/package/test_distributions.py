"""What the wheel and the sdist hold."""

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.test_dependencies import PROJECT

ROOT = Path(__file__).resolve().parent.parent.parent


SHOWN = "sparseae_lib/_project/"
"""Where the wheel has what the chapters show of the project beside the library."""


@pytest.fixture(scope="module")
def unpacked(sdist, tmp_path_factory):
    """The folder of the unpacked sdist."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


def test_the_sdist_holds_the_files_of_the_project_and_no_others(unpacked):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert files == {"PKG-INFO", *listed}


def test_tests_run_from_the_sdist(unpacked):
    where = "import sparseae_lib; print(sparseae_lib.__file__)"
    run = subprocess.run([sys.executable, "-c", where], cwd=unpacked, capture_output=True, text=True, check=True)
    assert Path(run.stdout.strip()).is_relative_to(unpacked)
    for arguments in (["--collect-only", "tests"], ["tests/test_network.py", "tests/test_readme.py", "tests/errata"]):
        command = [sys.executable, "-m", "pytest", "-q", *arguments]
        run = subprocess.run(command, cwd=unpacked, capture_output=True, text=True)
        assert run.returncode == 0 and re.search(r"\d+ (passed|tests collected)", run.stdout), run.stdout


def test_the_wheel_holds_the_library_its_licence_and_the_mark_that_it_is_typed(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        fields = message_from_bytes(archive.read(metadata))
    info = metadata.removesuffix("METADATA")
    library = {str(path.relative_to(ROOT)) for path in (ROOT / "sparseae_lib").rglob("*") if path.is_file()}
    library = {name for name in library if "__pycache__" not in name}
    assert {name for name in names if not name.startswith((info, SHOWN))} == library
    assert {f"{info}licenses/{name}" for name in ("LICENSE", "book/LICENSE")} | {"sparseae_lib/py.typed"} <= names
    assert (fields["License-Expression"], fields["Author"]) == ("MIT AND CC-BY-4.0", "The sparseae_lib project")
    assert fields.get_all("Classifier") == PROJECT["classifiers"]
    assert "Project-URL" not in fields and "Home-page" not in fields


def test_the_wheel_holds_what_the_chapters_read_as_it_is_in_the_project(wheel):
    with zipfile.ZipFile(wheel) as archive:
        shown = {name.removeprefix(SHOWN): archive.read(name) for name in archive.namelist() if name.startswith(SHOWN)}
    expected = [*(ROOT / "book").glob("*.ipynb"), *(ROOT / "kernel").glob("*.v"), ROOT / "kernel" / "mutants.json"]
    assert {str(path.relative_to(ROOT)) for path in expected} <= set(shown)
    assert "benchmarks/results.json" in shown and "book/LICENSE" not in shown
    for name, content in shown.items():
        assert (ROOT / name).read_bytes() == content, name
    read = set()
    for path in (ROOT / "book").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8").replace('\\"', '"')
        assert "../" not in "".join(re.findall(r'Path\("([^"]*)"', text)), path.name
        read |= {"/".join(re.findall(r'"([^"]+)"', parts)) for parts in re.findall(r'PROJECT((?: / "[\w.]+")+)', text)}
    assert len(read) >= 5 and all(any(f"{name}/".startswith(f"{path}/") for name in shown) for path in read), read
