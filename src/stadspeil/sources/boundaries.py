"""Boundaries as PDOK gives them: GeoJSON in longitude and latitude, one feature per area."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import shapely

from stadspeil.areas import is_code, level_of, parent_of
from stadspeil.contracts import AREAS
from stadspeil.errors import SourceError

MOST_VERTICES = 5_000_000
# Generous around the Netherlands in longitude and latitude; metres of the national grid fall far outside.
_BOX = (2.0, 50.0, 8.0, 56.0)


@dataclass
class BoundaryReading:
    """Areas with their geometry, and what is wrong."""

    areas: pl.DataFrame
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def is_feature_collection(content: bytes) -> bool:
    """Whether the start of a file looks like GeoJSON."""
    return b'"FeatureCollection"' in content[:2000] or b'"FeatureCollection"' in content[-2000:]


def read_boundaries(content: bytes, file_name: str, snapshot: str) -> BoundaryReading:
    """AREAS rows of a GeoJSON file; problems name the feature by its number in the file."""
    features = _features(content, file_name)
    reading = BoundaryReading(pl.DataFrame(schema=dict(AREAS.columns)))
    rows = []
    vertices = 0
    for number, feature in enumerate(features, start=1):
        row, sentence, size = _area(feature)
        vertices += size
        if sentence:
            reading.problems.append(f"gebied {number}: {sentence}")
        elif row is not None:
            rows.append({**row, "snapshot": snapshot})
    if vertices > MOST_VERTICES:
        reading.problems.append(f"de kaart heeft {vertices} punten; hooguit {MOST_VERTICES}")
    reading.areas = pl.DataFrame(rows, schema=dict(AREAS.columns))
    doubled = reading.areas.filter(pl.struct("area", "boundaries").is_duplicated())
    if doubled.height:
        reading.problems.append(
            f"gebied {doubled['area'][0]} staat er dubbel in ({doubled['area'].n_unique()} gebieden)"
        )
    return reading


def _features(content: bytes, file_name: str) -> list[dict[str, Any]]:
    try:
        features = json.loads(content.decode("utf-8-sig"))["features"]
    except (ValueError, RecursionError, KeyError, TypeError) as fault:
        raise SourceError(
            file_name, f"de GeoJSON is afgebroken of beschadigd ({fault})", "haal het bestand opnieuw op"
        ) from fault
    if not isinstance(features, list) or not features:
        raise SourceError(file_name, "er staan geen gebieden in", "haal het bestand opnieuw op")
    return features


def _area(feature: dict[str, Any]) -> tuple[dict[str, Any] | None, str, int]:
    properties = feature.get("properties") or {}
    code = str(properties.get("statcode", "")).strip()
    division = str(properties.get("jrstatcode", "")).strip()
    if not is_code(code):
        return None, f"'{code}' is geen gebiedscode (veld statcode)", 0
    if not division[:4].isdigit() or division[4:] != code:
        return None, f"'{division}' is geen jaar met code (veld jrstatcode), bij {code}", 0
    try:
        shape = shapely.from_geojson(json.dumps(feature.get("geometry")))
    except (shapely.errors.GEOSException, ValueError) as fault:
        return None, f"de vorm van {code} is niet te lezen ({fault})", 0
    if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return None, f"{code} heeft geen vlak", 0
    size = shapely.get_num_coordinates(shape)
    west, south, east, north = shape.bounds
    if not (_BOX[0] <= west <= east <= _BOX[2] and _BOX[1] <= south <= north <= _BOX[3]):
        return None, f"{code} ligt buiten Nederland; verwacht lengte- en breedtegraden (WGS84)", size
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    row = {
        "area": code, "level": level_of(code), "name": str(properties.get("statnaam") or code).strip(),
        "parent": parent_of(code), "boundaries": int(division[:4]), "geometry": shapely.to_wkb(shape),
    }  # fmt: skip
    return row, "", size
