"""Who goes where in a wide Nieuwland: moves and commuting between gemeenten, by size and distance."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.catalogue.entries import Source
from stadspeil.sources.nieuwland.wide.people import Floats, People

# Of every thousand inhabitants so many go to another gemeente in a year, or every day; distance decay per kilometre.
_RATE = {"verhui": (0.045, 0.09), "woon": (0.30, 0.06)}
_KM = (65.75, 111.3)


def flow_rows(source: Source, years: list[int], people: People) -> pl.DataFrame:
    """Rows of a table of flows: origin, destination, period, and one column per stem."""
    land = people.land
    word = "woon" if "woon" in f"{source.id} {source.title}".casefold() else "verhui"
    frames = []
    for year in years:
        division = land.divisions[year]
        flows = _gravity(people, year, *_RATE[word])
        origin, destination = np.nonzero(flows >= 1)
        codes = [f"{code:<6}" for code in division.gemeente_codes.tolist()]
        made: dict[str, object] = {
            source.area_column: [codes[place] for place in origin.tolist()],
            source.other_area_column: [codes[place] for place in destination.tolist()],
        }
        for name in sorted(set(source.keys_of_values) | {name for column in source.columns for name in column.when}):
            key = next(({**source.keys_of_values, **column.when}[name] for column in source.columns), "")
            made[name] = [f"{key:<8}"] * len(origin)
        if source.year_column:
            made[source.year_column] = [f"{year}{source.year_suffix}"] * len(origin)
        counts = np.rint(flows[origin, destination])
        for column in source.columns:
            thousands = "1 000" in column.unit or "duizend" in column.unit.casefold()
            made[column.column[0]] = np.round(counts / 1000, 1) if thousands else counts.astype(np.int64)
        frames.append(pl.DataFrame(made))
    return pl.concat(frames)


def _gravity(people: People, year: int, rate: float, decay: float) -> Floats:
    """Flows from every gemeente to every other: in proportion to both, less with distance, whole numbers."""
    land = people.land
    division = land.divisions[year]
    count = len(division.gemeente_codes)
    inhabitants = np.bincount(division.gemeente, people.of("inwoners", year), count)
    middles = land.corners[:-1, :-1].reshape(-1, 2)
    spots = np.stack(
        [np.bincount(division.gemeente, middles[:, axis], count) / np.bincount(division.gemeente, minlength=count) * _KM[axis] for axis in (0, 1)],
        axis=1,
    )  # fmt: skip
    distance = np.sqrt(((spots[:, None, :] - spots[None, :, :]) ** 2).sum(axis=2))
    pull = inhabitants[None, :] * np.exp(-decay * distance * 6)
    np.fill_diagonal(pull, 0)
    expected = rate * inhabitants[:, None] * pull / np.maximum(pull.sum(axis=1, keepdims=True), 1e-9)
    return np.random.default_rng([year, round(rate * 1000)]).poisson(expected).astype(float)
