"""Squares of 100 m of a wide Nieuwland: of some towns only, since those of all would be as many as the rest together."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stadspeil.catalogue.entries import Source
from stadspeil.sources.nieuwland.serving.warehouse import layer_file
from stadspeil.sources.nieuwland.squares import PARTS, Ground, make_squares, publish, told
from stadspeil.sources.nieuwland.wide.maps import buurt_shapes
from stadspeil.sources.nieuwland.wide.people import People
from stadspeil.workspace import publish_bytes

# Of a midden Nieuwland some 20,000 squares, of a Nederland some 12,000: New Towns first.
MOST_TOWNS = 24
_TOTAL = "leefbaarheid_afwijking"


def write_squares(people: People, source: Source, folder: Path, seed: int) -> list[dict[str, object]]:
    """Write the layer of each year that the source has; the pockets of the last one are returned."""
    planted: list[dict[str, object]] = []
    for edition in source.editions:
        year = int(edition.edition)
        if year not in people.land.years or source.fetch is None:
            continue
        ground = _ground(people, source, year)
        rng = np.random.default_rng([seed, 3, year])
        squares = make_squares(ground, rng)
        for name in source.fetch.layers:
            filled = name.replace("{yy}", edition.edition[-2:]).replace("{edition}", edition.edition)
            publish_bytes(publish(squares, year, rng), folder / "features" / f"{layer_file(filled)}.geojson")
        planted = list(told(squares, ground))
    return planted


def _ground(people: People, source: Source, year: int) -> Ground:
    land = people.land
    towns = np.argsort(~land.is_new_town, kind="stable")[:MOST_TOWNS]
    chosen = np.flatnonzero(np.isin(land.town, towns))
    fields = {column.column[0]: column.field for column in source.columns}
    parts = np.stack([people.of(fields[name], year)[chosen] for name in PARTS], axis=1)
    shapes = buurt_shapes(land)[chosen]
    codes = tuple(land.divisions[year].buurt_codes[chosen].tolist())
    return Ground(shapes, codes, people.of("woningen", year)[chosen], parts, people.of(_TOTAL, year)[chosen])
