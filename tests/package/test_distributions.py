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
    assert {name for name in names if not name.startswith(info)} == {n for n in library if "__pycache__" not in n}
    assert "sparseae_lib/py.typed" in names and f"{info}licenses/LICENSE" in names
    assert (fields["License-Expression"], fields["Author"]) == ("MIT", "The sparseae_lib project")
    assert fields.get_all("Classifier") == PROJECT["classifiers"]
    assert "Project-URL" not in fields and "Home-page" not in fields
