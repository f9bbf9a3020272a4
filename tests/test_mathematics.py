"""The mathematics of the pages, which is typeset when the book is built."""

import re
import shutil
from html import escape
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from tools import mathematics
from tools.mathematics import FIRST_FONTS, MATHJAX, formulas_in, replaced, typeset, typeset_pages
from tools.page_checker import FILLED, serve

PAGE = r"""<html><head><title>\(t\)</title></head><body><p title="a \(b\)">so \(a &lt; b\), and</p>
<div class="math">\[x
= y\]</div><div class="math">\begin{align}a &amp;= b\end{align}</div><pre><span>\(p\)</span></pre><code>\(c\)</code>
<!-- \(d\) --></body></html>"""


def test_the_formulas_of_a_page_are_those_of_its_text():
    assert formulas_in(PAGE) == [("a < b", False), ("x\n= y", True), (r"\begin{align}a &= b\end{align}", True)]


def test_nothing_but_the_formulas_is_replaced():
    formulas = formulas_in(PAGE)
    page = replaced(PAGE, dict(zip(formulas, "123", strict=True)))
    expected = PAGE.replace(r"\(a &lt; b\)", "1").replace("\\[x\n= y\\]", "2")
    assert page == expected.replace(r"\begin{align}a &amp;= b\end{align}", "3")


def test_a_formula_is_drawn_is_read_aloud_and_says_what_it_was_made_from():
    formulas = [(r"a^2 < \class{mjx-struck}{b}", False), (r"\hat\rho", True)]
    html, css = typeset(formulas)
    inline, displayed = html.values()
    assert r'data-latex="\(a^2 &lt; \class{mjx-struck}{b}\)"' in inline
    assert r'data-latex="\[\hat\rho\]"' in displayed
    assert 'aria-hidden="true"' in inline
    assert '<mi class="mjx-struck">b</mi>' in inline
    assert 'display="true"' in displayed
    assert "tabindex" not in inline + displayed
    assert "url(mathjax/output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff)" in css.replace('"', "")


def test_a_mark_stays_with_its_formula():
    formula = '<mjx-container data-latex="a &gt; b">1</mjx-container>'
    html = {("a", False): formula, ("b", True): formula.replace(" data", ' display="true" data')}
    for before, after in (("", "."), ("(", "),"), ("(", "")):
        for left, right in (('<span class="math notranslate">', "</span>"), ("", "")):
            page = f"so {before}{left}\\(a\\){right}{after} so"
            assert replaced(page, html) == f'so <span class="unbroken">{before}{left}{formula}{right}{after}</span> so'
    for page in (r"so \(a\) so", r"\[b\], so", r'<a title="\(a\),"></a>'):
        assert "unbroken" not in replaced(page, html)


def elements(latex):
    (html,) = typeset([(latex, False)])[0].values()
    names = re.findall(r"<(?:mjx-)?([\w-]+)", html)
    return [name for name in names if name not in {"container", "math", "assistive-mml"}]


def test_what_says_nothing_is_left_out():
    assert elements("x") == ["c", "mi"]
    assert elements("{x}") == ["c", "mi"]
    assert elements(r"x\,y") == ["c", "mstyle", "mspace", "c", "mi", "mi"]
    assert elements("{x^2}") == ["TeXAtom", "msup", "c", "script", "c", "mrow", "msup", "mi", "mn"]
    assert elements(r"\class{struck}{x}") == ["mi", "c", "mi"]
    # A sign in braces is a letter like others: no line is broken before it.
    assert elements("a {=} b") == ["c", "TeXAtom", "c", "c", "mi", "mo", "mi"]
    # What a base would be is no space in a row.
    assert elements(r"\,^2") == ["msup", "mstyle", "mspace", "script", "c", "msup", "mstyle", "mspace", "mn"]


LOOKS = [
    r"x\,y",
    r"f\!\left(x\right)",
    "x_2^2 y",
    "x^{a+b}",
    r"\frac{1}{2}\,z",
    r"{\hat\rho_q}^{(2)}\, W^{(l)}\, x",
    r"\frac{1}{\sigma\!\left(Z_{a,j}^{(L)}\right)}",
    r"\displaystyle\frac{1}{m}\sum_{s=1}^m a_s^{(l)}",
]
BOXES = r"""() => [...document.querySelectorAll("mjx-math")].map(each => {
  const { width, height } = each.getBoundingClientRect();
  return [width, height];
})"""


def test_a_smaller_formula_looks_as_before(browser):
    """Beside what MathJax makes of it in the browser."""
    formulas = [(latex, False) for latex in LOOKS]
    html, css = typeset(formulas)
    with serve(MATHJAX.parent) as address:
        page = browser.new_page()
        whole = "".join(f"<p>\\({escape(each)}\\)</p>" for each in LOOKS)
        page.goto(f"{address}/mathjax/")
        page.set_content(
            f"<base href='{address}/'><style>{css}</style>{''.join(f'<p>{html[f]}</p>' for f in formulas)}"
        )
        page.evaluate("document.fonts.ready")
        small = page.evaluate(BOXES)
        page.set_content(
            "<script>MathJax = {chtml: {matchFontHeight: false}}</script>"
            f"<script src='{address}/mathjax/tex-mml-chtml.js'></script>{whole}"
        )
        page.evaluate("MathJax.startup.promise.then(() => document.fonts.ready)")
        for name, box, other in zip(LOOKS, small, page.evaluate(BOXES), strict=True):
            assert box == pytest.approx(other, abs=0.1), name
        page.close()


def test_what_is_not_seen_of_a_formula_waits():
    inner = r"<details><summary>\(c\)</summary></details>"
    fold = rf"<details><summary>\(a\)</summary>\(b\){inner}\(d\)</details>\(e\)"
    formulas = formulas_in(fold)
    html, _ = typeset(formulas)
    parts = re.findall(r"<mjx-container.*?</mjx-container>", replaced(fold, html))
    assert ["<noscript><mjx-math" in part for part in parts] == [False, True, True, True, False]
    assert ["<noscript><math" in part for part in parts] == [True, False, False, False, True]
    without = [re.sub("</?noscript>", "", part) for part in parts]
    assert without == [html[formula] for formula in formulas]


def test_what_waits_is_put_in_its_place(browser, tmp_path):
    body = r"<p>\(a^2\)</p><details><summary>more</summary>\(b\)</details>"
    html, _ = typeset(formulas_in(body))
    script = (MATHJAX.parent / "waiting_formulas.js").read_text(encoding="utf-8")
    page = browser.new_page()
    page.set_content(replaced(body, html) + f"<script>{script}</script>")
    page.wait_for_function(FILLED)
    assert page.evaluate("document.querySelectorAll('p math msup > mi, details mjx-math mjx-c').length") == 2
    page.close()


@pytest.mark.parametrize("latex", [r"\frac{1}", r"\undefinedmacro"])
def test_a_formula_that_is_not_understood_ends_the_build(latex):
    with pytest.raises(ExtensionError, match="MathJax does not understand"):
        typeset([(latex, False)])


def test_what_has_not_changed_is_not_typeset_again(tmp_path, monkeypatch):
    asked, once, twice = [], [("x", False)], [("x", False), ("x", True)]
    node = mathematics.made_by_mathjax
    monkeypatch.setattr(mathematics, "made_by_mathjax", lambda formulas: asked.append(formulas) or node(formulas))
    first = typeset(once, tmp_path / "last.json")
    assert typeset(once, tmp_path / "last.json") == first == typeset(once)
    assert typeset(twice, tmp_path / "last.json")[0].keys() == {*twice}
    assert asked == [once, once, twice]
    script = tmp_path / "typeset.cjs"
    script.write_text(mathematics.SCRIPT.read_text(encoding="utf-8") + "// changed", encoding="utf-8")
    monkeypatch.setattr(mathematics, "SCRIPT", script)
    typeset(twice, tmp_path / "last.json")
    assert asked == [once, once, twice, twice]


def test_each_page_with_formulas_finds_their_style_sheet(tmp_path):
    for name in ("index.html", "book/chapter.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE)
    (tmp_path / "plain.html").write_text("<head></head>")
    (tmp_path / "_static").mkdir()
    shutil.copytree(MATHJAX, tmp_path / "_static" / "mathjax")
    typeset_pages(SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html")), None)
    assert 'href="_static/mathematics.css?v=' in (tmp_path / "index.html").read_text()
    assert 'href="../_static/mathematics.css?v=' in (tmp_path / "book" / "chapter.html").read_text()
    css = (tmp_path / "_static" / "mathematics.css").read_text()
    fonts = FIRST_FONTS.findall(css)
    assert len(fonts) == 2
    for font in fonts:  # just as the style sheet asks for it
        preload = f'<link rel="preload" href="../_static/{font}" as="font" crossorigin/>'
        assert preload in (tmp_path / "book" / "chapter.html").read_text()
        assert f'url("{font}")' in css
        assert (tmp_path / "_static" / font).stat().st_size < 10_000
    assert (tmp_path / "plain.html").read_text() == "<head></head>"
    assert formulas_in((tmp_path / "index.html").read_text()) == []
