"""The trainers start at the same parameters and are compared at a cost that all of them reach."""

import pytest

from benchmarks.contestants import Contestant
from benchmarks.problem import Problem
from benchmarks.trainers import Run
from benchmarks.training import CURVE_POINTS, run_training
from benchmarks.worker import kernel

PROBLEM = Problem((9, 4, 9), 20)
FIRST, SECOND, SIMPLER = (Contestant(name, name) for name in ("first", "second", "simpler"))
ABSENT = Contestant("absent", "absent", ("no_such_package",))


class Undisturbed:
    """In place of a Watch."""

    def turn(self, contestant, turn):
        return turn(), None


def training(runs, trainers=(FIRST, SECOND), rounds=1):
    """The record of trainings that are made up: ``runs`` by name and round."""
    starts = []

    def run(trainer, task, *arguments):
        if task is kernel:
            return f"kernel of {trainer.name}"
        _, theta, _ = arguments
        starts.append((trainer.name, theta.tobytes()))
        return runs[trainer.name][[name for name, _ in starts].count(trainer.name) - 1]

    return run_training(PROBLEM, trainers, 400, rounds, run, Undisturbed()), starts


def test_time_to_the_cost_that_all_reach():
    """The first ends at 1 and the second at 2, which the first had reached after 3 of its 4 seconds."""
    first = Run(4.0, 3, 3, [(1.0, 9.0), (3.0, 2.0), (4.0, 1.0)])
    second = Run(8.0, 2, 4, [(1.0, 9.0), (5.0, 3.0), (6.0, 2.0), (7.5, 2.5)])
    record, _ = training({"first": [first], "second": [second]})
    one, two = record["entries"]
    assert (one["kernel"], two["kernel"], record["disturbed"]) == ("kernel of first", "kernel of second", [])
    assert record["common_cost"]["median"] == 2
    assert (one["seconds_to_common_cost"]["median"], two["seconds_to_common_cost"]["median"]) == (3, 6)
    assert (one["ratio"]["median"], two["ratio"]["median"]) == (1, 2)
    assert (one["ratio_to_common_cost"]["median"], two["ratio_to_common_cost"]["median"]) == (1, 2)
    assert (two["cost"]["median"], two["n_evaluations"]["median"], two["n_iter"]["median"]) == (2, 4, 2)
    assert two["seconds_per_iteration"]["median"] == 4
    assert two["curve"] == [[1, 9], [5, 3], [6, 2], [7.5, 2]], "the lowest cost so far"


def test_each_round_has_first_parameters_of_its_own_and_all_have_the_same():
    run = Run(1.0, 1, 1, [(1.0, 1.0)])
    _, starts = training({"first": [run] * 2, "second": [run] * 2}, rounds=2)
    (a, first_a), (b, first_b), (_, second_a), (_, second_b) = starts
    assert (a, b) == ("first", "second")
    assert first_a == first_b == PROBLEM.theta(1).tobytes()
    assert second_a == second_b == PROBLEM.theta(2).tobytes()


def test_a_simpler_problem_has_no_common_cost_and_who_is_missing_takes_no_part():
    first = Run(4.0, 2, 2, [(1.0, 9.0), (4.0, 1.0)])
    simpler = Run(2.0, 4, None, [])
    record, _ = training({"first": [first], "simpler": [simpler]}, (FIRST, ABSENT, SIMPLER))
    assert [entry["name"] for entry in record["entries"]] == ["first", "simpler"]
    assert record["common_cost"]["median"] == 1
    assert record["entries"][1]["seconds_per_iteration"]["median"] == 0.5
    assert {"cost", "curve", "ratio_to_common_cost"}.isdisjoint(record["entries"][1])


@pytest.mark.parametrize("n", [1, 2, CURVE_POINTS, 1000])
def test_a_long_curve_is_thinned_between_its_ends(n):
    run = Run(float(n), n, n, [(float(i), 2.0 * n - i) for i in range(1, 1 + n)])
    record, _ = training({"first": [run]}, (FIRST,))
    curve = record["entries"][0]["curve"]
    assert len(curve) == min(n, CURVE_POINTS)
    assert curve[0] == [1, 2 * n - 1] and curve[-1] == [n, n]


def test_the_curves_are_of_the_round_that_took_the_median_time():
    """The first round is the slowest of the three, and the second the fastest."""
    first = [Run(seconds, 1, 1, [(seconds, 1.0)]) for seconds in (9.0, 1.0, 4.0)]
    second = [Run(seconds, 1, 1, [(seconds, 1.0)]) for seconds in (9.0, 5.0, 3.0)]
    record, _ = training({"first": first, "second": second}, rounds=3)
    assert [entry["curve"] for entry in record["entries"]] == [[[4, 1]], [[3, 1]]]
