"""Every figure of gemeenten and country as one table of areas by years, on ground and by a definition that do not change.

A mark beside the other gemeenten has no development: it averages 6.5 each year. So composites stand here on their
fixed-base marks (real_change.py), in years in which no part is carried from an earlier one; without these they have no
panel. What lies before a break is blanked, so that nothing that reads a panel can cross it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue

COUNTRY = "NL"
Scale = Literal["waarde", "vast cijfer"]


@dataclass(frozen=True)
class Panel:
    """One figure over the years.

    Shape:   areas (m) sorted, years (n) in order; values, spread and boundaries (m, n), NaN or 0 where unknown.
             `broken` (m) is "grenzen", "definitie" or "", by the last break that the series has; `break_year` (m)
             is the first year after it, 0 where there is none.
    """

    indicator: str
    scale: Scale
    areas: np.ndarray
    years: np.ndarray
    values: np.ndarray
    spread: np.ndarray
    boundaries: np.ndarray
    broken: np.ndarray
    break_year: np.ndarray

    @property
    def gemeenten(self) -> np.ndarray:
        """True for areas that are gemeenten."""
        return np.asarray(self.areas != COUNTRY)

    def place(self, area: str) -> int | None:
        """The row of an area, or None."""
        at = int(np.searchsorted(self.areas, area))
        return at if at < len(self.areas) and self.areas[at] == area else None


def panels_of(
    scores: pl.DataFrame, real: pl.DataFrame, catalogue: Catalogue, register: AreaRegister
) -> tuple[Panel, ...]:
    """The panels of all figures that more than one year is known of.

    Shape:   SCORES and REAL_MARKS of gemeenten and the country, all years.
    """
    making = _Making(catalogue, register, dict(scores.group_by("indicator").agg(pl.col("year").min()).iter_rows()))
    return (
        *making.panels(_indicators(scores, catalogue), "waarde"),
        *making.panels(_composites(scores, real, catalogue), "vast cijfer"),
    )


def _indicators(scores: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    own = pl.col("level").is_in(["gemeente", "land"]) & pl.col("value").is_not_null()
    counted = pl.col("rank").is_not_null() | (pl.col("level") == "land")
    return scores.filter(own & counted & ~pl.col("indicator").is_in(list(catalogue.composites)))


def _composites(scores: pl.DataFrame, real: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    keys = ["area", "year", "boundaries", "indicator"]
    carried = scores.filter(pl.col("note").str.contains("carried:", literal=True)).select(keys)
    return (
        real.filter(pl.col("indicator").is_in(list(catalogue.composites)))
        .join(carried, on=keys, how="anti")
        .select(*keys, value="fixed_mark", spread="fixed_spread")
    )


def _wanted_last(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of one area, figure and year in order: the newest division later, the one of the longest series last."""
    counted = table.group_by("boundaries").agg(pl.col("year").n_unique()).sort("year", "boundaries")
    return table.sort(pl.col("boundaries") == counted["boundaries"][-1], "boundaries", maintain_order=True)


@dataclass(frozen=True)
class _Making:
    """Makes panels of a long table; `began` is the first year that each figure was scored in, whatever its scale."""

    catalogue: Catalogue
    register: AreaRegister
    began: dict[str, int]

    def panels(self, table: pl.DataFrame, scale: Scale) -> Iterator[Panel]:
        if table.is_empty():
            return
        ordered = _wanted_last(table.select("area", "indicator", "year", "boundaries", "value", "spread"))
        ground = _Ground(self.register)
        for (id,), rows in sorted(ordered.partition_by("indicator", as_dict=True, maintain_order=True).items()):
            years = np.unique(rows["year"].to_numpy()).astype(int)
            if len(years) > 1:
                yield self._panel(str(id), scale, rows, years, ground)

    def _panel(self, id: str, scale: Scale, rows: pl.DataFrame, years: np.ndarray, ground: _Ground) -> Panel:
        codes = rows["area"].to_numpy().astype(str)
        areas = np.unique(codes)
        # Where a cell is given on two divisions the later row replaces the earlier.
        at = np.searchsorted(areas, codes), np.searchsorted(years, rows["year"].to_numpy())
        shape = len(areas), len(years)
        values, spread, boundaries = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=int)
        values[at] = rows["value"].to_numpy()
        spread[at] = rows["spread"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        boundaries[at] = rows["boundaries"].to_numpy()
        broken, break_year = np.full(shape[0], "", dtype=object), np.zeros(shape[0], dtype=int)
        for row, start in ground.starts(areas, boundaries):
            broken[row], break_year[row] = "grenzen", years[start]
            values[row, :start], boundaries[row, :start] = np.nan, 0
        for year in self.catalogue.breaks_of(id):
            known = ~np.isnan(values)
            # A composite on a fixed base begins after the break of its parts.
            before = known[:, years < year].any(axis=1) | (scale == "vast cijfer" and self.began.get(id, year) < year)
            crossed = before & known[:, years >= year].any(axis=1)
            broken[crossed], break_year[crossed] = "definitie", year
            values[np.ix_(crossed, years < year)] = np.nan
        spread[np.isnan(values)] = np.nan
        return Panel(id, scale, areas, years, values, spread, boundaries, broken, break_year)


class _Ground:
    """Which years of a gemeente lie on the same ground as its last. Many figures ask the same."""

    def __init__(self, register: AreaRegister) -> None:
        self.register = register
        self.known: dict[tuple[str, int, int], bool] = {}

    def starts(self, areas: np.ndarray, boundaries: np.ndarray) -> Iterator[tuple[int, int]]:
        """Rows that are broken, each with the place of the first year after the break."""
        highest = boundaries.max(axis=1, keepdims=True)
        for row in np.flatnonzero(((boundaries != highest) & (boundaries > 0)).any(axis=1)):
            area = str(areas[row])
            there = np.flatnonzero(boundaries[row])
            if area == COUNTRY:
                continue
            last = int(boundaries[row, there[-1]])
            other = [place for place in there if self._touched(area, int(boundaries[row, place]), last)]
            if other:
                yield int(row), int(there[there > other[-1]][0])

    def _touched(self, area: str, one: int, other: int) -> bool:
        key = area, one, other
        if key not in self.known:
            self.known[key] = one != other and self.register.touched(area, one, other)
        return self.known[key]
