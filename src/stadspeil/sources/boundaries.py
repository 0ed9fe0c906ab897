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
# PDOK's division files have the first; its files with key figures the middle ones; copies of either the last.
_CODES = ("statcode", "buurtcode", "wijkcode", "gemeentecode", "code")
_NAMES = ("statnaam", "buurtnaam", "wijknaam", "gemeentenaam", "naam", "name")


@dataclass
class BoundaryReading:
    """Areas with their geometry, and what is wrong."""

    areas: pl.DataFrame
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def is_feature_collection(content: bytes) -> bool:
    """Whether the start of a file looks like GeoJSON."""
    return b'"FeatureCollection"' in content[:2000] or b'"FeatureCollection"' in content[-2000:]


def feature_headers(content: bytes, file_name: str) -> tuple[str, ...]:
    """The names of the properties that features have, in the order in which they are met."""
    return tuple(dict.fromkeys(name for each in _features(content, file_name) for name in _properties(each)))


def feature_records(content: bytes, file_name: str) -> list[dict[str, Any]]:
    """The properties of every feature."""
    return [_properties(each) for each in _features(content, file_name)]


def read_boundaries(content: bytes, file_name: str, snapshot: str, year: str | None = None) -> BoundaryReading:
    """AREAS rows of a GeoJSON file. `year` is the division's year for features that do not say it themselves.

    Faults are told by kind, with the first features that have it, because a wrong file has it in every one.
    """
    reading = BoundaryReading(pl.DataFrame(schema=dict(AREAS.columns)))
    rows = []
    faults: dict[str, list[str]] = {}
    vertices = 0
    for number, feature in enumerate(_features(content, file_name), start=1):
        row, fault, size = _area(feature, year)
        vertices += size
        if fault:
            faults.setdefault(fault, []).append(_told(feature, number))
        else:
            rows.append({**row, "snapshot": snapshot})
    for fault, places in faults.items():
        reading.problems.append(f"{len(places)} gebieden: {fault}; eerste: {', '.join(places[:3])}")
    if vertices > MOST_VERTICES:
        reading.problems.append(f"de kaart heeft {vertices} punten; hooguit {MOST_VERTICES}")
    reading.areas = pl.DataFrame(rows, schema=dict(AREAS.columns))
    doubled = reading.areas.filter(pl.struct("area", "boundaries").is_duplicated())
    if doubled.height:
        reading.problems.append(
            f"gebied {doubled['area'][0]} staat er dubbel in ({doubled['area'].n_unique()} gebieden)"
        )
    return reading


def _told(feature: dict[str, Any], number: int) -> str:
    code = _first(_properties(feature), _CODES)
    return f"{code} (nummer {number})" if code else f"nummer {number}"


def _properties(feature: object) -> dict[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _first(properties: dict[str, Any], names: tuple[str, ...]) -> str:
    found = (str(properties[name]).strip() for name in names if properties.get(name) not in (None, ""))
    return next(found, "")


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


def _surface(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a mended shape is a surface: mending leaves lines and points where one folds onto itself."""
    parts = [each for each in shapely.get_parts(shape) if each.geom_type in {"Polygon", "MultiPolygon"}]
    return shape if shape.geom_type in {"Polygon", "MultiPolygon"} else shapely.union_all(parts)


def _area(feature: dict[str, Any], year: str | None) -> tuple[dict[str, Any], str, int]:
    """A row of AREAS, the fault that keeps it from being one, and its number of points."""
    properties = _properties(feature)
    code = _first(properties, _CODES)
    if not is_code(code):
        return {}, f"geen gebiedscode in een van de velden {', '.join(_CODES)}", 0
    division = _first(properties, ("jrstatcode",)) or f"{_first(properties, ('jaar',)) or year or ''}{code}"
    if not division[:4].isdigit() or division[4:] != code:
        return (
            {},
            "geen jaar van de indeling (veld jrstatcode of jaar); geef --edition of zet het in de bestandsnaam",
            0,
        )
    try:
        shape = shapely.from_geojson(json.dumps(feature.get("geometry")))
    except (shapely.errors.GEOSException, ValueError):
        return {}, "de vorm is niet te lezen", 0
    if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return {}, "geen vlak", 0
    size = shapely.get_num_coordinates(shape)
    west, south, east, north = shape.bounds
    if not (_BOX[0] <= west <= east <= _BOX[2] and _BOX[1] <= south <= north <= _BOX[3]):
        return {}, "ligt buiten Nederland; verwacht lengte- en breedtegraden (WGS84)", size
    if not shape.is_valid:
        shape = _surface(shapely.make_valid(shape))
    if shape.is_empty:
        return {}, "geen vlak", size
    row = {
        "area": code, "level": level_of(code), "name": _first(properties, _NAMES) or code,
        "parent": parent_of(code), "boundaries": int(division[:4]), "geometry": shapely.to_wkb(shape),
    }  # fmt: skip
    return row, "", size
