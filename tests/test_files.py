"""Files that are whole at any moment, with the mode and behind the link that they had."""

import errno
import os
import re
from pathlib import Path

import pytest

from sparseae_lib.files import regular_file, replacing


def test_it_takes_the_place_of_the_former_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new" and os.listdir(tmp_path) == ["file"]


def test_an_error_leaves_the_former_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=re.escape(f"disk full: '{path}'")), replacing(path) as file:
        file.write(b"ne")
        raise OSError(errno.ENOSPC, "disk full")
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["file"]


def test_an_error_without_a_number_keeps_its_message(tmp_path):
    with pytest.raises(OSError, match=r"^no number$"), replacing(tmp_path / "file"):
        raise OSError("no number")


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "🙂" * 63], ids=["ascii", "é", "emoji"])
def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path, name):
    with replacing(tmp_path / name) as file:
        file.write(b"new")
    assert os.listdir(tmp_path) == [name] and (tmp_path / name).read_bytes() == b"new"


def test_errors_name_the_file_and_not_the_temporary_one(tmp_path):
    missing, folder = tmp_path / "missing" / "file", tmp_path / "folder"
    with (
        pytest.raises(FileNotFoundError, match=rf"^\[Errno 2\] [\w ]+: '{re.escape(str(missing))}'$"),
        replacing(missing),
    ):
        pass
    with (
        pytest.raises(IsADirectoryError, match=rf"^\[Errno 21\] [\w ]+: '{re.escape(str(folder))}'$"),
        replacing(folder),
    ):
        folder.mkdir()
    with pytest.raises(FileNotFoundError, match=r"^\[Errno 2\] [\w ]+: 'other'$"), replacing(tmp_path / "file"):
        os.stat("other")
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_the_mode_stays(tmp_path, mode):
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    with replacing(path) as file:
        file.write(b"new")
    assert path.stat().st_mode & 0o777 == mode and path.read_bytes() == b"new"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "file", tmp_path / "link"
    target.touch()
    link.symlink_to("folder/file")
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink() and target.read_bytes() == b"new"


@pytest.mark.parametrize("path", [os.devnull, "."])
def test_what_is_no_file_is_refused(path):
    before = Path(path).stat()
    with pytest.raises(OSError, match=f"path must be the path of a file, got {path}"), replacing(path):
        pass
    after = Path(path).stat()
    assert (before.st_mode, before.st_ino) == (after.st_mode, after.st_ino)


def test_the_error_names_the_argument():
    with pytest.raises(OSError, match=r"^checkpoint must be the path of a file, got /$"):
        regular_file("checkpoint", "/")


def test_a_link_to_itself_is_refused(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match=r"^path must be the path of a file, got .*link$"), replacing(link):
        pass
    assert os.listdir(tmp_path) == ["link"] and link.is_symlink()


@pytest.mark.parametrize("path", ["a\0b", Path("a\0b")])
def test_a_path_with_a_nul_is_named(path):
    with pytest.raises(ValueError, match=r"^path must be a path, got one with a NUL: 'a\\x00b'$"), replacing(path):
        pass
