"""Tables of identities, by their names: what holds is proved, and each wrong variant of it is refuted, in seconds."""

import time

import pytest

from sparseae_lib.calculus import Outcome, decide


def timed(case):
    """The decision of two sides, and of what is assumed, and the seconds that it takes."""
    started = time.process_time()
    decision = decide(*case)
    return decision, time.process_time() - started


def each_line(equal, wrong):
    """A test of each line: two sides, and what is assumed."""
    cases = {f"equal: {name}": (case, Outcome.PROVED) for name, case in equal.items()}
    cases |= {f"wrong: {name}": (case, Outcome.REFUTED) for name, case in wrong.items()}

    @pytest.mark.parametrize("name", cases)
    def test(name):
        case, outcome = cases[name]
        decision, seconds = timed(case)
        assert decision.outcome is outcome, decision
        assert seconds < 5

    return test
