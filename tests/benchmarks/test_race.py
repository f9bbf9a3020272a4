"""Turns are interleaved, ratios are taken within a round, and nobody is timed when one is wrong."""

import numpy as np
import pytest

from benchmarks.agreement import DisagreementError
from benchmarks.contestants import BOUND, CLEAN_NUMPY, OURS, Contestant
from benchmarks.problem import Problem
from benchmarks.quiet import Disturbance
from benchmarks.race import Pace, Race, interleave, run_race, spread
from benchmarks.worker import cost_and_gradient, kernel, time_evaluation

PROBLEM = Problem((9, 4, 9), 20)
PACE = Pace(rounds=3, seconds=0, pause=0, attempts=1)


class Watching:
    """In place of a Watch: finds that the contestant named is disturbed in the first round."""

    def __init__(self, disturbed=None):
        self._disturbed = disturbed

    def turn(self, contestant, turn):
        if contestant.name != self._disturbed:
            return turn(), None
        self._disturbed = None
        return turn(), Disturbance(contestant.name, 0.5, {}, 1.0)


def timed(seconds):
    """In place of processes: computes here, and says that it took what ``seconds`` has, by name, next."""
    remaining = {name: iter(own) for name, own in seconds.items()}

    def run(contestant, task, *arguments):
        return next(remaining[contestant.name]) if task is time_evaluation else task(contestant, *arguments)

    return run


def test_turns_are_interleaved_and_the_disturbed_ones_recorded():
    order = []

    def turn(contestant, number):
        order.append(contestant.name)
        return f"{contestant.name}{number}"

    contestants = [Contestant(name, name) for name in "abc"]
    results, disturbed = interleave(contestants, turn, 3, Watching("b"))
    assert results == [["a0", "a1", "a2"], ["b0", "b1", "b2"], ["c0", "c1", "c2"]]
    assert order == list("abcabcabc")
    assert disturbed == [{"turn_of": "b", "others": 0.5, "contestants": {}, "slowdown": 1.0}]


def test_ratios_are_taken_in_each_round():
    """The machine slows down threefold from round to round; the ratio of the two is 2, 2, 4."""
    run = timed({BOUND.name: [1.0, 3.0, 9.0], OURS.name: [2.0, 6.0, 36.0]})
    record = run_race(Race(PROBLEM, (BOUND, OURS)), PACE, run, Watching())
    bound, ours = record["entries"]
    assert record["disturbed"] == []
    assert bound["kernel"] == ours["kernel"] == kernel(BOUND)
    assert bound["ratio"] == {"lower": 1, "median": 1, "upper": 1}
    assert ours["ratio"] == {"lower": 2, "median": 2, "upper": 3}
    assert ours["seconds"] == {"lower": 4, "median": 6, "upper": 21}


def test_who_is_missing_takes_no_part():
    absent = Contestant("absent", "nowhere:nothing", ("no_such_package",))
    run = timed({BOUND.name: [1.0] * 3, OURS.name: [1.0] * 3})
    record = run_race(Race(PROBLEM, (BOUND, absent, OURS)), PACE, run, Watching())
    assert [entry["name"] for entry in record["entries"]] == [BOUND.name, OURS.name]
    assert record["largest_difference"] is None
    assert (record["layer_sizes"], record["n_samples"]) == ([9, 4, 9], 20)


def test_nobody_is_timed_when_one_is_wrong():
    wrong = Contestant("no decay", "tests.benchmarks.wrong:without_decay")

    def run(contestant, task, *arguments):
        assert task is cost_and_gradient, "timed"
        return task(contestant, *arguments)

    with pytest.raises(DisagreementError, match="the cost of no decay"):
        run_race(Race(PROBLEM, (BOUND, CLEAN_NUMPY, wrong)), PACE, run, Watching())


def test_spread():
    assert spread([5, 1, 2, 4, 3]) == {"lower": 2, "median": 3, "upper": 4}
    assert isinstance(spread(np.arange(3))["median"], float)
