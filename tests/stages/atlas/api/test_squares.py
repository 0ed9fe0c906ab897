"""Squares of 100 m are for a town's own work (decision 30): no address of the API gives one."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.analyses.tables import NEVER_SHOWN
from stadspeil.atlas.site import Site


@pytest.fixture(scope="module")
def squares(site: Site) -> set[str]:
    folder = site.workspace.out / "analyses" / "grid_squares"
    found = pl.concat([pl.read_parquet(path) for path in folder.glob("*.parquet")])
    return set(found["square"])


def test_there_are_squares_to_hide(squares: set[str]) -> None:
    assert len(squares) > 1000


@pytest.mark.parametrize("name", NEVER_SHOWN)
@pytest.mark.parametrize(
    "address",
    ["/analyses/{}", "/analyses/{}/rijen", "/datasets/{}", "/datasets/{}/csv", "/datasets/{}/parquet", "/datasets/{}/csv-metadata",
     "/cijfers/{}", "/cijfers/{}/waarden", "/collections/{}", "/collections/{}/items", "/bronnen/{}"],
)  # fmt: skip
def test_none_by_its_own_name(client: TestClient, name: str, address: str) -> None:
    for spelled in (
        name,
        name.upper(),
        f"%20{name}",
        name.replace("_", "%5F") + "%00",
        f"./{name}",
        f"trends/../{name}",
    ):
        assert client.get("/v1" + address.format(spelled)).status_code == 404


@pytest.mark.slow
def test_none_in_any_answer_that_links_lead_to(client: TestClient, squares: set[str]) -> None:
    """Walk along every link there is but pages further on and whole tables of scores; no answer names a square."""
    shape = re.compile(r"\bE\d{4}N\d{4}\b")
    assert all(shape.fullmatch(each) for each in squares)
    waiting, seen = (
        ["/v1", *(f"/v1/datasets/{each}/csv" for each in ("grid_pockets", "grid_buurten", "grid_splits"))],
        set(),
    )
    while waiting:
        address = waiting.pop()
        if address in seen or "/scores/" in address or "offset=" in address.replace("offset=0", ""):
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "json" in answer.headers["content-type"]:
            waiting += _links(answer.json())
        if "parquet" not in address:
            assert shape.search(answer.text) is None, address
    assert len(seen) > 150


def _links(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = (
            [node["href"].removeprefix("http://testserver")]
            if str(node.get("href", "")).startswith("http://testserver/v1")
            else []
        )
        return own + [each for value in node.values() for each in _links(value)]
    return [each for value in node for each in _links(value)] if isinstance(node, list) else []
