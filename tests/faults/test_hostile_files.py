"""Files that were made to get past the guard, and files that a cable or disk has damaged: always words, never a crash."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib

import polars as pl
import pytest
from source_files import HEALTH, health_row, sheets_of, workbook

from stadspeil.contracts import WITH_NUMBER
from stadspeil.errors import SourceError
from stadspeil.indicators import write_values
from stadspeil.sources import SnapshotStore, guarded, import_files, read_snapshot
from stadspeil.sources.boundaries import read_boundaries
from stadspeil.sources.importing import ImportResult
from stadspeil.sources.reading import read_file
from stadspeil.sources.rows import read_rows
from stadspeil.sources.store import Snapshot
from stadspeil.tables import build_tables

GOOD = workbook([HEALTH, health_row("NL01"), health_row("GM0637"), health_row("BU06370101")])
SHEET = "xl/worksheets/sheet1.xml"
LINKS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.comment = comment
    return out.getvalue()


def with_cell(cell: bytes) -> bytes:
    return parts_of(GOOD)[SHEET].replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")


FAR = with_cell(b'<c r="CV150000"><v>1</v></c>')


def lying() -> bytes:
    """Both tables of contents say that the sheet ends before its far cell, and give the checksum of that."""
    content = bytearray(packed({**parts_of(GOOD), SHEET: FAR}))
    start = FAR[: FAR.index(b'<row><c r="CV150000"')]
    told = struct.pack("<I", zlib.crc32(start)), struct.pack("<I", len(start))
    for place, check, size in ((content.rindex(SHEET.encode()) - 46, 16, 24), (content.index(SHEET.encode()) - 30, 14, 22)):  # fmt: skip
        content[place + check : place + check + 4] = told[0]
        content[place + size : place + size + 4] = told[1]
    return bytes(content)


def under_another_name(name: str, sheet: bytes) -> bytes:
    parts = parts_of(GOOD)
    del parts[SHEET]
    parts[LINKS] = parts[LINKS].replace(b"worksheets/sheet1.xml", name.removeprefix("xl/").encode())
    parts[TYPES] = parts[TYPES].replace(SHEET.encode(), name.encode())
    return packed({**parts, name: sheet})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lying(), "beschadigd of afgebroken"),
        (under_another_name("xl/worksheets/sheet1.dat", FAR), "tot rij 150000 en kolom 100"),
        (under_another_name("xl/worksheets/sheet1.XML", FAR), "tot rij 150000 en kolom 100"),
        (under_another_name("xl/media/picture.png", FAR), "tot rij 150000 en kolom 100"),
        (under_another_name("xl/a.dat", b"<!DOCTYPE a>" + parts_of(GOOD)[SHEET]), "XML-entiteit"),
        (under_another_name("xl/a.dat", FAR.decode().encode("utf-16")), "is geen UTF-8"),
        (packed(parts_of(GOOD), comment=b"een opmerking"), "zipcommentaar"),
    ],
)
def test_a_sheet_cannot_hide_from_the_guard(content: bytes, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        read_rows(content, "a.xlsx")


def test_a_part_that_is_smaller_than_it_says_is_damage() -> None:
    content = bytearray(GOOD)
    for place, size in ((content.rindex(SHEET.encode()) - 46, 24), (content.index(SHEET.encode()) - 30, 22)):
        content[place + size : place + size + 4] = struct.pack("<I", len(parts_of(GOOD)[SHEET]) + 5)
    assert "niet zo groot als het zelf opgeeft" in guarded.workbook_problems(bytes(content))[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_workbook_with_wrong_bytes_is_read_whole_or_refused_in_words(seed: int) -> None:
    chance = random.Random(seed)
    whole = read_rows(GOOD, "a.xlsx").rows
    for _ in range(60):
        content = bytearray(GOOD)
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            found = read_rows(bytes(content), "a.xlsx").rows
        except SourceError:
            continue
        assert found.equals(whole)


def test_a_json_answer_with_a_new_name_in_each_record_is_refused() -> None:
    content = json.dumps({"value": [{f"k{number}": 1} for number in range(2_001)]}).encode()
    with pytest.raises(SourceError, match="2001 kolommen in; hooguit 2000"):
        read_rows(content, "a.json")


def test_a_parquet_file_of_equal_cells_is_refused_before_it_is_unpacked(monkeypatch) -> None:
    out = io.BytesIO()
    pl.DataFrame({f"k{number}": pl.repeat("x", 20_000, eager=True) for number in range(1_600)}).write_parquet(out)
    monkeypatch.setattr(pl, "read_parquet", None)
    with pytest.raises(SourceError, match="32000000 cellen in; hooguit 30000000"):
        read_rows(out.getvalue(), "a.parquet")


def test_a_reader_that_gives_up_in_its_own_way_is_still_a_damaged_file(monkeypatch) -> None:
    def give_up(*given: object) -> None:
        raise pl.exceptions.PanicException("called `Option::unwrap()` on a `None` value")

    out = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(out)
    monkeypatch.setattr(pl, "read_parquet", give_up)
    with pytest.raises(SourceError, match="parquetbestand is niet te lezen"):
        read_rows(out.getvalue(), "a.parquet")


@pytest.mark.parametrize("text", ["#DIV/0!", "#N/A", "#REF!"])
def test_a_cell_in_which_excel_failed_is_not_an_empty_cell(text: str, catalogue) -> None:
    cell = f'<c r="H5" t="e"><f>1/0</f><v>{text}</v></c>'.encode()
    row = b'<row r="5"><c r="D5" t="inlineStr"><is><t>GM0034</t></is></c><c r="E5" t="inlineStr"><is><t>2020JJ00</t></is></c>'
    row += b'<c r="B5"><v>20300</v></c><c r="C5" t="inlineStr"><is><t>MW00000</t></is></c>' + cell + b"</row>"
    sheet = parts_of(GOOD)[SHEET].replace(b"</sheetData>", row + b"</sheetData>")
    content = packed({**parts_of(GOOD), SHEET: sheet})
    (problem,) = read_file(content, "a.xlsx", catalogue, None, "s").problems
    assert f"rij 5: '{text}' is geen getal" in problem


def test_cells_keep_their_place_beside_empty_columns() -> None:
    rows = [(None, None, "gebied", "jaar"), (None, None, "GM0637", 2023), (None, None, "GM0034", "=1/0")]
    raw = read_rows(sheets_of({"blad": rows}), "a.xlsx")
    assert raw.headers == ("", "", "gebied", "jaar")
    assert raw.column(2).to_list() == ["GM0637", "GM0034"]


def test_text_from_a_file_cannot_steer_the_terminal_or_fill_it(catalogue) -> None:
    for text in ("\x1b[2Jveel", "ja " * 9_000):
        (problem,) = read_file(
            json.dumps({"value": [{"RegioS": "GM0637", "Perioden": "2020JJ00", "GemiddeldeVerkoopprijs_1": text}]}).encode(),
            "83625NED.json", catalogue, None, "s",
        ).problems  # fmt: skip
        assert problem.isprintable()
        assert len(problem) < 250


def test_a_header_that_fits_two_columns_is_not_guessed_at(catalogue) -> None:
    head = "WijkenEnBuurten;AantalInwoners_5;AantalInwoners_6;HuishoudensTotaal_28\n"
    problems = read_file((head + "GM0637;1;2;3\n").encode(), "84799NED.csv", catalogue, None, "s").problems
    assert problems[0].startswith("'inwoners' kan op 2 kolommen slaan (AantalInwoners_5, AantalInwoners_6)")


@pytest.mark.parametrize(
    "ring",
    [
        [[4.4, 52.0], [4.6, 52.0], [4.5, 52.0], [4.4, 52.0]],
        [[4.4, 52.0], [4.4, 52.0], [4.4, 52.0], [4.4, 52.0]],
    ],
)
def test_a_shape_without_a_surface_is_no_area(ring: list[list[float]]) -> None:
    feature = {
        "type": "Feature", "properties": {"statcode": "GM0637", "jrstatcode": "2022GM0637"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    reading = read_boundaries(content, "a.geojson", "s")
    assert "geen vlak" in reading.problems[0]
    assert reading.areas.is_empty()


def test_invented_and_real_areas_do_not_meet_when_two_imports_start_together(catalogue, workspace, write) -> None:
    result: ImportResult = import_files([write("goed.xlsx", GOOD)], workspace, catalogue)
    (real,) = result.added
    invented = Snapshot(**{**vars(real), "id": "x", "checksum": "0" * 64, "invented": True})
    held = SnapshotStore(workspace.raw)
    with pytest.raises(SourceError, match="gebruik twee werkmappen"):
        held.add([(invented, b"x")])
    assert [each.id for each in held.active()] == [real.id]


@pytest.mark.parametrize("code", ["-99997", "-99997.0", "  -99997", "-99995", "-99991", "-99999999", -99997, -99997.0])
def test_a_special_code_in_every_cell_gives_no_number_anywhere(code, catalogue, workspace, write) -> None:
    rows = [HEALTH] + [[*health_row(area)[:6], *([code] * 3)] for area in ("NL01", "GM0637", "WK063701", "BU06370101")]
    import_files([write("a.xlsx", workbook(rows))], workspace, catalogue)
    held = SnapshotStore(workspace.raw)
    cells = read_snapshot(held, held.active()[0], catalogue).cells
    assert cells.height > 0
    assert not set(cells["status"]) & set(WITH_NUMBER)
    build_tables(workspace, catalogue)
    write_values(workspace, catalogue)
    written = [path for folder in (workspace.tables, workspace.out) for path in folder.rglob("*.parquet")]
    assert len(written) >= 3
    for path in written:
        table = pl.read_parquet(path)
        for name, kind in table.schema.items():
            if kind.is_numeric():
                assert table.filter(pl.col(name) < -1_000).is_empty(), (path.name, name)
