"""Which areas share a border, and over what length: out/atlas/neighbours, made once per boundary year.

Borders are those of the map: simplified together, so that both sides of a border are the same line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from stadspeil.atlas.tiles import LEVELS, simplified
from stadspeil.indicators.by_area import owner_of
from stadspeil.shelf import Part, has_shelf, read_shelf, write_shelf

NEIGHBOURS = "neighbours"
SCHEMA = {
    "owner": pl.String, "level": pl.String, "boundaries": pl.Int16, "area": pl.String, "neighbour": pl.String,
    "shared_km": pl.Float64,
}  # fmt: skip
_KM_PER_DEGREE = 111.2
# Shorter than this two areas meet in a corner.
_LEAST_KM = 0.01


def write_neighbours(areas: Path, target: Path) -> None:
    """Write the neighbours of all areas with geometry, on the newest division of each level that has it."""
    table = pl.concat([pl.DataFrame(schema=SCHEMA), *_of_levels(areas)]).sort("owner", "area", "shared_km")
    parts = [Part(str(owner), own, {"owner": [str(owner)]})
             for (owner,), own in sorted(table.partition_by("owner", as_dict=True).items())]  # fmt: skip
    write_shelf(target, parts or [Part("none", table)])


def neighbours_of(areas: pl.DataFrame, level: str, boundaries: int) -> pl.DataFrame:
    """Neighbours of areas of one level and division, each border told from both sides."""
    shapes = simplified(level, shapely.from_wkb(areas["geometry"].to_numpy()))
    middle = math.radians(float(np.mean(shapely.total_bounds(shapes)[[1, 3]])))
    flat = shapely.transform(shapes, lambda points: points * [_KM_PER_DEGREE * math.cos(middle), _KM_PER_DEGREE])
    left, right = shapely.STRtree(flat).query(flat, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    length = shapely.length(shapely.intersection(shapely.boundary(flat[left]), shapely.boundary(flat[right])))
    kept = length > _LEAST_KM
    codes = areas["area"].to_numpy()
    one, other, shared = codes[left[kept]], codes[right[kept]], length[kept]
    both = pl.DataFrame({
        "area": np.concatenate([one, other]), "neighbour": np.concatenate([other, one]),
        "shared_km": np.concatenate([shared, shared]),
    }, schema={"area": pl.String, "neighbour": pl.String, "shared_km": pl.Float64})  # fmt: skip
    return both.with_columns(
        owner_of(pl.col("area")), level=pl.lit(level), boundaries=pl.lit(boundaries, dtype=pl.Int16)
    ).select(list(SCHEMA))


def _of_levels(areas: Path) -> Iterator[pl.DataFrame]:
    if not has_shelf(areas):
        return
    for level in LEVELS:
        table = read_shelf(areas, {"level": [level]}).filter(pl.col("geometry").is_not_null())
        if table.height:
            newest = int(table["boundaries"].max())  # type: ignore[arg-type]
            yield neighbours_of(table.filter(pl.col("boundaries") == newest).unique("area").sort("area"), level, newest)
