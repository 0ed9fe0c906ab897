"""Shapes of areas for what is drawn without tiles: the map as SVG, middles to label and to walk over by keyboard.

out/atlas/outlines/   a part per boundary year and level: name, middle, box, a path on the sheet of the country, and the
                      simplified shape for maps of one gemeente
out/atlas/places/     the same without path and shape
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely

from stadspeil.atlas.preparing import FOLDER
from stadspeil.errors import QuestionError
from stadspeil.indicators.by_area import owner_of
from stadspeil.report.drawing.ground import Frame
from stadspeil.report.drawing.paint import WIDE
from stadspeil.shelf import Part, has_shelf, read_part, shelf_parts
from stadspeil.workspace import Workspace

OUTLINES, PLACES = "outlines", "places"
# The map of a country stands upright: no higher than this on a sheet of 680 wide.
HIGHEST = 640.0
_KM_PER_DEGREE = 111.32
# Bends smaller than this share of the sheet are not seen; smaller areas keep finer ones.
_FINEST = {"gemeente": 1 / 620, "wijk": 1 / 900, "buurt": 1 / 1200}
_INSIDE = 1 / 700
_COLUMNS = ("area", "name", "owner", "x", "y", "west", "south", "east", "north")

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Outlines:
    """Paths by area on one sheet of WIDE by `high`; what has no room for a path is left out."""

    paths: tuple[tuple[str, str], ...]
    high: float
    boundaries: int
    level: str


def outlines_of(year: int, layers: dict[str, tuple[pl.DataFrame, np.ndarray]], box: Box) -> Iterator[Part]:
    """The part of each level of one boundary year."""
    frame, stretch = _frame(box)
    for level, (named, shapes) in layers.items():
        flat = shapely.transform(shapes, lambda points: points * stretch)
        coarse = shapely.coverage_simplify(flat, _FINEST[level] * WIDE / frame.scale)
        middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
        bounds = shapely.bounds(shapes)
        table = named.with_columns(
            owner_of(pl.col("area")), x=pl.Series(middles[:, 0]).round(5), y=pl.Series(middles[:, 1]).round(5),
            west=pl.Series(bounds[:, 0]).round(5), south=pl.Series(bounds[:, 1]).round(5),
            east=pl.Series(bounds[:, 2]).round(5), north=pl.Series(bounds[:, 3]).round(5),
            d=pl.Series([frame.path(shape) for shape in coarse], dtype=pl.String),
            shape=pl.Series(shapely.to_wkb(shapes).tolist(), dtype=pl.Binary),
        )  # fmt: skip
        yield Part(f"{year}-{level}", table, {"boundaries": [year], "level": [level]})


def places_part(part: Part) -> Part:
    """The same areas without their shapes: what is asked with every map."""
    return Part(part.name, part.table.select(_COLUMNS), part.holds)


def places_of(workspace: Workspace, boundaries: int, level: str) -> pl.DataFrame:
    """Code, name, gemeente, middle and box of the areas of a map, in order of code."""
    return _read(workspace, boundaries, level, list(_COLUMNS), PLACES)


def country(workspace: Workspace, boundaries: int, level: str, box: Box) -> Outlines:
    """All areas of a map."""
    table = _read(workspace, boundaries, level, ["area", "d"]).filter(pl.col("d") != "")
    return Outlines(tuple(table.iter_rows()), _frame(box)[0].high, boundaries, level)


def inside(workspace: Workspace, boundaries: int, level: str, owner: str) -> Outlines | None:
    """The areas of one gemeente, as large as the sheet; None where the map has none."""
    table = _read(workspace, boundaries, level, ["area", "shape", "owner"]).filter(pl.col("owner") == owner)
    if table.is_empty():
        return None
    shapes = shapely.from_wkb(table["shape"].to_list())
    frame, stretch = _frame(tuple(shapely.total_bounds(shapes)))
    flat = shapely.transform(shapes, lambda points: points * stretch)
    simpler = shapely.coverage_simplify(flat, _INSIDE * WIDE / frame.scale)
    paths = zip(table["area"].to_list(), (frame.path(shape) for shape in simpler), strict=True)
    return Outlines(tuple(paths), frame.high, boundaries, level)


def shape_of(table: pl.DataFrame, area: str) -> str | None:
    """The shape of an area as GeoJSON, from a table of `shapes_of`; None for one that is not on the map."""
    at = table["area"].search_sorted(area)
    if at >= table.height or table["area"][at] != area:
        return None
    return str(shapely.to_geojson(shapely.set_precision(shapely.from_wkb(table["shape"][at]), 1e-5)))


def shapes_of(workspace: Workspace, boundaries: int, level: str) -> pl.DataFrame:
    """Code and shape of the areas of a map, in order of code."""
    return _read(workspace, boundaries, level, ["area", "shape"])


def _read(workspace: Workspace, boundaries: int, level: str, columns: list[str], shelf: str = OUTLINES) -> pl.DataFrame:
    folder = workspace.out / FOLDER / shelf
    parts = shelf_parts(folder) if has_shelf(folder) else []
    found = next((each for each in parts if each.name == f"{boundaries}-{level}"), None)
    if found is None:
        raise QuestionError(f"kaart van {boundaries}", f"die heeft geen niveau {level}", "kies een ander niveau")
    return read_part(folder, found).select(columns)


def _frame(box: Box) -> tuple[Frame, np.ndarray]:
    """The sheet for a box in degrees, and what degrees become in kilometers."""
    west, south, east, north = box
    stretch = np.array([_KM_PER_DEGREE * math.cos(math.radians((south + north) / 2)), _KM_PER_DEGREE])
    flat = (west * stretch[0], south * stretch[1], east * stretch[0], north * stretch[1])
    wide, high = max(flat[2] - flat[0], 1e-6), max(flat[3] - flat[1], 1e-6)
    return Frame(2.0, 2.0, WIDE - 4, min(HIGHEST, (WIDE - 4) * high / wide), flat), stretch
