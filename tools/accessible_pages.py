"""Sphinx extension: what the theme and other extensions leave without a name, or misname, is named as it is seen.

The title of a theorem, a definition or an exercise becomes a heading, with a link to itself.

Nothing is checked here. To check something on every page, such as its contrast or whether the focus is visible, go to
``tools/page_checker.py``; what a reader does on one page, step by step, is tried in ``tests/test_pages.py``.
"""

import re
from pathlib import Path

from tools.built_pages import rewrite

BOX = r'(<div class="(?:proof (\w+)|(exercise)) admonition" id="([^"]+)">\s*)<p class="admonition-title">(.*?)</p>'
REPAIRS = [
    # The arrow that unfolds the pages below a page.
    (r'<summary>(?=<span class="toctree-toggle")', '<summary aria-label="The pages below">'),
    # What says what it does needs no other name.
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    (r'(<button class="btn search-button-field[^>]*?) title="Search" aria-label="Search"', r"\1"),
    # Ids that all boxes of a kind get.
    (r' id="(?:proof|exercise|solution)-content"', ""),
    # The parameters of a signature are no definitions, and a list of entries has nothing but entries.
    (r'<dl>(\s*<dd><em class="sig-param".*?)</dl>', lambda found: f'<div class="parameters">{divided(found[1])}</div>'),
    (r'<div role="list" class="citation-list">', '<div class="citation-list">'),
    (r' role="doc-biblioentry"', ""),
    # A list in a list belongs to the entry before it.
    (r"(?<=</h1>\n)<ul><li>.*</ul>(?=\s*</article>)", lambda found: nested(found[0])),
    (
        BOX,
        lambda found: (
            f'{found[1]}<p class="admonition-title" role="heading" aria-level="3">{found[5]}'
            f'<a class="headerlink" href="#{found[4]}" title="Link to this {found[2] or found[3]}">#</a></p>'
        ),
    ),
]


def setup(app):
    app.connect("build-finished", repair_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def repair_pages(app, exception):
    if exception or app.builder.format != "html":
        return
    rewrite(Path(app.outdir), lambda text, path: repaired(text))


def repaired(text):
    for pattern, replacement in REPAIRS:
        text = re.sub(pattern, replacement, text, flags=re.DOTALL)
    return text


def divided(parameters):
    return parameters.replace("<dd>", "<div>").replace("</dd>", "</div>")


def nested(modules):
    """The list of all modules, with each list below a package within the package's entry."""
    modules = modules.replace("</li>\n<ul>", "\n<ul>").replace("</ul><li>", "</ul></li><li>")
    return modules.replace("</ul></ul>", "</ul></li></ul>")
