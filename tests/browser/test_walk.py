"""A new user walks through the site."""

from __future__ import annotations

from typing import Any


def test_choosing_a_town_shows_where_it_stands(watched: Any, address: str) -> None:
    watched.goto(f"{address}/")
    watched.select_option("#stad", "GM9002")
    watched.click("form.choose button")
    assert watched.locator("h1").inner_text().startswith("Waar staat ")
    watched.goto(f"{address}/")
    assert watched.url.endswith("/stad/GM9002")
