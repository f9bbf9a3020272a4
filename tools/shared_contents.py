"""Sphinx extension: the listings of the source share the table of contents beside them, which is made once a folder.

No entry of it is theirs. To make it for each page took a tenth of the time in which pages are written.
"""

from posixpath import dirname


def setup(app):
    made = {}

    def share(app, page, template, context, doctree):
        if page in app.env.found_docs:  # its own entry is marked
            return
        make, folder = context["toctree"], dirname(page)

        def toctree(**options):
            key = (folder, *sorted(options.items()))
            if key not in made:
                made[key] = make(**options)
            return made[key]

        context["toctree"] = toctree

    app.connect("html-page-context", share, priority=400)  # before the theme asks for it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
