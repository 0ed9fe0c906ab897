"""What a simulation will cost on this machine, measured by a small part of it."""

from __future__ import annotations

import dataclasses
import sys
import time
from dataclasses import dataclass

import numpy as np

from stadspeil.simulation.executing import workers_of
from stadspeil.simulation.pairs import Ensemble

_PROBE_MONTHS = 3


@dataclass(frozen=True)
class Cost:
    """Size of the population, work in all, how long it takes with so many workers, and memory of one."""

    households: int
    homes: int
    workers: int
    seconds: float
    megabytes: float


def estimate(ensemble: Ensemble, pairs: int, executor: str) -> Cost:
    """Measure a few months of one run, and multiply. A Dask cluster counts as one worker: its size is not known here."""
    _timed(ensemble, 1)  # Compiles, where that was not done before.
    short, long = _timed(ensemble, 1), _timed(ensemble, 1 + _PROBE_MONTHS)
    month = max(long - short, 0.0) / _PROBE_MONTHS
    workers = workers_of(executor, pairs)
    seconds = 2 * pairs * (short + month * (ensemble.months - 1)) / workers
    world = ensemble.world
    size = sum(_size(part) for each in ensemble.worlds for part in (each.households, each.dwellings))
    return Cost(int(world.households.alive.sum()), len(world.dwellings.number), workers, seconds, _memory(size))


def _timed(ensemble: Ensemble, months: int) -> float:
    start = time.perf_counter()
    ensemble.simulate(
        ensemble.world, ensemble.rules[0], (), months=months, seed=ensemble.seeds[0], threads=ensemble.threads
    )
    return time.perf_counter() - start


def _size(rows: object) -> int:
    return sum(getattr(rows, each.name).nbytes for each in dataclasses.fields(rows))  # type: ignore[arg-type]


def _memory(size: int) -> float:
    """Megabytes of a worker: the most that this process held, which has run the probe; else a few times the world."""
    try:
        import resource
    except ModuleNotFoundError:
        return 8 * size / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(np.float64(most) / (1e6 if sys.platform == "darwin" else 1e3))
