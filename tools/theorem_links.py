"""Sphinx extension: a docstring links to the theorems that it names, and each theorem to the functions that name it.

The docstrings are the only source. "Theorem ``thm-cost``" in a docstring becomes a reference to the theorem with that
label, and "In code: ..." is added to every theorem that a documented object names.
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_proof.nodes import NODE_TYPES

LABEL = r"``(thm-[\w-]+)``"


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx_proof")
    app.connect("env-purge-doc", lambda app, env, page: naming(env).pop(page, None))
    app.connect("env-merge-info", lambda app, env, pages, other: naming(env).update(naming(other)))
    app.connect("autodoc-process-docstring", link_theorems)
    app.add_post_transform(LinkFunctions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def naming(env):
    """{page: [(label of a theorem, full name of an object on that page whose docstring names it), ...]}"""
    return env.__dict__.setdefault("objects_that_name_theorems", {})


def link_theorems(app, what, name, obj, options, lines):
    text = "\n".join(lines)
    named = naming(app.env).setdefault(app.env.docname, [])
    named += [(label, name) for label in dict.fromkeys(re.findall(LABEL, text))]
    # The reference prints "Theorem 4.1" or "Definition 2.1", so the word before it is removed.
    lines[:] = re.sub(rf"(?:[Tt]heorem\s+)?{LABEL}", r":prf:ref:`\1`", text).split("\n")


class LinkFunctions(SphinxPostTransform):
    default_priority = 5  # before references are resolved

    def run(self):
        named = [each for _, on_page in sorted(naming(self.env).items()) for each in on_page]
        for theorem in self.document.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
            if functions := [name for label, name in named if label == theorem["label"]]:
                theorem[-1] += self._line(functions)

    def _line(self, names):
        line = nodes.paragraph("", "In code: ")
        for name in names:
            if name != names[0]:
                line += nodes.Text(", ")
            text = nodes.literal("", name.partition(".")[2])  # without the package
            target = {"refdomain": "py", "reftype": "obj", "reftarget": name, "refdoc": self.env.docname}
            line += pending_xref("", text, refexplicit=True, refwarn=True, **target)
        return line
