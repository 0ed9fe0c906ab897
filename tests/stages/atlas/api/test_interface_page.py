"""The page about the API: names every address in both languages, and its examples work."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.api import resources_of
from stadspeil.atlas.app import create_app
from stadspeil.atlas.pages.interface import EXAMPLES
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.site import Site


@pytest.mark.parametrize("address", ["/api", "/en/api"])
def test_the_page_names_every_address_and_its_examples_work(client: TestClient, site: Site, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    for each in resources_of(site):
        assert f"/v1{each.path}".rstrip("/") in page.text.replace("<wbr>", "")
    examples = [
        html.unescape(each)
        for each in re.findall(r'curl &#34;(.*?)&#34;|curl "(.*?)"', page.text)
        for each in each
        if each
    ]
    assert len(examples) == len(EXAMPLES)
    for each in examples:
        answer = client.get(each[each.index("/v1") :])
        assert answer.status_code == 200, each
        assert len(answer.content) > 200
    assert 'id="kop-fouten"' in page.text and 'id="fouten"' in page.text


def test_examples_name_the_address_that_the_setting_gives(site: Site) -> None:
    settings = Settings(
        address="https://stadspeil.gemeente.example", contact_name="Onderzoek", contact_email="o@gemeente.example"
    )
    with TestClient(create_app(replace(site, settings=settings))) as caller:
        assert "https://stadspeil.gemeente.example/v1/gebieden" in caller.get("/api").text
        told = caller.get("/v1/openapi.json").json()
        assert [each["url"] for each in told["servers"]] == ["https://stadspeil.gemeente.example/v1"]
        assert told["info"]["contact"] == {
            "name": "Onderzoek", "email": "o@gemeente.example", "url": "https://stadspeil.gemeente.example/api",
        }  # fmt: skip
        assert caller.get("/v1").json()["links"][0]["href"] == "https://stadspeil.gemeente.example/v1"
