"""Sphinx extension: wherever the text names a line of the source, as E46, it leads to the card of that line."""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

LEDGER = "book/errata"
LINE = re.compile(r"\bE(?:[1-9]|[1-4]\d|5[0-2])\b")
ELSEWHERE = (nodes.reference, nodes.literal, nodes.literal_block, nodes.title, nodes.raw, nodes.math, nodes.math_block)


def setup(app):
    app.add_post_transform(LinkLines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class LinkLines(SphinxPostTransform):
    default_priority = 800  # after references have been resolved
    formats = ("html",)

    def run(self):
        if LEDGER not in self.env.found_docs:
            return
        page = self.app.builder.get_relative_uri(self.env.docname, LEDGER)
        for text in list(self.document.findall(nodes.Text)):
            if LINE.search(text) and not any(isinstance(parent, ELSEWHERE) for parent in ancestors(text)):
                text.parent.replace(text, linked(text, page))


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def linked(text, page):
    """The text as nodes, each name of a line among them a link to its card on ``page``."""
    parts, end = [], 0
    for line in LINE.finditer(text):
        parts.append(nodes.Text(text[end : line.start()]))
        parts.append(nodes.reference("", line.group(), internal=True, refuri=f"{page}#{line.group().lower()}"))
        end = line.end()
    return [part for part in (*parts, nodes.Text(text[end:])) if part.astext()]
