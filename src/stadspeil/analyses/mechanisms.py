"""The mechanisms of a town: where they stand beside the region, whether they are on course to the goal, and why not said.

A verdict rests on the line through the years, drawn on to the goal year with its interval. Where the interval holds
both sides of the goal nothing is said: 'niet te zeggen'. That is the usual outcome of a short series, and no failure.
The line runs over years that are made alike: a part that begins to count is no progress.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from stadspeil.analyses.development import trend
from stadspeil.analyses.projecting import project
from stadspeil.analyses.tables import MECHANISMS
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Mechanism
from stadspeil.contracts import check, empty

Verdict = Literal["op koers", "niet te zeggen", "van koers"]


@dataclass(frozen=True)
class Course:
    """A verdict, and the reason as a key of the texts; the projection is of a gap in the goal year."""

    verdict: Verdict
    reason: str
    projection: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


def course_to_level(
    years: np.ndarray, gaps: np.ndarray, goal_year: int, tolerance: float, noise: np.ndarray | None = None
) -> Course:
    """Whether a gap with the region (town less region) is closed in the goal year.

    Shape:   a gap in marks per year with its noise, NaN where unknown. Level is no more than `tolerance` below the
             region.
    """
    known = int((~np.isnan(gaps)).sum())
    if known == 0:
        return Course("niet te zeggen", "not_measured")
    line = project(years, gaps, goal_year, noise)
    if line is None:
        return Course("niet te zeggen", "too_few_years")
    if line.low >= -tolerance:
        return Course("op koers", "interval_above", line.value, line.low, line.high)
    if line.high < -tolerance:
        return Course("van koers", "interval_below", line.value, line.low, line.high)
    return Course("niet te zeggen", "interval_both", line.value, line.low, line.high)


def course_of_differences(years: np.ndarray, differences: np.ndarray) -> Course:
    """Whether the differences between buurten shrink or grow, beyond the swing of the years.

    Shape:   an inequality per year, NaN where unknown.
    """
    if (~np.isnan(differences)).sum() == 0:
        return Course("niet te zeggen", "not_measured")
    line = trend(years, differences)
    if line is None:
        return Course("niet te zeggen", "too_few_years")
    if line.p < 0.1 and line.slope != 0:
        return Course("van koers", "grows") if line.slope > 0 else Course("op koers", "shrinks")
    return Course("niet te zeggen", "no_trend")


def mechanisms_of(
    scores: pl.DataFrame, groups: pl.DataFrame, inequality: pl.DataFrame, catalogue: Catalogue
) -> pl.DataFrame:
    """MECHANISMS of every town that has a region.

    Shape:   SCORES of gemeenten and GROUP_SCORES of all years; `inequality` has columns area, year, indicator, total.
    """
    rows: list[tuple[object, ...]] = []
    for entry in sorted(catalogue.mechanisms.values(), key=lambda each: each.order):
        for town in catalogue.regions:
            if entry.measure == "level":
                rows += _level(entry, town, scores, groups, catalogue)
            elif entry.measure == "inequality":
                rows += _inequality(entry, town, inequality)
            else:
                rows.append(_row(town, entry, "", None, {}, Course("niet te zeggen", "qualitative")))
    table = pl.DataFrame(rows, schema=dict(MECHANISMS.columns), orient="row") if rows else empty(MECHANISMS)
    floats = [name for name, kind in MECHANISMS.columns.items() if kind == pl.Float64]
    return check(table.with_columns(pl.col(floats).fill_nan(None)), MECHANISMS, "mechanismen")


def baseline_of(years: list[int], wanted: int) -> int:
    """The year of the baseline, or the nearest to it that was measured, the earlier of two."""
    return min(years, key=lambda year: (abs(year - wanted), year))


def comparable_years(series: pl.DataFrame) -> np.ndarray:
    """Which years are made as the newest is, and repeat no older figure; the newest alone where there are none.

    Shape:   a row per year, in order: made_of (text), present and members of the region, note. True or False per year.
    """
    newest = series.row(-1, named=True)
    alike = pl.col("made_of").eq_missing(newest["made_of"]) & pl.col("present").eq_missing(newest["present"])
    alike &= pl.col("members").eq_missing(newest["members"])
    repeats = pl.col("note").fill_null("").str.contains("carried:", literal=True)
    found = series.select(alike & ~repeats).to_series().to_numpy()
    return found if found.any() else np.arange(series.height) == series.height - 1


def _level(
    entry: Mechanism, town: str, scores: pl.DataFrame, groups: pl.DataFrame, catalogue: Catalogue
) -> list[tuple[object, ...]]:
    series = _series(entry.composite, town, scores, groups, catalogue)
    if series.is_empty():
        return [_row(town, entry, entry.composite, None, {}, Course("niet te zeggen", "not_measured"))]
    years = series["year"].to_numpy()
    alike = comparable_years(series) & (years >= catalogue.unbroken_since(entry.composite, int(years[-1])))
    gaps = (series["mark"] - series["region"]).cast(pl.Float64).fill_null(np.nan).to_numpy()
    noise = series["noise"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    course = course_to_level(
        years[alike], gaps[alike], entry.goal_year, catalogue.parameter("level_tolerance"), noise[alike]
    )
    base = baseline_of(years[alike].tolist(), entry.baseline)
    first = series.filter(pl.col("year") == base).row(0, named=True)
    last = series.row(-1, named=True)
    numbers = {
        "value": last["mark"], "baseline": first["mark"], "region": last["region"], "gap": gaps[-1],
        "baseline_gap": float(first["mark"] - first["region"]) if first["region"] is not None else None,
    }  # fmt: skip
    return [_row(town, entry, entry.composite, (base, int(years[-1]), int(alike.sum())), numbers, course)]


def _series(
    composite: str, town: str, scores: pl.DataFrame, groups: pl.DataFrame, catalogue: Catalogue
) -> pl.DataFrame:
    """The marks of town and region per year, on the newest division of each, with what they are made of."""
    own = scores.filter((pl.col("area") == town) & pl.col("mark").is_not_null())
    beside = groups.filter((pl.col("group") == f"{town}:net") & (pl.col("indicator") == composite))
    keys = ["year", "boundaries"]
    noise = _noise_of_gap(composite, town, scores, catalogue)
    return (
        own.filter(pl.col("indicator") == composite)
        .join(beside.select(*keys, "present", "members", region="mark"), on=keys, how="left")
        .join(_made_of(composite, own, catalogue), on=keys, how="left")
        .join(noise, on=keys, how="left")
        .sort(keys)
        .unique("year", keep="last", maintain_order=True)
    )


def _noise_of_gap(composite: str, town: str, scores: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The noise of town less region, where that of all is known. The town may be a member: its noise is then in both."""
    region = catalogue.regions[town]
    members = [code for code in region.members if code != region.dominant]
    own = scores.filter((pl.col("indicator") == composite) & pl.col("mark").is_not_null())
    own = own.filter(pl.col("area").is_in([*members, town]))
    inside = pl.col("area").is_in(members)
    pull = (pl.col("area") == town).cast(pl.Float64) - inside.cast(pl.Float64) / inside.sum()
    squares = (pull * pl.col("mark_spread")) ** 2
    known = pl.col("mark_spread").is_not_null().all() & (pl.col("area") == town).any()
    return own.group_by("year", "boundaries").agg(noise=pl.when(known & inside.any()).then(squares.sum().sqrt()))


def _made_of(composite: str, own: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Per year and division how much of the composite, and of each composite in it, was there, as one text."""
    nested = _composites_in(composite, catalogue)
    wide = (
        own.filter(pl.col("indicator").is_in(nested))
        .with_columns(pl.col("coverage").round(3))
        .pivot(on="indicator", on_columns=nested, index=["year", "boundaries"], values="coverage")
        .sort("year", "boundaries")
    )
    # A part without figures of its own this year is carried, so it is made as it was before.
    filled = wide.with_columns(pl.col(nested[1:]).forward_fill())
    return filled.select(
        "year", "boundaries", made_of=pl.concat_str(pl.col(nested).cast(pl.String).fill_null("?"), separator=" ")
    )


def _composites_in(composite: str, catalogue: Catalogue) -> list[str]:
    """The composite and all composites that it is made of, without doubles."""
    below = [part for part in catalogue.parts_of(composite) if part in catalogue.composites]
    return list(dict.fromkeys([composite, *(id for part in below for id in _composites_in(part, catalogue))]))


def _inequality(entry: Mechanism, town: str, inequality: pl.DataFrame) -> list[tuple[object, ...]]:
    rows = []
    for indicator in entry.indicators:
        series = inequality.filter((pl.col("area") == town) & (pl.col("indicator") == indicator)).sort("year")
        if series.is_empty():
            rows.append(_row(town, entry, indicator, None, {}, Course("niet te zeggen", "not_measured")))
            continue
        years, totals = series["year"].to_numpy(), series["total"].to_numpy()
        base = baseline_of(series["year"].to_list(), entry.baseline)
        numbers = {"value": totals[-1], "baseline": series.filter(pl.col("year") == base)["total"][0]}
        course = course_of_differences(years, totals)
        rows.append(_row(town, entry, indicator, (base, int(years[-1]), len(years)), numbers, course))
    return rows


def _row(
    town: str,
    entry: Mechanism,
    measured: str,
    span: tuple[int, int, int] | None,
    numbers: Mapping[str, float | None],
    course: Course,
) -> tuple[object, ...]:
    base, year, count = span or (None, None, 0)
    found = [numbers.get(name) for name in ("value", "baseline", "region", "gap", "baseline_gap")]
    return (
        town, entry.id, measured, base, year, count, *(None if each is None else float(each) for each in found),
        entry.goal_year, course.projection, course.low, course.high, course.verdict, course.reason,
    )  # fmt: skip
