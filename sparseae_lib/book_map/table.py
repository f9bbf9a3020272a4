"""The map as a table, for whoever cannot see the picture or reads on a phone."""

from html import escape

from sparseae_lib.book_map.theorems import Theorem
from sparseae_lib.kernel.roads import ROADS
from sparseae_lib.notebook_html import Html, table


def overview(
    theorems: dict[str, Theorem],
    foundations: dict[str, set[str]],
    lines: dict[str, list[str]],
) -> Html:
    """Each of the ``theorems`` with its ``foundations``, the roads to it, and the ``lines`` of the source."""

    def links(labels):
        return ", ".join(_link(theorems[label]) for label in theorems if label in labels)

    rows = [
        (
            _link(theorem),
            links(foundations[label]),
            escape(str(ROADS.get(label, "A definition."))),
            ", ".join(f'<a href="errata.ipynb#{line.lower()}">{line}</a>' for line in lines.get(label, ())),
        )
        for label, theorem in theorems.items()
    ]
    return Html(table(("Theorem", "Rests on", "Its proof", "Lines"), rows, "ledger statements"))


def _link(theorem):
    return f'<a href="{theorem.address}">{escape(theorem.title)}</a>'
