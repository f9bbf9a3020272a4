"""Threads over the samples, and BLAS held at one thread meanwhile.

NumPy lets other threads of Python run while it computes. BLAS has threads of its own, which would get in their way; and
the rounding of a product that they share depends on how many they are.
"""

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache

from joblib import cpu_count
from threadpoolctl import ThreadpoolController


def available_threads():
    """How many threads this process may use: its cores, by affinity, quota and ``LOKY_MAX_CPU_COUNT``, as joblib counts
    them, but no more than ``OMP_NUM_THREADS``, which joblib sets in its processes; and one in a worker of a
    ``multiprocessing.Pool``. Raises ValueError if ``LOKY_MAX_CPU_COUNT`` is not a whole number.
    """
    if multiprocessing.current_process().daemon:
        return 1
    try:
        cores = cpu_count()
    except ValueError:  # joblib's own says neither which variable nor where it came from
        name = "LOKY_MAX_CPU_COUNT"
        raise ValueError(
            f"the environment variable {name} must be a whole number, got {os.environ.get(name)!r}"
        ) from None
    limit = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()  # "4,2" is for nested regions
    return min(cores, int(limit)) if limit.isdecimal() and int(limit) > 0 else cores


def map_in_threads(function, items, n_workers):
    """What ``function(item, worker)`` returns for each item, in order, by ``n_workers`` threads, this one among them.

    ``worker`` counts them from 0. Each takes the next item when it is done with one: a thread that is held up holds up
    one item. If calls fail, the error is that of the first item that failed, as with one thread. The caller holds
    ``one_blas_thread``.
    """

    if n_workers == 1:
        return [function(item, 0) for item in items]
    left, results, errors = deque(enumerate(items)), {}, {}

    def take():
        with suppress(IndexError):
            return left.popleft()

    def work(worker):
        for number, item in iter(take, None):
            try:
                results[number] = function(item, worker)
            except Exception as error:
                errors[number] = error
                left.clear()  # what comes before this item has been taken: the first error will be known

    def held(worker):
        with one_blas_thread:  # here too: there is a BLAS that counts its threads for each thread that calls
            work(worker)

    rest = []
    try:
        for worker in range(1, n_workers):
            # In a copy of this context, so that the caller's np.errstate holds there too.
            try:
                rest.append(_pool(n_workers - 1).submit(copy_context().run, held, worker))
            except RuntimeError:  # once the main thread has ended no thread can be begun: this one does it all
                break
        work(0)
    finally:
        left.clear()  # in case it was interrupted
        rest = [future for future in rest if not future.cancel()]  # who is still busy for others has nothing to do here
        wait(rest)  # nobody works on once one has failed
    for future in rest:
        future.result()
    if errors:
        try:
            raise errors[min(errors)]
        finally:
            errors.clear()  # an error knows its frames, and they know it: the data would stay until they are collected
    return [results[number] for number in range(len(items))]


class _OneBlasThread:
    """BLAS held at one thread while any thread is inside; the last one out restores what the first one found.

    The limit is one for the whole process, and is counted: threads may overlap, and one may enter again. It holds for
    the libraries that threadpoolctl knows and that are loaded, NumPy's and SciPy's among them; one that is loaded
    meanwhile is held from the next entry on. Whoever changes the number of threads by other means while somebody is
    inside may find it changed back.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._inside = {}  # how often each thread has entered
        self._found = {}  # {owner: {library: its number of threads}}; the owner is a thread, or None for all of them

    def __enter__(self):
        me = threading.get_ident()
        n_inside = self._inside.get(me, 0)
        try:
            with self._lock:
                for library in _blas("scipy.linalg" in sys.modules):
                    found = self._found.setdefault(me if library.counts_by_thread else None, {})
                    if library not in found and (n_threads := library.get_num_threads()) != 1:
                        found[library] = n_threads
                        library.set_num_threads(1)
                self._inside[me] = n_inside + 1
        except BaseException:  # Ctrl-C, after which nobody calls __exit__
            self._leave(me, n_inside)
            raise

    def __exit__(self, *exception):
        me = threading.get_ident()
        n_inside = self._inside[me] - 1
        try:
            self._leave(me, n_inside)
        except BaseException:  # Ctrl-C, which may have come before it was done
            self._leave(me, n_inside)
            raise

    def _leave(self, me, n_inside):
        """The thread ``me`` stays inside so often: restore what is held for nobody. It may be done twice."""
        with self._lock:
            if n_inside:
                self._inside[me] = n_inside
                return
            self._inside.pop(me, None)
            for owner in (me,) if self._inside else (me, None):
                found = self._found.get(owner, {})
                for library in list(found):
                    library.set_num_threads(found[library])
                    del found[library]
                self._found.pop(owner, None)

    def before_fork(self):
        self._lock.acquire()  # so that the child finds nothing half done

    def after_fork_in_parent(self):
        self._lock.release()

    def after_fork_in_child(self):
        """Only the thread that forked goes on; it may be inside."""
        self._lock = threading.Lock()
        me = threading.get_ident()
        n_inside = self._inside.get(me, 0)
        self._inside = {}
        self._leave(me, n_inside)


one_blas_thread = _OneBlasThread()


@dataclass(frozen=True, eq=False)
class _Blas:
    get_num_threads: Callable[[], int]
    set_num_threads: Callable[[int], None]
    counts_by_thread: bool

    @classmethod
    def of(cls, controller):
        """From a ``LibController`` of threadpoolctl.

        Its own setter ignores, in silence and from version 3.8 on, all threads but the first one that has set the
        number of an OpenBLAS. So OpenBLAS's functions, ``openblas_get_num_threads`` with a prefix and a suffix of the
        build, are called themselves. With OpenMP its number is one for each thread that calls.
        """
        by_thread = controller.internal_api == "openblas" and controller.threading_layer == "openmp"
        if controller.internal_api == "openblas" and not by_thread:
            library = controller.dynlib
            for name in controller.check_symbols:
                if hasattr(library, name):
                    return cls(library[name], library[name.replace("_get_", "_set_")], by_thread)
        return cls(controller.get_num_threads, controller.set_num_threads, by_thread)


@cache
def _blas(scipy_is_loaded):
    """The libraries that are loaded now. To look takes a millisecond: it is done again only when SciPy's has come."""
    return [_Blas.of(controller) for controller in ThreadpoolController().select(user_api="blas").lib_controllers]


@cache
def _pool(n_threads):
    return ThreadPoolExecutor(n_threads)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=one_blas_thread.before_fork,
        after_in_parent=one_blas_thread.after_fork_in_parent,
        after_in_child=one_blas_thread.after_fork_in_child,
    )
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a child has none of its parent's threads
