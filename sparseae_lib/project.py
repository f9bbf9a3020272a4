"""Where the files are that the chapters show beside the library: measurements, proofs for Rocq, tests, the chapters.

In a clone of the project they lie around the library. The wheel has a copy of them, so that a chapter that was
downloaded alone finds them as well.
"""

from pathlib import Path

_PACKED = Path(__file__).parent / "_project"

PROJECT = _PACKED if _PACKED.is_dir() else Path(__file__).parent.parent
"""The folder of the project's files, as they lie in a clone."""
