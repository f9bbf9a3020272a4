"""The runs of `make portable`: which are made on which machine, and that a failure is one."""

import subprocess

import pytest

from tools import portable

NEWEST = ["X86_V3", "X86_V4"]


def machine(own, runs, extensions, cores):
    """What ``probe`` would find on a machine that chooses the kernel ``own``, can run some, and has so many cores."""

    def probe(settings):
        kernel = settings.get("OPENBLAS_CORETYPE", own)
        threads = min(int(settings.get("OPENBLAS_NUM_THREADS", cores)), cores)
        disabled = settings.get("NPY_DISABLE_CPU_FEATURES", "").split()
        left = [extension for extension in extensions if extension not in disabled]
        return [[[runs[kernel], threads]], left] if kernel in runs else None

    return probe


OLD = machine("Haswell", {"Haswell": "Haswell", "Zen": "Haswell", "Prescott": "Katmai"}, ["X86_V3"], 2)
NEW = machine("SkylakeX", {k: k for k in ("Haswell", "Zen", "SkylakeX", "Prescott")}, NEWEST, 4)


@pytest.mark.parametrize(
    ("probe", "made", "left_out"),
    [
        (
            OLD,
            {
                *(f"{kernel}, {n} threads" for kernel in ("auto", "Prescott") for n in (1, 2)),
                "without X86_V3 and later",
            },
            ["Zen, 1 threads: here the same as auto, 1 threads", "SkylakeX, 4 threads: this processor lacks"],
        ),
        (
            NEW,
            {f"{kernel}, {n} threads" for kernel in ("auto", "Haswell", "Zen", "Prescott") for n in (1, 2, 4)}
            | {"without X86_V3 and later", "without X86_V4 and later"},
            ["SkylakeX, 2 threads: here the same as auto, 2 threads"],
        ),
    ],
    ids=["without AVX-512", "with AVX-512"],
)
@pytest.mark.parametrize("failing", [None, "tests", "notebooks"])
def test_each_kernel_is_run_once_or_said_to_be_left_out(monkeypatch, capsys, probe, made, left_out, failing):
    ran = {"tests": [], "notebooks": []}

    def runner(kind):
        def run(name, settings, paths=()):
            ran[kind].append(name)
            return not (kind == failing and name.startswith("Prescott, 1"))

        return run

    monkeypatch.setattr(portable, "probe", probe)
    for kind in ran:
        monkeypatch.setattr(portable, f"run_{kind}", runner(kind))
    assert portable.main([]) == (0 if failing is None else 1)
    assert sorted(ran["tests"]) == sorted(ran["notebooks"]) == sorted(made | {"elsewhere"})
    said = " ".join(capsys.readouterr().out.replace("left out:", "").split())
    for line in left_out:
        assert line.replace(":", "") in said.replace(":", "")


@pytest.mark.parametrize("failing", [None, "tests", "notebooks"])
@pytest.mark.parametrize(("probe", "kernel"), [(OLD, "Prescott"), (NEW, "Haswell")])
def test_the_short_form_takes_another_kernel_than_the_machine_does(monkeypatch, probe, kernel, failing):
    ran = {}

    def runner(kind):
        def run(name, settings, paths=()):
            ran[kind] = name, probe(settings)[1]
            return kind != failing

        return run

    monkeypatch.setattr(portable, "probe", probe)
    for kind in ("tests", "notebooks"):
        monkeypatch.setattr(portable, f"run_{kind}", runner(kind))
    assert portable.main(["--short"]) == (0 if failing is None else 1)
    assert ran == dict.fromkeys(("tests", "notebooks"), (f"{kernel}, elsewhere", []))


def test_without_another_kernel_the_short_form_fails(monkeypatch):
    monkeypatch.setattr(portable, "probe", lambda settings: [[["Haswell", 2]], []])
    with pytest.raises(SystemExit, match="No other BLAS kernel"):
        portable.main(["--short"])


def test_missing_instructions_are_told_from_an_error(monkeypatch):
    pools, _ = portable.probe({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
    assert all(threads == 1 for _, threads in pools)
    monkeypatch.setattr(portable, "PROBE", "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    assert portable.probe({}) is None
    monkeypatch.setattr(portable, "PROBE", "import os, signal; os.kill(os.getpid(), signal.SIGABRT)")
    with pytest.raises(subprocess.CalledProcessError):
        portable.probe({})


SHOW = """
import os, tempfile, time
mask = os.umask(0)
os.umask(mask)
print(os.environ.get("TZ"), os.path.expanduser("~"), oct(mask), " " in tempfile.gettempdir(), os.environ.get("A"))
raise SystemExit(3)
"""


def test_a_failure_is_shown_and_elsewhere_is_elsewhere(capsys):
    assert not portable.run("elsewhere: tests", ["-c", SHOW], {"A": "b"})
    output = capsys.readouterr().out
    assert "Pacific/Chatham /nonexistent 0o77 True b" in output
    assert "FAILED in" in output
    assert portable.run("auto, 1 threads: tests", ["-c", ""], {})
    assert "passed in" in capsys.readouterr().out


def test_the_tests_of_the_numerical_side_and_the_notebooks_that_train_are_found():
    assert {"test_training.py", "test_objective.py", "test_validation.py"} <= {path.name for path in portable.TESTS}
    assert tuple(path.stem for path in portable.TRAININGS) == portable.TRAINED
    assert set(portable.SHORT_TESTS) <= set(portable.TESTS)
