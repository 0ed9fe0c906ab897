"""Whether a town changed otherwise than its groups, its region and the country, with the noise of both.

Town and group are held together over the same years, on the same division, and the group by the same members in both
years: who was redrawn or has no figure at an end counts in neither. All differences of a town are read together, so
each must pass a level that is shared among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import ndtri

from stadspeil.analyses.panel import Panel
from stadspeil.analyses.slopes import slopes_of
from stadspeil.analyses.tables import TREND_GAPS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty
from stadspeil.scores.explaining import difference_words
from stadspeil.scores.field import existing_gemeenten
from stadspeil.scores.groups import GroupsOfYear, groups_of

_NORMAL_90 = -float(ndtri(0.05))
# A group of which fewer than half of the members have both years is another group.
_ENOUGH = 0.5


@dataclass(frozen=True)
class _Pair:
    """A town beside one group: the row of the table, and the series of both over the years of the panel."""

    row: tuple[object, ...]
    own: np.ndarray
    group: np.ndarray


def trend_gaps(
    panels: Sequence[Panel], scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister
) -> pl.DataFrame:
    """TREND_GAPS of every town with a region, on judged figures and composites. Shape: SCORES of gemeenten."""
    groups = _Groups(scores, catalogue, register)
    judged = {id for id, entry in catalogue.indicators.items() if entry.direction != "neutral"}
    tables = []
    for panel in panels:
        if panel.indicator not in judged | catalogue.composites.keys():
            continue
        pairs = [pair for town in catalogue.regions for pair in _of_town(panel, town, groups)]
        if pairs:
            tables.append(_with_slopes(panel, pairs))
    if not tables:
        return empty(TREND_GAPS)
    made = _judged(pl.concat(tables)).sort("area", "indicator", "kind", "group")
    return check(made.select(list(TREND_GAPS.columns)), TREND_GAPS, "ontwikkeling naast groepen")


class _Groups:
    """Groups per division, made once."""

    def __init__(self, scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> None:
        self.scores, self.catalogue, self.register = scores, catalogue, register
        self.made: dict[int, GroupsOfYear] = {}

    def of(self, division: int) -> GroupsOfYear:
        if division not in self.made:
            there = self.scores.filter(pl.col("boundaries") == division)
            existing = existing_gemeenten(there, self.register, division)
            self.made[division] = groups_of(self.catalogue, self.register, division, existing)
        return self.made[division]


def _of_town(panel: Panel, town: str, groups: _Groups) -> Iterator[_Pair]:
    own = panel.place(town)
    known = np.flatnonzero(~np.isnan(panel.values[own])) if own is not None else np.zeros(0, dtype=int)
    if own is None or len(known) < 2:
        return
    ends = known[[0, -1]]
    division = panel.boundaries[own, ends]
    beside = groups.of(int(division[1]))
    # Both years known, and each on the division of the town's.
    whole = ~np.isnan(panel.values[:, ends]).any(axis=1) & (panel.boundaries[:, ends] == division).all(axis=1)
    for id, kind, members in zip(beside.ids, beside.kinds, beside.member, strict=True):
        codes = beside.codes[members]
        if (kind.startswith("region") and not id.startswith(town)) or (kind == "group" and town not in codes):
            continue
        inside = np.isin(panel.areas, codes) & whole
        present = int(inside.sum())
        if present < max(_ENOUGH * len(codes), 1) or present == int(inside[own]):
            continue
        yield _pair(panel, (town, id, kind, len(codes)), own, inside, known)


def _pair(panel: Panel, key: tuple[str, str, str, int], own: int, inside: np.ndarray, known: np.ndarray) -> _Pair:
    town, id, kind, members = key
    present = int(inside.sum())
    first, last = known[[0, -1]]
    # The town's own noise is in the mean as well; the rest of both is independent.
    pull = -inside.astype(float) / present
    pull[own] += 1
    noise = np.hypot(panel.spread[:, first], panel.spread[:, last])
    error = float(np.sqrt(np.where(pull != 0, (pull * noise) ** 2, 0.0).sum()))
    changes = panel.values[:, last] - panel.values[:, first]
    own_change, group_change = float(changes[own]), float(changes[inside].mean())
    row = (
        town, panel.indicator, id, kind, panel.scale, int(panel.years[first]), int(panel.years[last]), own_change,
        group_change, own_change - group_change, error, members, present,
    )  # fmt: skip
    own_series, group_series = np.full((2, len(panel.years)), np.nan)
    # The line runs over the same members in all years of the town.
    constant = inside & ~np.isnan(panel.values[:, known]).any(axis=1)
    if constant.sum() >= max(_ENOUGH * members, 1):
        own_series[known] = panel.values[own, known]
        group_series[known] = panel.values[np.ix_(constant, known)].mean(axis=0)
    return _Pair(row, own_series, group_series)


def _with_slopes(panel: Panel, pairs: list[_Pair]) -> pl.DataFrame:
    names = (
        "area", "indicator", "group", "kind", "scale", "first_year", "last_year", "own_change", "group_change",
        "difference", "error", "members", "present",
    )  # fmt: skip
    kinds = {name: TREND_GAPS.columns.get(name, pl.Float64) for name in names}
    group = np.stack([pair.group for pair in pairs])
    beyond = slopes_of(panel.years, np.stack([pair.own for pair in pairs]) - group)
    table = pl.DataFrame([pair.row for pair in pairs], schema=kinds, orient="row")
    return table.with_columns(
        group_slope=slopes_of(panel.years, group).slope, slope_difference=beyond.slope, slope_low=beyond.low,
        slope_high=beyond.high,
    )  # fmt: skip


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    """With 90 % margins, and the verdict with the level shared among all known differences of a town."""
    known = dict(table.filter(pl.col("error").is_not_nan()).group_by("area").len().iter_rows())
    verdicts = [
        difference_words(difference, error, known.get(area, 1))
        for area, difference, error in table.select("area", "difference", "error").iter_rows()
    ]
    return table.with_columns(
        pl.Series("verdict", verdicts, dtype=pl.String),
        low=pl.col("difference") - _NORMAL_90 * pl.col("error"),
        high=pl.col("difference") + _NORMAL_90 * pl.col("error"),
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
