"""Whole tables: the same rows as the results, in both forms, safe in a spreadsheet, described for programs."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.testclient import TestClient

from stadspeil.atlas.api.datasets import Dataset, _lines
from stadspeil.atlas.site import Site
from stadspeil.contracts import AREAS, SCORES
from stadspeil.shelf import Part, shelf_parts, write_shelf

KEY = ["indicator", "year", "boundaries", "area"]


@pytest.mark.slow
def test_all_scores_leave_as_parquet(client: TestClient, scores: pl.DataFrame) -> None:
    answer = client.get("/v1/datasets/scores/parquet")
    told = pl.read_parquet(io.BytesIO(answer.content))
    assert_frame_equal(told.sort(KEY), scores.sort(KEY).select(told.columns))
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_one_figure_in_both_forms(client: TestClient, scores: pl.DataFrame, site: Site) -> None:
    own = scores.filter(indicator="inwoners").sort(KEY)
    parquet = client.get("/v1/datasets/scores/parquet?cijfer=inwoners")
    assert_frame_equal(pl.read_parquet(io.BytesIO(parquet.content)).sort(KEY), own)
    csv = client.get("/v1/datasets/scores/csv?cijfer=inwoners")
    read = pl.read_csv(csv.content, schema=dict(SCORES.columns)).sort(KEY)
    assert_frame_equal(read, own)
    name = f'attachment; filename="stadspeil-scores-inwoners-{site.results.version}.csv"'
    assert (csv.headers["content-disposition"], csv.headers["content-type"]) == (name, "text/csv; charset=utf-8")
    assert client.head("/v1/datasets/scores/csv?cijfer=inwoners").content == b""


def test_areas_leave_without_geometry(client: TestClient, areas: pl.DataFrame) -> None:
    read = pl.read_csv(client.get("/v1/datasets/areas/csv").content)
    assert read.height == areas.height
    assert read.columns == [name for name in AREAS.columns if name != "geometry"]


def test_every_dataset_is_listed_with_the_columns_that_it_has(client: TestClient) -> None:
    for each in client.get("/v1/datasets").json()["datasets"]:
        own = f"/v1/datasets/{each['id']}"
        columns = [column["naam"] for column in client.get(own).json()["kolommen"]]
        described = [column["name"] for column in client.get(f"{own}/csv-metadata").json()["tableSchema"]["columns"]]
        if each["id"] != "scores":
            header, *rows = client.get(f"{own}/csv").text.split("\r\n")[:-1]
            assert header == ",".join(columns)
            assert each["rijen"] <= len(rows)
        assert described == columns


def test_a_text_that_a_spreadsheet_would_run_is_made_safe(tmp_path: Path) -> None:
    row = {"area": "GM9002", "level": "gemeente", "name": "=HYPERLINK(\"x\")", "parent": None, "boundaries": 2024, "geometry": None,
           "snapshot": "a"}  # fmt: skip
    table = pl.DataFrame([row, row | {"area": "GM9003", "name": "Gewoon"}], schema=dict(AREAS.columns))
    write_shelf(tmp_path, [Part("areas", table)])
    lines = b"".join(_lines(Dataset("areas", "Gebieden", AREAS, tmp_path), shelf_parts(tmp_path))).decode()
    assert pl.read_csv(io.BytesIO(lines.encode()))["name"].to_list() == ['\'=HYPERLINK("x")', "Gewoon"]


def test_the_description_for_catalogues_is_whole(client: TestClient, site: Site) -> None:
    told = client.get("/v1/dcat").json()
    assert told["@type"] == "dcat:Catalog"
    datasets = told["dcat:dataset"]
    assert {each["@id"].rpartition("/")[2] for each in datasets} == {
        each["id"] for each in client.get("/v1/datasets").json()["datasets"]
    }
    prefixes = set(told["@context"])
    for each in [told, *datasets]:
        assert {
            "dct:title",
            "dct:description",
            "dct:publisher",
            "dcat:contactPoint",
            "dct:issued",
            "dct:modified",
        } <= set(each)
        assert all(key.startswith("@") or key.split(":")[0] in prefixes for key in _keys(each))
    for each in datasets:
        assert {
            "dct:identifier",
            "dcat:theme",
            "dct:temporal",
            "dct:spatial",
            "dct:accessRights",
            "prov:wasDerivedFrom",
        } <= set(each)
        for form in each["dcat:distribution"]:
            assert {"dct:license", "dcat:mediaType", "dcat:accessURL", "dcat:downloadURL", "dct:format"} <= set(form)
            assert client.head(form["dcat:downloadURL"]["@id"].removeprefix("http://testserver")).status_code == 200
    taken = sorted(each["opgehaald"][:10] for each in client.get("/v1/momentopnamen").json()["momentopnamen"])
    assert (told["dct:issued"]["@value"], told["dct:modified"]["@value"]) == (taken[0], taken[-1])


def _keys(node: Any) -> set[str]:
    if isinstance(node, dict):
        inside = [value for key, value in node.items() if key != "@context"]
        return set(node) | {key for each in inside for key in _keys(each)}
    return {key for each in node for key in _keys(each)} if isinstance(node, list) else set()


def test_a_site_without_publishers_files_tells_no_dates(site: Site, tmp_path: Path) -> None:
    from stadspeil.atlas.app import create_app

    bare = replace(site, workspace=type(site.workspace)(tmp_path))
    with TestClient(create_app(bare)) as caller:
        told = caller.get("/v1/dcat").json()
    assert "dct:issued" not in told and told["dcat:dataset"] == []
