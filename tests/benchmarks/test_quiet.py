"""The counters are made up where a test says that the machine is quiet, since the one that runs it may not be."""

import subprocess
import sys
from functools import partial
from itertools import repeat

import pytest

from benchmarks import quiet
from benchmarks.contestants import BOUND, CALIBRATION, OURS, Contestant
from benchmarks.quiet import CORES, SLOWDOWN, TOLERATED, Disturbance, Reading, Watch, complaint, read
from benchmarks.race import Pace
from benchmarks.worker import workers
from tests.benchmarks.wrong import burn, start_spinning, stop_spinning

PACE = Pace(rounds=10, seconds=0, pause=0, attempts=3)
SPINNER = Contestant("spinner", "nowhere:nothing")


class Machine:
    """Counters that stand still but for what ``work`` adds, and for BOUND, who computes before ``spins`` looks."""

    def __init__(self):
        self.clock = self.busy = 0.0
        self.contestants = {BOUND: 0.0, OURS: 0.0}
        self.spins = 0
        self.looks = 0

    def read(self):
        self.looks += 1
        if self.spins:
            self.spins -= 1
            self.contestants[BOUND] += 0.05
            self.busy += 0.05
        return Reading(self.clock, self.busy, 0.0, dict(self.contestants))

    def work(self, seconds, others=0.0, **contestants):
        self.clock += seconds
        self.busy += others + sum(contestants.values())
        for name, used in contestants.items():
            self.contestants[{"bound": BOUND, "ours": OURS}[name]] += used


def watch(machine, calibration=repeat(1.0)):  # noqa: B008  it never ends, so it may be shared
    def run(contestant, *_):
        assert contestant == CALIBRATION
        return next(calibration)

    return Watch(run, machine.read, PACE)


def turns(*works):
    """A turn that works as told, otherwise from call to call, and returns the number of the call."""
    remaining = list(enumerate(works))

    def turn():
        number, work = remaining.pop(0)
        work()
        return number

    return turn


def test_a_quiet_turn_counts_at_once():
    machine = Machine()
    alone = partial(machine.work, 1.0, ours=1.9, others=CORES - 0.01)
    assert watch(machine).turn(OURS, turns(alone)) == (0, None)


def test_other_processes_are_noticed():
    machine = Machine()
    busy = partial(machine.work, 2.0, ours=2.0, others=1.5)
    assert watch(machine).turn(OURS, turns(*[busy] * 3)) == (2, Disturbance(OURS.name, 0.75, {}, 1.0))


def test_a_disturbed_turn_is_repeated():
    machine = Machine()
    busy, alone = partial(machine.work, 1.0, ours=1.0, others=1.0), partial(machine.work, 1.0, ours=2.0)
    assert watch(machine).turn(OURS, turns(busy, alone)) == (1, None)


def test_threads_that_spin_in_the_turn_of_another_are_noticed():
    machine = Machine()
    spinning = partial(machine.work, 1.0, ours=1.0, bound=0.75)
    result, disturbance = watch(machine).turn(OURS, turns(*[spinning] * 3))
    assert (result, disturbance) == (2, Disturbance(OURS.name, 0.0, {BOUND.name: 0.75}, 1.0))
    assert watch(machine).turn(BOUND, turns(partial(machine.work, 1.0, bound=2.0))) == (0, None), "its own turn"


def test_a_turn_begins_when_all_sleep():
    machine = Machine()
    machine.spins = 10

    def turn():
        assert machine.looks > 10, "somebody computes"
        machine.work(1.0, ours=1.0)

    assert watch(machine).turn(OURS, turn) == (None, None)


def test_who_never_sleeps_is_not_waited_for_and_is_noticed(monkeypatch):
    monkeypatch.setattr(quiet, "PATIENCE", 0.01)
    machine = Machine()
    machine.spins = 10**9
    _, disturbance = watch(machine).turn(OURS, partial(machine.work, 0.1, ours=0.1))
    assert disturbance.contestants == {BOUND.name: pytest.approx(0.5)}


@pytest.mark.parametrize("slowdown", [SLOWDOWN - 0.1, SLOWDOWN + 0.1])
def test_a_slow_calibration_is_noticed(slowdown):
    """Relative to the fastest of the run, which need not be the first."""
    machine = Machine()
    watching = watch(machine, iter([2.0, 1.0, *[slowdown] * 3]))
    for _ in range(2):
        assert watching.turn(OURS, partial(machine.work, 1.0)) == (None, None)
    _, disturbance = watching.turn(OURS, partial(machine.work, 1.0))
    assert (disturbance and disturbance.slowdown) == (slowdown if slowdown > SLOWDOWN else None)


def test_the_grain_of_the_counters_is_no_load():
    machine = Machine()
    assert watch(machine).turn(OURS, turns(partial(machine.work, 0.001, others=0.02, bound=0.01))) == (0, None)


def record(*disturbances):
    return {"entries": [{"name": "a"}, {"name": "b"}], "disturbed": [d._asdict() for d in disturbances]}


def test_a_few_disturbed_turns_are_borne():
    for n in range(1 + int(TOLERATED * PACE.rounds)):
        a, b = (Disturbance(name, 1.0, {}, 1.0) for name in "ab")
        assert complaint("race", record(*[a, b] * n), PACE.rounds) is None
    assert complaint("race", record(*[a] * (n + 1)), PACE.rounds)


def test_a_complaint_says_what_and_how_much():
    others = Disturbance("a", 0.9, {}, 1.0)
    spinner = Disturbance("a", 0, {"b": 0.5}, 1.0)
    slow = Disturbance("a", 0, {}, 3)
    assert complaint("race, kernel", record(*[others] * 3), 10) == (
        "race, kernel: 3 of 20 turns were disturbed at each attempt: other processes took up to 0.9 cores"
    )
    assert complaint("race", record(*[spinner] * 3), 10).endswith(": b went on computing during the turns of others")
    assert complaint("race", record(*[slow] * 3), 10).endswith("product took up to 3.0 times its shortest time")
    assert complaint("race", record(others, spinner, slow), 10).count(";") == 2


def test_a_busy_process_is_read_from_the_real_counters():
    """It computes for half a second, and whatever else runs can only add to it."""
    before = read({})
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass"], check=True)
    after = read({})
    assert after.busy - before.busy - (after.own - before.own) > 0.4
    burn(None, 0.5)
    assert read({}).own - after.own > 0.45


def test_a_spinning_contestant_is_read_from_the_real_counters(monkeypatch):
    """Its thread goes on after its task; the others sleep, however busy the machine is."""
    monkeypatch.setattr(quiet, "CORES", 0.01)  # on a busy machine it does not get more
    monkeypatch.setattr(quiet, "PATIENCE", 0.2)
    with workers() as (run, pids):

        def turn():
            run(OURS, burn, 0.5)

        def disturbed_by():
            watching = Watch(lambda *_: 1.0, partial(read, pids), PACE._replace(pause=0.1, attempts=1))
            _, disturbance = watching.turn(OURS, turn)
            return set(disturbance.contestants) if disturbance else set()

        run(BOUND, burn, 0)
        turn()
        assert disturbed_by() == set()
        run(SPINNER, start_spinning)
        assert disturbed_by() == {"spinner"}
        run(SPINNER, stop_spinning)
        assert disturbed_by() == set()
