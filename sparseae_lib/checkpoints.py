"""Checkpoints of a training: its best parameters and its history, in an .npz file written atomically, never pickled."""

import os
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from sparseae_lib.validation import check_finite, check_float, check_shape

FORMAT = "sparseae_lib checkpoint 1"


@dataclass(frozen=True, eq=False)
class History:
    """One row an iteration; row 0 is the start.

    ``costs`` (n_iter + 1,); ``gradient_norms`` (n_iter + 1,), the largest absolute entry of each gradient;
    ``mean_activations`` (n_iter + 1, L - 2), rho_hat averaged over the units of each hidden layer. All float64.
    """

    costs: np.ndarray
    gradient_norms: np.ndarray
    mean_activations: np.ndarray


@dataclass(frozen=True)
class Settings:
    """What defines an objective; ``rho`` and ``beta`` have one number a hidden layer, ``rho`` none where not given."""

    layer_sizes: tuple[int, ...]
    rho: tuple[float, ...]
    beta: tuple[float, ...]
    weight_decay: float
    activation: str

    @classmethod
    def of(cls, objective):
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

    def check_same(self, objective):
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

    theta: np.ndarray
    cost: float
    history: History
    settings: Settings

    @property
    def n_iter(self):
        """Iterations done."""
        return len(self.history.costs) - 1

    def save(self, path):
        """Write to ``path``, which at any moment holds the former file or the new one, each whole.

        The bytes go to a temporary file in the same folder, ``.<name>.<random>.tmp``, which then takes its place. A
        process killed in between leaves that file behind; nothing reads it, and it may be deleted. Raises OSError.
        """
        arrays = {"format": FORMAT, "theta": self.theta, "cost": self.cost}
        arrays |= {name: getattr(self.history, name) for name in _names(History)}
        arrays |= {name: getattr(self.settings, name) for name in _names(Settings)}
        with _temporary(path) as (temporary, file):
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            os.replace(temporary, path)


def load_checkpoint(path):
    """The ``Checkpoint`` that ``train`` wrote to ``path``.

    Raises OSError where the file cannot be opened, ValueError where it is no checkpoint or is damaged.
    """
    with open(path, "rb") as file:
        try:
            return _read(file)
        except Exception as error:  # damaged bytes raise errors of any kind
            raise ValueError(f"{os.fspath(path)} is not a checkpoint, or is damaged: {error}") from error


def check_writable(path):
    """Require a path at which ``Checkpoint.save`` can write: creates and removes a file beside it.

    Raises TypeError where it is no path, OSError where it names a folder or its folder cannot be written to.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"checkpoint must be a path, got {type(path).__name__}")
    if os.path.isdir(path):
        raise IsADirectoryError(f"checkpoint must be the path of a file, got the folder {os.fspath(path)}")
    try:
        with _temporary(path):
            pass
    except OSError as error:
        raise type(error)(f"checkpoint cannot be written to {os.fspath(path)}: {error}") from error


@contextmanager
def _temporary(path):
    """A new file beside ``path``, open for writing, and its path; removed at the end unless it was moved."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with open(temporary, "xb") as file:
            yield temporary, file
    finally:
        temporary.unlink(missing_ok=True)


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
