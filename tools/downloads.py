"""Sphinx extension: what a reader can take away lies beside the pages.

``downloads/`` holds the library's wheel, which has the data that chapters read, and all chapters in an archive; the
button of each chapter downloads it. There each chapter begins with a cell that installs what is missing, see
``first_cell``. The PDF of the book is printed from the pages, by ``make pdf``, and the links to it are shown then.
"""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

from tools.built_pages import rewrite
from tools.first_cell import wheel, with_first_cell
from tools.parallel_writing import meanwhile
from tools.release import ROOT

FOLDER = "downloads"
CHAPTERS = "chapters.zip"
PDF = f"{FOLDER}/executable-derivations.pdf"
HIDDEN = '<a class="book-pdf" hidden data-href='
"""How a link to the PDF begins while it is not there: it leads nowhere, and is not seen."""
EPOCH = (1980, 1, 1, 0, 0, 0)


def setup(app):
    app.add_role("take", Take())
    app.connect("html-page-context", add_buttons, priority=900)
    meanwhile(app, lay_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Take(SphinxRole):
    """A link to one of the downloads: ``{take}`wheel```, ``{take}`chapters```; and ``{take}`pdf``` once it is there."""

    def run(self):
        name = {"wheel": f"{FOLDER}/{wheel()}", "chapters": f"{FOLDER}/{CHAPTERS}", "pdf": PDF}[self.text]
        up = "../" * self.env.docname.count("/")
        start = HIDDEN if self.text == "pdf" else "<a href="
        html = f'{start}"{up}{name}" download>{name.rpartition("/")[2]}</a>'
        return [nodes.raw("", html, format="html")], []


def add_buttons(app, pagename, templatename, context, doctree):
    """A button for the PDF of the whole book, and one for Colab, which opens what is published and not the source."""
    repository = context.get("theme_repository_url", "").rstrip("/")
    for group in context.get("header_buttons", ()):
        if group.get("label") == "launch-buttons":
            branch = f"{repository.removeprefix('https://github.com/')}/blob/gh-pages"
            for button in group["buttons"]:
                if button["text"] == "Colab":
                    button["url"] = f"https://colab.research.google.com/github/{branch}/_sources/{pagename}.ipynb"


def lay_out(app):
    """Write the downloads."""
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    build_wheel(folder)
    address = app.config.html_baseurl and f"{app.config.html_baseurl}{FOLDER}/"
    chapters = {}
    for path in sorted((Path(app.outdir) / "_sources").rglob("*.ipynb")):
        name = path.relative_to(Path(app.outdir) / "_sources")
        source = nbformat.read(Path(app.srcdir) / name, as_version=4)
        text = nbformat.writes(with_first_cell(source, address)) + "\n"
        path.write_text(text, encoding="utf-8")
        chapters[path.name] = text.encode()
    chapters |= {name: (Path(app.srcdir) / "book" / name).read_bytes() for name in pictures(chapters.values())}
    chapters[wheel()] = (folder / wheel()).read_bytes()
    with zipfile.ZipFile(folder / CHAPTERS, "w") as archive:  # the same bytes from the same files
        for name, content in chapters.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)


def build_wheel(folder):
    """Build the library's wheel into ``folder``."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode or not (folder / wheel()).is_file():
        raise ExtensionError(f"the wheel {wheel()} could not be built:\n{run.stdout}{run.stderr}")


def pictures(chapters):
    """The files in ``_static`` that the chapters show."""
    return sorted({name.decode() for text in chapters for name in re.findall(rb"_static/[\w./-]+\.(?:svg|png)", text)})


def show_pdf(folder):
    """Show the links to the PDF on the pages in ``folder``, once it lies there."""
    rewrite(folder, lambda text, path: text.replace(HIDDEN, '<a class="book-pdf" href='))
