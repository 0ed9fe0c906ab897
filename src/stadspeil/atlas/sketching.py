"""A sketch of the map as a small picture: it keeps the place of the map while the browser makes that.

Shapes are drawn once as numbers of areas; another figure only looks up other colors. A picture costs the browser
milliseconds where the same shapes as SVG cost it seconds, just when it has the real map to make.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from PIL import Image, ImageDraw

from stadspeil.atlas.outlines import shapes_of
from stadspeil.atlas.painting import GREY, NONE, Key, Painting
from stadspeil.indicators.by_area import owner_of
from stadspeil.workspace import Workspace

WIDE = 680


@dataclass(frozen=True)
class Numbered:
    """Areas, and for each pixel the number of the area that lies there, counted from 1; 0 where none does."""

    areas: pl.Series
    pixels: npt.NDArray[np.uint16]


def numbered(workspace: Workspace, boundaries: int, level: str, owner: str = "") -> Numbered | None:
    """The areas of a division as the map opens on them (Mercator), all or those of one gemeente; None without any.

    Holes are not cut out: an area that lies in one is smaller and drawn later.
    """
    table = shapes_of(workspace, boundaries, level)
    table = table.filter(owner_of(pl.col("area")) == owner) if owner else table
    if table.is_empty():
        return None
    shapes = shapely.from_wkb(table["shape"].to_list())
    west, south, east, north = shapely.total_bounds(shapes)
    bottom, top = _high(south), _high(north)
    scale = WIDE / np.radians(east - west)
    sheet = Image.new("I", (WIDE, max(1, round(scale * (top - bottom)))))
    parts, numbers = shapely.get_parts(shapes, return_index=True)
    order = np.argsort(-shapely.area(parts), kind="stable")
    points, rings = shapely.get_coordinates(shapely.get_exterior_ring(parts[order]), return_index=True)
    places = np.column_stack([scale * np.radians(points[:, 0] - west), scale * (top - _high(points[:, 1]))])
    pen = ImageDraw.Draw(sheet)
    for ring, number in zip(np.split(places, np.flatnonzero(np.diff(rings)) + 1), numbers[order] + 1, strict=True):
        pen.polygon(ring.ravel().tolist(), fill=int(number))
    return Numbered(table["area"], np.asarray(sheet).astype(np.uint16))


def sketch_png(drawn: Numbered, painting: Painting, legend: tuple[Key, ...]) -> bytes:
    """The areas of a painting and nothing else, in the plain colors of the map; clear where no area is."""
    colors = {key.code: key.color for key in legend}
    codes = dict(painting.table.select("area", "code").iter_rows())
    palette = sorted({GREY, *colors.values()})
    # The first of the picture's own colors is the clear one.
    of_code = {code: 1 + palette.index(color) for code, color in colors.items()}
    grey = 1 + palette.index(GREY)
    look_up = [0, *(of_code.get(codes.get(area, NONE), grey) for area in drawn.areas)]
    picture = Image.fromarray(np.array(look_up, dtype=np.uint8)[drawn.pixels])
    picture.putpalette(b"".join(bytes.fromhex(color[1:]) for color in ["#000000", *palette]))
    packed = io.BytesIO()
    picture.save(packed, "PNG", transparency=0)
    return packed.getvalue()


def _high(degrees: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """How high a latitude lies in Mercator, in radians of the equator."""
    return np.asarray(np.log(np.tan(np.pi / 4 + np.radians(degrees) / 2)))
