"""Sphinx extension: what a cell shows leads to pages of the book.

In a notebook a link goes to another notebook, as ``errata.ipynb#e14``, which is a page here. And the outcome in the box
of a decision leads to the glossary.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

CHAPTER = re.compile(r'(?<=href=")(\w+)\.ipynb(?=[#?"])')
OUTCOME = re.compile(r'(<div class="decision ([\w-]+) mathjax_process"><strong>)([\w-]+)(?=</strong>)')
GLOSSARY = "book/glossary"


def setup(app):
    app.add_post_transform(LinkOutputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class LinkOutputs(SphinxPostTransform):
    default_priority = 800  # after one of the forms of each output has been chosen
    formats = ("html",)

    def run(self):
        glossary = GLOSSARY in self.env.found_docs
        for raw in list(self.document.findall(nodes.raw)):
            html = CHAPTER.sub(r"\1.html", raw.astext())
            html = OUTCOME.sub(r'\1<a href="glossary.html#word-\2">\3</a>', html) if glossary else html
            raw.replace_self(nodes.raw("", html, format=raw["format"]))
