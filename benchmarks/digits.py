"""The estimator beside scikit-learn's own on the digits, as codes: ``python -m benchmarks.digits``.

Each of them makes a code of 25 numbers from the training half, and is judged by the other half. Times are those of the
processor, with one thread, so that what else the machine does matters little.
"""

import sys
import warnings
from pathlib import Path
from time import process_time

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import load_digits
from sklearn.decomposition import NMF, PCA, MiniBatchDictionaryLearning
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks.__main__ import store
from benchmarks.machine import describe
from benchmarks.race import spread
from sparseae_lib.activations import sigmoid
from sparseae_lib.estimator import SparseAutoencoder

RESULTS = Path(__file__).with_suffix(".json")
WIDTH = 25
SEEDS = range(3)
ENCODINGS = 7  # of each model, because one takes milliseconds


class MLPCode(TransformerMixin, BaseEstimator):
    """The hidden layer of an ``MLPRegressor`` that was trained to reproduce its input."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y=None):
        self.network_ = MLPRegressor(
            hidden_layer_sizes=(WIDTH,), activation="logistic", max_iter=2000, random_state=self.random_state
        )
        self.network_.fit(X, X)
        return self

    def transform(self, X):
        return sigmoid(X @ self.network_.coefs_[0] + self.network_.intercepts_[0])

    def inverse_transform(self, code):
        return code @ self.network_.coefs_[1] + self.network_.intercepts_[1]


MODELS = {
    "SparseAutoencoder, defaults": lambda seed: SparseAutoencoder((WIDTH,), random_state=seed, n_jobs=1),
    "SparseAutoencoder, beta = 0.1": lambda seed: SparseAutoencoder((WIDTH,), beta=0.1, random_state=seed, n_jobs=1),
    "SparseAutoencoder, beta = 0": lambda seed: SparseAutoencoder((WIDTH,), beta=0, random_state=seed, n_jobs=1),
    "MLPRegressor": MLPCode,
    "PCA": lambda seed: PCA(WIDTH, random_state=seed),
    "NMF": lambda seed: NMF(WIDTH, max_iter=2000, random_state=seed),
    "MiniBatchDictionaryLearning": lambda seed: MiniBatchDictionaryLearning(
        WIDTH, alpha=0.1, transform_algorithm="lasso_cd", transform_alpha=0.1, random_state=seed
    ),
}


def halves(seed):
    """Grey levels from 0 to 1: training and test data with their labels."""
    X, labels = load_digits(return_X_y=True)
    return train_test_split(X / 16, labels, test_size=0.5, random_state=seed, stratify=labels)


def hoyer(code):
    r"""The sparsity of each row, :math:`(\sqrt n - \lVert a \rVert_1 / \lVert a \rVert_2) / (\sqrt n - 1)`, averaged.

    It is 1 for a row with one entry that is not 0, and 0 for a row whose entries are all of one size. Source: Hoyer,
    2004. A row of zeros, which has no such ratio, counts as 1.
    """
    root, norms = np.sqrt(code.shape[1]), np.linalg.norm(code, axis=1)
    ratio = np.abs(code).sum(axis=1) / np.where(norms > 0, norms, 1)
    return float(np.mean(np.where(norms > 0, (root - ratio) / (root - 1), 1)))


def judge(make, seed):
    """{what is measured: its value} for one model and one cut of the data."""
    X, X_test, labels, test_labels = halves(seed)
    model = make(seed)
    start = process_time()
    model.fit(X)
    fitted = process_time() - start
    encodings = []
    for _ in range(ENCODINGS):
        start = process_time()
        code = model.transform(X_test)
        encodings.append(process_time() - start)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)).fit(model.transform(X), labels)
    return {
        "error": float(np.mean((model.inverse_transform(code) - X_test) ** 2)),
        "sparsity": hoyer(code),
        "zeros": float(np.mean(code == 0)),
        "accuracy": classifier.score(code, test_labels),
        "seconds_to_fit": fitted,
        "seconds_to_encode": float(np.median(encodings)),
    }


def compare(models=MODELS, seeds=SEEDS):
    """One entry per model, each value as a spread over the seeds; the mean image is there to compare errors with."""
    entries, seeds = {name: [] for name in models}, list(seeds)
    for seed in seeds:  # in turns, so that a slow moment of the machine affects all
        for name, make in models.items():
            with warnings.catch_warnings(), threadpool_limits(1):
                warnings.simplefilter("error", ConvergenceWarning)
                entries[name].append(judge(make, seed))
            print(seed, name, entries[name][-1], file=sys.stderr)
    cuts = [halves(seed) for seed in seeds]
    raw = [
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)).fit(X, labels).score(X_test, test_labels)
        for X, X_test, labels, test_labels in cuts
    ]
    return {
        "width": WIDTH,
        "n_samples": [len(cuts[0][0]), len(cuts[0][1])],
        "seeds": len(seeds),
        "error_of_mean_image": float(np.mean([np.mean((X_test - X.mean(axis=0)) ** 2) for X, X_test, *_ in cuts])),
        "accuracy_on_pixels": float(np.mean(raw)),
        "entries": [
            {"name": name} | {key: spread([run[key] for run in runs]) for key in runs[0]}
            for name, runs in entries.items()
        ],
    }


if __name__ == "__main__":
    store({"machine": describe()} | compare(), RESULTS)
