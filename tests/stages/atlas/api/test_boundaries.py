"""Boundaries by OGC API - Features: links lead somewhere, a box holds what touches it, shared borders stay shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from shapely.geometry import shape
from starlette.testclient import TestClient

ITEMS = "/v1/collections/buurten-2024/items"


@pytest.fixture(scope="module")
def buurten(areas: pl.DataFrame) -> dict[str, Any]:
    own = areas.filter(level="buurt", boundaries=2024).sort("area")
    return dict(zip(own["area"], shapely.from_wkb(own["geometry"].to_numpy()), strict=True))


def test_every_link_of_the_begin_and_the_collections_leads_somewhere(client: TestClient) -> None:
    told = [client.get("/v1").json(), client.get("/v1/collections").json()]
    links = [link for each in told for link in each["links"]] + [
        link for each in told[1]["collections"] for link in each["links"]
    ]
    assert {"self", "service-desc", "service-doc", "conformance", "data", "items"} <= {each["rel"] for each in links}
    for each in links:
        answer = client.get(each["href"].removeprefix("http://testserver"))
        assert answer.status_code == 200, each
        assert answer.headers["content-type"].split(";")[0] == each["type"]
    assert client.get("/v1/").json() == told[0]


@pytest.mark.parametrize("share", [(0.4, 0.6), (0.0, 1.0), (0.49, 0.5)])
def test_a_box_gives_what_touches_it(client: TestClient, buurten: dict[str, Any], share: tuple[float, float]) -> None:
    bounds = shapely.total_bounds(list(buurten.values()))
    low, high = share
    box = [float(bounds[i % 2] + (bounds[2 + i % 2] - bounds[i % 2]) * (low if i < 2 else high)) for i in range(4)]
    told = client.get(f"{ITEMS}?bbox={','.join(map(repr, box))}&limit=1000").json()
    window = shapely.box(*box)
    assert [each["id"] for each in told["features"]] == [
        code for code, each in buurten.items() if each.intersects(window)
    ]
    assert told["numberMatched"] == told["numberReturned"] == len(told["features"]) > 0


def test_a_box_beside_the_country_is_empty_and_one_over_the_date_line_is_two(
    client: TestClient, buurten: dict[str, Any]
) -> None:
    assert client.get(f"{ITEMS}?bbox=100,10,101,11").json()["features"] == []
    west = shapely.total_bounds(list(buurten.values()))[0]
    assert client.get(f"{ITEMS}?bbox={west - 1},-90,-170,90").json()["numberMatched"] == len(buurten)
    assert client.get(f"{ITEMS}?bbox=170,-90,{west - 1},90").json()["numberMatched"] == 0
    six = client.get(f"{ITEMS}?bbox=-180,-90,-10,180,90,10").json()
    assert six["numberMatched"] == len(buurten)


def test_geometry_is_the_publishers(client: TestClient, buurten: dict[str, Any]) -> None:
    code = next(iter(buurten))
    told = client.get(f"{ITEMS}/{code}").json()
    assert (told["type"], told["id"], told["properties"]["gebied"]) == ("Feature", code, code)
    drawn = shape(told["geometry"])
    assert drawn.symmetric_difference(buurten[code]).area < 1e-4 * buurten[code].area
    assert {each["rel"] for each in told["links"]} == {"self", "collection", "describedby"}


def test_simplified_areas_have_fewer_corners_and_still_share_their_borders(
    client: TestClient, buurten: dict[str, Any]
) -> None:
    full = client.get(f"{ITEMS}?limit=1000").json()["features"]
    simple = client.get(f"{ITEMS}?limit=1000&vereenvoudigd=true").json()["features"]
    shapes, exact = ([shape(each["geometry"]) for each in part] for part in (simple, full))
    assert len(shapes) == len(buurten)
    assert sum(map(shapely.get_num_coordinates, shapes)) < 0.9 * sum(map(shapely.get_num_coordinates, exact))
    whole = shapely.union_all(shapes).area
    assert sum(each.area for each in shapes) == pytest.approx(whole, rel=1e-4)
    assert whole == pytest.approx(shapely.union_all(exact).area, rel=0.01)


def test_within_a_town_and_within_a_time(client: TestClient, buurten: dict[str, Any]) -> None:
    own = [code for code in buurten if code.startswith("BU9002")]
    told = client.get(f"{ITEMS}?ligtIn=GM9002&limit=1000").json()
    assert [each["id"] for each in told["features"]] == own
    matched = {
        when: client.get(f"{ITEMS}?datetime={when}").json()["numberMatched"]
        for when in ("2024-03-01", "2023-03-01T00:00:00Z", "2020-01-01/..", "../2023-12-31", "2024-12-31T23:59:59Z/2030-01-01")
    }  # fmt: skip
    assert [bool(each) for each in matched.values()] == [True, False, True, False, True]


def test_the_collection_knows_its_box(client: TestClient, buurten: dict[str, Any]) -> None:
    told = client.get("/v1/collections/buurten-2024").json()
    assert np.allclose(told["extent"]["spatial"]["bbox"][0], shapely.total_bounds(list(buurten.values())))
    conforms = client.get("/v1/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in conforms
