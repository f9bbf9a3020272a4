"""Samples are held out at random, and the estimator keeps what was best on them and stops."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from sparseae_lib import estimator as estimator_module
from sparseae_lib.early_stopping import EarlyStopping, hold_out
from sparseae_lib.network import flatten, init_parameters
from sparseae_lib.objective import Objective
from tests.test_estimator import FEATURES, data, layers_of, short

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


# By itself


def test_what_is_held_out_and_what_is_left_are_all_samples_in_their_order():
    X = np.arange(10)
    (rest, nothing), (held_out, _) = hold_out((X, None), 0.25, np.random.default_rng(0))
    assert (len(held_out), nothing) == (3, None)  # rounded up
    assert (np.diff(rest) > 0).all() and (np.diff(held_out) > 0).all()
    assert sorted([*rest, *held_out]) == X.tolist()
    with pytest.raises(ValueError, match=r"must leave samples for training, got 0\.95 of 10 samples"):
        hold_out((X,), 0.95, np.random.default_rng(0))


class Given:
    """An objective whose cost is theta."""

    def cost(self, theta):
        return theta


def test_it_stops_after_as_many_iterations_without_a_lower_cost_and_keeps_the_first_lowest():
    seen = []
    stopping = EarlyStopping(Given(), (), 2, seen.append)
    trainings = [SimpleNamespace(theta=cost) for cost in (3.0, 1.0, 2.0, 1.0)]  # the last is no lower
    for training in trainings[:3]:
        stopping(training)
    assert not stopping.stopped
    with pytest.raises(StopIteration):
        stopping(trainings[3])
    assert stopping.stopped and stopping.best is trainings[1]
    assert seen == trainings and stopping.costs == [3.0, 1.0, 2.0, 1.0]


def test_what_a_callback_writes_changes_nothing():
    def callback(training):
        training.theta[:] = 0

    stopping = EarlyStopping(Given(), (), 2, callback)
    training = SimpleNamespace(theta=np.array([3.0]))
    stopping(training)
    assert (stopping.costs, stopping.best.theta.tolist()) == ([[3.0]], [3.0])


def test_without_an_iteration_the_outcome_is_the_training():
    start = object()
    assert EarlyStopping(Given(), (), 2, None).outcome(start) is start


# In the estimator


def noisy(m=60):
    """Noise around a curve, and few samples: what is learned last is the noise."""
    rng = np.random.default_rng(0)
    return np.clip(data(m) + rng.normal(scale=0.2, size=(m, FEATURES)), 0, 1)


def stopped_early(X=None, *arguments, **parameters):
    options = {"beta": 0, "weight_decay": 0, "tol": 0, "max_iter": 500, "early_stopping": True}
    return short((5,), **options | parameters).fit(noisy() if X is None else X, *arguments)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("beta", [0, 0.1])
def test_early_stopping_keeps_the_best_on_what_it_holds_out(beta):
    X = noisy()
    estimator = stopped_early(X, beta=beta, validation_fraction=0.25, n_iter_no_change=7)
    scores = estimator.validation_scores_
    assert len(scores) == estimator.n_iter_ == len(estimator.history_.costs) - 1 < 500
    assert estimator.best_validation_score_ == max(scores) == scores[-8]
    _, held_out = hold_out((X,), 0.25, generator_after_the_weights())
    objective = Objective((FEATURES, 5, FEATURES), rho=0.05, beta=beta)
    assert len(held_out[0]) == 15
    assert objective.cost(flatten(layers_of(estimator)), *held_out) == -max(scores)
    rest, _ = hold_out((X,), 0.25, generator_after_the_weights())
    evaluation = objective.evaluate(flatten(layers_of(estimator)), *rest)
    assert estimator.cost_ == evaluation.cost == estimator.history_.costs[-8]
    np.testing.assert_array_equal(estimator.rho_hat_[0], evaluation.mean_activations[0])


def generator_after_the_weights():
    rng = estimator_module._generator(0)
    init_parameters((FEATURES, 5, FEATURES), rng)
    return rng


def test_early_stopping_generalises_better_than_training_to_the_end():
    X = noisy(400)
    few, new = X[:40], X[40:]
    early = stopped_early(few, validation_fraction=0.3)
    assert early.score(new) > stopped_early(few, early_stopping=False).score(new) + 1e-3


def test_what_is_held_out_follows_the_seed_and_the_start_does_not_depend_on_it():
    one, again, other = (stopped_early(random_state=seed) for seed in (0, 0, 1))
    assert one.validation_scores_ == again.validation_scores_ != other.validation_scores_
    starts = [stopped_early(early_stopping=early, max_iter=1).history_.mean_activations[0] for early in (True, False)]
    assert np.abs(np.subtract(*starts)).max() < 0.02


def test_targets_and_weights_are_held_out_with_their_samples():
    X, weights = noisy(), np.random.default_rng(0).integers(1, 4, 60)
    estimator = stopped_early(X, 1 - X, weights)
    _, held_out = hold_out((X, 1 - X, weights * 1.0), 0.1, generator_after_the_weights())
    cost = Objective((FEATURES, 5, FEATURES)).cost(flatten(layers_of(estimator)), *held_out)
    assert cost == -estimator.best_validation_score_
    (rest, _), parts = hold_out((X, None), 0.1, generator_after_the_weights())
    assert parts[1] is None
    assert {row.tobytes() for row in X} == {row.tobytes() for part in (rest, parts[0]) for row in part}


def test_where_early_stopping_does_not_come_to_it_training_ends_as_usual():
    with pytest.warns(ConvergenceWarning, match=r"after 4 iterations\. Raise max_iter"):
        estimator = stopped_early(max_iter=4)
    assert len(estimator.validation_scores_) == 4
    callback_scores = []

    def callback(training):
        callback_scores.append(training.cost)
        if len(callback_scores) == 3:
            raise StopIteration

    with pytest.warns(ConvergenceWarning, match="The callback stopped the training after 3 iterations"):
        estimator = short((5,), early_stopping=True, max_iter=9, tol=0).fit(noisy(), callback=callback)
    assert len(estimator.validation_scores_) == 2
