"""How each theorem was decided, and which lines of the source rest on it."""

from sparseae_lib.book_map.theorems import Theorem
from sparseae_lib.errata import load_errata
from sparseae_lib.kernel.roads import ROADS


def decided(theorem: Theorem) -> str:
    """What proves the theorem: the engine or the steps of its chapter, the second opinion, the kernel."""
    if theorem.kind == "Definition":
        return "definition"
    roads = ROADS[theorem.label]
    ways = ["in steps" if roads.no_engine else "engine"]
    ways += [] if roads.no_second_opinion else ["second opinion"]
    ways += ["kernel"] if roads.kernel else []
    return ", ".join(ways)


def lines() -> dict[str, list[str]]:
    """{label: the lines of the source that the theorem with this label confirms, generalises or corrects}."""
    found = {}
    for entry in load_errata():
        if entry.theorem:
            found.setdefault(entry.theorem, []).append(entry.id)
    return found
