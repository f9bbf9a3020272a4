"""A process for each contestant, so that their thread pools and settings do not disturb each other."""

import multiprocessing
import os
import pkgutil
import statistics
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from time import perf_counter


@contextmanager
def workers():
    """A function ``run(contestant, task, ...)`` that runs ``task(contestant, ...)`` in the contestant's own process.

    The process starts with the first task and ends with the context. Besides the function you get a dictionary of the
    processes' ids by contestant, which grows as they start.
    """
    context = multiprocessing.get_context("spawn")
    pools, pids = {}, {}

    def run(contestant, task, *arguments):
        if contestant not in pools:
            pools[contestant] = ProcessPoolExecutor(1, mp_context=context)
            with _environment(contestant.environment):
                pids[contestant] = pools[contestant].submit(os.getpid).result()
        return pools[contestant].submit(task, contestant, *arguments).result()

    try:
        yield run, pids
    finally:
        for pool in pools.values():
            pool.shutdown()


@lru_cache(maxsize=1)
def prepare(contestant, problem):
    """What the contestant's function returns for the problem; it is called again only for another problem."""
    return pkgutil.resolve_name(contestant.target)(problem, **dict(contestant.options))


def cost_and_gradient(contestant, problem):
    """What the contestant computes, in the library's form; None if it computes nothing of that kind."""
    evaluate, to_library = prepare(contestant, problem)
    result = evaluate()
    return to_library(result) if to_library else None


def kernel(contestant):
    """What multiplies in the contestant's process."""
    return pkgutil.resolve_name(contestant.kernel)()


def time_evaluation(contestant, problem, seconds, average=statistics.median):
    """The seconds of an evaluation: their ``average`` over a turn of ``seconds``, with at least one evaluation."""
    evaluate = prepare(contestant, problem).evaluate
    evaluate()  # wakes the threads and fills the caches
    times = []
    end = perf_counter() + seconds
    while not times or perf_counter() < end:
        start = perf_counter()
        evaluate()
        times.append(perf_counter() - start)
    return average(times)


@contextmanager
def _environment(pairs):
    before = dict(os.environ)
    os.environ.update(pairs)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
