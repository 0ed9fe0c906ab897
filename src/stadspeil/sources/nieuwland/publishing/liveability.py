"""The Leefbaarometer per gemeente, wijk and buurt, as the publisher's layers of scores: one file per level and year.

The parts are those of which the squares of the last year are made (`squares`), so that a buurt and its squares tell one
story: they fall with low incomes, and each buurt has something of its own. Years before move with its poverty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.figures import Figures, Floats
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer
from stadspeil.sources.nieuwland.squares import LOADS, PARTS, class_of, poor_of

YEARS = range(2014, plan.LAST_YEAR + 1, 2)
LEVELS = ("gemeente", "wijk", "buurt")
# Fewer homes than this get no score.
SMALLEST = 20
_YEARLY = 0.006  # chance from one edition to the next, per part


def publish(
    rng: np.random.Generator, figures: Figures, gazetteer: Gazetteer, parts: Floats
) -> Iterator[tuple[str, bytes]]:
    """Name and content of every layer. `parts`: of each buurt in the last year, one column per part."""
    own = parts - poor_of(figures, plan.LAST_YEAR)[:, None] * LOADS
    for year in YEARS:
        chance = rng.normal(0, _YEARLY, parts.shape) if year < plan.LAST_YEAR else 0.0
        scored = poor_of(figures, year)[:, None] * LOADS + own + chance
        for level in LEVELS:
            yield (
                f"nieuwland_leefbaarometer_{level}score_{year}.geojson",
                _layer(figures, gazetteer, scored, level, year),
            )


def _layer(figures: Figures, gazetteer: Gazetteer, scored: Floats, level: str, year: int) -> bytes:
    division = gazetteer.division(year).only(level)
    homes = figures.over(division.members, "woningen", year)
    weighed = division.members * figures.values["woningen"][:, year - plan.FIRST_YEAR]
    features = []
    for row, area in enumerate(division.areas):
        if homes[row] < SMALLEST:
            continue
        parts = weighed[row] @ scored / homes[row]
        told = {name: round(float(each), 5) for name, each in zip(PARTS, parts, strict=True)}
        whole = float(parts.sum())
        properties = {"id": area.code, "year": year, "kscore": int(class_of(whole)), "afw": round(whole, 5), **told}
        # As asked for without its outline, which the publisher allows.
        feature = {
            "type": "Feature",
            "id": f"{level}score{year % 100}.{row + 1}",
            "properties": properties,
            "geometry": None,
        }
        features.append(json.dumps(feature, separators=(",", ":")))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()
