"""Squares of 100 m: read in every shape in which they may come, and refused with everything that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import SQUARES, check
from stadspeil.errors import SourceError
from stadspeil.sources import SnapshotStore, import_files, read_snapshot
from stadspeil.sources.delivery import Delivery, pack
from stadspeil.sources.national_grid import to_degrees, to_metres
from stadspeil.sources.reading import FileReading, read_file
from stadspeil.workspace import Workspace

CATALOGUE = load_catalogue()
FIGURES = {"kscore": 5, "afw": 0.12, "fys": 0.01, "onv": -0.02, "soc": 0.03, "vrz": 0.1, "won": 0.0}
METRES = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
NAME = "vakken_2024.geojson"


def ring(x: float, y: float, width: float = 100, height: float = 100) -> dict[str, Any]:
    corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
    return {"type": "Polygon", "coordinates": [corners]}


def square(geometry: dict[str, Any] | None, **figures: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {**FIGURES, **figures}, "geometry": geometry}


def collection(*features: dict[str, Any], crs: dict[str, Any] | None = METRES) -> bytes:
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def read(*features: dict[str, Any], crs: dict[str, Any] | None = METRES, name: str = NAME) -> FileReading:
    return read_file(collection(*features, crs=crs), name, CATALOGUE, None, "s")


def names(reading: FileReading) -> list[str]:
    assert reading.problems == []
    check(reading.squares, SQUARES, "test")
    return reading.squares["square"].unique(maintain_order=True).to_list()


def test_a_square_has_a_place_a_year_and_all_figures_and_is_no_area() -> None:
    reading = read(square(ring(95_100, 441_200)))
    assert names(reading) == ["E0951N4412"] and reading.source.id == "leefbaarometer_vakken"
    assert reading.squares.filter(field="leefbaarheid_onveiligheid").select("value", "year", "buurt").row(0) == (
        -0.02, 2024, None,
    )  # fmt: skip
    assert reading.squares.height == 7 and reading.cells.is_empty() and reading.areas.is_empty()


def test_squares_in_degrees_middles_corners_and_clipped_ones_are_the_same_square() -> None:
    whole = shapely.box(95_100, 441_200, 95_200, 441_300)
    degrees = json.loads(shapely.to_geojson(shapely.transform(whole, to_degrees)))
    assert names(read(square(degrees), crs=None)) == ["E0951N4412"]
    assert names(read(square({"type": "Point", "coordinates": [95_150, 441_250]}))) == ["E0951N4412"]
    corner = read(square({"type": "Point", "coordinates": [95_100, 441_200]}))
    assert names(corner) == ["E0951N4412"] and "hoek linksonder" in corner.remarks[0]
    clipped = read(square(ring(95_160, 441_200, 40, 30)))
    assert names(clipped) == ["E0951N4412"] and clipped.remarks == ["1 vakken zijn afgesneden; zij tellen als heel"]


def test_a_code_for_no_figure_is_no_figure() -> None:
    reading = read(square(ring(95_100, 441_200), won=-99997, vrz=None), square(ring(95_200, 441_200)))
    told = {
        row["field"]: (row["value"], row["status"]) for row in reading.squares.filter(square="E0951N4412").to_dicts()
    }
    assert told["leefbaarheid_woningen"] == (None, "geheim")
    assert told["leefbaarheid_voorzieningen"] == (None, "niet_gemeten")
    assert told["leefbaarheid_klasse"] == (5.0, "waarde")


def test_pieces_of_a_square_count_once() -> None:
    reading = read(square(ring(95_100, 441_200, 40)), square(ring(95_160, 441_200, 40)))
    assert names(reading) == ["E0951N4412"]
    assert "1 stukken hoorden bij een vak dat er al was, met dezelfde cijfers" in reading.remarks


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_taken() -> None:
    reading = read(
        square(ring(95_100, 441_200), kscore=12),
        square(ring(95_200, 441_200), kscore=4.5),
        square(ring(95_000, 441_000, 500, 500)),
        square(ring(95_450, 441_250)),
        square(None),
        square(ring(5_000_000, 441_200)),
        square({"type": "LineString", "coordinates": [[95_100, 441_200], [95_200, 441_300]]}),
        square({"type": "Point", "coordinates": [95_120, 441_230]}),
        square(ring(95_600, 441_200), afw="veel", onv=-9999),
    )
    assert reading.squares.is_empty()
    told = "\n".join(reading.problems)
    for sentence in (
        "2 vakken: geen vak en geen punt; eerste: nummer 5, nummer 7",
        "1 vakken: ligt buiten Nederland; eerste: nummer 6",
        "1 vakken: geen vak van 100 bij 100 meter (500 m); eerste: nummer 3",
        "1 vakken: ligt over de lijnen van het raster van 100 meter heen; eerste: nummer 4",
        "1 vakken: punt is niet het midden van een vak; eerste: nummer 8",
        "2 vakken: kscore ligt buiten 1 tot 9 (4.5, 12); eerste: nummer 1, nummer 2",
        "1 vakken: afw is geen getal (veel); eerste: nummer 9",
        "1 vakken: onv ligt buiten -5 tot 5 (-9999); eerste: nummer 9",
    ):
        assert sentence in told, told


def test_two_different_figures_of_one_square_are_refused_and_so_is_a_name_of_another_square() -> None:
    twice = read(square(ring(95_100, 441_200)), square(ring(95_100, 441_200), afw=0.3))
    assert twice.problems == ["1 vakken staan er dubbel in met verschillende cijfers; eerste: E0951N4412"]
    named = read(square(ring(95_100, 441_200), vak="E0951N4412"), square(ring(95_200, 441_200), vak="E0951N4412"))
    assert named.problems == ["1 vakken: nummer in vak is van een ander vak dan de plek; eerste: nummer 2"]


def test_a_file_without_its_year_asks_for_it_and_buurten_are_still_buurten() -> None:
    assert "geef --edition" in read(square(ring(95_100, 441_200)), name="vakken.geojson").problems[0]
    areas = [square(None, id="BU06370101", year="2022"), square(None, id="BU06370102", year="2022")]
    reading = read(*areas, name="buurtscore22.geojson", crs=None)
    assert reading.source.id == "leefbaarometer" and reading.cells.height == 14 and reading.squares.is_empty()


def test_pages_of_a_delivery_keep_their_metres_and_two_systems_are_refused() -> None:
    pages = [collection(square(ring(95_100 + 100 * number, 441_200))) for number in range(2)]
    content = pack(Delivery("features", "lbm3:clippedgridscore24", "2024", pages=tuple(pages)))
    assert names(read_file(content, "x.levering.zip", CATALOGUE, "2024", "s")) == ["E0951N4412", "E0952N4412"]
    mixed = pack(Delivery("features", "x", "2024", pages=(pages[0], collection(square(ring(5.2, 52.1)), crs=None))))
    with pytest.raises(SourceError, match="verschillende coördinaten"):
        read_file(mixed, "x.levering.zip", CATALOGUE, "2024", "s")


def test_a_kept_file_reads_the_same_and_squares_of_nieuwland_never_stand_beside_real_ones(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "werkmap")
    real, invented = tmp_path / "echt_2024.geojson", tmp_path / "verzonnen_2024.geojson"
    real.write_bytes(collection(square(ring(95_100, 441_200))))
    invented.write_bytes(collection(square(ring(40_000, 650_000))))
    (snapshot,) = import_files([real], workspace, CATALOGUE).added
    kept = read_snapshot(SnapshotStore(workspace.raw), snapshot, CATALOGUE, workspace.parts)
    assert kept.squares["square"].unique().to_list() == ["E0951N4412"]
    assert set(kept.squares["snapshot"]) == {snapshot.id}
    with pytest.raises(SourceError, match="verzonnen gebieden"):
        import_files([invented], workspace, CATALOGUE)


@given(st.integers(100, 2_900), st.integers(2_900, 6_900))
def test_every_square_comes_back_from_degrees(east: int, north: int) -> None:
    middle = np.array([[east * 100 + 50.0, north * 100 + 50.0]])
    assert np.abs(to_metres(to_degrees(middle)) - middle).max() < 0.001
