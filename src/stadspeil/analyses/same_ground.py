"""Figures of buurten of two years, or more, that lie on the same ground and are measured in the same way.

Where a workspace was built on one division, out/breaks says from which year on a wijk or buurt can be followed; what
lies before is never held beside what comes after. Elsewhere only a division that did not change can be followed.
"""

from __future__ import annotations

import polars as pl

from stadspeil.catalogue import Catalogue


def both_years(first: pl.DataFrame, last: pl.DataFrame, breaks: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Rows of the last year with first, first_spread and first_year, where nothing broke in between.

    Shape:   VALUES of one year each; BREAKS.
    """
    keys = ["area", "level", "boundaries", "indicator"]
    both = (
        last.filter(pl.col("value").is_not_null())
        .join(first.select(*keys, first="value", first_spread="spread", first_year="year"), on=keys)
        .filter(pl.col("first").is_not_null())
    )
    whole = both.join(breaks.select("area", "boundaries", "first_year_after"), on=["area", "boundaries"], how="left")
    whole = whole.filter(pl.col("first_year_after").fill_null(0) <= pl.col("first_year")).drop("first_year_after")
    redefined = [
        (pl.col("indicator") == id) & (pl.col("first_year") < year) & (pl.col("year") >= year)
        for id, entry in catalogue.indicators.items()
        for year in map(int, entry.breaks)
    ]
    return whole.filter(~pl.any_horizontal(redefined)) if redefined else whole


def followed(values: pl.DataFrame, breaks: pl.DataFrame, redefined: int = 0) -> pl.DataFrame:
    """Rows of buurten of each gemeente in the years that have the same buurten as its newest, without broken ones.

    Shape:   VALUES of all years, also rows without a number; `redefined` is the first year that counts.
    """
    rows = values.filter((pl.col("level") == "buurt") & (pl.col("year") >= redefined))
    rows = rows.join(breaks.select("area", "boundaries"), on=["area", "boundaries"], how="anti")
    if rows.is_empty():
        return rows
    rows = rows.with_columns(gemeente=pl.col("area").str.slice(2, 4))
    counted = rows.group_by("boundaries").agg(pl.col("year").n_unique()).sort("year", "boundaries")
    target = counted["boundaries"][-1]
    lists = (
        rows.group_by("gemeente", "year", "boundaries")
        .agg(list=pl.col("area").unique().sort().str.join(" "))
        .with_columns(preferred=pl.col("boundaries") == target)
        .sort("gemeente", "year", "preferred", "boundaries")
    )
    newest = lists.group_by("gemeente", maintain_order=True).agg(newest=pl.col("list").last())
    alike = lists.join(newest, on="gemeente").filter(pl.col("list") == pl.col("newest"))
    return rows.join(alike, on=["gemeente", "year", "boundaries"], how="semi").drop("gemeente")
