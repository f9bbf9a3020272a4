"""Nobody is timed who computes something else: a wrong contestant is rejected, and rounding is not."""

import numpy as np
import pytest

from benchmarks.agreement import TOLERANCE, DisagreementError, check_agreement
from benchmarks.contestants import CLEAN_NUMPY, Contestant
from benchmarks.problem import Problem
from benchmarks.worker import cost_and_gradient

PROBLEM = Problem((9, 4, 9), 20)


def results(function):
    wrong = Contestant("the other", f"tests.benchmarks.wrong:{function}")
    return {contestant.name: cost_and_gradient(contestant, PROBLEM) for contestant in (CLEAN_NUMPY, wrong)}


@pytest.mark.parametrize(
    ("function", "what"),
    [
        ("without_decay", "cost"),
        ("without_decay_of_the_gradient", "gradient"),
        ("slightly_longer_gradient", "gradient"),
        ("another_order", "gradient"),
        ("no_number", "cost"),
    ],
)
def test_a_wrong_contestant_is_rejected(function, what):
    with pytest.raises(DisagreementError, match=f"the {what} of the other differs from that of clean NumPy"):
        check_agreement(results(function))


def test_rounding_is_accepted_and_measured():
    assert 0.9e-13 < check_agreement(results("half_as_exact")) < 1.1e-13


def test_the_last_of_three_is_compared_too():
    good = results("half_as_exact")
    wrong = results("without_decay")["the other"]
    with pytest.raises(DisagreementError, match="third"):
        check_agreement(good | {"third": wrong})


def test_nothing_to_compare():
    assert check_agreement({"alone": cost_and_gradient(CLEAN_NUMPY, PROBLEM)}) is None


def test_single_precision_has_a_tolerance_of_its_own():
    assert TOLERANCE["float64"] == 1e-10
    gradient = np.array([1.0, 2.0])
    off = (gradient * (1 + 1e-6)).astype(np.float32)
    assert check_agreement({"double": (1.0, gradient), "single": (1.0, off)}) > 1e-7
    with pytest.raises(DisagreementError, match="gradient of single"):
        check_agreement({"double": (1.0, gradient), "single": (1.0, off * np.float32(1.01))})
