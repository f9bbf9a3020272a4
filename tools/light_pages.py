"""Sphinx extension: a page shows its text before it runs a script, and shows it in the colours of the reader's system.

The scripts in its head wait until the page is read; the short one that others read their settings from is in it. Its
twenty style sheets are one file, because each would be waited for on a phone, where an answer takes long to come. And
the theme does not measure the whole page before any of it is shown; its own scripts run after that, by
``late_scripts.js``.
"""

import hashlib
import re
from functools import cache, partial
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from sphinx.errors import ExtensionError

from tools.built_pages import rewrite

SETTINGS = "documentation_options.js"
SETTINGS_SCRIPT = re.compile(rf'<script src="(?:\.\./)*_static/{SETTINGS}[^>]*></script>')
THEME_SCRIPT = re.compile(r'<script defer src="([^"]*_static/scripts/(?:bootstrap|pydata-sphinx-theme)\.js[^"]*)">')
COLOURS = """\
{
  const theme = document.documentElement.dataset;
  if (theme.theme === "auto") theme.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}"""
"""The theme's own script does the same, but only after the page has been seen in light colours."""

STYLE_SHEET = re.compile(r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")[^>]*?\bhref="(?!\w+:|/)([^"?#]+)[^"]*"[^>]*>\n?')
IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')]+)["']?\)?;""")
ADDRESS = re.compile(r"""url\(\s*["']?(?!data:|\#|\w+://)([^"')]+)["']?\s*\)""")
COMMENT = re.compile(r"/\*.*?\*/|@charset[^;]*;", re.DOTALL)

THEME = {
    # Where the theme begins to ask every box whether it scrolls; scroll_regions.js does when the page is shown.
    "scripts/pydata-sphinx-theme.js": (
        re.compile(r'(?<=\(\)\{)(?:return;)?(?=const \w=\(\)=>\{document\.querySelectorAll\(\["pre",)'),
        "return;",
    ),
    # Where it asks every element whether it stands beside the text; what does is a block of its section.
    "scripts/sphinx-book-theme.js": (
        re.compile(
            r'document\.querySelectorAll\((\w\.join\(", "\))\)'
            r'|\[\.\.\.document\.querySelectorAll\("section>\*"\)\]\.filter\(e=>e\.matches\((\w\.join\(", "\))\)\)'
        ),
        r'[...document.querySelectorAll("section>*")].filter(e=>e.matches(\1\2))',
    ),
}
"""{script of the theme: what takes it long on a page of many elements, and what stands there instead}"""


def setup(app):
    app.config.templates_path.append(str(Path(__file__).parent / "templates"))
    app.add_js_file(None, body=COLOURS, priority=100)
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("build-finished", join_files, priority=900)  # mathematics.py adds one
    app.connect("build-finished", measure_less)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def defer_scripts(app, page, template, context, doctree):
    for script in context["script_files"]:
        if getattr(script, "filename", None) and SETTINGS not in script.filename:
            script.attributes.setdefault("defer", "defer")


def join_files(app, exception):
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    settings = (folder / "_static" / SETTINGS).read_text(encoding="utf-8")
    sheet = cache(partial(write_style_sheet, folder))  # the same for most pages

    def joined(text, path):
        if path.is_relative_to(folder / "_static"):  # no page
            return text
        text = with_one_style_sheet(text, path.parent.relative_to(folder).as_posix(), sheet)
        text = THEME_SCRIPT.sub(r'<script data-late="\1">', text)
        return SETTINGS_SCRIPT.sub(lambda _: f"<script>{settings}</script>", text)

    rewrite(folder, joined)


def with_one_style_sheet(text, place, sheet):
    """The page, at ``place`` in the site, with its style sheets as one: ``sheet(names)`` gives the name of that."""
    names = tuple(normpath(join(place, link[1])) for link in STYLE_SHEET.finditer(text))
    if len(names) < 2:
        return text
    before, *after = STYLE_SHEET.sub("\0", text).split("\0")
    return f'{before}<link rel="stylesheet" href="{relpath(sheet(names), place)}"/>\n{"".join(after)}'


def write_style_sheet(folder, names):
    """Write the style sheets with these names, in the site's ``folder``, as one. Returns its name."""
    css = "\n".join(style_sheet(name, folder) for name in names)
    name = f"_static/page-{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    (folder / name).write_text(css, encoding="utf-8")
    return name


def measure_less(app, exception):
    if exception or app.builder.format != "html":
        return
    for name, (slow, quick) in THEME.items():
        path = Path(app.outdir) / "_static" / name
        script, count = slow.subn(quick, path.read_text(encoding="utf-8"))
        if count != 1:
            raise ExtensionError(f"{name} is not as it was: where does it look at the whole page?")
        path.write_text(script, encoding="utf-8")


def style_sheet(name, folder):
    """The text of a style sheet, with what it imports, for a place in ``_static``."""
    css = COMMENT.sub("", (folder / name).read_text(encoding="utf-8"))
    text, *imported = IMPORT.split(css)  # text, and in turn what is imported and text
    parts = [moved(text, name)]
    for other, text in zip(imported[::2], imported[1::2], strict=True):
        parts += [style_sheet(normpath(join(dirname(name), other)), folder), moved(text, name)]
    return "".join(parts)


def moved(css, name):
    """What style sheet ``name`` has, with its addresses as they are in ``_static``."""
    return ADDRESS.sub(lambda found: f'url("{relpath(join(dirname(name), found[1]), "_static")}")', css)
