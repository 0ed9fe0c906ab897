"""Composing a package in a browser: the outcome follows a change, and without a script a button and the map do the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from site_addresses import ADDRESSES, TOWN

PLACE = ADDRESSES["pakket_nieuw"][0]


def test_another_amount_changes_outcome_and_address_at_once(watched: Any, address: str) -> None:
    watched.goto(f"{address}{PLACE}")
    before = watched.locator("p.lead").inner_text()
    watched.locator("#f1-aantal").fill("400")
    watched.locator("#f1-aantal").press("Tab")
    watched.wait_for_url("**1.aantal=400**")
    watched.wait_for_function("(old) => document.querySelector('p.lead').innerText !== old", arg=before)
    expect(watched.locator("#f1-aantal")).to_have_value("400")
    said = watched.locator("p.lead").inner_text()
    watched.reload()
    expect(watched.locator("p.lead")).to_have_text(said, use_inner_text=True)


def test_without_a_script_the_button_weighs_and_the_map_adds_a_buurt(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}{PLACE}")
    page.locator("#f1-aantal").fill("400")
    page.locator("button[value=kijk]").click()
    page.wait_for_url("**1.aantal=400**")
    expect(page.locator("#uitkomst")).to_have_count(1)
    expect(page.locator(".pick")).to_be_visible()
    chosen = page.locator("#rij-2 .areas-chosen input").count()
    page.goto(address + page.locator(".pick a:not(.picked)").first.get_attribute("href"))
    expect(page.locator("#rij-2 .areas-chosen input")).to_have_count(chosen + 1)


def test_a_measure_is_added_and_taken_away(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/afwegen/nieuw?stad={TOWN}")
    page.locator("button[value=erbij]").click()
    expect(page.locator("fieldset.site-row")).to_have_count(2)
    page.locator("button[value='weg.1']").click()
    expect(page.locator("fieldset.site-row")).to_have_count(1)


def test_what_is_typed_while_an_answer_is_under_way_stays(watched: Any, address: str) -> None:
    watched.goto(f"{address}{PLACE}")
    amount = watched.locator("#f1-aantal")
    amount.click()
    watched.keyboard.press("Control+A")
    # Slower than a pause that asks for an answer takes in all: answers come in between, and may not undo a key.
    watched.keyboard.type("12345", delay=160)
    watched.wait_for_url("**1.aantal=12345**")
    watched.wait_for_load_state("networkidle")
    expect(amount).to_have_value("12345")
    expect(amount).to_be_focused()


def test_a_click_on_the_map_takes_along_what_was_just_typed(watched: Any, address: str) -> None:
    watched.goto(f"{address}/afwegen/nieuw?stad={TOWN}")
    watched.locator("#f1-ingreep").select_option("straatverlichting")
    watched.locator("#f1-van").fill("2027")
    watched.locator("#f1-tot").fill("2028")
    watched.locator("#f1-aantal").fill("300")
    watched.locator('a[data-buurt="BU90020201"]').click()
    watched.locator("#uitkomst").wait_for()
    expect(watched.locator("#rij-1 .areas-chosen input")).to_have_count(1)
    for name, value in (("van", "2027"), ("tot", "2028"), ("aantal", "300")):
        expect(watched.locator(f"#f1-{name}")).to_have_value(value)
    watched.locator('a[data-buurt="BU90020201"]').click()
    watched.locator("#uitkomst").wait_for(state="detached")
    expect(watched.locator("#rij-1 .areas-chosen input")).to_have_count(0)


def test_an_agenda_is_walked_year_by_year_with_the_keyboard(watched: Any, address: str) -> None:
    watched.goto(f"{address}{ADDRESSES['agenda'][0]}")
    first = watched.locator("#kop-jaar").inner_text()
    watched.locator("#jaar-verder").focus()
    for _ in range(2):
        year = int(watched.locator("#kop-jaar").inner_text()[-4:])
        watched.keyboard.press("Enter")
        watched.wait_for_url(f"**jaar={year + 1}**")
        watched.wait_for_function(
            "(year) => document.querySelector('#kop-jaar').innerText.endsWith(year)", arg=str(year + 1)
        )
    expect(watched.locator("#jaar-verder")).to_be_focused()
    watched.go_back()
    watched.wait_for_function("(year) => document.querySelector('#kop-jaar').innerText.endsWith(year)", arg=str(year))
    watched.go_back()
    watched.wait_for_function("(head) => document.querySelector('#kop-jaar').innerText === head", arg=first)
