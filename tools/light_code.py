"""Sphinx extension: words of code that have the colour of code have no box of their own; they are most of the words."""

import re
from pathlib import Path

from sphinx.errors import ExtensionError

from tools.built_pages import rewrite

RULE = re.compile(r"""html\[data-theme="(\w+)"\] \.highlight(?: \.(\w+))? \{([^}]*)\}""")
COLOUR = re.compile(r"(?:^|[;\s])color:\s*([^;\s]+)")
CODE = re.compile(r"<pre>.*?</pre>", re.DOTALL)


def setup(app):
    app.connect("build-finished", lighten, priority=800)  # the theme writes the style sheet of code
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def lighten(app, exception):
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    plain = plain_classes((folder / "_static" / "pygments.css").read_text(encoding="utf-8"))
    if not plain:
        raise ExtensionError("no class of code has the colour of all code: is its style sheet not as it was?")
    word = re.compile(rf'<span class="(?:{"|".join(sorted(plain))})">([^<]*)</span>')
    rewrite(folder, lambda text, path: CODE.sub(lambda code: word.sub(r"\1", code[0]), text))


def plain_classes(css):
    """The classes of which a style sheet says no more than the colour that all code has, in each theme."""
    base, styles = {}, {}
    for theme, name, declared in RULE.findall(css):
        if not name:
            base[theme] = COLOUR.search(declared)[1]
        else:
            styles.setdefault(name, {}).setdefault(theme, []).append(declared.strip())
    plain = {theme: [f"color: {colour}"] for theme, colour in base.items()}
    return {name for name, said in styles.items() if said == plain}
