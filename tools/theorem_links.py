"""Sphinx extension: a docstring links to the theorems that it names, and each theorem to the functions that name it.

The docstrings are the only source. "Theorem ``thm-cost``" in a docstring becomes a reference to the theorem with that
label, and "In code: ..." is added to every theorem that a documented object names.
"""

import inspect
import re
from functools import cache
from pkgutil import resolve_name

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_proof.nodes import NODE_TYPES

LABEL = r"``(thm-[\w-]+)``"


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx_proof")
    app.connect("autodoc-process-docstring", link_theorems)
    app.add_post_transform(LinkFunctions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_theorems(app, what, name, obj, options, lines):
    # The reference prints "Theorem 4.1" or "Definition 2.1", so the word before it is removed.
    lines[:] = re.sub(rf"(?:[Tt]heorem\s+)?{LABEL}", r":prf:ref:`\1`", "\n".join(lines)).split("\n")


class LinkFunctions(SphinxPostTransform):
    default_priority = 5  # before references are resolved

    def run(self):
        functions = functions_by_label(tuple(self.env.get_domain("py").objects))
        for theorem in self.document.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
            if theorem["label"] in functions:
                theorem[-1] += self._line(functions[theorem["label"]])

    def _line(self, names):
        line = nodes.paragraph("", "In code: ")
        for name in names:
            if name != names[0]:
                line += nodes.Text(", ")
            text = nodes.literal("", name.partition(".")[2])  # without the package
            target = {"refdomain": "py", "reftype": "obj", "reftarget": name, "refdoc": self.env.docname}
            line += pending_xref("", text, refexplicit=True, refwarn=True, **target)
        return line


@cache  # each page asks
def functions_by_label(names):
    """{label of a theorem: those of these full names whose docstrings name it}."""
    functions = {}
    for name in names:
        for label in set(re.findall(LABEL, inspect.getdoc(resolve_name(name)) or "")):
            functions.setdefault(label, []).append(name)
    return functions
