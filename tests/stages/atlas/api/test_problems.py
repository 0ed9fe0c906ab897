"""Whatever goes wrong under /v1 comes as problem details, says all that is wrong, and shows nothing of our insides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.site import Site
from stadspeil.errors import ContractError

WRONG = (
    ("GET", "/v1/nergens", 404), ("GET", "/v1/gebieden/", 404), ("GET", "/v1//gebieden", 404), ("GET", "/v1/gebieden/GM0001", 404),
    ("GET", "/v1/gebieden/gm9002", 404), ("GET", "/v1/gebieden/%00", 404), ("GET", "/v1/cijfers/%2e%2e/%2e%2e/etc/passwd", 404),
    ("GET", "/v1/cijfers/inwonerz", 404), ("GET", "/v1/themas/x", 404), ("GET", "/v1/bronnen/x", 404), ("GET", "/v1/groepen/x", 404),
    ("GET", "/v1/analyses/x", 404), ("GET", "/v1/momentopnamen/..%2f..%2fHEAD", 404), ("GET", "/v1/datasets/x/csv", 404),
    ("GET", "/v1/collections/buurten-1900/items", 404), ("GET", "/v1/collections/gemeenten-2024/items/BU90020101", 404),
    ("GET", "/v1/cijfers/ww/herkomst/GM9002?jaar=1950", 404), ("GET", "/v1/gebieden/GM9002?grenzen=1950", 404),
    ("GET", "/v1/gebieden?limit=0", 400), ("GET", "/v1/gebieden?limit=1001", 400), ("GET", "/v1/gebieden?limit=1e3", 400),
    ("GET", "/v1/gebieden?limit=٣", 400), ("GET", "/v1/gebieden?offset=-1", 400), ("GET", "/v1/gebieden?niveau=stad", 400),
    ("GET", "/v1/gebieden?niveau=wijk&niveau=buurt", 400), ("GET", "/v1/gebieden?%ff=1", 400), ("GET", "/v1/gebieden?limit", 400),
    ("GET", "/v1/gebieden/GM9002/waarden?cijfer=inwonerz", 400), ("GET", "/v1/cijfers?thema=woningen", 400),
    ("GET", "/v1/collections/buurten-2024/items?bbox=1,2,3", 400), ("GET", "/v1/collections/buurten-2024/items?bbox=5,53,6,52", 400),
    ("GET", "/v1/collections/buurten-2024/items?bbox=nan,1,2,3", 400), ("GET", "/v1/collections/buurten-2024/items?datetime=nu", 400),
    ("GET", "/v1/collections/buurten-2024/items?datetime=2024-01-01/2020-01-01", 400),
    ("GET", "/v1/analyses/twins/rijen?cijfer=ww", 400), ("GET", "/v1/datasets/areas/csv?cijfer=ww", 400),
    ("GET", "/v1/conformance?x=1", 400), ("GET", f"/v1/gebieden?niveau={'a' * 5000}", 414), ("GET", f"/v1/gebieden?niveau={'a' * 9000}", 414),
    ("POST", "/v1/gebieden", 405), ("PUT", "/v1", 405), ("DELETE", "/v1/gebieden/GM9002", 405), ("PATCH", "/v1/nergens", 405),
)  # fmt: skip


@pytest.mark.parametrize(("method", "address", "status"), WRONG)
def test_a_wrong_question_gets_problem_details(client: TestClient, method: str, address: str, status: int) -> None:
    answer = client.request(method, address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["api-version"] == "1.0.0"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(told)
    assert (told["status"], bool(told["detail"])) == (status, True)
    assert ("errors" in told) == (status == 400)
    assert "/" + str(Path(__file__).parts[1]) not in answer.text.replace("/v1", "")


def test_everything_wrong_is_told_at_once_with_what_was_meant(client: TestClient) -> None:
    told = client.get("/v1/cijfers/ww/waarden?jaarr=2020&niveau=buurtt&limit=0&gebied=GM9002,x").json()
    found = {each["location"]["name"]: each for each in told["errors"]}
    assert set(found) == {"jaarr", "niveau", "limit", "gebied"}
    assert "bedoelde u 'jaar'" in found["jaarr"]["detail"] and found["jaarr"]["code"] == "onbekend"
    assert "bedoelde u 'buurt'" in found["niveau"]["detail"]
    assert {each["in"] for each in told["errors"]} == {"query"}


def test_near_names_of_figures_and_areas(client: TestClient) -> None:
    assert "bedoelde u 'inwoners'" in client.get("/v1/cijfers/inwoner").json()["detail"]
    assert "bedoelde u 'inwoners'" in client.get("/v1/gebieden/GM9002/waarden?cijfer=inwoner").json()["detail"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [("text/html", 406), ("application/xml;q=0.9", 406), ("application/json;q=0", 406), ("*/*", 200),
     ("text/html, application/*;q=0.5", 200), ("application/json", 200), ("", 200)],
)  # fmt: skip
def test_a_form_that_there_is_not(client: TestClient, accept: str, status: int) -> None:
    assert client.get("/v1/gebieden", headers={"Accept": accept}).status_code == status


def test_a_map_is_geojson_also_for_who_asks_for_json(client: TestClient) -> None:
    answer = client.get("/v1/collections/gemeenten-2024/items", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/geo+json"


def test_a_question_with_content_is_refused(client: TestClient) -> None:
    assert client.request("GET", "/v1/gebieden", content=b"x" * 20_000).status_code == 413


def test_the_guard_speaks_in_problems_too(client: TestClient) -> None:
    answer = client.get("/v1/gebieden", headers={"Host": "vreemd.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")
    assert answer.json()["instance"] == "/v1/gebieden" and answer.json()["type"] == "/api#fouten"
    assert answer.headers["api-version"] == "1.0.0"


@pytest.mark.parametrize("fault", [KeyError("geheim"), ContractError("/srv/geheim", "stuk")])
def test_a_fault_of_ours_shows_nothing_of_our_insides(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    fresh = replace(site, settings=Settings(contact_name="stuk"))

    def fail(*_: Any) -> Any:
        raise fault

    monkeypatch.setattr("stadspeil.atlas.results.Results.of_area", fail)
    with TestClient(create_app(fresh), raise_server_exceptions=False) as caller:
        answer = caller.get("/v1/gebieden/GM9002/waarden")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "geheim" not in answer.text


def test_no_address_of_the_machine_leaves(site: Site, tmp_path: Path) -> None:
    """Where nothing was scored yet, our own message names the folder; the API does not."""
    bare = replace(site, workspace=type(site.workspace)(tmp_path / "leeg"))
    with TestClient(create_app(bare), raise_server_exceptions=False) as caller:
        for address in ("/v1", "/v1/gebieden", "/v1/cijfers/ww", "/v1/cijfers/ww/waarden", "/v1/cijfers/ww/herkomst/NL", "/v1/datasets",
                        "/v1/dcat", "/v1/momentopnamen", "/v1/collections", "/v1/analyses/trends/rijen"):  # fmt: skip
            answer = caller.get(address)
            assert answer.status_code in (200, 404), answer.text
            assert str(tmp_path) not in answer.text
