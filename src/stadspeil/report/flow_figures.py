"""Printed rows that only flows give: who works in the own gemeente, and how far commuting turns to one other gemeente."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.commuting import commuting_of
from stadspeil.contracts import SCORES
from stadspeil.scores.ranks import rank_areas

OWN_TOWN = "werkend_in_eigen_gemeente"
ORIENTATION = "pendelorientatie_uniek"
_COLUMNS = {OWN_TOWN: "own_pct", ORIENTATION: "both_ways_pct"}


def own_town_scores(flows: pl.DataFrame) -> pl.DataFrame:
    """SCORES of the share of commuters per gemeente that stays in it; all modes together, rank 1 the highest share.

    Shape: FLOWS of commuters between gemeenten. Commuters to places that the file does not name are not known.
    """
    return _scores(flows, OWN_TOWN)


def orientation_scores(flows: pl.DataFrame) -> pl.DataFrame:
    """SCORES of the reading of 'unieke pendeloriëntatie' that lies nearest to the printed places, rank 1 the highest.

    Shape: as `own_town_scores`. See docs/explanation/escalator.md for the other readings.
    """
    return _scores(flows, ORIENTATION)


def _scores(flows: pl.DataFrame, id: str) -> pl.DataFrame:
    found = []
    for (year, boundaries), rows in commuting_of(flows).group_by("year", "boundaries", maintain_order=True):
        shares = rows.sort("area")
        ranking = rank_areas(shares[_COLUMNS[id]].to_numpy().astype(np.float64), "neutral")
        found.append(
            shares.select(
                "area", pl.lit("gemeente").alias("level"), pl.lit(year).alias("year"),
                pl.lit(boundaries).alias("boundaries"), pl.lit(id).alias("indicator"),
                pl.col(_COLUMNS[id]).alias("value"), pl.col("workers").alias("n"), pl.lit("afgeleid").alias("status"),
                pl.Series("rank", ranking.rank), pl.Series("tied", ranking.tied), pl.lit(ranking.ranked).alias("ranked"),
            )
        )  # fmt: skip
    made = pl.concat(found) if found else pl.DataFrame(schema=dict(SCORES.columns))
    missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in made.columns]
    return made.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())
