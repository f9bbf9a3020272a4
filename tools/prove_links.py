"""Sphinx extension: a theorem, and the card of a line, lead to the page that proves them, with the formula filled in.

A theorem also says which roads prove it, and why one does not. Where the book is built without Python for the browser
that page can prove nothing, and nothing leads to it.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_proof.nodes import NODE_TYPES

from sparseae_lib.errata import load_errata
from sparseae_lib.kernel.roads import ROADS
from sparseae_lib.statements import STATEMENTS
from sparseae_lib.statements.source.repairs import REPAIRS

PAGE, KERNEL = "book/prove", "book/kernel"
HEAD_OF_CARD = re.compile(
    r'(?P<head><article class="line .*?<a class="number" href="[^"]*#e\d+">(?P<id>E\d+)</a>.*?)(?=</header>)', re.DOTALL
)


def setup(app):
    app.setup_extension("sphinx_proof")
    app.setup_extension("prove_page")
    app.add_post_transform(LinkTheorems)
    app.add_post_transform(LinkCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def queries():
    """{id of a line: what the page is asked}: for the line itself, or, where nothing is repaired, for its theorem."""
    found = {}
    for entry in load_errata():
        if entry.id in REPAIRS:
            found[entry.id] = f"line={entry.label}"
        elif entry.theorem:
            found[entry.id] = f"theorem={entry.theorem}"
    return found


class ToPage(SphinxPostTransform):
    formats = ("html",)

    def page(self):
        """The address of the page from here, or None where it could prove nothing."""
        if self.app.python_for_browser is None or PAGE not in self.env.found_docs:
            return None
        return self.app.builder.get_relative_uri(self.env.docname, PAGE)


class LinkTheorems(ToPage):
    default_priority = 6  # after "In code", before references are resolved

    def run(self):
        for theorem in self.document.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
            label = theorem["label"]
            if label in ROADS:
                line = nodes.paragraph("", f"{ROADS[label]} ", classes=["roads"])
                if label in STATEMENTS and (page := self.page()):
                    line += nodes.reference("", "Prove it yourself", internal=True, refuri=f"{page}?theorem={label}")
                    line += nodes.Text(".")
                theorem[-1] += line


class LinkCards(ToPage):
    default_priority = 810  # after a form of each output has been chosen, and its links have been made

    def run(self):
        if page := self.page():
            for raw in list(self.document.findall(nodes.raw)):
                if "<article" in raw.astext():
                    raw.replace_self(nodes.raw("", linked(raw.astext(), page), format=raw["format"]))


def linked(html, page):
    """The HTML with a link to ``page`` at the head of each card of a line that claims something."""
    known = queries()

    def link(card):
        query = known.get(card["id"])
        return card["head"] + (f' <a class="prove" href="{page}?{query}">prove or refute it</a>' if query else "")

    return HEAD_OF_CARD.sub(link, html)
