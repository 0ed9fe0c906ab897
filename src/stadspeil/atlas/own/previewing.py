"""What a workbook of a town would bring: figures by indicator, and what changes of what the town handed in before."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.contracts import BASE, MARGIN
from stadspeil.sources import SnapshotStore, read_snapshot
from stadspeil.workspace import Workspace

_KEY = ["area", "year", "field"]


def indicators_of(cells: pl.DataFrame) -> list[dict[str, Any]]:
    """Per indicator: how many values, of how many areas, in which years, from where to where, with n and margin or not."""
    found = []
    for (field,), rows in cells.group_by("field", maintain_order=True):
        id = str(field)
        if id.endswith((BASE, MARGIN)):
            continue
        values = rows["value"].drop_nulls()
        found.append({
            "id": id, "values": values.len(), "empty": rows.height - values.len(), "areas": rows["area"].n_unique(),
            "years": rows["year"].unique().sort().to_list(),
            "low": values.to_numpy().min() if values.len() else None, "high": values.to_numpy().max() if values.len() else None,
            "with_n": cells.filter(pl.col("field") == f"{id}{BASE}").height,
            "with_margin": cells.filter(pl.col("field") == f"{id}{MARGIN}").height,
        })  # fmt: skip
    return found


def changes_of(cells: pl.DataFrame, source: str, workspace: Workspace, catalogue: Catalogue) -> dict[str, int]:
    """How many cells are new, equal or changed beside what is in use of the town's own figures."""
    store = SnapshotStore(workspace.raw)
    older = [each for each in store.active() if each.source == source]
    if not older:
        return {"new": cells.height, "equal": 0, "changed": 0}
    before = pl.concat(
        [read_snapshot(store, each, catalogue, workspace.parts).cells.select(*_KEY, "value") for each in older]
    )
    both = cells.select(*_KEY, "value").join(before.unique(_KEY, keep="last"), on=_KEY, how="left", suffix="_before")
    known = cells.select(_KEY).join(before.select(_KEY).unique(), on=_KEY, how="semi").height
    equal = both.filter(pl.col("value").is_not_null() & (pl.col("value") == pl.col("value_before"))).height
    return {"new": cells.height - known, "equal": equal, "changed": known - equal}
