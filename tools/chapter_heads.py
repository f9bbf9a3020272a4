"""Sphinx extension: at its head each chapter says which theorems it needs, and which it gives.

It is computed from the statements, their derivations and the chapters each time the page is written.
"""

from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform

from sparseae_lib.book_map.foundations import foundations, nearest
from sparseae_lib.book_map.theorems import read_theorems


def setup(app):
    app.setup_extension("sphinx_proof")
    app.add_post_transform(SayNeeds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


@cache
def _theorems(book):
    theorems = read_theorems(book)
    return theorems, foundations(theorems)


def head(book, chapter):
    """The labels of what the chapter needs from others, without what follows from the rest, and of what it gives."""
    theorems, found = _theorems(book)
    gives = [label for label, theorem in theorems.items() if theorem.chapter == chapter]
    needs = nearest(found | {"": set().union(*(found[label] for label in gives)) - set(gives)})[""]
    return [label for label in theorems if label in needs], gives


class SayNeeds(SphinxPostTransform):
    default_priority = 5  # before references are resolved

    def run(self):
        folder, _, chapter = self.env.docname.rpartition("/")
        if folder != "book":
            return
        needs, gives = head(Path(self.env.srcdir) / folder, chapter)
        if gives:
            section = next(self.document.findall(nodes.section))
            section.insert(1, self._line(("Needs", needs), ("Gives", gives)))

    def _line(self, *parts):
        line = nodes.paragraph(classes=["chapter-head"])
        for word, labels in parts:
            if labels:
                line += nodes.strong("", word)
                for label in labels:
                    line += nodes.Text(" " if label == labels[0] else ", ")
                    target = {"refdomain": "prf", "reftype": "ref", "reftarget": label, "refdoc": self.env.docname}
                    line += pending_xref("", nodes.inline("", label), refexplicit=False, refwarn=True, **target)
                line += nodes.Text(". ")
        return line
