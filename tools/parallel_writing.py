"""Sphinx extension: pages are written on all cores, but read one after the other.

Sphinx-proof says that pages may be read in several processes, but then it cannot put together what these found.
"""


def setup(app):
    # These two do not say whether they allow it. But one numbers the sections after the reading, the other makes LaTeX.
    for name in ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex"):
        app.extensions[name].parallel_read_safe = True
    cores = app.parallel
    app.connect("env-before-read-docs", lambda app, env, names: use(app, 1))
    app.connect("env-updated", lambda app, env: use(app, cores))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def use(app, cores):
    app.parallel = cores
