"""Which buurten are told together: a wijk, a gemeente, the sites of a programme, and the buurten around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stadspeil.areas.codes import parent_of
from stadspeil.simulation.programme import Programme
from stadspeil.simulation.world import Ints, Places

# Neighbours are the nearest buurten by their middles: a population knows no outlines.
MOST_NEIGHBOURS, WITHIN_KM = 6, 2.5
SITES, AROUND = "locaties", "omgeving"


@dataclass(frozen=True)
class Grouping:
    """Buurten told together. `row` is for each buurt the row of its group, or -1."""

    level: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    row: Ints


def groupings_of(places: Places, programme: Programme) -> tuple[Grouping, ...]:
    """Buurten, wijken, gemeenten, the buurten with sites, and those around them that have none."""
    count = len(places.codes)
    own = np.arange(count, dtype=np.int32)
    wijken = [parent_of(code) or code for code in places.codes]
    codes = tuple(dict.fromkeys(wijken))
    rows = {code: row for row, code in enumerate(codes)}
    of_sites = site_rows(places, programme)
    around = sorted({int(each) for row in of_sites for each in neighbours(places, row)} - set(of_sites))
    return (
        Grouping("buurt", places.codes, places.names, own),
        Grouping("wijk", codes, codes, np.array([rows[code] for code in wijken], dtype=np.int32)),
        Grouping("gemeente", places.town_codes, places.town_names, places.town.astype(np.int32)),
        _one(SITES, "buurten met een locatie", of_sites, count),
        _one(AROUND, "buurten daaromheen", around, count),
    )


def site_rows(places: Places, programme: Programme) -> list[int]:
    """Rows of the buurten in which the programme does something."""
    wanted = {step.buurt for step in programme.steps if step.homes}
    return [row for row, code in enumerate(places.codes) if code in wanted]


def neighbours(places: Places, row: int) -> Ints:
    """The nearest other buurten of a buurt: at most six, within 2.5 km from middle to middle."""
    away = np.hypot(places.east - places.east[row], places.north - places.north[row]).astype(np.float64)
    away[row] = np.inf
    nearest = np.argsort(away, kind="stable")[:MOST_NEIGHBOURS]
    return nearest[away[nearest] <= WITHIN_KM].astype(np.int32)


def _one(level: str, name: str, rows: Iterable[int], count: int) -> Grouping:
    row = np.full(count, -1, dtype=np.int32)
    row[list(rows)] = 0
    return Grouping(level, (level,), (name,), row)
