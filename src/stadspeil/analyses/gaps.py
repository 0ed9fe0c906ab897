"""The distance of a town from its groups, its region and the country, with the noise of that distance.

All differences of a town are read together, so each must pass a level that is shared among them: a whole report has a
false 'aantoonbaar' in at most one of ten reports.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import ndtri

from stadspeil.analyses.ranges import newest
from stadspeil.analyses.tables import GAPS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check
from stadspeil.scores.explaining import difference_words
from stadspeil.scores.field import existing_gemeenten
from stadspeil.scores.groups import GroupsOfYear, groups_of

_NORMAL_90 = -float(ndtri(0.05))


def gaps(scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """GAPS of every town with a region, on judged figures in their newest year.

    Shape:   SCORES of gemeenten. The mean of a group counts every member with a value once, the town included.
    """
    judged = [id for id, entry in catalogue.indicators.items() if entry.direction != "neutral"]
    table = newest(scores.filter(pl.col("indicator").is_in(judged)))
    groups: dict[int, GroupsOfYear] = {}
    rows: list[tuple[object, ...]] = []
    for (indicator, year, boundaries), block in table.group_by("indicator", "year", "boundaries", maintain_order=True):
        division = int(str(boundaries))
        if division not in groups:
            existing = existing_gemeenten(table.filter(pl.col("boundaries") == division), register, division)
            groups[division] = groups_of(catalogue, register, division, existing)
        codes = block["area"].to_numpy().astype(str)
        values, spread = (block[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("value", "spread"))
        for town in catalogue.regions:
            own = np.flatnonzero(codes == town)
            if own.size:
                found = _of_town(town, int(own[0]), codes, values, spread, groups[division])
                rows += [(town, year, boundaries, indicator, *each) for each in found]
    names = [name for name in GAPS.columns if name not in ("low", "high", "verdict")]
    made = pl.DataFrame(
        rows, schema={name: GAPS.columns.get(name, pl.Float64) for name in names} | {"error": pl.Float64}, orient="row"
    )
    return check(_judged(made).select(list(GAPS.columns)), GAPS, "verschillen met groepen")


def _of_town(
    town: str, own: int, codes: np.ndarray, values: np.ndarray, spread: np.ndarray, groups: GroupsOfYear
) -> list[tuple[object, ...]]:
    """Group, kind, both values, the gap and its error, for the groups that a town belongs to."""
    found: list[tuple[object, ...]] = []
    for id, kind, members in zip(groups.ids, groups.kinds, groups.member, strict=True):
        if kind.startswith("region") and not id.startswith(town):
            continue
        inside = np.isin(codes, groups.codes[members]) & ~np.isnan(values)
        if not inside.any() or (kind == "group" and not inside[own]):
            continue
        mean, gap, error = distance(own, values, spread, inside)
        found.append((id, kind, float(values[own]), mean, gap, error))
    return found


def distance(own: int, values: np.ndarray, spread: np.ndarray, inside: np.ndarray) -> tuple[float, float, float]:
    """The mean of the areas inside, how far an area lies from it, and the standard error of that distance.

    The noise of an area that is itself inside is in the mean as well; the rest of both is independent.
    """
    pull = -(inside / inside.sum())
    pull[own] += 1
    error = float(np.sqrt(np.where(pull != 0, (pull * spread) ** 2, 0.0).sum()))
    mean = float(values[inside].mean())
    return mean, float(values[own]) - mean, error


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    """With 90 % margins, and the verdict with the level shared among all known gaps of a town."""
    known = dict(table.filter(pl.col("error").is_not_nan()).group_by("area").len().iter_rows())
    verdicts = [
        difference_words(gap, error, known.get(area, 1))
        for area, gap, error in table.select("area", "gap", "error").iter_rows()
    ]
    return table.with_columns(
        pl.Series("verdict", verdicts, dtype=pl.String),
        low=(pl.col("gap") - _NORMAL_90 * pl.col("error")).fill_nan(None),
        high=(pl.col("gap") + _NORMAL_90 * pl.col("error")).fill_nan(None),
    )
