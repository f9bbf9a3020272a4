"""Threads over the samples, and the limit of BLAS: one for the process, counted, from any thread, after a fork."""

import gc
import os
import subprocess
import sys
import textwrap
import threading
import weakref
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from threadpoolctl import threadpool_info, threadpool_limits

from sparseae_lib import objective, shards, threads
from sparseae_lib.estimator import SparseAutoencoder
from sparseae_lib.network import init_parameters
from sparseae_lib.objective import Objective
from sparseae_lib.shards import partition
from sparseae_lib.threads import available_threads, map_in_threads, one_blas_thread
from sparseae_lib.training import train

ROOT = Path(__file__).parents[1]  # from where a child imports the library
SIZES = (64, 25, 64)
BLAS = [library["prefix"] for library in threadpool_info() if library["user_api"] == "blas"]


def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture(autouse=True)
def three_blas_threads():
    """Also where the machine has one core, or the environment asks for one thread; and none may be left limited."""
    with threadpool_limits(3, "blas"):
        yield
        assert blas_threads() == [3] * len(BLAS)


@pytest.fixture(scope="module")
def problem():
    """Objective, theta and X: several shards."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0.1, 0.9, (6000, 64))
    assert len(partition(len(X), SIZES)) == 4
    return Objective(SIZES, rho=0.05, beta=3.0, weight_decay=1e-4), init_parameters(SIZES, rng), X


def in_thread(function):
    """What ``function`` returns in a new thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def python(source, **environment):
    """The lines that a Python process prints."""
    source = textwrap.dedent(source)
    command = [sys.executable, "-W", "error", "-W", "ignore:This process:DeprecationWarning", "-c", source]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# The limit


def test_numpys_and_scipys_blas_are_known():
    """Each wheel brings its own; what is not known is not limited."""
    assert len(BLAS) >= 1
    assert len(threads._blas(True)) == len(BLAS)


def test_one_thread_inside_and_what_was_found_outside():
    with one_blas_thread:
        assert blas_threads() == [1] * len(BLAS)
        with one_blas_thread:
            assert blas_threads() == [1] * len(BLAS)
        assert blas_threads() == [1] * len(BLAS)
    assert blas_threads() == [3] * len(BLAS)


def test_an_error_inside_restores_too():
    with pytest.raises(RuntimeError), one_blas_thread:
        raise RuntimeError
    assert blas_threads() == [3] * len(BLAS)


def test_it_holds_from_another_thread_after_one_has_set_the_number():
    """Threadpoolctl 3.8 ignores all but the first thread that ever did, here this one."""
    with one_blas_thread:
        pass

    def inside():
        with one_blas_thread:
            return blas_threads()

    assert in_thread(inside) == [1] * len(BLAS)


@pytest.mark.parametrize("first_out", [0, 1])
def test_threads_that_overlap_restore_what_the_first_one_found(first_out):
    entered, leave, seen = [threading.Event(), threading.Event()], [threading.Event(), threading.Event()], []

    def stay(number):
        with one_blas_thread:
            entered[number].set()
            leave[number].wait(60)

    with ThreadPoolExecutor(2) as pool:
        stays = []
        for number in range(2):
            stays.append(pool.submit(stay, number))
            entered[number].wait(60)
        for number in (first_out, 1 - first_out):
            leave[number].set()
            stays[number].result()
            seen.append(blas_threads())
    assert seen == [[1] * len(BLAS), [3] * len(BLAS)]


def test_scipys_blas_is_found_though_it_is_loaded_later():
    lines = python("""
        from threadpoolctl import threadpool_info
        from sparseae_lib.threads import one_blas_thread
        with one_blas_thread:
            import scipy.linalg
            with one_blas_thread:
                print({library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"})
        """)
    assert lines == ["{1}"]


class FakeController:
    """An OpenBLAS with OpenMP: its number of threads is one for each thread that calls."""

    internal_api, threading_layer = "openblas", "openmp"

    def __init__(self):
        self.local = threading.local()

    def get_num_threads(self):
        return getattr(self.local, "n", 8)

    def set_num_threads(self, n):
        self.local.n = n


def test_a_blas_that_counts_by_thread_is_limited_in_each(monkeypatch):
    controller = FakeController()
    library = threads._Blas.of(controller)
    assert library.counts_by_thread
    monkeypatch.setattr(threads, "_blas", lambda _: [library])
    together = threading.Barrier(2, timeout=60)

    def call(_item, _worker):
        together.wait()
        return controller.get_num_threads()

    with one_blas_thread:
        assert map_in_threads(call, [0, 1], 2) == [1, 1]
    assert controller.get_num_threads() == in_thread(controller.get_num_threads) == 8


@pytest.mark.parametrize("call", range(6))
def test_ctrl_c_on_the_way_in_or_out_leaves_no_limit(monkeypatch, call):
    """Two libraries are asked and set on the way in, and set on the way out: Ctrl-C comes after one of these calls."""
    calls, numbers = [], [8, 6]

    def asked_or_set(answer=None):
        calls.append(answer)
        if len(calls) == call + 1:
            raise KeyboardInterrupt
        return answer

    def library(i):
        def set_number(n):
            numbers[i] = n
            asked_or_set()

        return threads._Blas(lambda: asked_or_set(numbers[i]), set_number, False)

    libraries = [library(0), library(1)]
    monkeypatch.setattr(threads, "_blas", lambda _: libraries)
    with pytest.raises(KeyboardInterrupt), one_blas_thread:
        assert numbers == [1, 1]
    assert numbers == [8, 6]
    with one_blas_thread, one_blas_thread:
        assert numbers == [1, 1]
    assert numbers == [8, 6]


# How many threads


@pytest.mark.parametrize(
    ("value", "expected"),
    [("3", 3), ("1", 1), ("3,2", 3), (" 2 ", 2), ("64", 8), ("0", 8), ("", 8), ("many", 8), ("-1", 8)],
)
def test_no_more_than_omp_num_threads(value, expected, monkeypatch):
    monkeypatch.setattr(threads, "cpu_count", lambda: 8)
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert available_threads() == expected


def test_no_more_than_loky_and_affinity_allow():
    source = """
        import os
        {setting}
        from sparseae_lib.threads import available_threads
        print(available_threads())
        """
    cores = joblib.cpu_count()
    environment = {"OMP_NUM_THREADS": "", "LOKY_MAX_CPU_COUNT": str(cores)}
    assert python(source.format(setting=""), **environment) == [str(cores)]
    assert python(source.format(setting=""), **environment | {"LOKY_MAX_CPU_COUNT": "1"}) == ["1"]
    if hasattr(os, "sched_setaffinity"):
        setting = "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
        assert python(source.format(setting=setting), **environment) == ["1"]


@pytest.mark.parametrize("value", ["many", "2.5", ""])
def test_a_wrong_limit_of_cores_is_named(value, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", value)
    with pytest.raises(ValueError, match=f"LOKY_MAX_CPU_COUNT must be a whole number, got {value!r}"):
        available_threads()


def threads_of_a_fit(_):
    return available_threads()


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_n_jobs_processes_do_not_start_all_threads_each(backend):
    n_jobs = 2 * joblib.cpu_count()
    with joblib.parallel_backend(backend, n_jobs=n_jobs):
        assert set(joblib.Parallel()(joblib.delayed(threads_of_a_fit)(i) for i in range(n_jobs))) == {1}


@pytest.mark.parametrize(("n_jobs", "expected"), [(None, None), (3, 3), (1, 1)])
def test_the_estimators_n_jobs_are_the_workers(n_jobs, expected, monkeypatch):
    seen = []

    class Recorded(Objective):
        def __init__(self, *arguments, workers, **options):
            seen.append(workers)
            super().__init__(*arguments, workers=workers, **options)

    monkeypatch.setattr("sparseae_lib.estimator.Objective", Recorded)
    SparseAutoencoder((3,), max_iter=1, tol=10, n_jobs=n_jobs).fit(np.random.default_rng(0).random((9, 4)))
    assert seen == [expected]


# Calls side by side


def test_calls_run_side_by_side_and_results_come_in_order():
    everybody = threading.Barrier(3, timeout=60)

    def call(item, worker):
        everybody.wait()  # would time out if the calls came one after the other
        return item, worker, threading.get_ident()

    results = map_in_threads(call, "abcdef", 3)
    assert [item for item, _, _ in results] == list("abcdef")
    thread_of = {worker: thread for _, worker, thread in results}
    assert sorted(thread_of) == [0, 1, 2] and len(set(thread_of.values())) == 3
    assert thread_of[0] == threading.get_ident()
    assert all(thread_of[worker] == thread for _, worker, thread in results)


@pytest.mark.parametrize("held_up", [0, 1])
def test_a_thread_that_is_held_up_holds_up_one_item(held_up):
    """As one is whose core other processes use."""
    both, others_are_done, done = threading.Barrier(2, timeout=60), threading.Event(), []

    def call(item, worker):
        if item < 2:
            both.wait()
        if worker == held_up:
            assert others_are_done.wait(60)  # would time out if other items were left for this thread
        done.append(item)
        if len(done) == 9:
            others_are_done.set()
        return worker

    assert sorted(map_in_threads(call, range(10), 2)) == sorted([held_up] + [1 - held_up] * 9)


def test_nobody_waits_for_threads_that_others_keep_busy(monkeypatch):
    all_are_busy, let_go = threading.Barrier(4, timeout=60), threading.Event()

    def other_work():
        all_are_busy.wait()
        assert let_go.wait(60)

    with ThreadPoolExecutor(3) as executor:
        monkeypatch.setattr(threads, "_pool", lambda _: executor)
        others = [executor.submit(other_work) for _ in range(3)]
        all_are_busy.wait()
        try:
            assert map_in_threads(lambda item, worker: (item, worker), "ab", 4) == [("a", 0), ("b", 0)]
            assert not any(future.done() for future in others)
        finally:
            let_go.set()


@pytest.mark.parametrize("n_workers", [1, 2])
def test_blas_has_one_thread_in_a_call(n_workers):
    everybody = threading.Barrier(n_workers, timeout=60)

    def call(*_):
        everybody.wait()
        return blas_threads()

    with one_blas_thread:
        assert map_in_threads(call, range(4), n_workers) == [[1] * len(BLAS)] * 4


def test_an_objective_calls_no_threads_of_blas(monkeypatch, problem):
    """They would spin on after a long product, and take the core from a worker of the next call."""
    seen = []
    steps = [(objective, "check_finite"), (shards.Shard, "backward"), (Objective, "_decay"), (Objective, "_cost")]
    for module, name in steps:
        function = getattr(module, name)

        def recorded(*arguments, function=function, **options):
            seen.append(blas_threads())
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, recorded)
    evaluate, theta, X = problem
    for m in (1, len(X)):
        evaluate(theta, X[:m])
    n_shards = 1 + len(partition(len(X), SIZES))
    assert seen == [[1] * len(BLAS)] * (2 * 3 + n_shards)


@pytest.fixture
def nothing_is_left(monkeypatch):
    """An event: no item is handed out any more, since something failed."""
    event = threading.Event()

    class Items(deque):
        def clear(self):
            super().clear()
            event.set()

    monkeypatch.setattr(threads, "deque", Items)
    return event


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_the_error_is_that_of_the_first_item_that_failed(n_workers, nothing_is_left):
    def call(item, _):
        if item == 1 and n_workers > 1:
            assert nothing_is_left.wait(60)  # since the last one has failed
        if item > 0:
            raise ValueError(f"item {item}")

    with pytest.raises(ValueError, match="item 1"):
        map_in_threads(call, range(3), n_workers)


@pytest.mark.parametrize("failing", [0, 1])
def test_a_failure_waits_for_the_others_and_nothing_else_is_begun(failing, nothing_is_left):
    both, begun, done = threading.Barrier(2, timeout=60), [], []

    def call(item, worker):
        begun.append(item)
        both.wait()
        if worker == failing:
            raise ValueError(f"worker {failing}")
        assert nothing_is_left.wait(60)
        threading.Event().wait(0.1)
        done.append(item)

    with pytest.raises(ValueError, match=f"worker {failing}"):
        map_in_threads(call, range(9), 2)
    assert sorted(begun) == [0, 1] and len(done) == 1


def test_if_no_thread_can_be_had_those_that_are_there_do_it_all(monkeypatch):
    """As at the end of the program, when Python begins no more."""
    begun = threading.Event()

    class Executor(ThreadPoolExecutor):
        def submit(self, *arguments):
            if begun.is_set():
                raise RuntimeError("no more threads")
            future = super().submit(*arguments)
            assert begun.wait(60)
            return future

    def call(item, _):
        begun.set()
        return item**2

    with Executor(2) as executor:
        monkeypatch.setattr(threads, "_pool", lambda _: executor)
        assert map_in_threads(call, range(9), 3) == [item**2 for item in range(9)]


def test_a_thread_that_outlives_the_main_one_works_alone():
    code = """if True:
        import threading, time
        import numpy as np
        from sparseae_lib.network import init_parameters
        from sparseae_lib.objective import Objective
        rng = np.random.default_rng(0)
        X, theta = rng.random((4000, 64)), init_parameters((64, 25, 64), rng)
        objective = Objective((64, 25, 64), workers=2)
        expected = objective(theta, X)[1].tobytes()
        def late():
            threading.main_thread().join()
            time.sleep(0.2)
            print(objective(theta, X)[1].tobytes() == expected)
        threading.Thread(target=late).start()
    """
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (run.stdout, run.stderr) == ("True\n", "")


def test_an_interrupt_is_told_whatever_else_fails(monkeypatch, nothing_is_left):
    has_first_item = threading.Event()

    class Executor(ThreadPoolExecutor):
        def submit(self, *arguments):
            future = super().submit(*arguments)
            assert has_first_item.wait(60)
            return future

    def call(item, worker):
        if worker == 0:
            raise KeyboardInterrupt
        has_first_item.set()
        assert nothing_is_left.wait(60)
        raise ValueError(f"item {item}")

    with Executor(1) as executor, pytest.raises(KeyboardInterrupt):
        monkeypatch.setattr(threads, "_pool", lambda _: executor)
        map_in_threads(call, range(9), 2)


def test_what_an_interrupt_leaves_behind_does_not_reach_the_next_evaluation(monkeypatch, problem):
    """A thread may still be in its shard when a second Ctrl-C ends the wait for it."""
    _, theta, X = problem
    evaluate = Objective(SIZES, rho=0.05, beta=3.0, workers=2)
    expected = evaluate(-theta, X)
    right, held, go_on, late = shards.matmul.times, *(threading.Event() for _ in range(3))

    def hold_one(*arguments, out):
        if threading.current_thread() is threading.main_thread():
            assert held.wait(60)
        elif not held.is_set():
            held.set()
            assert go_on.wait(60)
            right(*arguments, out=out)
            late.set()
        return right(*arguments, out=out)

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(shards, "matmul", SimpleNamespace(times=hold_one))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(threads, "wait", interrupted)
        evaluate(theta, X)
    second_pass = shards.Batch.second_pass

    def after_the_late_one(*arguments, **options):
        go_on.set()
        assert late.wait(60)
        return second_pass(*arguments, **options)

    monkeypatch.setattr(shards.Batch, "second_pass", after_the_late_one)
    cost, gradient = evaluate(-theta, X)
    threads._pool(1).submit(int).result()  # the late one has left BLAS
    assert cost == expected[0] and np.array_equal(gradient, expected[1])


def test_an_error_does_not_keep_the_data():
    data = np.zeros(1)
    gone = weakref.ref(data)
    gc.disable()
    try:
        with pytest.raises(TypeError):
            map_in_threads(lambda item, _: len(item), [data, None], 2)
        del data
        assert gone() is None
    finally:
        gc.enable()


def test_the_settings_of_the_caller_hold_in_its_threads():
    both = threading.Barrier(2, timeout=60)

    def call(_, worker):
        both.wait()
        return worker and 1 / np.zeros(1)

    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        map_in_threads(call, range(2), 2)


# The same bytes, wherever it runs


def as_bytes(evaluation):
    cost, gradient, mean_activations = evaluation
    return b"".join(array.tobytes() for array in (np.array(cost), gradient, *mean_activations))


@pytest.mark.parametrize("n_blas", [1, 2, 4])
@pytest.mark.parametrize("m", [1, 100, 3000, 6000])
def test_the_number_of_threads_changes_no_bit(problem, m, n_blas):
    original, theta, X = problem
    expected = as_bytes(original.evaluate(theta, X[:m]))
    with threadpool_limits(n_blas, "blas"):
        for workers in (1, 2, 3, 64):
            same = Objective(SIZES, rho=0.05, beta=3.0, weight_decay=1e-4, workers=workers)
            assert as_bytes(same.evaluate(theta, X[:m])) == expected
            assert same.cost(theta, X[:m]) == original.cost(theta, X[:m])


def fit(problem, max_iter=5):
    return train(*problem, max_iter=max_iter).theta.tobytes()


def test_a_training_gives_the_same_bytes_from_any_thread(problem):
    expected = fit(problem)
    assert in_thread(lambda: fit(problem)) == expected
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: fit(problem), range(8))) == {expected}


def test_a_training_in_a_thread_has_one_blas_thread_as_well(problem):
    """Where NumPy's and SciPy's pools of threads fight, it takes twenty to a hundred times longer."""
    original, theta, X = problem
    seen = []

    class Recorded:
        def evaluate(self, *arguments):
            seen.append(blas_threads())
            return original.evaluate(*arguments)

    for run in (lambda call: call(), in_thread, in_thread):
        run(lambda: train(Recorded(), theta, X, max_iter=2))
    assert len(seen) >= 9
    assert seen == [[1] * len(BLAS)] * len(seen)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_cross_validation_gives_the_same_scores_with_any_backend(backend):
    X = np.random.default_rng(0).random((300, 16))
    estimator = SparseAutoencoder((5,), beta=1.0, max_iter=20, tol=10, random_state=0)
    with joblib.parallel_backend(backend, n_jobs=2):
        parallel = cross_val_score(estimator, X, cv=4)
    assert parallel.tolist() == cross_val_score(estimator, X, cv=4).tolist()


def test_random_state_fixes_the_model_whatever_the_cores():
    source = """
        import os, hashlib, numpy as np
        {setting}
        from sparseae_lib.estimator import SparseAutoencoder
        X = np.random.default_rng(0).random((6000, 64))
        model = SparseAutoencoder((25,), max_iter=3, tol=10, random_state=0).fit(X)
        print(hashlib.md5(b"".join(W.tobytes() for W in model.coefs_)).hexdigest())
        """
    settings = [
        python(source.format(setting=""), **environment)
        for environment in (
            {"OMP_NUM_THREADS": "1"},
            {"OMP_NUM_THREADS": "2", "LOKY_MAX_CPU_COUNT": "2"},
            {"OMP_NUM_THREADS": "", "OPENBLAS_NUM_THREADS": "4", "LOKY_MAX_CPU_COUNT": "4"},
        )
    ]
    if hasattr(os, "sched_setaffinity"):
        settings.append(python(source.format(setting="os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})")))
    assert len({tuple(lines) for lines in settings}) == 1


# Forks

FORKS = """
    import os, signal, threading, time
    import numpy as np
    from threadpoolctl import threadpool_info
    from sparseae_lib.network import init_parameters
    from sparseae_lib.objective import Objective

    def blas_threads():
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    rng = np.random.default_rng(0)
    X = rng.uniform(0.1, 0.9, (5000, 64))
    theta = init_parameters((64, 25, 64), rng)

    def evaluate():
        return Objective((64, 25, 64), rho=0.05, beta=3.0, workers=2)(theta, X)[0]

    expected, before = evaluate(), blas_threads()
    done = threading.Event()

    def go_on():
        while not done.is_set():
            evaluate()

    other = threading.Thread(target=go_on)
    other.start()
    outcomes = []
    for _ in range(50):
        time.sleep(rng.random() / 100)  # anywhere in an evaluation
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # ends one that hangs
            sound = blas_threads() == before and evaluate() == expected and blas_threads() == before
            os._exit(0 if sound else 1)
        outcomes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    done.set()
    other.join()
    print(set(outcomes), blas_threads() == before)
    """


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_fifty_forks_while_another_thread_evaluates():
    assert python(FORKS) == ["{0} True"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_inside_stays_inside():
    lines = python("""
        import os
        from threadpoolctl import threadpool_info, threadpool_limits
        from sparseae_lib.threads import one_blas_thread

        def blas_threads():
            return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

        threadpool_limits(3, "blas")
        with one_blas_thread:
            child = os.fork()
            inside = blas_threads()
        if child == 0:
            os._exit(0 if (inside, blas_threads()) == ({1}, {3}) else 1)
        print(os.waitpid(child, 0)[1], inside, blas_threads())
        """)
    assert lines == ["0 {1} {3}"]
