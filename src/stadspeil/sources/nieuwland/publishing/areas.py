"""The areas that exist in a year, with their codes and the buurten they are made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.geometry import Sites

Floats = NDArray[np.float64]

LEVEL_WORDS = {"land": "Land", "gemeente": "Gemeente", "wijk": "Wijk", "buurt": "Buurt"}


@dataclass(frozen=True)
class Area:
    """An area as it was called in a year."""

    code: str
    level: str
    name: str
    gemeente_name: str


@dataclass(frozen=True)
class Division:
    """All areas of a year in publishers' order, and which buurten (columns) lie in which area (rows)."""

    year: int
    areas: tuple[Area, ...]
    members: Floats

    @property
    def codes(self) -> list[str]:
        return [area.code for area in self.areas]

    def only(self, *levels: str) -> Division:
        """The part of the division at these levels."""
        rows = [row for row, area in enumerate(self.areas) if area.level in levels]
        return Division(self.year, tuple(self.areas[row] for row in rows), self.members[rows])


@dataclass(frozen=True)
class Gazetteer:
    """What every buurt is called, and the division before and since the merger of 2015."""

    sites: Sites
    names: tuple[str, ...]
    before: Division
    since: Division

    def division(self, year: int) -> Division:
        """The areas of a year."""
        return dataclasses.replace(self.since if year >= plan.MERGER_YEAR else self.before, year=year)

    def buurt_code(self, buurt: int, year: int = plan.LAST_YEAR) -> str:
        """The code of a buurt in a year."""
        return _buurt_code(self.sites, buurt, year >= plan.MERGER_YEAR)


def make_gazetteer(sites: Sites, names: tuple[str, ...]) -> Gazetteer:
    """Number and name all areas."""
    before = _divide(sites, names, plan.MERGER_YEAR - 1)
    return Gazetteer(sites, names, before, _divide(sites, names, plan.MERGER_YEAR))


def gemeente_number(wijk: int, merged: bool) -> int:
    """The gemeente that a wijk lies in, before or after the merger."""
    number = plan.WIJKEN[wijk].gemeente
    if merged or number != plan.PARTED:
        return number
    return plan.PARTS[plan.WIJKEN[wijk].name in plan.SECOND_PART_WIJKEN][0]


def gemeente_names(merged: bool) -> dict[int, str]:
    """Names by number, in order of number."""
    names = {each.number: each.name for each in plan.GEMEENTEN if merged or each.number != plan.PARTED}
    return dict(sorted((names if merged else names | dict(plan.PARTS)).items()))


def wijk_digits(wijk: int, merged: bool) -> str:
    """The six digits of a wijk's code."""
    number = gemeente_number(wijk, merged)
    place = sum(1 for other in range(wijk) if gemeente_number(other, merged) == number)
    return f"{number:04d}{place + 1:02d}"


def _buurt_code(sites: Sites, buurt: int, merged: bool) -> str:
    wijk = int(sites.wijk[buurt])
    place = int((sites.wijk[:buurt] == wijk).sum())
    return f"BU{wijk_digits(wijk, merged)}{place:02d}"


def _divide(sites: Sites, names: tuple[str, ...], year: int) -> Division:
    merged = year >= plan.MERGER_YEAR
    areas = [Area("NL", "land", plan.COUNTRY_NAME, plan.COUNTRY_NAME)]
    rows = [np.ones(sites.count)]
    for number, town in gemeente_names(merged).items():
        wijken = [i for i in range(len(plan.WIJKEN)) if gemeente_number(i, merged) == number]
        areas.append(Area(f"GM{number:04d}", "gemeente", town, town))
        rows.append(np.isin(sites.wijk, wijken).astype(float))
        for wijk in wijken:
            areas.append(Area(f"WK{wijk_digits(wijk, merged)}", "wijk", plan.WIJKEN[wijk].name, town))
            rows.append((sites.wijk == wijk).astype(float))
            for buurt in np.flatnonzero(sites.wijk == wijk).tolist():
                areas.append(Area(_buurt_code(sites, buurt, merged), "buurt", names[buurt], town))
                rows.append((np.arange(sites.count) == buurt).astype(float))
    return Division(year, tuple(areas), np.array(rows))
