"""The peak of memory that is measured is that of a known array."""

import pytest

from benchmarks.contestants import Contestant
from benchmarks.memory import CLEAR_REFS, measure_memory
from benchmarks.problem import Problem


@pytest.mark.parametrize("megabytes", [80, 160])
def test_the_peak_of_a_known_array(megabytes):
    """It is freed before the measurement ends, so the size after the evaluation would not show it."""
    one_array = Contestant("array", "tests.benchmarks.wrong:one_array", options=(("megabytes", megabytes),))
    absent = Contestant("absent", "nowhere:nothing", ("no_such_package",))
    record = measure_memory(Problem((4, 2, 4), 100), (absent, one_array))
    if not CLEAR_REFS.exists():
        assert record is None
        return
    (entry,) = record["entries"]
    assert record["data_bytes"] == 100 * 4 * 8
    assert abs(entry["bytes"] / 1e6 - megabytes) < 5
    assert entry["ratio"] == entry["bytes"] / record["data_bytes"]
