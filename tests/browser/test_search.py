"""The search field with the keyboard: suggestions while typing, chosen without a mouse, and nothing lost without a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect
from site_addresses import TOWN

FIELD = "#zoek"
LIST = "#zoek-opties"


def type_in(page: Any, text: str) -> None:
    """Type, and wait for what is suggested for the whole text: an earlier list may stand there first."""
    page.focus(FIELD)
    with page.expect_response(lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == [text]):
        page.keyboard.type(text, delay=30)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    page.wait_for_selector(f"{LIST} [role=option]")


def is_on(page: Any, name: str) -> None:
    """Wait until a screen reader is on the option of this name; empty for none."""
    page.wait_for_function(
        "(name) => { const id = document.querySelector('#zoek').getAttribute('aria-activedescendant');"
        " return name === (id ? document.getElementById(id)?.querySelector('.option-name').textContent : ''); }",
        arg=name,
    )


def test_arrows_choose_a_suggestion_and_enter_goes_there(watched: Any, address: str) -> None:
    watched.goto(f"{address}/stad/{TOWN}")
    name = watched.locator("h1").inner_text().removeprefix("Waar staat ").removesuffix("?")
    watched.goto(f"{address}/kaart")
    slip = name[:3] + name[4:]
    type_in(watched, slip)
    field = watched.locator(FIELD)
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(watched.locator("#zoek-status")).to_contain_text("suggesties")
    is_on(watched, "")
    watched.keyboard.press("ArrowDown")
    is_on(watched, name)
    expect(watched.locator(f"{LIST} [aria-selected=true]")).to_have_count(1)
    assert watched.evaluate("() => document.activeElement.id") == "zoek"
    watched.keyboard.press("Enter")
    watched.wait_for_url(f"**/stad/{TOWN}")


def test_arrows_go_round_by_way_of_the_field(watched: Any, address: str) -> None:
    watched.goto(f"{address}/zoeken")
    type_in(watched, "huur")
    names = watched.locator(f"{LIST} .option-name").all_inner_texts()
    expect(watched.locator(f"{LIST} [role=option]")).to_have_count(len(names))
    watched.keyboard.press("ArrowUp")
    is_on(watched, names[-1])
    watched.keyboard.press("ArrowDown")
    is_on(watched, "")
    for name in (*names, ""):
        watched.keyboard.press("ArrowDown")
        is_on(watched, name)


def test_escape_closes_and_enter_without_a_choice_searches(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart")
    type_in(watched, "bijstand")
    watched.keyboard.press("Escape")
    expect(watched.locator("#zoek-lijst")).to_be_hidden()
    expect(watched.locator(FIELD)).to_have_attribute("aria-expanded", "false")
    expect(watched.locator(FIELD)).to_have_value("bijstand")
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/zoeken?q=bijstand")
    expect(watched.locator(".found li").first).to_contain_text("Bijstand")


def test_a_click_on_a_suggestion_goes_there_and_leaving_the_field_closes_it(watched: Any, address: str) -> None:
    watched.goto(f"{address}/en/zoeken")
    type_in(watched, "loneliness")
    watched.keyboard.press("Tab")
    watched.keyboard.press("Tab")
    watched.wait_for_function("() => document.querySelector('#zoek-lijst').hidden")
    watched.focus(FIELD)
    watched.locator(f"{LIST} [role=option]").first.click()
    watched.wait_for_url("**/en/**cijfer=eenzaam**")


def test_open_suggestions_pass_axe(watched: Any, address: str, axe: str) -> None:
    watched.goto(f"{address}/zoeken")
    type_in(watched, "veilig")
    watched.keyboard.press("ArrowDown")
    watched.evaluate(axe)
    found = watched.evaluate(
        "async () => (await axe.run('header', { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] } }))"
        ".violations.map((each) => each.id)"
    )
    assert found == []
    # The check can fail: options outside a list are no options.
    watched.evaluate("() => document.querySelector('#zoek-opties').removeAttribute('role')")
    broken = watched.evaluate("async () => (await axe.run('header')).violations.map((each) => each.id)")
    assert "aria-required-parent" in broken


def test_without_a_script_the_form_finds_the_same(opened: Any, address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/kaart")
    assert page.locator(FIELD).get_attribute("role") is None
    page.fill(FIELD, "bijstnad")
    page.click("form.find button")
    expect(page.locator(".found li").first).to_contain_text("Bijstand")
