"""A checkpoint holds the training, is whole at any moment, and is refused if it is not the one that is wanted."""

import io
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sparseae_lib import checkpoints
from sparseae_lib.checkpoints import Settings, load_checkpoint
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

ROOT = Path(__file__).parents[1]  # from where a child imports the library
SETTINGS = {"layer_sizes": (6, 3, 6), "rho": 0.2, "beta": 0.5, "weight_decay": 1e-2, "activation": "sigmoid"}


def make_objective(**settings):
    settings = SETTINGS | settings
    return Objective(settings.pop("layer_sizes"), **settings)


@pytest.fixture
def problem():
    """Objective, theta and X; L-BFGS converges in about 60 iterations."""
    rng = np.random.default_rng(3)
    return make_objective(), init_parameters(SETTINGS["layer_sizes"], rng), rng.uniform(0.1, 0.9, (20, 6))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "training.npz"


def arrays(training):
    """All that a training and its checkpoint have in common, as bytes."""
    history = training.history
    values = training.theta, training.cost, history.costs, history.gradient_norms, history.mean_activations
    return [(np.asarray(value).dtype, np.shape(value), np.asarray(value).tobytes()) for value in values]


# To the file and back


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_checkpoint_holds_the_training(problem, path, dtype):
    objective, theta, X = problem
    training = train(objective, theta.astype(dtype), X, max_iter=10, checkpoint=path)
    checkpoint = load_checkpoint(path)
    assert arrays(checkpoint) == arrays(training)
    assert checkpoint.theta.dtype == dtype
    assert checkpoint.n_iter == training.n_iter == 10
    per_layer = {"rho": (0.2,), "beta": (0.5,), "activation": ("sigmoid", "sigmoid"), "tied": False}
    assert vars(checkpoint.settings).items() >= (SETTINGS | per_layer).items()
    assert checkpoint.settings == Settings.of(objective)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("sizes", [(6, 4), (6, 4, 3, 6)])
def test_a_checkpoint_of_any_depth(path, sizes):
    rng = np.random.default_rng(0)
    objective = make_objective(layer_sizes=sizes, rho=None, beta=0)
    X, targets = rng.random((5, 6)), rng.random((5, sizes[-1]))
    training = train(objective, init_parameters(sizes, rng), X, targets, max_iter=4, checkpoint=str(path))
    assert arrays(load_checkpoint(path)) == arrays(training)
    assert train(objective, load_checkpoint(path), X, targets, max_iter=6).n_iter == 6


def test_a_checkpoint_holds_an_activation_for_each_layer(path):
    rng = np.random.default_rng(0)
    objective = make_objective(activation=("sigmoid", "identity"))
    X = rng.normal(size=(5, 6))
    train(objective, init_parameters((6, 3, 6), rng), X, max_iter=4, checkpoint=path)
    checkpoint = load_checkpoint(path)
    assert checkpoint.settings.activation == ("sigmoid", "identity")
    assert train(objective, checkpoint, X, max_iter=6).n_iter == 6
    with pytest.raises(ValueError, match=r"activation \(\('sigmoid', 'sigmoid'\), not \('sigmoid', 'identity'\)\)"):
        train(make_objective(), checkpoint, X)


def test_a_checkpoint_says_whether_weights_are_tied(problem, path):
    _, _, X = problem
    tied = make_objective(tied=True)
    train(tied, init_parameters((6, 3, 6), np.random.default_rng(0), tied=True), X, max_iter=4, checkpoint=path)
    assert load_checkpoint(path).settings.tied is True
    assert train(tied, load_checkpoint(path), X, max_iter=6).n_iter == 6
    with pytest.raises(ValueError, match=r"tied \(False, not True\)"):
        train(make_objective(), load_checkpoint(path), X)


def test_a_checkpoint_of_the_former_format_is_read(problem, path):
    """It has one name, that of the activation of all layers."""
    objective, theta, X = problem
    train(objective, theta, X, max_iter=5, checkpoint=path)
    with np.load(path) as now:
        former = dict(now) | {"format": checkpoints.FORMER_FORMAT, "activation": "sigmoid"}
        del former["tied"]
    expected = load_checkpoint(path)
    np.savez(path, **former)
    checkpoint = load_checkpoint(path)
    assert checkpoint.settings == expected.settings
    assert arrays(checkpoint) == arrays(expected)
    assert train(objective, checkpoint, X, max_iter=6).n_iter == 6


def test_the_same_training_writes_the_same_bytes(problem, path):
    train(*problem, max_iter=5, checkpoint=path)
    first = path.read_bytes()
    path.unlink()
    train(*problem, max_iter=5, checkpoint=path)
    assert path.read_bytes() == first


def test_ctrl_c_writes_the_best(problem, path):
    def callback(training):
        if training.n_iter == 7:
            raise KeyboardInterrupt

    training = train(*problem, callback=callback, checkpoint=path)
    assert arrays(load_checkpoint(path)) == arrays(training)
    assert load_checkpoint(path).n_iter == 7


@pytest.mark.parametrize("error", [SystemExit, RuntimeError])
def test_an_error_writes_the_best(problem, path, error):
    """The file does not stay behind the ``training`` of the error, though no write was due since the first."""

    def callback(training):
        if training.n_iter == 7:
            raise error("from the callback")

    with pytest.raises(error, match="from the callback") as raised:
        train(*problem, callback=callback, checkpoint=path)
    assert arrays(load_checkpoint(path)) == arrays(raised.value.training)
    assert raised.value.training.n_iter == 7
    assert os.listdir(path.parent) == [path.name]


def test_an_error_is_told_even_if_the_best_cannot_be_written(problem, path):
    def callback(training):
        path.unlink()
        path.mkdir()
        raise RuntimeError("from the callback")

    with pytest.raises(RuntimeError, match="from the callback") as raised:
        train(*problem, callback=callback, checkpoint=path)
    assert raised.value.training.n_iter == 1


def test_ctrl_c_in_a_write_returns_the_best(problem, path, monkeypatch):
    calls = []

    def savez(*arguments, **keywords):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*arguments, **keywords)

    real = np.savez
    monkeypatch.setattr(np, "savez", savez)
    monkeypatch.setattr(checkpoints, "WRITING_SHARE", np.inf)
    training = train(*problem, checkpoint=path)
    assert training.n_iter == 2
    assert arrays(load_checkpoint(path)) == arrays(training)
    assert os.listdir(path.parent) == [path.name]


def test_the_working_directory_may_change(problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    train(*problem, max_iter=5, checkpoint="c.npz", callback=lambda training: os.chdir(tmp_path / "elsewhere"))
    assert load_checkpoint(tmp_path / "c.npz").n_iter == 5


def test_a_link_stays_a_link(problem, tmp_path):
    link = tmp_path / "latest.npz"
    link.symlink_to(tmp_path / "c.npz")
    train(*problem, max_iter=5, checkpoint=link)
    assert link.is_symlink()
    assert load_checkpoint(tmp_path / "c.npz").n_iter == 5


# When it is written


def test_writing_takes_a_hundredth_of_the_time(problem, path, monkeypatch):
    """By a clock on which an iteration takes 10 seconds and a write 3."""
    now, writes = 0.0, []

    def savez(*arguments, **keywords):
        nonlocal now
        now += 3
        writes.append(now)
        real(*arguments, **keywords)

    def callback(training):
        nonlocal now
        now += 10

    real = np.savez
    monkeypatch.setattr(np, "savez", savez)
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: now)
    training = train(*problem, tol=0, callback=callback, checkpoint=path)
    assert 31 < training.n_iter < 61
    # After the first iteration; when a hundred times 3 seconds have passed; at the end.
    assert writes == [3, 306, 10 * training.n_iter + 9]


# Going on


def test_training_goes_on_to_the_same_optimum(problem, path):
    objective, theta, X = problem
    whole = train(objective, theta, X, tol=1e-8)
    begun = train(objective, theta, X, max_iter=10, checkpoint=path)
    resumed = train(objective, load_checkpoint(path), X, tol=1e-8, checkpoint=path)
    assert whole.converged
    assert resumed.converged
    assert resumed.history.costs[:11].tolist() == begun.history.costs.tolist()
    assert resumed.n_iter == len(resumed.history.costs) - 1 == load_checkpoint(path).n_iter > 20
    assert (np.diff(resumed.history.costs) < 0).all()
    assert resumed.cost == pytest.approx(whole.cost, rel=1e-14)
    np.testing.assert_allclose(resumed.theta, whole.theta, rtol=0, atol=1e-6)


def test_max_iter_counts_the_iterations_before_the_checkpoint(problem, path):
    objective, theta, X = problem
    begun = train(objective, theta, X, max_iter=10, checkpoint=path)
    assert train(objective, load_checkpoint(path), X, max_iter=15).n_iter == 15
    for max_iter in (5, 10):
        done = train(objective, load_checkpoint(path), X, max_iter=max_iter)
        assert (done.n_iter, done.converged) == (10, False)
        assert arrays(done) == arrays(begun)
        assert "after 10 iterations" in done.message


def test_the_bar_goes_on_too(problem, path, capsys):
    objective, theta, X = problem
    train(objective, theta, X, max_iter=10, checkpoint=path)
    train(objective, load_checkpoint(path), X, max_iter=20, progress=True)
    lines = capsys.readouterr().err.split("\r")
    assert lines[1].startswith("10/20 |")
    assert lines[-1].startswith("20/20 |")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layer_sizes": (6, 4, 6)}, "layer_sizes ((6, 4, 6), not (6, 3, 6))"),
        ({"rho": 0.1}, "rho ((0.1,), not (0.2,))"),
        ({"beta": 0.25}, "beta ((0.25,), not (0.5,))"),
        ({"weight_decay": 0}, "weight_decay (0.0, not 0.01)"),
        (
            {"activation": "tanh", "beta": 0},
            "beta ((0.0,), not (0.5,)), activation (('tanh', 'tanh'), not ('sigmoid', 'sigmoid'))",
        ),
    ],
)
def test_another_objective_is_refused(problem, path, settings, message):
    objective, theta, X = problem
    train(objective, theta, X, max_iter=3, checkpoint=path)
    with pytest.raises(ValueError, match=re.escape(f"must be that of the checkpoint, got another {message}")):
        train(make_objective(**settings), load_checkpoint(path), X)


def test_other_data_are_refused(problem, path):
    objective, theta, X = problem
    train(objective, theta, X, max_iter=3, checkpoint=path)
    with pytest.raises(ValueError, match="X and targets must be those of the checkpoint, at whose theta the cost was"):
        train(objective, load_checkpoint(path), X[:-1])


@pytest.mark.parametrize(("difference", "refused"), [(1e-12, False), (1e-6, True)])
def test_a_cost_that_differs_by_rounding_is_that_of_the_same_data(problem, path, difference, refused):
    objective, theta, X = problem
    train(objective, theta, X, max_iter=3, checkpoint=path)

    def evaluate(*arguments):
        evaluation = objective.evaluate(*arguments)
        return evaluation._replace(cost=evaluation.cost * (1 + difference))

    elsewhere = SimpleNamespace(**vars(objective) | {"evaluate": evaluate})
    if refused:
        with pytest.raises(ValueError, match="X and targets must be those of the checkpoint"):
            train(elsewhere, load_checkpoint(path), X)
    else:
        assert train(elsewhere, load_checkpoint(path), X, max_iter=5).n_iter == 5


def test_an_objective_without_settings_has_no_checkpoints(problem, path):
    objective, theta, X = problem
    bare = SimpleNamespace(evaluate=objective.evaluate)
    names = ", ".join(Settings.__annotations__)
    with pytest.raises(TypeError, match=f"needs an objective with {names} as Objective has them, got SimpleNamespace"):
        train(bare, theta, X, checkpoint=path)
    assert train(bare, theta, X, max_iter=3).n_iter == 3


# A path that cannot be written to


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("missing/c.npz", FileNotFoundError, "checkpoint cannot be written"),
        ("file/c.npz", NotADirectoryError, "checkpoint cannot be written"),
        ("folder", OSError, "checkpoint must be the path of a file"),
        ("", OSError, "checkpoint must be the path of a file"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_at_once(problem, tmp_path, name, error, message):
    objective, theta, _ = problem
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(error, match=f"{message}.*{re.escape(str(tmp_path / name))}"):
        train(objective, theta, "no data: an evaluation would raise another error", checkpoint=tmp_path / name)


def test_all_bytes_are_on_the_disk_before_the_file_takes_its_place(problem, path, monkeypatch):
    events = []

    def fsync(descriptor):
        events.append(("fsync", os.fstat(descriptor).st_size))

    def replace(source, target):
        events.append(("replace", os.path.getsize(source)))

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    train(*problem, max_iter=1, checkpoint=path)
    names, sizes = zip(*events, strict=True)
    assert names == ("fsync", "replace", "fsync", "replace")
    assert len(set(sizes)) == 1 < sizes[0]


def test_a_write_that_fails_keeps_the_former_file(problem, path, monkeypatch):
    before = train(*problem, max_iter=3, checkpoint=path)

    def savez(file, **keywords):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", savez)
    objective, _, X = problem
    with pytest.raises(OSError, match="No space left on device") as failed:
        train(objective, load_checkpoint(path), X, max_iter=6, checkpoint=path)
    assert arrays(load_checkpoint(path)) == arrays(before)
    assert os.listdir(path.parent) == [path.name]
    assert failed.value.training.n_iter > 3
    assert failed.value.training.cost < before.cost
    assert failed.value.__notes__ == ["The attribute training of this error holds the best parameters."]


def test_the_parameters_outlive_a_last_write_that_fails(problem, path, monkeypatch):
    expected = train(*problem)
    monkeypatch.setattr(checkpoints, "WRITING_SHARE", 1e-9)  # between the first write and the last there is none
    real, writes = np.savez, []

    def savez(file, **keywords):
        writes.append(keywords)
        if len(writes) > 1:
            raise OSError(28, "No space left on device")
        real(file, **keywords)

    monkeypatch.setattr(np, "savez", savez)
    with pytest.raises(OSError, match="No space left on device") as failed:
        train(*problem, checkpoint=path)
    assert len(writes) == 2
    assert np.array_equal(failed.value.training.theta, expected.theta)


def test_the_parameters_outlive_ctrl_c_and_a_write_that_fails(problem, path, tmp_path):
    def callback(training):
        if training.n_iter == 5:
            path.unlink()
            path.mkdir()
            raise KeyboardInterrupt

    with pytest.raises(OSError, match="directory") as failed:
        train(*problem, checkpoint=path, callback=callback)
    assert np.array_equal(failed.value.training.theta, train(*problem, max_iter=5).theta)


# A file that is there already


def test_a_script_that_is_run_twice_destroys_nothing(problem, path):
    train(*problem, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"checkpoint must not replace another training, of \d+ iterations"):
        train(*problem, max_iter=1, checkpoint=path)
    assert path.read_bytes() == before


def test_only_the_checkpoint_that_is_resumed_is_replaced(problem, path, tmp_path):
    objective, _, X = problem
    early = tmp_path / "early.npz"
    train(*problem, max_iter=3, checkpoint=early)
    train(*problem, max_iter=9, checkpoint=path)
    with pytest.raises(FileExistsError, match="of 9 iterations"):
        train(objective, load_checkpoint(early), X, checkpoint=path)
    train(objective, load_checkpoint(path), X, max_iter=12, checkpoint=path)
    assert load_checkpoint(path).n_iter == 12
    train(objective, load_checkpoint(path), X, max_iter=15, checkpoint=tmp_path / "new.npz")
    assert load_checkpoint(tmp_path / "new.npz").n_iter == 15


def test_an_earlier_state_may_be_replaced_by_a_later_one(problem, path, tmp_path):
    objective, _, X = problem
    late = tmp_path / "late.npz"
    train(*problem, max_iter=3, checkpoint=path)
    train(*problem, max_iter=9, checkpoint=late)
    train(objective, load_checkpoint(late), X, max_iter=12, checkpoint=path)
    assert load_checkpoint(path).n_iter == 12


@pytest.mark.parametrize("foreign", ["of another start", "further on", "no checkpoint"])
def test_what_another_process_has_written_meanwhile_is_not_replaced(problem, path, tmp_path, foreign):
    objective, theta, X = problem
    other = tmp_path / "other.npz"
    if foreign == "no checkpoint":
        other.write_text("my notes")
    else:
        train(objective, theta if foreign == "further on" else theta / 2, X, max_iter=30, checkpoint=other)
    written = other.read_bytes()

    def callback(training):
        if training.n_iter == 5:
            other.replace(path)

    with pytest.raises(FileExistsError, match="checkpoint must not replace") as refused:
        train(*problem, max_iter=20, checkpoint=path, callback=callback)
    assert path.read_bytes() == written
    assert 5 <= refused.value.training.n_iter <= 20


def test_a_file_that_is_no_checkpoint_is_not_replaced(problem, path):
    path.write_text("my notes")
    with pytest.raises(FileExistsError, match="checkpoint must not replace a file that is none"):
        train(*problem, checkpoint=path)
    assert path.read_text() == "my notes"
    path.write_text("")
    train(*problem, max_iter=2, checkpoint=path)
    assert load_checkpoint(path).n_iter == 2


# Damaged and foreign files


def test_a_damaged_file_is_refused(problem, path):
    """Whatever byte is changed, and wherever the file ends, what was written is read, or an error names the file."""
    train(*problem, max_iter=3, checkpoint=path)
    whole, expected = path.read_bytes(), arrays(load_checkpoint(path))
    damaged = [whole[:end] for end in range(0, len(whole), 29)]
    damaged += [bytes([*whole[:i], whole[i] ^ (1 << i % 8), *whole[i + 1 :]]) for i in range(0, len(whole), 7)]
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            checkpoint = load_checkpoint(path)
        except ValueError as error:
            assert str(error).startswith(f"{path} is not a checkpoint, or is damaged: ")
            refused += 1
        else:
            assert arrays(checkpoint) == expected
    assert refused > len(damaged) / 2


class Executed:
    """Writes to the file ``trace`` when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return open, (self.trace, "w")


def contents(trace):
    whole = {"format": checkpoints.FORMAT, "theta": np.zeros(45), "cost": 1.0, "costs": np.ones(3)}
    whole |= {"gradient_norms": np.ones(3), "mean_activations": np.ones((3, 1))}
    whole |= {"layer_sizes": (6, 3, 6), "rho": (0.2,), "beta": (0.5,), "weight_decay": 0.0}
    whole |= {"activation": ("tanh", "tanh"), "tied": False}
    yield whole, None
    yield {"theta": np.zeros(45)}, "format"
    yield whole | {"format": "sparseae_lib checkpoint 0"}, "its format is sparseae_lib checkpoint 0"
    yield {name: value for name, value in whole.items() if name != "costs"}, "costs"
    yield whole | {"theta": np.array([Executed(trace)], object)}, "allow_pickle=False"
    yield whole | {"theta": np.zeros(45, int)}, "theta must be of type"
    yield whole | {"theta": np.zeros((3, 15))}, "theta must have shape"
    yield whole | {"theta": np.full(45, np.inf)}, "theta must be finite"
    yield whole | {"theta": np.full(45, np.nan)}, "theta must be finite"
    yield whole | {"theta": np.zeros(44)}, r"theta must have shape \(45,\)"
    yield whole | {"surprise": np.zeros(3)}, "it holds surprise.npy, which does not belong there"
    yield {name: value for name, value in whole.items() if name not in ("rho", "theta")}, "it lacks rho, theta"
    yield {name: value for name, value in whole.items() if name != "tied"}, "it lacks tied"
    yield whole | {"cost": np.ones(3)}, "cost must be a finite number"
    yield whole | {"cost": np.nan}, "cost must be a finite number"
    yield whole | {"cost": "low"}, "cost must be a finite number"
    yield whole | {"costs": np.array(["1", "2", "3"])}, "costs must be of type"
    yield whole | {"costs": np.array([1, np.inf, 3])}, "costs must be finite"
    empty = {"costs": np.ones(0), "gradient_norms": np.ones(0), "mean_activations": np.ones((0, 1))}
    yield whole | empty, "costs must hold at least one cost"
    yield whole | {"layer_sizes": (45,)}, "layer_sizes must be"
    yield whole | {"beta": (0.5, 0.5)}, "beta must be"
    yield whole | {"rho": (2.0,)}, "rho"
    yield whole | {"weight_decay": -1.0}, "weight_decay must be"
    yield whole | {"activation": ("tanh",)}, "activation must hold one name per layer"
    yield whole | {"activation": (1, 2)}, "activation must hold one name per layer"
    yield whole | {"gradient_norms": np.ones(4)}, "gradient_norms must have shape"
    yield whole | {"mean_activations": np.ones((4, 1))}, "mean_activations must have shape"
    yield whole | {"mean_activations": np.ones((3, 2))}, r"mean_activations must have shape \(3, 1\), got \(3, 2\)"


def test_foreign_archives_are_refused(path, tmp_path):
    for content, message in contents(tmp_path / "trace"):
        np.savez(path, **content)
        if message is None:
            assert load_checkpoint(path).n_iter == 2
        else:
            with pytest.raises(ValueError, match=f"{re.escape(str(path))} is not a checkpoint.*{message}"):
                load_checkpoint(path)
    assert not (tmp_path / "trace").exists()


def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(path):
    *_, (whole, _) = (content for content in contents(path) if content[1] is None)
    np.savez_compressed(path, **whole | {"costs": np.zeros(10**7)})
    assert path.stat().st_size < 10**6
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"is not a checkpoint.* is compressed, unlike what this library writes"):
        load_checkpoint(path)
    assert tracemalloc.get_traced_memory()[1] < 10**7
    tracemalloc.stop()


def test_a_number_is_no_path():
    """It would be a file that this process has open."""
    with pytest.raises(TypeError, match="path must be a path, got int"):
        load_checkpoint(3)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize("content", [b"", b"theta = 3\n", b"PK\x03\x04", npy(np.zeros(3))], ids=range(4))
def test_foreign_files_are_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{re.escape(str(path))} is not a checkpoint, or is damaged"):
        load_checkpoint(path)


def test_a_missing_file(path):
    with pytest.raises(FileNotFoundError, match=re.escape(str(path))):
        load_checkpoint(path)


# A process killed in a write

KILLED = """
import io, os, signal, sys
import numpy as np
from sparseae_lib import checkpoints
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.training import train

path, where = sys.argv[1:]
checkpoints.WRITING_SHARE = np.inf  # a write an iteration
rng = np.random.default_rng(3)
objective = Objective((6, 3, 6), rho=0.2, beta=0.5, weight_decay=1e-2)
theta, X = init_parameters((6, 3, 6), rng), rng.uniform(0.1, 0.9, (20, 6))
n_iter, real = 0, np.savez


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def savez(file, **arrays):
    if n_iter == 5 and where == "write":
        whole = io.BytesIO()
        real(whole, **arrays)
        file.write(whole.getvalue()[: len(whole.getvalue()) // 2])
        file.flush()
        kill()
    real(file, **arrays)
    if n_iter == 5 and where == "replace":
        os.replace = lambda *paths: kill()


def callback(training):
    global n_iter
    n_iter = training.n_iter
    print(n_iter, flush=True)


np.savez = savez
train(objective, theta, X, tol=0, callback=callback, checkpoint=path)
"""


def killed_process(path, where):
    return subprocess.Popen([sys.executable, "-c", KILLED, path, where], stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.parametrize("where", ["write", "replace"])
def test_a_process_killed_in_a_write_leaves_the_last_checkpoint(problem, path, where):
    objective, _, X = problem
    process = killed_process(path, where)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert output.split() == ["1", "2", "3", "4", "5"]  # the callback's number 6 would follow the write
    leftovers = set(os.listdir(path.parent)) - {path.name}
    assert len(leftovers) == 1, "it was killed while the temporary file was there"
    assert load_checkpoint(path).n_iter == 5
    resumed = train(objective, load_checkpoint(path), X, tol=1e-8, checkpoint=path)
    assert resumed.converged
    assert load_checkpoint(path).n_iter == resumed.n_iter
    assert set(os.listdir(path.parent)) - {path.name} == leftovers


@pytest.mark.parametrize("delay", [0, 0.013, 0.05, 0.11])
def test_a_process_killed_at_any_moment_leaves_a_checkpoint(path, delay):
    process = killed_process(path, "nowhere")
    assert process.stdout.readline() == "1\n"
    time.sleep(delay)
    process.kill()
    process.communicate()
    assert load_checkpoint(path).n_iter >= 1
