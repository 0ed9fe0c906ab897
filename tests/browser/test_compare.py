"""Comparing in a browser: an area is lit in all rows, by mouse and by keys; every state has an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TOWN, OTHER = "GM9002", "GM9003"


def shown(page: Any) -> str:
    return str(page.locator("[data-lit-name]").inner_text())


def test_a_town_that_is_pointed_at_is_lit_in_every_row_with_its_numbers(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    watched.wait_for_selector(".comparison.chosen")
    rows = watched.locator(".subject").count()
    assert rows > 5
    assert watched.locator(f'.area.lit[data-area="{TOWN}"]').count() == rows
    watched.locator(f'[data-legend="{OTHER}"] a').hover()
    assert watched.locator(f'.area.lit[data-area="{OTHER}"]').count() == rows
    assert watched.locator(f'.area.lit[data-area="{TOWN}"]').count() == 0
    first = watched.locator(".subject").first
    lane = first.locator(f'[data-area="{OTHER}"]')
    assert first.locator("text.told").text_content() == lane.get_attribute("data-told")
    assert first.locator("text.placed").text_content() == lane.get_attribute("data-placed")
    watched.mouse.move(5, 5)
    assert watched.locator(f'.area.lit[data-area="{TOWN}"]').count() == rows


def test_keys_light_a_town_and_hide_it(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    watched.wait_for_selector(f'[data-legend="{OTHER}"] button')
    before = shown(watched)
    watched.locator(f'[data-legend="{TOWN}"] button').focus()
    watched.keyboard.press("Tab")
    assert shown(watched) != before
    watched.keyboard.press("Tab")
    watched.keyboard.press("Enter")
    button = watched.locator(f'[data-legend="{OTHER}"] button')
    assert button.get_attribute("aria-pressed") == "true"
    assert watched.locator(f'.area[data-area="{OTHER}"]').first.is_hidden()
    watched.keyboard.press("Enter")
    assert watched.locator(f'.area[data-area="{OTHER}"]').first.is_visible()


def test_a_choice_of_subject_goes_into_the_address_and_survives_a_reload(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    watched.select_option("#thema", "veiligheid")
    watched.wait_for_url("**thema=veiligheid**")
    watched.wait_for_function("document.querySelector('h1').textContent.includes('veiligheid')")
    said = watched.locator(".lead").inner_text()
    watched.reload()
    assert watched.locator(".lead").inner_text() == said
    # The island lives on in what was put in.
    watched.wait_for_selector(".comparison.chosen")


def test_areas_are_ticked_and_typed(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken")
    watched.click("details.choose-areas summary")
    watched.fill("#erbij", "Haverdam")
    watched.fill("#naam", "Mijn steden")
    watched.locator("details.choose-areas form").first.locator("button[type=submit]").click()
    watched.wait_for_selector('[data-legend="GM9005"]')
    assert watched.locator("[data-legend]").count() == 3
    assert "Mijn steden" in watched.locator(".own-set").inner_text()
    lasting = watched.locator("text=Vast adres").get_attribute("href")
    watched.goto(f"{address}{lasting}")
    assert watched.locator("[data-legend]").count() == 3
    assert "Mijn steden" in watched.locator(".own-set").inner_text()


def test_without_a_script_the_lit_town_is_a_link(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    page.click(f'[data-legend="{OTHER}"] a')
    assert page.locator(f'.area.lit[data-area="{OTHER}"]').count() > 5
    assert f"licht={OTHER}" in page.url


def test_a_narrow_phone_scrolls_the_figure_and_not_the_page(opened: Callable[..., Any], address: str) -> None:
    page = opened(viewport={"width": 320, "height": 700})
    for path in (f"/vergelijken?gebieden={TOWN},{OTHER}", "/en/vergelijken?in=GM9002&niveau=wijk"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
