"""Words that have the colour of all code lose their box, and no others."""

from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from tools.light_code import lighten, plain_classes

CSS = "\n".join(
    f'html[data-theme="{theme}"] .highlight {rule}'
    for theme, rules in {
        "light": ["{ background: #fff; color: #111 }", ".n { color: #111 }", ".k { color: #00f }", ".p { color: #111 }",
                  ".b { color: #111; font-weight: bold }"],
        "dark": ["{ background: #000; color: #eee }", ".n { color: #eee }", ".k { color: #eee }", ".p { color: #fee }",
                 ".b { color: #eee }"],
    }.items()
    for rule in rules
)  # fmt: skip


def test_a_class_is_plain_if_it_is_in_each_theme_and_says_nothing_else():
    assert plain_classes(CSS) == {"n"}


def test_a_style_sheet_without_such_a_class_is_an_error(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "pygments.css").write_text(".highlight .n { color: #111 }")
    with pytest.raises(ExtensionError, match="has the colour of all code"):
        lighten(SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html")), None)


def test_the_text_of_code_stays(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "pygments.css").write_text(CSS)
    code = '<pre><span></span><span class="n">x</span> <span class="k">in</span>\n<span class="n">&lt;y</span></pre>'
    other = '<span class="n">not code</span>'
    (tmp_path / "page.html").write_text(other + code + other)
    lighten(SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html")), None)
    light = '<pre><span></span>x <span class="k">in</span>\n&lt;y</pre>'
    assert (tmp_path / "page.html").read_text() == other + light + other
