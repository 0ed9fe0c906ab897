"""The first tier beside the third: the chances that a run shows as a chain by algebra, and the chain of the country.

Tracing follows each chain to the end of the run; algebra takes every vacancy that was filled and follows chains to their
end. What the three say apart is uncertainty of structure, that no number of pairs takes away.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.simulation.effects import spread_columns
from stadspeil.simulation.summing import spread_over_pairs
from stadspeil.simulation.tables import TIERS
from stadspeil.simulation.vacancy_chain import (
    MOMENTS,
    Chain,
    Floats,
    ask,
    prepare,
)

TRACED, ALGEBRA, NATIONAL = "gevolgd in de runs", "keten uit de runs", "landelijke keten"
FREED = "vrijgekomen woningen"
MONTHS = "maanden per schakel"
DONE = tuple(f"deel vrijgekomen na {months} maanden" for months in MOMENTS)
_DRAWS = 200


def tiers_table(told: Sequence[NDArray[np.float64]], homes: Floats, national: Chain) -> pl.DataFrame:
    """The table `tiers`. `told` is `first_tier` of every pair; `homes` the programme's new homes by segment."""
    rows = np.stack(told)
    rows = rows[np.isfinite(rows).all(axis=1)]
    if not len(rows) or not homes.sum():
        return pl.DataFrame(schema=dict(TIERS.columns))
    methods = [TRACED, ALGEBRA, ALGEBRA, *[ALGEBRA] * len(DONE)]
    ours = pl.DataFrame({
        "method": methods, "figure": [FREED, FREED, MONTHS, *DONE],
        **spread_columns(spread_over_pairs(rows), None, len(rows)),
    })  # fmt: skip
    answer = ask(prepare(national, np.random.default_rng(0), _DRAWS), homes)
    freed, within = answer.per_home, [answer.within[months] for months in MOMENTS]
    total = answer.freed.value
    country = pl.DataFrame({
        "method": NATIONAL, "figure": [FREED, MONTHS, *DONE],
        "mean": [freed.value, national.months, *(each.value / total for each in within)],
        "low": [freed.low, national.believed[0], *(each.low / answer.freed.low for each in within)],
        "middle": [freed.middle, national.months, *(each.middle / answer.freed.middle for each in within)],
        "high": [freed.high, national.believed[1], *(each.high / answer.freed.high for each in within)],
        "shown": True,
    })  # fmt: skip
    made = pl.concat([ours, country], how="diagonal")
    return made.select(pl.col(name).cast(kind) for name, kind in TIERS.columns.items())
