"""Nieuwland in squares of 100 m, as the Leefbaarometer gives them: each buurt's score, a field that changes smoothly
inside it, chance, and here and there a pocket: a few squares at the bottom in a buurt that looks average.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from stadspeil.sources.national_grid import to_degrees, to_metres
from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.squares import SIDE, square_id

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# The publisher's own names of the parts, and how much of a pocket's depth each carries.
PARTS = ("fys", "onv", "soc", "vrz", "won")
_CARRIES = np.array([0.30, 0.40, 0.20, 0.0, 0.10])
# How much each part falls per standard deviation of low incomes, and its spread between buurten besides.
LOADS = np.array([-0.01, -0.045, -0.025, 0.0, -0.04])
_OWN = 0.03
# Spread of the smooth field and of chance, per part; the whole has the root of five times these.
_FIELD, _CHANCE = 0.018, 0.014
_WAVES, _LENGTHS = 60, (350.0, 1_400.0)
_DWELLINGS_PER_SQUARE, _FEWEST, _MOST = 25, 4, 45
# A pocket: so many squares, so far below their buurt, in buurten of at least so many squares and of a middling score.
_POCKET, _DEPTH, _ROOMY, _MIDDLING = (4, 7), (0.25, 0.55), 16, (0.35, 0.75)
_BUURTEN_PER_POCKET = 10
_CLASS = 0.12
_CLIPPED, _CLIPPED_TO = 0.04, 60


@dataclass(frozen=True)
class Ground:
    """Buurten that the publisher draws: outline in degrees, code, dwellings, and the score of each part (one column each)."""

    outlines: NDArray[np.object_]
    codes: tuple[str, ...]
    dwellings: Floats
    parts: Floats
    total: Floats


@dataclass(frozen=True)
class Squares:
    """Corners in hundreds of metres, place of the buurt, figures, and the pockets as (buurt, squares, depth)."""

    east: Ints
    north: Ints
    buurt: Ints
    parts: Floats
    total: Floats
    pockets: tuple[tuple[int, Ints, float], ...]


def poor_of(figures: Figures, year: int) -> Floats:
    """Of each buurt how far its share of low incomes lies from the mean of buurten, in their standard deviations."""
    poor = figures.values["huishoudens_laag_inkomen_pct"][:, year - plan.FIRST_YEAR]
    scaled: Floats = (poor - poor.mean()) / poor.std()
    return scaled


def parts_of(figures: Figures, rng: np.random.Generator) -> Floats:
    """The score of each part in the last year, a row per buurt: it falls with low incomes, and a lot of chance."""
    poor = poor_of(figures, plan.LAST_YEAR)
    return poor[:, None] * LOADS + rng.normal(0, _OWN, (len(poor), len(LOADS)))


def class_of(total: Floats | float) -> Floats:
    """The publisher's class of 1 to 9, as we guess it."""
    found: Floats = np.clip(5 + np.rint(np.asarray(total) / _CLASS), 1, 9)
    return found


def make_squares(ground: Ground, rng: np.random.Generator) -> Squares:
    """The squares where people live, around the middle of each buurt."""
    east, north, buurt = _drawn(ground)
    middles: Floats = (np.stack([east, north], axis=1).astype(np.float64) + 0.5) * SIDE
    inside = np.stack([_smooth(middles, rng) * _FIELD + rng.normal(0, _CHANCE, len(east)) for _ in PARTS], axis=1)
    counts = np.bincount(buurt, minlength=len(ground.codes))
    for column in inside.T:
        column -= (np.bincount(buurt, column, len(counts)) / np.maximum(counts, 1))[buurt]
    pockets = _pockets(east, north, buurt, counts, ground, rng)
    for _, places, depth in pockets:
        inside[places] -= depth * _CARRIES
    return Squares(
        east, north, buurt, ground.parts[buurt] + inside, ground.total[buurt] + inside.sum(axis=1), tuple(pockets)
    )


def publish(squares: Squares, year: int, rng: np.random.Generator) -> bytes:
    """The layer as the publisher's WFS gives it in metres; some squares are clipped."""
    clipped = np.where(rng.random(len(squares.east)) < _CLIPPED, _CLIPPED_TO, SIDE)
    classes = class_of(squares.total).astype(int)
    features = []
    for number, (east, north, width, klass) in enumerate(
        zip(squares.east.tolist(), squares.north.tolist(), clipped.tolist(), classes.tolist(), strict=True)
    ):
        x, y = east * SIDE, north * SIDE
        figures = {name: round(float(each), 5) for name, each in zip(PARTS, squares.parts[number], strict=True)}
        figures = {"kscore": klass, "afw": round(float(squares.total[number]), 5), **figures}
        ring = [[x, y], [x + width, y], [x + width, y + SIDE], [x, y + SIDE], [x, y]]
        features.append(
            json.dumps(
                {"type": "Feature", "id": f"clippedgridscore{year % 100}.{number + 1}", "properties": figures,
                 "geometry": {"type": "Polygon", "coordinates": [ring]}}, separators=(",", ":"),
            )
        )  # fmt: skip
    system = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::28992"}}'
    return (f'{{"type":"FeatureCollection","crs":{system},"features":[\n' + ",\n".join(features) + "\n]}").encode()


def told(squares: Squares, ground: Ground) -> list[dict[str, Any]]:
    """The planted pockets, for methods to be held against."""
    return [
        {
            "buurt": ground.codes[buurt], "depth": round(depth, 3),
            "squares": [square_id(int(squares.east[place]), int(squares.north[place])) for place in places],
        }
        for buurt, places, depth in squares.pockets
    ]  # fmt: skip


def _drawn(ground: Ground) -> tuple[Ints, Ints, Ints]:
    """Of each buurt the squares nearest to its middle whose own middle it holds, as many as its dwellings fill."""
    wanted = np.clip(ground.dwellings / _DWELLINGS_PER_SQUARE, _FEWEST, _MOST).astype(np.int64)
    wanted[ground.dwellings <= 0] = 0
    spots = to_metres(shapely.get_coordinates(shapely.point_on_surface(ground.outlines)))
    reach = int(np.ceil(np.sqrt(_MOST))) + 1
    step = np.arange(-reach, reach + 1)
    offsets = np.stack([each.ravel() for each in np.meshgrid(step, step)], axis=1)
    offsets = offsets[np.lexsort((offsets[:, 1], offsets[:, 0], (offsets**2).sum(axis=1)))]
    corners = np.floor(spots / SIDE).astype(np.int64)[:, None, :] + offsets[None, :, :]
    middles: Floats = (corners.reshape(-1, 2).astype(np.float64) + 0.5) * SIDE
    places = to_degrees(middles).reshape(corners.shape)
    shapely.prepare(ground.outlines)
    held = shapely.contains_xy(ground.outlines[:, None], places[:, :, 0], places[:, :, 1])
    kept = held & (np.cumsum(held, axis=1) <= wanted[:, None])
    buurt, place = np.nonzero(kept)
    chosen = corners[buurt, place]
    return chosen[:, 0], chosen[:, 1], buurt


def _smooth(points: Floats, rng: np.random.Generator) -> Floats:
    """A random field with spread 1 that is alike nearby: waves of many lengths and headings."""
    length, heading = rng.uniform(*_LENGTHS, _WAVES), rng.uniform(0, 2 * np.pi, _WAVES)
    waves = np.stack([np.cos(heading), np.sin(heading)]) * (2 * np.pi / length)
    angles = points @ waves + rng.uniform(0, 2 * np.pi, _WAVES)
    return np.asarray(np.cos(angles).sum(axis=1) * np.sqrt(2 / _WAVES))


def _pockets(
    east: Ints, north: Ints, buurt: Ints, counts: Ints, ground: Ground, rng: np.random.Generator
) -> Sequence[tuple[int, Ints, float]]:
    low, high = np.quantile(ground.total[counts > 0], _MIDDLING)
    able = np.flatnonzero((counts >= _ROOMY) & (ground.total >= low) & (ground.total <= high))
    number = min(len(able), max(2, int((counts >= _ROOMY).sum()) // _BUURTEN_PER_POCKET))
    found = []
    for chosen in np.sort(rng.choice(able, number, replace=False)).tolist():
        own = np.flatnonzero(buurt == chosen)
        heart = own[rng.integers(len(own))]
        # Square distance in steps of a king: what is nearest forms one piece.
        far = np.maximum(np.abs(east[own] - east[heart]), np.abs(north[own] - north[heart]))
        tie = np.abs(east[own] - east[heart]) + np.abs(north[own] - north[heart])
        size = int(rng.integers(*_POCKET))
        places = own[np.lexsort((own, tie, far))[:size]]
        found.append((chosen, np.sort(places), float(rng.uniform(*_DEPTH))))
    return found
