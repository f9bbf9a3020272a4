"""Files that are whole at any moment, the former one or the new one; and archives that are read without trust."""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write bytes to; at the end of the block, once it is on the disk, it takes the place of ``path``.

    The bytes go to a temporary file in the same folder, ``.<name>.<random>.tmp``, with the beginning of a long name. If
    the block raises, ``path`` stays as it was. A process that is killed in between leaves the temporary file behind;
    nothing reads it, and it may be deleted. A link stays a link, and an existing file keeps its mode.

    Raises TypeError if ``path`` is not a path, and OSError if it is something other than a file, or cannot be written.
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
    """Where ``path`` leads if links are followed. Raises an OSError with ``name`` if it is a folder, a device or a
    link to itself.
    """
    check_path(name, path)
    found = Path(os.path.realpath(path))
    if found.is_symlink() or (found.exists() and not found.is_file()):
        raise OSError(f"{name} must be the path of a file, got {os.fspath(path)}")
    return found


def check_path(name: str, path: object) -> None:
    """Require a path as a string or an ``os.PathLike``. Raises TypeError, and ValueError for a NUL in it."""
    if not isinstance(path, str | os.PathLike):  # an integer would be a file that is open already
        raise TypeError(f"{name} must be a path, got {type(path).__name__}")
    if "\0" in os.fsdecode(path):
        raise ValueError(f"{name} must be a path, got one with a NUL: {os.fsdecode(path)!r}")


@contextmanager
def temporary_file(path: Path) -> Iterator[BinaryIO]:
    """A new file in the folder of ``path``, which is removed at the end unless it was moved.

    An OSError that names it, or no file, as when a disk is full, names ``path`` instead.
    """
    temporary = path.with_name(f".{path.name[:50]}.{uuid.uuid4().hex}.tmp")  # a name has 255 bytes at most
    try:
        with open(temporary, "xb") as file:
            yield file
    except OSError as error:
        if error.strerror is None or str(error.filename) not in ("None", str(temporary)):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)


def read_arrays(file: BinaryIO, required: Set[str], optional: Set[str] = frozenset()) -> dict[str, NDArray[Any]]:
    """The arrays of an npz archive by name: all the ``required`` ones, perhaps ``optional`` ones, and no others.

    None may be compressed, so that none is larger in memory than the file is, and nothing is unpickled. Raises
    ValueError, or what NumPy and ``zipfile`` raise for damaged bytes.
    """
    if not zipfile.is_zipfile(file):
        raise ValueError("it is not an npz archive")
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    names = [member.filename.removesuffix(".npy") for member in members]
    for name, member in zip(names, members, strict=True):
        if name not in required | optional or names.count(name) > 1:
            raise ValueError(f"it holds {member.filename}, which does not belong there, or more than once")
        if member.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"its {name} is compressed, unlike what this library writes")
    if missing := sorted(required - set(names)):
        raise ValueError(f"it lacks {', '.join(missing)}")
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        return dict(archive)
