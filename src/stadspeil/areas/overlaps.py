"""How areas of two maps cover each other, as shares of land.

The maps are in longitude and latitude. Within one wijk a degree of either is as good as a constant number of metres,
so that shares of land need no projection.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import shapely

# Generalized borders of the same ground leave slivers at their neighbours.
_SLIVER = 0.005


class Overlaps:
    """Land that old and new areas share; empty where a map is missing."""

    def __init__(self, shared: dict[tuple[str, str], float], old: dict[str, float], new: dict[str, float]) -> None:
        self._old = old
        self._new = new
        self._by_new: dict[str, dict[str, float]] = {}
        self._by_old: dict[str, dict[str, float]] = {}
        for (from_area, to_area), land in shared.items():
            self._by_new.setdefault(to_area, {})[from_area] = land
            self._by_old.setdefault(from_area, {})[to_area] = land

    @classmethod
    def between(
        cls, before: pl.DataFrame, after: pl.DataFrame, wanted_old: Iterable[str], wanted_new: Iterable[str]
    ) -> Overlaps:
        """The overlaps of the wanted areas, from frames with `area` and, where there is a map, `geometry` (WKB)."""
        olds, old_shapes = _shapes(before, set(wanted_old))
        news, new_shapes = _shapes(after, set(wanted_new))
        if not olds or not news:
            return cls({}, dict.fromkeys(olds, 0.0), dict.fromkeys(news, 0.0))
        into, outof = shapely.STRtree(old_shapes).query(new_shapes, predicate="intersects")
        land = shapely.area(shapely.intersection(new_shapes[into], old_shapes[outof]))
        shared = {(olds[old], news[new]): float(size) for new, old, size in zip(into, outof, land, strict=True)}
        old_land = dict(zip(olds, map(float, shapely.area(old_shapes)), strict=True))
        return cls(shared, old_land, dict(zip(news, map(float, shapely.area(new_shapes)), strict=True)))

    def has_map(self, new: str) -> bool:
        """Whether both maps are there, so that the absence of an overlap means something."""
        return new in self._new and bool(self._old)

    def same_ground(self, new: str, least: float) -> list[str]:
        """Old areas that cover at least this share of the new area, and are covered by it as much."""
        return sorted(
            old
            for old, land in self._by_new.get(new, {}).items()
            if land >= least * max(self._new[new], self._old[old]) > 0
        )

    def shares_of(self, old: str) -> dict[str, float]:
        """Shares of the old area's land in each new area, slivers left out."""
        total = self._old.get(old, 0.0)
        shares = {new: land / total for new, land in sorted(self._by_old.get(old, {}).items())} if total else {}
        return {new: share for new, share in shares.items() if share >= _SLIVER}


def _shapes(areas: pl.DataFrame, wanted: set[str]) -> tuple[list[str], np.ndarray]:
    if "geometry" not in areas.columns:
        return [], np.array([], dtype=object)
    mapped = areas.filter(pl.col("area").is_in(list(wanted)) & pl.col("geometry").is_not_null()).sort("area")
    return mapped["area"].to_list(), shapely.make_valid(shapely.from_wkb(mapped["geometry"].to_list()))
