"""The whole harness, in processes of its own, on tiny sizes."""

import json
import os
import platform
import re
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from joblib import cpu_count

from benchmarks import contestants, plan, trainers
from benchmarks.__main__ import RESULTS, main, store
from benchmarks.agreement import DisagreementError
from benchmarks.contestants import BOUND, CLEAN_NUMPY, Contestant
from benchmarks.kernels import coretypes, kernel_under
from benchmarks.problem import Problem
from benchmarks.quiet import Reading
from benchmarks.report import DISTURBED, TITLES, report
from benchmarks.run import run
from benchmarks.worker import workers

ABSENT = Contestant("absent peer", "nowhere:nothing", ("no_such_package",))
SPREAD = {"lower", "median", "upper"}


@pytest.fixture(scope="module")
def tiny():
    """A plan without the peers that this environment may or may not have."""
    peers = tuple(peer for peer in contestants.PEERS if not peer.requires)
    return plan.quick(peers=(*peers, ABSENT))._replace(trainers=(trainers.OURS, ABSENT, trainers.SIMPLER))


@pytest.fixture(scope="module")
def said():
    return []


@pytest.fixture(scope="module")
def results(tiny, said):
    """Of a run that sees no other process, whatever else this machine does."""
    with pytest.MonkeyPatch.context() as patch:
        pretend(patch, cores=0.1)
        return run(tiny, say=said.append)


def pretend(patch, cores):
    """As if others took so many ``cores``, and the calibration product always the same time."""

    def read(pids):
        now = time.perf_counter()
        return Reading(now, cores * now, 0, dict.fromkeys(pids, 0))

    patch.setattr("benchmarks.run.read", read)
    patch.setattr("benchmarks.quiet.GRAIN", 0)
    patch.setattr("benchmarks.quiet.SLOWDOWN", float("inf"))
    patch.setattr("benchmarks.quiet.CALIBRATION_PROBLEM", Problem((4, 2, 4), 1))
    patch.setattr("benchmarks.quiet.CALIBRATION_SECONDS", 0)  # one product, whose time counts for nothing here


def stored():
    """The results that are stored: none before the first ``make bench``."""
    return [path for path in [RESULTS] if path.exists()]


def names(record):
    return [entry["name"] for entry in record["entries"]]


def test_missing_peers_are_named_and_the_run_goes_on(results, said):
    assert results["missing"] == {"absent peer": ["no_such_package"]}
    assert "missing: absent peer (no_such_package not installed)" in said
    assert "absent peer: no_such_package" in report(results)
    assert "absent peer" not in names(results["evaluation"][0])


def test_results_hold_what_the_chapter_reads(results, tiny, said):
    assert json.loads(json.dumps(results)) == results
    assert results["pace"] == tiny.pace._asdict()
    assert results["disturbed"] == []
    assert not any("other processes" in line for line in said)
    assert results["detected_kernel"] == kernel_under()
    assert {entry["kernel"] for entry in results["evaluation"][0]["entries"]} == {kernel_under()}
    for record in results["evaluation"]:
        assert names(record)[:3] == [BOUND.name, "sparseae_lib", "sparseae_lib without numba"]
        assert len(names(record)) == 5
        assert 0 < record["largest_difference"] < 1e-12
    assert [record["n_samples"] for record in results["samples"]] == [20, 40]
    assert [record["layer_sizes"] for record in results["hidden_units"]] == [[9, 3, 9], [9, 6, 9]]
    assert [record["layer_sizes"] for record in results["hidden_layers"]] == [[9, 4, 9], [9, 4, 4, 9]]
    assert names(results["few_samples"][0]) == [CLEAN_NUMPY.name, "sparseae_lib", "sparseae_lib without numba"]
    assert names(results["precision"][0]) == ["float64", "float32"]
    assert names(results["workers"][0]) == [f"{k}" for k in range(1, 1 + cpu_count())]
    assert names(results["kernels"][0]) == ["as detected", *coretypes()]
    assert [e["kernel"] for e in results["kernels"][0]["entries"][1:]] == [kernel_under(k) for k in coretypes()]
    assert 1e-10 < results["precision"][0]["largest_difference"] < 1e-3
    for key in TITLES:
        for record in results[key]:
            for entry in record["entries"]:
                assert set(entry["seconds"]) == set(entry["ratio"]) == SPREAD
                assert 0 < entry["seconds"]["lower"] <= entry["seconds"]["median"] <= entry["seconds"]["upper"]
            assert set(record["entries"][0]["ratio"].values()) == {1.0}


def test_training_results_hold_what_the_chapter_reads(results):
    record = results["training"]
    ours, simpler = record["entries"]
    assert (ours["name"], simpler["name"]) == ("sparseae_lib", "scikit-learn MLPRegressor")
    assert ours["n_iter"]["median"] == record["max_iter"] == 5
    assert ours["n_evaluations"]["median"] >= 6
    assert ours["curve"][-1][1] < 0.5 * ours["curve"][0][1]
    assert "cost" not in simpler


def test_the_report_has_every_table(results):
    text = report(results)
    assert all(title in text for title in TITLES.values())
    assert f"NumPy multiplies with {kernel_under()}, as detected; the main races are run under it" in text
    assert text.endswith("Nothing else disturbed the measurements.")
    assert "another, simpler problem" in text
    assert "Peak memory" in text
    assert results["machine"]["cpu"] in text
    assert "not measured" in report(results | {"memory": None})


def test_results_tell_neither_host_nor_path(results):
    texts = [json.dumps(results), report(results), *(path.read_text(encoding="utf-8") for path in stored())]
    private = {socket.gethostname(), platform.node(), str(Path.home()), str(RESULTS.parent.parent), os.getcwd()}
    for text in texts:
        assert not re.search(r"(^|[\s\"'=])(/[\w.-]|[A-Za-z]:\\\\)|site-packages", text)
        assert not any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in private if word)


def test_a_wrong_peer_stops_the_run(tiny):
    wrong = Contestant("no decay", "tests.benchmarks.wrong:without_decay")
    race = tiny.races["evaluation"][0]
    damaged = race._replace(contestants=(*race.contestants, wrong))
    with pytest.raises(DisagreementError, match="the cost of no decay"):
        run(tiny._replace(races={"evaluation": [damaged]}), say=lambda line: None)


def test_a_busy_machine_is_told(tiny, monkeypatch):
    """Before anything is measured, and at the end."""
    pretend(monkeypatch, cores=0.9)
    monkeypatch.setattr("benchmarks.run.measure_memory", lambda *_: None)
    race = tiny.races["evaluation"][0]
    races = {"evaluation": [race._replace(contestants=(BOUND, CLEAN_NUMPY))]}
    lines = []
    results = run(tiny._replace(races=races, trainers=(trainers.OURS,)), say=lines.append)
    assert "other processes take 0.9 cores now" in lines[1]
    spoiled, training = results["disturbed"]
    assert spoiled == (
        f"evaluation: 9-4-9, m = 60, {kernel_under()}: 4 of 4 turns were disturbed at each attempt: "
        "other processes took up to 0.9 cores"
    )
    assert training.startswith(f"training, {kernel_under()}: 2 of 2 turns")
    assert spoiled in lines and training in lines
    text = report(results | {key: [] for key in TITLES if key != "evaluation"})
    assert text.splitlines()[-3:] == [DISTURBED, f"  {spoiled}", f"  {training}"]


def test_each_contestant_keeps_a_process_of_its_own():
    other = replace(CLEAN_NUMPY, name="other")
    with workers() as (run_task, pids):
        first, second, third = (run_task(contestant, process_of) for contestant in (CLEAN_NUMPY, other, CLEAN_NUMPY))
    assert first == third
    assert pids == {CLEAN_NUMPY: first, other: second}
    assert len({first, second, os.getpid()}) == 3


def process_of(contestant):
    return os.getpid()


def test_the_environment_reaches_its_process_alone():
    changed = replace(CLEAN_NUMPY, environment=(("BENCHMARK_COLOUR", "red"),))
    with workers() as (run_task, _):
        assert run_task(changed, environment_of) == "red"
        assert run_task(CLEAN_NUMPY, environment_of) is None
    assert "BENCHMARK_COLOUR" not in os.environ


def environment_of(contestant):
    return os.environ.get("BENCHMARK_COLOUR")


def test_the_stored_results_have_the_shape_of_a_run(results):
    for path in stored():
        complete = json.loads(path.read_text(encoding="utf-8"))
        assert set(complete) == set(results)
        assert all(complete[key] for key in TITLES)


def test_quick_is_stored_only_where_asked(results, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.__main__.run", lambda plan, say: results)
    monkeypatch.setattr("benchmarks.__main__.RESULTS", tmp_path / "results.json")
    assert main(["--quick"]) == 0
    assert list(tmp_path.iterdir()) == []
    for arguments, name in ((["--quick", "--output", str(tmp_path / "out.json")], "out.json"), ([], "results.json")):
        assert main(arguments) == 0
        assert json.loads((tmp_path / name).read_text()) == results
    assert {path.name for path in tmp_path.iterdir()} == {"out.json", "results.json"}
    assert "Training" in capsys.readouterr().out


def test_disturbed_results_are_stored_only_where_asked(results, tmp_path, monkeypatch, capsys):
    disturbed = results | {"disturbed": ["evaluation: 3 of 8 turns were disturbed"]}
    monkeypatch.setattr("benchmarks.__main__.run", lambda plan, say: disturbed)
    monkeypatch.setattr("benchmarks.__main__.RESULTS", tmp_path / "results.json")
    (tmp_path / "results.json").write_text("before")
    assert main([]) == 1
    assert (tmp_path / "results.json").read_text() == "before"
    out, err = capsys.readouterr()
    assert "3 of 8 turns were disturbed" in out and "is left as it was" in err
    assert main(["--output", str(tmp_path / "out.json")]) == 1
    assert json.loads((tmp_path / "out.json").read_text()) == disturbed
    assert main(["--quick"]) == 0, "whose numbers mean nothing anyhow"


def test_a_run_that_breaks_off_keeps_the_stored_results(tmp_path):
    path = tmp_path / "out.json"
    store({"a": 1}, path)
    with pytest.raises(TypeError):
        store({"a": object()}, path)
    assert json.loads(path.read_text()) == {"a": 1}
