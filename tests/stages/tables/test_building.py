"""From snapshots to tables: one cell per key, names where there are any, and reuse."""

from __future__ import annotations

import dataclasses
import json
import shutil

import polars as pl
import pytest
from source_files import workbook

from stadspeil.areas import AreaRegister
from stadspeil.contracts import AREAS, CELLS, check
from stadspeil.errors import QuestionError, SourceError
from stadspeil.shelf import drop_shelf, read_shelf, shelf_sum
from stadspeil.sources import import_files, kept
from stadspeil.tables import build_tables
from stadspeil.tables.building import all_areas, area_name

HEAD = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n"


def kwb(inwoners: str, households: str = "56000", more: str = "") -> str:
    return HEAD + f"1;GM0637    ;Zoetermeer;{inwoners};{households}\n2;BU06370101;Zoetermeer;1200;500\n" + more


def table(workspace, name: str) -> pl.DataFrame:
    return read_shelf(workspace.tables / name)


def value(workspace, field: str, area: str = "GM0637") -> float | None:
    return table(workspace, "kerncijfers").filter(pl.col("field") == field, pl.col("area") == area)["value"][0]


def test_an_empty_workspace_is_told_what_to_do_first(catalogue, workspace) -> None:
    with pytest.raises(QuestionError, match="begin met: stadspeil import"):
        build_tables(workspace, catalogue)


def test_tables_keep_their_contract_and_a_second_build_reuses_them(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    first = build_tables(workspace, catalogue)
    before = {path: path.read_bytes() for path in workspace.tables.rglob("*.parquet")}
    second = build_tables(workspace, catalogue)
    assert (first.reused, second.reused) == (False, True)
    assert first.tables == ["areas", "kerncijfers"]
    assert {path: path.read_bytes() for path in workspace.tables.rglob("*.parquet")} == before
    check(table(workspace, "kerncijfers"), CELLS, "proef")
    check(table(workspace, "areas"), AREAS, "proef")


def test_a_newer_delivery_takes_the_place_of_the_older(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    newer = import_files([write("84799NED_nieuw.csv", kwb("125285"))], workspace, catalogue)
    result = build_tables(workspace, catalogue)
    assert value(workspace, "inwoners") == 125285
    assert result.remarks == []
    assert [each for each in newer.remarks if "vervangt" in each and "1 cellen met een ander getal" in each]


def test_a_number_goes_before_an_empty_cell_of_a_later_file(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    import_files([write("84799NED_half.csv", kwb(""))], workspace, catalogue)
    assert build_tables(workspace, catalogue).remarks == []
    assert value(workspace, "inwoners") == 125000


def test_a_secret_of_the_higher_source_stays_a_secret(catalogue, workspace, write) -> None:
    rows = [("gwb_code_10", "regio", "recs", "a_inw", "a_hh"), ("GM0637", "Zoetermeer", "Gemeente", 125000, 56000)]
    import_files([write("kwb-2020.xlsx", workbook(rows))], workspace, catalogue)
    import_files([write("84799NED.csv", kwb(".", "56000"))], workspace, catalogue)
    build_tables(workspace, catalogue)
    assert value(workspace, "inwoners") is None
    assert value(workspace, "huishoudens") == 56000


def test_names_come_from_the_map_and_a_gemeentes_name_is_never_given_to_a_buurt(catalogue, workspace, write) -> None:
    square = [[[4.4, 52.0], [4.5, 52.0], [4.5, 52.1], [4.4, 52.0]]]
    feature = {
        "type": "Feature", "geometry": {"type": "Polygon", "coordinates": square},
        "properties": {"statcode": "BU06370102", "jrstatcode": "2020BU06370102", "statnaam": "Dorp"},
    }  # fmt: skip
    mapped = json.dumps({"type": "FeatureCollection", "features": [feature]})
    more = "3;BU06370102;Zoetermeer;900;400\n"
    import_files([write("84799NED.csv", kwb("125000", more=more)), write("b.geojson", mapped)], workspace, catalogue)
    build_tables(workspace, catalogue)
    areas = {
        area: (name, parent) for area, name, parent in table(workspace, "areas").select("area", "name", "parent").rows()
    }
    assert areas == {
        "GM0637": ("Zoetermeer", "NL"),
        "BU06370101": ("BU06370101 in Zoetermeer", "WK063701"),
        "BU06370102": ("Dorp", "WK063701"),
    }


@pytest.mark.parametrize(
    ("code", "drawn", "told", "expected"),
    [
        ("BU06370101", {"WK063701": "Meerzicht"}, {}, "BU06370101 in Meerzicht, Zoetermeer"),
        ("BU06370101", {}, {"WK063701": "Meerzicht"}, "BU06370101 in Meerzicht, Zoetermeer"),
        ("BU06370101", {"WK063701": "Zoetermeer"}, {}, "BU06370101 in Zoetermeer"),
        ("BU06370101", {"WK063702": "Rokkeveen"}, {}, "BU06370101 in Zoetermeer"),
        ("BU06370101", {"WK063701": "Meerzicht", "BU06370101": "Meerzicht-West"}, {}, "Meerzicht-West"),
        ("WK063701", {}, {"WK063701": "Zoetermeer"}, "WK063701 in Zoetermeer"),
    ],
)
def test_a_buurt_without_a_name_is_told_by_the_name_of_its_wijk(catalogue, code, drawn, told, expected) -> None:
    assert area_name(code, drawn, told, AreaRegister(catalogue.gemeenten, catalogue.changes)) == expected


def test_a_damaged_snapshot_stops_the_build_and_the_old_tables_stay(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    build_tables(workspace, catalogue)
    before = shelf_sum(workspace.tables / "kerncijfers")
    import_files([write("85039NED.csv", kwb("126000"))], workspace, catalogue)
    for path in (workspace.raw / "objects").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(SourceError, match="controlegetal"):
        build_tables(workspace, catalogue)
    assert shelf_sum(workspace.tables / "kerncijfers") == before


def test_a_build_uses_what_the_import_parsed_only_while_it_is_true(catalogue, workspace, write, monkeypatch) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    parsed = []
    read = kept.read_file
    monkeypatch.setattr(kept, "read_file", lambda *given: parsed.append(1) or read(*given))
    build_tables(workspace, catalogue)
    assert parsed == []
    other = dataclasses.replace(catalogue, fingerprint="een andere catalogus")
    build_tables(workspace, other)
    assert parsed == [1]
    assert value(workspace, "inwoners") == 125000


def test_the_tables_are_the_same_with_and_without_what_was_parsed_before(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    build_tables(workspace, catalogue)
    before = {path: path.read_bytes() for path in workspace.tables.rglob("*.parquet")}
    shutil.rmtree(workspace.tables)
    build_tables(workspace, catalogue)
    assert {path: path.read_bytes() for path in workspace.tables.rglob("*.parquet")} == before


def test_damage_is_found_also_when_nothing_has_changed(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    build_tables(workspace, catalogue)
    (kept,) = (path for path in (workspace.raw / "objects").rglob("*") if path.is_file())
    kept.write_bytes(b"")
    with pytest.raises(SourceError, match="controlegetal"):
        build_tables(workspace, catalogue)


def test_a_table_that_was_thrown_away_is_made_again(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    build_tables(workspace, catalogue)
    drop_shelf(workspace.tables / "kerncijfers")
    assert not build_tables(workspace, catalogue).reused
    assert value(workspace, "inwoners") == 125000
    assert build_tables(workspace, catalogue).reused


@pytest.mark.parametrize("damage", [lambda content: content[:-9], lambda content: b"", lambda content: content[::-1]])
def test_a_damaged_shortcut_is_not_used(catalogue, workspace, write, damage) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    for path in workspace.parts.iterdir():
        path.write_bytes(damage(path.read_bytes()))
    build_tables(workspace, catalogue)
    assert value(workspace, "inwoners") == 125000


def test_a_flipped_bit_in_a_shortcut_is_not_used(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    (path,) = workspace.parts.glob("*.cells.parquet")
    table = pl.read_parquet(path).with_columns(value=pl.col("value") + 1)
    table.write_parquet(path)
    build_tables(workspace, catalogue)
    assert value(workspace, "inwoners") == 125000


def test_a_catalogue_that_a_kept_file_no_longer_fits_stops_the_build(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", kwb("125000"))], workspace, catalogue)
    build_tables(workspace, catalogue)
    before = shelf_sum(workspace.tables / "kerncijfers")
    narrow = dataclasses.replace(catalogue.fields["inwoners"], possible=(0, 1000))
    other = dataclasses.replace(catalogue, fields={**catalogue.fields, "inwoners": narrow}, fingerprint="anders")
    with pytest.raises(SourceError, match=r"125000 kan niet.*\nWat te doen: de catalogus is veranderd"):
        build_tables(workspace, other)
    assert shelf_sum(workspace.tables / "kerncijfers") == before


def test_a_wijk_whose_code_means_another_place_now_does_not_get_its_name(catalogue) -> None:
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    row = {
        "area": "WK003403",
        "level": "wijk",
        "name": "De Hoven",
        "parent": "GM0034",
        "boundaries": 2022,
        "snapshot": "kaart",
    }
    drawn = pl.DataFrame([row | {"geometry": None}], schema=dict(AREAS.columns))
    told = pl.DataFrame({"area": ["WK003403"], "name": ["De Hoven"]})
    seen = pl.DataFrame(
        {"area": ["WK003403", "BU00340301"], "boundaries": [2020, 2020], "snapshot": ["kwb", "kwb"]},
        schema_overrides={"boundaries": pl.Int16},
    )

    def names(elsewhere: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
        made = all_areas([drawn], [told], [seen], register, elsewhere)
        return {(area, year): name for area, year, name in made.select("area", "boundaries", "name").iter_rows()}

    assert names(set())["WK003403", 2020] == "De Hoven"
    found = names({("WK003403", 2020)})
    assert found["WK003403", 2020] == "WK003403 in Almere" and found["BU00340301", 2020] == "BU00340301 in Almere"
    assert found["WK003403", 2022] == "De Hoven"
