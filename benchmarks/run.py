"""Carry out a plan."""

import os

from benchmarks.contestants import OURS
from benchmarks.machine import describe
from benchmarks.memory import measure_memory
from benchmarks.race import run_race
from benchmarks.training import run_training
from benchmarks.worker import workers

QUIET = 0.5


def run(plan, say):
    """The results, ready for JSON. ``say`` takes a line about what is going on.

    Raises DisagreementError, and stops, where a contestant computes something else than the others.
    """
    missing = {c.name: c.missing() for c in (*plan.peers, *plan.trainers) if c.missing()}
    for name, packages in missing.items():
        say(f"missing: {name} ({', '.join(packages)} not installed)")
    load = os.getloadavg()[0]
    if load > QUIET:
        say(f"the load of this machine is {load:.1f}: threads will wait for each other, and no number will mean much")
    results = {"load_before": load, "machine": describe(), "missing": missing, "pace": plan.pace._asdict()}
    with workers() as run_task:
        for name, races in plan.races.items():
            results[name] = []
            for race in races:
                say(f"{name}: {'-'.join(map(str, race.problem.layer_sizes))}, m = {race.problem.n_samples}")
                results[name].append(run_race(race, plan.pace, run_task))
        say("training")
        results["training"] = run_training(plan.training, plan.trainers, plan.max_iter, plan.training_pace, run_task)
    say("memory")
    results["memory"] = measure_memory(plan.memory, (OURS, *plan.peers))
    return results
