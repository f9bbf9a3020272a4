r"""Names and letters: ``rho_hat`` is printed :math:`\hat\rho`, and that is read as ``rho_hat``.

A name is a letter, a Greek letter in words or a word; what follows an underscore is an accent or stands below it.
"""

import re

from sympy import Expr, Symbol

SAMPLES = "satrvwe"
"""The letters of indices that count samples, in the order in which they are taken."""

_SMALL = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
_LARGE = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
_LETTERS = "αβγδϵζηθκλμνξπρστϕχψωΓΔΘΛΞΠΣΦΨΩ"

GREEK = dict(zip(f"{_SMALL} {_LARGE}".split(), _LETTERS, strict=True))
"""{name of a Greek letter: the letter}"""

ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}"}
"""{name of an accent: the sign that follows the letter where it is typed}"""


def printed(name: str) -> str:
    r"""The LaTeX of a name: ``Delta_J`` is :math:`{\Delta_J}`, in braces, since a layer and indices may follow."""
    first, *others = name.split("_")
    text = _sign(first)
    for part in others:
        below = _sign(part)
        text = _accented(part, text) if part in ACCENTS else f"{{{text}_{below if len(part) == 1 else _braced(below)}}}"
    return text


def _accented(accent, text):
    return rf"\{accent}{text}" if text.startswith("\\") else rf"\{accent} {text}"


def _sign(part):
    if part in GREEK:
        return rf"\{part}"
    return part if len(part) == 1 else rf"\mathrm{{{part}}}"


def _braced(text):
    return text if text.removeprefix("\\") in GREEK else f"{{{text}}}"


def named(text: str) -> str:
    r"""The name of a letter as it is written: ``\varrho``, ``rho`` and ``ρ`` are all ``rho``."""
    word = re.sub(r"^\\(mathrm|text|operatorname)\s*\{\s*(\w+)\s*\}$", r"\2", text).removeprefix("\\")
    return _NAMES.get(word, word.removeprefix("var") if word.removeprefix("var") in GREEK else word)


_NAMES = {letter: name for name, letter in GREEK.items()} | {"ϑ": "theta", "ϱ": "rho", "φ": "phi", "ε": "epsilon"}
_NAMES |= {"ℓ": "l", "ell": "l"}


def counts_samples(size: Expr) -> bool:
    """Whether it is a number of samples, m, m_1 and m_2 or their sum; a width is S of a layer."""
    return any(symbol.name[0] == "m" for symbol in size.atoms(Symbol))
