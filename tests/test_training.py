import numpy as np
import pytest

from sparseae_lib.checkpoints import load_checkpoint
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

SIZES = (6, 3, 6)


@pytest.fixture
def problem():
    """Objective, theta and X; L-BFGS converges in about 60 iterations."""
    rng = np.random.default_rng(3)
    objective = Objective(SIZES, rho=0.2, beta=0.5, weight_decay=1e-2)
    return objective, init_parameters(SIZES, rng), rng.uniform(0.1, 0.9, (20, 6))


def test_training_ends_at_an_optimum(problem):
    objective, theta, X = problem
    training = train(objective, theta, X, tol=1e-6)
    assert training.converged
    cost, gradient = objective(training.theta, X)
    assert training.cost == cost == training.history.costs[-1]
    assert np.abs(gradient).max() == training.history.gradient_norms[-1] <= 1e-6


def test_training_goes_on_from_a_checkpoint_to_the_same_optimum(problem, tmp_path):
    objective, theta, X = problem
    whole = train(objective, theta, X, tol=1e-7)
    train(objective, theta, X, max_iter=10, checkpoint=tmp_path / "c.npz")
    resumed = train(objective, load_checkpoint(tmp_path / "c.npz"), X, tol=1e-7)
    assert whole.converged
    assert resumed.converged
    assert resumed.history.costs[:11].tolist() == whole.history.costs[:11].tolist()
    assert resumed.cost == pytest.approx(whole.cost, rel=1e-12)
    np.testing.assert_allclose(resumed.theta, whole.theta, rtol=0, atol=1e-4)
