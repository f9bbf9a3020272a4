"""Sphinx extension: what a page says of the book as a whole, to readers, to search engines and to those who share it.

One setting, ``repository: url`` in ``_config.yml``, says where the project is. From it follow the address of the site,
and with that the canonical address of each page and the sitemap; the buttons for Binder, Colab, the source and an
issue. Without it there is none of these, and everything else works.
"""

import re
from html import escape
from urllib.parse import urlsplit

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from tools.downloads import HIDDEN, PDF
from tools.release import ROOT, newest

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}


def setup(app):
    theme = app.config.html_theme_options
    repository = theme.get("repository_url", "").rstrip("/")
    app.config.html_baseurl = app.config.html_baseurl or site_of(repository)
    app.config.ogp_site_url = app.config.html_baseurl
    app.setup_extension("sphinxext.opengraph")
    if app.config.html_baseurl:
        app.setup_extension("sphinx_sitemap")
        app.config.sitemap_url_scheme = "{link}"  # no folders for languages and versions
        app.setup_extension("notfound.extension")
        app.config.notfound_urls_prefix = urlsplit(app.config.html_baseurl).path
        app.config.notfound_context = not_found(app.config.html_baseurl)
    else:  # where the site will lie is not known: the links are relative
        app.connect("html-collect-pages", lambda app: [("404", not_found("index.html"), "page.html")])
    if repository:
        theme.update(use_repository_button=True, use_issues_button=True, launch_buttons=LAUNCH)
    app.add_directive("how-to-cite", HowToCite)
    app.connect("html-page-context", skip_head, priority=400)
    app.connect("html-page-context", make_relative, priority=900)
    app.connect("html-page-context", sign, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def site_of(repository):
    """Where GitHub publishes the site of a repository; nothing if it is not known."""
    parts = urlsplit(repository)
    owner, _, name = parts.path.strip("/").partition("/")
    if parts.hostname != "github.com" or not name:
        return ""
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def not_found(home):
    """What the page for a wrong address shows."""
    text = "There is no page at this address. The contents and the search know all that there are;"
    body = (
        f'<h1>Page not found</h1>\n<p>{text} <a href="{escape(home)}">the first page</a> is where the book begins.</p>'
    )
    return {"title": "Page not found", "body": body}


def skip_head(app, pagename, templatename, context, doctree):
    """Let a page be described by its own first words, not by the theorems that it needs: the page itself is written."""
    for line in list(doctree.findall(nodes.paragraph)) if doctree else ():
        if "chapter-head" in line["classes"]:
            line.parent.remove(line)


def make_relative(app, pagename, templatename, context, doctree):
    """Without the site's address the picture is found from the page, and the page does not say where it lies."""
    if not app.config.html_baseurl and "metatags" in context:
        image = app.config.ogp_image
        tags = context["metatags"].replace(f'content="{image}"', f'content="{context["pathto"](image, 1)}"')
        context["metatags"] = re.sub('<meta property="og:url"[^>]*>\\s*', "", tags)


def sign(app, pagename, templatename, context, doctree):
    """Print version, date and licence at the foot of the page."""
    version, date = newest()
    parts = [f"Version {version}, {date}"]
    if "pathto" in context:
        page = context["pathto"]("book/take_away").rstrip("#")  # "#" is what a page calls itself
        parts.append(f'<a href="{page}#how-to-cite">How to cite</a>')
        parts.append(f'<a href="{page}#licence">Licence</a>')
        parts.append(f'{HIDDEN}"{context["pathto"](PDF, 1)}">PDF</a>')
    if issues := context.get("theme_repository_url"):
        parts.append(f'<a href="{escape(issues.rstrip("/"))}/issues/new">Say what is wrong or unclear</a>')
    context["theme_extra_footer"] = f'<p class="about">{" ".join(parts)}</p>'


class HowToCite(SphinxDirective):
    """The entry for BibTeX, made from ``CITATION.cff``."""

    def run(self):
        path = ROOT / "CITATION.cff"
        self.env.note_dependency(str(path))
        citation = yaml.safe_load(path.read_text(encoding="utf-8"))
        text = bibtex(citation, self.config.html_baseurl)
        return [nodes.literal_block(text, text, language="bibtex")]


def bibtex(citation, address):
    """The entry for a ``CITATION.cff``, with the address of the site if it is known."""
    names = " and ".join(f"{{{author['name']}}}" for author in citation["authors"])
    year, month, _ = citation["date-released"].isoformat().split("-")
    fields = {
        "author": names,
        "title": citation["title"],
        "version": citation["version"],
        "year": year,
        "month": int(month),
        **({"url": address} if address else {}),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{executable_derivations,\n{lines}\n}}"
