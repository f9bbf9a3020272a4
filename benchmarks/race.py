"""Contestants side by side: they take turns, so that whatever else the machine does affects all of them."""

from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.agreement import check_agreement
from benchmarks.contestants import Contestant
from benchmarks.problem import Problem
from benchmarks.worker import cost_and_gradient, kernel, time_evaluation


class Pace(NamedTuple):
    """``rounds`` of turns of ``seconds``.

    A turn begins when no contestant has computed for a ``pause``, in seconds. If it is disturbed, it is repeated, up to
    ``attempts`` times in all.
    """

    rounds: int
    seconds: float
    pause: float
    attempts: int


class Race(NamedTuple):
    """``contestants`` on one problem; ratios are relative to the first of them."""

    problem: Problem
    contestants: tuple[Contestant, ...]


def run_race(race, pace, run, watch):
    """Check that all agree, then time them in turns that a ``Watch`` observes.

    Returns a record for the results. Raises DisagreementError if they do not agree.
    """
    problem = race.problem
    present = [contestant for contestant in race.contestants if not contestant.missing()]
    results = {contestant.name: run(contestant, cost_and_gradient, problem) for contestant in present}
    difference = check_agreement({name: result for name, result in results.items() if result is not None})

    def turn(contestant, number):
        return run(contestant, time_evaluation, problem, pace.seconds)

    seconds, disturbed = interleave(present, turn, pace.rounds, watch)
    entries = [
        {
            "name": contestant.name,
            "kernel": run(contestant, kernel),
            "seconds": spread(own),
            "ratio": spread(own / seconds[0]),
        }
        for contestant, own in zip(present, np.array(seconds), strict=True)
    ]
    return {
        "layer_sizes": list(problem.layer_sizes),
        "n_samples": problem.n_samples,
        "largest_difference": difference,
        "entries": entries,
        "disturbed": disturbed,
    }


def interleave(contestants, turn, rounds, watch):
    """What ``turn(contestant, number of the round)`` returned, one list per contestant, and records of disturbances."""
    results, disturbed = [[] for _ in contestants], []
    for number in range(rounds):
        for contestant, own in zip(contestants, results, strict=True):
            result, disturbance = watch.turn(contestant, partial(turn, contestant, number))
            own.append(result)
            if disturbance:
                disturbed.append(disturbance._asdict())
    return results, disturbed


def spread(numbers):
    """The median and the quartiles."""
    lower, median, upper = np.percentile(numbers, [25, 50, 75])
    return {"lower": float(lower), "median": float(median), "upper": float(upper)}
