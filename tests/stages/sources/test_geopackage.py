"""Boundaries as GeoPackage, and in metres of the national grid."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from map_files import DEGREES, METRES, blob, gemeente, geopackage

from stadspeil.errors import SourceError
from stadspeil.sources.boundaries import is_map, read_boundaries
from stadspeil.sources.geopackage import shape_of
from stadspeil.sources.national_grid import to_degrees
from stadspeil.sources.reading import read_file

# Test points that the Kadaster publishes with RDNAPTRANS: x, y, latitude, longitude (ETRS89).
POINTS = {
    "Texel": (117380.12, 575040.34, 53.160753042, 4.824761912),
    "Noord-Groningen": (247380.56, 604580.78, 53.419482050, 6.776726674),
    "Amersfoort": (155000.0, 463000.0, 52.155172897, 5.387203657),
    "Zeeuws-Vlaanderen": (16460.91, 377380.23, 51.368607152, 3.397588595),
    "Zuid-Limburg": (182260.45, 311480.67, 50.792584916, 5.773795548),
    "Maasvlakte": (64640.89, 440700.01, 51.947393898, 4.072887101),
}


@pytest.mark.parametrize("name", POINTS)
def test_the_grid_is_within_a_metre_of_the_published_points(name: str) -> None:
    x, y, latitude, longitude = POINTS[name]
    found_longitude, found_latitude = to_degrees(np.array([[x, y]]))[0]
    north = (found_latitude - latitude) * 111_200
    east = (found_longitude - longitude) * 111_200 * np.cos(np.radians(latitude))
    assert np.hypot(north, east) < 1.0


def test_a_layer_in_metres_becomes_degrees() -> None:
    content = geopackage({"gemeente_gegeneraliseerd": [gemeente(), gemeente("GM0034", blob(METRES, envelope=True))]})
    assert is_map(content)
    reading = read_boundaries(content, "a.gpkg", "s")
    assert reading.problems == []
    assert reading.areas["area"].to_list() == ["GM0637", "GM0034"]
    shape = shapely.from_wkb(reading.areas["geometry"][0])
    # By hand from the tower of Amersfoort: 63 km west, 13 km south, and the turn of the grid.
    assert shape.bounds == pytest.approx((4.4697, 52.0347, 4.5134, 52.062), abs=0.003)
    # Nine square kilometres, counted in degrees here.
    assert shape.area * 111.2**2 * np.cos(np.radians(52.05)) == pytest.approx(9, rel=0.01)


def test_a_layer_in_degrees_stays_what_it_is() -> None:
    content = geopackage({"wijken": [gemeente("WK063701", blob(DEGREES, 4326))]}, system=4326)
    reading = read_boundaries(content, "a.gpkg", "s")
    assert shapely.from_wkb(reading.areas["geometry"][0]).equals(DEGREES)


def test_of_two_maps_of_a_level_the_generalised_is_read() -> None:
    layers = {
        "gemeente_niet_gegeneraliseerd": [gemeente("GM0034")],
        "gemeente_gegeneraliseerd": [gemeente("GM0637")],
        "wijk_gegeneraliseerd": [gemeente("WK063701")],
        "provincie_gegeneraliseerd": [gemeente("PV28")],
    }
    reading = read_boundaries(geopackage(layers), "a.gpkg", "s")
    assert (reading.problems, reading.areas["area"].to_list()) == ([], ["GM0637", "WK063701"])
    assert reading.remarks == ["gelezen lagen: gemeente_gegeneraliseerd, wijk_gegeneraliseerd"]


def test_water_is_no_second_gemeente() -> None:
    """The map of wijken and buurten has the water of an area under the same code, and old ones have capitals."""
    rows = [
        ({"GM_CODE": "GM0637", "GM_NAAM": "Zoetermeer", "H2O": "NEE"}, blob(METRES)),
        ({"GM_CODE": "GM0637", "GM_NAAM": "Zoetermeer", "H2O": "JA"}, blob(METRES)),
    ]
    reading = read_boundaries(geopackage({"gemeenten": rows}), "kaart.gpkg", "s", "2018")
    assert (reading.problems, reading.areas.height) == ([], 1)
    assert (reading.areas["name"][0], reading.areas["boundaries"][0]) == ("Zoetermeer", 2018)
    assert reading.remarks == ["1 vlakken van water of buitenland zijn overgeslagen"]


def test_a_geopackage_goes_the_road_of_all_files(catalogue) -> None:
    content = geopackage({"gemeente_gegeneraliseerd": [gemeente()]})
    reading = read_file(content, "gemeenten_2022.gpkg", catalogue, None, "s")
    assert (reading.source.id, reading.problems, reading.areas.height) == ("pdok_gebiedsindelingen", [], 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (geopackage({"gemeenten": [gemeente()]}, system=3857), r"stelsel dat wij niet kennen \(3857\)"),
        (geopackage({"provincies": [gemeente()], "landsdelen": [gemeente()]}), "geen laag van gemeenten"),
        (geopackage({"gemeenten": [gemeente()]}, kind="POINT"), "geen enkele met vlakken"),
        (geopackage({"gemeenten": []}), "er staan geen gebieden in"),
        (b"SQLite format 3\x00" + bytes(4000), "beschadigd of geen GeoPackage"),
        (b"SQLite format 3\x00", "beschadigd of geen GeoPackage"),
        (geopackage({"gemeenten": [gemeente()]})[:3000], "beschadigd of geen GeoPackage"),
        (geopackage({}, extra="DROP TABLE gpkg_geometry_columns"), "beschadigd of geen GeoPackage"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_boundaries(content, "a.gpkg", "s")


@pytest.mark.parametrize(
    "extra",
    [
        "DROP TABLE gemeenten; CREATE VIEW gemeenten AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS geom FROM n;",
        "DROP TABLE gemeenten; CREATE VIRTUAL TABLE gemeenten USING rtree(id, a, b);",
    ],
)
def test_only_plain_tables_are_asked(extra: str) -> None:
    """A view can go on for ever, and a virtual table can do anything."""
    with pytest.raises(SourceError, match="geen gewone tabel"):
        read_boundaries(geopackage({"gemeenten": [gemeente()]}, extra=extra), "a.gpkg", "s")


def test_a_column_that_makes_itself_is_not_asked() -> None:
    """A few bytes of file could ask for gigabytes of text."""
    extra = (
        "ALTER TABLE gemeenten ADD COLUMN huge TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL; "
        "ALTER TABLE gemeenten ADD COLUMN statnaam2 TEXT;"
    )
    reading = read_boundaries(geopackage({"gemeenten": [gemeente()]}, extra=extra), "a.gpkg", "s")
    assert (reading.problems, reading.areas["area"].to_list()) == ([], ["GM0637"])


@pytest.mark.parametrize("rows", ["WHERE i < 0", ""])
def test_a_query_without_end_is_stopped(rows: str) -> None:
    """The list of layers is itself something that a hostile file may define: without end, or without even a first."""
    extra = (
        "DROP TABLE gpkg_geometry_columns; CREATE VIEW gpkg_geometry_columns AS WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'a' AS table_name, 'b' AS column_name, 'POLYGON' AS "
        f"geometry_type_name, 7 AS srs_id FROM n {rows};"
    )
    with pytest.raises(SourceError, match="interrupted"):
        read_boundaries(geopackage({}, extra=extra), "a.gpkg", "s")


@pytest.mark.parametrize(
    "wrong", [None, "text", b"", b"GP", b"XX" + bytes(40), blob(METRES, flags=0x21), blob(METRES)[:-9]]
)
def test_what_is_no_shape_is_told_and_not_drawn(wrong) -> None:
    assert shape_of(wrong) is None


def test_a_layer_with_a_broken_shape_names_its_area() -> None:
    content = geopackage({"gemeenten": [gemeente("GM0034"), gemeente("GM0637", b"GP")]})
    (problem,) = read_boundaries(content, "a.gpkg", "s").problems
    assert problem == "1 gebieden: de vorm is niet te lezen; eerste: GM0637 (nummer 2)"


def geojson(system: str | None, shape: shapely.Geometry) -> bytes:
    crs = {} if system is None else {"crs": {"type": "name", "properties": {"name": system}}}
    properties = {"statcode": "GM0637", "jrstatcode": "2022GM0637", "statnaam": "Zoetermeer"}
    feature = {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
    return json.dumps({"type": "FeatureCollection", **crs, "features": [feature]}).encode()


@pytest.mark.parametrize(
    "system", ["urn:ogc:def:crs:EPSG::28992", "http://www.opengis.net/def/crs/EPSG/0/28992", "EPSG:28992"]
)
def test_a_geojson_that_says_that_it_is_in_metres_is_believed(system: str) -> None:
    reading = read_boundaries(geojson(system, METRES), "a.geojson", "s")
    assert reading.problems == []
    assert shapely.from_wkb(reading.areas["geometry"][0]).bounds[0] == pytest.approx(4.4697, abs=0.003)


@pytest.mark.parametrize(
    ("system", "shape", "said"),
    [
        (None, METRES, "verwacht lengte- en breedtegraden (WGS84)"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", METRES, "verwacht lengte- en breedtegraden"),
        ("urn:ogc:def:crs:EPSG::28992", DEGREES, "verwacht meters van het Rijksdriehoekstelsel"),
    ],
)
def test_a_map_that_says_one_thing_and_holds_another_is_refused(system, shape, said: str) -> None:
    (problem,) = read_boundaries(geojson(system, shape), "a.geojson", "s").problems
    assert "ligt buiten Nederland" in problem
    assert said in problem


@given(st.floats(13_000, 278_000), st.floats(306_000, 620_000), st.floats(-500, 500), st.floats(-500, 500))
def test_a_step_in_metres_is_the_same_step_in_degrees(x: float, y: float, east: float, north: float) -> None:
    """No place in the country where the polynomials bend: distances stay what they were, within one in a thousand."""
    (west_from, south_from), (west_to, south_to) = to_degrees(np.array([[x, y], [x + east, y + north]]))
    # A degree of latitude at this height, and of longitude, on the ellipsoid of WGS84.
    latitude = np.radians(south_from)
    per_north = 111_132.95 - 559.85 * np.cos(2 * latitude)
    per_east = 111_412.88 * np.cos(latitude) - 93.50 * np.cos(3 * latitude)
    found = np.hypot((west_to - west_from) * per_east, (south_to - south_from) * per_north)
    assert found == pytest.approx(np.hypot(east, north), rel=2e-3, abs=0.02)
