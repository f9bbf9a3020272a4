"""Early stopping: training ends once the cost of samples that it does not see no longer falls, for ``estimator``."""

import math
from copy import copy, deepcopy
from dataclasses import replace

import numpy as np


def hold_out(arrays, fraction, rng):
    """``arrays`` (m, ...) or None, cut at random: for training, and a ``fraction`` of the samples to be held out.

    Returns two lists. Raises ValueError if a part would be empty.
    """
    m = len(arrays[0])
    n_held_out = math.ceil(fraction * m)
    if n_held_out == m:
        raise ValueError(f"validation_fraction must leave samples for training, got {fraction} of {m} samples")
    order = rng.permutation(m)
    parts = np.sort(order[n_held_out:]), np.sort(order[:n_held_out])
    return tuple([None if array is None else array[rows] for array in arrays] for rows in parts)


class EarlyStopping:
    """A callback of ``train`` that stops once ``patience`` iterations in a row have not lowered the cost of ``data``.

    ``costs`` has that cost after each iteration, by the same objective, and ``best`` is the ``Training`` of the lowest.
    """

    def __init__(self, objective, data, patience, callback):
        self._objective = copy(objective)  # with memory of its own, because ``data`` are of another length
        self._data, self._patience, self._callback = data, patience, callback
        self.costs, self.best, self.stopped = [], None, False

    def __call__(self, training):
        if self._callback is not None:
            self._callback(deepcopy(training))  # to which it may write
        lowest = min(self.costs, default=math.inf)
        self.costs.append(self._objective.cost(training.theta, *self._data))
        if self.best is None or self.costs[-1] < lowest:
            self.best = training
        since = len(self.costs) - 1 - int(np.argmin(self.costs))
        if since >= self._patience:
            self.stopped = True
            raise StopIteration

    def outcome(self, training):
        """The ``Training`` with the parameters that had the lowest cost of the held-out samples."""
        if self.best is None:
            return training
        message = training.message
        if self.stopped:
            message = f"The cost of the held-out samples has not fallen for {self._patience} iterations."
        best = replace(self.best, n_iter=training.n_iter, history=training.history, message=message)
        return replace(best, converged=training.converged, interrupted=training.interrupted)
