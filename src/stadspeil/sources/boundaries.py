"""Boundaries as PDOK gives them: GeoJSON or GeoPackage, one feature per area.

In longitude and latitude, or in metres of the national grid where the file says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import shapely

from stadspeil.areas import is_code, level_of, parent_of
from stadspeil.contracts import AREAS
from stadspeil.errors import SourceError
from stadspeil.sources.geopackage import is_geopackage, read_layers
from stadspeil.sources.national_grid import GRID, shape_in_degrees

MOST_VERTICES = 5_000_000
# Generous around the Netherlands in longitude and latitude; metres of the national grid fall far outside.
_BOX = (2.0, 50.0, 8.0, 56.0)
# WGS84 and ETRS89, which differ less than a metre, in their old and new names; a file that says nothing is WGS84.
_DEGREES = {"", "CRS84", "4326", "4258", "4979", "84"}
_METRES = "28992"
# PDOK's division files have the first; its files with key figures the middle ones, of old in capitals; copies the last.
_CODES = ("statcode", "buurtcode", "bu_code", "wijkcode", "wk_code", "gemeentecode", "gm_code", "code")
_NAMES = ("statnaam", "buurtnaam", "bu_naam", "wijknaam", "wk_naam", "gemeentenaam", "gm_naam", "naam", "name")
# The water of an area has a feature of its own, with the area's code; so has what lies abroad.
_WATER, _NO_LAND = ("water", "h2o"), {"JA", "B"}


@dataclass
class BoundaryReading:
    """Areas with their geometry, and what is wrong."""

    areas: pl.DataFrame
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Map:
    """The features of a file, and whether they are in metres of the national grid."""

    features: list[Any]
    metres: bool
    layers: tuple[str, ...] = ()


def is_map(content: bytes) -> bool:
    """Whether a file looks like GeoJSON or is a GeoPackage."""
    return (
        is_geopackage(content) or b'"FeatureCollection"' in content[:2000] or b'"FeatureCollection"' in content[-2000:]
    )


def feature_headers(content: bytes, file_name: str) -> tuple[str, ...]:
    """The names of the properties that features have, in the order in which they are met."""
    return tuple(dict.fromkeys(name for each in _map(content, file_name).features for name in _properties(each)))


def feature_records(content: bytes, file_name: str) -> list[dict[str, Any]]:
    """The properties of every feature."""
    return [_properties(each) for each in _map(content, file_name).features]


def features_of(content: bytes, file_name: str) -> tuple[list[dict[str, Any]], bool]:
    """The features of a map, and whether they are in metres of the national grid (else degrees)."""
    found = _map(content, file_name)
    return [each if isinstance(each, dict) else {} for each in found.features], found.metres


def read_boundaries(content: bytes, file_name: str, snapshot: str, year: str | None = None) -> BoundaryReading:
    """AREAS rows of a map. `year` is the division's year for features that do not say it themselves.

    Faults are told by kind, with the first features that have it, because a wrong file has it in every one.
    """
    reading = BoundaryReading(pl.DataFrame(schema=dict(AREAS.columns)))
    rows = []
    faults: dict[str, list[str]] = {}
    vertices = 0
    found = _map(content, file_name)
    land = [each for each in found.features if _first(_properties(each), _WATER).upper() not in _NO_LAND]
    if len(land) < len(found.features):
        reading.remarks.append(f"{len(found.features) - len(land)} vlakken van water of buitenland zijn overgeslagen")
    if len(found.layers) > 1:
        reading.remarks.append(f"gelezen lagen: {', '.join(found.layers)}")
    for number, feature in enumerate(land, start=1):
        row, fault, size = _area(feature, year, found.metres)
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
    lower = {name.lower(): value for name, value in properties.items() if value not in (None, "")}
    return next((str(lower[name]).strip() for name in names if name in lower), "")


def _map(content: bytes, file_name: str) -> _Map:
    if is_geopackage(content):
        layers = read_layers(content, file_name)
        metres = {_in_metres(str(each.system), file_name) for each in layers}
        if len(metres) > 1:
            raise SourceError(file_name, "de lagen staan in verschillende coördinaten", "bewaar elke laag apart")
        features = [feature for each in layers for feature in each.features]
        if not features:
            raise SourceError(file_name, "er staan geen gebieden in", "haal het bestand opnieuw op")
        return _Map(features, metres.pop(), tuple(each.name for each in layers))
    try:
        collection = json.loads(content.decode("utf-8-sig"))
        features = collection["features"]
    except (ValueError, RecursionError, KeyError, TypeError) as fault:
        raise SourceError(
            file_name, f"de GeoJSON is afgebroken of beschadigd ({fault})", "haal het bestand opnieuw op"
        ) from fault
    if not isinstance(features, list) or not features:
        raise SourceError(file_name, "er staan geen gebieden in", "haal het bestand opnieuw op")
    return _Map(features, _in_metres(_system(collection.get("crs")), file_name))


def _system(crs: object) -> str:
    """The last part of the name of a reference system: '28992' of 'urn:ogc:def:crs:EPSG::28992'."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return re.split(r"[:/#]", str(name or "").strip())[-1].upper()


def _in_metres(system: str, file_name: str) -> bool:
    if system != _METRES and system not in _DEGREES:
        raise SourceError(
            file_name,
            f"de kaart is in een stelsel dat wij niet kennen ({system[:30]}); verwacht WGS84 (EPSG:4326) of RD (EPSG:28992)",
            "haal de kaart opnieuw op in een van die twee",
        )
    return system == _METRES


def _surface(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a mended shape is a surface: mending leaves lines and points where one folds onto itself."""
    parts = [each for each in shapely.get_parts(shape) if each.geom_type in {"Polygon", "MultiPolygon"}]
    return shape if shape.geom_type in {"Polygon", "MultiPolygon"} else shapely.union_all(parts)


def _shape(geometry: object) -> shapely.Geometry | None:
    """The shape of a feature; None when it cannot be read."""
    if geometry is None or isinstance(geometry, shapely.Geometry):
        return geometry
    try:
        return shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, ValueError):
        return None


def _inside(shape: shapely.Geometry, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = shape.bounds
    return bool(box[0] <= west <= east <= box[2] and box[1] <= south <= north <= box[3])


def _area(feature: dict[str, Any], year: str | None, metres: bool) -> tuple[dict[str, Any], str, int]:
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
    shape = _shape(feature.get("geometry"))
    if shape is None:
        return {}, "de vorm is niet te lezen", 0
    if shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return {}, "geen vlak", 0
    size = shapely.get_num_coordinates(shape)
    if not _inside(shape, GRID if metres else _BOX):
        wanted = "meters van het Rijksdriehoekstelsel (RD)" if metres else "lengte- en breedtegraden (WGS84)"
        return {}, f"ligt buiten Nederland; verwacht {wanted}", size
    if metres:
        shape = shape_in_degrees(shape)
    if not shape.is_valid:
        shape = _surface(shapely.make_valid(shape))
    if shape.is_empty:
        return {}, "geen vlak", size
    row = {
        "area": code, "level": level_of(code), "name": _first(properties, _NAMES) or code,
        "parent": parent_of(code), "boundaries": int(division[:4]), "geometry": shapely.to_wkb(shape),
    }  # fmt: skip
    return row, "", size
