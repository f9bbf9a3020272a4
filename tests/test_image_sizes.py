"""Each image of a page says its width and its height, as its file has them."""

import struct

import pytest
from sphinx.errors import ExtensionError

from tools.image_sizes import with_sizes


@pytest.fixture
def folder(tmp_path):
    """A page's folder, beside one with two pictures."""
    (tmp_path / "book").mkdir()
    (tmp_path / "images").mkdir()
    header = struct.pack(">8sI4sII5B", b"\x89PNG\r\n\x1a\n", 13, b"IHDR", 640, 480, 8, 6, 0, 0, 0)
    (tmp_path / "images" / "a b.png").write_bytes(header + bytes(30))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="32"></svg>'
    (tmp_path / "images" / "c.svg").write_text(svg, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("image", "size"),
    [
        ('<img alt="A plot." src="../images/a%20b.png"', 'width="640" height="480"'),
        ('<img src="../images/c.svg" alt="a &gt; b"', 'width="24" height="32"'),
    ],
)
def test_an_image_gets_the_size_of_its_file(folder, image, size):
    for end in (">", "/>", " />"):
        page = f"<p>text</p>{image}{end}<p>more</p>"
        sized = with_sizes(page, folder / "book")
        assert sized == f"<p>text</p>{image} {size}{end}<p>more</p>"
        assert with_sizes(sized, folder / "book") == sized


@pytest.mark.parametrize(
    "image",
    [
        '<img src="../images/c.svg" width="12" height="16">',
        '<img src="https://example.org/c.svg">',
        '<img src="data:image/png;base64,AA==">',
    ],
)
def test_what_has_a_size_or_comes_from_elsewhere_stays(folder, image):
    assert with_sizes(image, folder / "book") == image


def test_all_pictures_but_the_first_come_when_a_reader_comes_near(folder):
    image = '<img src="../images/c.svg"'
    sized = f'{image} width="24" height="32"'
    assert with_sizes(f"{image}>{image}/>{image}>", folder / "book") == (
        f'{sized}>{sized} loading="lazy"/>{sized} loading="lazy">'
    )


def test_a_picture_that_is_missing_is_an_error(folder):
    with pytest.raises(ExtensionError, match=r"gone\.png is not there"):
        with_sizes('<img src="../images/gone.png">', folder / "book")
