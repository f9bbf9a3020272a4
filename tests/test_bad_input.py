"""A fuzzer over every argument of the public functions: a bad value gives an error that names it, or it is no bad one.

Each argument of each function in turn takes each of some sixty values. A value is either refused, by a TypeError or
ValueError (an OSError for a path) whose message begins with the argument's name, or it gives a result that is finite.
A warning is not an answer, and neither is an error from the inside of NumPy.
"""

import re
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from sparseae_lib import backprop, gradcheck, images, layouts, network, penalties
from sparseae_lib.activations import get_activation
from sparseae_lib.checkpoints import load_checkpoint
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

SIZES = (5, 3, 5)
RNG = np.random.default_rng(0)
THETA = network.init_parameters(SIZES, RNG)
X = RNG.uniform(0.1, 0.9, (4, 5))
WEIGHTS = np.array([1.0, 0.0, 2.0, 0.5])
LAYERS = network.unflatten(THETA, SIZES)
(W1, b1), (W2, b2) = LAYERS
A1, A2, A3 = network.forward(LAYERS, X, "sigmoid")
DELTA = A3 - X
IMAGE = RNG.uniform(size=(12, 10))
OBJECTIVE = Objective(SIZES, rho=0.1, beta=1.0)
EQUATIONS = {
    *vars(backprop),
    *vars(layouts),
    "flatten",
    "unflatten",
    "mean_activation",
    "kl_divergence",
    "kl_derivative",
}
"""The functions that are an equation each: NaN in is NaN out, and what overflows is infinite."""


def fit(X=X, y=None, sample_weight=None, **options):
    """What ``fit`` takes, and the estimator's parameters."""
    return SparseAutoencoder(**{"hidden_layer_sizes": (3,), "random_state": 0, "max_iter": 3} | options).fit(
        X, y, sample_weight
    )


FITTED = fit(tol=1e3)

CALLS = {
    network.init_parameters: {"layer_sizes": SIZES, "rng": RNG, "tied": False},
    network.flatten: {"layers": LAYERS, "tied": False},
    network.unflatten: {"theta": THETA, "layer_sizes": SIZES, "tied": False},
    network.forward: {"layers": LAYERS, "X": X, "activation": "sigmoid"},
    layouts.to_layout: {"theta": THETA, "layer_sizes": SIZES, "layout": "ufldl"},
    layouts.from_layout: {"theta": THETA, "layer_sizes": SIZES, "layout": "ufldl"},
    backprop.pre_activation: {"A": A1, "W": W1, "b": b1},
    backprop.cost: {"A": A3, "Y": X, "weights": [W1, W2], "weight_decay": 0.1},
    backprop.residuals: {"A": A3, "Y": X},
    backprop.half_squared_error: {"R": DELTA, "sample_weight": WEIGHTS},
    backprop.output_delta: {"A": A3, "Y": X, "activation": "sigmoid", "sample_weight": WEIGHTS},
    backprop.hidden_delta: {
        "delta_next": DELTA,
        "W": W2,
        "A": A2,
        "activation": "sigmoid",
        "beta_kappa": b1,
        "sample_weight": WEIGHTS,
    },
    backprop.weight_gradient: {"A": A2, "delta_next": DELTA, "W": W2, "weight_decay": 0.1},
    backprop.bias_gradient: {"delta_next": DELTA},
    backprop.outer_products: {"A": A2, "delta_next": DELTA},
    backprop.column_sums: {"A": A2},
    penalties.mean_activation: {"A": A2, "sample_weight": WEIGHTS},
    penalties.kl_divergence: {"rho": 0.1, "rho_hat": A2[0]},
    penalties.kl_derivative: {"rho": 0.1, "rho_hat": A2[0]},
    get_activation: {"activation": "sigmoid"},
    Objective: {
        "layer_sizes": SIZES,
        "rho": 0.1,
        "beta": 1.0,
        "weight_decay": 0.1,
        "activation": "sigmoid",
        "tied": False,
        "workers": 1,
    },
    OBJECTIVE.__call__: {"theta": THETA, "X": X, "targets": X, "sample_weight": WEIGHTS},
    OBJECTIVE.cost: {"theta": THETA.astype(np.float32), "X": X, "targets": X},
    gradcheck.complex_step: {"cost": np.sum, "theta": THETA},
    gradcheck.central_difference: {"cost": np.sum, "theta": THETA, "step": 1e-5},
    gradcheck.check_gradient: {
        "cost": np.sum,
        "gradient": np.ones(THETA.size),
        "theta": THETA,
        "tolerance": 1e-7,
        "method": "central_difference",
        "layer_sizes": SIZES,
        "layout": "rows",
        "entries": 3,
        "rng": RNG,
    },
    train: {
        "objective": OBJECTIVE,
        "theta": THETA,
        "X": X,
        "targets": X,
        "sample_weight": WEIGHTS,
        "max_iter": 2,
        "tol": 1e-3,
        "max_time": 10,
        "progress": False,
        "callback": id,
        "layout": "rows",
    },
    load_checkpoint: {"path": "/no/such/file"},
    images.whiten: {"image": IMAGE},
    images.sample_patches: {"images": [IMAGE], "patch_shape": (3, 2), "n_patches": 4, "rng": RNG},
    images.normalise_patches: {"patches": X},
    fit: {
        "X": X,
        "y": X,
        "sample_weight": WEIGHTS,
        "hidden_layer_sizes": (3,),
        "rho": 0.1,
        "beta": 1.0,
        "weight_decay": 0.1,
        "activation": "sigmoid",
        "output_activation": None,
        "tied": False,
        "max_iter": 3,
        "tol": 1e3,
        "max_time": 10,
        "early_stopping": False,
        "validation_fraction": 0.5,
        "n_iter_no_change": 1,
        "warm_start": False,
        "random_state": 0,
        "n_jobs": 1,
        "verbose": False,
    },
    SparseAutoencoder.load: {"path": "/no/such/file"},
    FITTED.transform: {"X": X},
    FITTED.inverse_transform: {"X": A2},
    FITTED.score: {"X": X, "y": X, "sample_weight": WEIGHTS},
}

NUMBERS = [None, True, 0, -1, 3, 2.5, 10**400, -(10**400), 1e-320, 1e308, np.nan, np.inf, -np.inf, 1j, np.float16(0.5)]
WORDS = [
    "",
    "sigmoid",
    "nonsense",
    "a\0b",
    b"bytes",
    memoryview(np.ones((2, 2))),
    object(),
    print,
    np.sum,
    int,
    Objective,
]
COLLECTIONS = [
    [],
    (),
    {},
    set(),
    {5, 3},
    {"a": 1},
    [None],
    [[]],
    ["a", "b"],
    [1, 2],
    (5, 3, 5),
    (10**10,) * 3,
    range(3),
    iter([1.0]),
]


def variants(value):
    """Arrays like ``value``, but with something wrong."""
    yield value.tolist()
    yield np.zeros(())
    yield np.empty(0)
    yield np.empty((0, 5))
    yield np.empty((4, 0))
    yield value[..., None]
    yield value[:-1]
    yield value[None]
    for dtype in (int, bool, complex, object, np.float16, np.longdouble, "U3", "datetime64[s]"):
        yield np.zeros(value.shape, dtype)
    for entry in (np.nan, np.inf, -np.inf, 1e308, -1e308, 1e39, 1e-320):
        bad = value.astype(float)
        bad.flat[-1] = entry
        yield bad
        yield np.full(value.shape, entry)
    yield np.ma.masked_array(value, mask=value > value.mean())
    if value.ndim == 2:
        yield value.view(np.matrix)
    yield np.zeros(value.shape, [("a", float)])


def bad_values(value):
    yield from NUMBERS + WORDS + COLLECTIONS
    if isinstance(value, np.ndarray):
        yield from variants(value)
    else:
        yield from (np.empty(0), np.array([np.nan]), np.array(["a"]), np.array(None), np.zeros((2, 2, 2)))
    if isinstance(value, list) and isinstance(value[0], np.ndarray):
        for bad in variants(value[0]):
            yield [bad]
    if isinstance(value, list) and isinstance(value[0], tuple):
        for position in (0, 1):
            for bad in variants(value[0][position]):
                first = [*value[0]]
                first[position] = bad
                yield [tuple(first), *value[1:]]
        yield [value[0][:1]]
        yield [value[1], value[0]]


def numbers_of(result):
    """All numbers in a result."""
    if isinstance(result, tuple | list):
        return [number for part in result for number in numbers_of(part)]
    if isinstance(result, np.ndarray):
        return result.ravel().tolist()
    if isinstance(result, float | complex):
        return [result]
    if isinstance(result, SparseAutoencoder):
        return numbers_of([*result.coefs_, *result.intercepts_])
    return []


NAMED = r"(Input )?({}|[WbAYRZ]\d?|cost and gradient|layer_sizes)\b"
"""Of what belongs together either may be named, as of two shapes that do not match."""


def is_huge(value):
    """Whether squares of it overflow, although it is finite: a cost is then infinite, and L-BFGS can bear that."""
    numbers = np.abs([number for number in numbers_of(value) if isinstance(number, int | float | complex)])
    return bool(np.isfinite(numbers).all() and np.any(numbers > 1e150))


def complaint(function, arguments, name, value):
    """What is wrong with the answer to a value, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "[Xy] goes from")
        if function.__name__ in EQUATIONS or is_huge(value):
            warnings.filterwarnings("ignore", "(overflow|invalid value) encountered")
        try:
            result = function(**arguments | {name: value})
        except (TypeError, ValueError, OSError) as error:
            if isinstance(error, FileNotFoundError) or re.match(NAMED.format("|".join(arguments)), str(error)):
                return None
            return f"{type(error).__name__}: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    if function.__name__ in EQUATIONS or is_huge(value):
        return None
    if not np.isfinite(numbers_of(result)).all():
        return f"a result that is not finite: {result!r}"
    return None


CASES = [(function, name) for function, arguments in CALLS.items() for name in arguments]


@pytest.mark.parametrize(("function", "name"), CASES, ids=[f"{function.__name__}-{name}" for function, name in CASES])
def test_a_bad_value_is_refused_by_name(function, name):
    arguments = CALLS[function]
    complaints = []
    for value in bad_values(arguments[name]):
        if name in ("cost", "gradient", "callback", "objective") and callable(value):
            continue  # the errors of a function are its own
        if said := complaint(function, arguments, name, value):
            complaints.append(f"{value!r:.60}: {said:.150}")
    assert not complaints, "\n".join(complaints)


def test_an_image_of_any_brightness_is_whitened_alike():
    expected = images.whiten(IMAGE)
    for scale in (2.0**1000, 2.0**-1000):
        assert np.array_equal(images.whiten(scale * IMAGE), expected)
    assert np.isfinite(images.whiten(IMAGE * 1e308)).all()
    np.testing.assert_allclose(images.normalise_patches(X * 1e308), images.normalise_patches(X), rtol=1e-12)


def test_what_does_not_fit_into_single_precision_is_named():
    theta = THETA.astype(np.float32)
    large = X.copy()
    large[1, 2] = 1e39
    with pytest.raises(ValueError, match=r"^X must fit into float32, got 1e\+39 in size$"):
        OBJECTIVE(theta, large)
    with pytest.raises(ValueError, match=r"^targets must fit into float32, got 1e\+39 in size$"):
        OBJECTIVE(theta, X, large)


def test_a_matrix_without_columns_has_products_without_entries():
    assert backprop.outer_products(np.empty((4, 0)), DELTA).shape == (0, 5)
    assert backprop.outer_products(A2, np.empty((4, 0))).shape == (3, 0)
