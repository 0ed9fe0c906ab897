"""A bad file gets one plain message, and nothing changes. Never a traceback, never half an import."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from source_files import HEALTH, health_row, workbook

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import SourceError
from stadspeil.sources import SnapshotStore, import_files
from stadspeil.sources.nieuwland.overlay import overlay_files
from stadspeil.workspace import publish_bytes

pytestmark = pytest.mark.slow

GOOD = workbook([HEALTH, health_row("NL01"), health_row("GM0637"), health_row("WK063701"), health_row("BU06370101")])
KWB = "ID;WijkenEnBuurten;Gemeentenaam_1;AantalInwoners_5;HuishoudensTotaal_28\n"


def listing(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def repacked(content: bytes, **changes: bytes) -> bytes:
    """A workbook with parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return out.getvalue()


def sheet(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


SHEET = "xl/worksheets/sheet1.xml"


def far(cell: bytes) -> bytes:
    """The sheet with one more cell."""
    return sheet(GOOD).replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")


SPARSE = far(b'<c r="XFD1048576"><v>1</v></c>')
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + sheet(GOOD).split(b"?>", 1)[1]
ODATA = {"odata.metadata": "https://opendata.cbs.nl/ODataApi/OData/83625NED/$metadata#x"}
PRICE = {"ID": 0, "RegioS": "GM0637", "Perioden": "2020JJ00", "GemiddeldeVerkoopprijs_1": 300000}

BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "het bestand is leeg"),
    "blank": ("a.csv", b"  \n ", "het bestand is leeg"),
    "headers only": ("a.csv", KWB.encode(), "geen rijen onder de koppen"),
    "html": ("a.csv", b"<!DOCTYPE html><html><body>500</body></html>", "een webpagina of XML"),
    "utf-16": ("a.csv", KWB.encode("utf-16"), "geen UTF-8"),
    "binary": ("a.csv", bytes(range(256)) * 20, "geen UTF-8"),
    "one column": ("a.csv", b"alleen tekst\nen nog wat\n", "maar een kolom"),
    "unknown table": ("a.csv", b"a;b\n1;2\n", "geen bron die wij kennen"),
    "cut csv": ("kwb-2020.csv", (KWB + "1;GM0637;Zoetermeer;100;50\n2;GM0034;Alm").encode(), "heeft niet 5 cellen, eerste: rij 3"),
    "cut xlsx": ("a.xlsx", GOOD[: len(GOOD) // 2], "beschadigd of afgebroken"),
    "no xlsx": ("a.xlsx", b"dit is geen werkboek", "geen .xlsx-bestand"),
    "old xls": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "bewaar het als .xlsx"),
    "zip": ("a.xlsx", repacked(GOOD, **{"[Content_Types].xml": b""}).replace(b"[Content_Types].xml", b"[Content_Typez].xml"), "geen Excel-werkboek"),
    "nested archive": ("a.xlsx", repacked(GOOD, **{"xl/binnen.zip": b"PK"}), "zelf een archief"),
    "bomb": ("a.xlsx", repacked(GOOD, **{"xl/media/a.xml": b"0" * 50_000_000}), "verdacht sterk ingepakt"),
    **{
        f"far cell {number}": ("a.xlsx", repacked(GOOD, **{SHEET: far(cell)}), sentence)
        for number, (cell, sentence) in enumerate({
            b"<c r='XFD9'><v>1</v></c>": "kolom 16384",
            b'<c r = "XFD9"><v>1</v></c>': "kolom 16384",
            b'<c r="xfd9"><v>1</v></c>': "kolom 16384",
            b'<c r="A0000000000001048576"><v>1</v></c>': "tot rij 1048576",
            b'<c r="A' + b"9" * 5000 + b'"><v>1</v></c>': "tot rij 9999",
            b'<c r="SF190000"><v>1</v></c>': "tot rij 190000 en kolom 500",
        }.items())
    },
    "sheet in utf-16": ("a.xlsx", repacked(GOOD, **{SHEET: sheet(GOOD).decode().encode("utf-16")}), "is geen UTF-8"),
    "two tables": ("a.xlsx", workbook([HEALTH, health_row("GM0637")], "a", "b"), "de bladen 'a' en 'b' hebben dezelfde koppen"),
    "sparse sheet": ("a.xlsx", repacked(GOOD, **{SHEET: SPARSE}), "tot rij 1048576 en kolom 16384"),
    "entity": ("a.xlsx", repacked(GOOD, **{SHEET: ENTITY}), "XML-entiteit"),
    "cut json": ("a.json", json.dumps({**ODATA, "value": [PRICE]})[:-20].encode(), "afgebroken of beschadigd"),
    "json error": ("a.json", b'{"odata.error": {"message": "query returns more than 10000 records"}}', "foutmelding van de uitgever: "),
    "json of something else": ("a.json", b'{"Title": "Kerncijfers"}', "geen lijst met rijen onder 'value', wel: Title"),
    "endless json number": ("a.json", b'{"value": [{"a": ' + b"9" * 5000 + b"}]}", "afgebroken of beschadigd"),
    "deep json": ("a.json", b"[" * 100_000, "afgebroken of beschadigd"),
    "one v4 page of many": ("a.json", json.dumps({"value": [PRICE], "@odata.nextLink": "x"}).encode(), "maar een deel van de tabel"),
    "pdf": ("a.csv", b"%PDF-1.7\n\xe2\xe3", "dit is een PDF"),
    "locked": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "heeft een wachtwoord"),
    "cut parquet": ("a.parquet", b"PAR1" + b"x" * 50, "parquetbestand is niet te lezen"),
    "text error": ("a.json", b"Error getting TypedDataSet for '70072ned': Could not find a property", "maar een kolom"),
    "one page of many": ("a.json", json.dumps({**ODATA, "value": [PRICE], "odata.nextLink": "x"}).encode(), "maar een deel van de tabel"),
    "odd number": ("a.xlsx", workbook([HEALTH, health_row("GM0637", "veel")]), "rij 2: 'veel' is geen getal"),
    "infinite": ("a.xlsx", workbook([HEALTH, health_row("GM0637", "Infinity")]), "'Infinity' is geen getal"),
    "impossible": ("a.xlsx", workbook([HEALTH, health_row("GM0637", "770")]), "770 kan niet; mogelijk is 0 tot 100"),
    "double": ("a.xlsx", workbook([HEALTH, health_row("GM0637"), health_row("GM0637 ")]), "GM0637 staat voor 2020 dubbel (rijen 2, 3)"),
    "no code": ("a.xlsx", workbook([HEALTH, health_row("Zoetermeer")]), "geen gebiedscode"),
    "swapped": ("a.xlsx", workbook([HEALTH, health_row("2020JJ00", period="GM0637")]), "geen jaar in kolom 'Perioden': 'GM0637' (rij 2)"),
    "unknown gemeente": ("a.xlsx", workbook([HEALTH, health_row("GM0999")]), "bestonden niet in de indeling"),
    "wrong boundaries": ("a.xlsx", workbook([HEALTH, health_row("GM1992")]), "GM1992 in 2020"),
    "no edition": ("kerncijfers.csv", (KWB + "1;GM0637;Zoetermeer;100;50\n").encode(), "geef --edition"),
    "map in metres": ("a.geojson", json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"statcode": "GM0637", "jrstatcode": "2022GM0637", "statnaam": "Z"}, "geometry": {"type": "Polygon", "coordinates": [[[92000, 451000], [93000, 451000], [93000, 452000], [92000, 451000]]]}}]}).encode(), "buiten Nederland"),
    "cut map": ("a.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feature", ', "afgebroken of beschadigd"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_one_message_and_nothing_changes(name, catalogue, workspace, write) -> None:
    import_files([write("goed.xlsx", GOOD)], workspace, catalogue)
    before = listing(workspace.root)
    file_name, content, sentence = BAD[name]
    with pytest.raises(SourceError) as caught:
        import_files([write(file_name, content)], workspace, catalogue)
    assert sentence in str(caught.value)
    assert file_name in str(caught.value)
    assert "er is niets ingelezen" in str(caught.value)
    assert listing(workspace.root) == before


def test_the_good_file_itself_is_taken(catalogue, workspace, write) -> None:
    result = import_files([write("goed.xlsx", GOOD)], workspace, catalogue)
    assert [(each.source, each.rows, each.areas) for each in result.added] == [("rivm_gezondheid_wijk_buurt", 4, 4)]


def test_all_problems_of_all_files_are_listed_and_the_good_one_is_not_kept(catalogue, workspace, write) -> None:
    paths = [write(*BAD[name][:2]) for name in ("impossible", "cut json")] + [write("goed.xlsx", GOOD)]
    paths[0] = paths[0].rename(paths[0].with_name("b.xlsx"))
    with pytest.raises(SourceError) as caught:
        import_files([*paths, Path("bestaat/niet.csv")], workspace, catalogue)
    message = str(caught.value)
    assert all(each in message for each in ("3 problemen", "b.xlsx: ", "a.json: ", "niet.csv: bestaat niet"))
    assert SnapshotStore(workspace.raw).active() == []


def test_windows_1252_is_read_with_a_remark(catalogue, workspace, write) -> None:
    content = (KWB + "1;GM0059;Achtkarspelen;100;50\n2;GM1900;Súdwest-Fryslân;100;50\n").encode("cp1252")
    result = import_files([write("kwb-2020.csv", content)], workspace, catalogue)
    assert len(result.added) == 1
    assert any("Windows-1252" in each for each in result.remarks)


def test_invented_and_real_areas_do_not_share_a_workspace(catalogue, workspace, write, tmp_path) -> None:
    import_files([write("goed.xlsx", GOOD)], workspace, catalogue)
    for name, text in overlay_files().items():
        publish_bytes(text.encode(), tmp_path / "catalogue" / name)
    ours = load_catalogue(own=tmp_path / "catalogue")
    invented = write("verzonnen.xlsx", workbook([HEALTH, *map(health_row, ("NL01", "GM9001", "WK900101"))]))
    before = listing(workspace.root)
    with pytest.raises(SourceError, match="gebruik twee werkmappen"):
        import_files([invented], workspace, ours)
    assert listing(workspace.root) == before
