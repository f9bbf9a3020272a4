"""The definitions and theorems of the book, read from its chapters, which are notebooks in plain Markdown."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

BOX = re.compile(
    r'^<a id="((?:thm|def)-[\w-]+)"></a>\n+> \*\*(\w+): (.*)\*\*((?:.*\n(?!<a id="thm-))*?.*)(?=\n\n(?!>)|\Z)',
    re.MULTILINE,
)
"""Its label, kind, title and text; quotations that follow each other belong to it, with a formula between them."""


@dataclass(frozen=True)
class Theorem:
    """A definition or theorem: its label, its kind, its title, the name of its chapter, and its text in Markdown."""

    label: str
    kind: str
    title: str
    chapter: str
    text: str

    @property
    def address(self) -> str:
        """Where it stands, as the address of a link from another chapter."""
        return f"{self.chapter}.ipynb#{self.label}"


def chapters(book: Path) -> dict[str, str]:
    """{name: title} of the chapters in the folder ``book``, in the order of the contents, which lie beside it."""
    contents = (book.resolve().parent / "_toc.yml").read_text(encoding="utf-8")
    names = re.findall(rf"- file: {book.resolve().name}/(\w+)$", contents, re.MULTILINE)
    return {name: _markdown(book, name).partition("\n")[0].lstrip("# ") for name in names if _path(book, name).exists()}


def read_theorems(book: Path) -> dict[str, Theorem]:
    """{label: theorem} for the whole book, in the order of its chapters.

    The formula that a cell returns is not in the text of its theorem: the statement has it.
    """
    return {
        label: Theorem(label, kind, title, chapter, text)
        for chapter in chapters(book)
        for label, kind, title, text in BOX.findall(_markdown(book, chapter))
    }


def _path(book, chapter):
    return book / f"{chapter}.ipynb"


def _markdown(book, chapter):
    notebook = json.loads(_path(book, chapter).read_text(encoding="utf-8"))
    return "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
