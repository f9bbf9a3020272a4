"""Sphinx extension: what the theme and MyST-NB leave without a name, or name other than it is seen, gets its name."""

import re
from pathlib import Path

REPAIRS = [
    # The arrow that unfolds the pages below a page.
    (r'<summary>(?=<span class="toctree-toggle")', '<summary aria-label="The pages below">'),
    # What says what it does needs no other name.
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    (r'(<button class="btn search-button-field[^>]*?)\s*(?:title|aria-label)="Search"\s*aria-label="Search"', r"\1"),
]


def setup(app):
    app.connect("build-finished", repair_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def repair_pages(app, exception):
    if exception or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = repaired(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")


def repaired(text):
    for pattern, replacement in REPAIRS:
        text = re.sub(pattern, replacement, text)
    return text
