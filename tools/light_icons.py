"""Sphinx extension: of the theme's two thousand icons, those that pages show; the others weigh as much as a page."""

import re
from pathlib import Path

from tools.small_fonts import with_small_fonts

STYLES = "_static/styles/pydata-sphinx-theme.css"
NAME = re.compile(r"fa-[\w-]+")  # with \b before it, to look through all pages would take ten times as long
ICON = re.compile(r"(?:\.fa-[\w-]+::?before,?)+\{[^}]*\bcontent:[^}]*\}")
"""The rule of an icon, which may have several names."""


def setup(app):
    app.connect("build-finished", keep_icons, priority=800)  # light_pages.py joins the style sheets
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def keep_icons(app, exception):
    """Keep the icons that pages name, or scripts, which add some to a page."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    users = [*folder.rglob("*.html"), *folder.glob("_static/*.js"), folder / "_static/scripts/pydata-sphinx-theme.js"]
    named = {name for path in users for name in NAME.findall(path.read_text(encoding="utf-8"))}
    sheet = folder / STYLES

    def kept(rule):
        return rule[0] if named & set(NAME.findall(rule[0])) else ""

    css = ICON.sub(kept, sheet.read_text(encoding="utf-8"))
    # Boxes have icons too, which their style sheets show by a code.
    others = "".join(path.read_text(encoding="utf-8") for path in folder.glob("_static/**/*.css") if path != sheet)
    sheet.write_text(with_small_fonts(css, sheet.parent, also=others), encoding="utf-8")
