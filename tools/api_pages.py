"""Sphinx extension: how the API reference shows a module, a signature and a docstring of this package."""

import inspect
import re
from enum import Enum

from sphinx.ext.autodoc import ModuleDocumenter


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.add_autodocumenter(ModuleSection, override=True)
    app.connect("autodoc-process-docstring", keep_aligned_lines)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("autodoc-skip-member", skip_what_others_say)
    app.connect("object-description-transform", merge_signatures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class ModuleSection(ModuleDocumenter):
    """A module with its members is a section under its name; without them only its text is printed."""

    def add_directive_header(self, sig):
        if self.options.members:
            title = f"``{self.fullname}``"
            for line in (title, "=" * len(title), ""):
                self.add_line(line, self.get_sourcename())
        super().add_directive_header(sig)


def keep_aligned_lines(app, what, name, obj, options, lines):
    """Keep each line of a name, spaces and its meaning, because reST would join such lines into a paragraph."""
    lines[:] = [re.sub(r"^(``\S+``)  +", r"| \1 ", line) for line in lines]


def shorten_signature(app, what, name, obj, options, signature, returns):
    """None for an Enum, whose members say it all; ``...`` for a default that a dataclass gets from a function."""
    if signature is None or (inspect.isclass(obj) and issubclass(obj, Enum)):
        return "", None
    return signature.replace("<factory>", "..."), returns


def skip_what_others_say(app, what, name, obj, skip, options):
    """Skip the fields of a named tuple, which are in its signature, and what scikit-learn gives all estimators."""
    is_field = what == "class" and inspect.isdatadescriptor(obj) and not isinstance(obj, property)
    is_foreign = getattr(obj, "__module__", "").partition(".")[0] == "sklearn"
    return True if is_field or is_foreign else None


def merge_signatures(app, domain, objtype, content):
    """Keep only signatures that differ: autodoc writes one for each type that a ``singledispatch`` function takes."""
    seen = set()
    for signature in content.parent[:-1]:
        if signature.astext() in seen:
            content.parent.remove(signature)
        seen.add(signature.astext())
