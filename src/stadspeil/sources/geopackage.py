"""The areas in a GeoPackage (OGC 12-128): an SQLite file with layers, as PDOK and CBS offer their boundaries.

The file comes from outside and may be anything: it is opened in memory, without trust in its own functions, only
plain tables are read, and a query that goes on too long is stopped.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

import shapely

from stadspeil.errors import SourceError
from stadspeil.sources.guarded import LARGEST_FILE, MEGABYTE

_MAGIC = b"SQLite format 3\x00"
_WRITE_AHEAD = slice(18, 20)
# Of the gemeente, wijk and buurt layers only; a file of CBS has some sixty others beside them.
_LAYER = re.compile(r"(?:cbs_)?(gemeente|wijk|buurt)(?:n|en)?(?:_|\d|$)", re.IGNORECASE)
_ENVELOPES = (0, 32, 48, 48, 64)
_SURFACES = {"POLYGON", "MULTIPOLYGON", "GEOMETRY", "CURVEPOLYGON", "MULTISURFACE"}
MOST_FEATURES = 100_000
MOST_LAYERS = 1_000
LARGEST_CELL = 50 * MEGABYTE
# Steps of SQLite's machine: reading all areas of the country takes a million or so.
_STEP = 100_000
_MOST_STEPS = 1_000


@dataclass(frozen=True)
class Layer:
    """One layer: its features as GeoJSON has them, with a shape (shapely) for geometry, and the reference system."""

    name: str
    system: int
    features: list[dict[str, Any]]


def is_geopackage(content: bytes) -> bool:
    """Whether this is an SQLite file; which other kinds nobody hands in."""
    return content.startswith(_MAGIC)


def read_layers(content: bytes, file_name: str) -> list[Layer]:
    """The layers of gemeenten, wijken and buurten; the only layer where it has another name.

    Raises: SourceError when it is damaged, no GeoPackage, too large, or without such a layer.
    """
    if len(content) > LARGEST_FILE:
        raise SourceError(
            file_name, f"het bestand is {len(content) / MEGABYTE:.0f} MB; hooguit {LARGEST_FILE / MEGABYTE:.0f} MB"
        )
    connection = sqlite3.connect(":memory:")
    try:
        _open(connection, content)
        offered = connection.execute(
            "SELECT table_name, column_name, upper(geometry_type_name), organization_coordsys_id "
            "FROM gpkg_geometry_columns JOIN gpkg_spatial_ref_sys USING (srs_id)"
        ).fetchmany(MOST_LAYERS)
        chosen = _chosen([each for each in offered if each[2] in _SURFACES], file_name)
        return [_layer(connection, str(each[0]), str(each[1]), int(each[3]), file_name) for each in chosen]
    except (sqlite3.Error, ValueError, TypeError, OverflowError, MemoryError) as fault:
        raise SourceError(
            file_name, f"het bestand is beschadigd of geen GeoPackage ({fault})", "haal het opnieuw op bij PDOK of CBS"
        ) from fault
    finally:
        connection.close()


def _open(connection: sqlite3.Connection, content: bytes) -> None:
    whole = bytearray(content)
    # What stood in a journal beside the file is not here; without this mark SQLite does not go looking for it.
    whole[_WRITE_AHEAD] = b"\x01\x01"
    connection.deserialize(bytes(whole))
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_CELL)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: int(next(steps, None) is None), _STEP)


def _chosen(offered: list[tuple[Any, ...]], file_name: str) -> list[tuple[Any, ...]]:
    """One layer per level: the generalised one where there are two."""
    per_level: dict[str, tuple[Any, ...]] = {}
    for each in sorted(offered, key=lambda each: ("niet_gegeneraliseerd" in str(each[0]).lower(), str(each[0]))):
        level = _LAYER.match(str(each[0]))
        if level:
            per_level.setdefault(level[1].lower(), each)
    if per_level:
        return list(per_level.values())
    if len(offered) == 1:
        return offered
    names = ", ".join(f"'{str(each[0])[:40]}'" for each in offered[:6]) or "geen enkele met vlakken"
    raise SourceError(
        file_name,
        f"er is geen laag van gemeenten, wijken of buurten in; gevonden lagen: {names}",
        "haal de CBS-gebiedsindelingen of de wijk- en buurtkaart bij PDOK",
    )


def _layer(connection: sqlite3.Connection, name: str, column: str, system: int, file_name: str) -> Layer:
    """All rows of a layer. A view or a virtual table is refused: those can do anything."""
    made = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (name,)).fetchone()
    if made is None or not re.match(r"\s*CREATE\s+TABLE\b", str(made[0]), re.IGNORECASE):
        raise SourceError(file_name, f"laag '{name[:40]}' is geen gewone tabel", "haal het bestand opnieuw op")
    # A generated column is as free as a view; zero is what marks a plain one.
    headers = [str(each[1]) for each in connection.execute(f"PRAGMA table_xinfo({_quoted(name)})") if each[6] == 0]
    if column not in headers:
        raise SourceError(file_name, f"laag '{name[:40]}' heeft geen kolom '{column[:40]}' met vormen")
    features: list[dict[str, Any]] = []
    size = 0
    # Only quoted names of a table and columns that are there go into the question.
    for row in connection.execute(f"SELECT {', '.join(map(_quoted, headers))} FROM {_quoted(name)}"):
        size += sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if len(features) == MOST_FEATURES or size > LARGEST_FILE:
            raise SourceError(file_name, f"laag '{name[:40]}' is groter dan een kaart van gemeenten, wijken en buurten")
        values = dict(zip(headers, row, strict=True))
        shape = shape_of(values.pop(column))
        properties = {key: value for key, value in values.items() if not isinstance(value, bytes)}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    return Layer(name, system, features)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def shape_of(blob: object) -> shapely.Geometry | None:
    """The shape in a GeoPackage's binary: a head with flags, perhaps an envelope, then WKB. None when there is none."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    flags = blob[3]
    envelope = (flags >> 1) & 0b111
    if flags & 0b110000 or envelope >= len(_ENVELOPES):
        return None
    try:
        return shapely.force_2d(shapely.from_wkb(blob[8 + _ENVELOPES[envelope] :]))
    except (shapely.errors.GEOSException, ValueError):
        return None
