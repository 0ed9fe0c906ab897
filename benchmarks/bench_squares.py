"""Squares of 100 m at the size of the country: seconds of each step, on an invented grid of some 350,000 squares.

    .venv/bin/python benchmarks/bench_squares.py

The grid is 14,400 buurten of five by five squares with a smooth field, chance and a pocket in one of forty buurten.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from stadspeil.analyses.clusters import hot_spots, local_clusters
from stadspeil.analyses.nested_split import chain_split, chain_split_per
from stadspeil.analyses.square_pockets import grid_neighbours, square_pockets

_Made = TypeVar("_Made")
COLUMNS, SIDE = 120, 5
FIGURES = 6


def timed(title: str, make: Callable[[], _Made]) -> _Made:
    """Run once and print the seconds."""
    started = time.perf_counter()
    made = make()
    print(f"{title:<44} {time.perf_counter() - started:6.2f} s", flush=True)
    return made


def main() -> None:
    """All steps of analyses/grid.py on one figure, and the clusters on six in one batch."""
    rng = np.random.default_rng(1)
    size = COLUMNS * SIDE
    east, north = (each.ravel() for each in np.meshgrid(np.arange(size), np.arange(size), indexing="ij"))
    buurten = (east // SIDE) * COLUMNS + north // SIDE
    wijken, gemeenten = (east // 10) * 60 + north // 10, (east // 30) * 20 + north // 30
    smooth = np.sin(east / 40) * np.cos(north / 31) * 0.1
    matrix = (
        smooth[:, None] + rng.normal(0, 0.08, COLUMNS**2)[buurten][:, None] + rng.normal(0, 0.04, (size**2, FIGURES))
    )
    planted = (buurten % 40 == 0) & (east % SIDE < 2) & (north % SIDE < 2)
    matrix[planted] -= 0.4
    print(f"{size**2} squares, {COLUMNS**2} buurten, {len(np.unique(gemeenten))} gemeenten")
    neighbours = timed("neighbours by place on the grid", lambda: grid_neighbours(east, north))
    timed(f"local Moran of {FIGURES} figures, exact", lambda: local_clusters(matrix, neighbours))
    timed(f"Gi* of {FIGURES} figures", lambda: hot_spots(matrix, neighbours))
    test = timed("pockets of one figure", lambda: square_pockets(matrix[:, 0], buurten, neighbours))
    units = (gemeenten, wijken, buurten)
    timed("split of four levels, country", lambda: chain_split(matrix[:, 0], np.ones(size**2), units, "variance"))
    timed("split inside each gemeente", lambda: chain_split_per(matrix[:, 0], gemeenten, units[1:]))
    found = int(test.pocket.max()) + 1
    false = sum(not planted[test.pocket == number].any() for number in range(found))
    print(f"pockets: {found} told, {len(np.unique(buurten[planted]))} planted, {false} without a planted square")


if __name__ == "__main__":
    main()
