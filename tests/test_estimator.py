"""The estimator against scikit-learn's own checks, the objective, and the files that it writes and reads."""

import doctest
import io
import json
import os
import pickle
import re
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from copy import deepcopy
from dataclasses import replace
from unittest import SkipTest

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from sparseae_lib import estimator as estimator_module
from sparseae_lib.activations import ACTIVATIONS, Activation, sigmoid, sigmoid_derivative
from sparseae_lib.checkpoints import History, load_checkpoint
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.layouts import to_layout
from sparseae_lib.network import flatten, forward, init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

# Two iterations are enough where the state does not matter.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
any_data = pytest.mark.filterwarnings("ignore:X goes from")  # as scikit-learn's own checks have them
mixes_arrays_and_frames = pytest.mark.filterwarnings("ignore:X .* feature names, but")

FEATURES = 6
HIDDEN = [(4,), (5, 3), (5, 3, 4), (7, 5, 4, 3)]
CODE_WIDTH = list(zip(HIDDEN, [4, 3, 3, 4], strict=True))


def data(m=30, dtype=np.float64, seed=0):
    """Points near a curve in the unit cube."""
    rng = np.random.default_rng(seed)
    t = rng.random((m, 1))
    return (0.5 + 0.4 * np.sin(3 * t + np.arange(FEATURES)) + 0.05 * rng.random((m, FEATURES))).astype(dtype)


def short(hidden=(4,), **parameters):
    return SparseAutoencoder(hidden, **{"max_iter": 3, "random_state": 0, **parameters})


def layers_of(estimator):
    return list(zip(estimator.coefs_, estimator.intercepts_, strict=True))


# scikit-learn's own checks


@any_data
@pytest.mark.filterwarnings("error::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([SparseAutoencoder(), short((5, 4, 3), activation="tanh", beta=0)])
def test_check_of_scikit_learn(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it a check skips itself
    if "sample_weight_equivalence" in str(check):  # to 7 digits; over hundreds of iterations roundings add up to more
        estimator.set_params(max_iter=10)
    try:
        assert check(estimator) is None
    except SkipTest as skip:
        pytest.fail(f"skipped: {skip}")


@pytest.mark.parametrize(
    "name",
    [
        "check_dataframe_column_names_consistency",
        "check_get_feature_names_out_error",
        "check_global_output_transform_pandas",
        "check_global_set_output_transform_polars",
        "check_requires_y_none",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_set_output_transform_polars",
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
    ],
)
@mixes_arrays_and_frames
@any_data
def test_check_that_check_estimator_leaves_out(name):
    assert getattr(estimator_checks, name)("SparseAutoencoder", short()) is None


def test_tags_keep_both_float_types():
    assert SparseAutoencoder().__sklearn_tags__().transformer_tags.preserves_dtype == ["float64", "float32"]


def test_the_example_of_the_docstring_runs():
    results = doctest.testmod(estimator_module)
    assert results.attempted > 5
    assert results.failed == 0


# What is learned


@pytest.mark.parametrize(
    ("activation", "beta"), [("sigmoid", 0), ("sigmoid", 0.3), ("tanh", 0), ("identity", 0)], ids=str
)
@pytest.mark.parametrize("hidden", [(4,), (5, 3, 4)], ids=str)
def test_the_gradient_of_the_fitted_cost_is_small(hidden, activation, beta):
    X = data()
    parameters = {"rho": 0.1, "beta": beta, "weight_decay": 1e-3, "activation": activation}
    estimator = SparseAutoencoder(hidden, **parameters, tol=1e-6, max_iter=5000, random_state=0).fit(X)
    objective = Objective((FEATURES, *hidden, FEATURES), **parameters)
    evaluation = objective.evaluate(flatten(layers_of(estimator)), X)
    assert np.abs(evaluation.gradient).max() <= 1e-6
    assert estimator.cost_ == pytest.approx(evaluation.cost, rel=1e-13)
    for rho_hat, expected in zip(estimator.rho_hat_, evaluation.mean_activations, strict=True):
        np.testing.assert_allclose(rho_hat, expected, rtol=1e-13)


def test_it_reconstructs_data_on_a_curve():
    X = data(60)
    estimator = SparseAutoencoder((5,), beta=0, weight_decay=1e-6, max_iter=3000, random_state=0).fit(X)
    assert -estimator.score(X) < 0.02 * X.var(axis=0).mean()


def test_the_penalty_moves_the_mean_activation_to_rho():
    X = data(60)
    gap = {beta: np.abs(short(beta=beta, rho=0.2, max_iter=300).fit(X).rho_hat_[0] - 0.2).max() for beta in (0, 1, 100)}
    assert gap[100] < gap[1] < gap[0]
    assert gap[100] < 0.01


def test_rho_and_beta_per_hidden_layer():
    X = data(60)
    estimator = short((5, 4), rho=[0.1, 0.7], beta=np.array([50.0, 60.0]), max_iter=400).fit(X)
    np.testing.assert_allclose(estimator.rho_hat_[0], 0.1, atol=0.01)
    np.testing.assert_allclose(estimator.rho_hat_[1], 0.7, atol=0.01)


def test_n_iter_and_history():
    X = data()
    estimator = short((5, 3), max_iter=7).fit(X)
    assert estimator.n_iter_ == 7
    assert len(estimator.history_.costs) == 8
    assert estimator.history_.costs[-1] == estimator.cost_
    means = [rho_hat.mean() for rho_hat in estimator.rho_hat_]
    np.testing.assert_allclose(estimator.history_.mean_activations[-1], means, rtol=1e-13)


def test_labels_are_not_used():
    """A pipeline hands them to each of its steps."""
    X = data()
    for labels in (np.arange(len(X)), ["a", "b"] * 15, pd.Series(np.arange(len(X)))):
        np.testing.assert_array_equal(short().fit(X, labels).coefs_[0], short().fit(X).coefs_[0])


# Targets


def test_targets_are_what_it_learns():
    """The noise is as large as the data: to reproduce it would be an error of 0.09."""
    clean = data(200)
    noisy = clean + np.random.default_rng(1).normal(scale=0.3, size=clean.shape)
    parameters = {"beta": 0, "max_iter": 300, "random_state": 0, "output_activation": "identity"}
    denoising, reproducing = (SparseAutoencoder((5,), **parameters).fit(noisy, *targets) for targets in ((clean,), ()))
    errors = [np.mean((e.inverse_transform(e.transform(noisy)) - clean) ** 2) for e in (denoising, reproducing)]
    assert errors[0] < 0.5 * errors[1]
    assert denoising.score(noisy, clean) == pytest.approx(-errors[0], rel=1e-13)
    assert denoising.score(noisy) < denoising.score(noisy, clean)


@pytest.mark.parametrize("kind", [np.array, lambda a: a.tolist(), pd.DataFrame])
def test_targets_of_any_kind_enter_the_objective(kind):
    X, targets = data(), data(seed=1)
    estimator = short().fit(X, kind(targets))
    objective = Objective((FEATURES, 4, FEATURES), rho=0.05, beta=3.0, weight_decay=1e-4)
    cost = objective.cost(flatten(layers_of(estimator)), X, targets)
    assert estimator.cost_ == pytest.approx(cost, rel=1e-14)
    assert cost != objective.cost(flatten(layers_of(estimator)), X)
    np.testing.assert_array_equal(short().fit_transform(X, kind(targets)), estimator.transform(X))


@pytest.mark.parametrize("shape", [(30, 5), (29, 6), (30, 1), (30, 6, 1), ()])
@pytest.mark.parametrize("method", ["fit", "score"])
def test_targets_of_another_shape_are_refused(method, shape):
    estimator = short().fit(data())
    with pytest.raises(ValueError, match=r"y must be targets of the shape of X, \(30, 6\), or labels .* got shape \("):
        getattr(estimator, method)(data(), np.zeros(shape))


# Data that the output cannot reach


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("change", "parameters", "message"),
    [
        (
            lambda X: 16 * X,
            {},
            r"X goes from .* to .*, with \d+ of 180 entries outside \[0, 1\], .* sigmoid",
        ),
        (lambda X: X - 0.5, {}, r"MinMaxScaler\(feature_range=\(0, 1\)\) does, or set output_activation='identity'"),
        (lambda X: 2 * X, {"activation": "tanh", "beta": 0}, r"outside \[-1, 1\], .*\(feature_range=\(-1, 1\)\)"),
        (lambda X: -X, {"output_activation": "relu"}, r"180 of 180 .* \[0, inf\], .*\(feature_range=\(0, 1\)\)"),
        (lambda X: X, {}, None),
        (lambda X: np.where(X > 0.9, 1 + 1e-9, X), {}, None),
        (lambda X: 100 * X - 50, {"output_activation": "identity"}, None),
        (lambda X: 2 * X - 1, {"activation": "tanh", "beta": 0}, None),
    ],
)
@pytest.mark.parametrize("as_targets", [False, True])
def test_a_warning_where_data_are_out_of_reach(change, parameters, message, as_targets):
    X = change(data())
    arguments = (data(), X) if as_targets else (X,)
    estimator = short(tol=1e6, **parameters)
    if message is None:
        estimator.fit(*arguments)
    else:
        name = "y" if as_targets else "X"
        with pytest.warns(UserWarning, match=message.replace("X goes", f"{name} goes")) as warned:
            estimator.fit(*arguments)
        assert [w.filename for w in warned] == [__file__]


def test_only_targets_must_be_in_reach():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = short().fit(10 * data(), data())
    assert fitted.n_features_in_ == data().shape[1]


# An activation for each layer


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"output_activation": "identity"}, ["sigmoid", "sigmoid", "identity"]),
        ({"activation": ("sigmoid", "tanh"), "beta": (1, 0)}, ["sigmoid", "tanh", "tanh"]),
        ({"activation": ["tanh", "sigmoid"], "output_activation": "identity", "beta": (0, 1)}, None),
        ({}, ["sigmoid"] * 3),
    ],
    ids=str,
)
def test_activations_by_layer(parameters, names, tmp_path):
    names = names or ["tanh", "sigmoid", "identity"]
    X = data()
    estimator = short((5, 4), **parameters).fit(X)
    assert [activation.name for activation in estimator.activations_] == names
    activations = forward(layers_of(estimator), X, names)
    np.testing.assert_array_equal(estimator.transform(X), activations[2])
    np.testing.assert_array_equal(estimator.inverse_transform(activations[2]), activations[3])
    estimator.save(tmp_path / "ae.npz")
    loaded = SparseAutoencoder.load(tmp_path / "ae.npz")
    assert [activation.name for activation in loaded.activations_] == names
    np.testing.assert_array_equal(loaded.transform(X), activations[2])


@any_data
def test_a_linear_output_reconstructs_standardised_data():
    X = StandardScaler().fit_transform(data(60))
    parameters = {"beta": 0, "weight_decay": 1e-6, "max_iter": 600, "random_state": 0}
    linear, sigmoid = (SparseAutoencoder((5,), output_activation=a, **parameters).fit(X) for a in ("identity", None))
    assert -linear.score(X) < 0.05 < 0.5 < -sigmoid.score(X)


def test_a_parameter_that_is_changed_after_fit_waits_for_the_next_one():
    estimator = short().fit(data())
    code = estimator.transform(data())
    estimator.set_params(activation="tanh")
    np.testing.assert_array_equal(estimator.transform(data()), code)


# Convergence


@pytest.mark.filterwarnings("error::sklearn.exceptions.ConvergenceWarning")
def test_no_warning_where_training_converges():
    estimator = SparseAutoencoder((3,), max_iter=5000, tol=1e-3, random_state=0).fit(data())
    assert 1 <= estimator.n_iter_ < 5000


def test_a_warning_where_training_stops_before():
    with pytest.warns(
        ConvergenceWarning, match=r"tol = 0\.0005 after 2 .*\. Raise max_iter, or loosen tol\.$"
    ) as warned:
        short(max_iter=2).fit(data())
    assert [w.filename for w in warned] == [__file__]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", [0, 1])
def test_the_defaults_converge_on_the_scaled_digits(seed):
    X = MinMaxScaler().fit_transform(load_digits().data)
    estimator = SparseAutoencoder(random_state=seed).fit(X)
    assert estimator.n_iter_ < 900
    assert -estimator.score(X) < 0.3 * X.var(axis=0).mean()


def test_max_time():
    with pytest.warns(ConvergenceWarning, match="max_time was over after 1 iterations"):
        assert short(max_iter=50, tol=0, max_time=0).fit(data()).n_iter_ == 1
    assert short(max_iter=5, tol=0, max_time=600).fit(data()).n_iter_ == 5


def test_callback_and_checkpoint(tmp_path):
    seen = []
    estimator = short(max_iter=5, tol=0)
    estimator.fit(data(), callback=lambda training: seen.append(training.cost), checkpoint=tmp_path / "c.npz")
    assert seen == estimator.history_.costs[1:].tolist()
    checkpoint = load_checkpoint(tmp_path / "c.npz")
    np.testing.assert_array_equal(checkpoint.theta, flatten(layers_of(estimator)))


# Weighted samples


@any_data
def test_a_weight_is_as_good_as_copies_and_a_weight_of_0_as_absence():
    X, counts = data(40), np.random.default_rng(0).integers(0, 3, 40)
    parameters = {"beta": 0.1, "max_iter": 30, "tol": 0}
    copied = short(**parameters).fit(np.repeat(X, counts, axis=0))
    for weights in (counts, counts.tolist(), counts * 2.5, pd.Series(counts)):
        weighted = short(**parameters).fit(X, None, weights)
        assert weighted.cost_ == pytest.approx(copied.cost_, rel=1e-9)
        np.testing.assert_allclose(weighted.transform(X), copied.transform(X), rtol=1e-5)
    absent = short(**parameters).fit(X[counts > 0], sample_weight=counts[counts > 0])
    X[counts == 0] = 100  # nobody looks at them
    assert_same_state(short(**parameters).fit(X, sample_weight=counts), absent)
    assert short(**parameters).fit(X[counts > 0]).cost_ != pytest.approx(copied.cost_, rel=1e-6)


def test_the_score_may_be_weighted():
    X, counts = data(40), np.random.default_rng(0).integers(0, 3, 40)
    estimator = short().fit(X)
    expected = estimator.score(np.repeat(X, counts, axis=0))
    assert estimator.score(X, sample_weight=counts) == pytest.approx(expected, rel=1e-13)
    assert estimator.score(X) != pytest.approx(expected, rel=1e-6)
    targets = 1 - X
    expected = estimator.score(np.repeat(X, counts, axis=0), np.repeat(targets, counts, axis=0))
    assert estimator.score(X, targets, counts) == pytest.approx(expected, rel=1e-13)


def test_a_pipeline_hands_the_weights_on():
    X, counts = data(40), np.random.default_rng(0).integers(0, 3, 40)
    pipeline = make_pipeline(MinMaxScaler(), short()).fit(X, sparseautoencoder__sample_weight=counts)
    expected = short().fit(MinMaxScaler().fit_transform(X), sample_weight=counts)
    assert_same_state(pipeline[-1], expected)


@pytest.mark.parametrize("method", ["fit", "score"])
@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (np.ones(29), ValueError, r"sample_weight must have shape \(30,\), got \(29,\)"),
        (np.zeros(30), ValueError, "sample_weight must hold at least one weight that is not zero"),
        (-np.ones(30), ValueError, r"sample_weight must not be negative, got sample_weight\[0\] = -1.0"),
        (np.full(30, np.inf), ValueError, r"sample_weight must be finite, got sample_weight\[0\] = inf"),
        (["a"] * 30, TypeError, "sample_weight must be of type float32 or float64, got <U1"),
    ],
)
def test_bad_weights_are_named(method, weights, error, message):
    with pytest.raises(error, match=message):
        getattr(short().fit(data()), method)(data(), sample_weight=weights)


# Fitted again


def test_a_warm_start_goes_on_where_the_last_fit_ended():
    X = data()
    cold, warm = (short(max_iter=10, tol=0, warm_start=warm).fit(X) for warm in (False, True))
    first = warm.cost_
    cold.fit(X)
    warm.fit(X)
    assert cold.cost_ == first
    assert warm.history_.costs[0] == first > warm.cost_
    with pytest.raises(ValueError, match=r"warm_start must be False .* got \(6, 4, 6\) and now \(6, 5, 6\)"):
        warm.set_params(hidden_layer_sizes=(5,)).fit(X)


@pytest.mark.parametrize(
    ("parameters", "arguments"),
    [
        ({"rho": 2}, (data()[:, :3],)),
        ({"hidden_layer_sizes": ()}, (data()[:, :3],)),
        ({"n_jobs": 0}, (data()[:, :3],)),
        ({}, (np.full((3, 3), np.nan),)),
        ({}, (data()[:, :3], data())),
        ({"max_iter": 0}, (data()[:, :3],)),
        ({}, (data()[:, :3], None, -np.ones(30))),
        ({"early_stopping": True, "validation_fraction": 0.99}, (data()[:, :3],)),
    ],
    ids=str,
)
def test_a_fit_that_fails_leaves_the_model_as_it_was(parameters, arguments):
    X = pd.DataFrame(data(), columns=list("abcdef"))
    estimator = short().fit(X)
    state = {name: value for name, value in vars(estimator).items() if name.endswith("_")}
    code = estimator.transform(X)
    with pytest.raises(ValueError):
        estimator.set_params(**parameters).fit(*arguments)
    assert {name: value for name, value in vars(estimator).items() if name.endswith("_")} == state
    np.testing.assert_array_equal(estimator.set_params(n_jobs=None).transform(X), code)


def test_labels_of_another_number_of_samples_are_refused():
    with pytest.raises(ValueError, match=r"labels of shape \(30,\), which are not used, got shape \(6,\)"):
        short().fit(data(), np.zeros(6))


@mixes_arrays_and_frames
def test_columns_of_targets_in_another_order_are_refused():
    X = pd.DataFrame(data(), columns=list("abcdef"))
    short().fit(X, X.rename(columns=lambda name: f"clean {name}"))
    with pytest.raises(ValueError, match=r"^y must have its columns in the order of X, .* got "):
        short().fit(X, X[list("bacdef")])
    with pytest.raises(ValueError, match=r"^y must have its columns in the order of X, .* got "):
        short().fit(X).score(data(), X[list("bacdef")])


def test_columns_may_be_numbered():
    """scikit-learn does not keep names that are no strings."""
    X = pd.DataFrame(data())
    targets = X[[1, 0, 2, 3, 4, 5]]
    estimator = short().fit(X, X)
    for call in (estimator.fit, estimator.score):
        with pytest.raises(
            ValueError, match=r"^y must have its columns in the order of X, \['0', '1', .* got \['1', '0'"
        ):
            call(X, targets)
    assert estimator.score(X, X.rename(columns=str)) == estimator.score(X) == estimator.score(X, data())


def as_times(X):
    return X.astype("datetime64[us]")


def among_objects(X, entry):
    X = X.astype(object)
    X[1, 2] = entry
    return X


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (lambda X: np.ma.masked_array(X, X.max() == X), ValueError, "must have no masked entries, got [1-9]"),
        (as_times, TypeError, "must hold numbers, .* got datetime64"),
        (lambda X: pd.DataFrame(as_times(X)), TypeError, "must hold numbers, .* got datetime64"),
        (lambda X: pl.DataFrame(as_times(X)), TypeError, "must hold numbers, .* got Datetime"),
        (lambda X: X.astype("timedelta64[s]"), TypeError, "must hold numbers, .* got timedelta64"),
        (lambda X: list(as_times(X)), TypeError, "must hold numbers, .* got datetime64"),
        (lambda X: as_times(X).tolist(), TypeError, "must hold numbers, .* not 'datetime"),
        (lambda X: among_objects(X, np.datetime64(1, "s")), TypeError, "must hold numbers, .* got datetime64"),
        (lambda X: among_objects(X, np.timedelta64(1, "s")), TypeError, "must hold numbers, .* got timedelta64"),
        (
            lambda X: among_objects(X, np.timedelta64(1, "s")).tolist(),
            TypeError,
            "must hold numbers, .* got timedelta64",
        ),
        (
            lambda X: pd.DataFrame(among_objects(X, np.datetime64(1, "s"))),
            TypeError,
            "must hold numbers, .* got datetime64",
        ),
        (lambda X: list(np.ma.masked_array(X, X.max() == X)), ValueError, "must have no masked entries, got 1"),
        (lambda X: np.zeros(X.shape, [("a", float)]), TypeError, "must hold numbers, .* got "),
        (lambda X: [[10**400] * X.shape[1]] * len(X), ValueError, "must hold numbers, .* that fit into float64"),
        (lambda X: np.full(X.shape, "a"), ValueError, "must hold numbers, .* could not convert string"),
    ],
    ids=[
        "masked",
        "times",
        "times in pandas",
        "times in polars",
        "durations",
        "rows of times",
        "times of Python",
        "a time among objects",
        "a duration among objects",
        "a duration in a list",
        "a time among objects in pandas",
        "masked rows",
        "structured",
        "huge",
        "text",
    ],
)
def test_what_would_become_numbers_of_another_meaning_is_refused(bad, error, message):
    X, estimator = data(), short().fit(data())
    code = estimator.transform(X)
    for call in (estimator.fit, estimator.transform, lambda bad: estimator.fit(X, bad), estimator.score):
        with pytest.raises(error, match=f"^[Xy] {message}"):
            call(bad(X))
    with pytest.raises(error, match=f"^X {message}"):
        estimator.inverse_transform(bad(code))
    assert np.array_equal(estimator.transform(X), code)


def test_masked_weights_are_refused_and_a_mask_without_entries_is_none():
    weights = np.ma.masked_array(np.ones(30), np.arange(30) < 3)
    with pytest.raises(ValueError, match=r"^sample_weight must have no masked entries, got 3"):
        short().fit(data(), sample_weight=weights)
    unmasked = short().fit(np.ma.masked_array(data()), sample_weight=np.ma.masked_array(np.ones(30)))
    assert unmasked.cost_ == short().fit(data()).cost_


def test_there_is_no_partial_fit_and_the_error_says_why():
    assert not hasattr(SparseAutoencoder(), "partial_fit")
    with pytest.raises(AttributeError, match="no partial_fit, because the sparsity penalty needs the mean activations"):
        SparseAutoencoder().partial_fit(data())


def test_large_data_go_through_in_blocks():
    """Beside the data there are the result, and blocks of some megabytes, one for each thread."""
    X = np.random.default_rng(0).random((100_000, 64))
    estimator = short((8,), max_iter=1, n_jobs=2).fit(X[:100])
    code = estimator.transform(X)
    calls = (estimator.transform, X, 8), (estimator.score, X, 0), (estimator.inverse_transform, code, 64)
    for call, argument, result in calls:
        tracemalloc.start()
        call(argument)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < X.nbytes * (result / 64 + 0.5), call


# Tied weights


def test_tied_weights(tmp_path):
    X = data(60)
    parameters = {"beta": 0, "weight_decay": 1e-4, "output_activation": "identity"}
    estimator = short((5, 3, 5), **parameters, tied=True, max_iter=200, tol=1e-6, warm_start=True).fit(X)
    first, second, third, last = estimator.coefs_
    np.testing.assert_array_equal(last, first.T)
    np.testing.assert_array_equal(third, second.T)
    np.testing.assert_array_equal(estimator.transform(X), forward(layers_of(estimator), X, ["sigmoid"] * 4)[2])
    assert -estimator.score(X) < 0.5 * X.var(axis=0).mean()
    estimator.save(tmp_path / "ae.npz")
    loaded = SparseAutoencoder.load(tmp_path / "ae.npz")
    assert_same_state(loaded, estimator)
    cost = estimator.cost_
    assert loaded.fit(X).history_.costs[0] == cost == estimator.fit(X).history_.costs[0]
    free = short((5, 3, 5), **parameters, warm_start=True).fit(X)
    with pytest.raises(ValueError, match="warm_start must be False if the weights become tied"):
        free.set_params(tied=True).fit(X)
    objective = Objective((6, 5, 3, 5, 6), activation=["sigmoid"] * 3 + ["identity"], tied=True)
    training = train(objective, init_parameters((6, 5, 3, 5, 6), np.random.default_rng(0), tied=True), X, max_iter=1)
    assert SparseAutoencoder.from_training(objective, training).get_params()["tied"] is True


# From a training


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "parameters",
    [
        {"rho": (0.1, 0.2), "beta": (1.0, 0.0), "activation": ("sigmoid", "tanh"), "output_activation": "identity"},
        {"rho": (0.1, 0.2), "beta": (1.0, 2.0), "activation": ("sigmoid", "sigmoid"), "output_activation": "sigmoid"},
    ],
)
def test_an_estimator_from_a_training(parameters, dtype, tmp_path):
    X = data(dtype=dtype)
    fitted = short((5, 4), **parameters, weight_decay=1e-3).fit(X)
    given = {name: value for name, value in parameters.items() if name in ("rho", "beta")}
    activation = (*parameters["activation"], parameters["output_activation"])
    objective = Objective((6, 5, 4, 6), **given, weight_decay=1e-3, activation=activation)
    theta = init_parameters((6, 5, 4, 6), estimator_module._generator(0)).astype(dtype)
    estimator = SparseAutoencoder.from_training(objective, train(objective, theta, X, max_iter=3, tol=fitted.tol))
    defaults = {"max_iter": estimator.max_iter, "random_state": None}
    assert estimator.get_params() == fitted.get_params() | defaults
    assert_same_state(estimator, fitted.set_params(**defaults))
    estimator.save(tmp_path / "ae.npz")
    assert_same_state(SparseAutoencoder.load(tmp_path / "ae.npz"), estimator)


@pytest.mark.parametrize("sizes", [(6, 6), (6, 4, 5)])
def test_a_training_of_something_else_is_refused(sizes):
    objective = Objective(sizes)
    theta = init_parameters(sizes, np.random.default_rng(0))
    training = train(objective, theta, data(), data()[:, : sizes[-1]], max_iter=1)
    message = f"objective must be that of an autoencoder with a hidden layer, got the sizes {sizes}"
    with pytest.raises(ValueError, match=re.escape(message)):
        SparseAutoencoder.from_training(objective, training)


def test_a_training_in_another_layout_is_read_in_it():
    objective, theta = Objective((6, 4, 6), rho=0.1, beta=1.0), init_parameters((6, 4, 6), np.random.default_rng(0))
    expected = SparseAutoencoder.from_training(objective, train(objective, theta, data(), max_iter=3))
    for layout in ("columns", "ufldl", "ufldl_rows"):
        training = train(objective, to_layout(theta, (6, 4, 6), layout), data(), max_iter=3, layout=layout)
        estimator = SparseAutoencoder.from_training(objective, training)
        assert np.array_equal(estimator.transform(data()), expected.transform(data()))


def test_an_estimator_shares_no_memory_with_its_training():
    objective, theta = Objective((6, 4, 6), rho=0.1, beta=1.0), init_parameters((6, 4, 6), np.random.default_rng(0))
    training = train(objective, theta, data(), max_iter=3)
    estimator = SparseAutoencoder.from_training(objective, training)
    expected = deepcopy(estimator)
    for array in (training.theta, *training.mean_activations, *vars(training.history).values()):
        array[:] = 0
    assert_same_state(estimator, expected)


def test_what_is_no_training_is_named():
    objective, theta = Objective((6, 4, 6)), init_parameters((6, 4, 6), np.random.default_rng(0))
    training = train(objective, theta, data(), max_iter=1)
    for bad in (3, None, training, lambda theta: (1.0, theta)):
        with pytest.raises(TypeError, match="objective must be an Objective, got "):
            SparseAutoencoder.from_training(bad, training)
    for bad in (3, None, training.theta, training.history, objective):
        with pytest.raises(TypeError, match="training must be a Training, got "):
            SparseAutoencoder.from_training(objective, bad)
    with pytest.raises(ValueError, match="theta must be finite"):
        SparseAutoencoder.from_training(objective, replace(training, theta=theta * np.nan))
    with pytest.raises(ValueError, match="theta must have shape"):
        SparseAutoencoder.from_training(Objective((6, 5, 6)), training)


def test_an_activation_of_ones_own_stays_in_the_estimator():
    own = Activation("sigmoid", sigmoid, sigmoid_derivative, (0.0, 1.0))
    objective = Objective((6, 4, 6), activation=own)
    training = train(objective, init_parameters((6, 4, 6), np.random.default_rng(0)), data(), max_iter=1)
    estimator = SparseAutoencoder.from_training(objective, training)
    assert estimator.activation == (own,) and estimator.output_activation is own
    assert estimator.rho == SparseAutoencoder().rho


def test_a_warning_that_is_an_error_leaves_the_model_as_it_was():
    estimator = SparseAutoencoder((3,), tol=10, random_state=0).fit(data())
    state = dict(vars(estimator))
    estimator.set_params(tol=0, max_iter=2)
    with warnings.catch_warnings(action="error"), pytest.raises(ConvergenceWarning):
        estimator.fit(data())
    assert vars(estimator) == state | {"tol": 0, "max_iter": 2}


def test_a_callback_that_fails_leaves_the_model_as_it_was(tmp_path):
    estimator = short().fit(data())
    state = dict(vars(estimator))

    def callback(training):
        raise RuntimeError("no")

    for options in ({"callback": callback}, {"checkpoint": tmp_path / "missing" / "c.npz"}):
        with pytest.raises((RuntimeError, OSError)):
            estimator.fit(data(), **options)
        assert vars(estimator) == state


def test_what_a_callback_sets_on_the_estimator_stays():
    X = pd.DataFrame(data(), columns=list("abcdef"))
    estimator = short().fit(X)
    estimator.trace = [0.0]

    def callback(training):
        estimator.trace = [*estimator.trace, training.cost]
        estimator.seen_ = training.n_iter
        estimator.verbose = 0

    estimator.fit(data(), callback=callback)
    assert estimator.trace == [0.0, *estimator.history_.costs[1:].tolist()]
    assert (estimator.seen_, estimator.verbose, estimator.n_iter_) == (3, 0, 3)
    assert not hasattr(estimator, "feature_names_in_")  # which the new data have not


CTRL_C = """
import os, signal, sys, warnings
import numpy as np
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.objective import Objective

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored in the background
evaluate, calls = Objective.evaluate, []

def evaluate_and_interrupt(self, *data):
    calls.append(1)
    if len(calls) in (6, 7):
        os.kill(os.getpid(), signal.SIGINT)
    return evaluate(self, *data)

Objective.evaluate = evaluate_and_interrupt
X = np.random.default_rng(0).random((40, 6))
estimator = SparseAutoencoder((3,), max_iter=30, tol=0, random_state=0)
warnings.simplefilter("always")
"""


@pytest.mark.parametrize(
    "call",
    [
        "estimator.fit(X)",
        "make_pipeline(MinMaxScaler(), estimator).fit(X)",
        "SparseAutoencoder((3,), max_iter=30, tol=0, early_stopping=True).fit(X)",
    ],
)
def test_ctrl_c_during_a_single_fit_returns_the_best_so_far(call):
    run = run_python(CTRL_C + f"fitted = {call}\nprint(len(calls), fitted.transform(X).shape)")
    assert run.returncode == 0
    assert run.stdout == "6 (40, 3)\n"
    assert "ConvergenceWarning: Interrupted after" in run.stderr


@pytest.mark.parametrize(
    "call",
    [
        "GridSearchCV(estimator, {'weight_decay': [1e-4, 1e-3]}, cv=2).fit(X)",
        "GridSearchCV(make_pipeline(MinMaxScaler(), estimator), {}, cv=2).fit(X)",
        "cross_val_score(estimator, X, cv=2)",
        "Parallel(n_jobs=1)(delayed(estimator.fit)(X) for _ in range(2))",
    ],
)
def test_ctrl_c_during_a_search_stops_it_and_leaves_the_model_as_it_was(call):
    script = "from joblib import Parallel, delayed\ntry:\n    " + call
    script += "\nexcept KeyboardInterrupt:\n    print(len(calls), hasattr(estimator, 'coefs_'))"
    run = run_python(CTRL_C + script)
    assert run.returncode == 0
    assert run.stdout == "6 False\n"


def test_ctrl_c_during_the_refit_of_a_search_stops_it():
    script = CTRL_C.replace("in (6, 7)", "== 1 + refit")
    script = f"refit = 10**9\n{script}\nsearch = GridSearchCV(estimator, {{}}, cv=2, refit=False).fit(X)\n"
    script += "refit, calls[:] = len(calls) + 3, []\nsearch.set_params(refit=True)\ntry:\n    search.fit(X)\n"
    script += "except KeyboardInterrupt:\n    print(len(calls) == 1 + refit)"
    run = run_python(script)
    assert run.stdout == "True\n", run.stderr


def run_python(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)


def test_ctrl_c_leaves_the_best_so_far_with_a_warning(monkeypatch):
    evaluate, costs = Objective.evaluate, []

    def interrupted(self, *args):
        if len(costs) == 5:
            costs.append(None)
            raise KeyboardInterrupt
        evaluation = evaluate(self, *args)
        costs.append(evaluation.cost)
        return evaluation

    monkeypatch.setattr(Objective, "evaluate", interrupted)
    with pytest.warns(ConvergenceWarning, match=r"Interrupted after \d+ iterations[^R]*$"):
        estimator = short(max_iter=50).fit(data())
    assert estimator.cost_ == min(costs[:5])
    assert estimator.n_iter_ < 5
    assert estimator.transform(data()).shape == (30, 4)


# transform, inverse_transform, score


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("hidden", "width"), CODE_WIDTH, ids=str)
def test_transform_and_inverse_transform_are_the_forward_pass(hidden, width, dtype):
    X, new = data(dtype=dtype), data(11, dtype, seed=1)
    estimator = short(hidden).fit(X)
    activations = forward(layers_of(estimator), new, "sigmoid")
    code, output = estimator.transform(new), estimator.inverse_transform(estimator.transform(new))
    assert code.shape == (11, width)
    np.testing.assert_array_equal(code, activations[len(hidden) // 2 + 1])
    np.testing.assert_array_equal(output, activations[-1])
    assert code.dtype == output.dtype == dtype


def test_fit_transform_is_fit_and_transform():
    X = data()
    np.testing.assert_array_equal(short().fit_transform(X), short().fit(X).transform(X))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_types_of_the_fitted_arrays(dtype):
    estimator = short((5, 3)).fit(data(dtype=dtype))
    arrays = [*estimator.coefs_, *estimator.intercepts_, *estimator.rho_hat_, estimator.components_]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


@pytest.mark.parametrize("fitted", [np.float32, np.float64])
@pytest.mark.parametrize("given", [np.float32, np.float64])
def test_new_data_decide_the_type_of_the_code(fitted, given):
    estimator = short().fit(data(dtype=fitted))
    X = data(dtype=given)
    code = estimator.transform(X)
    assert code.dtype == given
    assert estimator.inverse_transform(code).dtype == given
    W, b = layers_of(estimator)[0]
    np.testing.assert_array_equal(code, sigmoid(X @ W.astype(given) + b.astype(given)))


def test_integers_become_float64():
    estimator = short().fit(np.eye(FEATURES, dtype=int))
    assert estimator.coefs_[0].dtype == np.float64
    assert estimator.transform(np.eye(FEATURES, dtype=int)).dtype == np.float64


def test_score_is_minus_the_mean_squared_error():
    X, new = data(), data(11, seed=1)
    estimator = short().fit(X)
    output = forward(layers_of(estimator), new, "sigmoid")[-1]
    assert estimator.score(new) == pytest.approx(-((new - output) ** 2).mean(), rel=1e-14)
    assert estimator.score(new, y=np.zeros(11)) == estimator.score(new)
    assert estimator.score(new[:1]) == pytest.approx(-((new[:1] - output[:1]) ** 2).mean(), rel=1e-14)


def test_a_score_that_single_precision_cannot_hold():
    estimator = short(output_activation="identity").fit(data(dtype=np.float32))
    X = data(dtype=np.float32)
    assert estimator.score(X, np.full(X.shape, -1e30, np.float32)) == pytest.approx(-1e60, rel=1e-6)
    weights = np.full(30, 1e30, np.float32)
    assert estimator.score(X, np.full(X.shape, -1e30, np.float32), weights) == pytest.approx(-1e60, rel=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_order_of_bytes_changes_nothing(dtype):
    X = data(dtype=dtype)
    swapped, expected = X.astype(X.dtype.newbyteorder()), short().fit(X)
    assert swapped.dtype != X.dtype
    estimator = short().fit(swapped, swapped)
    assert_same_state(estimator, expected)
    assert estimator.transform(swapped).dtype == dtype and estimator.transform(swapped).dtype.isnative
    assert estimator.score(swapped, swapped) == expected.score(X)


def test_components_of_one_hidden_layer_are_the_transposed_weights():
    estimator = short().fit(data())
    np.testing.assert_array_equal(estimator.components_, estimator.coefs_[0].T)
    assert estimator.components_.shape == (4, FEATURES)


@pytest.mark.parametrize(("hidden", "width"), CODE_WIDTH, ids=str)
def test_components_of_a_linear_network_map_data_to_code(hidden, width):
    estimator = short(hidden, activation="identity", beta=0).fit(data())
    new = data(11, seed=1)
    code = estimator.transform(new)
    assert estimator.components_.shape == (width, FEATURES)
    np.testing.assert_allclose(code - code[0], (new - new[0]) @ estimator.components_.T, atol=1e-13)


# random_state


def fitted_weights(random_state):
    return short(random_state=random_state).fit(data()).coefs_[0]


def test_an_integer_gives_the_same_again_and_another_one_another():
    np.testing.assert_array_equal(fitted_weights(3), fitted_weights(3))
    assert np.abs(fitted_weights(3) - fitted_weights(4)).max() > 0.1


def test_a_random_state_is_advanced():
    one, two = np.random.RandomState(3), np.random.RandomState(3)
    first, second = fitted_weights(one), fitted_weights(one)
    np.testing.assert_array_equal(first, fitted_weights(3))
    np.testing.assert_array_equal(first, fitted_weights(two))
    assert np.abs(first - second).max() > 0.1


def test_none_follows_the_seed_of_numpy():
    state = np.random.get_state()
    try:
        np.random.seed(3)
        first = fitted_weights(None)
    finally:
        np.random.set_state(state)
    np.testing.assert_array_equal(first, fitted_weights(3))
    assert np.abs(fitted_weights(None) - fitted_weights(None)).max() > 0.1


# In scikit-learn's company


def test_grid_search_over_a_pipeline_picks_the_best():
    X = 16 * data(60)
    pipeline = Pipeline([("scale", MinMaxScaler()), ("ae", SparseAutoencoder(beta=0.01, max_iter=150, random_state=0))])
    grid = {"ae__rho": [0.05, 0.5], "ae__hidden_layer_sizes": [(1,), (4,), (4, 2, 4)]}
    search = GridSearchCV(pipeline, grid, cv=3, error_score="raise").fit(X)
    scores = search.cv_results_["mean_test_score"]
    assert len(scores) == 6
    assert len(set(scores)) == 6
    assert search.best_score_ == scores.max()
    assert search.best_params_["ae__hidden_layer_sizes"] != (1,)
    assert search.transform(X).shape == (60, search.best_estimator_["ae"].components_.shape[0])
    assert search.inverse_transform(search.transform(X)).shape == X.shape


def test_a_pipeline_scales_there_and_back():
    X = 16 * data(60)
    model = make_pipeline(
        MinMaxScaler(), SparseAutoencoder((4,), beta=0, weight_decay=1e-6, max_iter=600, random_state=0)
    )
    back = model.fit(X).inverse_transform(model.transform(X))
    assert mean_squared_error(X, back) < 0.05 * X.var(axis=0).mean()


def test_clone_has_the_parameters_and_no_fitted_state():
    estimator = short((5, 3), rho=[0.1, 0.2]).fit(data())
    copy = clone(estimator)
    assert copy.get_params() == estimator.get_params()
    with pytest.raises(NotFittedError):
        copy.transform(data())


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    estimator = short((5, 3)).fit(data())
    assert_same_state(pickle.loads(pickle.dumps(estimator, protocol)), estimator)


@pytest.mark.parametrize("mmap_mode", [None, "r"])
def test_joblib(tmp_path, mmap_mode):
    estimator = short((5, 3)).fit(data())
    joblib.dump(estimator, tmp_path / "ae.joblib")
    assert_same_state(joblib.load(tmp_path / "ae.joblib", mmap_mode=mmap_mode), estimator)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_a_data_frame_in_names_out(frame):
    names = [f"pixel {j}" for j in range(FEATURES)]
    X = frame(dict(zip(names, data().T, strict=True)))
    kind = {pd.DataFrame: "pandas", pl.DataFrame: "polars"}[frame]
    estimator = short((5, 3)).set_output(transform=kind).fit(X)
    assert estimator.feature_names_in_.tolist() == names
    code = estimator.transform(X)
    assert type(code) is frame
    expected = ["sparseautoencoder0", "sparseautoencoder1", "sparseautoencoder2"]
    assert list(code.columns) == expected == estimator.get_feature_names_out().tolist()
    np.testing.assert_array_equal(code.to_numpy(), estimator.set_output(transform="default").transform(X))
    assert estimator.inverse_transform(code).shape == (30, FEATURES)
    with pytest.raises(ValueError, match="feature names should match"):
        estimator.transform(frame(dict(zip(reversed(names), data().T, strict=True))))


# Bad input


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"hidden_layer_sizes": ()}, ValueError, "hidden_layer_sizes must be .* at least one .* got ()"),
        ({"hidden_layer_sizes": 25}, TypeError, "hidden_layer_sizes must be .* got 25"),
        ({"hidden_layer_sizes": "25"}, TypeError, "hidden_layer_sizes must be .* got '25'"),
        ({"hidden_layer_sizes": {4, 5}}, TypeError, r"hidden_layer_sizes must be .* got \{"),
        ({"hidden_layer_sizes": {4: 5}}, TypeError, r"hidden_layer_sizes must be .* got \{4: 5\}"),
        ({"hidden_layer_sizes": b"25"}, TypeError, "hidden_layer_sizes must be .* got b'25'"),
        ({"hidden_layer_sizes": (4, 0)}, ValueError, r"hidden_layer_sizes must be .* got \(4, 0\)"),
        ({"hidden_layer_sizes": (4.0,)}, TypeError, r"hidden_layer_sizes must be .* got \(4\.0,\)"),
        ({"rho": 1}, ValueError, "rho must be between 0 and 1, both excluded, got 1"),
        ({"rho": None}, ValueError, "rho must be given if beta is not 0"),
        ({"rho": [0.1, 0.2]}, ValueError, "rho must be a number, or a sequence with one number per hidden layer"),
        ({"beta": -1}, ValueError, "beta must be finite and not negative, got -1"),
        ({"beta": "3"}, TypeError, "beta must be"),
        ({"weight_decay": np.inf}, ValueError, "weight_decay must be finite and not negative, got inf"),
        ({"activation": "softmax"}, ValueError, "activation must be one of .* got 'softmax'"),
        ({"activation": "tanh"}, ValueError, "beta must be 0 if the range of the activation is not"),
        ({"activation": ("sigmoid", "tanh")}, ValueError, r"activation must be .* one per hidden layer \(1\), got 2"),
        ({"activation": {"sigmoid"}}, TypeError, r"activation must be .* one per hidden layer \(1\), got \{"),
        ({"output_activation": "softmax"}, ValueError, "output_activation must be one of .* got 'softmax'"),
        ({"tied": 2}, TypeError, "tied must be True or False, got 2"),
        ({"tied": True, "hidden_layer_sizes": (5, 4)}, ValueError, "layer_sizes must read the same from both ends"),
        ({"output_activation": 3}, TypeError, "output_activation must be a name or an Activation, got int"),
        ({"max_time": -1}, ValueError, "max_time must be .* got -1"),
        ({"max_time": "long"}, TypeError, "max_time must be .* got 'long'"),
        ({"max_iter": 0}, ValueError, "max_iter must be .* got 0"),
        ({"max_iter": 2.5}, TypeError, "max_iter must be .* got 2.5"),
        ({"early_stopping": 1}, TypeError, "early_stopping must be True or False, got 1"),
        ({"validation_fraction": 1}, ValueError, "validation_fraction must be between 0 and 1, both excluded, got 1"),
        ({"validation_fraction": "a"}, TypeError, "validation_fraction must be a number between 0 and 1, got 'a'"),
        ({"n_iter_no_change": 0}, ValueError, "n_iter_no_change must be a positive integer, got 0"),
        (
            {"early_stopping": True, "validation_fraction": 0.99},
            ValueError,
            "must leave samples for training, got 0.99",
        ),
        ({"tol": -1}, ValueError, "tol must be .* got -1"),
        ({"tol": "small"}, TypeError, "tol must be .* got 'small'"),
        ({"random_state": "seed"}, ValueError, "random_state must be None, an integer .* got 'seed'"),
        ({"random_state": -1}, ValueError, "random_state must be None, an integer .* got -1"),
        ({"n_jobs": 2.5}, TypeError, "n_jobs must be None or an integer that is not 0, got 2.5"),
        ({"n_jobs": 0}, ValueError, "n_jobs must be None or an integer that is not 0, got 0"),
        ({"n_jobs": -np.inf}, TypeError, "n_jobs must be None or an integer that is not 0, got -inf"),
        ({"warm_start": "False"}, TypeError, "warm_start must be True or False, got 'False'"),
        ({"verbose": "False"}, TypeError, "verbose must be True or False, or an integer, got 'False'"),
    ],
    ids=str,
)
def test_bad_parameters_are_named_in_fit(parameters, error, message):
    estimator = short().set_params(**parameters)
    with pytest.raises(error, match=message):
        estimator.fit(data())


def test_a_code_of_another_width_is_refused():
    estimator = short().fit(data())
    with pytest.raises(ValueError, match=re.escape("X must have shape (n_samples, 4), got (2, 5)")):
        estimator.inverse_transform(np.zeros((2, 5)))
    with pytest.raises(ValueError, match="X contains NaN"):
        estimator.inverse_transform(np.full((2, 4), np.nan))


@pytest.mark.parametrize("method", ["transform", "inverse_transform", "score", "save", "get_feature_names_out"])
def test_not_fitted(method, tmp_path):
    argument = {"save": tmp_path / "ae.npz", "get_feature_names_out": None}.get(method, data())
    with pytest.raises(NotFittedError, match="SparseAutoencoder instance is not fitted"):
        getattr(SparseAutoencoder(), method)(argument)
    assert list(tmp_path.iterdir()) == []


# save and load


def assert_same_state(loaded, estimator):
    assert type(loaded) is type(estimator)
    assert loaded.get_params() == estimator.get_params()
    state, expected = vars(loaded), vars(estimator)
    assert state.keys() == expected.keys()
    for name in expected.keys() - estimator.get_params().keys():
        assert_same(state[name], expected[name])
    X = data(11, estimator.coefs_[0].dtype, seed=1)
    assert_same(loaded.transform(X), estimator.transform(X))


def assert_same(value, expected):
    if isinstance(expected, np.ndarray):
        assert isinstance(value, np.ndarray)
        assert (value.dtype, value.shape) == (expected.dtype, expected.shape)
        assert value.tolist() == expected.tolist()
    elif isinstance(expected, History):
        assert_same(list(vars(value).items()), list(vars(expected).items()))
    elif isinstance(expected, list | tuple):
        assert type(value) is type(expected)
        assert len(value) == len(expected)
        for one, other in zip(value, expected, strict=True):
            assert_same(one, other)
    else:
        assert type(value) is type(expected)
        assert value == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
def test_save_and_load(tmp_path, hidden, dtype):
    path = tmp_path / "autoencoder"  # no ending is added
    estimator = short(hidden, rho=1 / 3, verbose=True, random_state=None).fit(data(dtype=dtype))
    estimator.save(path)
    assert_same_state(SparseAutoencoder.load(path), estimator)
    assert list(tmp_path.iterdir()) == [path]


def test_scores_are_saved_and_a_fit_without_early_stopping_has_none(tmp_path):
    estimator = short((5,), early_stopping=True).fit(data())
    estimator.save(tmp_path / "ae.npz")
    loaded = SparseAutoencoder.load(tmp_path / "ae.npz")
    assert loaded.validation_scores_ == estimator.validation_scores_
    assert loaded.best_validation_score_ == estimator.best_validation_score_
    estimator.set_params(early_stopping=False).fit(data())
    assert estimator.validation_scores_ is None and estimator.best_validation_score_ is None
    estimator.save(tmp_path / "ae.npz")
    assert SparseAutoencoder.load(tmp_path / "ae.npz").validation_scores_ is None


def test_no_scores_of_a_fit_that_had_nothing_to_do_are_saved_as_such(tmp_path):
    estimator = short((5,), early_stopping=True, tol=1e6).fit(data())
    assert (estimator.n_iter_, estimator.validation_scores_) == (0, [])
    estimator.save(tmp_path / "ae.npz")
    assert_same_state(SparseAutoencoder.load(tmp_path / "ae.npz"), estimator)


@mixes_arrays_and_frames
@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_feature_names_and_the_output_container_are_saved(tmp_path, kind):
    names = ["a", "é ∂", "", " ", "nul\0", "\ud800"]
    X = pd.DataFrame(data(), columns=pd.Index(names, dtype=object))
    estimator = short().fit(X).set_output(transform=kind)
    estimator.save(tmp_path / "ae.npz")
    loaded = SparseAutoencoder.load(tmp_path / "ae.npz")
    assert loaded.feature_names_in_.tolist() == names
    assert all(type(name) is str for name in loaded.feature_names_in_)
    assert type(loaded.transform(X)) is type(estimator.transform(X))
    assert_same_state(loaded.set_output(transform="default"), estimator.set_output(transform="default"))


def test_numbers_of_numpy_come_back_as_python_s_and_sequences_as_tuples(tmp_path):
    parameters = {
        "hidden_layer_sizes": np.array([5, 3]),
        "rho": [np.float32(0.1), 0.2],
        "beta": np.float64(0.3),
        "max_iter": np.int64(3),
        "random_state": np.int64(1),
    }
    estimator = SparseAutoencoder().set_params(**parameters).fit(data())
    estimator.save(tmp_path / "ae.npz")
    loaded = SparseAutoencoder.load(tmp_path / "ae.npz").get_params()
    expected = {
        "hidden_layer_sizes": (5, 3),
        "rho": (float(np.float32(0.1)), 0.2),
        "beta": 0.3,
        "max_iter": 3,
        "random_state": 1,
    }
    assert {name: loaded[name] for name in expected} == expected
    assert [type(loaded[name]) for name in expected] == [tuple, tuple, float, int, int]


def test_a_loaded_estimator_can_be_fitted_and_saved_again(tmp_path):
    path = tmp_path / "ae.npz"
    estimator = short().fit(data())
    estimator.save(path)
    content = path.read_bytes()
    loaded = SparseAutoencoder.load(path)
    loaded.save(path)
    assert path.read_bytes() == content
    assert_same_state(loaded.fit(data()), estimator)


@pytest.mark.parametrize(
    "parameters",
    [
        {"random_state": np.random.RandomState(0)},
        {"activation": Activation("own", sigmoid, sigmoid_derivative, (0.0, 1.0))},
    ],
    ids=["random_state", "activation"],
)
def test_a_parameter_that_cannot_be_saved_is_named(tmp_path, parameters):
    estimator = short(**parameters).fit(data())
    (name,) = parameters
    with pytest.raises(TypeError, match=f"{name} must be a string, None, a number or a sequence of numbers"):
        estimator.save(tmp_path / "ae.npz")
    assert list(tmp_path.iterdir()) == []


def test_the_file_has_the_fitted_activations_and_not_those_of_parameters_changed_since(tmp_path):
    estimator = short().fit(data())
    code = estimator.transform(data())
    for changed in (
        {"activation": "tanh", "output_activation": "identity"},
        {"hidden_layer_sizes": (7, 5, 3), "beta": 0},
    ):
        estimator.set_params(**changed).save(tmp_path / "ae.npz")
        loaded = SparseAutoencoder.load(tmp_path / "ae.npz")
        assert loaded.get_params() == estimator.get_params()
        assert np.array_equal(loaded.transform(data()), code)
        assert np.array_equal(loaded.inverse_transform(code), estimator.inverse_transform(code))


def test_a_network_with_an_activation_of_ones_own_is_not_saved(tmp_path):
    estimator = short(activation=Activation("own", sigmoid, sigmoid_derivative, (0.0, 1.0))).fit(data())
    with pytest.raises(TypeError, match="activations_ must be the library's to be saved, got "):
        estimator.set_params(activation="sigmoid").save(tmp_path / "ae.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("copied", [deepcopy, lambda object: pickle.loads(pickle.dumps(object))])
def test_a_copy_is_saved_too(tmp_path, copied):
    """Its activations are the library's, though not the same objects."""
    estimator = short().fit(data())
    copied(estimator).save(tmp_path / "copy.npz")
    loaded = SparseAutoencoder.load(tmp_path / "copy.npz")
    assert np.array_equal(loaded.transform(data()), estimator.transform(data()))


def test_a_clone_treats_saturated_units_alike():
    """The formulas for them are the sigmoid's, by which object it may be given."""
    X = 1e4 + 1e4 * np.abs(np.random.default_rng(0).normal(size=(50, 6)))
    estimator = SparseAutoencoder(
        (20,), activation=ACTIVATIONS["sigmoid"], output_activation="identity", max_iter=5, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        assert clone(estimator).fit(X).cost_ == estimator.fit(X).cost_


@pytest.mark.parametrize("parameters", [{"beta": np.longdouble(3)}, {"rho": np.array([0.1], np.longdouble)}])
def test_a_longdouble_is_saved_as_a_number(tmp_path, parameters):
    short(**parameters).fit(data()).save(tmp_path / "ae.npz")
    loaded = SparseAutoencoder.load(tmp_path / "ae.npz")
    (name,) = parameters
    np.testing.assert_allclose(getattr(loaded, name), np.asarray(parameters[name], float), rtol=1e-15)


@pytest.mark.parametrize("path", [3, None, b"ae.npz", io.BytesIO()], ids=lambda path: type(path).__name__)
def test_what_is_no_path(path):
    for call in (short().fit(data()).save, SparseAutoencoder.load):
        with pytest.raises(TypeError, match="path must be a path, got "):
            call(path)


def test_the_file_holds_no_pickle(tmp_path):
    estimator = short().fit(pd.DataFrame(data(), columns=list("abcdef")))
    estimator.save(tmp_path / "ae.npz")
    with np.load(tmp_path / "ae.npz", allow_pickle=False) as archive:
        arrays = dict(archive)
    assert json.loads(arrays["header"].tobytes())["parameters"]["hidden_layer_sizes"] == [4]
    assert not any(array.dtype.hasobject for array in arrays.values())


# Files that are not as they should be


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "ae.npz"
    short((2,)).fit(data()).save(path)
    return path


def test_every_truncated_file_is_refused(saved):
    content = saved.read_bytes()
    for size in range(0, len(content), 7):
        saved.write_bytes(content[:size])
        with pytest.raises(ValueError, match=re.escape(f"cannot load a SparseAutoencoder from {saved}: ")):
            SparseAutoencoder.load(saved)


def test_a_changed_byte_is_refused_or_without_effect(saved):
    """Of the bytes that the archive does not use, such as a file's date, some may change."""
    content = bytearray(saved.read_bytes())
    estimator = SparseAutoencoder.load(saved)
    refused = 0
    for position in range(len(content)):
        content[position] ^= 0x55
        saved.write_bytes(content)
        content[position] ^= 0x55
        try:
            loaded = SparseAutoencoder.load(saved)
        except ValueError as error:
            assert str(saved) in str(error)
            refused += 1
        else:
            assert_same_state(loaded, estimator)
    assert refused > 0.5 * len(content)


def other_archive(path, **changes):
    with np.load(path) as archive:
        arrays = dict(archive)
    header = json.loads(arrays["header"].tobytes())
    header.update({name: value for name, value in changes.items() if name in header and value is not None})
    header = {name: value for name, value in header.items() if name not in changes or changes[name] is not None}
    arrays.update({name: value for name, value in changes.items() if name not in header})
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


def test_a_file_of_a_newer_version_is_refused(saved):
    other_archive(saved, version=5)
    with pytest.raises(
        ValueError, match=re.escape(f"{saved}: ") + "its format has version 5, but this sparseae_lib reads 4"
    ):
        SparseAutoencoder.load(saved)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_file_of_a_former_version_is_read(saved, version):
    """It lacks what came later; the output has the activation of the hidden layers."""
    expected = SparseAutoencoder.load(saved)
    later = {"early_stopping", "validation_fraction", "n_iter_no_change"} if version < 3 else set()
    later |= {"output_activation", "tied", "max_time", "warm_start"} if version == 1 else set()
    parameters = {name: value for name, value in expected.get_params().items() if name not in later}
    scores = {"validation_scores": None} if version < 3 else {}
    other_archive(saved, version=version, parameters=parameters, activations=None, **scores)
    assert_same_state(SparseAutoencoder.load(saved), expected)


FOREIGN = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("W1 = [[1, 2], [3, 4]]"),
    "pickle": lambda path: path.write_bytes(pickle.dumps(short())),
    "npy": lambda path: np.save(path.open("wb"), np.zeros(3)),
    "zip": lambda path: zipfile.ZipFile(path, "w").writestr("header", "{}"),
    "npz": lambda path: np.savez(path, W=np.zeros(3)),
    "npz with objects": lambda path: np.savez(path, header=np.array([{}], dtype=object)),
    "header no JSON": lambda path: np.savez(path, header=np.zeros(3, np.uint8)),
    "header of others": lambda path: np.savez(
        path, header=np.frombuffer(b'{"format": "other", "version": 1}', np.uint8)
    ),
    "no theta": lambda path: other_archive(path, theta=None),
    "theta too short": lambda path: other_archive(path, theta=np.zeros(3)),
    "theta of integers": lambda path: other_archive(path, theta=np.zeros(32, int)),
    "unknown parameter": lambda path: other_archive(path, parameters={"momentum": 0.9}),
}
CHANGED = {
    "its header is compressed": lambda path: np.savez_compressed(path, **np.load(path)),
    "it holds surprise.npy, which does not belong there": lambda path: other_archive(path, surprise=np.zeros(3)),
    "it lacks cost, rho_hat": lambda path: other_archive(path, cost=None, rho_hat=None),
    "its header lacks activations": lambda path: other_archive(path, activations=None),
    "its header lacks output": lambda path: other_archive(path, output=None),
    "it lacks the parameters .*beta, .*weight_decay": lambda path: other_archive(path, parameters={"rho": 0.1}),
    "its format has version True": lambda path: other_archive(path, version=True),
    "its layer sizes are not those of an autoencoder": lambda path: other_archive(path, layer_sizes=[6, 3, 5]),
    "activation must be .* one per layer": lambda path: other_archive(path, activations=["sigmoid"]),
    "theta must be finite": lambda path: other_archive(path, theta=np.full(32, np.nan)),
    "rho_hat must be finite": lambda path: other_archive(path, rho_hat=np.full(2, np.inf)),
    r"rho_hat must have shape \(2,\)": lambda path: other_archive(path, rho_hat=np.zeros(3)),
    "cost must be a finite number, got 'low'": lambda path: other_archive(path, cost=np.array("low")),
    "cost must be a finite number, got nan": lambda path: other_archive(path, cost=np.array(np.nan)),
    "costs must be of type": lambda path: other_archive(path, costs=np.array(["1"] * 4)),
    "n_iter must be 3, .* got 2.5": lambda path: other_archive(path, n_iter=np.array(2.5)),
    "its feature names must be 6 strings": lambda path: other_archive(path, feature_names=["a"]),
}


@pytest.mark.parametrize("message", CHANGED)
def test_a_changed_archive_is_refused_by_name(saved, message):
    CHANGED[message](saved)
    with pytest.raises(ValueError, match=re.escape(f"cannot load a SparseAutoencoder from {saved}: ") + message):
        SparseAutoencoder.load(saved)


def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(saved):
    with np.load(saved) as archive:
        arrays = dict(archive)
    np.savez_compressed(saved, **arrays | {"theta": np.zeros(10**7)})
    assert saved.stat().st_size < 10**6
    tracemalloc.start()
    with pytest.raises(ValueError, match="is compressed, unlike what this library writes"):
        SparseAutoencoder.load(saved)
    assert tracemalloc.get_traced_memory()[1] < 10**6
    tracemalloc.stop()


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_refused(saved, kind):
    FOREIGN[kind](saved)
    with pytest.raises(ValueError, match=re.escape(f"cannot load a SparseAutoencoder from {saved}: ")) as raised:
        SparseAutoencoder.load(saved)
    assert "allow_pickle=True" not in str(raised.value)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path / "none.npz"))):
        SparseAutoencoder.load(tmp_path / "none.npz")


# Writing


@pytest.mark.parametrize("error", [OSError("no space"), KeyboardInterrupt("Ctrl-C")], ids=repr)
@pytest.mark.parametrize("step", ["savez", "fsync", "replace"])
def test_where_writing_fails_the_former_file_remains(saved, monkeypatch, step, error):
    def fail(*args, **kwargs):
        if step == "savez":
            args[0].write(b"a part")
        raise error

    content = saved.read_bytes()
    monkeypatch.setattr(np if step == "savez" else os, step, fail)
    with pytest.raises(type(error), match=str(error)):
        short((3,)).fit(data()).save(saved)
    assert saved.read_bytes() == content
    assert list(saved.parent.iterdir()) == [saved]


def test_the_file_is_whole_and_on_disk_before_it_takes_its_place(saved, monkeypatch):
    events, content = [], saved.read_bytes()
    fsync, replace = os.fsync, os.replace

    def watched_fsync(descriptor):
        events.append(("fsync", os.fstat(descriptor).st_size))
        fsync(descriptor)

    def watched_replace(source, target):
        events.append(("replace", os.stat(source).st_size))
        assert saved.read_bytes() == content
        assert SparseAutoencoder.load(source).coefs_[0].shape == (FEATURES, 3)
        assert os.path.dirname(source) == os.path.dirname(target)
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    short((3,)).fit(data()).save(saved)
    size = saved.stat().st_size
    assert events == [("fsync", size), ("replace", size)]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        short().fit(data()).save(tmp_path / "nowhere" / "ae.npz")
