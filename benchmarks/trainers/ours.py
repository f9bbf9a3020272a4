"""``sparseae_lib.training``."""

from benchmarks.contestants.ours import objective_of
from benchmarks.trainers import Clock, Run
from sparseae_lib.training import train as train_autoencoder


def prepare(problem):
    X, objective = problem.data(), objective_of(problem)

    def train(theta, max_iter):
        clock = Clock()
        result = train_autoencoder(_Recorded(objective, clock), theta, X, max_iter=max_iter, tol=0)
        return Run(clock.seconds(), result.n_iter, len(clock.curve), clock.curve)

    return train


class _Recorded:
    """An objective that records every evaluation."""

    def __init__(self, objective, clock):
        self._objective, self._clock = objective, clock

    def evaluate(self, theta, X, targets):
        evaluation = self._objective.evaluate(theta, X, targets)
        self._clock.record(evaluation.cost)
        return evaluation
