"""Contestants that compute something else, one whose memory is known, and tasks that only take time."""

import threading
import time

import numpy as np

from benchmarks.contestants import Prepared
from benchmarks.contestants.clean_numpy import prepare
from benchmarks.problem import WEIGHT_DECAY
from sparseae_lib.network import unflatten


def without_decay(problem):
    theta = problem.theta()
    weights = theta.copy()
    for _, b in unflatten(weights, problem.layer_sizes):
        b[:] = 0

    def damage(cost, gradient):
        return cost - WEIGHT_DECAY / 2 * (weights @ weights), gradient - WEIGHT_DECAY * weights

    return _damaged(problem, damage)


def without_decay_of_the_gradient(problem):
    _, to_library = without_decay(problem)
    evaluate = prepare(problem).evaluate
    return Prepared(evaluate, lambda result: (result[0], to_library(result)[1]))


def slightly_longer_gradient(problem):
    return _damaged(problem, lambda cost, gradient: (cost, gradient * (1 + 1e-9)))


def another_order(problem):
    return _damaged(problem, lambda cost, gradient: (cost, gradient[::-1]))


def no_number(problem):
    return _damaged(problem, lambda cost, gradient: (float("nan"), gradient))


def half_as_exact(problem):
    return _damaged(problem, lambda cost, gradient: (cost * (1 + 1e-13), gradient * (1 - 1e-13)))


def one_array(problem, megabytes):
    return Prepared(lambda: np.ones(megabytes * 10**6 // 8).sum(), None)


def burn(contestant, seconds):
    """Computes until this process has used so many seconds of a core."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


_stop = threading.Event()


def start_spinning(contestant):
    """Leaves a thread that computes for nothing."""

    def spin():
        while not _stop.is_set():
            pass

    threading.Thread(target=spin, daemon=True).start()


def stop_spinning(contestant):
    _stop.set()


def _damaged(problem, damage):
    return Prepared(prepare(problem).evaluate, lambda result: damage(*result))
