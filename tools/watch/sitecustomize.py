"""Imported by every Python that a notebook starts: records what the run opens, so that the build knows its inputs.

It also has garbage looked for after 50 000 new objects: after each 700, as Python does it, that took a seventh.

``OPENED_LOG`` names the file that gets a line for each file that is read and each folder that is listed.
"""

import gc
import os
import sys


def watch(log):
    seen = set()

    def note(event, arguments):
        # What the import system lists does not count: the folders in which it looks for modules and packages.
        listed = event in ("os.listdir", "os.scandir") and "importlib" not in sys._getframe(1).f_code.co_filename
        if not (listed or event == "open") or isinstance(arguments[0], int):
            return
        path = os.path.abspath(os.fsdecode(arguments[0] or "."))
        # Code that comes from no file has a name such as <string>; a warning about it looks for that file all the same.
        if path not in seen and not (path[-1] == ">" and os.path.basename(path)[0] == "<"):
            seen.add(path)
            os.write(log, f"{path}\n".encode(errors="surrogateescape"))

    sys.addaudithook(note)


def begin():
    """Watch, if there is a log."""
    if "OPENED_LOG" in os.environ:
        watch(os.open(os.environ["OPENED_LOG"], os.O_WRONLY | os.O_APPEND))


gc.set_threshold(50_000)
begin()
