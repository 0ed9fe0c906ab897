"""The development of every figure of every gemeente, on the division that holds the longest series."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.development import FEWEST_YEARS, change_between, trend
from stadspeil.analyses.tables import TRENDS
from stadspeil.areas import AreaRegister
from stadspeil.contracts import check, empty

COUNTRY = "NL"


def trends(scores: pl.DataFrame, register: AreaRegister) -> pl.DataFrame:
    """TRENDS of gemeenten and the country.

    A series stands on one division: where the workspace was built with --boundaries all years do; else years are
    followed only while the gemeente was not touched, and `broken` says that earlier years stand apart.
    Shape:   SCORES of gemeenten and the country, all years.
    """
    numbered = scores.filter(pl.col("level").is_in(["gemeente", "land"]) & pl.col("value").is_not_null())
    numbered = numbered.filter(pl.col("rank").is_not_null() | (pl.col("level") == "land"))
    if numbered.is_empty():
        return empty(TRENDS)
    one = numbered.sort("boundaries").unique(["area", "indicator", "year"], keep="last", maintain_order=True)
    target = numbered.group_by("boundaries").agg(pl.col("year").n_unique()).sort("year", "boundaries")["boundaries"][-1]
    same = numbered.filter(pl.col("boundaries") == target)
    one = pl.concat([same, one.join(same, on=["area", "indicator", "year"], how="anti")])
    several = one.filter(pl.col("year").n_unique().over("area", "indicator") > 1).sort("area", "indicator", "year")
    columns = [several[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("year", "value", "spread")]
    divisions = several["boundaries"].to_numpy()
    rows: list[tuple[object, ...]] = []
    start = 0
    for area, indicator, size in several.group_by("area", "indicator", maintain_order=True).len().iter_rows():
        rows_of = slice(_first_unbroken(area, divisions[start : start + size], register) + start, start + size)
        row = _row(*(column[rows_of] for column in columns))
        if row is not None:
            broken = rows_of.start > start
            rows.append((area, indicator, int(divisions[rows_of.stop - 1]), *row, rows_of.stop - rows_of.start, broken))
        start += size
    names = [name for name in TRENDS.columns if name not in ("country_change", "beyond_country")]
    table = pl.DataFrame(rows, schema={name: TRENDS.columns[name] for name in names}, orient="row")
    table = table.with_columns(pl.col(pl.Float64).fill_nan(None))
    span = ["indicator", "first_year", "last_year"]
    country = table.filter(pl.col("area") == COUNTRY).select(*span, whole="change")
    # Files of gemeenten alone have no line for the country: then its middle gemeente stands in.
    middle = table.filter(pl.col("area") != COUNTRY).group_by(span).agg(middle=pl.col("change").median())
    made = table.join(country, on=span, how="left", maintain_order="left").join(
        middle, on=span, how="left", maintain_order="left"
    )
    made = made.with_columns(country_change=pl.coalesce("whole", "middle"))
    made = made.with_columns(beyond_country=pl.col("change") - pl.col("country_change"))
    return check(made.select(list(TRENDS.columns)).sort("indicator", "area"), TRENDS, "ontwikkeling")


def _row(years: np.ndarray, values: np.ndarray, spread: np.ndarray) -> tuple[object, ...] | None:
    change = change_between(years, values, spread)
    if change is None:
        return None
    line = trend(years, values) if len(years) >= FEWEST_YEARS else None
    slope = (line.slope, line.low, line.high, line.p) if line is not None else (None,) * 4
    return (
        change.first_year, change.last_year, change.first, change.last, change.change, change.low, change.high,
        change.verdict, *slope,
    )  # fmt: skip


def _first_unbroken(area: str, divisions: np.ndarray, register: AreaRegister) -> int:
    """Where the latest years on ground that did not change begin."""
    if area == COUNTRY or (divisions == divisions[0]).all():
        return 0
    start = len(divisions) - 1
    while start > 0:
        first, last = sorted((int(divisions[start - 1]), int(divisions[start])))
        if first != last and register.touched(area, first, last):
            break
        start -= 1
    return start
