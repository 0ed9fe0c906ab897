"""Buurten that change otherwise than the rest of their wijk: those that begin to slide while the wijk stands still.

Asked only of buurten whose ground is the same in both years: values on one division, from `build --boundaries`, and
no break in between. A figure that was defined anew in between has no change.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.hidden_buurten import FEWEST, pocket_test, wijk_hides
from stadspeil.analyses.same_ground import both_years
from stadspeil.analyses.tables import POCKET_CHANGES
from stadspeil.areas.small_series import BREAKS
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator
from stadspeil.contracts import check, empty


def pocket_changes(
    first: pl.DataFrame, last: pl.DataFrame, catalogue: Catalogue, breaks: pl.DataFrame | None = None
) -> pl.DataFrame:
    """POCKET_CHANGES of judged figures that have noise in both years.

    Shape:   VALUES of wijken and buurten of one year each; only rows on the same division are held together, and no
             row of an area whose series is broken in between (BREAKS).
    """
    judged = [
        id for id, entry in catalogue.indicators.items() if entry.direction != "neutral" and entry.kind != "count"
    ]
    both = both_years(
        first, last.filter(pl.col("indicator").is_in(judged)), empty(BREAKS) if breaks is None else breaks, catalogue
    ).with_columns(
        change=pl.col("value") - pl.col("first"), noise=(pl.col("spread") ** 2 + pl.col("first_spread") ** 2).sqrt()
    )
    made = [
        _of_figure(catalogue.indicators[str(id)], table)
        for (id, _), table in both.sort("area").group_by("indicator", "boundaries", maintain_order=True)
    ]
    tables = [table for table in made if table.height]
    return check(pl.concat([empty(POCKET_CHANGES), *tables]).sort("indicator", "area"), POCKET_CHANGES, "verandering")


def _of_figure(indicator: Indicator, table: pl.DataFrame) -> pl.DataFrame:
    buurten, wijken = (table.filter(pl.col("level") == level) for level in ("buurt", "wijk"))
    change, noise, base = (
        buurten[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("change", "noise", "n")
    )
    if np.isfinite(noise * base).sum() < FEWEST:
        return empty(POCKET_CHANGES)
    codes = np.array([f"WK{area[2:8]}" for area in buurten["area"]])
    test = pocket_test(change, noise, base, codes)
    by_wijk = dict(wijken.select("area", "change").iter_rows())
    of_wijk = np.array([by_wijk.get(code, np.nan) for code in codes], dtype=float)
    sign = 1.0 if indicator.direction == "higher_is_better" else -1.0
    made = buurten.select("area", "year", "boundaries", "indicator", "first_year", "change").with_columns(
        rest=test.rest, wijk_change=of_wijk, difference=test.difference, error=test.error, p=test.p, base=base,
        ordinary=pl.lit(test.ordinary), found=test.found, unfavourable=test.difference * sign < 0,
        wijk_hides=wijk_hides(np.array(list(by_wijk.values()), dtype=float), of_wijk, test.difference),
    )  # fmt: skip
    made = made.filter(pl.col("p").is_not_nan()).with_columns(pl.col(pl.Float64).fill_nan(None))
    return made.select(pl.col(name).cast(kind) for name, kind in POCKET_CHANGES.columns.items())
