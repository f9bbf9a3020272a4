"""Sphinx extension: a page shows its text before it runs a script, and shows it in the colours of the reader's system.

The scripts in its head wait until the page is read, all but the short one that others read their settings from.
"""

from pathlib import Path

SETTINGS = "documentation_options.js"
COLOURS = """\
{
  const theme = document.documentElement.dataset;
  if (theme.theme === "auto") theme.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}"""
"""The theme's own script does the same, but only after the page has been seen in light colours."""


def setup(app):
    app.config.templates_path.append(str(Path(__file__).parent / "templates"))
    app.add_js_file(None, body=COLOURS, priority=100)
    app.connect("html-page-context", defer_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def defer_scripts(app, page, template, context, doctree):
    for script in context["script_files"]:
        if getattr(script, "filename", None) and SETTINGS not in script.filename:
            script.attributes.setdefault("defer", "defer")
