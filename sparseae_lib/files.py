"""Files that are whole at any moment: the former one, or the new one."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write bytes to; at the end of the block, once it is on the disk, it takes the place of ``path``.

    The bytes go to a temporary file in the same folder, ``.<name>.<random>.tmp``. If the block raises, ``path`` stays
    as it was. A process that is killed in between leaves the temporary file behind; nothing reads it, and it may be
    deleted. A link stays a link, and an existing file keeps its mode.

    Raises OSError if ``path`` is something other than a file, or cannot be written.
    """
    path = regular_file("path", path)
    with temporary_file(path) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, file.name)
        file.close()  # Windows does not move an open file
        os.replace(file.name, path)


def regular_file(name: str, path: str | os.PathLike[str]) -> Path:
    """Where ``path`` leads if links are followed. Raises an OSError with ``name`` if it is a folder or a device."""
    found = Path(path).resolve()
    if found.exists() and not found.is_file():
        raise OSError(f"{name} must be the path of a file, got {os.fspath(path)}")
    return found


@contextmanager
def temporary_file(path: Path) -> Iterator[BinaryIO]:
    """A new file in the folder of ``path``, which is removed at the end unless it was moved."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with open(temporary, "xb") as file:
            yield file
    finally:
        temporary.unlink(missing_ok=True)
