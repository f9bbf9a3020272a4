"""Plugin for pytest: nbval compares a notebook with its run for the book, if nothing it rests on has changed since.

Any other notebook nbval runs itself.
"""

import pytest
from nbval.plugin import IPyNbFile

from tools.book import last_run
from tools.inputs import installation

AT_START = installation()
"""What is installed, before what the tests import sets variables of its own, as scikit-learn does for OpenMP."""


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    collected = yield
    return [Notebook.from_parent(parent, path=file_path) if isinstance(each, IPyNbFile) else each for each in collected]


class Notebook(IPyNbFile):
    """A notebook whose cells are compared with a run that is there already, or else with one by a kernel."""

    def setup(self):
        run = last_run(self.path, AT_START)
        if run is None:
            super().setup()
        else:
            self.kernel = Replay(run)
            self.setup_sanitize_files()


class Replay:
    """Answers as the kernel did that ran the notebook: what nbval asks of a kernel, and no more."""

    def __init__(self, run):
        self._cells = [cell for cell in run.cells if cell.cell_type == "code"]
        self._messages = []

    def is_alive(self):
        return True

    def execute_cell_input(self, source, allow_stdin):
        """What the first cell showed that has this source and was not asked for yet. Returns a name for the answer."""
        position = [cell.source for cell in self._cells].index(source)
        outputs = self._cells[position].outputs
        del self._cells[: position + 1]
        idle = {"output_type": "status", "execution_state": "idle"}
        self._messages = [
            {"msg_type": each["output_type"], "content": each, "parent_header": {"msg_id": source}}
            for each in (*outputs, idle)
        ]
        return source

    def await_reply(self, msg_id, timeout):
        pass

    def await_idle(self, msg_id, timeout):
        pass

    def get_message(self, stream, timeout):
        return self._messages.pop(0)

    def stop(self):
        pass
