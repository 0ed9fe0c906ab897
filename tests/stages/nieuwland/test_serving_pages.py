"""What fetches meets the fake publishers where it matters most: tables and maps of several pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faults.publishers import LARGE, LAYER, ZIP_BODY, ZIP_HOST, ZIP_PATH, small_warehouse

from stadspeil.catalogue.entries import Column, Fetch, Source
from stadspeil.errors import SourceError
from stadspeil.sources.delivery import Delivery, delivered_table, pack
from stadspeil.sources.fetching import features, statline, statline_v4
from stadspeil.sources.fetching.client import Client, Manners
from stadspeil.sources.fetching.planning import Job, Scope
from stadspeil.sources.nieuwland.serving import serve

MANNERS = Manners(pause_s=0, tries=3, first_wait_s=0.001, longest_wait_s=0.01, read_s=5, total_s=30)
ROWS = 25_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_warehouse(tmp_path_factory.mktemp("magazijn"))


def job(fetch: Fetch) -> Job:
    given: dict[str, Any] = {
        "id": "proef", "title": "Proef", "title_en": "Trial", "publisher": "CBS", "licence": "CC BY 4.0",
        "homepage": "", "status": "connected", "format": "statline_rows", "shape": "recorded", "table": "t",
        "area_column": "RegioS", "year_column": "Perioden", "columns": (Column("inwoners", ("Inwoners",)),),
    }  # fmt: skip
    return Job(source=Source(**given, fetch=fetch), edition=None, since=1980, scope=Scope())


def old_service(folder: Path, *faults: str) -> Delivery:
    with serve(folder, faults=faults) as publishers, Client(publishers=publishers.address, manners=MANNERS) as client:
        (delivery,) = statline.deliveries(client, job(Fetch("statline", table=LARGE)))
    return delivery


def new_service(folder: Path, *faults: str) -> Delivery:
    with serve(folder, faults=faults) as publishers, Client(publishers=publishers.address, manners=MANNERS) as client:
        (delivery,) = statline_v4.deliveries(client, job(Fetch("statline", table=LARGE)))
    return delivery


def a_map(folder: Path, protocol: str, *faults: str) -> Delivery:
    address = {"wfs": "https://service.pdok.nl/cbs/gebieden/2022/wfs", "ogc": "https://api.pdok.nl/cbs/gebieden/ogc/v1"}
    asked = job(Fetch(protocol, address=address[protocol], layers=(LAYER,)))
    with serve(folder, faults=faults) as publishers, Client(publishers=publishers.address, manners=MANNERS) as client:
        (delivery,) = features.deliveries(client, asked)
    return delivery


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_PER_PAGE", 10)
    monkeypatch.setattr("stadspeil.sources.nieuwland.serving.statline_v4.PER_PAGE", 10_000)


def test_a_table_of_three_pages_comes_whole(folder: Path) -> None:
    found = delivered_table(pack(old_service(folder)), "x")
    assert found.column(found.headers.index("Inwoners_1")).to_list() == [str(at) for at in range(ROWS)]
    assert len(new_service(folder).pages) == 3
    assert [len(a_map(folder, protocol).pages) for protocol in ("wfs", "ogc")] == [3, 3]


PAGES_OF_FIGURES = {
    "repeated_page": "kwam twee keer",
    "missing_page": "ontbreken rijen",
    "page_order_changed": "kwam twee keer",
    "duplicated_rows": "kwam twee keer",
    "fewer_rows": "kwam twee keer",
    "more_rows_than_counted": "telt 24999 rijen",
    "next_link_other_host": "ander adres",
    "next_link_loop": "twee keer",
    "next_link_other_table": "andere tabel",
    "not_found:1:TypedDataSet": "heeft dit niet",
    "cut_json:1:TypedDataSet": "geen hele JSON",
    "modified_meanwhile": "gewijzigd terwijl",
}


@pytest.mark.parametrize("fault", sorted(PAGES_OF_FIGURES))
def test_pages_of_the_old_service_that_are_not_whole_are_refused(folder: Path, fault: str) -> None:
    with pytest.raises(SourceError) as told:
        old_service(folder, fault)
    assert PAGES_OF_FIGURES[fault] in told.value.message()


PAGES_OF_CELLS = {
    "repeated_page": "kwam twee keer",
    "missing_page": "telt 25000 waarnemingen en gaf er",
    "page_order_changed": "kwam twee keer",
    "duplicated_rows": "kwam twee keer",
    "more_rows_than_counted": "telt 24999 waarnemingen",
    "next_link_other_host": "ander adres",
    "next_link_loop": "twee keer",
    "next_link_other_table": "andere tabel",
    "modified_meanwhile": "gewijzigd terwijl",
    "table_renamed": "gevraagd is tabel",
}


@pytest.mark.parametrize("fault", sorted(PAGES_OF_CELLS))
def test_pages_of_the_new_service_that_are_not_whole_are_refused(folder: Path, fault: str) -> None:
    with pytest.raises(SourceError) as told:
        new_service(folder, fault)
    assert PAGES_OF_CELLS[fault] in told.value.message()


PAGES_OF_MAPS = {
    "repeated_page": "kwam twee keer",
    "page_order_changed": "kwam twee keer",
    "duplicated_rows": "kwam twee keer",
    "html_with_200": "gekregen text/html",
    "cut_json": "geen hele JSON",
    "empty_answer": "geen hele JSON",
}


@pytest.mark.parametrize("protocol", ["wfs", "ogc"])
@pytest.mark.parametrize("fault", sorted(PAGES_OF_MAPS))
def test_pages_of_maps_that_are_not_whole_are_refused(folder: Path, protocol: str, fault: str) -> None:
    with pytest.raises(SourceError) as told:
        a_map(folder, protocol, fault)
    assert PAGES_OF_MAPS[fault] in told.value.message()


@pytest.mark.parametrize("fault", ["missing_page", "more_rows_than_counted"])
def test_a_map_that_counts_is_held_to_its_count(folder: Path, fault: str) -> None:
    with pytest.raises(SourceError):
        a_map(folder, "wfs", fault)


@pytest.mark.parametrize(
    ("fault", "said"), [("next_link_other_host", "ander adres"), ("next_link_loop", "twee keer"), ("next_link_other_table", "ander adres")]
)  # fmt: skip
def test_a_map_leads_nowhere_else(folder: Path, fault: str, said: str) -> None:
    with pytest.raises(SourceError) as told:
        a_map(folder, "ogc", fault)
    assert said in told.value.message()


PASSING = ["server_error:2", "storm_429:2", "retry_after_in_past:2", "cut_connection:2", "wrong_content_length:2"]


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_in_the_midst_of_the_pages_that_passes_changes_nothing(folder: Path, fault: str) -> None:
    assert pack(old_service(folder, f"{fault}:TypedDataSet")) == pack(old_service(folder))


def test_a_file_that_is_cut_or_has_a_wrong_checksum_is_not_kept(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "kaart.zip"

    def download(*faults: str) -> None:
        with (
            serve(folder, faults=faults) as publishers,
            Client(publishers=publishers.address, manners=MANNERS) as client,
        ):
            client.download(f"https://{ZIP_HOST}/{ZIP_PATH}", target)

    for fault in ("wrong_checksum", "cut_connection", "wrong_content_length", "not_found", "server_error"):
        with pytest.raises(SourceError):
            download(fault)
        assert list(tmp_path.iterdir()) == []
    download("cut_connection:1")
    assert target.read_bytes() == ZIP_BODY
