"""Training: L-BFGS finds a minimum of an objective."""

import math
import os
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from sparseae_lib.checkpoints import Checkpoint, CheckpointWriter, History
from sparseae_lib.cost_function import described, is_pair
from sparseae_lib.layouts import Layout, check_layout, from_layout, to_layout
from sparseae_lib.objective import Evaluation
from sparseae_lib.threads import one_blas_thread
from sparseae_lib.typing import Floats
from sparseae_lib.validation import (
    check_boolean,
    check_float,
    check_non_negative,
    check_positive_integer,
    check_shape,
    check_theta,
    is_ordered,
    shortened,
)

# How many pairs of steps and gradient differences L-BFGS remembers. On 64-25-64 with 2000 patches of images, 20 pairs
# reach in 340 to 382 iterations the cost that 10, SciPy's default, reach in 400 (in 7 of 8 trainings, and almost in the
# eighth). They add 0.2 ms to an iteration, which takes 14 ms with 10000 patches.
N_CORRECTIONS = 20

BAR = "{n_fmt}/{total_fmt} |{bar}| {elapsed}<{remaining}{postfix}"  # fits 80 columns with two hidden layers


Data = TypeVar("Data", contravariant=True)  # the samples, of the type that the objective takes


class Evaluated(Protocol[Data]):
    """What ``train`` asks of an objective: the method ``evaluate``, as ``Objective`` has it."""

    def evaluate(self, theta: NDArray[Any], X: Data, targets: Data | None = None, /) -> Evaluation:
        """Cost, gradient and the mean activations of the hidden units at ``theta``."""


@dataclass(frozen=True, eq=False)
class Training:
    """What ``train`` returns, and hands to its callback.

    ``theta``, in the precision of the theta given and in its order, that of ``layout``, has the lowest ``cost`` that
    was evaluated; but if the gradient came within ``tol``, it is the point at which it did. ``n_iter`` is the number of
    iterations, ``message`` says in a sentence why training stopped, and ``converged`` says whether it stopped at an
    optimum. ``mean_activations`` are those of the hidden units at ``theta``, one array (S_l,) per hidden layer.
    ``interrupted`` says whether Ctrl-C stopped it, so that a loop over several trainings can stop as well.
    """

    theta: Floats
    cost: float
    n_iter: int
    converged: bool
    message: str
    history: History
    mean_activations: tuple[NDArray[Any], ...]
    interrupted: bool = False
    layout: Layout = "rows"


def train(
    objective: Evaluated[Data] | Callable[..., tuple[float, Floats]],
    theta: Floats | Checkpoint,
    X: Data | None = None,
    targets: Data | None = None,
    *,
    sample_weight: Data | None = None,
    max_iter: int = 400,
    tol: float = 1e-5,
    max_time: float | None = None,
    progress: bool = False,
    callback: Callable[[Training], object] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    layout: Layout = "rows",
) -> Training:
    r"""Minimise ``objective`` from ``theta`` with L-BFGS (SciPy's L-BFGS-B without bounds). Returns a ``Training``.

    ``objective`` is an ``Objective``, or any object with its method ``evaluate``, to which ``X`` and ``targets`` are
    handed as they are, and so is ``sample_weight`` if it is given. Or it is a function that returns the pair (cost,
    gradient) for theta and for those of the three that are given: ``train(lambda theta: my_cost(theta, X), theta)``.

    ``theta`` is a flat array of float32 or float64, which decides the precision of every evaluation; or it is a
    ``Checkpoint``. ``layout`` names the order in which theta holds the weights and biases of an ``Objective``, see
    ``layouts``; the theta of the ``Training`` is in the same order, but files hold the order ``rows``.

    Training stops

    - converged, if no entry of the gradient exceeds ``tol``,
      :math:`\max_i |\partial J / \partial\theta_i| \le tol`;
    - converged, if the cost cannot fall any further in floating point: an iteration or a whole line search does not
      lower it, and the gradient promises no more than rounding errors. (SciPy's ``ftol`` is 0, because a greater one
      stops early: in float32 an iteration that gained 1e-7 of the cost was followed by a hundred that gained 1e-3.)
    - not converged, if no lower cost is found although the gradient promises one: it may not be that of the cost;
    - not converged, after ``max_iter`` iterations, including those before a checkpoint;
    - not converged, after the first iteration that ends more than ``max_time`` seconds after the start, if it is given;
    - not converged, if ``callback`` raises StopIteration;
    - not converged, on Ctrl-C at any moment. Before the first evaluation there is nothing to return, so
      KeyboardInterrupt is raised.

    ``progress`` shows a bar on stderr. ``callback`` is called with the ``Training`` so far after each iteration.

    ``checkpoint`` is the path of a file that keeps the best parameters so far. It is written after the first iteration,
    then as often as is possible in a hundredth of the time, and at the end, if possible also if that is an error or
    SystemExit. ``train(objective, load_checkpoint(path), X)`` resumes the training, and with it the count of iterations
    and the history. The memory of L-BFGS is not in the file, because SciPy does not expose it. So the path differs from
    that of an uninterrupted training, although both end at an optimum.

    A step on which the cost or the gradient is not finite is shortened. During training BLAS has one thread, because
    the pools that NumPy and SciPy each bring would compete, and an ``Objective`` has threads of its own, over samples.

    Raises TypeError or ValueError for bad arguments, for a cost or a gradient that is not finite at the start, and for
    a checkpoint of another objective or of other data. Raises FileExistsError, before it begins, if ``checkpoint`` is
    a file already, unless it is the one that is resumed: a script that is run twice destroys nothing; and later, if
    somebody else has written there meanwhile. Raises OSError if the checkpoint cannot be written, and whatever the
    objective or the callback raises. If a training has begun, the attribute ``training`` of any error, and of
    SystemExit, is the ``Training`` so far.
    """
    _check_arguments(objective, max_iter, callback, progress)
    evaluate = getattr(objective, "evaluate", None) or _evaluation_of_pair(objective)
    tol = check_non_negative("tol", tol)
    deadline = math.inf if max_time is None else time.monotonic() + check_non_negative("max_time", max_time)
    if isinstance(theta, Checkpoint):
        theta.settings.check_same(objective)
        start, earlier = theta.theta, theta
    else:
        check_theta(theta)
        check_shape("theta", theta, ("n",))
        start, earlier = theta, None
    as_given = _as_given(objective, layout)
    if layout != "rows" and earlier is None:
        start = from_layout(start, objective.layer_sizes, layout)
    writer = None if checkpoint is None else CheckpointWriter(checkpoint, objective, earlier)
    data = (X, targets) if sample_weight is None else (X, targets, sample_weight)
    run = _Run(lambda parameters: evaluate(parameters, *data), start.dtype)
    try:
        try:
            with one_blas_thread, _progress_bar(progress, earlier, max_iter) as bar:
                run.begin(start, earlier)
                seen = callback and (lambda training: callback(as_given(training)))
                verdict = _minimize(run, max_iter, tol, deadline, bar, writer, seen)
            return as_given(_finish(run, writer, *verdict))
        except KeyboardInterrupt:
            if run.best is None:
                raise
            message = f"Interrupted after {run.n_iter} iterations; theta is the best so far."
            return as_given(replace(_finish(run, writer, False, message), interrupted=True))
    except (Exception, SystemExit) as error:  # such as a full disk, at the end of a long training or before
        if run.best is not None:
            training = run.training(message=f"Ended by an error, {type(error).__name__}.")
            error.training = as_given(training)
            error.add_note("The attribute training of this error holds the best parameters.")
            if writer is not None and not isinstance(error, OSError):  # which is the writer's own, or like it
                with suppress(Exception):
                    writer.write(training)
        raise


def _minimize(run, max_iter, tol, deadline, bar, writer, callback):
    """Bring ``run`` to the point where training stops. Returns whether it converged, and why it stopped."""

    def after_iteration(_x):
        run.accept()
        _show(bar, run)
        if writer is not None and writer.is_due:
            writer.write(run.training())
        if callback is not None:
            try:
                callback(run.training())
            except StopIteration as stop:  # SciPy would swallow it and not say so
                raise _Stopped("The callback stopped the training") from stop
        if time.monotonic() > deadline and run.n_iter < max_iter and run.iterate.gradient_norm > tol:
            raise _Stopped("max_time was over")

    _show(bar, run)
    if run.n_iter < max_iter:
        limits = {"maxiter": max_iter - run.n_iter, "maxfun": math.inf, "gtol": tol, "ftol": 0}
        try:
            minimize(
                run.cost_and_gradient,
                run.iterate.x,
                jac=True,
                method="L-BFGS-B",
                callback=after_iteration,
                options={"maxcor": N_CORRECTIONS} | limits,
            )
        except _Stopped as stop:
            return False, f"{stop} after {run.n_iter} iterations."
    gradient = f"The largest entry of the gradient, {run.iterate.gradient_norm:.1e},"
    if run.iterate.gradient_norm <= tol:
        run.best = run.iterate
        return True, f"{gradient} is within tol = {tol:g}."
    if run.n_iter >= max_iter:
        return False, f"{gradient} still exceeds tol = {tol:g} after {run.n_iter} iterations."
    if run.promises_descent():
        question = "is it the gradient of the cost?" if run.last_was_finite else "it was not finite at the last step."
        return False, f"{gradient} promises a lower cost, but none was found: {question}"
    return True, "The cost cannot fall any further in floating point."


def _evaluation_of_pair(function):
    """A function that returns the pair (cost, gradient), as a method ``evaluate``."""

    def evaluate(theta, *data):
        answer = function(theta, *(array for array in data if array is not None))
        if not is_pair(answer):
            raise TypeError(
                "objective must return the pair (cost, gradient), with the gradient as an array, "
                f"got {described(answer)}"
            )
        return Evaluation(*answer, mean_activations=())

    return evaluate


def _as_given(objective, layout):
    """What turns a ``Training``, whose theta is in this library's order, into one in the order ``layout``."""
    check_layout(layout)
    if layout == "rows":
        return lambda training: training
    if not hasattr(objective, "layer_sizes"):
        raise TypeError(
            "layout must be left out if objective has no layer_sizes, because theta is then handed on as it is, "
            f"got {layout!r} for {type(objective).__name__}"
        )
    if getattr(objective, "tied", False):
        raise ValueError(f'layout must be "rows" if the weights are tied: theirs has no other order, got {layout!r}')
    sizes = objective.layer_sizes
    return lambda training: replace(training, theta=to_layout(training.theta, sizes, layout), layout=layout)


def _finish(run, writer, converged, message):
    training = run.training(converged, message)
    if writer is not None:
        writer.write(training)
    return training


class _Stopped(Exception):
    """Training is to stop at this iteration, for the reason that it holds."""


class _Point(NamedTuple):
    """An evaluation. ``x`` and ``gradient`` are float64, as in SciPy; ``theta`` is x in the precision asked for."""

    x: np.ndarray
    theta: np.ndarray
    cost: float
    gradient: np.ndarray
    mean_activations: tuple[np.ndarray, ...]

    @property
    def means(self):
        """The mean of rho_hat over the units of each hidden layer."""
        return tuple(float(np.mean(rho_hat)) for rho_hat in self.mean_activations)

    @property
    def gradient_norm(self):
        return float(np.max(np.abs(self.gradient)))

    @property
    def is_finite(self):
        return math.isfinite(self.cost) and bool(np.isfinite(self.gradient).all())


class _Run:
    """The points of a training. ``training`` can answer at any time, because Ctrl-C may come between any two lines."""

    def __init__(self, evaluate, dtype):
        self._evaluate, self._dtype, self._eps = evaluate, dtype, float(np.finfo(dtype).eps)
        self._rows = []  # of the history
        self.best = None  # the point of lowest cost
        self.iterate = None  # where L-BFGS is
        self._latest = None  # the point evaluated last
        self.last_was_finite = True  # cost and gradient where they were evaluated last
        self._neighbour = None  # a point near the iterate, for the curvature there; usually the iterate before

    @property
    def n_iter(self):
        return len(self._rows) - 1

    def training(self, converged=False, message="Training goes on."):
        costs, gradient_norms, means = zip(*self._rows, strict=True)
        history = History(np.array(costs), np.array(gradient_norms), np.array(means))
        best, mean_activations = self.best, tuple(map(np.copy, self.best.mean_activations))
        return Training(best.theta.copy(), best.cost, self.n_iter, converged, message, history, mean_activations)

    def begin(self, theta, earlier):
        """Evaluate the start, which is that of the checkpoint ``earlier`` if there is one."""
        point = self._point(theta)
        if not point.is_finite:
            raise ValueError(f"cost and gradient must be finite at the start, got {_not_finite(point)}")
        if earlier is None:
            self._rows = [_row(point)]
        else:
            tolerance = math.sqrt(self._eps)  # another machine may sum in another order
            if not math.isclose(point.cost, earlier.cost, rel_tol=tolerance):
                raise ValueError(
                    f"X and targets must be those of the checkpoint, at whose theta the cost was {earlier.cost}, "
                    f"got {point.cost}; to train on other data, start from its theta"
                )
            self._rows = _rows(earlier.history)
        self.iterate = self._latest = self._neighbour = self.best = point

    def cost_and_gradient(self, x):
        """What SciPy evaluates; it asks for the start again."""
        if not np.array_equal(x, self._latest.x):
            point = self._point(x)
            self.last_was_finite = point.is_finite
            if not point.is_finite:
                return self._rising_parabola(x)
            if point.cost < self.best.cost:
                self.best = point
            if self._neighbour is self.iterate:
                self._neighbour = point
            self._latest = point
        return self._latest.cost, self._latest.gradient

    def accept(self):
        """Take the latest point as the iterate: L-BFGS accepts the last step of its line search, or none."""
        self._rows.append(_row(self._latest))
        # If the cost has hardly changed, both points may round to the same theta.
        if self.iterate.cost - self._latest.cost > self._eps * abs(self._latest.cost):
            self._neighbour = self.iterate
        self.iterate = self._latest

    def promises_descent(self):
        r"""Whether the gradient promises a decrease of the cost that would show above rounding errors.

        With :math:`c = y^T y / |s^T y|`, the curvature along a step s that changed the gradient by y, it promises
        :math:`g^T g / 2c`. At the end of 600 trainings of small autoencoders this was at most 92
        :math:`\varepsilon |J|`, but with 540 wrong gradients it was at least 7e10 of them in float64 and 300 in
        float32. The bound :math:`\varepsilon^{2/3} |J|` lies between the two in both precisions.
        """
        s, y = self.iterate.x - self._neighbour.x, self.iterate.gradient - self._neighbour.gradient
        g = self.iterate.gradient
        return not (g @ g) * abs(s @ y) < 2 * (y @ y) * self._eps ** (2 / 3) * abs(self.iterate.cost)

    def _point(self, x):
        x = np.array(x, np.float64)
        theta = x.astype(self._dtype, copy=False)
        answer = self._evaluate(theta.copy())  # which a function may use as its memory
        if not isinstance(answer, tuple | list) or len(answer) != 3 or not is_ordered(answer[2]):
            raise TypeError(
                "objective.evaluate must return (cost, gradient, mean_activations), the last with an array per hidden "
                f"layer, got {described(answer)}"
            )
        cost, gradient, mean_activations = answer
        check_float("the gradient", gradient)
        check_shape("the gradient", gradient, x.shape)
        return _Point(x, theta, _real(cost), np.array(gradient, np.float64), tuple(map(np.array, mean_activations)))

    def _rising_parabola(self, x):
        r"""Cost and gradient to give SciPy at an ``x`` where they are not finite; else its line search would give NaN.

        They are those of a parabola along the step :math:`s = x - x_k`, with the true cost and directional
        derivative :math:`g^T s < 0` at :math:`x_k` and its minimum at a quarter of the step, which is tried next.
        """
        cost, gradient = self.iterate.cost, self.iterate.gradient
        return cost - gradient @ (x - self.iterate.x), -3 * gradient


def _real(cost):
    """The cost as a float, which may be infinite. Raises TypeError if it is no real number."""
    # float() would take a text, and the real part of a complex number of NumPy's.
    if np.ndim(cost) == 0 and not isinstance(cost, str | bytes | bool | np.bool_) and not np.iscomplexobj(cost):
        with suppress(TypeError, OverflowError):
            return float(cost)
    raise TypeError(f"the cost must be a real number, got {shortened(cost)}")


def _not_finite(point):
    """The cost, or the first entry of the gradient that is not finite."""
    if not math.isfinite(point.cost):
        return f"the cost {point.cost}" + (": are theta or the samples too large?" if point.cost == math.inf else "")
    index = np.argmin(np.isfinite(point.gradient))
    return f"gradient[{index}] = {point.gradient[index]}"


def _row(point):
    return point.cost, point.gradient_norm, point.means


def _rows(history):
    means = map(tuple, history.mean_activations.tolist())
    return list(zip(history.costs.tolist(), history.gradient_norms.tolist(), means, strict=True))


@contextmanager
def _progress_bar(progress, earlier, max_iter):
    """A bar that stays when training ends or is interrupted, and disappears on an error."""
    n_iter = 0 if earlier is None else earlier.n_iter
    with tqdm(initial=n_iter, total=max_iter, disable=not progress, dynamic_ncols=True, bar_format=BAR) as bar:
        try:
            yield bar
        except Exception:
            bar.leave = False
            raise


def _show(bar, run):
    if bar.disable:
        return
    point = run.iterate
    postfix = {"cost": f"{point.cost:.6g}", "gradient": f"{point.gradient_norm:.1e}"}
    if point.mean_activations:
        postfix["rho_hat"] = " ".join(f"{mean:.3g}" for mean in point.means)
    bar.set_postfix(postfix, refresh=False)
    bar.update(run.n_iter - bar.n)


def _check_arguments(objective, max_iter, callback, progress):
    if isinstance(objective, type) or not callable(getattr(objective, "evaluate", objective)):
        raise TypeError(
            "objective must have a method evaluate, as Objective has, or be a function that returns (cost, gradient), "
            f"got {type(objective).__name__}"
        )
    check_positive_integer("max_iter", max_iter)
    check_boolean("progress", progress)
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be callable, got {type(callback).__name__}")
