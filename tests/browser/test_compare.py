"""Comparing in a browser: an area is lit in all rows, by mouse and by keys; every state has an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

TOWN, OTHER = "GM9002", "GM9003"


def test_a_town_that_is_pointed_at_is_lit_in_every_row_with_its_numbers(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    watched.wait_for_selector(".comparison.chosen")
    rows = watched.locator(".subject").count()
    assert rows > 5
    expect(watched.locator(f'.area.lit[data-area="{TOWN}"]')).to_have_count(rows)
    watched.locator(f'[data-legend="{OTHER}"] a').hover()
    expect(watched.locator(f'.area.lit[data-area="{OTHER}"]')).to_have_count(rows)
    expect(watched.locator(f'.area.lit[data-area="{TOWN}"]')).to_have_count(0)
    first = watched.locator(".subject").first
    lane = first.locator(f'[data-area="{OTHER}"]')
    expect(first.locator("text.told")).to_have_text(lane.get_attribute("data-told"))
    expect(first.locator("text.placed")).to_have_text(lane.get_attribute("data-placed"))
    watched.mouse.move(5, 5)
    expect(watched.locator(f'.area.lit[data-area="{TOWN}"]')).to_have_count(rows)


def test_keys_light_a_town_and_hide_it(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    watched.wait_for_selector(f'[data-legend="{OTHER}"] button')
    lit = watched.locator("[data-lit-name]")
    before = lit.inner_text()
    watched.locator(f'[data-legend="{TOWN}"] button').focus()
    watched.keyboard.press("Tab")
    expect(lit).not_to_have_text(before, use_inner_text=True)
    watched.keyboard.press("Tab")
    watched.keyboard.press("Enter")
    button = watched.locator(f'[data-legend="{OTHER}"] button')
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(watched.locator(f'.area[data-area="{OTHER}"]').first).to_be_hidden()
    watched.keyboard.press("Enter")
    expect(watched.locator(f'.area[data-area="{OTHER}"]').first).to_be_visible()


def test_a_choice_of_subject_goes_into_the_address_and_survives_a_reload(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    watched.select_option("#thema", "veiligheid")
    watched.wait_for_url("**thema=veiligheid**")
    watched.wait_for_function("document.querySelector('h1').textContent.includes('veiligheid')")
    said = watched.locator(".lead").inner_text()
    watched.reload()
    expect(watched.locator(".lead")).to_have_text(said, use_inner_text=True)
    # The island lives on in what was put in.
    watched.wait_for_selector(".comparison.chosen")


def test_areas_are_ticked_and_typed(watched: Any, address: str) -> None:
    watched.goto(f"{address}/vergelijken")
    watched.click("details.choose-areas summary")
    watched.fill("#erbij", "Haverdam")
    watched.fill("#naam", "Mijn steden")
    watched.locator("details.choose-areas form").first.locator("button[type=submit]").click()
    watched.wait_for_selector('[data-legend="GM9005"]')
    expect(watched.locator("[data-legend]")).to_have_count(3)
    expect(watched.locator(".own-set")).to_contain_text("Mijn steden")
    lasting = watched.locator("text=Vast adres").get_attribute("href")
    watched.goto(f"{address}{lasting}")
    expect(watched.locator("[data-legend]")).to_have_count(3)
    expect(watched.locator(".own-set")).to_contain_text("Mijn steden")


def test_without_a_script_the_lit_town_is_a_link(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/vergelijken?gebieden={TOWN},{OTHER}")
    page.click(f'[data-legend="{OTHER}"] a')
    page.wait_for_url(f"**licht={OTHER}**")
    expect(page.locator(f'.area.lit[data-area="{OTHER}"]').nth(5)).to_be_attached()


def test_a_narrow_phone_scrolls_the_figure_and_not_the_page(opened: Callable[..., Any], address: str) -> None:
    page = opened(viewport={"width": 320, "height": 700})
    for path in (f"/vergelijken?gebieden={TOWN},{OTHER}", "/en/vergelijken?in=GM9002&niveau=wijk"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
