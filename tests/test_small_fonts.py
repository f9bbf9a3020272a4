"""A style sheet's fonts have what it shows, drawn as before, and no more."""

import shutil

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from tools.mathematics import MATHJAX
from tools.small_fonts import shown, with_small_fonts

FONTS = MATHJAX / "output/chtml/fonts/woff-v2"
CSS = """@font-face /* 1 */ { font-family: A; src: url("fonts/MathJax_Main-Regular.woff") format("woff"); }
@font-face { font-family: B; src: url(fonts/unread.woff2) format("woff2"), url(fonts/MathJax_Size4-Regular.woff) }
@font-face { font-family: C; src: url("fonts/MathJax_Zero.woff") }
b::before { content: "\\2202" } i::before { content: 'x\\"' } u { --sign: "\\28"; font-family: "Q" }"""


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FONTS, tmp_path / "fonts")
    return tmp_path


def characters(path):
    return set(map(chr, TTFont(path).getBestCmap()))


def drawing(path, character):
    font = TTFont(path)
    pen = RecordingPen()
    name = font.getBestCmap()[ord(character)]
    font.getGlyphSet()[name].draw(pen)
    return pen.value, font["hmtx"][name]


def test_what_a_style_sheet_shows():
    assert shown(CSS) == set('∂x"(')


def test_each_font_has_that_and_no_more(folder):
    css = with_small_fonts(CSS, folder)
    main, large = sorted(folder.glob("fonts/*-????????.woff"))
    assert characters(main) == set('∂x"(') & characters(folder / "fonts/MathJax_Main-Regular.woff") > {"x"}
    assert characters(large) == {"("}
    for character in "∂x(":
        assert drawing(main, character) == drawing(folder / "fonts/MathJax_Main-Regular.woff", character)
    assert css.count("src:") == 3
    assert f'font-family: A; src: url("fonts/{main.name}") format("woff"); }}' in css
    assert f'font-family: B; src: url("fonts/{large.name}") format("woff")}}' in css
    assert main.stat().st_size < 3000 < (folder / "fonts/MathJax_Main-Regular.woff").stat().st_size


def test_a_font_that_has_none_of_it_stays(folder):
    assert 'font-family: C; src: url("fonts/MathJax_Zero.woff") }' in with_small_fonts(CSS, folder)


def test_another_style_sheet_may_show_more(folder):
    with_small_fonts(CSS, folder, also='p::after { content: "\\2207" }')
    assert "∇" in characters(min(folder.glob("fonts/*-????????.woff")))
