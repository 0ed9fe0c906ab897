"""A town's own workbook through the site: looked at in a process apart, every fault by its cell, kept or gone."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from apart import run_apart
from starlette.testclient import TestClient
from typed_command import answer_of

from stadspeil.atlas.app import create_app
from stadspeil.atlas.own import child
from stadspeil.atlas.own.confined import ask_apart
from stadspeil.atlas.own.drafts import Drafts, plain_name
from stadspeil.atlas.own.routes import _counted
from stadspeil.atlas.settings import Settings, read_settings
from stadspeil.atlas.site import Site
from stadspeil.atlas.unwelcome import Unwelcome
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import CatalogueError
from stadspeil.sources import SnapshotStore, import_files, write_template
from stadspeil.sources.persons import is_bsn, is_iban
from stadspeil.sources.town_columns import AREA_SHEET
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow
OWN = "tevredenheid_woonomgeving"
GOOD = (("GM0637", 2023, OWN, 8.15, 1200, 0.2, "enquête"), ("BU06370101", 2023, OWN, 7.4, None, None, None))
Fill = Callable[..., bytes]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def fill(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Fill:
    """A filled-in template as bytes; `change` may do anything else to the workbook."""
    path = tmp_path_factory.mktemp("sjabloon") / "sjabloon.xlsx"
    write_template(path, catalogue)

    def make(*rows: tuple[object, ...], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
        book = openpyxl.load_workbook(path)
        for row in rows:
            book["Cijfers"].append(list(row))
        if change is not None:
            change(book)
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue()

    return make


@pytest.fixture
def own_site(catalogue: Catalogue, tmp_path: Path) -> Site:
    """A site of an empty workspace, for real gemeenten."""
    root = tmp_path / "werkmap"
    root.mkdir()
    return Site(Workspace(root), catalogue, Settings(requests_per_minute=1_000_000, upload_mb=1))


@pytest.fixture
def caller(own_site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(own_site), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def sent(caller: TestClient, content: bytes, name: str = "eigen cijfers.xlsx", root: str = "") -> str:
    """Send a workbook; the address of what was found."""
    answer = caller.post(f"{root}/eigen", files={"werkboek": (name, content)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def judged(content: bytes, site: Site, name: str = "a.xlsx") -> list[dict[str, str]]:
    """The problems of a workbook, without the walls around it."""
    return list(child._judge(content, name, site.workspace, site.catalogue)["problems"])


def left(site: Site) -> list[str]:
    """All that is in the folder of drafts."""
    folder = Drafts(site.workspace).folder
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def test_a_good_workbook_is_shown_first_and_kept_as_the_command_does(
    caller: TestClient, own_site: Site, fill: Fill, tmp_path: Path
) -> None:
    content = fill(*GOOD)
    address = sent(caller, content)
    assert re.fullmatch(r"/eigen/[\w-]{24}", address)
    shown = caller.get(address)
    assert "Klaar om te bewaren: eigen cijfers.xlsx" in shown.text and shown.headers["cache-control"] == "no-store"
    table = json.loads(caller.get(address, params={"als": "json"}).text)["tables"][0]["rows"][0]
    assert (table["id"], table["waarden"], table["gebieden"], table["jaren"]) == (OWN, 2, 2, "2023")
    assert (table["laagste"], table["hoogste"], table["met_n"], table["met_marge"]) == (7.4, 8.15, 1, 1)
    assert not (own_site.workspace.raw / "HEAD.json").exists()

    assert caller.post(f"{address}/bewaren").headers["location"] == address
    kept = SnapshotStore(own_site.workspace.raw).active()
    elsewhere = Workspace(tmp_path / "anders")
    path = tmp_path / "eigen cijfers.xlsx"
    path.write_bytes(content)
    by_command = import_files([path], elsewhere, own_site.catalogue).added
    assert [(each.id, each.checksum, each.file_name, each.rows) for each in kept] == [
        (each.id, each.checksum, each.file_name, each.rows) for each in by_command
    ]
    said = caller.get(address).text
    assert kept[0].id in said and "stadspeil build" in said and "stadspeil score" in said
    assert left(own_site) == ["oordeel.json"]
    # Twice is once.
    caller.post(f"{address}/bewaren")
    assert len(SnapshotStore(own_site.workspace.raw).active()) == 1
    again = caller.get(sent(caller, content)).text
    assert "is al bewaard" in again


def test_dropping_leaves_nothing_behind(caller: TestClient, own_site: Site, fill: Fill) -> None:
    address = sent(caller, fill(*GOOD), root="/en")
    assert address.startswith("/en/eigen/")
    assert caller.post(f"{address}/weggooien").headers["location"] == "/en/eigen?weg=1"
    assert left(own_site) == [] and not (own_site.workspace.raw / "HEAD.json").exists()
    gone = caller.get(address)
    assert gone.status_code == 404 and "send it again" in gone.text
    assert caller.post(f"{address}/bewaren").status_code == 404


def test_a_second_workbook_says_what_it_changes(caller: TestClient, own_site: Site, fill: Fill) -> None:
    caller.post(f"{sent(caller, fill(*GOOD))}/bewaren")
    newer = fill(("GM0637", 2023, OWN, 8.0, 1200, 0.2, None), GOOD[1], ("GM0637", 2024, OWN, 8.2, None, None, None))
    assert "1 gegevens nieuw, 1 anders en 3 gelijk" in caller.get(sent(caller, newer)).text


def test_every_fault_stands_by_its_cell_and_nothing_can_be_kept(caller: TestClient, own_site: Site, fill: Fill) -> None:
    address = sent(caller, fill(
        ("Zoetermeer", 2023, OWN, 8, None, None, None), ("GM0637", "vorig jaar", OWN, 8, None, None, None),
        ("GM0637", 2023, "tevredenheid_woonomgevin", "<b>veel</b>", None, None, None), ("GM0637", 2023, OWN, 8000, 0, 1, None),
    ))  # fmt: skip
    page = caller.get(address)
    assert "<b>veel" not in page.text and "Nog niet goed" in page.text
    rows = json.loads(caller.get(address, params={"als": "json"}).text)["tables"][0]["rows"]
    cells = {(row["blad"], row["cel"]): row for row in rows}
    assert set(cells) == {("Cijfers", each) for each in ("A2", "B3", "C4", "D4", "D5", "E5")}
    assert all(row["wat"] and row["doen"] for row in rows)
    assert "is geen code" in cells["Cijfers", "A2"]["wat"] and "GM0637" in cells["Cijfers", "A2"]["doen"]
    assert left(own_site) == ["oordeel.json"]
    caller.post(f"{address}/bewaren")
    assert not (own_site.workspace.raw / "HEAD.json").exists()


BOMB = {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    return packed({**parts, name: change(parts.get(name, b""))})


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda good: b"gebied;jaar\nGM0637;2023\n", "geen Excel-werkboek"),
        (lambda good: b"", "geen Excel-werkboek"),
        (lambda good: b"\x89PNG\r\n" + b"0" * 100, "geen Excel-werkboek"),
        (lambda good: good[: len(good) // 2], "beschadigd of afgebroken"),
        (lambda good: packed(BOMB), "verdacht sterk ingepakt"),
        (lambda good: packed({"a.txt": b"hallo"}), "maar geen Excel-werkboek"),
        (lambda good: with_part(good, "xl/workbook.xml", lambda part: part.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><workbook', 1)), "XML-entiteit"),
        (lambda good: with_part(good, "xl/workbook.xml", lambda part: part.decode().encode("utf-16")), "geen UTF-8"),
        (lambda good: with_part(good, "xl/embeddings/meer.xlsx", lambda part: b"PK"), "zelf een archief"),
    ],
    ids=["text", "empty", "picture", "half", "bomb", "other zip", "entity", "utf-16", "nested"],
)  # fmt: skip
def test_a_file_that_may_not_be_opened_is_refused_in_words(
    make: Callable[[bytes], bytes], sentence: str, fill: Fill, own_site: Site
) -> None:
    problems = judged(make(fill(*GOOD)), own_site)
    assert len(problems) >= 1 and any(sentence in each["wrong"] for each in problems)
    assert not any("Traceback" in each["wrong"] or "/etc" in each["wrong"] for each in problems)


def test_another_workbook_than_the_template_is_refused(own_site: Site) -> None:
    book = openpyxl.Workbook()
    book.active.append(["gebied", "jaar"])
    packed_book = io.BytesIO()
    book.save(packed_book)
    (problem,) = judged(packed_book.getvalue(), own_site)
    assert "geen blad 'Cijfers' of 'Breed'" in problem["wrong"] and "sjabloon" in problem["remedy"] + problem["wrong"]


def test_a_formula_is_no_figure_and_is_never_carried_out(fill: Fill, own_site: Site) -> None:
    content = fill(
        ("GM0637", 2023, OWN, "=4+4", None, None, None), ("GM0637", 2022, OWN, "'=4+4", None, None, "=WEBSERVICE(\"http://x\")"),
        change=lambda book: book["Cijfers"].__setitem__("D3", "@SUM(1)"),
    )  # fmt: skip
    assert ("D3", "waarde '@SUM(1)' is geen getal") in [
        (each["cell"], each["wrong"]) for each in judged(content, own_site)
    ]


def column(name: str, *cells: object) -> Callable[[openpyxl.Workbook], None]:
    """A column more in 'Cijfers'."""

    def change(book: openpyxl.Workbook) -> None:
        for number, cell in enumerate((name, *cells), start=1):
            book["Cijfers"].cell(row=number, column=9, value=cell)

    return change


def hidden(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("archief")
    sheet.sheet_state = "hidden"
    sheet.append(["wie", "waar"])
    sheet.append(["een", "2712 AB 14"])


@pytest.mark.parametrize(
    ("change", "cell", "sentence"),
    [
        (column("BSN", "111222333"), "I1", "gaat over een persoon"), (column("Naam", "Jansen"), "I1", "gebiedsnaam"),
        (column("E-mail", "x"), "I1", "gaat over een persoon"), (column("Huis nummer", 4), "I1", "gaat over een adres"),
        (column("huishoud_id", 4), "I1", "gaat over een huishouden"), (column("Postcode", "2712"), "I1", "gaat over een adres"),
        (column("contact", "jan.jansen@voorbeeld.nl"), "I2", "e-mailadres"), (column("bel", None, "06-12345678"), "I3", "telefoonnummer"),
        (column("plek", "2712AB"), "I2", "postcode van een adres"), (column("x", "NL91 ABNA 0417 1643 00"), "I2", "rekeningnummer"),
        (column("nummer", "bsn 111222333"), "I2", "burgerservicenummer"), (hidden, "B2", "postcode van een adres"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_persons_addresses_and_households_are_refused_and_not_repeated(
    change: Callable[[openpyxl.Workbook], None], cell: str, sentence: str, fill: Fill, own_site: Site
) -> None:
    problems = judged(fill(*GOOD, change=change), own_site)
    found = [each for each in problems if each["cell"] == cell and sentence in each["wrong"] + each["remedy"]]
    assert found and "haal dit weg" in found[0]["remedy"]
    told = json.dumps(problems)
    assert not any(each in told for each in ("111222333", "jansen@", "12345678", "2712AB", "0417"))


@pytest.mark.parametrize(
    "remark",
    ["in de Gorslaan meer zwerfvuil", "enquête 2023, 1.200 ondervraagden", "zie blz. 12-14", "0,25 marge", "wijk 06 Meerzicht",
     "herzien op 01-02-2024", "n = 123456789"],
)  # fmt: skip
def test_a_plain_remark_is_no_person(remark: str, fill: Fill, own_site: Site) -> None:
    assert judged(fill((*GOOD[0][:6], remark), GOOD[1]), own_site) == []


def test_the_tests_of_numbers_know_right_from_wrong() -> None:
    assert is_bsn("111222333") and not is_bsn("111222334") and not is_bsn("000000000")
    assert is_iban("NL91ABNA0417164300") and not is_iban("NL92ABNA0417164300")


def test_what_is_too_large_is_refused_before_it_is_read(caller: TestClient, own_site: Site) -> None:
    answer = caller.post("/eigen", files={"werkboek": ("a.xlsx", b"0" * 1_100_000)})
    assert answer.status_code == 413 and "hoogstens 1 MB" in answer.json()["detail"]
    form = {"accept": "text/html,*/*"}
    for size in (1_100_000, 1_010_000):
        page = caller.post("/eigen", files={"werkboek": ("a.xlsx", b"0" * size)}, headers=form)
        assert page.status_code == 413 and "<h1" in page.text and "groter dan 1 MB" in page.text
    assert left(own_site) == []


def test_a_stream_without_a_length_is_not_read_beyond_the_limit() -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"0" * 1_000

    async def read() -> None:
        async for _ in _counted(endless(), 10_000, 1):
            pass

    with pytest.raises(Unwelcome) as refused:
        run_apart(read())
    assert refused.value.status_code == 413 and asked == 11


def test_a_form_without_a_file_or_of_another_kind_is_refused(caller: TestClient) -> None:
    for answer in (
        caller.post("/eigen", data={"werkboek": "tekst"}), caller.post("/eigen", content=b"{}"),
        caller.post("/eigen", files={"anders": ("a.xlsx", b"0")}), caller.post("/eigen", files={"werkboek": ("a.xlsx", b"0"), "nog": ("b.xlsx", b"0")}),
        caller.post("/eigen", content=b"rommel", headers={"content-type": "multipart/form-data; boundary=x"}),
    ):  # fmt: skip
        assert answer.status_code == 400 and "kies een bestand" in answer.text


def test_a_form_of_another_site_is_refused(caller: TestClient, fill: Fill) -> None:
    files = {"werkboek": ("a.xlsx", fill(*GOOD))}
    assert caller.post("/eigen", files=files, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert caller.post("/eigen", files=files, headers={"origin": "https://elders.nl"}).status_code == 403


@pytest.mark.parametrize(
    ("settings", "takes"),
    [
        (Settings(), True), (Settings(host="0.0.0.0"), False), (Settings(hosts=("stadspeil.gemeente.nl",)), False),
        (Settings(host="0.0.0.0", uploads="always"), True), (Settings(uploads="never"), False),
    ],
)  # fmt: skip
def test_only_a_site_of_this_machine_takes_workbooks_unless_the_setting_says_so(
    settings: Settings, takes: bool, catalogue: Catalogue, tmp_path: Path
) -> None:
    assert settings.takes_uploads is takes
    with TestClient(create_app(Site(Workspace(tmp_path), catalogue, settings)), follow_redirects=False) as caller:
        assert ('type="file"' in caller.get("/eigen").text) is takes
        for path in ("/eigen", f"/eigen/{'a' * 24}/bewaren", f"/eigen/{'a' * 24}/weggooien"):
            assert (caller.post(path).status_code == 403) is not takes


def test_the_setting_is_read_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "stadspeil.toml"
    file.write_text('[atlas]\nuploads = "always"\n')
    assert read_settings(file).uploads == "always"
    file.write_text('[atlas]\nuploads = "ja"\n')
    with pytest.raises(CatalogueError, match="kies local, always of never"):
        read_settings(file)


@pytest.mark.parametrize("token", ["../../raw", "a", "a" * 25, "%2e%2e%2f" * 3, "a" * 23 + "/"])
def test_a_name_that_is_no_draft_is_not_found(caller: TestClient, token: str) -> None:
    assert caller.get(f"/eigen/{token}").status_code in (307, 404)
    assert caller.post(f"/eigen/{token}/bewaren").status_code in (307, 404, 405)


def test_drafts_go_after_their_time_and_the_oldest_where_there_are_too_many(own_site: Site, monkeypatch) -> None:
    drafts = Drafts(own_site.workspace)
    first = drafts.add(b"x", "a.xlsx", {"problems": []})
    assert drafts.content(first) == b"x"
    monkeypatch.setattr("stadspeil.atlas.own.drafts.MOST", 2)
    names = {drafts.add(b"x", "a.xlsx", {"problems": []}).token for _ in range(4)}
    assert len(names) == 4 and len(list(drafts.folder.iterdir())) == 3
    Drafts(own_site.workspace, life=-1).sweep()
    assert left(own_site) == []


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("C:\\map\\eigen.xlsx", "eigen.xlsx"), ("../../etc/passwd", "passwd.xlsx"), ("a<b>\n\".xlsx", "a_b___.xlsx"),
        ("", "werkboek.xlsx"), ("é" * 200 + ".xlsx", "é" * 75 + ".xlsx"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_loses_folders_and_signs(given: str, plain: str) -> None:
    assert plain_name(given) == plain


TRIED = """
import socket, subprocess, sys
from pathlib import Path
if sys.argv[1] == "walls":
    from stadspeil.atlas.own.confining import confine, leave_the_network
    leave_the_network()
    confine(Path(sys.argv[2]) if len(sys.argv) > 3 else None)
def attempt(name, act):
    try:
        act()
        sys.stdout.write(name + " ")
    except (OSError, MemoryError, PermissionError):
        pass
def reach():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
attempt("socket", reach)
attempt("program", lambda: subprocess.run([sys.executable, "-c", ""], check=True))
attempt("inside", lambda: Path(sys.argv[2], "a").write_text("x"))
attempt("outside", lambda: Path(sys.argv[2] + "b").write_text("x"))
attempt("read", lambda: Path(__import__("stadspeil").__file__).read_text())
attempt("memory", lambda: bytearray(3 << 30) and None)
"""


def tried(tmp_path: Path, *words: str) -> set[str]:
    command = [sys.executable, "-c", TRIED, *words[:1], str(tmp_path), *words[1:]]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
def test_behind_the_walls_there_is_no_way_out(tmp_path: Path) -> None:
    assert tried(tmp_path, "walls") == {"read"}
    assert tried(tmp_path, "walls", "may write") == {"read", "inside"}
    # Without the walls all of it can be done, so that the test can fail.
    assert tried(tmp_path, "none") >= {"socket", "program", "inside", "outside", "read"}


def test_a_reading_that_lasts_too_long_or_crashes_is_told_in_plain_words(own_site: Site, fill: Fill) -> None:
    slow = ask_apart("judge", fill(*GOOD), "a.xlsx", own_site.workspace, seconds=0.01)
    assert "duurde langer" in slow["problems"][0]["wrong"]
    broken = own_site.workspace.own_catalogue
    broken.mkdir()
    (broken / "groups.toml").write_text("[half")
    crashed = ask_apart("judge", fill(*GOOD), "a.xlsx", own_site.workspace)
    assert "is afgebroken" in crashed["problems"][0]["wrong"] and "Traceback" not in json.dumps(crashed)


def test_the_template_is_that_of_the_command(caller: TestClient, own_site: Site, tmp_path: Path) -> None:
    done = answer_of("template", "--out", tmp_path / "a.xlsx", "--workspace", own_site.workspace.root)
    assert done.returncode == 0, done.stderr
    answer = caller.get("/eigen/sjabloon.xlsx")
    assert answer.content == (tmp_path / "a.xlsx").read_bytes()
    assert "attachment" in answer.headers["content-disposition"]


def test_the_template_of_an_invented_country_lists_its_gemeenten(site: Site, client: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/eigen/sjabloon.xlsx").content))
    listed = list(book[AREA_SHEET].iter_rows(min_row=2, values_only=True))
    assert sorted(listed) == sorted(site.towns())
    assert all(code.startswith("GM9") for code, _ in listed)
