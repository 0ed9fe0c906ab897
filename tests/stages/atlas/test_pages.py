"""A page that is not there says so; that every page has a title and one sentence is asked in test_guarding."""

from __future__ import annotations

from starlette.testclient import TestClient


def test_a_town_that_is_not_there_is_said_in_words(client: TestClient) -> None:
    answer = client.get("/stad/GM0000")
    assert answer.status_code == 404
    assert "GM0000" in answer.text
    assert "Traceback" not in answer.text
