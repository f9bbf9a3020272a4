"""What other extensions leave without a name, or misname, is mended in the written pages."""

import pytest

from tools.accessible_pages import repaired

PAIRS = [
    ('<summary><span class="toctree-toggle">', '<summary aria-label="The pages below"><span class="toctree-toggle">'),
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    (
        '<button class="btn search-button-field a" title="Search" aria-label="Search" data-b="c">',
        '<button class="btn search-button-field a" data-b="c">',
    ),
    ('<section class="theorem-content" id="proof-content">', '<section class="theorem-content">'),
    ('<section id="exercise-content"><section id="solution-content">', "<section><section>"),
    (
        '<dl>\n<dd><em class="sig-param">a</em>,</dd>\n</dl><dl><dd>b</dd></dl>',
        '<div class="parameters">\n<div><em class="sig-param">a</em>,</div>\n</div><dl><dd>b</dd></dl>',
    ),
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    (
        "</h1>\n<ul><li>a</li>\n<li>b</li>\n<ul><li>b.c</li>\n</ul><li>d</li>\n</ul>\n</article>",
        "</h1>\n<ul><li>a</li>\n<li>b\n<ul><li>b.c</li>\n</ul></li><li>d</li>\n</ul>\n</article>",
    ),
    (
        '<div class="proof theorem admonition" id="thm-a">\n<p class="admonition-title">Theorem 1</p>',
        '<div class="proof theorem admonition" id="thm-a">\n<p class="admonition-title" role="heading" aria-level="3">'
        'Theorem 1<a class="headerlink" href="#thm-a" title="Link to this theorem">#</a></p>',
    ),
]


@pytest.mark.parametrize("text, expected", PAIRS)
def test_a_page_is_repaired_and_what_is_sound_stays(text, expected):
    assert repaired(text) == expected
    assert repaired(expected) == expected
