"""Every guard of the book is broken here once, and seen to say so."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.requirements import Requirement

from tests.guards import (
    contents_problems,
    idle_tests,
    listing_problems,
    mirror_problems,
    theorem_problems,
    treatment_problems,
)
from tools import versions
from tools.book import inputs, last_run, run_notebooks
from tools.inputs import digest, installation
from tools.notebooks import KERNEL

ROOT = Path(__file__).resolve().parent.parent

# The ledger against the chapters

E1, E2 = (SimpleNamespace(id=name, label=name.lower(), chapter=chapter) for name, chapter in (("E1", "a"), ("E2", "b")))
CHAPTERS = {"a": "(e1)=\nLine E1 is right.", "b": "text\n\n(e2)=\nE2 to E4 are wrong."}


def test_a_ledger_that_fits_its_chapters_is_sound():
    assert treatment_problems([E1, E2], CHAPTERS) == []


@pytest.mark.parametrize(
    ("pages", "complaint"),
    [
        ({"a": "Line E1 is right."}, "E1 has no anchor of its own in a alone"),
        ({"a": "(e1)=\n(e1)=\nE1"}, "E1 has no anchor of its own in a alone"),
        ({"b": "(e1)=\n(e2)=\nE2"}, "E1 has no anchor of its own in a alone"),
        ({"a": "E1", "b": "(e1)=\n(e2)=\nE2"}, "E1 has no anchor of its own in a alone"),
        ({"a": "x (e1)= E1"}, "E1 has no anchor of its own in a alone"),
        ({"a": "(e1)=\nThis line is right, as E11 is."}, "E1 is not discussed in a"),
        ({"b": "(e2)=\nE3 to E4 are wrong."}, "E2 is not discussed in b"),
        ({"a": "(e1)=\n(e9)=\nE1"}, "a has an anchor for e9, which the ledger does not treat"),
    ],
)
def test_a_ledger_that_does_not_fit_is_reported(pages, complaint):
    assert complaint in treatment_problems([E1, E2], CHAPTERS | pages)


def test_a_chapter_that_is_gone_is_reported():
    assert "E2 is not discussed in b" in treatment_problems([E1, E2], {"a": CHAPTERS["a"]})


# Theorems, and the table of contents

THEOREM = ":label: thm-x\n\ntext"


def test_a_theorem_is_on_one_page():
    assert theorem_problems(["thm-x"], {"a": THEOREM, "b": ":label: thm-y"}) == []
    assert theorem_problems(["thm-x"], {"a": "text"}) == ["thm-x is on no page"]
    assert theorem_problems(["thm-x"], {"a": "the label: thm-x"}) == ["thm-x is on no page"]
    assert theorem_problems(["thm-x"], {"a": THEOREM, "b": THEOREM}) == ["thm-x is a label 2 times"]
    assert theorem_problems([], {"a": f"{THEOREM}\n{THEOREM}"}) == ["thm-x is a label 2 times"]


def test_a_list_of_theorems_is_complete():
    pages = {"a": "{prf:theorem} One\n:label: thm-one\n\n{prf:definition} Two\n:label: thm-two"}
    one, two = "- {prf:ref}`One <thm-one>`", "- {prf:ref}`Two <thm-two>`"
    assert listing_problems(["thm-two"], pages, one) == []
    assert listing_problems([], pages, one) == ["thm-two is not listed as Two"]
    assert listing_problems(["thm-two"], pages, f"{one}\n{two}") == ["thm-two is listed as Two"]
    assert listing_problems(["thm-two"], pages, "- {prf:ref}`Won <thm-one>`") == [
        "thm-one is not listed as One",
        "thm-one is listed as Won",
    ]


def test_the_contents_list_every_page_once():
    contents = {"root": "intro", "parts": [{"chapters": [{"file": "a"}, {"file": "b"}]}]}
    assert contents_problems(contents, ["a", "b", "intro"]) == []
    assert contents_problems(contents, ["a", "b", "c", "intro"]) == ["c is not in the contents"]
    assert contents_problems(contents, ["a", "intro"]) == ["b is in the contents, and there is no such page"]
    contents["parts"] *= 2
    assert contents_problems(contents, ["a", "b", "intro"]) == [
        "a is in the contents 2 times",
        "b is in the contents 2 times",
    ]


# Tests


def test_the_tests_mirror_the_library():
    modules = [path.stem for path in sorted((ROOT / "sparseae_lib").glob("[!_]*.py"))]
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))}
    assert mirror_problems(modules, sources) == []


def test_a_module_without_tests_is_reported_and_tests_that_do_not_say_what_they_hold():
    assert mirror_problems(["a", "b"], {"test_a": '"""A."""\n', "test_c": "import c\n"}) == [
        "b has no tests",
        "test_c does not say what it holds",
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_every_test_can_fail(path):
    assert idle_tests(path.read_text(encoding="utf-8")) == []


def test_a_test_that_asserts_nothing_is_reported():
    source = """
def test_a(): assert x
def test_b(): prove(x, y)
def test_c():
    with pytest.raises(ValueError): f()
def test_d(): f(x)
def test_e(): x == y
def test_g(): assert True
def test_h(): raises_nothing(x)
class TestF:
    def test_f(self): print("assert x")
def checked(x): assert x
def test_i(): assert checked(x)
@pytest.fixture(autouse=True)
def sound(): assert x
def a_test_with_another_name(): assert x
"""
    idle = idle_tests(source)
    assert idle == ["test_d", "test_e", "test_g", "test_h", "test_f", "a_test_with_another_name"]


def run(program, *arguments, folder):
    command = Path(sys.executable).with_name(program)
    return subprocess.run([command, *arguments], cwd=folder, capture_output=True, text=True)


def test_a_warning_fails_a_test(tmp_path):
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_warnings.py").write_text(
        "import warnings\n\n"
        "def test_quiet():\n    assert True\n\n"
        "def test_user(): warnings.warn('careful')\n\n"
        "def test_deprecated(): warnings.warn('old', DeprecationWarning)\n\n"
        "def test_numpy():\n    import numpy as np\n    assert np.log(np.zeros(1)) < 0\n"
    )
    output = run("pytest", "-rA", "-p", "no:cacheprovider", "test_warnings.py", folder=tmp_path).stdout
    assert re.findall(r"^(PASSED|FAILED) test_warnings.py::(\w+)", output, re.MULTILINE) == [
        ("PASSED", "test_quiet"),
        ("FAILED", "test_user"),
        ("FAILED", "test_deprecated"),
        ("FAILED", "test_numpy"),
    ]


def with_settings(folder):
    """The settings of the whole suite, for tests in another folder."""
    for name in ("conftest.py", "tools"):
        (folder / name).symlink_to(ROOT / ("tests/conftest.py" if name == "conftest.py" else name))


def test_what_a_test_starts_prints_no_colours(tmp_path, monkeypatch):
    with_settings(tmp_path)
    code = "import os\n\ndef test_plain():\n    assert 'FORCE_COLOR' not in os.environ\n"
    (tmp_path / "test_plain.py").write_text(code)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "1 passed" in run("pytest", "--color=no", "test_plain.py", folder=tmp_path).stdout


in_ci_and_elsewhere = pytest.mark.parametrize("ci", ["", "true"], ids=["elsewhere", "CI"])


@in_ci_and_elsewhere
def test_a_skipped_test_fails_in_ci(tmp_path, ci):
    with_settings(tmp_path)
    (tmp_path / "test_skipped.py").write_text(
        "import pytest\n\ndef test_sound():\n    assert True\n\n"
        "@pytest.mark.skip\ndef test_skipped():\n    assert False\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_skipped.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"CI": ci})
    assert "1 passed, 1 skipped" in done.stdout
    assert (done.returncode != 0) == bool(ci)


@in_ci_and_elsewhere
def test_random_examples_are_the_same_in_every_run_and_new_ones_where_they_are_looked_for(tmp_path, monkeypatch, ci):
    """Hypothesis has other settings in CI, to which it counts all where the variable is set."""
    if ci:
        monkeypatch.setenv("CI", ci)
    else:
        monkeypatch.delenv("CI", raising=False)
    with_settings(tmp_path)
    (tmp_path / "test_drawn.py").write_text(
        "from hypothesis import given, settings, strategies\n\n"
        "@settings(max_examples=20)\n@given(strategies.integers())\n"
        "def test_drawn(number):\n    print(number)\n    assert True\n\n"
        "def test_not_drawn():\n    assert True\n"
    )

    def numbers(*options):
        output = run("pytest", "-s", "-q", *options, "test_drawn.py", folder=tmp_path).stdout
        drawn = re.findall(r"^-?\d+$", output, re.MULTILINE)
        assert len(drawn) >= 20
        return drawn

    assert numbers() == numbers()
    new = re.search(r"-m hypothesis --hypothesis-profile \w+", (ROOT / "Makefile").read_text(encoding="utf-8"))[0]
    assert numbers(*new.split()) != numbers(*new.split())


# Versions


def test_each_dependency_is_tried_with_its_oldest_version():
    runs = versions.plans()
    assert runs.keys() == {"oldest", "newest", *versions.requirements()}
    (oldest, _), _ = runs["oldest"]
    for name in versions.requirements():
        (arguments,), files = runs[name]
        assert arguments[1] in oldest and arguments[1].startswith(f"{name}==")
        assert files and all((ROOT / file).exists() for file in files)


@pytest.mark.parametrize("line", ["numpy", "numpy>=2,<3", "numpy==2.0"])
def test_a_dependency_without_a_lower_bound_is_refused(line):
    with pytest.raises(ValueError, match="must be a lower bound"):
        versions.oldest(Requirement(line))


def test_a_dependency_without_tests_is_refused(monkeypatch):
    monkeypatch.delitem(versions.TESTS, "joblib")
    with pytest.raises(ValueError, match=r"\{'joblib'\} is in one place only"):
        versions.plans()


# Notebooks, as `make test` runs them


def test_a_makefile_without_notebooks_is_refused(tmp_path):
    (tmp_path / "Makefile").symlink_to(ROOT / "Makefile")
    done = subprocess.run(["make", "help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "no notebooks in book/" in done.stderr


def stored(source, output):
    cell = new_code_cell(source, execution_count=1, outputs=[new_output("stream", name="stdout", text=output)])
    return new_notebook(metadata={"kernelspec": KERNEL}, cells=[cell])


@pytest.mark.parametrize("built", [False, True], ids=["run by nbval", "run for the book"])
def test_nbval_compares_every_output(tmp_path, built):
    notebooks = {
        "sound": stored("print(2)\nassert 1 + 1 == 2", "2\n"),
        "changed": stored("print(2)\nassert 1 + 1 == 2", "3\n"),
        "silent": stored("x = 2\nassert x == 2", "2\n"),
        "talkative": stored("print(2)\nprint(3)\nassert True", "2\n"),
        "false": stored("print(2)\nassert 1 + 1 == 3", "2\n"),
        "random": stored("import random\nprint(random.random())", "2\n"),
    }
    (tmp_path / "book").mkdir()
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    paths = {name: tmp_path / "book" / f"{name}.ipynb" for name in notebooks}
    for name, notebook in notebooks.items():
        nbformat.write(notebook, paths[name])
    if built:
        run_notebooks(tmp_path, inputs(tmp_path), digest(str(tmp_path), installation()))
        (tmp_path / "_build" / ".built").write_text("{}")
        nbformat.write(last_run(paths["random"], installation()), paths["random"])
    (options,) = re.findall(r"(-p.* --nbval.*) \$\(NOTEBOOKS\)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    arguments = "-m", "pytest", "-rA", "-p", "no:cacheprovider", *options.split(), *map(str, paths.values())
    done = run("python", *arguments, folder=tmp_path)
    outcomes = dict(map(reversed, re.findall(r"^(PASSED|FAILED) book/(\w+)\.ipynb", done.stdout, re.MULTILINE)))
    passed = {"sound", "random"} if built else {"sound"}  # in another run the random number would be another
    assert outcomes == {name: "PASSED" if name in passed else "FAILED" for name in notebooks}


# The build of the book, with the book's own settings


def build(folder, pages):
    """Build these pages, {name: text or notebook}, as ``make book`` does: the finished process."""
    for parent in ("book", ".venv"):
        (folder / parent).mkdir(parents=True, exist_ok=True)
    (ROOT / ".venv" / "npm").mkdir(parents=True, exist_ok=True)  # empty before the first book is built
    for name in ("_config.yml", "tools", "book/_static", "book/references.bib", ".venv/npm"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    chapters = "".join(f"      - file: book/{name}\n" for name in pages)
    contents = f"format: jb-book\nroot: book/intro\nparts:\n  - caption: Part\n    chapters:\n{chapters}"
    (folder / "_toc.yml").write_text(contents)
    for name, text in {"intro": "# Title", **pages}.items():
        if isinstance(text, str):
            (folder / "book" / f"{name}.md").write_text(text)
        elif text is not None:
            nbformat.write(text, folder / "book" / f"{name}.ipynb")
    (arguments,) = re.findall(r"\$\(PY\) (-m tools\.book.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    return run("python", *arguments.split(), folder=folder)


TEXT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Text

```{code-cell} ipython3
print(2)
```
"""


def page(source, title="Page"):
    """A page with one cell."""
    cells = [new_markdown_cell(f"(label-of-{title.lower()})=\n# {title}"), new_code_cell(source)]
    return new_notebook(metadata={"kernelspec": KERNEL}, cells=cells)


def plain(*cells):
    """A notebook in plain Markdown, with code after ``>>>``."""
    cells = [new_code_cell(text[4:]) if text.startswith(">>> ") else new_markdown_cell(text) for text in cells]
    return new_notebook(metadata={"kernelspec": KERNEL}, cells=cells)


def test_plain_notebooks_are_pages_with_boxes_numbers_and_links(tmp_path):
    first = plain(
        "# First",
        '<a id="thm-delta"></a>\n\n> **Definition: The delta**\n>\n> It is <a id="eq-delta"></a>',
        ">>> from IPython.display import HTML, Math\nMath('1 + 1')",
        "> for all.",
        ">>> HTML('<div class=\"decision proved mathjax_process\"><strong>proved</strong></div>')",
    )
    second = plain(
        "# Second",
        '<a id="thm-two"></a>\n\n> **Theorem: Two**\n>\n> By ["The delta"](first.ipynb#eq-delta) it is two.',
        'Of [Definition "The delta"](first.ipynb#thm-delta), [here](first.ipynb#thm-delta).',
        ">>> HTML = __import__('IPython.display').display.HTML\nHTML('<a href=\"first.ipynb#thm-delta\">there</a>')",
    )
    glossary = '# Glossary\n\n<a id="word-proved"></a>\n\n## Proved\n\nIt is.'
    done = build(tmp_path, {"first": first, "second": second, "glossary": plain(glossary)})
    assert done.returncode == 0, done.stderr
    first, second = (
        BeautifulSoup((tmp_path / "_build" / "html" / "book" / f"{name}.html").read_text(), "html.parser").article
        for name in ("first", "second")
    )
    box = first.find(id="thm-delta")
    said = " ".join(box.get_text(" ").split())
    roads = "A definition: there is nothing to derive; the kernel has a theorem about it."
    assert said == f"Definition 1 (The delta) # It is (1) # 1 + 1 for all. {roads}"
    assert box.find("mjx-container")["data-latex"] == r"\[\displaystyle 1 + 1\]"
    assert "Math('1 + 1')" not in first.get_text()
    assert first.find("a", string="proved")["href"] == "glossary.html#word-proved"
    assert first.find(class_="chapter-head").get_text() == "Gives Definition 1. "
    assert second.find(class_="chapter-head").get_text() == "Needs Definition 1. Gives Theorem 1. "
    links = {a.get_text(): a["href"] for a in second.select("a.internal, a[href^=first]")}
    assert links["(1)"] == "first.html#equation-eq-delta"
    assert links["here"] == links["there"] == links["Definition 1"] == "first.html#thm-delta"


def test_a_book_is_built_and_brought_up_to_date(tmp_path):
    html = tmp_path / "_build" / "html" / "book"
    pages = {"sound": page("print(2)"), "link": "# Link\n\n{ref}`label-of-page`", "gone": "# Gone", "text": TEXT}
    done = build(tmp_path, pages)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 notebooks are run." in done.stdout
    for name in ("sound", "text"):
        assert "<pre><span></span>2\n" in (html / f"{name}.html").read_text()
    assert "Executing" not in done.stdout  # all that MyST-NB shows has been run before, side by side
    assert ">Page<" in (html / "link.html").read_text()

    # The title of a page is written anew where another names it, and a page that is gone is not shown.
    pages["sound"].cells[0].source = "(label-of-page)=\n# Renamed"
    del pages["gone"]
    (tmp_path / "book" / "gone.md").unlink()
    done = build(tmp_path, pages)
    assert done.returncode == 0, done.stderr
    assert "0 of 2 notebooks are run." in done.stdout
    for name in ("sound", "link"):
        text = (html / f"{name}.html").read_text()
        assert "Renamed" in text and ">Page<" not in text
    assert not (html / "gone.html").exists()

    # A warning about a page that has not changed: what it names is gone.
    pages["sound"].cells[0].source = "# Renamed"
    done = build(tmp_path, pages)
    assert done.returncode != 0
    assert re.search(r"book/link\.md.*label-of-page", done.stderr)


def test_a_broken_book_is_not_built(tmp_path):
    pages = {
        "reference": "# Reference\n\n{ref}`nowhere`",
        "link": "# Link\n\n[there](gone.md)",
        "citation": "# Citation\n\n{cite}`nobody1900`",
        "nitpicky": "# Function\n\n{py:func}`nowhere`",
        "stderr": page("import sys\nprint('careful', file=sys.stderr)"),
        "warning": page("import warnings\nwarnings.warn('careful')"),
    }
    done = build(tmp_path, pages)
    assert done.returncode != 0
    for name in pages:
        assert re.search(rf"book/{name}\.(md|ipynb).*(WARNING|ERROR)", done.stderr), f"{name}: {done.stderr}"


def test_a_notebook_that_fails_fails_the_build(tmp_path):
    pages = {
        "failing": page("assert 1 + 1 == 3"),
        "stored": stored("print(2)\nassert 1 + 1 == 3", "2\n"),  # with outputs, which must not stand for a run
        "dying": page("import os\nos._exit(1)"),
        "sound": page("print(2)"),
    }
    done = build(tmp_path, pages)
    assert done.returncode != 0
    failed = re.findall(r"book/(\w+)\.ipynb: FAILED", done.stdout)
    assert sorted(failed) == ["dying", "failing", "stored"]
    assert done.stderr.count("AssertionError") >= 2
    assert "Kernel died" in done.stderr


def test_a_page_that_is_gone_fails_the_build(tmp_path):
    done = build(tmp_path, {"gone": None})
    assert done.returncode != 0
    assert "book/gone" in done.stdout + done.stderr
