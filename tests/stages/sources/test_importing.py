"""From file to snapshot: what is recognized, what is kept, what a crash or a neighbor can do to it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from source_files import HEALTH, health_row, sheets_of, workbook
from waiting import LONG

from stadspeil.errors import SourceError
from stadspeil.sources import SnapshotStore, import_files, raw_cell, read_snapshot, store

pytestmark = pytest.mark.slow

KWB = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28;Koopwoningen_40\n"
KWB_ROWS = "1;NL00      ;Nederland;17000000;8000000;57\n2;GM0637    ;Zoetermeer;125000;56000;.\n"


def cells_of(workspace, catalogue, number: int = 0) -> pl.DataFrame:
    held = SnapshotStore(workspace.raw)
    return read_snapshot(held, held.active()[number], catalogue).cells


def cell(cells: pl.DataFrame, area: str, field: str) -> tuple[float | None, str, int]:
    row = cells.filter(pl.col("area") == area, pl.col("field") == field).row(0, named=True)
    return row["value"], row["status"], row["row"]


def test_untyped_padded_health_rows_become_cells(catalogue, workspace, write) -> None:
    rows = [HEALTH, health_row("NL01"), health_row("GM0637"), health_row("BU06370101", "       .")]
    import_files([write("a.xlsx", workbook(rows))], workspace, catalogue)
    cells = cells_of(workspace, catalogue)
    assert cell(cells, "GM0637", "geluidhinder_buren_ernstig_pct") == (7.7, "waarde", 3)
    assert cell(cells, "BU06370101", "geluidhinder_buren_ernstig_pct") == (None, "geheim", 4)
    assert set(cells["area"]) == {"NL", "GM0637", "BU06370101"}
    assert set(cells["boundaries"]) == {2020}


def test_rows_of_other_ages_and_margins_are_left_out(catalogue, workspace, write) -> None:
    rows = [
        HEALTH,
        health_row("GM0637"),
        health_row("GM0637", "1.0", Marges="MW00001"),
        health_row("GM0637", "2.0", Leeftijd="80200"),
    ]
    import_files([write("a.xlsx", workbook(rows))], workspace, catalogue)
    assert cell(cells_of(workspace, catalogue), "GM0637", "geluidhinder_buren_ernstig_pct")[0] == 7.7


def test_an_edition_is_told_by_the_table_id_or_the_year_in_the_name_or_by_the_asker(
    catalogue, workspace, write
) -> None:
    content = KWB + KWB_ROWS
    named = [write("84799NED_typed.csv", content), write("kwb-2009.csv", content + "3;GM0034;Almere;1;1;1\n")]
    result = import_files(named, workspace, catalogue)
    asked = import_files([write("kern.csv", content + "3;GM0034;Almere;2;1;1\n")], workspace, catalogue, edition="2016")
    assert [each.edition for each in (*result.added, *asked.added)] == ["2020", "2009", "2016"]
    assert [each.boundaries for each in (*result.added, *asked.added)] == [2020, 2009, 2016]


def test_an_odata_answer_names_its_table_itself(catalogue, workspace, write) -> None:
    rows = [
        {"ID": 0, "WijkenEnBuurten": "GM0637    ", "Gemeentenaam_1": "Zoetermeer", "AantalInwoners_5": 125285, "HuishoudensTotaal_28": 56000.0, "Koopwoningen_40": None},
    ]  # fmt: skip
    about = "https://opendata.cbs.nl/ODataFeed/odata/84799NED/$metadata#Cbs.OData.WebAPI.TypedDataSet"
    import_files([write("a.json", json.dumps({"odata.metadata": about, "value": rows}))], workspace, catalogue)
    cells = cells_of(workspace, catalogue)
    assert cell(cells, "GM0637", "inwoners") == (125285.0, "waarde", 1)
    assert cell(cells, "GM0637", "koopwoningen_pct") == (None, "niet_gemeten", 1)
    assert set(cells["year"]) == {2020}


def test_parquet_rows_are_read_like_any_other(catalogue, workspace, write) -> None:
    table = pl.read_csv(io.StringIO(KWB + KWB_ROWS), separator=";", infer_schema_length=0)
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    import_files([write("kwb_84799NED.parquet", buffer.getvalue())], workspace, catalogue)
    assert cell(cells_of(workspace, catalogue), "GM0637", "inwoners") == (125000.0, "waarde", 2)


def test_the_publishers_own_workbook_is_read_by_its_short_names(catalogue, workspace, write) -> None:
    rows = [
        ("gwb_code_10", "gwb_code_8", "regio", "recs", "a_inw ", "p_hh_110", "p_hh_120", "g_wozbag"),
        ("GM0637", "637", "Zoetermeer", "Gemeente", 125285, 10.1, 13, "."),
        ("BU06370101", "6370101", "Dorp", "Buurt", 1240, ".", ".", 350),
    ]
    import_files([write("kwb-2023.xlsx", workbook(rows, "KWB2023"))], workspace, catalogue)
    cells = cells_of(workspace, catalogue)
    assert cell(cells, "GM0637", "inwoners")[0] == 125285
    assert cell(cells, "BU06370101", "woz_waarde_1000_eur") == (350.0, "waarde", 3)
    shares = {
        field: cell(cells, "GM0637", field)[0]
        for field in cells["field"].unique()
        if "_110_" in field or "_120_" in field
    }
    assert sorted(shares.values()) == [10.1, 13.0]


def test_statline_export_with_mark_quotes_and_padding_is_read(catalogue, workspace, write) -> None:
    head = '"Perioden";"Wijken en buurten";"Regiocode (gemeente, wijk, buurt) (code)";"Particuliere huishoudens (Aantal)";"SES-WOA/Totaalscore/Gemiddelde score (Getal)"\n'
    row = '"2019";"Amsterdam";"GM0363    ";"  457400";"  -0.100"\n'
    import_files([write("ses.csv", ("\ufeff" + head + row).encode())], workspace, catalogue)
    cells = cells_of(workspace, catalogue)
    assert cell(cells, "GM0363", "ses_woa_score") == (-0.1, "waarde", 2)
    assert cell(cells, "GM0363", "ses_huishoudens") == (457400.0, "waarde", 2)


def test_a_long_table_gives_a_field_per_category(catalogue, workspace, write) -> None:
    head = "ID;SoortMisdrijf;WijkenEnBuurten;Perioden;GeregistreerdeMisdrijven_1\n"
    rows = "1;0.0.0 ;GM0637    ;2020JJ00;5000\n2;1.1.1 ;GM0637    ;2020JJ00;150\n3;9.9.9 ;GM0637    ;2020JJ00;7\n"
    import_files([write("47018NED.csv", head + rows)], workspace, catalogue)
    cells = cells_of(workspace, catalogue)
    assert cell(cells, "GM0637", "misdrijven")[0] == 5000
    assert cell(cells, "GM0637", "misdrijven_woninginbraak") == (150.0, "waarde", 3)
    assert 7.0 not in cells["value"].to_list()


def test_empty_rows_of_gemeenten_that_did_not_exist_are_skipped_with_a_remark(catalogue, workspace, write) -> None:
    rows = [
        {"ID": 0, "RegioS": "GM1930", "Perioden": "2010JJ00", "GemiddeldeVerkoopprijs_1": None},
        {"ID": 1, "RegioS": "GM1930", "Perioden": "2016JJ00", "GemiddeldeVerkoopprijs_1": 200000},
        {"ID": 2, "RegioS": "GM1930", "Perioden": "2016KW01", "GemiddeldeVerkoopprijs_1": 199000},
        {"ID": 3, "RegioS": "PV28  ", "Perioden": "2016JJ00", "GemiddeldeVerkoopprijs_1": 1},
    ]
    result = import_files([write("83625NED.json", json.dumps({"value": rows}))], workspace, catalogue)
    cells = cells_of(workspace, catalogue)
    assert cells.select("area", "year", "value").rows() == [("GM1930", 2016, 200000.0)]
    assert len(result.remarks) == 3


def test_the_same_file_again_is_known_and_changes_nothing(catalogue, workspace, write) -> None:
    path = write("84799NED.csv", KWB + KWB_ROWS)
    first = import_files([path], workspace, catalogue)
    head = (workspace.raw / "HEAD.json").read_bytes()
    second = import_files([path], workspace, catalogue)
    assert [each.id for each in second.known] == [each.id for each in first.added]
    assert second.added == []
    assert (workspace.raw / "HEAD.json").read_bytes() == head


def test_a_folder_stands_for_its_files(catalogue, workspace, write) -> None:
    folder = write("84799NED.csv", KWB + KWB_ROWS).parent
    assert len(import_files([folder], workspace, catalogue).added) == 1


def test_a_crash_before_the_list_is_swapped_leaves_the_old_state(catalogue, workspace, write, monkeypatch) -> None:
    import_files([write("84799NED.csv", KWB + KWB_ROWS)], workspace, catalogue)
    before = [each.id for each in SnapshotStore(workspace.raw).active()]
    publish = store.publish_json

    def die_at_the_list(content, target) -> None:
        if target.name == "HEAD.json":
            raise KeyboardInterrupt
        publish(content, target)

    monkeypatch.setattr(store, "publish_json", die_at_the_list)
    with pytest.raises(KeyboardInterrupt):
        import_files([write("85039NED.csv", KWB + KWB_ROWS + "3;GM0034;Almere;1;1;1\n")], workspace, catalogue)
    monkeypatch.undo()
    held = SnapshotStore(workspace.raw)
    assert [each.id for each in held.active()] == before
    assert held.verify() == []
    assert (
        len(
            import_files(
                [write("85039NED.csv", KWB + KWB_ROWS + "3;GM0034;Almere;1;1;1\n")], workspace, catalogue
            ).added
        )
        == 1
    )


def test_a_damaged_file_is_found_and_never_read(catalogue, workspace, write) -> None:
    import_files([write("84799NED.csv", KWB + KWB_ROWS)], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    (target,) = (path for path in (workspace.raw / "objects").rglob("*") if path.is_file())
    content = bytearray(target.read_bytes())
    content[-5] ^= 1
    target.write_bytes(bytes(content))
    assert len(held.verify()) == 1
    with pytest.raises(SourceError, match="controlegetal klopt niet"):
        held.content(held.active()[0].id)


def test_a_cell_can_be_seen_as_it_stands_in_the_file(catalogue, workspace, write) -> None:
    import_files([write("a.xlsx", workbook([HEALTH, health_row("GM0637")]))], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    assert raw_cell(held, held.active()[0], "geluidhinder_buren_ernstig_pct", 2) == "     7.7"


def test_two_imports_at_once_lose_nothing(workspace, write) -> None:
    paths = [
        write(f"kwb-{year}.csv", KWB + KWB_ROWS.replace("125000", str(125000 + year))) for year in range(2013, 2019)
    ]
    code = (
        "import sys; from pathlib import Path; from stadspeil.catalogue import load_catalogue;"
        "from stadspeil.sources import import_files; from stadspeil.workspace import Workspace;"
        "import_files([Path(sys.argv[2])], Workspace(Path(sys.argv[1])), load_catalogue())"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(workspace.root), str(path)]) for path in paths]
    assert [each.wait(timeout=LONG) for each in running] == [0] * len(paths)
    held = SnapshotStore(workspace.raw)
    assert sorted(each.edition for each in held.active()) == [str(year) for year in range(2013, 2019)]
    assert held.verify() == []


def test_an_answer_that_stops_at_the_publishers_row_limit_is_remarked_upon(catalogue, workspace, write) -> None:
    row = {"RegioS": "GM0637", "Perioden": "2020JJ00", "GemiddeldeVerkoopprijs_1": 300_000}
    other = [{**row, "RegioS": "PV28"} for _ in range(4_999)]
    result = import_files([write("83625NED.json", json.dumps({"value": [row, *other]}))], workspace, catalogue)
    assert any("precies 5000 rijen" in each for each in result.remarks)


def test_figures_before_the_first_known_division_are_left_out_with_a_remark(catalogue, workspace, write) -> None:
    rows = [
        {"RegioS": "GM0637", "Perioden": f"{year}JJ00", "GemiddeldeVerkoopprijs_1": 100 * year} for year in (1995, 2004)
    ]
    result = import_files([write("83625NED.json", json.dumps({"value": rows}))], workspace, catalogue)
    assert cells_of(workspace, catalogue)["year"].to_list() == [2004]
    assert any("vóór 2004" in each for each in result.remarks)


def test_a_map_may_name_its_fields_as_pdok_does_in_its_other_files(catalogue, workspace, write) -> None:
    square = {"type": "Polygon", "coordinates": [[[4.4, 52.0], [4.5, 52.0], [4.5, 52.1], [4.4, 52.0]]]}
    feature = {"type": "Feature", "properties": {"wijkcode": "WK063701", "wijknaam": "Centrum"}, "geometry": square}
    collection = json.dumps({"type": "FeatureCollection", "features": [feature]})
    import_files([write("wijken_2022.geojson", collection)], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    areas = read_snapshot(held, held.active()[0], catalogue).areas
    assert areas.select("area", "name", "parent", "boundaries").rows() == [("WK063701", "Centrum", "GM0637", 2022)]


def test_other_files_in_a_folder_are_passed_over_by_name(catalogue, workspace, write) -> None:
    folder = write("84799NED.csv", KWB + KWB_ROWS).parent
    for name in ("LEESMIJ.md", "kaart.pdf", ".DS_Store", "~$open.xlsx"):
        write(name, "x")
    result = import_files([folder], workspace, catalogue)
    assert len(result.added) == 1
    assert [path.name for path, _ in result.skipped] == ["LEESMIJ.md", "kaart.pdf"]


def test_a_file_that_cannot_be_opened_is_a_problem_like_any_other(catalogue, workspace, write, monkeypatch) -> None:
    path = write("84799NED.csv", KWB + KWB_ROWS)

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match="is niet te openen"):
        import_files([path], workspace, catalogue)


def test_a_known_file_does_not_change_its_edition_in_silence(catalogue, workspace, write) -> None:
    path = write("kern.csv", KWB + KWB_ROWS)
    import_files([path], workspace, catalogue, edition="2016")
    with pytest.raises(SourceError, match="al ingelezen als editie 2016"):
        import_files([path], workspace, catalogue, edition="2017")
    assert len(import_files([path], workspace, catalogue, edition="2016").known) == 1


def test_the_same_bytes_offered_twice_at_once_are_one_snapshot(catalogue, workspace, write) -> None:
    paths = [write(name, KWB + KWB_ROWS) for name in ("84799NED.csv", "84799NED kopie.csv")]
    result = import_files(paths, workspace, catalogue)
    assert (len(result.added), len(SnapshotStore(workspace.raw).active())) == (1, 1)


def test_a_table_between_notes_is_read_with_the_row_numbers_of_its_sheet(catalogue, workspace, write) -> None:
    sheets = {"Toelichting": [("Over dit bestand",)], "Data": [("Titel",), (), HEALTH, health_row("GM0637")]}
    import_files([write("a.xlsx", sheets_of(sheets))], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    field = "geluidhinder_buren_ernstig_pct"
    assert cell(cells_of(workspace, catalogue), "GM0637", field) == (7.7, "waarde", 4)
    assert raw_cell(held, held.active()[0], field, 4) == "     7.7"


def test_of_a_header_that_repeats_the_meant_column_is_shown(catalogue, workspace, write) -> None:
    head = "WijkenEnBuurten;AantalInwoners;HuishoudensTotaal;Nederland;Verweduwd;Nederland\n"
    import_files([write("84799NED.csv", head + "GM0637;125000;56000;1;2;3\n")], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    value, _, row = cell(cells_of(workspace, catalogue), "GM0637", "herkomst_nederland")
    assert (value, raw_cell(held, held.active()[0], "herkomst_nederland", row)) == (3.0, "3")
