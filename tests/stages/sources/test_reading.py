"""Which source and edition a file is, and what is done where a figure may mean two things."""

from __future__ import annotations

import json
import random

import polars as pl
import pytest
from source_files import HEALTH, health_row, workbook

from stadspeil.errors import SourceError
from stadspeil.sources.reading import read_file, recognize
from stadspeil.sources.rows import RawTable

KWB = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28;GemiddeldeHuishoudensgrootte_32\n"


def named(headers: list[str]) -> RawTable:
    return RawTable(tuple(headers), pl.DataFrame(), 2)


def price(period: object, **more: object) -> dict[str, object]:
    return {"RegioS": "GM0637", "Perioden": period, "GemiddeldeVerkoopprijs_1": 300_000, **more}


def read_prices(catalogue, *rows: dict[str, object]):
    return read_file(json.dumps({"value": rows}).encode(), "83625NED.json", catalogue, None, "s")


def test_every_source_is_told_apart_by_its_own_columns_in_any_order(catalogue) -> None:
    # Squares have the columns of the areas of the same publisher; they are told apart by having no codes (test_squares).
    tables = [each for each in catalogue.sources.values() if each.format != "squares"]
    for source in (each for each in tables if each.recognise and each.status == "connected"):
        headers = {*source.recognise, source.area_column, source.year_column, *source.where} - {""}
        headers |= {column.column[0] for column in source.columns}
        mixed = sorted(headers)
        random.Random(4).shuffle(mixed)
        assert recognize(named(mixed), "x", catalogue).id == source.id


def test_a_stranger_is_only_likened_to_a_source_that_it_is_like(catalogue) -> None:
    with pytest.raises(SourceError) as stranger:
        recognize(named(["geo_id", "jaar"]), "a.csv", catalogue)
    assert "lijkt" not in str(stranger.value)
    with pytest.raises(SourceError, match=r"lijkt het meest op 'Kerncijfers wijken .* ontbreekt: HuishoudensTotaal"):
        recognize(named(["WijkenEnBuurten", "AantalInwoners"]), "a.csv", catalogue)


def test_an_asked_edition_that_the_file_contradicts_is_a_problem(catalogue) -> None:
    content = (KWB + "1;GM0637;Zoetermeer;125000;56000;2.2\n").encode()
    reading = read_file(content, "84799NED.csv", catalogue, "2016", "s")
    assert reading.problems == ["dit is tabel 84799NED, dus editie 2020 en niet 2016; laat --edition weg"]
    assert read_file(content, "84799NED.csv", catalogue, "2020", "s").problems == []


@pytest.mark.parametrize("period", ["2020JJ00", "2020", 2020, 2020.0, "2020*", "2020** "])
def test_a_whole_year_is_known_in_each_way_of_writing(catalogue, period) -> None:
    assert read_prices(catalogue, price(period)).cells["year"].to_list() == [2020]


@pytest.mark.parametrize("period", ["jaar", "20", "", None, "2019/2020", "2019SJ00", "3020JJ00"])
def test_a_period_that_is_no_year_is_named_with_its_row(catalogue, period) -> None:
    (problem,) = read_prices(catalogue, price("2019JJ00"), price(period)).problems
    assert "1 rij heeft geen jaar in kolom 'Perioden'" in problem
    assert "(rij 2)" in problem


def test_only_parts_of_years_leave_nothing(catalogue) -> None:
    reading = read_prices(catalogue, price("2020KW01"), price("2020MM02"))
    assert reading.problems != []


def test_years_before_the_known_divisions_are_left_out_and_nothing_else_is_a_problem(catalogue) -> None:
    (problem,) = read_prices(catalogue, price("1996JJ00")).problems
    assert problem.startswith("er blijft geen enkel cijfer over (cijfers van vóór 2004 zijn weggelaten")


def test_a_category_that_a_spreadsheet_made_a_number_is_the_same_category(catalogue) -> None:
    rows = [HEALTH, health_row("GM0637", Leeftijd="20300.0"), health_row("GM0034", Leeftijd="20300.00")]
    assert set(read_file(workbook(rows), "a.xlsx", catalogue, None, "s").cells["area"]) == {"GM0637", "GM0034"}


def test_a_file_without_the_rows_we_take_says_which_those_are(catalogue) -> None:
    reading = read_file(workbook([HEALTH, health_row("GM0637", Marges="MW00001")]), "a.xlsx", catalogue, None, "s")
    assert reading.problems[0] == "geen enkele rij heeft Marges = MW00000; alleen die rijen nemen wij"


def bounded(code: str, value: str, lower: str, upper: str) -> list[list[object]]:
    """A figure with the bounds of its interval, as StatLine gives them: in rows of their own."""
    keys = {"MW00000": value, "MOG0095": lower, "MBG0095": upper}
    return [health_row(code, text, Marges=key) for key, text in keys.items()]


def test_rows_with_the_bounds_of_an_interval_become_cells_beside_the_figure(catalogue) -> None:
    rows = [HEALTH, *bounded("GM0637", "     7.7", "     6.9", "     8.5"), health_row("GM0034", "     6.0")]
    reading = read_file(workbook(rows), "a.xlsx", catalogue, None, "s")
    noise = reading.cells.filter(pl.col("field").str.starts_with("geluidhinder_buren_ernstig_pct"))
    assert noise.select("area", "field", "value", "row").rows() == [
        ("GM0637", "geluidhinder_buren_ernstig_pct", 7.7, 2), ("GM0034", "geluidhinder_buren_ernstig_pct", 6.0, 5),
        ("GM0637", "geluidhinder_buren_ernstig_pct__onder", 6.9, 3),
        ("GM0637", "geluidhinder_buren_ernstig_pct__boven", 8.5, 4),
    ]  # fmt: skip
    assert reading.columns["geluidhinder_buren_ernstig_pct__onder"] == "ErnstigeGeluidhinderDoorBuren_37"


def test_an_interval_that_does_not_hold_its_figure_is_refused(catalogue) -> None:
    for bounds in (("8.1", "8.5"), ("6.9", "7.2"), ("8.5", "6.9"), ("6.9", ".")):
        rows = [HEALTH, *bounded("GM0637", "7.7", *bounds)]
        problems = read_file(workbook(rows), "a.xlsx", catalogue, None, "s").problems
        assert any("rij 3: het interval is" in each and "ErnstigeGeluidhinder" in each for each in problems)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("1;GM0637;Zoetermeer;125.000;56000;2.2", "125.000"),
        ("1;GM0637;Zoetermeer;125000;1.156.000;2,2", "1.156.000"),
        ("1;GM0637;Zoetermeer;125000,0;56000;2.125", "2.125"),
    ],
)
def test_a_point_that_may_mark_thousands_is_not_guessed_at(catalogue, row: str, text: str) -> None:
    (problem, *_) = read_file((KWB + row).encode(), "84799NED.csv", catalogue, None, "s").problems
    assert f"rij 2: '{text}' kan een duizendtal zijn" in problem


def test_decimals_are_no_thousands(catalogue) -> None:
    rows = "1;GM0637;Zoetermeer;125000;56000;2.125\n2;GM0034;Almere;125000;56000;1.125\n"
    assert read_file((KWB + rows).encode(), "84799NED.csv", catalogue, None, "s").problems == []


def test_empty_rows_at_the_end_are_no_rows(catalogue) -> None:
    rows = [HEALTH, health_row("GM0637"), (), ("", " "), ()]
    reading = read_file(workbook(rows), "a.xlsx", catalogue, None, "s")
    assert reading.problems == []
    assert set(reading.cells["row"]) == {2}


def test_a_row_with_figures_but_without_a_code_is_a_problem(catalogue) -> None:
    reading = read_file(workbook([HEALTH, health_row("GM0637"), health_row("")]), "a.xlsx", catalogue, None, "s")
    assert "1 rij heeft geen gebiedscode" in reading.problems[0]
