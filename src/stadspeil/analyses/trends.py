"""The development of every figure of every gemeente: its change beyond noise, and its slope over the years."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from stadspeil.analyses.development import changes_of
from stadspeil.analyses.panel import COUNTRY, Panel
from stadspeil.analyses.slopes import slopes_of
from stadspeil.analyses.tables import TRENDS
from stadspeil.contracts import check, empty

_BESIDE = ("country_change", "beyond_country")


def trends(panels: Sequence[Panel]) -> pl.DataFrame:
    """TRENDS of gemeenten and the country, each told over the part after its last break."""
    tables = [table for table in map(_of_panel, panels) if table.height]
    if not tables:
        return empty(TRENDS)
    table = pl.concat(tables).with_columns(pl.col(pl.Float64).fill_nan(None))
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


def _of_panel(panel: Panel) -> pl.DataFrame:
    told = changes_of(panel.values, panel.spread)
    rows = told.at
    line = slopes_of(panel.years, panel.values[rows])
    table = pl.DataFrame({
        "area": panel.areas[rows].tolist(), "boundaries": panel.boundaries[rows, told.last_at],
        "first_year": panel.years[told.first_at], "last_year": panel.years[told.last_at], "first": told.first,
        "last": told.last, "change": told.change, "low": told.change - told.margin, "high": told.change + told.margin,
        "smallest_detectable": told.margin, "verdict": told.verdict.tolist(), "slope": line.slope,
        "slope_low": line.low, "slope_high": line.high, "p": line.p, "years": line.years,
        "broken": panel.broken[rows] != "", "broken_by": panel.broken[rows].tolist(),
        "break_year": panel.break_year[rows],
    })  # fmt: skip
    # No break is no year and no reason, and not a zero.
    unbroken = ~pl.col("broken")
    table = table.with_columns(
        pl.when(unbroken).then(None).otherwise(pl.col(name)).alias(name) for name in ("broken_by", "break_year")
    ).with_columns(indicator=pl.lit(panel.indicator), scale=pl.lit(panel.scale))
    return table.select(pl.col(name).cast(kind) for name, kind in TRENDS.columns.items() if name not in _BESIDE)
