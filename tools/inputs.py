"""What the book is made from, as digests: if one differs from the last build, what depends on it is stale."""

import hashlib
import os
import platform
import re
import sys
from importlib.metadata import distributions

IGNORED = re.compile(r"\..*|__pycache__|.*\.tmp|_build")
"""Names of files and folders that no page is made from."""
PASSING = re.compile(
    r"_|CI|PWD|OLDPWD|SHLVL|COLUMNS|LINES|TERM\w*|MAKE\w*|MFLAGS|MPLBACKEND|PYTEST_\w+|DISPLAY|WAYLAND_DISPLAY|WINDOWID"
    r"|(SSH|XDG_SESSION|DBUS|TMUX|VSCODE|GNOME|KONSOLE)_\w+|TMUX|STY|(NO|FORCE)_COLOR|LS_COLORS|COLORTERM"
    r"|INVOCATION_ID|JOURNAL_STREAM"
)
"""Variables that differ from one shell or session to the next. No notebook gets them, so none can depend on them."""


def digest(*parts):
    """One digest of texts, byte strings and anything whose ``repr`` says everything about it."""
    total = hashlib.sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else repr(part).encode()
        total.update(b"%d:" % len(part) + part)
    return total.hexdigest()


def path_digest(path):
    """The digest of a file's content, or of the names in a folder; ``None`` if neither is there."""
    if path.is_dir():
        return digest(sorted(name for name in os.listdir(path) if not IGNORED.fullmatch(name)))
    return digest(path.read_bytes()) if path.is_file() else None


def files(root, *names):
    """{path: digest} of these files, and of the files in these folders."""
    found = [path for name in names for path in (root / name, *(root / name).rglob("*")) if path.is_file()]
    return {
        name.as_posix(): path_digest(root / name)
        for name in sorted(path.relative_to(root) for path in found)
        if not any(map(IGNORED.fullmatch, name.parts))
    }


def environment():
    """The environment variables that reach the notebooks."""
    return {name: value for name, value in sorted(os.environ.items()) if not PASSING.fullmatch(name)}


def installation():
    """The digest of this Python, of what is installed for it, byte for byte, and of the environment variables."""
    packages = sorted((str(found.name), found.version, str(found.read_text("RECORD"))) for found in distributions())
    return digest(sys.version, sys.prefix, platform.platform(), packages, environment())
