"""Maps of a wide Nieuwland, in the shape in which PDOK gives them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from stadspeil.sources.nieuwland.wide.land import Ints, Land


def buurt_shapes(land: Land) -> NDArray[np.object_]:
    """The ground of every buurt as a polygon in degrees."""
    corners = land.corners
    ring = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1]], axis=2)
    return shapely.polygons(ring.reshape(-1, 5, 2))


def layer(land: Land, shapes: NDArray[np.object_], year: int, level: str) -> bytes:
    """A layer of a division as GeoJSON."""
    division = land.divisions[year]
    if level == "buurt":
        codes, grounds = division.buurt_codes, shapes
    else:
        codes = division.gemeente_codes if level == "gemeente" else division.wijk_codes
        grounds = _joined(shapes, division.gemeente if level == "gemeente" else division.wijk, len(codes))
    texts = shapely.to_geojson(grounds)
    features = [_feature(code, str(text), year, level, land) for code, text in zip(codes.tolist(), texts, strict=True)]
    return ('{"type":"FeatureCollection","features":[' + ",".join(features) + "]}").encode()


def _joined(shapes: NDArray[np.object_], groups: Ints, count: int) -> NDArray[np.object_]:
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups, minlength=count))
    parts = np.split(shapes[order], ends[:-1])
    return np.array([shapely.union_all(part) for part in parts], dtype=object)


def _feature(code: str, geometry: str, year: int, level: str, land: Land) -> str:
    town = land.names[int(code[2:6])]
    name = town if level == "gemeente" else f"{level.capitalize()} {code[6:]} {town}"
    properties: dict[str, Any] = {"statcode": code, "jrstatcode": f"{year}{code}", "statnaam": name, "rubriek": level}
    return f'{{"type":"Feature","id":"{level}.{code}","properties":{json.dumps(properties)},"geometry":{geometry}}}'
