"""Which row of SCORES counts for a town, and how that row stands in its field: place, margin, colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from stadspeil.report.document import Band, Place
from stadspeil.report.drawing.content import MIDDLE

Row = Mapping[str, Any]
Edition = tuple[int, int]

# Half a 95 % interval, in standard errors.
HALF_INTERVAL = 1.96
# A place in the middle third gets no colour; one in the outer tenth gets the strong one.
OUTER = (0.1, 0.9)


def margin_of(spread: float | None) -> float | None:
    """Half of the interval of 95 % around a value; None where its noise is not known."""
    return None if spread is None else HALF_INTERVAL * spread


@dataclass(frozen=True)
class Field:
    """All gemeenten of one indicator in one edition (year and area division), and rows of RANK_RANGES by area."""

    rows: Mapping[str, Row]
    ranges: Mapping[str, Row] = field(default_factory=dict)

    @cached_property
    def mean(self) -> float | None:
        """The average value."""
        values = [row["value"] for row in self.rows.values() if row["value"] is not None]
        return float(np.mean(values)) if values else None

    @cached_property
    def marks_per_unit(self) -> float | None:
        """How much a mark moves when the value moves by one; from marks that were not cut off."""
        marked = [(row["value"], row["mark"]) for row in self.rows.values() if row["mark"] is not None]
        if not marked:
            return None
        marks = [mark for _, mark in marked]
        free = sorted(pair for pair in marked if min(marks) < pair[1] < max(marks))
        if len(free) < 2 or free[0][0] == free[-1][0]:
            return None
        return float(abs((free[-1][1] - free[0][1]) / (free[-1][0] - free[0][0])))

    def within_noise(self, row: Row) -> bool:
        """Whether the difference with the average is smaller than the margin of the value."""
        if row["spread"] is None or row["value"] is None or self.mean is None:
            return False
        return bool(abs(row["value"] - self.mean) <= HALF_INTERVAL * row["spread"])

    def mark_margin(self, row: Row) -> float | None:
        """Half a 95 % interval of the mark, where the noise of the value is known."""
        if row["spread"] is None or row["mark"] is None or self.marks_per_unit is None:
            return None
        return HALF_INTERVAL * float(row["spread"]) * self.marks_per_unit

    def numbers(self, area: str | None) -> tuple[float | None, float | None]:
        """Value and mark of an area."""
        row = self.rows.get(area) if area is not None else None
        return (None, None) if row is None else (row["value"], row["mark"])

    def place(self, area: str | None, judged: bool) -> Place:
        """The place of an area with its colour, or why it has none."""
        row = self.rows.get(area) if area is not None else None
        if row is None:
            return Place(reason="no_row")
        if row["rank"] is None:
            return Place(reason=_why_unranked(row))
        noise, choices = self._range(area, "noise"), self._range(area, "choices")
        place = Place(row["rank"], row["tied"] or 1, row["ranked"] or 0, "middle", noise=noise, choices=choices,
                      margin_known=row["spread"] is not None)  # fmt: skip
        # A place that may as well lie on the other side of the middle is on no side.
        band = "middle" if self.within_noise(row) or place.unsure else band_of(place, judged)
        return place if band == "middle" else replace(place, band=band)

    def _range(self, area: str | None, kind: str) -> tuple[int, int] | None:
        row = self.ranges.get(area or "")
        if row is None or row[f"best_{kind}"] is None or row[f"worst_{kind}"] is None:
            return None
        return int(row[f"best_{kind}"]), int(row[f"worst_{kind}"])


class Standings:
    """SCORES of the gemeenten, found by indicator, edition and area."""

    def __init__(self, scores: pl.DataFrame, ranges: pl.DataFrame | None = None) -> None:
        gemeenten = scores.filter(pl.col("level") == "gemeente")
        self._by_indicator = {
            str(id): table for (id,), table in gemeenten.partition_by("indicator", as_dict=True).items()
        }
        parted = {} if ranges is None or ranges.is_empty() else ranges.partition_by("indicator", as_dict=True)
        self._ranges = {str(id): table for (id,), table in parted.items()}
        self._fields: dict[tuple[str, Edition], Field] = {}

    def of_town(self, id: str, town: str) -> list[Row]:
        """Every row of the town for an indicator or composite, in order of edition."""
        table = self._by_indicator.get(id)
        if table is None:
            return []
        return list(table.filter(pl.col("area") == town).sort("year", "boundaries").iter_rows(named=True))

    def field(self, id: str, edition: Edition) -> Field:
        """All gemeenten of that edition."""
        key = (id, edition)
        if key not in self._fields:
            year, boundaries = edition
            rows = self._by_indicator[id].filter(pl.col("year") == year, pl.col("boundaries") == boundaries)
            known = self._ranges.get(id)
            found = [] if known is None else known.filter(
                pl.col("year") == year, pl.col("boundaries") == boundaries
            ).iter_rows(named=True)  # fmt: skip
            self._fields[key] = Field(
                {row["area"]: row for row in rows.iter_rows(named=True)}, {row["area"]: row for row in found}
            )
        return self._fields[key]


def reported_row(rows: Iterable[Row]) -> Row | None:
    """The newest row with a place, else the newest with a number, else the newest.

    Of one year on several area divisions the one as it was published counts: the division nearest to the year.
    """
    every = list(rows)
    if len(every) == 1:
        return every[0]
    for wanted in ("rank", "value"):
        found = [row for row in every if row[wanted] is not None]
        if found:
            return max(found, key=_newness)
    return max(every, key=_newness, default=None)


def newer_rows(rows: Iterable[Row], shown: Row) -> list[Row]:
    """Rows of later years than the one that is shown: without a place, or without a number."""
    return sorted((row for row in rows if row["year"] > shown["year"]), key=_newness)


def band_of(place: Place, judged: bool) -> Band:
    """The colour of a place. Rank 1 is most favourable, or highest where nothing is favourable."""
    share = place.share
    if share is None:
        return ""
    if MIDDLE[0] <= share <= MIDDLE[1]:
        return "middle"
    if share < MIDDLE[0]:
        strong = share <= OUTER[0]
        if judged:
            return "very_favourable" if strong else "favourable"
        return "very_high" if strong else "high"
    strong = share >= OUTER[1]
    if judged:
        return "very_unfavourable" if strong else "unfavourable"
    return "very_low" if strong else "low"


def _newness(row: Row) -> tuple[int, int, int]:
    return row["year"], -abs(row["boundaries"] - row["year"]), row["boundaries"]


def _why_unranked(row: Row) -> str:
    notes = (row["note"] or "").split(";")
    for reason in ("too_few_parts", "too_few_areas"):
        if reason in notes:
            return reason
    return str(row["status"]) if row["value"] is None else "unranked"
