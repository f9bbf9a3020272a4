"""The benchmarks name the kernel that ran, and run each kernel that the processor has once."""

import pytest

from benchmarks import kernels, plan
from benchmarks.contestants import BOUND, CLEAN_NUMPY, OURS, under
from benchmarks.worker import kernel, workers

AVX2 = "pni avx2 fma"
AVX512 = f"{AVX2} avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.fixture
def processor(tmp_path, monkeypatch):
    """A processor that is made up: its flags, and the kernel that OpenBLAS takes by OPENBLAS_CORETYPE, "" for none."""

    def make(flags, **takes):
        (tmp_path / "cpuinfo").write_text(f"flags\t\t: fpu {flags}\n")
        monkeypatch.setattr(kernels, "CPUINFO", tmp_path / "cpuinfo")
        monkeypatch.setattr(kernels, "kernel_under", lambda coretype="": f"openblas {takes.get(coretype, coretype)}")

    return make


@pytest.mark.parametrize(
    ("flags", "offered"),
    [
        ("pni", ["Prescott"]),
        ("pni avx2", ["Prescott"]),
        (AVX2, ["Prescott", "Haswell", "Zen"]),
        (f"{AVX2} avx512f", ["Prescott", "Haswell", "Zen"]),
        (AVX512.replace(" avx512vl", ""), ["Prescott", "Haswell", "Zen"]),
        (AVX512, ["Prescott", "Haswell", "Zen", "SkylakeX"]),
        ("neon", []),
    ],
)
def test_what_the_processor_lacks_is_not_offered(processor, flags, offered):
    processor(flags)
    assert kernels.coretypes() == offered


def test_two_names_of_one_kernel_are_one(processor):
    processor(AVX2, Zen="Haswell")
    assert kernels.coretypes() == ["Prescott", "Haswell"]


def test_another_blas_has_no_such_kernels(processor, monkeypatch, tmp_path):
    processor(AVX512)
    monkeypatch.setattr(kernels, "kernel_under", lambda coretype=None: "mkl")
    assert kernels.coretypes() == []
    assert kernels.main_coretypes() == [None]
    monkeypatch.setattr(kernels, "CPUINFO", tmp_path / "none")
    assert kernels.coretypes() == []


@pytest.mark.parametrize(("detected", "main"), [("SkylakeX", [None, "Haswell"]), ("Haswell", [None])])
def test_nothing_is_run_twice_with_the_same_kernel(processor, detected, main):
    processor(AVX512, **{"": detected})
    assert kernels.main_coretypes() == main


def test_each_process_has_the_kernel_that_it_is_asked_for():
    """Those that this machine offers, all contestants of a race the same."""
    offered = kernels.coretypes()
    with workers() as (run, _):
        assert run(OURS, kernel) == kernels.kernel_under() == kernels.numpy_kernel()
        for coretype in set(offered) - {"Prescott"}:  # it prints another of its names
            race = under(coretype, (BOUND, OURS))
            assert {run(contestant, kernel) for contestant in race} == {f"openblas {coretype}"}
    assert len({kernels.kernel_under(coretype) for coretype in offered}) == len(offered)


def test_the_main_races_are_run_under_each_main_kernel(monkeypatch):
    monkeypatch.setattr(plan, "main_coretypes", lambda: [None, "Haswell"])
    haswell = (("OPENBLAS_CORETYPE", "Haswell"),)
    races = plan.quick(peers=(CLEAN_NUMPY,)).races
    for name in ("evaluation", "few_samples"):
        found = [[contestant.environment for contestant in race.contestants] for race in races[name]]
        own = found[0]  # without numba, one has a setting of its own
        assert own.count(()) == len(own) - 1
        assert found == [own] * 2 + [[environment + haswell for environment in own]] * 2
        assert [race.problem for race in races[name][:2]] == [race.problem for race in races[name][2:]]
