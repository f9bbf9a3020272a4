"""Run the numerical tests and the notebooks as other machines would: other BLAS kernels, threads and SIMD levels.

The kernels are those of OpenBLAS, each named after the processor that it is written for. What this processor cannot
run, and what would only repeat an earlier run, is named and left out. In the last run everything else differs from
here: locale, time zone, home, umask, width of the terminal, seed of hashing, and a path with a space for temporary
files.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KERNELS = ("Haswell", "Zen", "SkylakeX", "Prescott")
THREADS = (1, 2, 4)
FOLDERS = [ROOT / "tests", ROOT / "tests" / "checks"]
TESTS = [
    path
    for folder in FOLDERS
    for path in sorted(folder.glob("test_*.py"))
    if "import numpy" in path.read_text(encoding="utf-8")
]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
# What is most sensitive to rounding, for the short form.
SHORT_TESTS = [ROOT / "tests" / f"test_{name}.py" for name in ("matmul", "objective", "training", "validation")]
TRAINED = ("denoising", "linear_decoder", "natural_images", "stacking", "why_sparsity")
TRAININGS = [path for path in NOTEBOOKS if path.stem in TRAINED]
ELSEWHERE = {"LC_ALL": "C", "TZ": "Pacific/Chatham", "HOME": "/nonexistent", "COLUMNS": "40", "PYTHONHASHSEED": "1"}

# Products and the solution of equations, so that a kernel whose instructions are missing fails. Prints which kernels,
# how many threads and which instructions of NumPy's own are really in use.
PROBE = """
import json, numpy, scipy.linalg, threadpoolctl
for number in (numpy.float32, numpy.float64):
    matrix = numpy.eye(200, dtype=number) + 1
    scipy.linalg.solve(matrix, matrix @ matrix @ matrix[0])
pools = [(pool.get("architecture"), pool["num_threads"]) for pool in threadpoolctl.threadpool_info()]
print(json.dumps([sorted(pools), numpy.show_config("dicts")["SIMD Extensions"].get("found", [])]))
"""


def probe(settings):
    """What is in use with these ``settings`` of the environment; None if the processor lacks the instructions."""
    run = subprocess.run([sys.executable, "-c", PROBE], env=os.environ | settings, capture_output=True, text=True)
    if run.returncode == -signal.SIGILL:
        return None
    run.check_returncode()
    return json.loads(run.stdout)


def settings_to_try():
    """The settings by name: each kernel with each number of threads, and NumPy without its newer instructions."""
    settings = {}
    for kernel, threads in product(("auto", *KERNELS), THREADS):
        chosen = {} if kernel == "auto" else {"OPENBLAS_CORETYPE": kernel}
        settings[f"{kernel}, {threads} threads"] = chosen | {"OPENBLAS_NUM_THREADS": str(threads)}
    _, extensions = probe({})
    for oldest, name in enumerate(extensions):
        settings[f"without {name} and later"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(extensions[oldest:])}
    return settings


def another_kernel():
    """Settings with another kernel than the one that this machine chooses, and with NumPy's oldest instructions."""
    own, extensions = probe({})
    for kernel in KERNELS:
        chosen = {"OPENBLAS_CORETYPE": kernel}
        if probe(chosen) not in (None, [own, extensions]):
            return f"{kernel}, elsewhere", chosen | {"NPY_DISABLE_CPU_FEATURES": " ".join(extensions)}
    raise SystemExit("No other BLAS kernel runs here, so nothing can be shown.")


def run_tests(name, settings, tests=TESTS):
    command = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", *map(str, tests)]
    return run(f"{name}: tests", command, settings)


def run_notebooks(name, settings, notebooks=NOTEBOOKS):
    return run(f"{name}: notebooks", ["-m", "tools.notebooks", "--check", *map(str, notebooks)], settings)


def run(name, command, settings):
    """Run Python with ``command`` and say how it went; print its output if it failed. Returns whether it succeeded."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="other place ") as folder:
        elsewhere = {"TMPDIR": folder, **ELSEWHERE} if "elsewhere" in name else {}
        process = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | elsewhere | settings,
            umask=0o077 if elsewhere else -1,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    good = process.returncode == 0
    if not good:
        print(process.stdout)
    report(name, f"{'passed' if good else 'FAILED'} in {time.perf_counter() - start:.0f} s")
    return good


def report(name, outcome):
    print(f"{name:<44}{outcome}", flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="one other kernel; what is most sensitive to rounding")
    if parser.parse_args(arguments).short:
        name, settings = another_kernel()
        tests = run_tests(name, settings, SHORT_TESTS)
        return 0 if run_notebooks(name, settings | {"OPENBLAS_NUM_THREADS": "1"}, TRAININGS) and tests else 1
    good, tried = True, {}
    for name, settings in settings_to_try().items():
        found = json.dumps(probe(settings))
        if found == "null":
            report(name, "left out: this processor lacks the instructions")
        elif found in tried:
            report(name, f"left out: here the same as {tried[found]}")
        else:
            tried[found] = name
            good = run_tests(name, settings) and good
            good = run_notebooks(name, settings) and good
    good = run_tests("elsewhere", {}) and good
    good = run_notebooks("elsewhere", {}) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
