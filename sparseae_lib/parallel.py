"""A batch in blocks of samples, and the threads that share them.

The arrays of a block stay in the processor's cache from one step to the next. The threads are Python's: NumPy lets
others run while it computes. BLAS has threads of its own, which would get in their way: it is held at one meanwhile.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache
from itertools import pairwise

from joblib import cpu_count
from threadpoolctl import ThreadpoolController

BLOCK_ROWS = 512
BLOCK_ENTRIES = 2**15  # of the widest layer: narrow networks take more rows
THREADS_FACTOR = 10  # threads wait for each other between steps: fewer, longer ones pay though they leave the cache
WORKER_PRODUCTS = 2**22  # fewer products of an activation and a weight do not pay for a thread


def partition(m, layer_sizes, workers):
    """The m rows of a batch as slices, nearly equal and in order: one list a worker, none of them empty.

    ``workers`` is their largest number. Where it is None, they are as many as there are cores, but no more than pay.
    """
    if workers is None:
        products = m * sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
        workers = max(1, min(_cores(), products // WORKER_PRODUCTS))
    workers = min(workers, m)
    entries = BLOCK_ENTRIES if workers == 1 else THREADS_FACTOR * BLOCK_ENTRIES
    n_blocks = -(-m // max(BLOCK_ROWS, entries // max(layer_sizes)))
    n_blocks = min(m, -(-n_blocks // workers) * workers)  # the same number for each
    edges = [m * i // n_blocks for i in range(n_blocks + 1)]
    blocks = [slice(*edge) for edge in pairwise(edges)]
    return [blocks[n_blocks * w // workers : n_blocks * (w + 1) // workers] for w in range(workers)]


@contextmanager
def worker_threads(n_workers):
    """A function like ``map``, as a list: its calls run side by side in ``n_workers`` threads, this one among them."""
    with one_blas_thread:
        pool = _pool(n_workers)

        def run(function, items):
            # Each call in a context of its own, so that the caller's np.errstate holds there too.
            rest = [pool.submit(copy_context().run, function, item) for item in items[1:]]
            try:
                return [function(items[0])] + [future.result() for future in rest]
            finally:
                wait(rest)  # nobody works on where one has failed

        yield run


@contextmanager
def caller_thread():
    """The same for a batch of one block, which is left to this thread and to those of BLAS: it starts no other."""
    yield lambda function, items: list(map(function, items))


class _Limit:
    """BLAS held at one thread while anybody is inside; the last one out restores what the first one found."""

    def __init__(self):
        self.lock, self.inside, self.found = threading.Lock(), 0, []

    def __enter__(self):
        with self.lock:
            if self.inside == 0:
                self.found = [(library, library.get_num_threads()) for library in _blas()]
                for library, _ in self.found:
                    library.set_num_threads(1)
            self.inside += 1

    def __exit__(self, *exception):
        with self.lock:
            self.inside -= 1
            if self.inside == 0:
                for library, n_threads in self.found:
                    library.set_num_threads(n_threads)


one_blas_thread = _Limit()


@cache
def _pool(n_workers):
    return ThreadPoolExecutor(n_workers)


if hasattr(os, "register_at_fork"):  # a child has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


@cache
def _blas():
    return ThreadpoolController().select(user_api="blas").lib_controllers


@cache
def _cores():
    return cpu_count()
