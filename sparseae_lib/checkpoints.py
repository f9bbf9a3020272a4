"""Checkpoints of a training: its best parameters and its history, in an .npz file written atomically, never pickled."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.files import regular_file, replacing, temporary_file
from sparseae_lib.typing import Floats
from sparseae_lib.validation import check_finite, check_float, check_shape

if TYPE_CHECKING:
    from sparseae_lib.objective import Objective
    from sparseae_lib.training import Training

FORMAT = "sparseae_lib checkpoint 1"

# The share of the time that writing may take. What a kill destroys is then at most a hundred times what a write takes:
# some tenths of a second of work for a small network, some seconds for a large one.
WRITING_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class History:
    """One row an iteration; row 0 is the start.

    ``costs`` (n_iter + 1,); ``gradient_norms`` (n_iter + 1,), the largest absolute entry of each gradient;
    ``mean_activations`` (n_iter + 1, L - 2), rho_hat averaged over the units of each hidden layer. All float64.
    """

    costs: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]
    mean_activations: NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What defines an objective; ``rho`` and ``beta`` have one number a hidden layer, ``rho`` none where not given."""

    layer_sizes: tuple[int, ...]
    rho: tuple[float, ...]
    beta: tuple[float, ...]
    weight_decay: float
    activation: str

    @classmethod
    def of(cls, objective: Objective) -> Self:
        """Those of an ``Objective``. Raises TypeError where it lacks one."""
        try:
            return cls(
                tuple(objective.layer_sizes),
                tuple(objective.rho.values()),
                tuple(objective.beta.values()),
                objective.weight_decay,
                objective.activation.name,
            )
        except AttributeError as error:
            raise TypeError(
                f"a checkpoint needs an objective with {', '.join(_names(cls))} as Objective has them, "
                f"got {type(objective).__name__}: {error}"
            ) from error

    def check_same(self, objective: Objective) -> None:
        """Require that ``objective`` has these settings. Raises ValueError, which names those that differ."""
        other = Settings.of(objective)
        different = [name for name in _names(Settings) if getattr(self, name) != getattr(other, name)]
        if different:
            raise ValueError(
                "objective must be that of the checkpoint, got another "
                + ", ".join(f"{name} ({getattr(other, name)}, not {getattr(self, name)})" for name in different)
            )


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The best parameters ``theta`` with their ``cost``, the ``history`` so far, and the objective's ``settings``."""

    theta: Floats
    cost: float
    history: History
    settings: Settings

    @property
    def n_iter(self) -> int:
        """Iterations done."""
        return len(self.history.costs) - 1


def load_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """The ``Checkpoint`` that ``train`` wrote to ``path``.

    Raises OSError where the file cannot be opened, ValueError where it is no checkpoint or is damaged.
    """
    with open(path, "rb") as file:
        try:
            return _read(file)
        except Exception as error:  # damaged bytes raise errors of any kind
            raise ValueError(f"{os.fspath(path)} is not a checkpoint, or is damaged: {error}") from error


class CheckpointWriter:
    """Writes the checkpoints of one training to ``path``, which at any moment holds a whole file: see ``replacing``.

    Raises TypeError if ``path`` is no path or ``objective`` lacks settings, OSError if a file cannot be written there:
    one is created beside it and removed.
    """

    def __init__(self, path: str | os.PathLike[str], objective: Objective) -> None:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"checkpoint must be a path, got {type(path).__name__}")
        self._settings = Settings.of(objective)
        self._next = -math.inf
        self._path = regular_file("checkpoint", path)  # where it is now, whatever becomes of the working directory
        try:
            with temporary_file(self._path):
                pass
        except OSError as error:
            raise OSError(error.errno, f"checkpoint cannot be written: {error.strerror}", str(path)) from error

    @property
    def is_due(self) -> bool:
        """Whether to write again; see ``WRITING_SHARE``."""
        return time.monotonic() >= self._next

    def write(self, training: Training) -> None:
        """Write the checkpoint of a ``Training``. Raises OSError; the former file is then still there."""
        start = time.monotonic()
        arrays = {"format": FORMAT, "theta": training.theta, "cost": training.cost}
        arrays |= vars(training.history) | vars(self._settings)
        with replacing(self._path) as file:
            np.savez(file, allow_pickle=False, **arrays)
        end = time.monotonic()
        self._next = end + (end - start) / WRITING_SHARE


def _read(file):
    with np.load(file, allow_pickle=False) as arrays:
        if str(arrays["format"]) != FORMAT:
            raise ValueError(f"its format is {arrays['format']}, not {FORMAT}")
        checkpoint = Checkpoint(
            arrays["theta"],
            arrays["cost"].item(),
            History(**{name: arrays[name] for name in _names(History)}),
            Settings(**{name: _plain(arrays[name]) for name in _names(Settings)}),
        )
    check_float("theta", checkpoint.theta)
    check_shape("theta", checkpoint.theta, ("n",))
    check_finite("theta", checkpoint.theta)
    check_shape("costs", checkpoint.history.costs, ("n_iter + 1",))
    check_shape("gradient_norms", checkpoint.history.gradient_norms, checkpoint.history.costs.shape)
    check_shape("mean_activations", checkpoint.history.mean_activations, (checkpoint.n_iter + 1, "L - 2"))
    return checkpoint


def _plain(array):
    return tuple(array.tolist()) if array.ndim else array.item()


def _names(cls):
    return [field.name for field in fields(cls)]
