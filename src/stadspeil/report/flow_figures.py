"""A printed row that only flows give: the share of workers who work in the gemeente where they live."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.contracts import SCORES
from stadspeil.scores.ranks import rank_areas

OWN_TOWN = "werkend_in_eigen_gemeente"


def own_town_scores(flows: pl.DataFrame) -> pl.DataFrame:
    """SCORES of the share of commuters per gemeente that stays in it; all modes together, rank 1 the highest share.

    Shape: FLOWS of commuters by mode between gemeenten. Commuters to places that the file does not name are not known.
    """
    found = []
    for (year, boundaries), rows in flows.group_by("year", "boundaries", maintain_order=True):
        leaving = rows.group_by("origin").agg(
            all=pl.col("value").sum(), own=pl.col("value").filter(pl.col("origin") == pl.col("destination")).sum()
        )
        shares = (
            leaving.filter(pl.col("all") > 0).sort("origin").with_columns(value=100 * pl.col("own") / pl.col("all"))
        )
        ranking = rank_areas(shares["value"].to_numpy().astype(np.float64), "neutral")
        found.append(
            shares.select(
                pl.col("origin").alias("area"), pl.lit("gemeente").alias("level"), pl.lit(year).alias("year"),
                pl.lit(boundaries).alias("boundaries"), pl.lit(OWN_TOWN).alias("indicator"), "value",
                pl.col("all").alias("n"), pl.lit("afgeleid").alias("status"), pl.Series("rank", ranking.rank),
                pl.Series("tied", ranking.tied), pl.lit(ranking.ranked).alias("ranked"),
            )
        )  # fmt: skip
    made = pl.concat(found) if found else pl.DataFrame(schema=dict(SCORES.columns))
    missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in made.columns]
    return made.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())
