"""Which buurten are told together: a wijk, a gemeente, the sites of a programme, and the buurten around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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


def groupings_of(places: Places, programme: Programme, towns: Collection[str]) -> tuple[Grouping, ...]:
    """Buurten and wijken of some gemeenten and those next to a site, all gemeenten, the buurten with sites together,
    and those around them that have none."""
    count = len(places.codes)
    of_sites = site_rows(places, programme)
    around = sorted({int(each) for row in of_sites for each in neighbours(places, row)} - set(of_sites))
    told = np.isin(places.town, [row for row, code in enumerate(places.town_codes) if code in towns])
    told[around] = True
    buurten = [code if inside else "" for code, inside in zip(places.codes, told, strict=True)]
    wijken = [code and (parent_of(code) or code) for code in buurten]
    names = dict(zip(places.codes, places.names, strict=True))
    return (
        _by_code("buurt", buurten, names),
        _by_code("wijk", wijken, {}),
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


def _by_code(level: str, codes: list[str], names: dict[str, str]) -> Grouping:
    """Buurten by the code of what they are told with; those without a code are told nowhere."""
    there = tuple(dict.fromkeys(code for code in codes if code))
    rows = {code: row for row, code in enumerate(there)} | {"": -1}
    named = tuple(names.get(code, code) for code in there)
    return Grouping(level, there, named, np.array([rows[code] for code in codes], dtype=np.int32))


def _one(level: str, name: str, rows: Iterable[int], count: int) -> Grouping:
    row = np.full(count, -1, dtype=np.int32)
    row[list(rows)] = 0
    return Grouping(level, (level,), (name,), row)
