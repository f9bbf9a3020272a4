"""Sphinx extension: what the page "Prove it yourself" runs lies beside the book: Python for the browser, and SymPy.

Pyodide comes from npm. Where it cannot be had, the book is built without it, says so in a line, and the page says
it too; with CI=true that is an error. SymPy, mpmath and lark are those that the book's own proofs run with.
"""

import json
import os
import shutil
import zipfile
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util import logging

from sparseae_lib.errata import load_errata
from sparseae_lib.formulas import latex
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source.repairs import REPAIRS
from tools.npm import NotFetchedError, package
from tools.parallel_writing import meanwhile

logger = logging.getLogger(__name__)

SOURCE = Path(__file__).parent / "prove"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
PAGE = ("prove.js", "prove.css", "worker.mjs")
PACKAGES = ("sympy", "mpmath", "lark", "sparseae_lib")
NOT_NEEDED = {"tests", "benchmarks", "__pycache__", "__pyinstaller", "testing"}
EPOCH = (1980, 1, 1, 0, 0, 0)


def setup(app):
    app.connect("builder-inited", fetch)
    meanwhile(app, lay_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fetch(app):
    """Note where Python for the browser lies, before a page is written that may link to what runs on it."""
    app.python_for_browser = pyodide() if app.builder.format == "html" else None


def lay_out(app):
    """Write ``_static/prove``."""
    folder = Path(app.outdir) / "_static" / "prove"
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGE:
        shutil.copy(SOURCE / name, folder)
    core = app.python_for_browser
    if core is None:
        (folder / "prove.json").unlink(missing_ok=True)
        return
    for name in CORE:
        shutil.copy(core / name, folder)
    pack(folder / "packages.zip")
    files = [{"name": name, "size": (folder / name).stat().st_size} for name in (*CORE, "packages.zip")]
    contents = json.dumps({"files": files, "theorems": theorems(), "lines": lines()}, ensure_ascii=False, indent=1)
    (folder / "prove.json").write_text(contents, encoding="utf-8")


def pyodide():
    """The folder of npm's package; None where it cannot be fetched."""
    try:
        return package("pyodide")
    except NotFetchedError as error:
        message = "Python for the browser could not be fetched from npm, so the book has no page to prove formulas on"
        if os.environ.get("CI") == "true":
            raise ExtensionError(f"{message}:\n{error}") from None
        logger.info("%s.", message)
        return None


def pack(path):
    """The zip of what the page imports: the same bytes from the same files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        add(archive, SOURCE / "answers.py", "answers.py")
        for package in PACKAGES:
            root = Path(find_spec(package).origin).parent
            for file in sorted(root.rglob("*")):
                if file.suffix in (".py", ".lark", ".toml") and not NOT_NEEDED & {*file.relative_to(root).parts}:
                    add(archive, file, file.relative_to(root.parent).as_posix())


def add(archive, file, name):
    archive.writestr(zipfile.ZipInfo(name, EPOCH), file.read_bytes(), zipfile.ZIP_DEFLATED)


def theorems():
    """What the page offers: each theorem that is a formula, as it is printed."""
    return [
        {"label": label, "title": statement.title, "latex": latex(statement.formula)}
        for label, statement in STATEMENTS.items()
    ]


def lines():
    """Each line of the source for which the ledger knows what is true in its place."""
    return [
        {"id": entry.id, "verdict": entry.verdict, "printed": printed(entry)}
        for entry in load_errata()
        if entry.id in REPAIRS
    ]


def printed(entry):
    """The formula of a line, without its dollars; the repaired one where the source has a sentence."""
    return entry.source.split("$")[1] if "$" in entry.source else entry.repaired
