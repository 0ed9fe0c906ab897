"""A new user walks through the site."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect


def test_choosing_a_town_shows_where_it_stands(watched: Any, address: str) -> None:
    watched.goto(f"{address}/")
    watched.select_option("#stad", "GM9002")
    watched.click("form.choose button")
    watched.wait_for_url("**/stad/GM9002")
    expect(watched.locator("h1")).to_have_text(re.compile("^Waar staat "))
    watched.goto(f"{address}/")
    watched.wait_for_url("**/stad/GM9002")
