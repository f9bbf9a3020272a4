"""Run the book's notebooks and store them, normalised, with their outputs.

Two runs with the same versions store the same bytes, with any BLAS kernel, threads and SIMD instructions of an x86-64
processor. What differs between them is not shown, or it is a picture of what a training gave: that is drawn in every
run, and not stored.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

BOOK = Path(__file__).resolve().parent.parent / "book"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELL_METADATA = {"tags", "mystnb"}
NOT_STORED = "picture-not-stored"
"""The tag of a cell that draws what a training gave: rounding, which differs between machines, has grown for hundreds
of iterations until it shows."""


def normalise(notebook):
    """The text that is stored for ``notebook``: no more metadata than the book needs, cells named by their position."""
    cells = []
    for position, cell in enumerate(notebook.cells, start=1):
        cell = nbformat.from_dict(cell)
        cell.id = f"cell-{position}"
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in CELL_METADATA}
        cells.append(cell)
    clean = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    return nbformat.writes(clean).rstrip("\n") + "\n"


def storable(text):
    """The normalised ``text`` of a notebook without the pictures of the cells that are tagged ``NOT_STORED``."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if NOT_STORED in cell.metadata.get("tags", ()):
            for output in cell.get("outputs", ()):
                output.get("data", {}).pop("image/png", None)
    return normalise(notebook)


def differing_cells(stored, text):
    """The numbers of the cells in which two normalised texts differ."""
    pairs = zip_longest(*(nbformat.reads(each, as_version=4).cells for each in (stored, text)))
    return [position for position, (old, new) in enumerate(pairs, start=1) if old != new]


def execute(path):
    """The normalised text of the notebook at ``path`` after a run in its own folder; raises ``CellExecutionError``."""
    notebook = nbformat.read(path, as_version=4)
    # Printed text arrives in pieces that differ from run to run unless it is put together again.
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name=KERNEL["name"],
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute(env={name: value for name, value in os.environ.items() if name != "MPLBACKEND"})  # pictures go inline
    return normalise(notebook)


def refresh(path, check):
    """Run one notebook; store the result, or with ``check`` only compare bytes. Returns a line to print and success."""
    start = time.perf_counter()
    try:
        text = storable(execute(path))
    except CellExecutionError as error:
        return f"{path.name}: FAILED, the stored file is left as it was\n{error}", False
    seconds = f"{time.perf_counter() - start:.1f} s"
    stored = path.read_text(encoding="utf-8")
    if text == stored:
        return f"{path.name}: unchanged ({seconds})", True
    if check:
        cells = ", ".join(map(str, differing_cells(stored, text)))
        return f"{path.name}: DIFFERS from the stored file, in the cells {cells} ({seconds})", False
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
    return f"{path.name}: stored ({seconds})", True


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks to run; all of book/ where none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where an output differs")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.paths] or sorted(BOOK.glob("*.ipynb"))
    good = True
    with ThreadPoolExecutor(max_workers=2) as pool:
        for line, success in pool.map(lambda path: refresh(path, options.check), paths):
            print(line, flush=True)
            good = good and success
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
