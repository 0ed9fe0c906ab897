"""Warnings that a simulated programme gives: the better-off who leave the buurten next to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from stadspeil.simulation.places import AROUND

_BETTER_OFF = "hoog"
# In a smaller buurt a few households make a percentage point.
LEAST_HOUSEHOLDS = 100


@dataclass(frozen=True)
class Erosion:
    """A buurt next to a site, or all of them together, whose share of high incomes falls: effect in percentage points
    with its 10th and 90th percentile, and how many more better-off households left by then (None: not shown)."""

    area: str
    years: int
    share: float
    low: float
    high: float
    left: float | None


def erosion(effects: pl.DataFrame, around: Collection[str], years: int) -> list[Erosion]:
    """Erosion that may be told after some years, strongest first; of buurten with a hundred households or more."""
    large = effects.filter(
        (pl.col("figure") == "huishoudens") & (pl.col("years") == years) & (pl.col("without") >= LEAST_HOUSEHOLDS)
    )["area"].to_list()
    near = effects.filter(
        (pl.col("years") == years)
        & (pl.col("group") == _BETTER_OFF)
        & pl.col("area").is_in(large)
        & ((pl.col("level") == AROUND) | ((pl.col("level") == "buurt") & pl.col("area").is_in(list(around))))
    )
    falls = near.filter((pl.col("figure") == "inkomensgroep_pct") & pl.col("shown") & (pl.col("mean") < 0))
    left = {
        row["area"]: row["mean"] for row in near.filter((pl.col("figure") == "vertrokken") & pl.col("shown")).to_dicts()
    }
    return [
        Erosion(row["area"], years, row["mean"], row["low"], row["high"], left.get(row["area"]))
        for row in falls.sort("mean", "area").to_dicts()
    ]
