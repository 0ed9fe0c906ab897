"""A reader finds a hidden buurt, narrows the list, and follows one number down to the publisher's file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

TOWN = "GM9002"
PLACE = f"/beneden-de-wijk/{TOWN}"


def test_a_hidden_buurt_is_found_and_its_number_followed_to_the_file(
    watched: Any, address: str, settle: Callable[[Any], None]
) -> None:
    """The task of a new user, by keyboard and Enter only after the first look."""
    watched.goto(f"{address}{PLACE}")
    first = watched.locator("tr.buurt").first.locator("a").first
    name = first.inner_text()
    assert name in watched.locator("p.lead").inner_text()
    number = watched.locator("#verborgen a.origin").first
    shown = number.inner_text()
    number.focus()
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/herkomst/**")
    expect(watched.locator("h1")).to_contain_text(name)
    expect(watched.locator(".tread-value")).to_contain_text(shown)
    expect(watched.locator(".tread-file").last).to_contain_text(re.compile("[0-9a-f]{64}"))
    raw = watched.locator(".raw").all_inner_texts()
    assert raw and all(re.fullmatch(r"'.*'", each) for each in raw)


def test_choosing_a_theme_changes_list_address_and_reading_at_once(
    watched: Any, address: str, settle: Callable[[Any], None]
) -> None:
    watched.goto(f"{address}{PLACE}")
    before = watched.locator("p.lead").inner_text()
    watched.select_option("#thema", "veiligheid")
    watched.wait_for_url("**thema=veiligheid**")
    settle(watched)
    expect(watched.locator("p.lead")).not_to_have_text(before, use_inner_text=True)
    after = watched.locator("p.lead").inner_text()
    expect(watched.locator("#cijfer optgroup")).to_have_count(1)
    watched.goto(watched.url)
    expect(watched.locator("p.lead")).to_have_text(after, use_inner_text=True)


def test_the_drawing_shows_the_hidden_buurten_in_color_and_by_name(watched: Any, address: str) -> None:
    watched.goto(f"{address}{PLACE}?cijfer=huishoudens_laag_inkomen_aandeel")
    listed = [each.inner_text() for each in watched.locator("tr.buurt th > a").all()]
    drawn = watched.locator("section[aria-labelledby=kop-strook] svg")
    texts = drawn.locator("text").all_text_contents()
    assert listed and set(listed) <= set(texts)
    # One in the legend beside those of the buurten.
    expect(drawn.locator(".spot.hidden")).to_have_count(len(listed) + 1)
    expect(drawn.locator(".spot.hidden").first).to_have_attribute("fill", "#a84f04")


def test_the_theme_list_of_the_explanation_opens_by_its_own_address(watched: Any, address: str) -> None:
    watched.goto(f"{address}/uitleg/bijstand")
    watched.get_by_role("link", name="Werk", exact=True).first.click()
    watched.wait_for_url("**/uitleg#thema-werk")
    folded = watched.locator("#thema-werk")
    folded.locator("summary").focus()
    watched.keyboard.press("Enter")
    expect(folded.get_by_role("link", name="Bijstand", exact=True)).to_be_visible()
