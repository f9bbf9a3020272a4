"""Of the theme's icons there stay those that a page names, a script adds, or a style sheet shows by its code."""

import shutil
from types import SimpleNamespace

from fontTools.ttLib import TTFont

from tools.light_icons import STYLES, keep_icons
from tools.mathematics import MATHJAX

FONT = MATHJAX / "output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff"
FACE = '@font-face{font-family:Icons;src:url("../fonts/icons.woff")}'
KEPT = '.fa-sun:before{content:"A"}.fa-bars:before,.fa-lines:before{content:"B"}.fa-x-mark:before{content:"C"}'
GONE = '.fa-moon:before,.fa-night:before{content:"D"}.fa-sunny::before{content:"\\\\45"}'


def test_the_icons_that_are_used_stay(tmp_path):
    static = tmp_path / "_static"
    for name, text in {
        STYLES: f"{FACE}{GONE}{KEPT}.fa-lg{{color:red}}",
        "_static/boxes.css": 'p::after { content: "F" }',
        "_static/scripts/pydata-sphinx-theme.js": 'add("<i class=fa-x-mark>")',
        "_static/other.js": "",
        "page.html": '<i class="fa-solid fa-sun fa-lg"></i>',
        "book/page.html": '<i class="fa-lines"></i>',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (static / "fonts").mkdir()
    shutil.copy(FONT, static / "fonts" / "icons.woff")
    keep_icons(SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html")), None)
    (font,) = static.glob("fonts/icons-*.woff")
    face = f'@font-face{{font-family:Icons;src: url("../fonts/{font.name}") format("woff")}}'
    assert (tmp_path / STYLES).read_text() == f"{face}{KEPT}.fa-lg{{color:red}}"
    assert "".join(map(chr, TTFont(font).getBestCmap())) == "ABCF"
