"""Composing a package in a browser: the outcome follows a change, and without a script a button and the map do the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from site_addresses import ADDRESSES, TOWN

PLACE = ADDRESSES["pakket_nieuw"][0]


def test_another_amount_changes_outcome_and_address_at_once(watched: Any, address: str) -> None:
    watched.goto(f"{address}{PLACE}")
    before = watched.locator("p.lead").inner_text()
    watched.locator("#f1-aantal").fill("400")
    watched.locator("#f1-aantal").press("Tab")
    watched.wait_for_url("**1.aantal=400**")
    watched.wait_for_function("(old) => document.querySelector('p.lead').innerText !== old", arg=before)
    assert watched.locator("#f1-aantal").input_value() == "400"
    said = watched.locator("p.lead").inner_text()
    watched.reload()
    assert watched.locator("p.lead").inner_text() == said


def test_without_a_script_the_button_weighs_and_the_map_adds_a_buurt(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}{PLACE}")
    page.locator("#f1-aantal").fill("400")
    page.locator("button[value=kijk]").click()
    assert "1.aantal=400" in page.url
    assert page.locator("#uitkomst").count() == 1
    page.locator("#kaart-kiezen summary").click()
    chosen = page.locator("#rij-2 .areas-chosen input").count()
    page.goto(address + page.locator(".pick a:not(.picked)").first.get_attribute("href"))
    assert page.locator("#rij-2 .areas-chosen input").count() == chosen + 1


def test_a_measure_is_added_and_taken_away(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/afwegen/nieuw?stad={TOWN}")
    page.locator("button[value=erbij]").click()
    assert page.locator("fieldset.site-row").count() == 2
    page.locator("button[value='weg.1']").click()
    assert page.locator("fieldset.site-row").count() == 1
