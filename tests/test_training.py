"""Training ends at an optimum, stops where it is told to, and says what happened."""

import itertools
import json
import math
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import minimize
from threadpoolctl import threadpool_info, threadpool_limits

from sparseae_lib.checkpoints import load_checkpoint
from sparseae_lib.layouts import to_layout
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Evaluation, Objective
from sparseae_lib.training import N_CORRECTIONS, Training, train

ROOT = Path(__file__).parents[1]  # from where a child imports the library
SIZES = (6, 3, 6)


@pytest.fixture
def problem():
    """Objective, theta and X; L-BFGS converges in about 60 iterations."""
    rng = np.random.default_rng(3)
    objective = Objective(SIZES, rho=0.2, beta=0.5, weight_decay=1e-2)
    return objective, init_parameters(SIZES, rng), rng.uniform(0.1, 0.9, (20, 6))


class Function:
    """An objective from a function of theta that returns cost and gradient; ``seen`` holds (theta, cost)."""

    def __init__(self, function):
        self.function, self.seen = function, []

    def evaluate(self, theta, X, targets):
        cost, gradient = self.function(theta)
        self.seen.append((theta, cost))
        return Evaluation(cost, gradient, ())


def parabola(theta):
    """Its minimum, at 100, is far from a start at 0: a first line search takes several evaluations."""
    return float(np.sum((theta - 100) ** 2)), 2 * (theta - 100)


# What training returns


def test_training_ends_at_an_optimum(problem):
    objective, theta, X = problem
    training = train(objective, theta, X, tol=1e-6)
    cost, gradient = objective(training.theta, X)
    assert training.converged
    assert training.cost == cost == training.history.costs[-1]
    assert np.abs(gradient).max() == training.history.gradient_norms[-1] <= 1e-6
    assert training.history.gradient_norms[:-1].min() > 1e-6
    assert training.message.endswith("is within tol = 1e-06.")
    assert (type(training.cost), type(training.n_iter), type(training.converged)) == (float, int, bool)


def test_history_has_a_row_for_the_start_and_for_each_iteration():
    rng = np.random.default_rng(0)
    objective = Objective((5, 4, 3, 5), rho=0.2, beta=0.1)
    X, theta = rng.uniform(0, 1, (9, 5)), init_parameters((5, 4, 3, 5), rng)
    thetas = [theta]
    history = train(objective, theta, X, max_iter=8, callback=lambda training: thetas.append(training.theta)).history
    evaluations = [objective.evaluate(theta, X) for theta in thetas]
    assert history.costs.tolist() == [evaluation.cost for evaluation in evaluations]
    assert history.gradient_norms.tolist() == [np.abs(evaluation.gradient).max() for evaluation in evaluations]
    means = [[rho_hat.mean() for rho_hat in evaluation.mean_activations] for evaluation in evaluations]
    assert history.mean_activations.tolist() == means
    assert (history.costs.shape, history.mean_activations.shape) == ((9,), (9, 2))
    assert (np.diff(history.costs) < 0).all()


def test_a_network_without_hidden_layer_has_no_mean_activations():
    rng = np.random.default_rng(0)
    training = train(Objective((3, 2)), init_parameters((3, 2), rng), rng.random((5, 3)), rng.random((5, 2)))
    assert training.converged
    assert training.history.mean_activations.shape == (training.n_iter + 1, 0)


def test_training_evaluates_no_more_than_scipy_does(problem):
    objective, theta, X = problem
    function = Function(lambda theta: objective(theta, X))
    training = train(function, theta, None, tol=1e-6)
    options = {"maxcor": N_CORRECTIONS, "gtol": 1e-6, "ftol": 0}
    with threadpool_limits(1, "blas"):  # as in a training: with more threads some kernels add in another order
        result = minimize(lambda theta: objective(theta, X), theta, jac=True, method="L-BFGS-B", options=options)
    assert (len(function.seen), training.n_iter) == (result.nfev, result.nit)
    assert training.theta.tobytes() == result.x.tobytes()


def test_the_same_input_gives_the_same_bytes(problem):
    first, second = (train(*problem, max_iter=30) for _ in range(2))
    assert first.theta.tobytes() == second.theta.tobytes()
    assert first.history.costs.tobytes() == second.history.costs.tobytes()


def test_theta_may_be_strided_and_read_only_and_is_not_changed(problem):
    objective, theta, X = problem
    strided = np.repeat(theta, 2)[::2]
    strided.flags.writeable = False
    training = train(objective, strided, X, max_iter=5)
    assert training.theta.tobytes() == train(objective, theta, X, max_iter=5).theta.tobytes()
    assert strided.tobytes() == theta.tobytes()


def test_float32_is_evaluated_in_float32(problem):
    objective, theta, X = problem
    function = Function(lambda theta: objective(theta, X.astype(np.float32)))
    training = train(function, theta.astype(np.float32), None, tol=1e-4)
    assert {theta.dtype for theta, _ in function.seen} == {np.dtype(np.float32)}
    assert training.theta.dtype == np.float32
    assert training.cost == objective(training.theta, X.astype(np.float32))[0]
    assert training.converged
    assert training.cost == pytest.approx(train(objective, theta, X).cost, rel=1e-4)


def test_data_and_targets_are_handed_through_as_they_are(problem):
    objective, theta, X = problem
    data, answer = object(), object()
    seen = set()

    def evaluate(theta, *rest):
        seen.add(rest)
        return objective.evaluate(theta, X)

    train(SimpleNamespace(evaluate=evaluate), theta, data, answer, max_iter=3)
    assert seen == {(data, answer)}


# When it stops


@pytest.mark.parametrize("max_iter", [1, 7, np.int64(7)])
def test_training_stops_at_max_iter(problem, max_iter):
    training = train(*problem, max_iter=max_iter)
    assert (training.n_iter, training.converged) == (max_iter, False)
    assert f"still exceeds tol = 1e-05 after {max_iter} iterations" in training.message


def test_training_stops_when_its_time_is_over(problem):
    at_once = train(*problem, max_time=0)
    assert (at_once.n_iter, at_once.converged) == (1, False)
    assert at_once.message == "max_time was over after 1 iterations."
    assert len(at_once.history.costs) == 2 and at_once.cost == min(at_once.history.costs)
    assert train(*problem, max_time=600).n_iter == train(*problem).n_iter > 10


def test_the_mean_activations_are_those_at_theta(problem):
    objective, theta, X = problem
    training = train(objective, theta, X, max_iter=7)
    (rho_hat,) = training.mean_activations
    assert np.array_equal(rho_hat, objective.evaluate(training.theta, X).mean_activations[0])
    assert training.history.mean_activations[-1].tolist() == [rho_hat.mean()]


def test_an_optimum_at_the_last_iteration_is_converged(problem):
    whole = train(*problem)
    assert train(*problem, max_iter=whole.n_iter).converged
    assert not train(*problem, max_iter=whole.n_iter - 1).converged


def test_evaluations_are_not_limited():
    """SciPy's default is 15000. Here a line search ends after many, since every other cost is not finite."""
    calls = 0

    def function(theta):
        nonlocal calls
        calls += 1
        cost, gradient = parabola(theta)
        return (cost, gradient) if calls % 13 == 1 else (math.nan, gradient)

    training = train(Function(function), np.zeros(2), None, max_iter=1400, tol=0)
    assert calls > 16000
    assert training.n_iter == 1400


def test_an_optimum_is_where_training_stays(problem):
    objective, theta, X = problem
    optimum = train(objective, theta, X)
    again = train(objective, optimum.theta, X)
    assert (again.n_iter, again.converged, len(again.history.costs)) == (0, True, 1)
    assert again.theta.tobytes() == optimum.theta.tobytes()


def test_theta_is_where_the_gradient_is_within_tol():
    """A step may be passed over that is lower, but steep still."""
    answers = iter([(0.0, -1.0), (-1.0, -0.95), (-0.9, 0.0)])

    def function(theta):
        cost, gradient = next(answers)
        return cost, np.array([gradient])

    objective = Function(function)
    training = train(objective, np.zeros(1), None)
    assert training.converged
    assert (training.theta, training.cost) == objective.seen[-1]
    assert training.cost == -0.9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(4))
def test_a_cost_that_cannot_fall_in_floating_point_has_converged(problem, dtype, seed):
    objective, _, X = problem
    theta = init_parameters(SIZES, np.random.default_rng(seed)).astype(dtype)
    training = train(objective, theta, X, tol=0)
    assert training.message == "The cost cannot fall any further in floating point."
    assert training.converged
    assert training.n_iter < 100
    assert training.history.gradient_norms[-1] < np.finfo(dtype).eps ** 0.5
    again = train(objective, training.theta, X, tol=0)
    assert again.converged
    assert again.cost <= training.cost


# Some of these end with steps so short that the gradient no longer changes.
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", [1, 2, 3, 217, 318])
def test_autoencoders_of_many_sizes_converge_to_the_last_digit(seed, dtype):
    rng = np.random.default_rng(seed)
    n, n_hidden, m = (int(rng.integers(low, high)) for low, high in [(2, 9), (1, 6), (1, 30)])
    X, beta, weight_decay = rng.uniform(0.1, 0.9, (m, n)), rng.choice([0, 0.1, 3]), rng.choice([1e-3, 1e-2, 0.1])
    objective = Objective((n, n_hidden, n), rho=0.2, beta=beta, weight_decay=weight_decay)
    theta = init_parameters((n, n_hidden, n), rng).astype(dtype)
    training = train(objective, theta, X, tol=0, max_iter=2000)
    assert training.converged, training.message


def test_an_iteration_that_gains_nothing_is_the_last():
    def function(theta):
        cost, gradient = answers[len(objective.seen)]
        return cost, np.array([gradient])

    # The third lowers the cost by one unit in the last place, the fourth by none.
    last = np.nextafter(2.0, 0)
    answers = [(4.0, -1.0), (3.0, -0.5), (2.0, -1e-8), (last, -5e-9), (last, -1e-9), (1.0, -1e-10)]
    objective = Function(function)
    training = train(objective, np.zeros(1), None, tol=0)
    assert training.history.costs.tolist() == [4, 3, 2, last, last]
    assert training.message == "The cost cannot fall any further in floating point."


WRONG = {
    "another sign": lambda objective, theta, gradient: -gradient,
    "one sign": lambda objective, theta, gradient: gradient * np.where(np.arange(len(theta)) == 2, -1, 1),
    "another order": lambda objective, theta, gradient: np.roll(gradient, 1),
    "no decay": lambda objective, theta, gradient: gradient - objective.weight_decay * theta,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_gradient_has_not_converged(problem, dtype, wrong):
    objective, theta, X = problem

    def function(theta):
        cost, gradient = objective(theta, X)
        return cost, WRONG[wrong](objective, theta, gradient)

    training = train(Function(function), theta.astype(dtype), None, max_iter=2000)
    assert not training.converged
    assert training.message.endswith("promises a lower cost, but none was found: is it the gradient of the cost?")


def test_a_callback_sees_the_training_so_far_and_may_stop_it(problem):
    seen = []

    def callback(training):
        seen.append(training)
        if training.n_iter == 4:
            raise StopIteration

    training = train(*problem, callback=callback)
    assert [training.n_iter for training in seen] == [1, 2, 3, 4]
    assert all(isinstance(training, Training) and not training.converged for training in seen)
    assert (training.n_iter, training.converged) == (4, False)
    assert training.message == "The callback stopped the training after 4 iterations."
    assert training.theta.tobytes() == seen[-1].theta.tobytes()


def test_a_callback_may_write_to_its_theta(problem):
    def callback(training):
        training.theta[:] = np.nan

    assert train(*problem, callback=callback).theta.tobytes() == train(*problem).theta.tobytes()


def test_a_cost_may_write_to_its_theta():
    def cost_and_gradient(theta):
        cost, gradient = (theta - 1) @ (theta - 1), 2 * (theta - 1)
        theta[:] = np.nan
        return cost, gradient

    start = np.array([5.0, 7.0])
    training = train(cost_and_gradient, start)
    assert training.converged
    np.testing.assert_allclose(training.theta, 1, atol=1e-6)
    assert start.tolist() == [5, 7]


@pytest.mark.parametrize("layout", ["rows", "ufldl"])
def test_an_error_of_the_callback_is_raised_and_holds_the_training(problem, layout):
    def callback(training):
        seen.append(training)
        if training.n_iter == 5:
            raise RuntimeError("from the callback")

    seen = []
    with pytest.raises(RuntimeError, match="from the callback") as raised:
        train(*problem, callback=callback, layout=layout)
    training = raised.value.training
    assert training.n_iter == 5
    assert training.theta.tobytes() == seen[-1].theta.tobytes()
    assert training.message == "Ended by an error, RuntimeError."


def test_an_error_of_the_objective_holds_the_training():
    def function(theta):
        if len(objective.seen) == 4:
            raise MemoryError
        return parabola(theta)

    objective = Function(function)
    with pytest.raises(MemoryError) as raised:
        train(objective, np.zeros(3), None)
    assert raised.value.training.cost == min(cost for _, cost in objective.seen)
    assert "The attribute training of this error holds the best parameters." in raised.value.__notes__


# Ctrl-C


@pytest.mark.parametrize("n_evaluations", range(1, 12))
def test_ctrl_c_in_an_evaluation_returns_the_lowest_cost(n_evaluations):
    def function(theta):
        if len(objective.seen) == n_evaluations:
            raise KeyboardInterrupt
        cost, gradient = parabola(theta)
        return cost + 50 * np.cos(theta).sum(), gradient - 50 * np.sin(theta)  # hills, that line searches overstep

    objective = Function(function)
    training = train(objective, np.zeros(3), None)
    theta, cost = min(objective.seen, key=lambda point: point[1])
    assert len(objective.seen) == n_evaluations
    assert training.cost == cost
    assert training.theta.tobytes() == theta.tobytes()
    assert training.message == f"Interrupted after {training.n_iter} iterations; theta is the best so far."
    assert not training.converged


def test_the_best_may_be_a_step_that_is_not_taken_yet():
    def function(theta):
        if len(objective.seen) == 2:
            raise KeyboardInterrupt
        return parabola(theta)

    objective = Function(function)
    training = train(objective, np.zeros(3), None)
    assert training.n_iter == 0
    assert training.cost < training.history.costs[-1]


def test_ctrl_c_in_the_callback_returns_the_best(problem):
    def callback(training):
        if training.n_iter == 5:
            raise KeyboardInterrupt

    training = train(*problem, callback=callback)
    assert training.n_iter == 5
    assert training.theta.tobytes() == train(*problem, max_iter=5).theta.tobytes()


def test_ctrl_c_before_the_first_evaluation_has_nothing_to_return():
    def function(theta):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(Function(function), np.zeros(3), None)


ENDLESS = """
import json, signal
import numpy as np
from sparseae_lib.checkpoints import load_checkpoint
from sparseae_lib.layouts import to_layout
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored in the background
rng = np.random.default_rng(0)
X = rng.random((3000, 40))
objective = Objective((40, 20, 40), rho=0.1, beta=1.0, weight_decay=1e-6)
theta = init_parameters((40, 20, 40), rng)
started = lambda training: training.n_iter == 3 and print("started", flush=True)
training = train(objective, theta, X, max_iter=10**9, tol=0, progress=True, callback=started)
cost = objective(training.theta, X)[0]
right = bool(training.cost == cost <= training.history.costs.min())
print(json.dumps([training.message, training.n_iter, training.converged, right]))
"""


def test_a_real_ctrl_c_returns_the_best():
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=pipe, stderr=pipe, text=True, cwd=ROOT)
    assert process.stdout.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    message, n_iter, converged, right = json.loads(output)
    assert message == f"Interrupted after {n_iter} iterations; theta is the best so far."
    assert n_iter >= 3
    assert (converged, right) == (False, True)


# Costs that are not finite

INFINITE = {
    "nan": lambda cost, gradient: (math.nan, gradient),
    "inf": lambda cost, gradient: (math.inf, gradient),
    "minus inf": lambda cost, gradient: (-math.inf, gradient),
    "nan in the gradient": lambda cost, gradient: (0.0, np.where(gradient == gradient[0], math.nan, 1.0)),
    "all nan": lambda cost, gradient: (math.nan, np.full_like(gradient, math.nan)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("infinite", INFINITE)
def test_a_step_to_where_the_cost_is_not_finite_is_shortened(infinite, dtype):
    """J = -sum(log(1 - theta) + w theta) has its minimum at 1 - 1/w and no value from 1 on."""
    w = np.array([2, 5, 7, 11])
    outside = 0

    def function(theta):
        nonlocal outside
        if theta.max() >= 1:
            outside += 1
            return INFINITE[infinite](1.0, np.ones(4, dtype))
        return -float(np.sum(np.log(1 - theta) + w * theta)), (1 / (1 - theta) - w).astype(dtype)

    training = train(Function(function), np.full(4, -300, dtype), None)
    assert outside > 0
    assert training.converged
    # A minimum shows in the cost to the square root of its precision.
    np.testing.assert_allclose(training.theta, 1 - 1 / w, rtol=0, atol=max(1e-5, np.finfo(dtype).eps ** 0.5))


def test_where_no_step_is_finite_theta_stays():
    def function(theta):
        return (0.0 if not theta.any() else math.nan), np.ones(3)

    training = train(Function(function), np.zeros(3), None)
    assert training.theta.tolist() == [0, 0, 0]
    assert not training.converged
    assert training.message.endswith("promises a lower cost, but none was found: it was not finite at the last step.")


def test_a_cost_without_minimum_leaves_theta_finite():
    with np.errstate(over="ignore"):
        training = train(Function(lambda theta: (-float(np.sum(theta**3)), -3 * theta**2)), np.ones(3), None)
    assert np.isfinite(training.theta).all()
    assert math.isfinite(training.cost)
    assert not training.converged


@pytest.mark.parametrize(
    ("cost", "gradient", "came"),
    [
        (math.nan, 1, "the cost nan"),
        (math.inf, 1, r"the cost inf: are theta or the samples too large\?"),
        (1.0, math.nan, r"gradient\[1\] = nan"),
    ],
)
def test_the_start_must_be_finite(cost, gradient, came):
    with pytest.raises(ValueError, match=f"^cost and gradient must be finite at the start, got {came}$"):
        train(Function(lambda theta: (cost, np.array([1.0, gradient, gradient]))), np.zeros(3), None)


# The progress bar


def test_progress_shows_cost_gradient_and_mean_activation(problem, capsys):
    training = train(*problem, max_iter=20, progress=True)
    last = capsys.readouterr().err.split("\r")[-1]
    history = training.history
    assert last.startswith("20/20 |")
    assert f"cost={training.cost:.6g}, gradient={history.gradient_norms[-1]:.1e}" in last
    assert f"rho_hat={history.mean_activations[-1, 0]:.3g}" in last
    assert last.endswith("\n")


def test_without_progress_nothing_is_written(problem, capsys):
    train(*problem)
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_leaves_the_bar(problem, capsys):
    def callback(training):
        if training.n_iter == 5:
            raise KeyboardInterrupt

    train(*problem, progress=True, callback=callback)
    last = capsys.readouterr().err.split("\r")[-1]
    assert last.startswith("5/400 |")
    assert last.endswith("\n")


def test_an_error_leaves_no_bar(problem, capsys):
    def callback(training):
        raise RuntimeError("from the callback")

    with pytest.raises(RuntimeError, match="from the callback"):
        train(*problem, progress=True, callback=callback)
    *_, bar, blank, end = capsys.readouterr().err.split("\r")
    assert "/400" in bar
    assert len(blank) >= len(bar)
    assert (blank.strip(), end) == ("", "")


# The BLAS


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, RuntimeError])
def test_the_blas_has_one_thread_meanwhile(problem, error):
    objective, theta, X = problem
    inside = []

    def function(theta):
        inside.append(blas_threads())
        if error is not None and len(inside) == 3:
            raise error
        return objective(theta, X)

    with threadpool_limits(3, "blas"):
        before = blas_threads()
        try:
            train(Function(function), theta, None, max_iter=5)
        except RuntimeError:
            assert error is RuntimeError
        after = blas_threads()
    assert set(before) == {3}
    assert after == before
    assert len(inside) >= 3
    assert all(set(threads) == {1} for threads in inside)


def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


# A pair, and other orders of theta


def test_a_function_that_returns_the_pair_is_trained_as_an_objective_is(problem):
    objective, theta, X = problem
    expected = train(objective, theta, X)
    for training in (train(lambda t: objective(t, X), theta), train(objective.__call__, theta, X, X)):
        assert np.array_equal(training.theta, expected.theta)
        assert training.n_iter == expected.n_iter
        assert training.history.mean_activations.shape == (training.n_iter + 1, 0)


def test_a_function_that_returns_no_pair(problem):
    objective, theta, X = problem
    with pytest.raises(TypeError, match=r"objective must return the pair \(cost, gradient\), .* got float"):
        train(lambda t: objective.cost(t, X), theta)


@pytest.mark.parametrize("cost", ["1.0", b"1", None, 1j, np.complex128(1), True, 10**400, np.ones(1), [1.0]], ids=repr)
@pytest.mark.parametrize("times", [0, 2])
def test_a_cost_that_is_no_real_number_is_named(cost, times):
    answers = itertools.chain([parabola] * times, itertools.repeat(lambda theta: (cost, theta)))
    with pytest.raises(TypeError, match=r"^the cost must be a real number, got "):
        train(lambda theta: next(answers)(theta), np.array([3.0, 4.0]))


@pytest.mark.parametrize(
    ("gradient", "came"),
    [
        (np.ones(2, int), "int64"),
        (np.ones(2, complex), "complex128"),
        (np.array(["1", "2"]), "<U1"),
        (np.ma.masked_array(np.ones(2), [True, False]), "MaskedArray"),
    ],
    ids=["int", "complex", "text", "masked"],
)
def test_a_gradient_of_another_type_is_named(gradient, came):
    with pytest.raises(TypeError, match=f"^the gradient must be .*float32 or float64.*, got {came}"):
        train(lambda theta: (1.0, gradient), np.zeros(2))


@pytest.mark.parametrize(
    ("answer", "came"),
    [((np.ones(2), 1.0), r"tuple of \(ndarray, float\)"), ([1.0, [1.0, 1.0]], r"list of \(float, list\)")],
)
def test_what_came_is_said_if_it_is_no_pair(answer, came):
    with pytest.raises(TypeError, match=rf"objective must return the pair \(cost, gradient\), .* got {came}"):
        train(lambda theta: answer, np.zeros(2))


def test_a_theta_in_another_layout_is_trained_and_returned_in_it(problem, tmp_path):
    objective, theta, X = problem
    expected = train(objective, theta, X)
    seen = []
    training = train(
        objective,
        to_layout(theta, SIZES, "ufldl"),
        X,
        layout="ufldl",
        callback=lambda training: seen.append(training.theta),
        checkpoint=tmp_path / "c.npz",
    )
    assert np.array_equal(training.theta, to_layout(expected.theta, SIZES, "ufldl"))
    assert np.array_equal(seen[-1], training.theta)
    saved = load_checkpoint(tmp_path / "c.npz")
    assert np.array_equal(saved.theta, expected.theta)
    resumed = train(objective, saved, X, layout="ufldl", max_iter=saved.n_iter)
    assert np.array_equal(resumed.theta, training.theta)


def test_a_layout_needs_an_objective_with_layers():
    with pytest.raises(TypeError, match=r"layout must be left out if objective has no layer_sizes, .* got 'ufldl'"):
        train(parabola, np.zeros(3), layout="ufldl")


@pytest.mark.parametrize("resumed", [False, True])
def test_tied_weights_have_no_other_layout(resumed, tmp_path):
    objective = Objective((6, 3, 6), tied=True)
    rng = np.random.default_rng(0)
    start, X = init_parameters((6, 3, 6), rng, tied=True), rng.random((20, 6))
    path = tmp_path / "c.npz"
    train(objective, start, X, max_iter=2, checkpoint=path)
    with pytest.raises(ValueError, match=r"layout must be .rows. if the weights are tied: .*, got 'ufldl'"):
        train(objective, load_checkpoint(path) if resumed else start, X, layout="ufldl")


# Bad arguments


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("objective", None, TypeError, r"objective must have a method evaluate, .* or be a function .*, got NoneType"),
        (
            "objective",
            Objective,
            TypeError,
            "objective must have a method evaluate, as Objective has, or be a function",
        ),
        ("theta", [0.0] * 45, TypeError, "theta must be a NumPy array of float32 or float64, got list"),
        ("theta", np.zeros(45, int), TypeError, "theta must be of type float32 or float64, got int64"),
        ("theta", np.zeros(45, complex), TypeError, "theta must be of type float32 or float64, got complex128"),
        ("theta", np.zeros((45, 1)), ValueError, r"theta must have shape \(n,\), got \(45, 1\)"),
        ("theta", np.zeros(44), ValueError, r"theta must have shape \(45,\), got \(44,\)"),
        ("theta", np.zeros(0), ValueError, r"theta must have at least one entry, got shape \(0,\)"),
        ("theta", np.full(45, np.nan), ValueError, r"theta must be finite, got theta\[0\] = nan"),
        ("X", np.zeros((3, 5)), ValueError, "X must have shape"),
        ("max_iter", 2.0, TypeError, "max_iter must be a positive integer, got 2.0"),
        ("max_iter", True, TypeError, "max_iter must be a positive integer, got True"),
        ("max_iter", 0, ValueError, "max_iter must be a positive integer, got 0"),
        ("max_time", -1, ValueError, "max_time must be finite and not negative, got -1"),
        ("max_time", "1 h", TypeError, "max_time must be a non-negative number, got '1 h'"),
        ("tol", -1e-5, ValueError, "tol must be finite and not negative, got -1e-05"),
        ("tol", math.nan, ValueError, "tol must be finite and not negative, got nan"),
        ("tol", "1e-5", TypeError, "tol must be a non-negative number, got '1e-5'"),
        ("callback", 3, TypeError, "callback must be callable, got int"),
        ("progress", "no", TypeError, "progress must be True or False, got 'no'"),
        ("layout", "fortran", ValueError, "layout must be one of rows, columns, ufldl, ufldl_rows, got 'fortran'"),
        ("layout", ["rows"], ValueError, "layout must be one of rows, columns, ufldl, ufldl_rows, got "),
        ("checkpoint", 3, TypeError, "checkpoint must be a path, got int"),
        ("checkpoint", True, TypeError, "checkpoint must be a path, got bool"),
    ],
)
def test_bad_arguments(problem, name, value, error, message):
    arguments = dict(zip(("objective", "theta", "X"), problem, strict=True)) | {name: value}
    with pytest.raises(error, match=message):
        train(**arguments)


def test_a_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"the gradient must have shape \(3,\), got \(2,\)"):
        train(Function(lambda theta: (1.0, np.ones(2))), np.zeros(3), None)


def test_a_gradient_of_another_shape_after_the_first():
    """One entry would be broadcast."""
    answers = itertools.chain([parabola], itertools.repeat(lambda theta: (parabola(theta)[0], np.ones(1))))
    with pytest.raises(ValueError, match=r"^the gradient must have shape \(2,\), got \(1,\)"):
        train(lambda theta: next(answers)(theta), np.array([3.0, 4.0]))


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ((1.0, np.ones(2)), r"tuple of \(float, ndarray\)"),
        ((1.0, np.ones(2), (), 3), r"tuple of \(float, ndarray, tuple, int\)"),
        ((1.0, np.ones(2), None), r"tuple of \(float, ndarray, NoneType\)"),
        (None, "NoneType"),
        (1.0, "float"),
    ],
)
def test_an_evaluation_of_other_parts_is_named(answer, came):
    expected = r"objective\.evaluate must return \(cost, gradient, mean_activations\), .*, got "
    with pytest.raises(TypeError, match=f"^{expected}{came}$"):
        train(SimpleNamespace(evaluate=lambda *data: answer), np.zeros(2))
