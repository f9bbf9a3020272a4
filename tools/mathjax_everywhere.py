"""Sphinx extension: load MathJax on every page, because Sphinx does not see the mathematics in a cell's HTML output."""


def setup(app):
    app.set_html_assets_policy("always")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
