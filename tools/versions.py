"""Run the tests with the oldest versions that pyproject.toml allows, all at once and one by one, and with the newest.

    python tools/versions.py [oldest] [newest] [DEPENDENCY ...]      without arguments everything

The versions are installed into a folder under .venv/versions that comes before site-packages on the path, so everything
else stays as it is pinned. Stored outputs are not compared, because they show what one particular version prints.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "versions"

PROOFS = ["calculus", "formulas", "statements", "errata"]
GRADIENTS = ["activations", "backprop", "checks", "gradcheck", "mistakes", "network", "objective"]
GRADIENTS += ["objective_reference", "penalties", "matmul", "shards", "validation", "cost_function", "gradient_errors"]
TESTS = {
    "autograd": ["checks"],
    "dask": ["distributed"],
    "distributed": ["distributed"],
    "joblib": ["objective", "threads"],
    "lark": ["formulas"],
    "matplotlib": ["plots"],
    "mpmath": PROOFS,
    "numba": ["compiled", "fast", "activations"],
    "numpy": [*GRADIENTS, "checkpoints", "images", "threads", "training"],
    "scikit-learn": ["bad_input", "early_stopping", "estimator"],
    "scipy": ["images", "training"],
    "sympy": [*PROOFS, "checks"],
    "threadpoolctl": ["objective", "threads", "training"],
    "tqdm": ["training"],
}
"""The tests that need each dependency."""

COMPANIONS = {
    "dask": ["distributed==2024.8.0"],
    "distributed": ["dask==2024.8.0"],
    "matplotlib": ["pyparsing==3.1.4"],  # with later ones its calls give warnings
    "numba": ["llvmlite==0.43.0", "numpy==2.0.2"],
    # Pandas and Polars are what tests alone use; the newest pandas cannot be imported with NumPy 2.0.0.
    "oldest": ["pandas==3.0.0", "polars==1.9.0", "pyparsing==3.1.4"],
    "scikit-learn": ["polars==1.9.0"],  # it cannot use the data frames of Polars 2
    "scipy": ["numpy==2.2.6"],  # the newest that SciPy 1.13 allows
}
"""The versions that a run needs of others, if they are not those that are pinned."""


def requirements():
    """{name: its requirement} of all dependencies, those of the extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for lines in project["optional-dependencies"].values() for line in lines)]
    return {requirement.name: requirement for requirement in map(Requirement, lines)}


def oldest(requirement):
    """``name==version`` for the lower bound, which must be all that the requirement says."""
    bounds = list(requirement.specifier)
    if [bound.operator for bound in bounds] != [">="]:
        raise ValueError(f"{requirement} must be a lower bound, as in name>=1.0")
    return f"{requirement.name}=={bounds[0].version}"


def plans():
    """{name of a run: (the arguments of each call of pip, files of tests)}"""
    wanted = requirements()
    if wanted.keys() != TESTS.keys():
        raise ValueError(f"TESTS must name each dependency, but {wanted.keys() ^ TESTS.keys()} is in one place only")
    everything = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "book").glob("*.ipynb"))]
    everything += tests(sorted({name for names in TESTS.values() for name in names}))
    all_oldest = ["-c", "constraints.txt", *map(oldest, wanted.values())]
    runs = {
        "oldest": ([all_oldest, ["--no-deps", *COMPANIONS["oldest"]]], everything),
        "newest": ([list(map(str, wanted.values()))], everything),
    }
    for name, requirement in wanted.items():
        runs[name] = [["--no-deps", oldest(requirement), *COMPANIONS.get(name, ())]], tests(TESTS[name])
    return runs


def tests(names):
    """The files or folders of these tests."""
    return [f"tests/{name}" if (ROOT / "tests" / name).is_dir() else f"tests/test_{name}.py" for name in names]


def install(steps, folder):
    """Let pip install into the folder what is not there yet; for the newest versions, let it look each time."""
    stamp, text = folder / ".installed", described(steps)
    if folder.name == "newest" or not stamp.exists() or stamp.read_text(encoding="utf-8") != text:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        for arguments in steps:
            subprocess.run([*command, "--target", folder, *arguments], cwd=ROOT, check=True)
        stamp.write_text(text, encoding="utf-8")


def described(steps):
    return ", then ".join(map(" ".join, steps))


def run(name, steps, files):
    """Whether the tests pass with what pip installs, given these arguments one after the other."""
    print(f"{name}: {described(steps)}", flush=True)
    install(steps, FOLDER / name)
    pytest = ["pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider"]
    pytest += ["-W", "default::DeprecationWarning"]  # old versions may call what new ones have deprecated
    command = [sys.executable, "-m", *pytest, "--nbval-lax", "--nbval-current-env", *files]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(FOLDER / name)}).returncode == 0


def main():
    runs = plans()
    failed = [name for name in sys.argv[1:] or runs if not run(name, *runs[name])]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
