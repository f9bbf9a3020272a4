"""Where ``make package`` puts what is tested here."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def made(path):
    if not path.exists():
        pytest.fail(f"{path} is missing: `make package` makes it")
    return path


@pytest.fixture(scope="session")
def tools():
    """The folder of the commands that check types."""
    return made(ROOT / ".venv" / "package" / "bin")


@pytest.fixture(scope="session")
def bare_python():
    """The interpreter of an environment with the wheel and what it asks for, and nothing else."""
    return made(ROOT / ".venv" / "package" / "bare" / "bin" / "python")


@pytest.fixture(scope="session")
def wheel():
    return made_one("*.whl")


@pytest.fixture(scope="session")
def sdist():
    return made_one("*.tar.gz")


def made_one(pattern):
    (path,) = made(ROOT / "dist").glob(pattern)
    return path
