"""Run the book's notebooks and store them, normalised, with their outputs.

Two runs with the same versions store the same bytes, with any BLAS kernel, threads and SIMD instructions of an x86-64
processor. What differs between them is not shown, or it is a picture of what a training gave: that is drawn in every
run, and not stored.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import nbformat
from joblib import cpu_count
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

from tools.first_cell import imports
from tools.inputs import IGNORED, environment
from tools.notebook_kernels import WATCH, Forks

BOOK = Path(__file__).resolve().parent.parent / "book"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELL_METADATA = {"tags", "mystnb"}
COMPILED = "sparseae_lib.fast"
"""What the library imports when it first needs a sigmoid, and not before."""
NOT_STORED = "picture-not-stored"
"""The tag of a cell that draws what a training gave: rounding, which differs between machines, has grown for hundreds
of iterations until it shows."""
SLOW = (
    "minibatches",
    "trust",
    "deep_sparsity",
    "natural_images",
    "stacking",
    "linear_decoder",
    "denoising",
    "why_sparsity",
    "exactness",
    "sparse_delta",
    "second_opinion",
    "parameter_gradients",
)
"""The notebooks that take longest, which are begun first: a core that gets one last keeps the others waiting."""


@dataclass
class Run:
    """What came of a notebook, which lies in a folder of the project."""

    path: Path
    notebook: nbformat.NotebookNode
    seconds: float
    opened: list[str]
    """The files that were read and the folders that were listed, from the project's folder on."""
    error: Exception | None
    """Why it could not be run to its end."""


def normalise(notebook):
    """The text that is stored for ``notebook``: no more metadata than the book needs, cells named by their position."""
    cells = []
    for position, cell in enumerate(notebook.cells, start=1):
        cell = nbformat.from_dict(cell)
        cell.id = f"cell-{position}"
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in CELL_METADATA} | folded(cell)
        cells.append(cell)
    clean = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    return nbformat.writes(clean).rstrip("\n") + "\n"


def folded(cell):
    """The metadata with which Jupyter folds what the book folds: the code of some cells, and solutions."""
    if cell.cell_type == "code" and "hide-input" in cell.metadata.get("tags", ()):
        return {"jupyter": {"source_hidden": True}}
    if cell.cell_type == "markdown" and cell.source == "#### Solution":
        return {"jp-MarkdownHeadingCollapsed": True}
    return {}


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


def read(path):
    """The notebook at ``path``, which may be written as MyST Markdown; ``None`` for a text without cells."""
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4)
    text = path.read_text(encoding="utf-8")
    return read_myst_markdown_notebook(text) if is_myst_markdown_notebook(text) else None


def execute(path, forks=None):
    """A ``Run`` of the notebook at ``path`` in its own folder, by a kernel of ``forks``, if there are ``Forks``."""
    start = time.perf_counter()
    notebook = read(path)
    # Printed text arrives in pieces that differ from run to run unless it is put together again.
    client = NotebookClient(
        notebook,
        timeout=1800,  # seconds for a cell: one that hangs is stopped, and a slow machine has its time
        kernel_name=KERNEL["name"],
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    if forks:  # not as an argument: the client would not end it
        client.km = forks.kernel_manager(KERNEL["name"])
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="surrogateescape") as log:
        error = None
        try:
            client.execute(env=environment() | {"PYTHONPATH": str(WATCH), "OPENED_LOG": log.name})
        except (CellControlSignal, DeadKernelError) as raised:
            error = raised
        opened = set(map(Path, log.read().splitlines()))
    project = path.parent.parent
    within = {_source(name).relative_to(project) for name in opened if name.is_relative_to(project)}
    within = sorted(name.as_posix() for name in within if not any(map(IGNORED.fullmatch, name.parts)))
    return Run(path, notebook, time.perf_counter() - start, within, error)


def _source(path):
    """The file that a compiled module comes from; any other path as it is."""
    compiled = path.parent.name == "__pycache__"
    return path.parent.parent / f"{path.name.partition('.')[0]}.py" if compiled else path


def execute_all(paths):
    """The runs of these notebooks, each as soon as it is there; one for each core is run at a time."""
    paths = sorted(paths, key=lambda path: SLOW.index(path.stem) if path.stem in SLOW else len(SLOW))
    modules = [COMPILED, *imported_by_several(paths)]
    # On other systems, a process that has loaded a library of mathematics may not survive a fork.
    prepared = Forks(modules) if sys.platform == "linux" and len(paths) > 1 else nullcontext()
    with prepared as forks, ThreadPoolExecutor(max_workers=cpu_count()) as pool:
        runs = [pool.submit(execute, path, forks) for path in paths]
        try:
            for done in as_completed(runs):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def imported_by_several(paths):
    """The names of the modules that at least two of these notebooks import."""
    counts = Counter()
    for path in paths:
        cells = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
        with suppress(SyntaxError):  # a notebook may have magics
            counts.update({module for cell in cells for module in imports(cell)})
    return sorted(module for module, count in counts.items() if count > 1)


def store(run, check):
    """Store the result of a run, or with ``check`` only compare bytes. Returns a line to print and success."""
    if run.error:
        return f"{run.path.name}: FAILED, the stored file is left as it was\n{run.error}", False
    text, stored, seconds = (
        storable(normalise(run.notebook)),
        run.path.read_text(encoding="utf-8"),
        f"{run.seconds:.1f} s",
    )
    if text == stored:
        return f"{run.path.name}: unchanged ({seconds})", True
    if check:
        cells = ", ".join(map(str, differing_cells(stored, text)))
        return f"{run.path.name}: DIFFERS from the stored file, in the cells {cells} ({seconds})", False
    temporary = run.path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, run.path)
    return f"{run.path.name}: stored ({seconds})", True


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks to run; all of book/ where none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where an output differs")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.paths] or sorted(BOOK.glob("*.ipynb"))
    good = True
    for run in execute_all(paths):
        line, success = store(run, options.check)
        print(line, flush=True)
        good = good and success
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
