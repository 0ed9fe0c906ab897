"""What the kernels get: columns of the state, bundled, and work in stretches on a few threads."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.kernels import HomeColumns, PeopleColumns
from stadspeil.simulation.state import State
from stadspeil.simulation.world import Ints

_SHORTEST = 20_000
Done = TypeVar("Done")


class Stretches:
    """Runs a kernel over stretches of rows, on a few threads of this process; the kernels let go of Python's lock."""

    def __init__(self, threads: int) -> None:
        self.threads = max(1, threads)
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def over(self, rows: int, work: Callable[[int, int], Done]) -> list[Done]:
        """The results of `work(start, stop)` for stretches that cover `rows`, in order."""
        parts = min(4 * self.threads, max(1, rows // _SHORTEST)) if self._pool else 1
        edges = [rows * part // parts for part in range(parts + 1)]
        pairs = list(itertools.pairwise(edges))
        if self._pool is None or parts == 1:
            return [work(start, stop) for start, stop in pairs]
        return list(self._pool.map(lambda pair: work(*pair), pairs))

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def people_columns(state: State) -> PeopleColumns:
    """Columns of the households in use."""
    people, count = state.people, state.count
    return PeopleColumns(
        people.number[:count], people.kind[:count], people.age[:count], people.decile[:count], people.persons[:count],
        people.income[:count], people.dwelling[:count], people.since[:count], people.town[:count],
        people.searching[:count], state.urgent[:count],
    )  # fmt: skip


def home_columns(state: State, mean_decile: NDArray[np.float32]) -> HomeColumns:
    """Columns of dwellings and buurten."""
    homes, places = state.homes, state.places
    return HomeColumns(
        homes.buurt, homes.tenure, homes.form, homes.cost, homes.floor, homes.quality, places.east, places.north,
        places.quality, mean_decile,
    )  # fmt: skip


def joined(parts: Sequence[Any]) -> Ints:
    """Rows of stretches, one after the other."""
    return np.concatenate([np.asarray(part, np.int32) for part in parts])
