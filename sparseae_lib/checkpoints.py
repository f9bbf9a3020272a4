"""Checkpoints of a training: its best parameters and its history, in an .npz file written atomically, not pickled."""

from __future__ import annotations

import errno
import math
import os
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from sparseae_lib.files import check_path, read_arrays, regular_file, replacing, temporary_file
from sparseae_lib.network import check_tied, count_parameters
from sparseae_lib.typing import Floats
from sparseae_lib.validation import (
    check_coefficient,
    check_finite,
    check_float,
    check_layer_sizes,
    check_per_layer,
    check_probability,
    check_shape,
)

if TYPE_CHECKING:
    from sparseae_lib.objective import Objective
    from sparseae_lib.training import Training

FORMAT = "sparseae_lib checkpoint 2"
FORMER_FORMAT = "sparseae_lib checkpoint 1"  # it has one activation, that of all layers, and free weights

# The share of the time that writing may take. So a kill destroys at most a hundred times the work of one write, which
# is some tenths of a second for a small network and some seconds for a large one.
WRITING_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class History:
    """The history of a training, with one row per iteration; row 0 is the start.

    ``costs`` (n_iter + 1,) holds the costs, ``gradient_norms`` (n_iter + 1,) the largest absolute entry of each
    gradient, and ``mean_activations`` (n_iter + 1, L - 2) the mean of rho_hat over the units of each hidden layer. All
    are float64.
    """

    costs: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]
    mean_activations: NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What defines an objective.

    ``beta`` holds one number per hidden layer, and so does ``rho`` if it was given; ``activation`` holds one name per
    layer after the first.
    """

    layer_sizes: tuple[int, ...]
    rho: tuple[float, ...]
    beta: tuple[float, ...]
    weight_decay: float
    activation: tuple[str, ...]
    tied: bool

    @classmethod
    def of(cls, objective: Objective) -> Self:
        """The settings of an ``Objective``. Raises TypeError if it lacks one."""
        try:
            return cls(
                tuple(objective.layer_sizes),
                tuple(objective.rho.values()),
                tuple(objective.beta.values()),
                objective.weight_decay,
                tuple(activation.name for activation in objective.activation.values()),
                objective.tied,
            )
        except AttributeError as error:
            raise TypeError(
                f"a checkpoint needs an objective with {', '.join(_names(cls))} as Objective has them, "
                f"got {type(objective).__name__}: {error}"
            ) from error

    def check_same(self, objective: Objective) -> None:
        """Require that ``objective`` has these settings. Raises a ValueError that names those that differ."""
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

    Raises TypeError if ``path`` is not a path, OSError if the file cannot be opened, and ValueError if it is not a
    checkpoint or is damaged. Nothing is unpacked before it is known to be as large as the file at most.
    """
    check_path("path", path)
    with open(path, "rb") as file:
        try:
            return _read(file)
        except Exception as error:  # damaged bytes raise errors of any kind
            raise ValueError(f"{os.fspath(path)} is not a checkpoint, or is damaged: {error}") from error


class CheckpointWriter:
    """Writes the checkpoints of one training to ``path``, which holds a whole file at any moment: see ``replacing``.

    ``resumed`` is the checkpoint from which the training goes on, if there is one. Raises TypeError if ``path`` is not
    a path or ``objective`` lacks settings; FileExistsError if a file is there that is no earlier state of ``resumed``,
    because it may hold a better one; and OSError if a file cannot be written there. To find out, a temporary file is
    created in the same folder and removed.
    """

    def __init__(self, path: str | os.PathLike[str], objective: Objective, resumed: Checkpoint | None = None) -> None:
        check_path("checkpoint", path)
        self._settings = Settings.of(objective)
        self._next = -math.inf
        self._path = regular_file("checkpoint", path)  # absolute, so that the working directory may change
        self._check_nothing_is_lost(resumed.history.costs if resumed else ())
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
        """Write the checkpoint of a ``Training``. If it raises OSError, the former file is still there.

        Raises FileExistsError if another training has written there since, as when a script is started twice at once.
        """
        start = time.monotonic()
        self._check_nothing_is_lost(training.history.costs)
        arrays = {"format": FORMAT, "theta": training.theta, "cost": training.cost}
        arrays |= vars(training.history) | vars(self._settings)
        with replacing(self._path) as file:
            np.savez(file, **arrays)  # none of objects, which would be pickled
        end = time.monotonic()
        self._next = end + (end - start) / WRITING_SHARE

    def _check_nothing_is_lost(self, costs):
        """Raise FileExistsError if there is a file that is no earlier state of the training with these ``costs``."""
        if not self._path.exists() or self._path.stat().st_size == 0:
            return
        try:
            existing = load_checkpoint(self._path)
        except ValueError as error:
            message = "checkpoint must not replace a file that is none"
            raise FileExistsError(errno.EEXIST, message, str(self._path)) from error
        n = len(existing.history.costs)
        if not np.array_equal(existing.history.costs, costs[:n]):
            raise FileExistsError(
                errno.EEXIST,
                f"checkpoint must not replace another training, of {existing.n_iter} iterations with the cost "
                f"{existing.cost:.9g}: resume it with train(objective, load_checkpoint(path), X), or remove the file",
                str(self._path),
            )


def _read(file):
    names = {"format", "theta", "cost", *_names(History), *_names(Settings)}
    arrays = read_arrays(file, names - {"tied"}, {"tied"})
    if str(arrays["format"]) not in (FORMAT, FORMER_FORMAT):
        raise ValueError(f"its format is {arrays['format']}, not {FORMAT}")
    settings = {name: _plain(arrays[name]) for name in _names(Settings) if name in arrays}
    if str(arrays["format"]) == FORMER_FORMAT:
        settings["activation"] = (settings["activation"],) * (len(settings["layer_sizes"]) - 1)
        settings["tied"] = False
    elif "tied" not in settings:
        raise ValueError("it lacks tied")
    checkpoint = Checkpoint(
        arrays["theta"],
        finite_number("cost", arrays["cost"]),
        History(**{name: arrays[name] for name in _names(History)}),
        Settings(**settings),
    )
    _check_settings(checkpoint.settings)
    check_float("theta", checkpoint.theta)
    check_shape(
        "theta", checkpoint.theta, (count_parameters(checkpoint.settings.layer_sizes, checkpoint.settings.tied),)
    )
    check_finite("theta", checkpoint.theta)
    check_history(checkpoint.history, len(checkpoint.settings.layer_sizes) - 2)
    return checkpoint


def _check_settings(settings):
    n_hidden = len(check_layer_sizes(settings.layer_sizes)) - 2
    check_per_layer("beta", settings.beta, n_hidden, check_coefficient)
    check_per_layer("rho", settings.rho, n_hidden if settings.rho else 0, check_probability)
    check_coefficient("weight_decay", settings.weight_decay)
    check_tied(settings.tied, settings.layer_sizes)
    if len(settings.activation) != n_hidden + 1 or not all(isinstance(name, str) for name in settings.activation):
        raise ValueError(f"activation must hold one name per layer from the second on, got {settings.activation}")


def check_history(history: History, n_hidden: int) -> None:
    """Require arrays of finite floats with a row per iteration, and means of ``n_hidden`` layers.

    Raises TypeError or ValueError.
    """
    for name, shape in (
        ("costs", ("n_iter + 1",)),
        ("gradient_norms", history.costs.shape),
        ("mean_activations", (*history.costs.shape, n_hidden)),
    ):
        array = getattr(history, name)
        check_float(name, array)
        check_shape(name, array, shape)
        check_finite(name, array)
    if len(history.costs) == 0:
        raise ValueError("costs must hold at least one cost, got none")


def finite_number(name: str, array: NDArray[Any]) -> float:
    """The float in an ``array`` without axes. Raises ValueError."""
    number = array.item() if array.ndim == 0 else array
    if not isinstance(number, float) or not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {number!r}")
    return number


def _plain(array):
    return tuple(array.tolist()) if array.ndim else array.item()


def _names(cls):
    return [field.name for field in fields(cls)]
