"""Small GeoPackages, made here in the shape of OGC 12-128."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence

import shapely

# Zoetermeer, roughly, in metres of the national grid and in degrees.
METRES = shapely.box(92_000, 450_000, 95_000, 453_000)
DEGREES = shapely.box(4.46, 52.03, 4.51, 52.06)
Row = tuple[dict[str, object], bytes]


def blob(shape: shapely.Geometry, system: int = 28992, envelope: bool = False, flags: int = 1) -> bytes:
    """A shape as GeoPackage keeps it: head, perhaps an envelope, WKB."""
    west, south, east, north = shape.bounds
    around = struct.pack("<4d", west, east, south, north) if envelope else b""
    head = struct.pack("<2sBBi", b"GP", 0, flags | (2 if envelope else 0), system)
    return head + around + bytes(shapely.to_wkb(shape))


def geopackage(
    layers: dict[str, Sequence[Row]], system: int = 28992, kind: str = "MULTIPOLYGON", extra: str = ""
) -> bytes:
    """A GeoPackage with these layers; `extra` is more SQL to run in it."""
    book = sqlite3.connect(":memory:")
    book.execute("CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER PRIMARY KEY, organization_coordsys_id INTEGER)")
    book.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (7, ?)", (system,))
    book.execute(
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER)"
    )
    for name, rows in layers.items():
        headers = list(rows[0][0]) if rows else ["statcode"]
        book.execute(
            f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom BLOB, {", ".join(f"{each} TEXT" for each in headers)})'
        )
        for properties, shape in rows:
            marks = ", ".join("?" * (len(headers) + 1))
            book.execute(
                f'INSERT INTO "{name}" (geom, {", ".join(headers)}) VALUES ({marks})', (shape, *properties.values())
            )
        book.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 7)", (name, kind))
    book.executescript(extra)
    book.commit()
    content = bytes(book.serialize())
    book.close()
    return content


def gemeente(code: str = "GM0637", shape: bytes | None = None, **more: object) -> Row:
    """A row of a layer of the divisions of 2022."""
    made = blob(METRES) if shape is None else shape
    return {"statcode": code, "jrstatcode": f"2022{code}", "statnaam": "Zoetermeer", **more}, made
