"""Where an area stands on one figure: the row that counts, its place with both ranges, its margin, its colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.atlas.site import Site
from stadspeil.report.document import Place
from stadspeil.report.standing import HALF_INTERVAL, band_of, reported_row

COUNTRY = "NL"


@dataclass(frozen=True)
class Standing:
    """One figure of one area. `low` and `high` are the places that it may have; `range_by` says by what."""

    id: str
    year: int
    boundaries: int
    value: float | None
    margin: float | None
    n: float | None
    mark: float | None
    mark_margin: float | None
    status: str
    place: Place
    low: int | None
    high: int | None
    range_by: str
    country: float | None
    note: str

    @property
    def told_apart(self) -> bool:
        """Whether the whole range of the place lies at one side of the middle, and the value beyond its margin."""
        if self.place.band in ("", "middle"):
            return False
        if self.low is None or self.high is None:
            return self.margin is not None
        middle = (self.place.ranked + 1) / 2
        return self.high < middle or self.low > middle


def standings(site: Site, area: str, ids: Iterable[str]) -> dict[str, Standing]:
    """The standing of an area on figures, in the newest year that counts; figures without a row are left out."""
    rows = site.results.of_area(area)
    by_id = {str(id): table for (id,), table in rows.partition_by("indicator", as_dict=True).items()}
    ranges = _ranges(site, area)
    countries = site.results.remembered("countries", lambda: _countries(site))
    found = {}
    for id in ids:
        row = reported_row(by_id[id].iter_rows(named=True)) if id in by_id else None
        if row is not None:
            key = (id, row["year"], row["boundaries"])
            found[id] = _standing(site, row, ranges.get(key), countries.get(key))
    return found


def _standing(site: Site, row: Mapping[str, Any], known: Mapping[str, Any] | None, country: float | None) -> Standing:
    margin = HALF_INTERVAL * row["spread"] if row["spread"] is not None and row["value"] is not None else None
    mark_margin = HALF_INTERVAL * row["mark_spread"] if row["mark_spread"] is not None else None
    low, high, by = _range(known)
    place = Place(reason=str(row["status"]))
    if row["rank"] is not None:
        place = Place(row["rank"], row["tied"] or 1, row["ranked"] or 0)
        band = band_of(place, _judged(site, row["indicator"]))
        within = margin is not None and country is not None and abs(row["value"] - country) <= margin
        place = Place(place.rank, place.tied, place.ranked, "middle" if within else band)
    return Standing(
        row["indicator"], row["year"], row["boundaries"], row["value"], margin, row["n"], row["mark"], mark_margin,
        row["status"], place, low, high, by, country, row["note"] or "",
    )  # fmt: skip


def _judged(site: Site, id: str) -> bool:
    entry = site.catalogue.indicators.get(id)
    return entry is None or entry.direction != "neutral"


def _range(known: Mapping[str, Any] | None) -> tuple[int | None, int | None, str]:
    """By noise where that is known, else by other choices."""
    if known is not None and known["best_noise"] is not None:
        return known["best_noise"], known["worst_noise"], "noise"
    if known is not None and known["best_choices"] is not None:
        return known["best_choices"], known["worst_choices"], "choices"
    return None, None, ""


def _ranges(site: Site, area: str) -> dict[tuple[str, int, int], Mapping[str, Any]]:
    table = site.results.analysis("rank_ranges")
    rows = table.filter(pl.col("area") == area).iter_rows(named=True) if table.height else ()
    return {(row["indicator"], row["year"], row["boundaries"]): row for row in rows}


def _countries(site: Site) -> dict[tuple[str, int, int], float]:
    table = site.results.groups().filter((pl.col("group") == COUNTRY) & pl.col("value").is_not_null())
    return {(id, year, boundaries): value for id, year, boundaries, value in
            table.select("indicator", "year", "boundaries", "value").iter_rows()}  # fmt: skip
