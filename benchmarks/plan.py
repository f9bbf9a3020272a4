"""What ``make bench`` measures."""

from dataclasses import replace
from typing import NamedTuple

from joblib import cpu_count

from benchmarks import contestants, trainers
from benchmarks.contestants import BOUND, CLEAN_NUMPY, OURS, WITHOUT_NUMBA, ours, under
from benchmarks.kernels import coretypes, main_coretypes
from benchmarks.problem import Problem
from benchmarks.race import Pace, Race


class Plan(NamedTuple):
    """What to measure; ``races`` are listed by the name under which the results hold their records."""

    pace: Pace
    races: dict[str, list[Race]]
    memory: Problem
    training: Problem
    max_iter: int
    training_rounds: int
    peers: tuple = contestants.PEERS
    trainers: tuple = (trainers.OURS, *trainers.PEERS, trainers.SIMPLER)


def full(peers=contestants.PEERS):
    """UFLDL's size, the size of MNIST, and series of growing sizes."""
    ufldl, mnist = Problem((64, 25, 64), 10_000), Problem((784, 200, 784), 10_000)
    return Plan(
        pace=Pace(rounds=9, seconds=0.3, pause=0.05, attempts=3),
        races=_races(
            [ufldl, mnist],
            peers,
            few_samples=[1, 10, 100, 1000],
            samples=[1000, 3000, 10_000, 30_000, 100_000, 300_000],
            hidden_units=[25, 50, 100, 200, 400],
            hidden_layers=[1, 2, 3, 4, 5],
        ),
        memory=mnist,
        training=ufldl,
        max_iter=400,
        training_rounds=5,
        peers=peers,
    )


def quick(peers=contestants.PEERS):
    """The same in a few seconds, to see that all of it runs; its numbers mean nothing."""
    small, other = Problem((9, 4, 9), 60), Problem((16, 5, 16), 40)
    return Plan(
        pace=Pace(rounds=2, seconds=0, pause=0.02, attempts=1),
        races=_races(
            [small, other], peers, few_samples=[1, 7], samples=[20, 40], hidden_units=[3, 6], hidden_layers=[1, 2]
        ),
        memory=other,
        training=small,
        max_iter=5,
        training_rounds=2,
        peers=peers,
    )


def _races(problems, peers, few_samples, samples, hidden_units, hidden_layers):
    base = problems[0]
    n, h, _ = base.layer_sizes
    return {
        "evaluation": [
            Race(problem, under(coretype, (BOUND, OURS, WITHOUT_NUMBA, *peers)))
            for coretype in main_coretypes()
            for problem in problems
        ],
        "few_samples": [
            Race(replace(base, n_samples=m), under(coretype, (CLEAN_NUMPY, OURS, WITHOUT_NUMBA)))
            for coretype in main_coretypes()
            for m in few_samples
        ],
        "samples": [Race(replace(base, n_samples=m), (BOUND, OURS)) for m in samples],
        "hidden_units": [Race(replace(base, layer_sizes=(n, h, n)), (BOUND, OURS)) for h in hidden_units],
        "hidden_layers": [Race(replace(base, layer_sizes=(n, *[h] * k, n)), (BOUND, OURS)) for k in hidden_layers],
        "precision": [
            Race(problem, (replace(OURS, name="float64"), ours("float32", dtype="float32"))) for problem in problems
        ],
        "workers": [
            Race(problem, tuple(ours(f"{k}", workers=k) for k in range(1, 1 + cpu_count()))) for problem in problems
        ],
        "kernels": [
            Race(
                problem,
                (replace(OURS, name="as detected"), *(under(k, [replace(OURS, name=k)])[0] for k in coretypes())),
            )
            for problem in problems
        ],
    }
