"""Contestants side by side: they take turns, so that whatever else the machine does meets all of them."""

import time
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.agreement import check_agreement
from benchmarks.contestants import Contestant
from benchmarks.problem import Problem
from benchmarks.worker import cost_and_gradient, time_evaluation


class Pace(NamedTuple):
    """``rounds`` of turns of ``seconds``; the ``pause`` lets the threads of the last contestant fall asleep."""

    rounds: int
    seconds: float
    pause: float


class Race(NamedTuple):
    """``contestants`` on one problem; ratios are to the first of them."""

    problem: Problem
    contestants: tuple[Contestant, ...]


def run_race(race, pace, run):
    """Check that all agree, then time them in turns. Returns a record for the results; raises DisagreementError."""
    problem = race.problem
    present = [contestant for contestant in race.contestants if not contestant.missing()]
    results = {contestant.name: run(contestant, cost_and_gradient, problem) for contestant in present}
    difference = check_agreement({name: result for name, result in results.items() if result is not None})
    turns = [partial(run, contestant, time_evaluation, problem, pace.seconds) for contestant in present]
    seconds = interleave(turns, pace)
    entries = [
        {"name": contestant.name, "seconds": spread(own), "ratio": spread(own / seconds[0])}
        for contestant, own in zip(present, np.array(seconds), strict=True)
    ]
    return {
        "layer_sizes": list(problem.layer_sizes),
        "n_samples": problem.n_samples,
        "largest_difference": difference,
        "entries": entries,
    }


def interleave(turns, pace):
    """What each turn returned, one list a turn with one result a round."""
    results = [[] for _ in turns]
    for _ in range(pace.rounds):
        for turn, own in zip(turns, results, strict=True):
            own.append(turn())
            time.sleep(pace.pause)
    return results


def spread(numbers):
    """Median and quartiles."""
    lower, median, upper = np.percentile(numbers, [25, 50, 75])
    return {"lower": float(lower), "median": float(median), "upper": float(upper)}
