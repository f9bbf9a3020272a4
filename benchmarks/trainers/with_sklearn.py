"""scikit-learn's network of the same shape: sigmoid units below, a linear output, weight decay, no sparsity penalty."""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from benchmarks.problem import WEIGHT_DECAY
from benchmarks.trainers import Clock, Run


def prepare(problem):
    X = problem.data()
    threadpool_limits(1, "blas")  # NumPy's and SciPy's pools of threads would fight

    def train(theta, max_iter):
        """It draws its own first parameters and stops by SciPy's tolerance on the cost, which it does not let set."""
        model = MLPRegressor(
            hidden_layer_sizes=problem.layer_sizes[1:-1],
            activation="logistic",
            solver="lbfgs",
            alpha=WEIGHT_DECAY * len(X),  # it divides by the number of samples
            max_iter=max_iter,
            max_fun=100 * max_iter,
            tol=0,
            random_state=0,
        )
        clock = Clock()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, X)
        return Run(clock.seconds(), model.n_iter_, None, [])

    return train
