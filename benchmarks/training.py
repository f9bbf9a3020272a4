"""Whole trainings side by side: the time for all iterations, and the time to the same cost."""

import numpy as np

from benchmarks.race import interleave, spread
from benchmarks.worker import kernel, prepare

CURVE_POINTS = 60


def run_training(problem, trainers, max_iter, rounds, run, watch):
    """Each round starts from other first parameters, the same for all. Ratios are relative to the first trainer.

    The optimisers take different paths and end at different costs. The common cost of a round is the highest of these,
    which all reach, so they are compared by the time to it. A trainer that minimises another cost has no such time.
    The curves are all of one round, the one that took the median time: in the first, much is done for the first time.
    """
    present = [trainer for trainer in trainers if not trainer.missing()]

    def turn(trainer, number):
        return run(trainer, train, problem, problem.theta(1 + number), max_iter)

    runs, disturbed = interleave(present, turn, rounds, watch)
    with_curve = [own for own in runs if own[0].curve]
    by_round = list(zip(*with_curve, strict=True))
    common = [max(map(_lowest, one_round)) for one_round in by_round]
    typical = np.argsort([sum(run.seconds for run in one_round) for one_round in by_round])[len(by_round) // 2]
    return {
        "layer_sizes": list(problem.layer_sizes),
        "n_samples": problem.n_samples,
        "max_iter": max_iter,
        "common_cost": spread(common),
        "entries": [
            {"name": trainer.name, "kernel": run(trainer, kernel), **_entry(own, runs[0], common, typical)}
            for trainer, own in zip(present, runs, strict=True)
        ],
        "disturbed": disturbed,
    }


def train(trainer, problem, theta, max_iter):
    """A task for the trainer's process."""
    return prepare(trainer, problem)(theta, max_iter)


def _entry(own, first, common, typical):
    record = {
        "seconds": spread([run.seconds for run in own]),
        "ratio": _ratio([run.seconds for run in own], [run.seconds for run in first]),
        "n_iter": spread([run.n_iter for run in own]),
        "seconds_per_iteration": spread([run.seconds / run.n_iter for run in own]),
    }
    if own[0].curve:
        reached, reached_first = (list(map(_seconds_to, common, runs)) for runs in (own, first))
        record |= {
            "n_evaluations": spread([run.n_evaluations for run in own]),
            "cost": spread([_lowest(run) for run in own]),
            "seconds_to_common_cost": spread(reached),
            "ratio_to_common_cost": _ratio(reached, reached_first),
            "curve": _thin(own[typical].curve),
        }
    return record


def _ratio(own, first):
    return spread(np.divide(own, first))


def _lowest(run):
    return min(cost for _, cost in run.curve)


def _seconds_to(cost, run):
    return next(seconds for seconds, reached in run.curve if reached <= cost)


def _thin(curve):
    """The lowest cost so far over the seconds, at no more than ``CURVE_POINTS`` evaluations, the last one included."""
    seconds, costs = np.transpose(curve)
    costs = np.minimum.accumulate(costs)
    kept = np.unique(np.linspace(0, len(curve) - 1, CURVE_POINTS).round().astype(int))
    return [[float(f"{seconds[i]:.4g}"), float(f"{costs[i]:.6g}")] for i in kept]
