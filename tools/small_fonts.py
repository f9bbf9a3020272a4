"""Fonts that have the characters which a style sheet shows, and no others: most have thousands that no page needs."""

import hashlib
import logging
import re
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each table that it writes

FONT_FACE = re.compile(r"@font-face[^{]*\{[^}]*\}")
SOURCE = re.compile(r"\bsrc:[^;}]*")
ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+\.(?:woff|ttf))["']?\s*\)""")
SHOWN = re.compile(r"""(?:\bcontent|--[\w-]+):\s*(?:"([^"]*)"|'([^']*)')""")
ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")


def with_small_fonts(css, folder, also=""):
    """The style sheet ``css`` that lies in ``folder``, with such fonts, which are written beside those that it had.

    They also have the characters that the style sheets ``also`` show. A font that has none of them stays as it is.
    """
    characters = shown(css + also)

    def smaller(face):
        address = ADDRESS.search(face[0])
        path = address and write_small(Path(folder) / address[1], characters)
        if not path:
            return face[0]
        name = f"{address[1].rpartition('/')[0]}/{path.name}".lstrip("/")
        return SOURCE.sub(f'src: url("{name}") format("woff")', face[0])

    return FONT_FACE.sub(smaller, css)


def shown(css):
    """The characters that a style sheet puts before, after or into variables for that."""
    strings = (double or single for double, single in SHOWN.findall(css))
    return {each for text in strings for each in ESCAPED.sub(lambda e: chr(int(e[1], 16)) if e[1] else e[2], text)}


def write_small(path, characters):
    """Write the font at ``path`` with what it has of ``characters``, under a name of its own, which is returned.

    ``None`` where it has none of them.
    """
    font = TTFont(path, recalcTimestamp=False)
    codes = sorted(set(font.getBestCmap()) & set(map(ord, characters)))
    if not codes:
        return None
    options = Options()
    options.drop_tables += ["FFTM"]  # when it was made
    options.bidi_closure = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff"
    file = BytesIO()
    font.save(file)
    small = path.with_name(f"{path.stem}-{hashlib.sha256(file.getvalue()).hexdigest()[:8]}.woff")
    small.write_bytes(file.getvalue())
    return small
