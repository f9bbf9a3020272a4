"""A kernel that is forked behaves as one that is a process of its own from the beginning."""

import os
import signal
import sys
import time
from ast import literal_eval

import nbformat
import pytest
from jupyter_client.utils import run_sync
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from tools.notebook_kernels import Forks
from tools.notebooks import KERNEL, execute, execute_all, imported_by_several


@pytest.fixture
def write(tmp_path):
    """A function that writes a notebook of these cells, and returns its path."""
    (tmp_path / "book").mkdir()

    def write(name, *cells):
        path = tmp_path / "book" / f"{name}.ipynb"
        cells = [new_code_cell(cell) for cell in cells]
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
        return path

    return write


@pytest.fixture(scope="module")
def forks():
    with Forks(["fractions", "matplotlib.pyplot", "no_such_module", "this"]) as forks:  # the last one prints
        yield forks


def shown(run):
    """What the last cell shows as text."""
    assert run.error is None
    return run.notebook.cells[-1].outputs[-1].data["text/plain"]


STATE = """
import os, signal, sys
variables = {name: os.environ[name] for name in os.environ if not name.startswith(("JPY_", "OPENED_LOG"))}
handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
session = os.getsid(0) == os.getpid(), os.isatty(0), sys.stdin.closed
project = "tools" in sys.modules
[os.getcwd(), sys.path, variables, list(map(str, handlers)), session, sorted(dir()), sys.flags, project]"""


def test_it_is_where_any_other_is(write, forks):
    path = write("a", STATE)
    assert shown(execute(path, forks)) == shown(execute(path))


def test_it_begins_with_what_was_imported_and_lacks_what_could_not_be(write, forks):
    path = write("a", "import sys\n['fractions' in sys.modules, 'no_such_module' in sys.modules]")
    assert shown(execute(path, forks)) == "[True, False]"
    assert isinstance(execute(write("b", "import no_such_module"), forks).error, CellExecutionError)


def test_it_knows_nothing_of_the_one_before(write, forks):
    first = write("first", "import fractions, os\nfractions.mark = 1\nos.environ['MARK'] = ''\nmark = 1")
    second = write(
        "second", "import fractions, os\n[hasattr(fractions, 'mark'), 'MARK' in os.environ, 'mark' in dir()]"
    )
    assert execute(first, forks).error is None
    assert shown(execute(second, forks)) == "[False, False, False]"


def test_it_draws_into_the_notebook(write, forks):
    run = execute(write("a", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"), forks)
    assert [output.output_type for output in run.notebook.cells[0].outputs] == ["display_data"]
    assert "image/png" in run.notebook.cells[0].outputs[0].data


def test_what_it_prints_is_shown_and_nothing_answers_for_it(write, forks):
    run = execute(write("a", "import os\nprint('by Python')\nwritten = os.write(1, b'by C\\n')\nos.read(0, 1)"), forks)
    assert sorted(run.notebook.cells[0].outputs[0].text.splitlines()) == ["by C", "by Python"]
    assert shown(run) == "b''"
    assert shown(execute(write("b", "1 + 1"), forks)) == "2"


def test_one_that_dies_is_an_error_of_its_notebook_alone(write, forks):
    assert isinstance(execute(write("a", "import os\nos._exit(3)"), forks).error, DeadKernelError)
    assert shown(execute(write("b", "1 + 1"), forks)) == "2"


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def becomes_true(condition):
    deadline = time.monotonic() + 60
    while not (true := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return true


CHILD = """
import os, subprocess
child = subprocess.Popen(["sleep", "600"])
[os.getpid(), child.pid]"""


def test_it_ends_with_its_notebook_and_so_do_its_children(write, forks):
    processes = literal_eval(shown(execute(write("a", CHILD), forks)))
    assert becomes_true(lambda: not any(map(is_running, processes)))


@pytest.fixture
def start(tmp_path):
    """A function that starts a kernel by ``Forks``; returns what its manager has for it."""

    def start(forks):
        manager = forks.kernel_manager(KERNEL["name"])
        manager.connection_file = str(tmp_path / "connection.json")
        manager.write_connection_file()
        options = {"env": dict(os.environ), "cwd": str(tmp_path)}
        run_sync(manager.provisioner.launch_kernel)(["-f", manager.connection_file], **options)
        return manager.provisioner

    return start


def test_all_end_with_the_process_that_forked_them(start):
    with Forks([]) as forks:
        process = start(forks).process
        time.sleep(1)  # it has begun
        assert process.poll() is None
    assert becomes_true(lambda: process.poll() == 1)


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_one_that_has_just_ended_may_be_told_to_end(start, end):
    """As on a machine with much to do, on which it takes as long to end as its manager waits for that."""
    with Forks([]) as forks:
        kernel = start(forks)
        os.kill(kernel.pid, signal.SIGKILL)
        assert becomes_true(lambda: kernel.process.poll() == 1)
        run_sync(getattr(kernel, end))()
        assert run_sync(kernel.wait)() == 1


def test_several_notebooks_are_run_by_such_kernels_and_one_is_not(write):
    code = "import fractions, sys"
    paths = [write(name, code, "'ipykernel_launcher' in sys.argv[0]") for name in "ab"]
    assert [shown(run) for run in execute_all(paths)] == [str(sys.platform != "linux")] * 2
    assert [shown(run) for run in execute_all(paths[:1])] == ["True"]


def test_what_at_least_two_import_is_imported_before(write):
    paths = [
        write("a", "import numpy as np\nimport html", "from sympy.core import Symbol"),
        write("b", "from sympy.core import Mul\nimport numpy"),
        write("magic", "%matplotlib inline\nimport html"),
        write("none", "1"),
    ]
    assert imported_by_several(paths) == ["numpy", "sympy.core"]
