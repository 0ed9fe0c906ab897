"""The ground of a map: boundaries in kilometers, north up, with no more points than a page can show."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely

_KM_PER_DEGREE = 111.32
# A bend smaller than this share of the whole map is not seen.
_FINEST = 1 / 450


@dataclass(frozen=True)
class Ground:
    """Areas by code in kilometers east and north of a corner; shared borders stay shared."""

    shapes: Mapping[str, shapely.Geometry]
    boundaries: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in kilometers."""
        west, south, east, north = shapely.total_bounds(np.array(list(self.shapes.values())))
        return float(west), float(south), float(east), float(north)

    def outlines(self, groups: Mapping[str, str]) -> dict[str, shapely.Geometry]:
        """The areas joined by group: those that have none are left out."""
        found: dict[str, list[shapely.Geometry]] = {}
        for code, shape in self.shapes.items():
            if code in groups:
                found.setdefault(groups[code], []).append(shape)
        return {group: shapely.union_all(shapes) for group, shapes in sorted(found.items())}


@dataclass(frozen=True)
class Frame:
    """A rectangle of the sheet on which a ground lies, as large as fits and in the middle."""

    left: float
    top: float
    wide: float
    high: float
    bounds: tuple[float, float, float, float]

    @property
    def scale(self) -> float:
        """Units of the sheet per kilometer."""
        west, south, east, north = self.bounds
        return min(self.wide / max(east - west, 1e-9), self.high / max(north - south, 1e-9))

    def place(self, east: float, north: float) -> tuple[float, float]:
        """Where a point lies on the sheet."""
        west, south, far_east, far_north = self.bounds
        x = self.left + self.wide / 2 + (east - (west + far_east) / 2) * self.scale
        y = self.top + self.high / 2 - (north - (south + far_north) / 2) * self.scale
        return x, y

    def path(self, shape: shapely.Geometry) -> str:
        """The shape as the `d` of a path: relative steps of a tenth of a unit."""
        return "".join(self._ring(ring) for part in shapely.get_parts(shape) for ring in _rings(part))

    def _ring(self, ring: shapely.Geometry) -> str:
        places = [self.place(*point) for point in shapely.get_coordinates(ring)[:-1]]
        tenths = [(round(10 * x), round(10 * y)) for x, y in places]
        kept = [each for number, each in enumerate(tenths) if each != tenths[number - 1]]
        if len(kept) < 3:
            return ""
        steps = [f"M{kept[0][0] / 10:g} {kept[0][1] / 10:g}l"]
        steps += [
            f"{(x - before_x) / 10:g} {(y - before_y) / 10:g} "
            for (before_x, before_y), (x, y) in itertools.pairwise(kept)
        ]
        return "".join(steps).rstrip() + "z"


def ground_of(areas: pl.DataFrame, finest: float = _FINEST) -> Ground | None:
    """The ground of areas on their newest division that has boundaries; None where there is none.

    Shape:   AREAS of one level, geometry in degrees (WGS84).
    """
    drawn = areas.filter(pl.col("geometry").is_not_null())
    if drawn.is_empty():
        return None
    boundaries = int(drawn["boundaries"].max())  # type: ignore[arg-type]
    drawn = drawn.filter(pl.col("boundaries") == boundaries).unique("area").sort("area")
    shapes = shapely.from_wkb(drawn["geometry"].to_list())
    middle = math.radians(float(np.mean(shapely.total_bounds(shapes)[[1, 3]])))
    stretch = np.array([_KM_PER_DEGREE * math.cos(middle), _KM_PER_DEGREE])
    flat = shapely.transform(shapes, lambda points: points * stretch)
    west, south, east, north = shapely.total_bounds(flat)
    tolerance = finest * max(east - west, north - south)
    simpler = shapely.coverage_simplify(flat, tolerance)
    kept = [_without_specks(shape, tolerance) for shape in simpler]
    return Ground(dict(zip(drawn["area"].to_list(), kept, strict=True)), boundaries)


def wijk_of(codes: Iterable[str]) -> dict[str, str]:
    """The wijk that each buurt lies in, by its code."""
    return {code: f"WK{code[2:8]}" for code in codes}


def _without_specks(shape: shapely.Geometry, tolerance: float) -> shapely.Geometry:
    """A shape without islands that would be a dot; its largest part always stays."""
    parts = sorted(shapely.get_parts(shape), key=shapely.area, reverse=True)
    return shapely.multipolygons(
        [part for number, part in enumerate(parts) if number == 0 or part.area > 4 * tolerance**2]
    )


def _rings(polygon: shapely.Geometry) -> list[shapely.Geometry]:
    if polygon.is_empty:
        return []
    return [shapely.get_exterior_ring(polygon), *shapely.get_rings(polygon)[1:]]
