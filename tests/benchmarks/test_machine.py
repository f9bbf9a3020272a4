"""What the benchmarks say of the machine."""

import os

from benchmarks import kernels, machine
from sparseae_lib import __version__


def test_the_machine_is_described():
    described = machine.describe()
    assert described["cpu"] and 1 <= described["cores"] <= os.cpu_count()
    assert described["versions"]["sparseae_lib"] == __version__
    assert described["versions"]["numpy"].count(".") == 2
    for blas in described["blas"]:
        assert "/" not in blas["package"] and blas["threads"] >= 1
    assert described["blas"], "NumPy has one"


def test_a_cpu_is_read_from_its_field(tmp_path, monkeypatch):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model\t: 17\nmodel name\t: A CPU: fast\nflags\t\t: fpu pni avx2\n\nmodel name\t: B\n")
    monkeypatch.setattr(kernels, "CPUINFO", cpuinfo)
    assert machine.describe()["cpu"] == "A CPU: fast"
    monkeypatch.setattr(kernels, "CPUINFO", tmp_path / "none")
    assert machine.describe()["cpu"]


def test_only_known_settings_of_the_environment_are_told(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("SECRET", "42")
    told = machine.describe()["environment"]
    assert told["OPENBLAS_CORETYPE"] == "Haswell"
    assert "SECRET" not in told
