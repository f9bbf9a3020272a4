"""Sphinx extension: pages are written on all cores, but read one after the other.

Sphinx-proof says that pages may be read in several processes, but then it cannot put together what these found.
"""

from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available


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


def processes(count):
    """What runs its tasks in up to ``count`` processes; without ``fork``, one after the other in this one."""
    return ParallelTasks(count) if parallel_available else SerialTasks()


def meanwhile(app, make):
    """Let ``make(app)`` run in a process of its own once the pages of text are written: those of code are then to come.

    The build ends when it has ended, and fails if it has failed.
    """
    tasks = processes(1)

    def begin(app):
        tasks.add_task(make, app)
        return []  # no page

    app.connect("html-collect-pages", begin)
    app.connect("build-finished", lambda app, exception: tasks.join())
