"""The seconds that a distributed evaluation takes, by samples and workers: ``python -m benchmarks.distributed``."""

import pickle
import sys
from pathlib import Path
from time import perf_counter

import dask.array as da
import numpy as np
from distributed import Client, LocalCluster, wait

from benchmarks.__main__ import store
from benchmarks.machine import describe
from benchmarks.problem import Problem
from benchmarks.race import spread
from sparseae_lib.distributed import DistributedObjective

RESULTS = Path(__file__).with_suffix(".json")
LAYER_SIZES, CHUNKS, ROUNDS = (64, 25, 64), 8, 7
SAMPLES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
WORKERS = (1, 2)


class CountingClient(Client):
    """Counts the bytes of what it gathers."""

    gathered = 0

    def gather(self, futures, **options):
        results = super().gather(futures, **options)
        self.gathered += len(pickle.dumps(results))
        return results


def time_evaluations(n_workers, n_samples):
    """A record of ``ROUNDS`` evaluations, with the data in the memory of the workers."""
    with (
        LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=":0") as cluster,
        CountingClient(cluster) as client,
    ):
        rng = da.random.default_rng(0)
        X = client.persist(rng.uniform(0.1, 0.9, (n_samples, LAYER_SIZES[0]), chunks=(n_samples // CHUNKS, -1)))
        wait(X)
        theta = Problem(LAYER_SIZES, n_samples).theta(0)
        objective = DistributedObjective(LAYER_SIZES, client=client, rho=0.01, beta=3.0, weight_decay=1e-4)
        objective.evaluate(theta, X)
        client.gathered, seconds = 0, []
        for _ in range(ROUNDS):
            start = perf_counter()
            objective.evaluate(theta, X)
            seconds.append(perf_counter() - start)
    return {
        "workers": n_workers,
        "samples": n_samples,
        "seconds": spread(seconds),
        "bytes_gathered": client.gathered // ROUNDS,
        "bytes_of_data": n_samples * LAYER_SIZES[0] * np.dtype(np.float64).itemsize,
    }


def main():
    records = []
    for n_samples in SAMPLES:
        for n_workers in WORKERS:
            records.append(time_evaluations(n_workers, n_samples))
            print(records[-1], file=sys.stderr)
    machine = describe()
    setting = {"layer_sizes": list(LAYER_SIZES), "chunks": CHUNKS, "rounds": ROUNDS}
    store({"machine": machine, **setting, "evaluation": records}, RESULTS)


if __name__ == "__main__":
    main()
