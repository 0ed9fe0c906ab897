"""Codes of wijken that mean another place in an older division: the same code, clearly other land.

A gemeente that cuts its wijken anew may use old codes again. WK003403 was the whole of Almere Buiten until 2021 and is
De Hoven since 2022. No list says so, but the size of the land does, as published in hectares or as drawn on a map.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import polars as pl
import shapely

from stadspeil.areas.codes import level_of

LAND_FIELDS = ("oppervlakte_totaal_ha", "oppervlakte_land_ha")
# Maps are generalized and may leave water out, so that only a clear difference proves other ground.
_RATIO, _LEAST_HA = 1.5, 10.0
_KM_PER_DEGREE = 111.32

Ground = tuple[str, int]


def rows_here(rows: pl.DataFrame, elsewhere: Collection[Ground]) -> pl.DataFrame:
    """Rows without those of wijken on a division in which their code meant another place. Shape: area, boundaries, ..."""
    if not rows["area"].is_in([code for code, _ in elsewhere]).any():
        return rows
    gone = pl.DataFrame(sorted(elsewhere), {name: rows.schema[name] for name in ("area", "boundaries")}, orient="row")
    return rows.join(gone, on=["area", "boundaries"], how="anti", maintain_order="left")


def land_published(cells: pl.DataFrame) -> pl.DataFrame:
    """Hectares of wijken as published. Shape: CELLS -> area, boundaries, ha; with and without water are a row each."""
    rows = cells.filter(
        pl.col("field").is_in(LAND_FIELDS) & pl.col("area").str.starts_with("WK") & (pl.col("value") > 0)
    )
    return rows.select("area", "boundaries", ha="value")


def land_drawn(areas: pl.DataFrame) -> pl.DataFrame:
    """Hectares of wijken as a map in longitude and latitude draws them. Shape: AREAS -> area, boundaries, ha."""
    drawn = areas.filter(pl.col("area").str.starts_with("WK") & pl.col("geometry").is_not_null())
    shapes = shapely.from_wkb(drawn["geometry"].to_list())
    sizes = [
        float(shape.area) * 100 * _KM_PER_DEGREE**2 * math.cos(math.radians(shape.centroid.y)) if not shape.is_empty else 0.0
        for shape in shapes
    ]  # fmt: skip
    return drawn.select("area", "boundaries", ha=pl.Series(sizes, dtype=pl.Float64)).filter(pl.col("ha") > 0)


def other_ground(land: pl.DataFrame) -> set[Ground]:
    """Code and division of wijken whose land is clearly other than that of the code in the newest division.

    Where several sizes are known of a division, the two that are nearest decide. A wijk of which only one division
    has a size is in no doubt: nothing is known against it.

    Shape:   area, boundaries, ha; any number of sizes per area and division.
    """
    sizes = land.unique().sort("area", "boundaries")
    newest = sizes.filter(pl.col("boundaries") == pl.col("boundaries").max().over("area"))
    pairs = sizes.join(newest.select("area", now="boundaries", ha_now="ha"), on="area").filter(
        pl.col("boundaries") < pl.col("now")
    )
    larger, smaller = pl.max_horizontal("ha", "ha_now"), pl.min_horizontal("ha", "ha_now")
    alike = (larger / smaller <= _RATIO) | (larger - smaller <= _LEAST_HA)
    found = pairs.group_by("area", "boundaries").agg(alike=alike.any()).filter(~pl.col("alike"))
    return {(str(area), int(year)) for area, year in found.select("area", "boundaries").iter_rows()}


def lies_elsewhere(area: str, boundaries: int, elsewhere: Collection[Ground]) -> bool:
    """Whether a wijk, or the wijk whose code a buurt carries, meant another place in that division."""
    return level_of(area) in ("wijk", "buurt") and (f"WK{area[2:8]}", boundaries) in elsewhere
