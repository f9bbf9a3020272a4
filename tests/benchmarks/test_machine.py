"""What the benchmarks say of the machine."""

import os
import re
from pathlib import Path

from benchmarks import contestants, kernels, machine, trainers
from sparseae_lib import __version__


def test_the_machine_is_described():
    described = machine.describe()
    assert described["cpu"] and 1 <= described["cores"] <= os.cpu_count()
    assert described["versions"]["sparseae_lib"] == __version__
    assert described["versions"]["numpy"].count(".") == 2
    for blas in described["blas"]:
        assert "/" not in blas["package"] and blas["threads"] >= 1
    assert described["blas"], "NumPy has one"


def test_the_packages_of_the_contestants_are_installed_for_them_and_their_versions_are_told():
    requirements = Path(machine.__file__).with_name("requirements.txt").read_text(encoding="utf-8")
    installed = set(re.findall(r"^[\w-]+", requirements, re.MULTILINE))
    own_name = {"sklearn": "scikit-learn"}
    for contestant in (*contestants.PEERS, *trainers.PEERS, trainers.SIMPLER):
        for module in contestant.requires:
            assert own_name.get(module, module) in installed & set(machine.PACKAGES), contestant.name


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
