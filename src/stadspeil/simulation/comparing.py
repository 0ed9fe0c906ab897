"""A simulated programme held against what was published, and against a town's own targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.effects import spread_columns
from stadspeil.simulation.moments import MOMENTS
from stadspeil.simulation.summing import spread_over_pairs
from stadspeil.simulation.tables import MOMENTS_TABLE
from stadspeil.simulation.targets import Target, targets_from


def moments_table(told: Sequence[NDArray[np.float64]]) -> pl.DataFrame:
    """The table `moments`: of each quantity what the runs with the programme say. One that some run cannot tell is left
    to those that can; one that none can is left out."""
    rows = np.stack(told)
    parts = []
    for quantity, column in zip(MOMENTS, rows.T, strict=True):
        known = column[np.isfinite(column)]
        if len(known):
            spread = spread_over_pairs(known[:, None])
            parts.append(pl.DataFrame({"quantity": [quantity], **spread_columns(spread, None, len(known))}))
    made = pl.concat(parts) if parts else pl.DataFrame(schema=dict(MOMENTS_TABLE.columns))
    return made.select(pl.col(name).cast(kind) for name, kind in MOMENTS_TABLE.columns.items())


def published_targets(catalogue: Catalogue) -> tuple[Target, ...]:
    """The newest target of the evidence for each quantity that a run can be held against.

    Raises:  as `targets_from`.
    """
    newest: dict[str, Target] = {}
    for target in sorted(targets_from(catalogue).values(), key=lambda each: catalogue.evidence[each.id].date):
        if target.quantity in MOMENTS:
            newest[target.quantity] = target
    return tuple(newest[name] for name in MOMENTS if name in newest)


def held_against(moments: pl.DataFrame, targets: Iterable[Target]) -> pl.DataFrame:
    """A row per target: what the runs say (10th, 50th and 90th percentile), the target with its bounds, and whether they
    agree: the middle within the bounds, the two ranges touch, or neither."""
    said = {row["quantity"]: row for row in moments.to_dicts()}
    rows = []
    for target in targets:
        row = said.get(target.quantity)
        numbers = (None, None, None) if row is None else (row["low"], row["middle"], row["high"])
        rows.append(
            (target.quantity, *numbers, target.low, target.value, target.high, _verdict(row, target), target.source)
        )
    names = ("grootheid", "run_10", "run_50", "run_90", "doel_laag", "doel", "doel_hoog", "oordeel", "bron")
    kinds = [pl.String, *[pl.Float64] * 6, pl.String, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _verdict(row: dict[str, float | None] | None, target: Target) -> str:
    if row is None or row["middle"] is None:
        return "hier niet te tellen"
    low, middle, high = (float(row[name] or 0.0) for name in ("low", "middle", "high"))
    if target.low <= middle <= target.high:
        return "binnen de grenzen"
    touching = low <= target.high and target.low <= high
    return "raakt de grenzen" if touching else "erbuiten"
