"""Sphinx extension: the search finds sections, by their words and by the keywords of ``book/keywords.toml``.

What can be found are pages, sections, theorems, documented objects, the cards of the ledger and its decisions. Each has
a title, its text without formulas, and its keywords. They are written as ``searchindex.js``, in place of the index that
Sphinx makes, and ``search.js`` ranks them. A keyword for a place that is not there is a warning, and so an error of the
build.
"""

import json
import re
import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import desc, desc_signature
from sphinx.util import logging
from sphinx_proof.nodes import NODE_TYPES

logger = logging.getLogger(__name__)

KEYWORDS = "book/keywords.toml"
REFERENCE = "book/api/"
CARD = re.compile(r'<article class="line[^>]* id="(e\d+)"[^>]*>')
DECIDED = re.compile(r"(e\d+)-decided")
UNREAD = (nodes.comment, nodes.math, nodes.math_block, nodes.system_message)


def setup(app):
    app.config.templates_path.append(str(Path(__file__).parent / "templates"))
    places = {}
    app.connect("builder-inited", do_not_index)
    app.connect("doctree-resolved", lambda app, document, name: places.update({name: list(found(document))}))
    app.connect("build-finished", lambda app, error: None if error else write(app, places))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def do_not_index(app):
    """Sphinx would read and stem all words of all pages for an index that is not kept."""
    app.builder.index_page = app.builder.dump_search_index = lambda *page: None


def found(document):
    """The anchors, title and text of every place in a page, and of the page itself, which has the anchor ``top``."""
    place = _place(["top"])
    yield from _within(document, place)
    yield place


def _within(node, place):
    """Read ``node`` into ``place``; yields the places within it that have an anchor of their own."""
    for child in node.children:
        own = _own_place(child)
        if own is not None:
            yield from _within(child, own)
            yield own
        elif isinstance(child, UNREAD):
            continue
        elif isinstance(child, nodes.raw):
            yield from _cards(child.astext() if "html" in child["format"] else "", place)
        elif isinstance(child, nodes.title) and not place["title"]:
            place["title"] = re.sub(r"^\((.*)\)$", r"\1", child.astext().strip())
        elif isinstance(child, nodes.image):
            place["text"].append(child.get("alt", ""))
        elif isinstance(child, nodes.Text):
            place["text"].append(child.astext())
        else:
            yield from _within(child, place)


def _own_place(node):
    """An empty place for a node that has one of its own, or ``None``. The outermost section is the page."""
    if isinstance(node, nodes.section) and isinstance(node.parent, nodes.document):
        return None
    if isinstance(node, (nodes.section, *NODE_TYPES.values())) and isinstance(node.next_node(), nodes.title):
        return _place(node["ids"])
    if isinstance(node, desc):
        signature = next(node.findall(desc_signature))
        if signature["ids"]:
            return _place(signature["ids"], signature["ids"][0].rpartition(".")[2])
    if isinstance(node, nodes.paragraph):
        for name in node["ids"]:
            if line := DECIDED.fullmatch(name):
                return _place([name], line[1].upper())
    return None


def _place(anchors, title="", text=()):
    return {"anchors": anchors, "title": title, "text": list(text)}


def _cards(html, place):
    """Read the text of HTML into ``place``, but that of the cards of the ledger into places of their own."""
    before, *cards = CARD.split(html)
    place["text"].append(_plain(before))
    for name, card in zip(cards[::2], cards[1::2], strict=True):
        yield _place([name], name.upper(), [_plain(card)])


def _plain(html):
    return re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]|<(style|script).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)


def write(app, places):
    """Write what is found on all pages, for the browser."""
    typed_by_hand = Path(app.srcdir, KEYWORDS)
    keywords = tomllib.loads(typed_by_hand.read_text(encoding="utf-8")) if typed_by_hand.is_file() else {}
    entries = []
    for page in sorted(places):
        typed = keywords.pop(page.removeprefix("book/"), {})
        for place in places[page]:
            entries.append(
                {
                    "id": len(entries),
                    "document": page,
                    "anchor": place["anchors"][0],
                    "page": app.env.titles[page].astext(),
                    "title": place["title"],
                    "keywords": [word for anchor in place["anchors"] for word in typed.pop(anchor, [])],
                    "text": " ".join(" ".join(place["text"]).split()),
                    "reference": page.startswith(REFERENCE),
                }
            )
        for anchor in typed:
            logger.warning("%s: nothing on the page %s has the anchor %r", KEYWORDS, page, anchor)
    for page in keywords:
        logger.warning("%s: there is no page %r", KEYWORDS, page)
    index = Path(app.outdir, "searchindex.js")
    index.write_text(f"Search.setIndex({json.dumps(entries, ensure_ascii=False)})", encoding="utf-8")
