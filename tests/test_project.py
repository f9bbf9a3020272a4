"""The project's files are found around the library in a clone, and in it where the wheel has brought them."""

import json
import runpy
import shutil
from pathlib import Path

from sparseae_lib import project
from sparseae_lib.project import PROJECT


def test_in_a_clone_they_lie_around_the_library():
    assert Path(__file__).resolve().parent.parent == PROJECT
    assert json.loads((PROJECT / "benchmarks" / "results.json").read_text(encoding="utf-8"))


def test_a_copy_inside_the_library_goes_first(tmp_path):
    library = tmp_path / "sparseae_lib"
    library.mkdir()
    module = shutil.copy(project.__file__, library)
    assert runpy.run_path(module)["PROJECT"] == tmp_path
    (library / "_project").mkdir()
    assert runpy.run_path(module)["PROJECT"] == library / "_project"
