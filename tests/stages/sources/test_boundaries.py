"""Maps: which year they follow, and which shapes are no area."""

from __future__ import annotations

import json

import polars as pl
import pytest
import shapely

from stadspeil.errors import SourceError
from stadspeil.sources import SnapshotStore, import_files, read_snapshot
from stadspeil.sources.boundaries import is_map, read_boundaries

SQUARE = [[[4.4, 52.0], [4.6, 52.0], [4.6, 52.1], [4.4, 52.1], [4.4, 52.0]]]
BOW_TIE = [[[4.4, 52.0], [4.6, 52.1], [4.6, 52.0], [4.4, 52.1], [4.4, 52.0]]]


def feature(
    code: str = "GM0637", year: int | None = 2022, shape: object = SQUARE, kind: str = "Polygon", **more: object
):
    names = {"statcode": code, "statnaam": "Zoetermeer", **more}
    if year is not None:
        names["jrstatcode"] = f"{year}{code}"
    return {"type": "Feature", "properties": names, "geometry": {"type": kind, "coordinates": shape}}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_an_area_has_its_name_parent_year_and_shape() -> None:
    reading = read_boundaries(collection(feature("WK063701")), "a.geojson", "s")
    row = reading.areas.row(0, named=True)
    assert (row["area"], row["level"], row["parent"], row["boundaries"]) == ("WK063701", "wijk", "GM0637", 2022)
    assert shapely.from_wkb(row["geometry"]).area == pytest.approx(0.02)


def test_a_shape_that_crosses_itself_is_mended() -> None:
    reading = read_boundaries(collection(feature(shape=BOW_TIE)), "a.geojson", "s")
    assert reading.problems == []
    assert shapely.from_wkb(reading.areas["geometry"][0]).is_valid


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (feature("Zoetermeer"), "geen gebiedscode"),
        (feature(year=None), "geen jaar van de indeling"),
        (feature(jrstatcode="2022GM0034", year=None), "geen jaar van de indeling"),
        (feature(shape=[4.4, 52.0], kind="Point"), "geen vlak"),
        (feature(shape=[], kind="MultiPolygon"), "geen vlak"),
        (feature(shape=[[[92e3, 45e4], [93e3, 45e4], [93e3, 46e4], [92e3, 45e4]]]), "buiten Nederland"),
        (feature(shape=[[[4.4, 52.0]]]), "niet te lezen"),
        (feature(shape="vierkant"), "niet te lezen"),
        ({"type": "Feature", "properties": None, "geometry": None}, "geen gebiedscode"),
        ({"type": "Feature", "properties": {"statcode": "GM0637", "jrstatcode": "2022GM0637"}, "geometry": None}, "vorm"),
        ("geen feature", "geen gebiedscode"),
        ({"properties": ["GM0637"]}, "geen gebiedscode"),
    ],
)  # fmt: skip
def test_what_is_no_area_is_told_once_per_kind(wrong, sentence: str) -> None:
    reading = read_boundaries(collection(feature("GM0034"), wrong, wrong), "a.geojson", "s")
    (problem, *_) = reading.problems
    assert problem.startswith("2 gebieden: ")
    assert sentence in problem
    assert reading.areas["area"].to_list() == ["GM0034"]


def test_an_area_twice_is_a_problem() -> None:
    assert "dubbel" in read_boundaries(collection(feature(), feature()), "a.geojson", "s").problems[0]


def test_a_map_of_nothing_is_refused() -> None:
    with pytest.raises(SourceError, match="er staan geen gebieden in"):
        read_boundaries(collection(), "a.geojson", "s")


def test_a_table_is_not_taken_for_a_map() -> None:
    assert not is_map(b'{"value": [{"type": "Feature"}]}')
    assert is_map(collection(feature()))


def test_the_year_that_the_asker_gave_is_kept_with_the_map(catalogue, workspace, write) -> None:
    path = write("kaart.geojson", collection(feature(year=None)))
    import_files([path], workspace, catalogue, edition="2022")
    held = SnapshotStore(workspace.raw)
    areas = read_snapshot(held, held.active()[0], catalogue).areas
    assert areas.select("area", pl.col("boundaries").cast(pl.Int64)).rows() == [("GM0637", 2022)]
