"""Every fault of the fake publishers does to an answer what its description says, and to no other answer."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faults.publishers import (
    LARGE,
    LAYER,
    SMALL,
    ZIP_BODY,
    ZIP_HOST,
    ZIP_PATH,
    Asker,
    Reply,
    asking,
    small_warehouse,
    v3,
    v4,
)

from stadspeil.errors import QuestionError
from stadspeil.sources.nieuwland.serving import FAULTS, serve

pytestmark = pytest.mark.slow

FIGURES = v3(SMALL)
WFS = f"https://service.pdok.nl/cbs/gebiedsindelingen/2022/wfs/v1_0?request=GetFeature&typeNames={LAYER}"
OGC = f"https://api.pdok.nl/cbs/gebieden-2022/ogc/v1/collections/{LAYER}/items?limit=20"
FILE = f"https://{ZIP_HOST}/{ZIP_PATH}"
PAGES_OF_LARGE = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_warehouse(tmp_path_factory.mktemp("magazijn"))


@pytest.fixture(scope="module")
def sound(folder: Path) -> Iterator[Asker]:
    with asking(folder) as asker:
        yield asker


def answered(folder: Path, fault: str, address: str = FIGURES, **params: str | int) -> Reply:
    with asking(folder, fault) as asker:
        return asker.get(address, **params)


def figures(reply: Reply, column: str = "Inwoners_1") -> list[Any]:
    return [row[column] for row in reply.rows]


# --- faults that replace the answer

REPLACED = {
    "server_error": (500, "text/plain", b"Internal"),
    "storm_429": (429, "text/plain", b"Too Many"),
    "retry_after_in_past": (503, "text/plain", b"later"),
    "forbidden_html": (403, "text/html", b"<html>"),
    "html_with_200": (200, "text/html", b"<!DOCTYPE html>"),
    "html_as_json": (200, "application/json", b"<html>"),
    "error_text_with_200": (200, "application/json", b"Error getting TypedDataSet"),
    "error_json_with_200": (200, "application/json", b'{"odata.error"'),
    "not_found": (404, "text/plain", b"Not Found"),
    "row_limit_10000": (500, "text/plain", b"The query returns more than 10000 records"),
    "redirect_other_host": (302, "text/plain", b""),
    "redirect_private": (302, "text/plain", b""),
    "empty_answer": (200, "application/json", b" "),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(REPLACED))
def test_an_answer_is_replaced(folder: Path, name: str) -> None:
    status, kind, start = REPLACED[name]
    reply = answered(folder, name)
    assert (reply.status, reply.headers["Content-Type"]) == (status, kind)
    assert reply.body.startswith(start)


def test_what_goes_with_a_refusal(folder: Path) -> None:
    assert answered(folder, "storm_429").headers["Retry-After"] == "1"
    assert "2015" in answered(folder, "retry_after_in_past").headers["Retry-After"]
    assert answered(folder, "redirect_other_host").headers["Location"].startswith("https://elders.example/")
    assert "169.254.169.254" in answered(folder, "redirect_private").headers["Location"]
    assert "odata.error" in answered(folder, "error_json_with_200").json


@pytest.mark.parametrize("name", ["server_error", "html_with_200", "not_found"])
@pytest.mark.parametrize("address", [WFS, OGC, FILE, v4(SMALL, "Observations"), v3(SMALL, "TableInfos")])
def test_a_publisher_that_is_down_is_down_for_everything(folder: Path, name: str, address: str) -> None:
    assert answered(folder, name, address).body.startswith(REPLACED[name][2])


# --- faults in pages


def test_pages_are_whole_and_exact_without_faults(sound: Asker) -> None:
    pages = sound.all_pages(v3(LARGE))
    assert [len(page.rows) for page in pages] == [10_000, 10_000, 5_000]
    assert [row["ID"] for page in pages for row in page.rows] == list(range(25_000))
    assert [row["Inwoners_1"] for page in pages for row in page.rows] == list(range(25_000))


def test_a_limit_holds_over_pages(sound: Asker) -> None:
    for address, link in ((v3(LARGE), "odata.nextLink"), (v4(LARGE, "Observations"), "@odata.nextLink")):
        pages = sound.all_pages(address, link, top=12_345, skip=5)
        numbers = [row.get("ID", row.get("Id")) for page in pages for row in page.rows]
        assert numbers == list(range(5, 12_350))


def test_every_page_can_be_the_first(folder: Path, sound: Asker) -> None:
    first = sound.get(v3(LARGE)).rows
    assert answered(folder, "repeated_page", v3(LARGE), skip=10_000).rows == first
    assert answered(folder, "repeated_page", f"{WFS}&startIndex=20").json == sound.get(WFS).json


def test_a_next_page_can_be_elsewhere_or_the_same(folder: Path) -> None:
    def link(name: str, address: str) -> str:
        found = answered(folder, name, address).json
        return str(found.get("odata.nextLink") or found.get("@odata.nextLink") or found["links"][0]["href"])

    for address in (v3(LARGE), OGC):
        assert link("next_link_other_host", address).startswith("https://elders.example/")
        assert link("next_link_loop", address).endswith("?$skip=0")
        assert "/Anders/" in link("next_link_other_table", address)
    assert answered(folder, "next_link_other_table", FIGURES).json.get("odata.nextLink") is None


PLACED: dict[str, Callable[[list[Any]], list[Any]]] = {
    "missing_page": lambda rows: rows[:2] + rows[4:],
    "page_order_changed": lambda rows: rows[:-2] + rows[:2],
    "duplicated_rows": lambda rows: rows * 2,
}


@pytest.mark.parametrize("name", sorted(PLACED))
def test_rows_and_features_lack_or_repeat(folder: Path, sound: Asker, name: str) -> None:
    changed = PLACED[name]
    assert answered(folder, name).rows == changed(sound.get(FIGURES).rows)
    assert answered(folder, name, WFS).json["features"] == changed(sound.get(WFS).json["features"])
    assert answered(folder, name, v3(SMALL, "RegioS")).json == sound.get(v3(SMALL, "RegioS")).json


def test_half_of_the_rows_lack_and_the_numbers_run_on(folder: Path) -> None:
    rows = answered(folder, "fewer_rows").rows
    assert [row["ID"] for row in rows] == list(range(15))
    assert [row["Koopwoningen_2"] for row in rows] == [50.5 + at for at in range(0, 30, 2)]


def test_a_publisher_counts_less_than_it_gives(folder: Path, sound: Asker) -> None:
    name = "more_rows_than_counted"
    assert (sound.get(f"{FIGURES}/$count").body, answered(folder, name, f"{FIGURES}/$count").body) == (b"30", b"29")
    assert answered(folder, name, WFS).json["numberMatched"] == 24
    cells = v4(SMALL, "Observations")
    told = [
        reply.json["@odata.count"]
        for reply in (sound.get(cells, count="true"), answered(folder, name, cells, count="true"))
    ]
    assert told == [56, 55]


# --- faults in what a table is


def properties(reply: Reply) -> list[str]:
    return [each["Key"] for each in reply.rows]


DESCRIBED = {
    "changed_suffix": ["RegioS", "Perioden", "Inwoners_8", "Koopwoningen_9"],
    "all_columns_renamed": ["RegioS", "Perioden", "NieuwInwoners_1", "NieuwKoopwoningen_2"],
}


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_figures_and_description_are_renamed_together(folder: Path, name: str) -> None:
    assert properties(answered(folder, name, v3(SMALL, "DataProperties"))) == DESCRIBED[name]
    row = answered(folder, name).rows[0]
    assert list(row) == ["ID", *DESCRIBED[name]]
    assert list(row.values()) == [0, "NL01  ", "2021JJ00", 1000, 50.5]


def test_a_column_has_another_name_than_described(folder: Path) -> None:
    assert "VernieuwdInwoners_1" in answered(folder, "renamed_column").rows[0]
    assert "Inwoners_1" in properties(answered(folder, "renamed_column", v3(SMALL, "DataProperties")))


def test_columns_stand_in_another_order(folder: Path, sound: Asker) -> None:
    found, before = answered(folder, "reordered_columns").rows, sound.get(FIGURES).rows
    assert found == before
    assert list(found[0]) == list(before[0])[::-1]


def test_a_column_is_gone_from_both(tmp_path: Path) -> None:
    import polars as pl
    from faults.publishers import table

    wide = {f"Getal{at}_{at}": [1.0 * at] for at in range(1, 6)}
    table(tmp_path, SMALL, pl.DataFrame({"RegioS": ["GM9000"], "Perioden": ["2023JJ00"], **wide}))
    with asking(tmp_path, "column_vanished") as asker:
        kept = [name for name in wide if name != "Getal4_4"]
        assert list(asker.get(FIGURES).rows[0]) == ["ID", "RegioS", "Perioden", *kept]
        assert properties(asker.get(v3(SMALL, "DataProperties"))) == ["RegioS", "Perioden", *kept]


def test_a_description_is_of_another_table_or_time(folder: Path, sound: Asker) -> None:
    assert answered(folder, "table_renamed", v3(SMALL, "TableInfos")).rows[0]["Identifier"] == "99999NED"
    assert "Toekomst_99" in properties(answered(folder, "metadata_newer_than_data", v3(SMALL, "DataProperties")))
    with asking(folder, "modified_meanwhile") as asker:
        moments = [asker.get(v3(SMALL, "TableInfos")).rows[0]["Modified"] for _ in range(3)]
    assert len(set(moments)) == 3
    units = {each["Unit"] for each in answered(folder, "unit_told_otherwise", v3(SMALL, "DataProperties")).rows}
    assert units == {"aantal", "x 1 000 000"}
    assert sound.get(v3(SMALL, "TableInfos")).rows[0]["Modified"] == "2024-03-01T02:00:00"


def test_there_are_more_codes_and_regions(folder: Path) -> None:
    assert answered(folder, "extra_dimension_key", v3(SMALL, "Perioden")).rows[-1]["Key"] == "NIEUW1  "
    with asking(folder, "extra_region_level") as asker:
        assert asker.get(v3(SMALL, "RegioS")).rows[-1]["Key"] == "RS01"
        rows = asker.get(FIGURES).rows
        assert (rows[-1]["ID"], rows[-1]["RegioS"], len(rows)) == (30, "RS01  ", 31)
        assert asker.get(f"{FIGURES}/$count").body == b"31"


def test_codes_lose_their_blanks(folder: Path, sound: Asker) -> None:
    assert sound.get(FIGURES).rows[0]["RegioS"] == "NL01  "
    assert answered(folder, "unpadded_codes").rows[0]["RegioS"] == "NL01"


# --- faults in figures


def test_figures_are_of_another_unit(folder: Path) -> None:
    assert figures(answered(folder, "unit_changed_x1000"))[:3] == [1.0, 1.001, 1.002]
    assert figures(answered(folder, "fraction_for_percent"), "Koopwoningen_2")[:2] == [0.505, 0.515]


def test_special_codes_and_gaps(folder: Path) -> None:
    with asking(folder, "special_codes_everywhere") as asker:
        for name in ("Inwoners_1", "Koopwoningen_2"):
            assert set(figures(asker.get(FIGURES), name)) == {-99_997}
        assert {row["Value"] for row in asker.get(v4(SMALL, "Observations")).rows} == {-99_997}
    assert set(figures(answered(folder, "nulls_in_a_column"))) == {None}
    assert None not in figures(answered(folder, "nulls_in_a_column"), "Koopwoningen_2")


@pytest.mark.parametrize(
    ("name", "written"), [("infinity", b"Infinity"), ("nan", b"NaN"), ("words_for_numbers", b'"veel"')]
)
def test_what_is_no_number_stands_where_a_number_was(folder: Path, name: str, written: bytes) -> None:
    body = answered(folder, name).body
    assert body.count(b'"Inwoners_1":' + written) == 1
    assert body.count(b"1001") == 1


def test_numbers_are_texts_with_a_comma(folder: Path) -> None:
    found = figures(answered(folder, "decimal_comma_texts"), "Koopwoningen_2")
    assert found[:2] == ["50,5", "51,5"]


def test_a_tenth_is_revised_and_nothing_else(folder: Path, sound: Asker) -> None:
    before, after = figures(sound.get(FIGURES)), figures(answered(folder, "revised_values"))
    assert after == [value if value is None or at % 10 else value * 50 for at, value in enumerate(before)]
    assert after[0] == 50_000


def test_the_last_year_lacks(folder: Path) -> None:
    rows = answered(folder, "year_missing").rows
    assert {row["Perioden"] for row in rows} == {"2021JJ00", "2022JJ00"}
    assert [row["ID"] for row in rows] == list(range(20))


def test_a_gemeente_that_did_not_exist(folder: Path) -> None:
    with asking(folder, "boundaries_changed_within_year") as asker:
        assert asker.get(FIGURES).rows[-1]["RegioS"] == "GM9898"
        assert asker.get(v3(SMALL, "RegioS")).rows[-1]["Key"] == "GM9898"


# --- faults on the way


def test_an_answer_is_cut_with_and_without_saying_so(folder: Path, sound: Asker) -> None:
    whole = sound.get(FIGURES).body
    for name in ("cut_json", "truncated_file"):
        assert answered(folder, name).body == whole[: len(whole) // 2]
    for name in ("cut_connection", "wrong_content_length"):
        with pytest.raises(http.client.IncompleteRead):
            answered(folder, name)


def test_an_answer_is_packed_wrongly(folder: Path, sound: Asker) -> None:
    bomb = answered(folder, "gzip_bomb")
    assert (bomb.headers["Content-Encoding"], len(bomb.body) < 2_000_000) == ("gzip", True)
    unpacking = zlib.decompressobj(31)
    assert len(unpacking.decompress(bomb.body, 50_000_000)) == 50_000_000
    for name, fault in (("broken_gzip", gzip.BadGzipFile), ("truncated_gzip", EOFError)):
        reply = answered(folder, name)
        assert reply.headers["Content-Encoding"] == "gzip"
        with pytest.raises(fault):
            gzip.decompress(reply.body)


def test_an_answer_is_written_wrongly(folder: Path, sound: Asker) -> None:
    whole = sound.get(FIGURES)
    with pytest.raises(UnicodeDecodeError):
        answered(folder, "wrong_charset").body.decode()
    flipped = answered(folder, "flipped_bit").body
    assert sum(one != other for one, other in zip(whole.body, flipped, strict=True)) == 1
    assert answered(folder, "wrong_content_type").headers["Content-Type"] == "image/png"
    told = answered(folder, "wrong_checksum", FILE).headers["Content-MD5"]
    assert told != base64.b64encode(hashlib.md5(ZIP_BODY, usedforsecurity=False).digest()).decode()


def test_an_answer_drips(folder: Path) -> None:
    with serve(folder, faults=["slow_drip"]) as publishers:
        started = time.monotonic()
        reply = Asker(publishers).get(v3(SMALL, "TableInfos"))
        assert time.monotonic() - started > 0.05 * (len(reply.body) // 64)
        assert reply.rows[0]["Identifier"] == SMALL


def test_a_mark_that_never_changes_hides_a_new_table(folder: Path, sound: Asker) -> None:
    with asking(folder, "etag_never_changes") as asker:
        marks = {asker.get(address).headers["ETag"] for address in (FILE, FIGURES, v3(LARGE))}
        assert len(marks) == 1
        known = {"If-None-Match": marks.pop()}
        assert [asker.get(address, known).status for address in (FILE, FIGURES)] == [304, 304]
    assert sound.get(FIGURES).headers["ETag"] != sound.get(v3(LARGE)).headers["ETag"]


# --- switches


def test_a_fault_is_limited_in_times_and_place(folder: Path) -> None:
    with asking(folder, "server_error:2:DataProperties") as asker:
        other = asker.get(v3(SMALL, "TableInfos")).status
        found = [asker.get(v3(SMALL, "DataProperties")).status for _ in range(4)]
    assert (other, found) == (200, [500, 500, 200, 200])


def test_a_limit_holds_for_questions_at_the_same_time(folder: Path) -> None:
    statuses: list[int] = []
    with asking(folder, "server_error:7") as asker:
        threads = [
            threading.Thread(target=lambda: statuses.append(asker.get(v3(SMALL, "TableInfos")).status))
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [200] * 13 + [500] * 7


def test_faults_work_together(folder: Path) -> None:
    with asking(folder, "duplicated_rows", "special_codes_everywhere", "wrong_content_type") as asker:
        reply = asker.get(FIGURES)
    assert figures(reply) == [-99_997] * 60
    assert reply.headers["Content-Type"] == "image/png"


def test_faults_are_turned_on_and_off_while_it_runs(folder: Path) -> None:
    with asking(folder) as asker:
        on = asker.post("/stadspeil/faults", "server_error=on:1:TableInfos&duplicated_rows=on")
        assert on.json == [
            {"name": "server_error", "times": 1, "path": "TableInfos", "used": 0},
            {"name": "duplicated_rows", "times": None, "path": "", "used": 0},
        ]
        assert [asker.get(v3(SMALL, "TableInfos")).status for _ in range(2)] == [500, 200]
        assert len(asker.get(FIGURES).rows) == 60
        assert [each["used"] for each in asker.get("/stadspeil/faults/on").json] == [1, 3]
        assert asker.post("/stadspeil/faults", "duplicated_rows=off").json[0]["name"] == "server_error"
        assert len(asker.get(FIGURES).rows) == 30
        assert asker.post("/stadspeil/faults", "all=off").json == []


def test_the_switches_work_when_everything_else_fails(folder: Path) -> None:
    with asking(folder, "server_error", "cut_connection", "html_with_200") as asker:
        assert "server_error" in asker.get("/stadspeil/faults").json
        assert asker.post("/stadspeil/faults", "all=off").status == 200
        assert asker.get(FIGURES).status == 200


@pytest.mark.parametrize("text", ["onzin=on", "server_error", "server_error=aan", "server_error=on:veel", "onzin=off"])
def test_a_switch_that_does_not_exist_is_told(folder: Path, text: str) -> None:
    with asking(folder) as asker:
        reply = asker.post("/stadspeil/faults", text)
        assert (reply.status, asker.get("/stadspeil/faults/on").json) == (400, [])
        assert "storing" in reply.body.decode()


def test_nothing_else_can_be_posted(folder: Path) -> None:
    with asking(folder) as asker:
        assert asker.post("/stadspeil/overlay.json", "x=on").status == 404
        assert asker.post("/stadspeil/faults", "server_error=on&" * 1_000).status == 404
        assert asker.get(FIGURES).status == 200


def test_an_unknown_fault_and_a_taken_port_are_told_in_words(folder: Path) -> None:
    with pytest.raises(QuestionError, match="bestaat niet"), serve(folder, faults=["onzin"]):
        pass
    with (
        serve(folder) as publishers,
        pytest.raises(QuestionError, match="niet te luisteren"),
        serve(folder, port=int(publishers.address.rpartition(":")[2])),
    ):
        pass


def test_every_fault_has_a_sentence_of_its_own() -> None:
    sentences = [each.description for each in FAULTS.values()]
    assert len(set(sentences)) == len(FAULTS) >= 44
    assert all(each.endswith(".") and len(each) < 120 for each in sentences)
    assert all(
        (each.ask is not None) + (each.part is not None) + (each.wire is not None) == 1 for each in FAULTS.values()
    )


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_for_elsewhere_leaves_an_answer_as_it_is(folder: Path, sound: Asker, name: str) -> None:
    with asking(folder, f"{name}::elders") as asker:
        for address in (FIGURES, v3(SMALL, "DataProperties"), WFS, FILE):
            assert asker.get(address).body == sound.get(address).body


# --- the sound server, where filters and files meet odd questions


def test_a_selection_holds_only_what_was_asked(sound: Asker) -> None:
    assert sound.get(FIGURES, select="RegioS,Inwoners_1", top=1).rows == [{"RegioS": "NL01  ", "Inwoners_1": 1000}]
    refused = sound.get(FIGURES, select="Bestaat_9")
    assert (refused.status, "Bestaat_9" in refused.body.decode()) == (400, True)


def test_codes_can_be_listed_in_a_filter(sound: Asker) -> None:
    rows = sound.get(v4(SMALL, "Observations"), filter="RegioS in ('NL01','GM9000') and Perioden eq '2021JJ00'").rows
    assert {(row["RegioS"].strip(), row["Perioden"]) for row in rows} == {("NL01", "2021JJ00"), ("GM9000", "2021JJ00")}


@pytest.mark.parametrize("entity", ["TypedDataSet", "TypedDataSet/$count"])
def test_a_filter_that_means_nothing_is_an_error_everywhere(sound: Asker, entity: str) -> None:
    assert sound.get(v3(SMALL, entity), filter="Zoek eq").status == 400
    assert sound.get(v3(SMALL, "TypedDataSet"), top="veel").status == 400


@pytest.mark.parametrize(
    ("span", "status", "start", "end"),
    [("bytes=10-", 206, 10, None), ("bytes=10-19", 206, 10, 20), ("bytes=-5", 206, -5, None), ("bytes=1-2,4-5", 200, 0, None),
     ("bytes=10000-99999", 206, 10_000, None)],
)  # fmt: skip
def test_a_part_of_a_file(sound: Asker, span: str, status: int, start: int, end: int | None) -> None:
    reply = sound.get(FILE, {"Range": span})
    assert (reply.status, reply.body) == (status, ZIP_BODY[start:end])


def test_what_lies_behind_the_end_or_has_changed(sound: Asker) -> None:
    behind = sound.get(FILE, {"Range": "bytes=99999-"})
    assert (behind.status, behind.body, behind.headers["Content-Range"]) == (416, b"", f"bytes */{len(ZIP_BODY)}")
    assert sound.get(FILE, {"Range": "bytes=10-", "If-Range": '"oud"'}).body == ZIP_BODY


def test_a_table_says_what_there_is_of_it(sound: Asker) -> None:
    found = sound.get(v3(SMALL, "", service="ODataApi")).rows
    assert {"TableInfos", "DataProperties", "TypedDataSet", "RegioS", "Perioden"} <= {each["name"] for each in found}
    assert all(sound.get(each["url"]).status == 200 for each in found)


def test_recorded_answers_have_the_same_keys(sound: Asker, shared_data: Path) -> None:
    recorded = shared_data / "more" / "api"
    for name, address in {
        "v3/regiocodes_omgeving": v3(SMALL, "RegioS"), "v3/verkoopprijzen_alle_regioos_raw": FIGURES,
        "v4/meta_4": v4(SMALL, "Observations"), "v4/meta_5": v4(SMALL, "MeasureCodes"),
        "v4/meta_6": v4(SMALL, "Dimensions"), "v4/meta_9": v4(SMALL, "PeriodenCodes"),
    }.items():  # fmt: skip
        theirs, ours = json.loads((recorded / f"{name}.json").read_text()), sound.get(address).json
        assert set(ours) == set(theirs) - {"odata.nextLink"}, name
        names = {"ID", "RegioS", "Perioden"} if address == FIGURES else set(ours["value"][0]) - {"RegioS"}
        assert names <= set(theirs["value"][0]), name
