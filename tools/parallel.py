"""Sphinx extension: pages are read and written on all cores.

These two do not say whether they allow it. One numbers the sections once all pages are read, the other makes LaTeX.
"""


def setup(app):
    for name in ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex"):
        app.extensions[name].parallel_read_safe = True
    return {"parallel_read_safe": True, "parallel_write_safe": True}
