"""Sphinx extension: each image of a page says how large it is, so that the text below does not move when it comes.

The first one comes with the page, the others when a reader comes near.
"""

import re
from pathlib import Path
from urllib.parse import unquote

import imagesize
from sphinx.errors import ExtensionError

from tools.built_pages import rewrite

IMAGE = re.compile(r'<img\b(?![^>]*\swidth=)[^>]*?\ssrc="(?!\w+:)([^"?#]+)"[^>]*?(?=\s*/?>)')
"""An image that does not say it, of a file beside the page."""


def setup(app):
    app.connect("build-finished", size_images)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def size_images(app, exception):
    if exception or app.builder.format != "html":
        return
    rewrite(Path(app.outdir), lambda text, path: with_sizes(text, path.parent))


def with_sizes(text, folder):
    """The page in ``folder`` with the width and the height of its images, which also give their proportions."""
    first = IMAGE.search(text)

    def sized(image):
        width, height = imagesize.get(folder / unquote(image[1]))
        if width <= 0:
            raise ExtensionError(f"{image[1]} is not there, or has no size")
        later = "" if image.start() == first.start() else ' loading="lazy"'
        return f'{image[0]} width="{width:.0f}" height="{height:.0f}"{later}'

    return IMAGE.sub(sized, text)
