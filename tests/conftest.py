"""Settings for the whole suite."""

import gc
import os

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from sparseae_lib import compiled
from tools.notebooks import SLOW
from tools.page_checker import find_chromium, open_browser
from tools.replay import AT_START

# Every run tries the same examples, as in CI, so none fails by chance, nor on a slow machine; `make fuzz` looks for new
# ones. A profile without a parent has what is in use, which in CI are the same examples.
settings.register_profile("new", settings.get_profile("default"), deadline=None, print_blob=True)
settings.load_profile("ci")

# SymPy makes many objects and hardly a cycle of them: to look for garbage after each 700 took a tenth of the time.
gc.set_threshold(50_000)


def pytest_sessionfinish(session):
    """In CI a skipped test is a failure: what is not run is not checked. A worker has no reporter, its parent has."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and any(reporter.stats.get(kind) for kind in ("skipped", "xfailed")):
        reporter.write_line("In CI no test may be skipped or expected to fail.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class FilesAndPages(LoadScopeScheduling):
    """The tests of a file run in one process, in their order; but the built pages are shared out one by one.

    The slow notebooks come first and the pages last, so that no core waits at the end for a long file of another.
    """

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return nodeid if file.endswith("test_pages.py") else file


def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False
    return FilesAndPages(config, log)


def pytest_collection_modifyitems(items):
    def place(item):
        if item.path.stem in SLOW:
            return SLOW.index(item.path.stem)
        return len(SLOW) + (item.path.name == "test_pages.py")

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def without_colours():
    """What a process prints that a test starts is plain, whatever the environment asks for."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("FORCE_COLOR", "PY_COLORS", "PYTHON_COLORS"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(params=["numba", "NumPy"])
def computed_by(request, monkeypatch):
    """What computes the sigmoid: the test runs with both."""
    if request.param == "NumPy":
        monkeypatch.setattr("sparseae_lib.activations.compiled_sigmoid", lambda: None)
    else:
        assert compiled.is_in_use()
    return request.param


@pytest.fixture(scope="session")
def at_start():
    """What was installed when the tests began, as a digest."""
    return AT_START


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium for the whole run."""
    executable = find_chromium()
    if executable is None:
        message = "no Chromium found to open the pages with; install one, for example: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with open_browser(executable) as browser:
        yield browser
