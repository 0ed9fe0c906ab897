"""Every page answers, in both languages, and says so in one sentence."""

from __future__ import annotations

import re

import pytest
import site_addresses
from starlette.testclient import TestClient


@pytest.mark.parametrize(("page", "address"), site_addresses.every())
def test_a_page_has_a_title_and_one_sentence(client: TestClient, page: str, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert re.search(r'<h1[^>]*>[^<]+</h1>\s*<p class="lead">[^<]{20,}</p>', answer.text), page


def test_a_town_that_is_not_there_is_said_in_words(client: TestClient) -> None:
    answer = client.get("/stad/GM0000")
    assert answer.status_code == 404
    assert "GM0000" in answer.text
    assert "Traceback" not in answer.text
