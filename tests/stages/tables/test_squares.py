"""A square belongs to the buurt that holds its middle, on the nearest map."""

from __future__ import annotations

import polars as pl
import shapely

from stadspeil.contracts import AREAS, SQUARES, check, empty
from stadspeil.sources.national_grid import shape_in_degrees
from stadspeil.tables.squares import place_squares


def areas(year: int, **boxes: tuple[float, float, float, float]) -> pl.DataFrame:
    rows = [
        {"area": code, "level": "buurt", "name": code, "parent": f"WK{code[2:8]}", "boundaries": year,
         "geometry": shapely.to_wkb(shape_in_degrees(shapely.box(*box))), "snapshot": "kaart"}
        for code, box in boxes.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(AREAS.columns))


def squares(*corners: tuple[int, int], year: int = 2024) -> pl.DataFrame:
    rows = [
        {"square": f"E{east:04}N{north:04}", "east": east, "north": north, "year": year, "field": "leefbaarheid_afwijking",
         "value": 0.1, "status": "waarde", "snapshot": "s", "row": row}
        for row, (east, north) in enumerate(corners, start=1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(SQUARES.columns))


LEFT, RIGHT = (95_000, 441_000, 95_330, 441_500), (95_330, 441_000, 95_600, 441_500)


def test_the_middle_decides_and_what_lies_outside_is_told() -> None:
    remarks: list[str] = []
    both = areas(2024, BU06370101=LEFT, BU06370102=RIGHT)
    placed = place_squares(squares((952, 4412), (953, 4412), (990, 4412)), both, "tabel", remarks)
    assert placed["buurt"].to_list() == ["BU06370101", "BU06370102", None]
    assert check(placed, SQUARES, "test")["boundaries"].to_list() == [2024] * 3
    assert remarks == [
        "tabel: 1 van 3 vakken liggen buiten alle buurten van de kaart van 2024 (E0990N4412); zij tellen nergens mee"
    ]


def test_where_buurten_overlap_the_first_code_counts() -> None:
    remarks: list[str] = []
    twice = areas(2024, BU06370102=LEFT, BU06370101=LEFT)
    assert place_squares(squares((951, 4412)), twice, "tabel", remarks)["buurt"].to_list() == ["BU06370101"]
    assert remarks == []


def test_the_map_of_the_nearest_year_counts_and_without_a_map_there_is_no_buurt() -> None:
    remarks: list[str] = []
    maps = pl.concat([areas(2019, BU06370101=LEFT), areas(2023, BU06370199=LEFT)])
    placed = place_squares(squares((951, 4412)), maps, "tabel", remarks)
    assert placed.select("buurt", "boundaries").row(0) == ("BU06370199", 2023)
    assert place_squares(squares((951, 4412)), empty(AREAS), "tabel", remarks)["buurt"].to_list() == [None]
    assert "geen kaart van buurten" in remarks[0]
