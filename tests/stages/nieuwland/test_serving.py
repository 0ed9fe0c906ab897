"""The fake publishers answer in the recorded shapes: keys, pages, filters and links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from stadspeil.errors import QuestionError
from stadspeil.sources.nieuwland.serving import FAULTS, Publishers, serve
from stadspeil.sources.nieuwland.serving.filters import FilterError, as_expression
from stadspeil.workspace import publish_json

BIG, SMALL = "99001NED", "99002NED"


@pytest.fixture(scope="module")
def publishers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishers]:
    folder = tmp_path_factory.mktemp("land")
    for id, rows, catalog in ((BIG, 25_000, "CBS"), (SMALL, 30, "derden")):
        frame = pl.DataFrame({
            "RegioS": [f"GM{number % 400:04}    "[:6] for number in range(rows)],
            "Perioden": [f"{2000 + number // 400}JJ00" for number in range(rows)],
            "Inwoners_5": [None if number % 10 == 0 else number for number in range(rows)],
        })  # fmt: skip
        (folder / "statline" / id).mkdir(parents=True)
        frame.write_parquet(folder / "statline" / id / "rows.parquet")
        properties = [
            {"ID": 0, "Position": 0, "Type": "GeoDimension", "Key": "RegioS", "Title": "Regio's"},
            {"ID": 1, "Position": 1, "Type": "TimeDimension", "Key": "Perioden", "Title": "Perioden"},
            {"ID": 2, "Position": 5, "Type": "Topic", "Key": "Inwoners_5", "Title": "Inwoners", "Unit": "aantal"},
        ]
        dimensions = {
            name: [{"Key": key} for key in frame[name].unique(maintain_order=True)] for name in ("RegioS", "Perioden")
        }
        info = {"Identifier": id, "Title": "Proef", "Modified": "2024-01-01T02:00:00"}
        meta = {"catalog": catalog, "TableInfos": info, "DataProperties": properties, "dimensions": dimensions}
        publish_json(meta, folder / "statline" / id / "meta.json")
    features = [
        {"type": "Feature", "id": f"g.{n}", "properties": {"statcode": f"GM{n:04}"}, "geometry": None}
        for n in range(25)
    ]
    (folder / "features").mkdir()
    (folder / "features" / "laag-gemeente-2022.geojson").write_text(json.dumps({"features": features}))
    (folder / "features" / "laag-gemeente.geojson").write_text(json.dumps({"features": features}))
    (folder / "files" / "duo.nl" / "open").mkdir(parents=True)
    (folder / "files" / "duo.nl" / "open" / "scholen.csv").write_bytes(b"a;b\n" * 500)
    (folder / "overlay").mkdir()
    publish_json({"size": "proef", "years": [2020]}, folder / "nieuwland.json")
    with serve(folder) as running:
        yield running


def get(publishers: Publishers, path: str, **params: str) -> httpx.Response:
    return httpx.get(f"{publishers.address}/{path}", params=params or None, trust_env=False)


def pages(publishers: Publishers, path: str, link: str, **params: str) -> list[dict[str, Any]]:
    """All pages, by the links in them; links hold the publisher's own address."""
    found = [get(publishers, path, **params).json()]
    while found[-1].get(link):
        address = found[-1][link]
        assert address.startswith("https://")
        found.append(httpx.get(f"{publishers.address}/{address.removeprefix('https://')}", trust_env=False).json())
    return found


def test_the_feed_gives_every_row_once_in_pages_of_ten_thousand(publishers: Publishers) -> None:
    found = pages(publishers, f"opendata.cbs.nl/ODataFeed/odata/{BIG}/TypedDataSet", "odata.nextLink")
    assert [len(each["value"]) for each in found] == [10_000, 10_000, 5_000]
    assert [row["ID"] for each in found for row in each["value"]] == list(range(25_000))
    assert f"/{BIG}/$metadata" in found[0]["odata.metadata"]


def test_a_filter_holds_over_all_pages(publishers: Publishers) -> None:
    words = {
        "$filter": "Perioden ge '2010JJ00' and (startswith(RegioS,'GM00') or startswith(RegioS,'GM01'))",
        "$format": "json",
    }
    found = pages(publishers, f"opendata.cbs.nl/ODataFeed/odata/{BIG}/TypedDataSet", "odata.nextLink", **words)
    rows = [row for each in found for row in each["value"]]
    assert len(rows) == 200 * (25_000 // 400 - 10) + 200
    count = get(publishers, f"opendata.cbs.nl/ODataFeed/odata/{BIG}/TypedDataSet/$count", **words)
    assert int(count.text) == len(rows)


def test_the_api_refuses_more_than_ten_thousand_rows(publishers: Publishers) -> None:
    answer = get(publishers, f"opendata.cbs.nl/ODataApi/odata/{BIG}/TypedDataSet")
    assert (answer.status_code, "returns more than 10000 records" in answer.text) == (500, True)
    assert (
        len(get(publishers, f"opendata.cbs.nl/ODataApi/odata/{BIG}/TypedDataSet", **{"$top": "5"}).json()["value"]) == 5
    )


def test_each_table_is_with_its_own_publisher(publishers: Publishers) -> None:
    assert get(publishers, f"opendata.cbs.nl/ODataFeed/odata/{SMALL}/TableInfos").status_code == 404
    found = get(publishers, f"dataderden.cbs.nl/ODataFeed/odata/{SMALL}/TableInfos").json()
    assert found["value"][0]["Identifier"] == SMALL
    listed = get(publishers, "dataderden.cbs.nl/ODataCatalog/Tables").json()["value"]
    assert [each["Identifier"] for each in listed] == [SMALL]


def test_untyped_rows_have_a_padded_point_where_there_is_no_number(publishers: Publishers) -> None:
    row = get(publishers, f"dataderden.cbs.nl/ODataFeed/odata/{SMALL}/UntypedDataSet").json()["value"][0]
    assert row["Inwoners_5"].strip() == "." and row["Inwoners_5"] != "."


def test_an_unknown_column_in_a_filter_is_an_error_in_words(publishers: Publishers) -> None:
    answer = get(publishers, f"opendata.cbs.nl/ODataFeed/odata/{BIG}/TypedDataSet", **{"$filter": "Zoek eq 'x'"})
    assert answer.status_code == 400
    assert "Zoek" in answer.json()["odata.error"]["message"]["value"]


def test_observations_leave_out_empty_cells_and_are_counted(publishers: Publishers) -> None:
    found = pages(
        publishers, f"datasets.cbs.nl/odata/v1/CBS/{BIG}/Observations", "@odata.nextLink", **{"$count": "true"}
    )
    assert found[0]["@odata.count"] == sum(len(each["value"]) for each in found) == 22_500
    cell = found[0]["value"][0]
    assert {"Id", "Measure", "ValueAttribute", "Value", "RegioS", "Perioden"} == set(cell)
    measures = get(publishers, f"datasets.cbs.nl/odata/v1/CBS/{BIG}/MeasureCodes").json()["value"]
    assert [each["Identifier"] for each in measures] == [cell["Measure"]]


def test_recorded_measures_have_the_same_keys(publishers: Publishers, shared_data: Path) -> None:
    recorded = json.loads((shared_data / "more" / "api" / "v4" / "meta_5.json").read_text())["value"][0]
    ours = get(publishers, f"datasets.cbs.nl/odata/v1/CBS/{BIG}/MeasureCodes").json()["value"][0]
    assert set(ours) <= set(recorded)


def test_layers_come_in_pages_both_ways(publishers: Publishers) -> None:
    base = "service.pdok.nl/cbs/gebiedsindelingen/2022/wfs/v1_0"
    asked = {"service": "WFS", "request": "GetFeature", "typeNames": "laag:gemeente", "count": "10", "startIndex": "20"}
    page = get(publishers, base, **asked).json()
    assert (page["numberMatched"], page["numberReturned"], len(page["features"])) == (25, 5, 5)
    first = get(publishers, "api.pdok.nl/cbs/gebieden-2022/ogc/v1/collections/laag-gemeente/items", limit="20").json()
    (link,) = first["links"]
    second = httpx.get(f"{publishers.address}/{link['href'].removeprefix('https://')}", trust_env=False).json()
    assert len(first["features"]) + len(second["features"]) == 25
    assert second["links"] == []


def test_files_are_resumed_and_not_sent_twice(publishers: Publishers) -> None:
    whole = get(publishers, "duo.nl/open/scholen.csv")
    address = f"{publishers.address}/duo.nl/open/scholen.csv"
    rest = httpx.get(address, headers={"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}, trust_env=False)
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert httpx.get(address, headers={"If-None-Match": whole.headers["ETag"]}, trust_env=False).status_code == 304
    assert get(publishers, "duo.nl/../../nieuwland.json").status_code == 404


def test_it_says_that_it_is_invented_and_what_can_go_wrong(publishers: Publishers) -> None:
    assert get(publishers, "stadspeil/overlay.json").json()["invented"] is True
    assert set(get(publishers, "stadspeil/faults").json()) == set(FAULTS)
    with pytest.raises(QuestionError, match="bestaat niet"):
        publishers.turn_on("onzin")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Code eq 'GM0001'", [0]), ("Code ne 'GM0001'", [1, 2]), ("not startswith(Code,'GM')", [2]), ("Getal ge 2 and Getal lt 3", [1]),
        ("substringof('M00',Code)", [0, 1]), ("Code eq 'BU1' or (Getal eq 1 and startswith(Code,'GM'))", [0, 2]),
        ("Code eq 'O''Hara'", []),
    ],
)  # fmt: skip
def test_filters_mean_what_they_say(text: str, kept: list[int]) -> None:
    frame = pl.DataFrame({"Code": ["GM0001    ", "GM0002    ", "BU1"], "Getal": [1, 2, 3]}).with_row_index("nr")
    assert frame.filter(as_expression(text, frame.columns))["nr"].to_list() == kept


@pytest.mark.parametrize(
    "text", ["Code eq", "Code is 'x'", "(Code eq 'x'", "Code eq 'x' Code", "Weg eq 'x'", "startswith(Code", "§"]
)
def test_filters_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(FilterError):
        as_expression(text, ["Code"])
