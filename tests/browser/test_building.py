"""The editor of building programmes in a real browser: a click on the map chooses a buurt, with and without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from site_addresses import TOWN

ROWS = f"/bouwen/nieuw?stad={TOWN}&titel=Proef&rijen=2&1.naam=flats&1.buurt=BU90020101&2.naam=huizen"


def shows(page: Any, *buurten: str) -> None:
    """Wait until the rows have these buurten."""
    rows = page.locator("select[data-buurten]")
    expect(rows).to_have_count(len(buurten))
    for number, buurt in enumerate(buurten):
        expect(rows.nth(number)).to_have_value(buurt)


def test_a_click_on_the_map_fills_the_buurt_of_the_row_in_hand(
    watched: Any, address: str, settle: Callable[[Any], None]
) -> None:
    watched.goto(f"{address}{ROWS}")
    settle(watched)
    watched.click("#kaart-kiezen > summary")
    watched.locator('a[data-buurt="BU90020203"] path').click()
    shows(watched, "BU90020101", "BU90020203")
    # What was typed and not sent yet is still there: the page was not left.
    watched.locator("#f1-aantal").fill("25")
    watched.locator('a[data-buurt="BU90020204"] path').click()
    shows(watched, "BU90020204", "BU90020203")
    expect(watched.locator("#f1-aantal")).to_have_value("25")
    watched.locator('button[value="erbij"]').click()
    watched.wait_for_selector("#rij-3")
    shows(watched, "BU90020204", "BU90020203", "")


def test_without_a_script_the_map_and_the_buttons_do_the_same(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}{ROWS}")
    page.click("#kaart-kiezen > summary")
    page.locator('a[data-buurt="BU90020203"] path').click()
    shows(page, "BU90020101", "BU90020203")
    page.locator('button[value="weg.1"]').click()
    shows(page, "BU90020203")
    page.locator('button[value="kijk"]').click()
    expect(page.locator("#rij-1 .row-problems li")).to_have_count(3)
