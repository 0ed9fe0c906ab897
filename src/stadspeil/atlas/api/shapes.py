"""Boundaries of one level in one division, kept small: geometry stays packed until somebody asks for an area."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property

import numpy as np
import polars as pl
import shapely

from stadspeil.atlas.tiles import LEVELS, maps_of, simplified
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace

Box = tuple[float, float, float, float]
# About 0.1 m in the Netherlands; shared borders round alike.
_DECIMALS = 6
_KEPT_BYTES = 120_000_000


class Shapes:
    """Areas with a boundary, by code, with a tree over their boxes."""

    def __init__(self, table: pl.DataFrame, level: str) -> None:
        self.level = level
        ordered = table.sort("area")
        self.rows = ordered.drop("geometry")
        self._packed = ordered["geometry"]
        self._lock = threading.Lock()
        # A thousand at a time: only their boxes stay unpacked.
        parts = ordered.select("geometry").iter_slices(1000)
        boxes = [shapely.bounds(shapely.from_wkb(part["geometry"].to_numpy())) for part in parts]
        self.boxes = np.concatenate(boxes) if boxes else np.empty((0, 4))
        self._tree = shapely.STRtree(shapely.box(*self.boxes.T))

    @property
    def size(self) -> int:
        """Bytes that are kept, about."""
        return int(self._packed.bin.size().sum() or 0) + 600 * self.rows.height

    @property
    def extent(self) -> Box:
        """The box around all."""
        west, south = self.boxes[:, :2].min(axis=0)
        east, north = self.boxes[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)

    def inside(self, box: Box) -> np.ndarray:
        """Places in `rows` of the areas that touch a box, in order. One that crosses the date line is two boxes."""
        west, south, east, north = box
        if west > east:
            parts = [self.inside((west, south, 180.0, north)), self.inside((-180.0, south, east, north))]
            return np.unique(np.concatenate(parts))
        window = shapely.box(west, south, east, north)
        near = np.sort(self._tree.query(window))
        own = self.boxes[near]
        whole = (own[:, 0] >= west) & (own[:, 1] >= south) & (own[:, 2] <= east) & (own[:, 3] <= north)
        unsure = near[~whole]
        touching = shapely.intersects(self._geometry(unsure), window)
        return np.sort(np.concatenate([near[whole], unsure[touching]]))

    def geojson(self, places: np.ndarray, simple: bool) -> list[str]:
        """Geometry of some areas as GeoJSON texts."""
        shapes = self._simple[places] if simple else self._geometry(places)
        return [str(each) for each in shapely.to_geojson(shapely.transform(shapes, lambda each: each.round(_DECIMALS)))]

    def _geometry(self, places: np.ndarray) -> np.ndarray:
        return np.asarray(shapely.from_wkb(self._packed.gather(places).to_numpy()))

    @cached_property
    def _made_simple(self) -> np.ndarray:
        return simplified(self.level, self._geometry(np.arange(self.rows.height)))

    @property
    def _simple(self) -> np.ndarray:
        """Borders with fewer corners that stay shared: made for the whole level at once, by the first who asks."""
        with self._lock:
            return self._made_simple


class Divisions:
    """The boundaries of a workspace; the latest that were asked for are kept."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.folder = workspace.tables / "areas"
        self._kept: OrderedDict[tuple[int, str], Shapes] = OrderedDict()
        self._lock = threading.Lock()
        self._offered: tuple[tuple[int, str], ...] | None = None

    def offered(self) -> tuple[tuple[int, str], ...]:
        """Year and level of all that have boundaries, newest year first."""
        if self._offered is None:
            order = list(LEVELS)
            told = {(each.boundaries, level) for each in maps_of(self.workspace) for level in each.levels}
            self._offered = tuple(sorted(told or self._looked(), key=lambda each: (-each[0], order.index(each[1]))))
        return self._offered

    def shapes(self, year: int, level: str) -> Shapes:
        """The boundaries of a level in a division: kept, or read now."""
        with self._lock:
            if (year, level) not in self._kept:
                table = read_shelf(self.folder, {"boundaries": [year], "level": [level]})
                self._kept[year, level] = Shapes(table.filter(pl.col("geometry").is_not_null()), level)
                while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > _KEPT_BYTES:
                    self._kept.popitem(last=False)
            self._kept.move_to_end((year, level))
            return self._kept[year, level]

    def _looked(self) -> set[tuple[int, str]]:
        """Where no maps were made: which years have boundaries, a level at a time."""
        found: set[tuple[int, str]] = set()
        for level in LEVELS if has_shelf(self.folder) else ():
            table = read_shelf(self.folder, {"level": [level]}, ["boundaries", "geometry"])
            years = table.filter(pl.col("geometry").is_not_null())["boundaries"].unique()
            found |= {(int(year), level) for year in years}
        return found
