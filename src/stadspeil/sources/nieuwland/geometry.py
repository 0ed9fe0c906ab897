"""Nieuwland's map: a coast, a lake, a river, polders with straight ditches, and buurten that tile it all exactly.

Buurten are unions of cells of one Voronoi diagram. Its seeds lie on a lattice in polders and New Towns, and anyhow
elsewhere. A smooth displacement of the plane then makes the borders of old land wind; because it is one and the same
map of the plane for all lines, and folds nowhere, what touched before still touches and nothing overlaps.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOWN_CLEARANCE = 0.62
_OLD_LAND_SPACING = 1.05
_STEP = 0.22


@dataclass(frozen=True)
class Sites:
    """Where the buurten are: one entry per buurt. `wijk` is a place in `plan.WIJKEN`."""

    wijk: Ints
    rural: NDArray[np.bool_]
    x: Floats
    y: Floats

    @property
    def count(self) -> int:
        return len(self.wijk)


@dataclass(frozen=True)
class Map:
    """Outlines in degrees, exact to one another, and land areas in square kilometers."""

    buurten: NDArray[np.object_]
    land_km2: Floats
    water_km2: Floats


@dataclass(frozen=True)
class _Wind:
    """A displacement of the plane: waves of three lengths, stilled in polders. Its slope stays below one."""

    waves: Floats
    phases: Floats
    sizes: Floats
    still: shapely.Geometry

    def __call__(self, points: Floats) -> Floats:
        angles = points @ self.waves.T + self.phases
        shift = np.stack([np.sin(angles) @ self.sizes, np.cos(angles * 1.0 + 1.3) @ self.sizes], axis=1)
        calm = np.clip(shapely.distance(shapely.points(points), self.still) / 2.0, 0.0, 1.0)
        return points + shift * calm[:, None]

    def undo(self, points: Floats) -> Floats:
        found = points.copy()
        for _ in range(12):
            found = points - (self(found) - found)
        return found


def draw_map(rng: np.random.Generator) -> tuple[Sites, Map]:
    """The buurten's sites and outlines."""
    polders = [shapely.Polygon(each.ring) for each in plan.POLDERS]
    wind = _make_wind(rng, shapely.union_all(polders))
    land = _make_land(rng)
    towns, town_points = _town_sites(rng)
    fill = _fill_points(rng, land, polders, town_points)
    sites, owner = _share_out(towns, town_points, fill)
    seeds = np.concatenate([town_points, fill])
    pieces, owners = _cut(seeds, owner, land, wind)
    buurten = _assemble(pieces, owners, sites.count)
    in_degrees = shapely.transform(buurten, _to_degrees)
    area = shapely.area(buurten)
    ditches = np.where(shapely.intersects(shapely.points(sites.x, sites.y), shapely.union_all(polders)), 0.055, 0.018)
    wet = ditches * rng.uniform(0.5, 1.6, sites.count)
    return sites, Map(in_degrees, area * (1 - wet), area * wet)


def outline_of(parts: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """One area from the areas that tile it, always as MultiPolygon, as publishers write it."""
    whole = shapely.coverage_union_all(np.array(parts, dtype=object))
    return whole if whole.geom_type == "MultiPolygon" else shapely.MultiPolygon([whole])


def _make_wind(rng: np.random.Generator, still: shapely.Geometry) -> _Wind:
    lengths = np.array([5.5, 4.2, 2.6, 2.1, 1.1, 0.8])
    sizes = np.array([0.24, 0.16, 0.065, 0.05, 0.017, 0.012])
    headings = rng.uniform(0, 2 * np.pi, len(lengths))
    waves = np.stack([np.cos(headings), np.sin(headings)], axis=1) * (2 * np.pi / lengths)[:, None]
    return _Wind(waves, rng.uniform(0, 2 * np.pi, len(lengths)), sizes, still)


def _make_land(rng: np.random.Generator) -> shapely.Geometry:
    mainland = _within(_rough(rng, plan.COAST, 0.32))
    lake = _within(_rough(rng, plan.LAKE, 0.20))
    islands = [_within(_rough(rng, each, 0.09)) for each in plan.ISLANDS]
    land = shapely.union_all([shapely.difference(mainland, lake), *islands])
    return shapely.difference(land, _make_river(rng))


def _within(ring: Floats) -> shapely.Geometry:
    """The largest area inside a ring, which may have tied a knot in a narrow bay."""
    parts = shapely.get_parts(shapely.buffer(shapely.Polygon(ring), 0))
    return parts[int(np.argmax(shapely.area(parts)))]


def _rough(rng: np.random.Generator, ring: Sequence[tuple[float, float]], size: float) -> Floats:
    """A ring through the given bends, rounded and then made ragged by waves along its length."""
    points = np.array(ring)
    for _ in range(2):
        following = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * following, 0.25 * points + 0.75 * following], axis=1).reshape(-1, 2)
    line = shapely.segmentize(shapely.LinearRing(points), 0.18)
    points = shapely.get_coordinates(line)[:-1]
    along = np.arange(len(points)) / len(points)
    away = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    normal = np.stack([away[:, 1], -away[:, 0]], axis=1) / np.hypot(*away.T)[:, None]
    length = float(shapely.length(line))
    shift = np.zeros(len(points))
    for wave in (7.0, 4.1, 2.3, 1.4, 0.8, 0.5):
        turns = max(1, round(length / wave))
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * (3 * along + rng.uniform()))
        shift += size * (wave / 7.0) ** 0.75 * swell * np.sin(2 * np.pi * (turns * along + rng.uniform()))
    return points + normal * shift[:, None]


def _make_river(rng: np.random.Generator) -> shapely.Geometry:
    points = np.array(plan.RIVER)
    for _ in range(3):
        middle = np.stack([0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]], axis=1)
        points = np.concatenate([points[:1], middle.reshape(-1, 2), points[-1:]])
    points = shapely.get_coordinates(shapely.segmentize(shapely.LineString(points), 0.3))
    bend = np.sin(np.linspace(0, 2 * np.pi * 11, len(points)) + rng.uniform(0, 6)) * 0.16
    bend[:3] = bend[-3:] = 0.0
    points[:, 1] += bend
    width = np.linspace(*plan.RIVER_WIDTH, len(points) - 1)
    stretches = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
    return shapely.union_all(shapely.buffer(stretches, width / 2, quad_segs=3))


def _town_sites(rng: np.random.Generator) -> tuple[list[int], Floats]:
    """For every built-up buurt the wijk it lies in and its place."""
    owners: list[int] = []
    places = []
    for index, wijk in enumerate(plan.WIJKEN):
        straight = wijk.gemeente == 9002
        offsets = _lattice_offsets(wijk.buurten) if straight else _ring_offsets(rng, wijk.buurten, wijk.kind)
        places.append(offsets + np.array([wijk.x, wijk.y]))
        owners += [index] * wijk.buurten
    return owners, np.concatenate(places)


def _lattice_offsets(count: int) -> Floats:
    """A planned layout: the places of a brick pattern nearest to the middle, turned with the polder."""
    turn = np.deg2rad(plan.POLDERS[0].angle)
    cells = np.array([(i + 0.5 * (j % 2), j * 0.9) for j in range(-2, 3) for i in range(-2, 3)], dtype=float)
    nearest = cells[np.argsort(np.hypot(*cells.T).round(6), kind="stable")[:count]] * 0.62
    nearest -= nearest.mean(axis=0)
    return nearest @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


def _ring_offsets(rng: np.random.Generator, count: int, kind: plan.Kind) -> Floats:
    """A grown layout: places on a sunflower spiral, each a little off."""
    spacing = {"centrum": 0.27, "dorp": 0.42, "werk": 0.5, "villa": 0.34}.get(kind, 0.31)
    number = np.arange(count) + 0.6
    turn = number * 2.39996 + rng.uniform(0, 6.28)
    radius = spacing * np.sqrt(number) * (1.0 if count > 1 else 0.0)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1) + rng.normal(0, 0.05, (count, 2))


def _fill_points(
    rng: np.random.Generator, land: shapely.Geometry, polders: Sequence[shapely.Geometry], towns: Floats
) -> Floats:
    """Seeds for the country between the towns: parcels in polders, loose land elsewhere."""
    x_min, y_min, x_max, y_max = land.bounds
    around = shapely.buffer(land, 0.8)
    loose = _grid(np.array([x_min - 1, y_min - 1]), np.array([x_max + 1, y_max + 1]), (_OLD_LAND_SPACING,) * 2, 0.0)
    loose = loose + rng.uniform(-0.36, 0.36, loose.shape)
    parts = [loose[~shapely.intersects(shapely.points(loose), shapely.buffer(shapely.union_all(polders), 0.3))]]
    for polder, shape in zip(polders, plan.POLDERS, strict=True):
        low, high = np.array(polder.bounds[:2]), np.array(polder.bounds[2:])
        parcels = _grid(low - 4, high + 4, shape.parcel, shape.angle)
        parts.append(parcels[shapely.intersects(shapely.points(parcels), polder)])
    points = np.concatenate(parts)
    apart = shapely.distance(shapely.points(points), shapely.multipoints(towns)) > _TOWN_CLEARANCE
    return points[apart & shapely.intersects(shapely.points(points), around)]


def _grid(low: Floats, high: Floats, spacing: tuple[float, float], angle: float) -> Floats:
    turn = np.deg2rad(angle)
    middle = (low + high) / 2
    reach = float(np.hypot(*(high - low))) / 2
    along = np.arange(-reach, reach, spacing[0])
    across = np.arange(-reach, reach, spacing[1])
    flat = np.stack(np.meshgrid(along, across), axis=-1).reshape(-1, 2)
    return flat @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + middle


def _share_out(towns: list[int], town_points: Floats, fill: Floats) -> tuple[Sites, Ints]:
    """Divide the filling seeds over rural buurten; the buurt of every seed, built-up ones first."""
    gemeente = _nearest_gemeente(fill)
    wijk, rural = list(towns), [False] * len(towns)
    places = list(town_points)
    owner = np.full(len(fill), -1)
    for number in dict.fromkeys(each.gemeente for each in plan.WIJKEN):
        open_wijken = [i for i, each in enumerate(plan.WIJKEN) if each.gemeente == number and each.rural]
        members = np.flatnonzero(gemeente == number)
        middles = np.array([(plan.WIJKEN[i].x, plan.WIJKEN[i].y) for i in open_wijken])
        chosen = np.argmin(_distances(fill[members], middles), axis=1)
        for place, index in enumerate(open_wijken):
            here = members[chosen == place]
            heart = np.array([plan.WIJKEN[index].x, plan.WIJKEN[index].y])
            for group in _split_evenly(fill[here], plan.WIJKEN[index].rural, heart):
                owner[here[group]] = len(wijk)
                wijk.append(index)
                rural.append(True)
                places.append(fill[here[group]].mean(axis=0))
    spot = np.array(places)
    sites = Sites(np.array(wijk), np.array(rural), spot[:, 0], spot[:, 1])
    return sites, np.concatenate([np.arange(len(towns)), owner])


def _nearest_gemeente(points: Floats) -> Ints:
    places = np.array([anchor for each in plan.GEMEENTEN for anchor in each.anchors])
    numbers = np.array([each.number for each in plan.GEMEENTEN for _ in each.anchors])
    found: Ints = numbers[np.argmin(_distances(points, places), axis=1)]
    return found


def _split_evenly(points: Floats, parts: int, heart: Floats) -> list[Ints]:
    """Cut a set of points into compact sectors by a few rounds of nearest middles."""
    parts = min(parts, len(points))
    if parts <= 1:
        return [np.arange(len(points))] if len(points) else []
    bearing = np.arctan2(points[:, 1] - heart[1], points[:, 0] - heart[0])
    order = np.argsort(bearing, kind="stable")
    middles = np.array([points[chunk].mean(axis=0) for chunk in np.array_split(order, parts)])
    for _ in range(8):
        nearest = np.argmin(_distances(points, middles), axis=1)
        middles = np.array(
            [points[nearest == i].mean(axis=0) if (nearest == i).any() else middles[i] for i in range(parts)]
        )
    nearest = np.argmin(_distances(points, middles), axis=1)
    return [np.flatnonzero(nearest == i) for i in range(parts) if (nearest == i).any()]


def _distances(points: Floats, others: Floats) -> Floats:
    found: Floats = np.hypot(points[:, None, 0] - others[None, :, 0], points[:, None, 1] - others[None, :, 1])
    return found


def _cut(seeds: Floats, owner: Ints, land: shapely.Geometry, wind: _Wind) -> tuple[NDArray[np.object_], Ints]:
    """Cut the land along the borders between buurten; the pieces and the buurt each belongs to."""
    borders = shapely.transform(_borders(seeds, owner), wind)
    lines = shapely.union_all(np.concatenate([borders, [land.boundary]]))
    pieces = np.array(shapely.polygonize(shapely.get_parts(lines).tolist()).geoms, dtype=object)
    inside = shapely.point_on_surface(pieces)
    shapely.prepare(land)
    on_land = shapely.intersects(land, inside)
    pieces, inside = pieces[on_land], inside[on_land]
    spots = shapely.points(wind.undo(shapely.get_coordinates(inside)))
    nearest = shapely.STRtree(shapely.points(seeds)).nearest(spots)
    return pieces, owner[nearest]


def _borders(seeds: Floats, owner: Ints) -> NDArray[np.object_]:
    """The Voronoi edges that part two buurten, cut into short steps so that they can bend."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), ordered=True))
    sides: dict[tuple[tuple[float, float], tuple[float, float]], list[int]] = {}
    for cell, buurt in zip(cells, owner.tolist(), strict=True):
        corners = [tuple(pair) for pair in shapely.get_coordinates(cell).round(5).tolist()]
        for start, end in itertools.pairwise(corners):
            if start != end:
                sides.setdefault((min(start, end), max(start, end)), []).append(buurt)
    kept = [side for side, buurten in sides.items() if len(buurten) == 2 and buurten[0] != buurten[1]]
    return shapely.segmentize(shapely.linestrings(np.array(kept)), _STEP)


def _assemble(pieces: NDArray[np.object_], owner: Ints, count: int) -> NDArray[np.object_]:
    """One outline per buurt. A scrap cut off by river or coast goes to the buurt with which it shares most border."""
    owner = owner.copy()
    area = shapely.area(pieces)
    largest = np.zeros(count)
    np.maximum.at(largest, owner, area)
    tree = shapely.STRtree(pieces)
    for piece in np.argsort(area, kind="stable").tolist():
        if area[piece] >= 0.4 * largest[owner[piece]]:
            continue
        near = [i for i in tree.query(pieces[piece], predicate="intersects").tolist() if i != piece]
        shared = shapely.length(shapely.intersection(shapely.boundary(pieces[piece]), shapely.boundary(pieces[near])))
        if len(near) and shared.max() > 0.05:
            owner[piece] = owner[near[int(np.argmax(shared))]]
    return np.array([outline_of(pieces[owner == buurt].tolist()) for buurt in range(count)], dtype=object)


def _to_degrees(points: Floats) -> Floats:
    found: Floats = (np.array(plan.ORIGIN) + points / np.array(plan.KM_PER_DEGREE)).round(6)
    return found
