"""The objective on random calls: against the reference, with any number of workers, in processes, on bad input."""

import copy
import multiprocessing
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sparseae_lib.activations import ACTIVATIONS
from sparseae_lib.objective import Objective
from tests.reference import FUNCTIONS, calls, expect, networks, reference_gradients

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")  # NumPy's, of numbers that are none

# Shards of a few rows, so that a small batch has several. Those of the library are in test_large_batches.
small_shards = mock.patch.multiple("sparseae_lib.shards", ROWS=5, ENTRIES=0, LEAST_ROWS=1)


def as_bytes(evaluation):
    """All numbers of an evaluation, to the last bit."""
    cost, gradient, mean_activations = evaluation
    return np.array(cost).tobytes() + b"".join(array.tobytes() for array in (gradient, *mean_activations))


def assert_agrees(expected, cost, gradient, mean_activations):
    assert abs(cost - expected.cost) <= expected.tolerance * (1 + expected.cost)
    assert np.abs(gradient - expected.gradient).sum() <= expected.tolerance * expected.scale
    for got, mean in zip(mean_activations, expected.means, strict=True):
        assert got.shape == mean.shape
        assert np.abs(got - mean).max() <= expected.tolerance


def test_every_activation_has_a_reference():
    assert FUNCTIONS.keys() == ACTIVATIONS.keys()


@small_shards
@given(calls())
def test_small_batches_also_in_another_order_and_twice(call):
    expected = expect(call)
    order = np.random.default_rng(0).permutation(len(call.X))
    for variant in (call, call.of_rows(order), call.of_rows(np.tile(order, 2))):
        assert_agrees(expected, *variant.evaluate())


@pytest.mark.parametrize("m", [1, 2, 2621, 2622, 4096, 5121])
@given(st.data())
@settings(max_examples=4)
def test_large_batches(m, data):
    """One shard, and four, as one layer has 64 units."""
    call = data.draw(calls(st.just(m), st.sampled_from([(64, 1, 1), (64, 1, 2)])))
    assert_agrees(expect(call), *call.evaluate())


@small_shards
@given(calls())
def test_arguments_are_left_alone_and_results_are_new(call):
    objective, before = call.objective, [array.tobytes() for array in call.arguments]
    first = objective.evaluate(*call.arguments)
    kept = as_bytes(first)
    objective.evaluate(*call.of_rows(slice(1)).arguments)  # another batch in between
    second = objective.evaluate(*call.arguments)
    assert as_bytes(first) == as_bytes(second) == kept
    assert as_bytes((*objective(*call.arguments), first.mean_activations)) == kept
    assert objective.cost(*call.arguments) == first.cost
    assert [array.tobytes() for array in call.arguments] == before
    assert type(first.cost) is float
    assert first.gradient.shape == call.theta.shape
    results = [first.gradient, *first.mean_activations]
    others = [second.gradient, *second.mean_activations, *call.arguments]
    for index, result in enumerate(results):
        assert (type(result), result.dtype) == (np.ndarray, call.theta.dtype.type)
        assert result.flags.writeable
        assert not any(np.shares_memory(result, other) for other in results[:index] + others)


@small_shards
@given(calls(sizes=networks(5, 4), dtypes=st.just(np.float64), kinked=False), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_complex_theta(call, seed):
    """A step along i v: the cost's derivative is the gradient times v; the gradient's, the Hessian times v."""
    v, h = np.random.default_rng(seed).normal(size=call.theta.size), 1e-5
    theta, X, Y = call.as_reference()
    expected = expect(call)
    cost, gradient, mean_activations = replace(call, theta=theta + 1e-20j * v).evaluate()
    assert type(cost) is complex
    assert {array.dtype.type for array in (gradient, *mean_activations)} == {np.complex128}
    assert_agrees(expected, cost.real, gradient.real, [rho_hat.real for rho_hat in mean_activations])
    directional = cost.imag / 1e-20
    assert abs(directional - expected.gradient @ v) <= expected.tolerance * expected.scale * np.abs(v).max()
    near = {k: reference_gradients(theta + k * h * v, X, Y, **call.options).sum(axis=0) for k in (-2, -1, 1, 2)}
    hessian_v = (8 * (near[1] - near[-1]) - (near[2] - near[-2])) / (12 * h)  # but for an error of (1200 h)^4
    assert np.abs(gradient.imag / 1e-20 - hessian_v).sum() <= 1e-6 * (expected.scale + np.abs(hessian_v).sum())


@small_shards
@given(calls(dtypes=st.just(np.float64)))
@settings(max_examples=50)
def test_the_number_of_workers_changes_no_bit(call):
    expected = as_bytes(replace(call, workers=1).evaluate())
    for workers in (1, 2, 3, 7, len(call.X) + 1):
        for _ in range(2):
            assert as_bytes(replace(call, workers=workers).evaluate()) == expected


# Threads, processes, copies

OBJECTIVE = Objective((64, 5, 4, 64), rho=(0.1, 0.3), beta=(3, 1), weight_decay=1e-4, workers=2)


def example(seed):
    """The arguments of a call in several shards, in which some units are saturated."""
    rng = np.random.default_rng(seed)
    theta, X = rng.normal(scale=0.3, size=64 * 5 + 5 + 5 * 4 + 4 + 4 * 64 + 64), rng.random((2000 + seed, 64))
    theta[64 * 5 : 64 * 5 + 2] = 50, -500
    return theta, X


def test_four_callers_at_once():
    examples = [example(seed) for seed in range(4)] * 5
    serial = [as_bytes(OBJECTIVE.evaluate(*arguments)) for arguments in examples]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda arguments: as_bytes(OBJECTIVE.evaluate(*arguments)), examples))
    assert len(set(serial)) == 4
    assert together == serial


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # the very thing that is tested
def test_a_process_after_its_parent(method):
    arguments = example(0)
    expected = as_bytes(OBJECTIVE.evaluate(*arguments))
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert as_bytes(pool.apply_async(OBJECTIVE.evaluate, arguments).get(timeout=120)) == expected
    assert as_bytes(OBJECTIVE.evaluate(*arguments)) == expected


def test_copies_of_an_objective_in_use():
    arguments = example(0)
    expected = as_bytes(OBJECTIVE.evaluate(*arguments))
    for twin in (copy.deepcopy(OBJECTIVE), pickle.loads(pickle.dumps(OBJECTIVE))):
        assert as_bytes(twin.evaluate(*arguments)) == expected


# Bad input

CORRUPTIONS = {
    "nothing": lambda a: None,
    "number": lambda a: 0.5,
    "list": np.ndarray.tolist,
    "integers": lambda a: a.astype(int),
    "booleans": lambda a: a.astype(bool),
    "objects": lambda a: a.astype(object),
    "strings": lambda a: a.astype(str),
    "half precision": lambda a: a.astype(np.float16),
    "long double": lambda a: a.astype(np.longdouble),
    "one dimension more": lambda a: a[None],
    "one dimension less": lambda a: a[0],
    "one column too few": lambda a: a[..., 1:],
    "one column too many": lambda a: np.concatenate([a, a[..., :1]], axis=-1),
    "empty": lambda a: a[:0],
}


@small_shards
@given(calls(), st.data())
def test_bad_arguments(call, data):
    index = data.draw(st.integers(0, len(call.arguments) - 1))
    name, array = ("theta", "X", "targets")[index], call.arguments[index]
    corruption = data.draw(st.sampled_from(["nan", "inf", "-inf"]) | st.sampled_from(list(CORRUPTIONS)))
    assume((name, corruption) != ("targets", "nothing"))
    if corruption in CORRUPTIONS:
        bad, message = CORRUPTIONS[corruption](array), rf"^{name} must .*, got .+"
    else:
        position = np.unravel_index(data.draw(st.integers(0, array.size - 1)), array.shape)
        bad = array.copy()
        bad[position] = float(corruption)
        place = f"{name}[{', '.join(map(str, position))}]"
        message = "^" + re.escape(f"{name} must be finite, got {place} = {corruption}") + "$"
    arguments = [*call.arguments[:index], bad, *call.arguments[index + 1 :]]
    objective, before = call.objective, pickle.dumps(arguments)
    fine = as_bytes(objective.evaluate(*call.arguments))
    for method in (objective.evaluate, objective, objective.cost):
        with pytest.raises((TypeError, ValueError), match=message):
            method(*arguments)
    assert pickle.dumps(arguments) == before
    assert as_bytes(objective.evaluate(*call.arguments)) == fine, "the error left something behind"


not_from_0_on = st.floats(max_value=0, exclude_max=True) | st.sampled_from([np.nan, np.inf])
BAD_NUMBERS = {
    "rho": not_from_0_on | st.sampled_from([0, 1, 0.0, 1.0]) | st.floats(min_value=1),
    "beta": not_from_0_on,
    "weight_decay": not_from_0_on,
}
no_numbers = st.sampled_from([True, "0.5", b"0.5", 0.5j, {0.5}, np.array(["0.5"])])


@given(st.data(), st.integers(1, 4), st.sampled_from(list(BAD_NUMBERS)))
def test_bad_options(data, n_hidden, name):
    bad = value = data.draw(BAD_NUMBERS[name] | no_numbers)
    named = name
    if name != "weight_decay" and data.draw(st.booleans()):  # one of several
        index = data.draw(st.integers(0, n_hidden - 1))
        value, named = [0.5] * n_hidden, f"{name}[{index}]"
        value[index] = bad
    options = {"rho": 0.5, "beta": 0.5, "weight_decay": 0.5, name: value}
    with pytest.raises((TypeError, ValueError), match=rf"^{re.escape(named)}(\[0\])? must .*got "):
        Objective((3,) * (n_hidden + 2), **options)


@pytest.mark.parametrize("workers", [0, -1, 1.5, True, "2", [2]])
def test_bad_workers(workers):
    message = f"workers must be a positive integer, got {workers!r}"
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        Objective((4, 3, 4), workers=workers)
