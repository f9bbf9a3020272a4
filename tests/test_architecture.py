"""The picture of the parts of the library is that of its imports."""

import re
from pathlib import Path

import pytest

from tools.architecture import PICTURE, draw, imports, part_of

LIBRARY = Path(__file__).resolve().parent.parent / "sparseae_lib"


def test_the_picture_shows_the_imports():
    stored = PICTURE.read_text(encoding="utf-8")
    found = imports(LIBRARY)
    drawn = re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', stored)
    assert sorted(drawn) == sorted(found), "run python -m tools.architecture"
    assert stored == draw(found), "run python -m tools.architecture"


def test_what_the_page_says_of_it_is_true():
    found = imports(LIBRARY)
    assert not {end for start, end in found if start in ("proofs", "gradients")}
    assert {start for start, end in found if end == "gradients"} & {
        start for start, end in found if end == "proofs"
    } == {"checks"}


def test_every_module_belongs_to_a_part_and_a_new_import_is_seen(tmp_path):
    assert {name for name in part_of() if not any(LIBRARY.glob(f"{name}*"))} == set()
    (tmp_path / "network.py").write_text("def f():\n    from sparseae_lib.calculus import decide\n")
    assert imports(tmp_path) == {("gradients", "proofs")}
    (tmp_path / "network.py").write_text("from sparseae_lib import statements, threads\n")
    assert imports(tmp_path) == {("gradients", "proofs")}
    (tmp_path / "unknown.py").write_text("import sparseae_lib.network\n")
    with pytest.raises(KeyError, match="unknown"):
        imports(tmp_path)
