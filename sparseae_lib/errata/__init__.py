"""The ledger: the source's 52 lines, each with a verdict, its reason, the repaired line, and the evidence.

``lines.toml`` holds what only a person can say. What a repaired line has changed is computed, ``marks``; the theorems
are printed from the statements, and the evidence is computed from the readings of each line, in
``statements/source``: see ``evidence``. ``display`` shows the lines as cards.
"""

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sparseae_lib.errata.marks import Mark, difference
from sparseae_lib.statements import STATEMENTS

VERDICTS = ("correct", "convention", "wrong", "prose", "open")
"""``convention``: right only under a convention that another line contradicts. ``open``: not treated yet."""

KINDS = (
    "layer index",
    "transpose",
    "outer product",
    "sample index",
    "derivative's subscript",
    "sum that does not factor",
    "elementwise product",
    "batch factor",
    "induction",
    "norm",
    "statement",
    "notation",
)


@dataclass(frozen=True)
class Entry:
    """One line of the source: ``source`` is what it says, with LaTeX between dollars.

    ``repaired`` is the LaTeX of the line in its own notation, with as little changed as makes it true: every line that
    is wrong, or right under a convention, has one. ``theorem`` is the label of the statement that generalises or
    confirms the line, ``chapter`` the page that treats it.
    """

    id: str
    source: str
    verdict: str
    reason: str
    kinds: tuple[str, ...] = ()
    repaired: str | None = None
    theorem: str | None = None
    chapter: str | None = None

    def __post_init__(self):
        for name, value, allowed in (("verdict", {self.verdict}, VERDICTS), ("kinds", set(self.kinds), KINDS)):
            if not value <= set(allowed):
                raise ValueError(f"{self.id}: {name} must be among {', '.join(allowed)}, got {', '.join(value)}")
        if (self.repaired is not None) != (self.verdict in ("wrong", "convention")):
            raise ValueError(f"{self.id}: repaired must be given if the line is wrong or a convention, and only then")
        if self.theorem is not None and self.theorem not in STATEMENTS:
            raise ValueError(f"{self.id}: theorem must be the label of a statement, got {self.theorem}")

    @property
    def label(self) -> str:
        """The anchor of the line in its chapter, and of its card in the ledger."""
        return self.id.lower()

    @property
    def is_judged(self) -> bool:
        """Whether the line claims something, so that its chapter has a place that decides it."""
        return self.verdict in ("correct", "convention", "wrong")

    @property
    def decided_at(self) -> str:
        """The anchor of the paragraph of its chapter that decides the line, if it is judged."""
        return f"{self.label}-decided"

    @property
    def correction(self) -> str | None:
        """The LaTeX of the theorem, printed from its statement, or ``None``."""
        return None if self.theorem is None else STATEMENTS[self.theorem].equation

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What the repaired line has changed; a sentence of the source is wrong as a whole. Empty if none is needed."""
        if self.repaired is None:
            return ()
        if not self.source.startswith("$"):
            return Mark("wrong", self.source), Mark("right", self.repaired)
        return difference(self.source.split("$")[1], self.repaired)

    @property
    def evidence(self) -> dict[str, Any]:
        """The decisions on each reading of the line, on the repaired line and on its theorem, computed now.

        With a theorem there is its numerical error too.
        """
        from sparseae_lib.errata.evidence import evidence  # it needs NumPy, which the ledger itself does not

        return evidence(self)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data, the evidence included."""
        computed = {name: getattr(self, name) for name in ("label", "correction", "evidence")}
        return asdict(self) | computed | {"marks": [asdict(mark) for mark in self.marks]}


@cache
def load_errata() -> tuple[Entry, ...]:
    """The 52 entries in the order of the source. Raises ValueError if one uses a word outside its vocabulary."""
    lines = tomllib.loads(files(__package__).joinpath("lines.toml").read_text(encoding="utf-8"))
    return tuple(Entry(id=id, **fields | {"kinds": tuple(fields.get("kinds", ()))}) for id, fields in lines.items())
