"""Lists in pages: `next` walks the whole, each row once and in one order; answers are remembered by their mark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.site import Site

LISTS = (
    ("/v1/gebieden?grenzen=2024&limit=97", "gebieden"),
    ("/v1/cijfers?limit=40", "cijfers"),
    ("/v1/cijfers/koopwoningen_aandeel/waarden?jaar=2024&limit=150", "waarden"),
    ("/v1/gebieden/GM9002/waarden?limit=700", "waarden"),
    ("/v1/analyses/splits/rijen?limit=500", "rijen"),
    ("/v1/collections/buurten-2024/items?limit=111", "features"),
    ("/v1/momentopnamen?limit=10", "momentopnamen"),
)


def walked(client: TestClient, address: str, name: str) -> tuple[list[str], int]:
    rows: list[str] = []
    total, onward = 0, address
    for _ in range(60):
        told = client.get(onward).json()
        total = told.get("aantal", told.get("numberMatched"))
        rows += [repr(each) for each in told[name]]
        following = [each["href"] for each in told["links"] if each["rel"] == "next"]
        if not following:
            return rows, total
        onward = following[0].removeprefix("http://testserver")
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize(("address", "name"), LISTS)
def test_next_walks_the_whole_set_once(client: TestClient, address: str, name: str) -> None:
    rows, total = walked(client, address, name)
    assert len(rows) == len(set(rows)) == total > 0
    whole, _ = walked(client, address.rpartition("limit=")[0] + "limit=1000", name)
    assert rows == whole


def test_the_link_header_says_the_same_as_the_links(client: TestClient) -> None:
    answer = client.get("/v1/gebieden?limit=5&offset=5")
    links = {each["rel"]: each["href"] for each in answer.json()["links"]}
    assert answer.headers["link"] == f'<{links["next"]}>; rel="next", <{links["prev"]}>; rel="prev"'
    assert "offset=10" in links["next"] and "offset=0" in links["prev"]


def test_beyond_the_end_there_is_nothing_and_no_next(client: TestClient) -> None:
    told = client.get("/v1/gebieden?grenzen=2024&offset=100000").json()
    assert (told["gegeven"], told["gebieden"]) == (0, [])
    assert "next" not in {each["rel"] for each in told["links"]}


@pytest.mark.parametrize("address", ["/v1", "/v1/gebieden", "/v1/cijfers/ww/waarden?jaar=2024", "/v1/dcat"])
def test_an_answer_that_did_not_change_is_short(client: TestClient, address: str) -> None:
    first = client.get(address)
    mark = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60, must-revalidate"
    for known in (mark, mark.removeprefix("W/"), f'"x", {mark}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
        assert again.headers["api-version"] == "1.0.0"
    assert client.get(address, headers={"If-None-Match": '"anders"'}).status_code == 200


def test_another_question_or_other_settings_have_another_mark(client: TestClient, site: Site) -> None:
    marks = [client.get(f"/v1/gebieden?limit={number}").headers["etag"] for number in (5, 6)]
    other = create_app(replace(site, settings=Settings(contact_name="Iemand anders")))
    with TestClient(other) as caller:
        marks.append(caller.get("/v1/gebieden?limit=5").headers["etag"])
    assert len(set(marks)) == 3


def test_packed_and_plain_are_the_same_answer(client: TestClient) -> None:
    address = "/v1/cijfers/koopwoningen_aandeel/waarden?niveau=buurt&jaar=2023"
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_head_is_get_without_content(client: TestClient) -> None:
    got, head = client.get("/v1/cijfers/ww"), client.head("/v1/cijfers/ww")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]


def test_options_says_what_may_be_done(client: TestClient) -> None:
    answer = client.options("/v1/gebieden")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


def test_other_sites_read_only_where_the_setting_lets_them(site: Site) -> None:
    strange, known = "https://elders.example", "https://www.gemeente.example"
    settings = Settings(requests_per_minute=1000, origins=(known,))
    with TestClient(create_app(replace(site, settings=settings))) as caller:
        answer = caller.get("/v1/gebieden", headers={"Origin": known})
        assert answer.headers["access-control-allow-origin"] == known
        exposed = {each.strip() for each in answer.headers["access-control-expose-headers"].split(",")}
        assert {"ETag", "API-Version", "Link", "RateLimit-Remaining"} <= exposed
        assert "access-control-allow-origin" not in caller.get("/v1/gebieden", headers={"Origin": strange}).headers


def test_how_much_may_still_be_asked(site: Site, still_clock: None) -> None:
    with TestClient(create_app(replace(site, settings=Settings(requests_per_minute=3)))) as caller:
        told = [caller.get("/v1/gebieden?limit=1") for _ in range(4)]
    left = [each.headers["ratelimit-remaining"] for each in told]
    assert left[:3] == ["2", "1", "0"]
    assert {each.headers["ratelimit-limit"] for each in told} == {"3"}
    last: Any = told[3]
    assert (last.status_code, last.headers["retry-after"], last.headers["content-type"]) == (
        429,
        "60",
        "application/problem+json",
    )
    assert last.json() | {"detail": ""} == {
        "type": "/api#fouten", "title": "Te veel vragen", "status": 429, "detail": "", "instance": "/v1/gebieden",
    }  # fmt: skip
