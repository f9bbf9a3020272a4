"""The comparison on the digits: its measures by hand, a run with quick models, and what is stored."""

import json

import numpy as np
import pytest
from sklearn.decomposition import PCA

from benchmarks.digits import MODELS, RESULTS, WIDTH, MLPCode, compare, halves, hoyer


def test_the_sparsity_of_rows_by_hand():
    assert hoyer(np.array([[0.0, 3, 0, 0]])) == 1
    assert hoyer(np.array([[-2.0, 2, 2, -2]])) == 0
    assert hoyer(np.array([[1.0, 1, 0, 0]])) == pytest.approx(2 - np.sqrt(2))
    assert hoyer(np.array([[0.0, 3, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]])) == pytest.approx(2 / 3)


def test_the_halves_are_cut_by_class_and_lie_from_0_to_1():
    X, X_test, labels, test_labels = halves(0)
    assert len(X) + len(X_test) == 1797 and abs(len(X) - len(X_test)) == 1
    assert np.abs(np.bincount(labels) - np.bincount(test_labels)).max() <= 1
    assert (X.min(), X.max()) == (0, 1)
    assert not np.array_equal(X, halves(1)[0])


def test_the_code_of_the_mlp_is_its_hidden_layer(monkeypatch):
    X = halves(0)[0][:50]
    model = MLPCode(0)
    model.fit(X)
    code = model.transform(X)
    assert code.shape == (50, WIDTH)
    np.testing.assert_allclose(model.inverse_transform(code), model.network_.predict(X), rtol=1e-12)


def test_a_comparison_measures_what_it_says():
    results = compare({"PCA": lambda seed: PCA(WIDTH, random_state=seed)}, seeds=(0,))
    (entry,) = results["entries"]
    X, X_test, *_ = halves(0)
    model = PCA(WIDTH, random_state=0).fit(X)
    error = np.mean((model.inverse_transform(model.transform(X_test)) - X_test) ** 2)
    assert entry["error"]["median"] == pytest.approx(error, rel=1e-12)
    assert 0.9 < entry["accuracy"]["median"] < 1 and entry["seconds_to_fit"]["median"] > 0
    assert results["error_of_mean_image"] > 3 * error


def test_the_stored_results_are_those_of_the_models():
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert [entry["name"] for entry in stored["entries"]] == list(MODELS)
    assert stored["width"] == WIDTH
