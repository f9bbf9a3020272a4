"""Whether a contestant had the machine to itself while it was timed.

Three things are looked at: how much time other processes took on the cores, and a hypervisor stole; whether the threads
of the other contestants slept, since those of a BLAS spin for a while after its work; and how long a product took that
should always take the same time, which also reveals what no counter shows, such as a slower clock.
"""

import math
import time
from collections import Counter
from typing import NamedTuple

import psutil
from joblib import cpu_count

from benchmarks.contestants import CALIBRATION
from benchmarks.problem import Problem
from benchmarks.worker import time_evaluation

CORES = 0.2  # how much of one core others may take: below this the median over a turn hardly changes
GRAIN = 0.03  # seconds: the counters advance by hundredths, and several are added up
SLOWDOWN = 1.5  # of the calibration product, relative to its fastest
PATIENCE = 2.0  # seconds
TOLERATED = 0.2  # of a contestant's turns: so few hardly change the quartiles over the rounds
CALIBRATION_PROBLEM, CALIBRATION_SECONDS = Problem((400, 100, 400), 1000), 0.04


class Reading(NamedTuple):
    """Seconds: of the clock, of all cores that were not idle, of this process, and of each contestant's process."""

    clock: float
    busy: float
    own: float
    contestants: dict


class Disturbance(NamedTuple):
    """Why a turn does not count. ``others`` and the values of ``contestants`` are in cores."""

    turn_of: str
    others: float
    contestants: dict[str, float]
    slowdown: float


def read(pids):
    """The counters now, for the processes ``pids`` by contestant."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0)
    guests = getattr(times, "guest", 0) + getattr(times, "guest_nice", 0)  # Linux counts them as user time as well
    contestants = {contestant: _cpu_seconds(pid) for contestant, pid in pids.items()}
    return Reading(time.perf_counter(), sum(times) - idle - guests, _cpu_seconds(), contestants)


class Watch:
    """Gives contestants their turns. ``run`` is that of ``workers``, and ``read`` returns a ``Reading``."""

    def __init__(self, run, read, pace):
        self._run, self._read, self._pace = run, read, pace
        self._fastest = math.inf

    def others(self, seconds):
        """How much of a core other processes take during the next ``seconds``."""
        before = self._read()
        time.sleep(seconds)
        return _taken(before, self._read(), None)[0]

    def turn(self, contestant, turn):
        """What ``turn()`` returns, and why it does not count: a ``Disturbance``, or None if it counts.

        A disturbed turn is repeated as often as the pace allows; then the last one is returned.
        """
        for _ in range(self._pace.attempts):
            self._let_all_sleep()  # the threads of the last turn spin on for a while
            slowdown = self._slowdown()
            self._let_all_sleep()
            before = self._read()
            result = turn()
            others, contestants = _taken(before, self._read(), contestant)
            if max(others, *contestants.values(), 0) <= CORES and slowdown <= SLOWDOWN:
                return result, None
        return result, Disturbance(
            contestant.name, others, {c.name: cores for c, cores in contestants.items()}, slowdown
        )

    def _slowdown(self):
        seconds = self._run(CALIBRATION, time_evaluation, CALIBRATION_PROBLEM, CALIBRATION_SECONDS, min)
        self._fastest = min(self._fastest, seconds)
        return seconds / self._fastest

    def _let_all_sleep(self):
        """Wait until no contestant computes. One that does not stop is noticed during the turn."""
        end = time.perf_counter() + PATIENCE
        before = self._read()
        while time.perf_counter() < end:
            time.sleep(self._pace.pause)
            now = self._read()
            if all(now.contestants[c] - seconds <= GRAIN / 2 for c, seconds in before.contestants.items()):
                break
            before = now


def complaint(title, record, rounds):
    """A sentence about a race if too many of its turns were disturbed, otherwise None."""
    disturbances = [Disturbance(**fields) for fields in record["disturbed"]]
    counts = Counter(disturbance.turn_of for disturbance in disturbances)
    if max(counts.values(), default=0) <= TOLERATED * rounds:
        return None
    others = max(d.others for d in disturbances)
    awake = {name for d in disturbances for name, cores in d.contestants.items() if cores > CORES}
    slowdown = max(d.slowdown for d in disturbances)
    causes = []
    if others > CORES:
        causes.append(f"other processes took up to {others:.1f} cores")
    causes += [f"{name} went on computing during the turns of others" for name in sorted(awake)]
    if slowdown > SLOWDOWN:
        causes.append(f"the calibration product took up to {slowdown:.1f} times its shortest time")
    turns = rounds * len(record["entries"])
    return f"{title}: {len(disturbances)} of {turns} turns were disturbed at each attempt: {'; '.join(causes)}"


def _taken(before, after, contestant):
    """Cores that others took between two readings, and that each contestant took but the one whose turn it was.

    Times so short that they may be due to the grain of the counters alone are left out.
    """
    seconds = {c: now - before.contestants.get(c, 0) for c, now in after.contestants.items()}
    others = after.busy - before.busy - (after.own - before.own) - sum(seconds.values())
    seconds.pop(contestant, None)
    elapsed = after.clock - before.clock
    cores = {c: _cores(used, elapsed) for c, used in seconds.items()}
    return _cores(others, elapsed), {c: used for c, used in cores.items() if used > 0}


def _cores(seconds, elapsed):
    return min(seconds / elapsed, cpu_count()) if seconds > GRAIN else 0.0


def _cpu_seconds(pid=None):
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system
