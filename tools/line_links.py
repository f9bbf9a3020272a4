"""Sphinx extension: the names of lines of the source lead to their cards, and each card to what decides its line.

- Wherever the text names a line, as E46, the name is a link to the card of that line.
- In the chapter that the ledger names, the paragraph that decides the line gets the anchor ``e46-decided``. It is the
  first that names the line in the section "Verdict", or else the first in any other section but the quotations.
  A judged line without one is a warning, and so an error of the build.

So who lands on the paragraph is led back to the card by the name of the line.
"""

import re
from pathlib import PurePosixPath

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from sparseae_lib.errata import load_errata

logger = logging.getLogger(__name__)

LEDGER = "book/errata"
LINE = re.compile(r"\bE(?:[1-9]|[1-4]\d|5[0-2])\b")
ELSEWHERE = (nodes.reference, nodes.literal, nodes.literal_block, nodes.title, nodes.raw, nodes.math, nodes.math_block)
VERDICT, QUOTATIONS = "Verdict", "As the source has it"
"""The titles of two sections of a chapter."""


def setup(app):
    app.connect("doctree-read", mark_decisions)
    app.add_post_transform(LinkLines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mark_decisions(app, document):
    """Give each paragraph that decides a line its anchor."""
    chapter = PurePosixPath(app.env.docname)
    if chapter.parent != PurePosixPath(LEDGER).parent:
        return
    paragraphs = in_order_of_search(document)
    for entry in load_errata():
        if entry.chapter != chapter.name or not entry.is_judged:
            continue
        for paragraph in paragraphs:
            if entry.id in LINE.findall(paragraph.astext()):
                paragraph["ids"].append(entry.decided_at)
                break
        else:
            message = "%s is decided nowhere: no paragraph of the section %r or of another names it"
            logger.warning(message, entry.id, VERDICT, location=document)


def in_order_of_search(document):
    """The paragraphs of the verdict, and then those of the other sections; not the quotations, nor the introduction."""
    first, then = [], []
    for chapter in document.findall(lambda node: isinstance(node, nodes.section) and node.parent is document):
        for section in chapter.findall(lambda node, chapter=chapter: node.parent is chapter):
            if isinstance(section, nodes.section) and section[0].astext() != QUOTATIONS:
                found = first if section[0].astext() == VERDICT else then
                found += section.findall(nodes.paragraph)
    return first + then


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
