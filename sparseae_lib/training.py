"""Training: an objective's minimum with L-BFGS."""

import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from sparseae_lib.checkpoints import Checkpoint, History, Settings, check_writable
from sparseae_lib.validation import check_finite, check_float, check_non_negative, check_shape

# Pairs of steps and gradient differences that L-BFGS remembers. On 64-25-64 with 1000 patches, 20 reach in 400
# iterations a cost that 10 (SciPy's choice) reach in 450; their vectors cost a few per cent of an evaluation more.
N_CORRECTIONS = 20

# Writing checkpoints may take this share of the time: a kill then costs about a hundred writes' time of work, some
# tenths of a second for a small network and some seconds for a large one, and training is hardly slower.
CHECKPOINT_SHARE = 0.01

GOES_ON = "Training goes on."


@dataclass(frozen=True, eq=False)
class Training:
    """What ``train`` returns.

    ``theta`` has the lowest cost that was evaluated, ``cost``, in the precision and order of the theta given;
    ``n_iter`` iterations were done; ``message`` says in a sentence why it stopped, ``converged`` whether at an optimum.
    """

    theta: np.ndarray
    cost: float
    n_iter: int
    converged: bool
    message: str
    history: History


def train(objective, theta, X, targets=None, *, max_iter=400, tol=1e-5, progress=False, callback=None, checkpoint=None):
    r"""Minimise ``objective`` from ``theta`` with L-BFGS (SciPy's L-BFGS-B without bounds).

    ``objective`` is an ``Objective``, or has its method ``evaluate``, to which ``X`` and ``targets`` are handed as they
    are. ``theta`` is flat, float32 or float64, and decides the precision of every evaluation; or it is a
    ``Checkpoint``.

    Training stops

    - converged, where no entry of the gradient exceeds ``tol`` in absolute value,
      :math:`\max_i |\partial J / \partial\theta_i| \le tol`;
    - converged, where the cost cannot fall any further in floating point: an iteration lowers it by no more than
      its rounding error, :math:`J_k - J_{k+1} \le \varepsilon |J_k|` with theta's machine epsilon;
    - not converged, after ``max_iter`` iterations, those before a checkpoint included;
    - not converged, on Ctrl-C at any moment after the first evaluation, or where ``callback`` raises StopIteration.

    ``progress`` shows a bar on stderr. ``callback`` is called with the ``Training`` so far after each iteration.

    ``checkpoint`` is the path of a file that keeps the best so far. It is written after the first iteration, then as
    often as takes no more than a hundredth of the time, and at the end. Training goes on from it with
    ``train(objective, load_checkpoint(path), X)``; its iteration numbers and its history go on too. The memory of
    L-BFGS is not in the file (SciPy does not expose it): the path differs from that of an uninterrupted training,
    though both end at an optimum.

    A step on which cost or gradient is not finite is shortened. The BLAS has one thread meanwhile: the pools that NumPy
    and SciPy each bring would fight, and an ``Objective`` has threads of its own, over samples.

    Raises TypeError or ValueError for bad arguments, for a cost or gradient that is not finite at the start, and for a
    checkpoint of another objective or other data; OSError where the checkpoint cannot be written.
    """
    _check_arguments(objective, max_iter, callback)
    tol = check_non_negative("tol", tol)
    if checkpoint is not None:
        Settings.of(objective)
        check_writable(checkpoint)
    if isinstance(theta, Checkpoint):
        theta.settings.check_same(objective)
        run = _Run(objective, X, targets, theta.theta, checkpoint, resumed=theta)
    else:
        check_float("theta", theta)
        check_shape("theta", theta, ("n",))
        check_finite("theta", theta)
        run = _Run(objective, X, targets, theta, checkpoint)
    try:
        with threadpool_limits(1, "blas"), _progress_bar(progress, run.n_iter, max_iter) as bar:
            run.minimize(max_iter, tol, callback, bar)
        run.save()
    except KeyboardInterrupt:
        if run.best is None:
            raise
        run.stop(False, f"Interrupted after {run.n_iter} iterations: theta is the best so far.")
        run.save()
    return run.training()


class _Point(NamedTuple):
    """An evaluation; ``x`` and ``gradient`` in float64, as SciPy works, ``theta`` in the precision asked for."""

    x: np.ndarray
    theta: np.ndarray
    cost: float
    gradient: np.ndarray
    mean_activations: tuple[float, ...]

    @property
    def gradient_norm(self):
        return float(np.max(np.abs(self.gradient)))


class _Run:
    """The state of a training. Each assignment leaves it whole: Ctrl-C may come between any two."""

    def __init__(self, objective, X, targets, theta, path, resumed=None):
        self.objective, self.X, self.targets, self.path = objective, X, targets, path
        self.start, self.resumed = theta, resumed
        self.best = self.latest = self.iterate = None
        self.rows = [] if resumed is None else _rows(resumed.history)
        self.converged, self.message = False, GOES_ON
        self.next_save = -math.inf

    @property
    def n_iter(self):
        return max(len(self.rows) - 1, 0)

    def minimize(self, max_iter, tol, callback, bar):
        self._evaluate_start()

        def accept(_x):
            previous, self.iterate = self.iterate, self.latest
            self._add_row()
            self._show(bar)
            bar.update()
            if self.path is not None and time.monotonic() >= self.next_save:
                self.save()
            if callback is not None:
                try:
                    callback(self.training())
                except StopIteration:
                    self.stop(False, f"The callback stopped it after {self.n_iter} iterations.")
                    raise
            if previous.cost - self.iterate.cost <= np.finfo(self.start.dtype).eps * abs(previous.cost):
                raise StopIteration

        self._show(bar)
        if self.n_iter < max_iter:
            options = {"maxiter": max_iter - self.n_iter, "maxfun": math.inf, "maxcor": N_CORRECTIONS}
            options |= {"gtol": tol, "ftol": 0}
            minimize(self._evaluate, self.start, jac=True, method="L-BFGS-B", callback=accept, options=options)
        if self.iterate.gradient_norm <= tol:
            self.stop(True, f"No entry of the gradient exceeds tol = {tol:g}.")
        elif self.n_iter >= max_iter:
            self.stop(False, f"The gradient still exceeds tol = {tol:g} after max_iter = {max_iter} iterations.")
        elif self.message == GOES_ON:
            self.stop(True, "The cost cannot fall any further in floating point.")

    def stop(self, converged, message):
        self.converged, self.message = converged, message

    def training(self):
        return Training(
            self.best.theta.copy(), self.best.cost, self.n_iter, self.converged, self.message, self._history()
        )

    def save(self):
        if self.path is None:
            return
        start = time.monotonic()
        Checkpoint(self.best.theta, self.best.cost, self._history(), Settings.of(self.objective)).save(self.path)
        end = time.monotonic()
        self.next_save = end + (end - start) / CHECKPOINT_SHARE

    def _evaluate_start(self):
        point = self._point(self.start.astype(np.float64))
        if not _is_finite(point):
            raise ValueError(f"cost and gradient must be finite at the first theta, got the cost {point.cost}")
        if self.resumed is not None:
            tolerance = math.sqrt(np.finfo(self.start.dtype).eps)  # the sums may be rounded in another order
            if not math.isclose(point.cost, self.resumed.cost, rel_tol=tolerance):
                raise ValueError(
                    f"X and targets must be those of the checkpoint: its theta had the cost {self.resumed.cost}, "
                    f"got {point.cost}; to train on other data, start from its theta"
                )
        self.best = self.latest = self.iterate = point
        if self.resumed is None:
            self._add_row()

    def _evaluate(self, x):
        if np.array_equal(x, self.latest.x):
            return self.latest.cost, self.latest.gradient
        point = self._point(x)
        if not _is_finite(point):
            return self._rising_parabola(x)
        self.latest = point
        if point.cost < self.best.cost:
            self.best = point
        return point.cost, point.gradient

    def _point(self, x):
        theta = x.astype(self.start.dtype)
        cost, gradient, mean_activations = self.objective.evaluate(theta, self.X, self.targets)
        means = tuple(float(np.mean(rho_hat)) for rho_hat in mean_activations)
        return _Point(x.copy(), theta, float(cost), np.array(gradient, np.float64), means)

    def _rising_parabola(self, x):
        """Cost and gradient for a step on which the true ones are not finite.

        SciPy's line search would make theta NaN. It interpolates instead a parabola along the step s, with the true
        cost J and slope g s < 0 at its beginning and its minimum at a quarter: at s it is J - g s, with slope -3 g s.
        """
        cost, gradient = self.iterate.cost, self.iterate.gradient
        return cost - gradient @ (x - self.iterate.x), -3 * gradient

    def _add_row(self):
        self.rows.append((self.iterate.cost, self.iterate.gradient_norm, self.iterate.mean_activations))

    def _history(self):
        costs, gradient_norms, mean_activations = zip(*self.rows, strict=True)
        return History(np.array(costs), np.array(gradient_norms), np.array(mean_activations))

    def _show(self, bar):
        postfix = {"cost": f"{self.iterate.cost:.6g}", "gradient": f"{self.iterate.gradient_norm:.1e}"}
        if self.iterate.mean_activations:
            postfix["rho_hat"] = " ".join(f"{mean:.3g}" for mean in self.iterate.mean_activations)
        bar.set_postfix(postfix, refresh=False)


@contextmanager
def _progress_bar(progress, n_iter, max_iter):
    """A bar that stays when training ends or is interrupted, and goes on an error."""
    with tqdm(total=max_iter, initial=n_iter, disable=not progress, dynamic_ncols=True) as bar:
        try:
            yield bar
        except Exception:
            bar.leave = False
            raise


def _rows(history):
    return list(
        zip(
            history.costs.tolist(),
            history.gradient_norms.tolist(),
            map(tuple, history.mean_activations.tolist()),
            strict=True,
        )
    )


def _is_finite(point):
    return math.isfinite(point.cost) and np.isfinite(point.gradient).all()


def _check_arguments(objective, max_iter, callback):
    if not callable(getattr(objective, "evaluate", None)):
        raise TypeError(f"objective must have a method evaluate, as Objective has, got {type(objective).__name__}")
    if isinstance(max_iter, bool | np.bool_) or not isinstance(max_iter, int | np.integer):
        raise TypeError(f"max_iter must be a positive integer, got {max_iter!r}")
    if max_iter < 1:
        raise ValueError(f"max_iter must be positive, got {max_iter}")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be callable, got {type(callback).__name__}")
