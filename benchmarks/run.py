"""Carry out a plan."""

from functools import partial

from benchmarks.contestants import OURS
from benchmarks.kernels import kernel_under
from benchmarks.machine import describe
from benchmarks.memory import measure_memory
from benchmarks.quiet import CORES, Watch, complaint, read
from benchmarks.race import run_race
from benchmarks.training import run_training
from benchmarks.worker import workers


def run(plan, say):
    """The results, ready for JSON. ``say`` is called with lines about what is going on.

    ``disturbed`` holds a sentence for each race that something else on the machine spoiled. Raises DisagreementError,
    and stops, if a contestant computes something other than the others.
    """
    missing = {c.name: c.missing() for c in (*plan.peers, *plan.trainers) if c.missing()}
    for name, packages in missing.items():
        say(f"missing: {name} ({', '.join(packages)} not installed)")
    results = {
        "machine": describe(),
        "detected_kernel": kernel_under(),
        "missing": missing,
        "pace": plan.pace._asdict(),
        "disturbed": [],
    }

    def judge(title, record, rounds):
        if sentence := complaint(f"{title}, {record['entries'][0]['kernel']}", record, rounds):
            results["disturbed"].append(sentence)
            say(sentence)
        return record

    with workers() as (run_task, pids):
        watch = Watch(run_task, partial(read, pids), plan.pace)
        others = watch.others(seconds=1)
        if others > CORES:
            say(f"other processes take {others:.1f} cores now: no number will mean much until they stop")
        for name, races in plan.races.items():
            results[name] = []
            for race in races:
                title = f"{name}: {'-'.join(map(str, race.problem.layer_sizes))}, m = {race.problem.n_samples}"
                say(title)
                record = run_race(race, plan.pace, run_task, watch)
                results[name].append(judge(title, record, plan.pace.rounds))
        say("training")
        record = run_training(plan.training, plan.trainers, plan.max_iter, plan.training_rounds, run_task, watch)
        results["training"] = judge("training", record, plan.training_rounds)
    say("memory")
    results["memory"] = measure_memory(plan.memory, (OURS, *plan.peers))
    return results
