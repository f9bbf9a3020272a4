"""What is made of the book in processes of its own is the same, and what fails there fails the build."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.built_pages import FEW

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"few": FEW, "many": FEW + 1}

# In a process without threads: Python warns of a fork in any other one.
REWRITE = """
import os, sys
from pathlib import Path
from tools.built_pages import rewrite

def rewritten(text, path):
    if text == sys.argv[2]:
        raise ValueError(f"{path.name} is bad")
    return f"{text} of {path.name} by {os.getpid()}"

rewrite(Path(sys.argv[1]), rewritten)
print(os.getpid())
"""

MEANWHILE = """
import os, sys
from types import SimpleNamespace
from tools.parallel_writing import meanwhile

def make(app):
    if not app.folder:
        raise ValueError("no folder")
    with open(f"{app.folder}/made", "w") as file:
        print(os.getpid(), file=file)

listeners = {}
app = SimpleNamespace(folder=sys.argv[1], connect=listeners.__setitem__)
meanwhile(app, make)
assert listeners["html-collect-pages"](app) == []
print(os.getpid())
listeners["build-finished"](app, None)
"""


def run(code, *arguments):
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(params=PAGES)
def folder(request, tmp_path):
    for number in range(PAGES[request.param]):
        path = tmp_path / f"{number % 3}" / f"{number}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"text {number}")
    (tmp_path / "style.css").write_text("no page")
    return tmp_path


def test_each_page_is_rewritten_once_and_many_by_other_processes(folder):
    done = run(REWRITE, folder, "")
    assert done.stderr == ""
    pages = list(folder.rglob("*.html"))
    written = {path: path.read_text().rpartition(" by ") for path in pages}
    assert all(text == f"text {path.stem} of {path.name}" for path, (text, _, _) in written.items())
    own = {process for _, _, process in written.values()} == {done.stdout.strip()}
    assert own == (len(pages) == FEW)
    assert (folder / "style.css").read_text() == "no page"


def test_a_page_that_cannot_be_rewritten_is_an_error(folder):
    done = run(REWRITE, folder, "text 7")
    assert done.returncode == 1
    assert "7.html is bad" in done.stderr


def test_what_is_made_meanwhile_is_there_at_the_end_by_another_process(tmp_path):
    done = run(MEANWHILE, tmp_path)
    assert done.stderr == ""
    assert (tmp_path / "made").read_text() != done.stdout


def test_what_fails_meanwhile_fails_the_build():
    done = run(MEANWHILE, "")
    assert done.returncode == 1
    assert "no folder" in done.stderr
