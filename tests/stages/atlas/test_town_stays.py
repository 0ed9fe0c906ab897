"""The town that a page is about goes along: in the menu, to the pages of weighing and building, and to the funds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

TOWN = "GM9002"


@pytest.fixture
def chosen(client: TestClient) -> Iterator[TestClient]:
    client.cookies.set("stad", TOWN)
    yield client
    client.cookies.clear()


def menu(page: str) -> list[str]:
    bars = re.findall(r"(?s)<nav.*?</nav>", page)
    return [address for bar in bars for address in re.findall(r'href="([^"]+)"', bar) if "als=" not in address]


@pytest.mark.parametrize(
    "address",
    [
        f"/stad/{TOWN}", f"/kaart?gebied={TOWN}", "/kaart?gebied=BU90020101&niveau=buurt", f"/afwegen?stad={TOWN}",
        f"/afwegen/nieuw?stad={TOWN}", f"/fondsen?stad={TOWN}", f"/bouwen?stad={TOWN}", f"/bouwen/nieuw?stad={TOWN}",
        "/afwegen/sociaal_de_kaden", "/afwegen/vergelijk?pakket=sociaal_de_kaden", "/bouwen/vernieuwing_de_kaden",
        "/agenda/agenda_vierlingstad", "/agenda/agenda_vierlingstad/lopend",
    ],
)  # fmt: skip
def test_the_menu_keeps_the_town_of_the_page_without_a_choice(client: TestClient, address: str) -> None:
    told = menu(client.get(address).text)
    assert f"/stad/{TOWN}" in told
    for each in ("/kaart?gebied", "/bouwen?stad", "/afwegen?stad"):
        assert f"{each}={TOWN}" in told, each


def test_the_ways_of_weighing_go_on_with_the_town(client: TestClient) -> None:
    told = menu(client.get("/afwegen/sociaal_de_kaden").text)
    assert {f"/afwegen/nieuw?stad={TOWN}", f"/fondsen?stad={TOWN}"} <= set(told)
    assert f'/bouwen/nieuw?stad={TOWN}"' in client.get(f"/bouwen?stad={TOWN}").text


def test_a_page_of_no_town_names_none(client: TestClient) -> None:
    told = menu(client.get("/afwegen").text)
    assert not [each for each in told if "GM" in each]
    assert not [each for each in menu(client.get("/afwegen?stad=GM0000").text) if "GM" in each]


@pytest.mark.parametrize("address", ["/fondsen", "/afwegen/nieuw", "/bouwen/nieuw"])
def test_who_chose_a_town_begins_with_it_everywhere(chosen: TestClient, address: str) -> None:
    answer = chosen.get(address)
    assert (answer.status_code, answer.headers["location"]) == (302, f"{address}?stad={TOWN}")
