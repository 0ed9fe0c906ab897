"""A reader looks up an area: with and without a script, with the keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

TOWN, WIJK = "GM9002", "WK900201"


def test_the_answer_of_a_town_is_seen_without_scrolling(opened: Callable[..., Any], address: str) -> None:
    page = opened(viewport={"width": 1366, "height": 900})
    page.goto(f"{address}/stad/{TOWN}")
    for heading in ("#kop-themas", "#kop-mechanismen", "#kop-sterk", "#kop-zwak"):
        box = page.locator(heading).bounding_box()
        assert box["y"] + box["height"] < 900, heading
    last = page.locator(".answers tbody tr").last.bounding_box()
    assert last["y"] + last["height"] < 900
    expect(page.locator(".outliers li")).to_have_count(6)


def test_from_the_weakest_theme_to_a_hidden_buurt(watched: Any, address: str) -> None:
    watched.goto(f"{address}/stad/{TOWN}")
    watched.click("text=Materiële welvaart")
    watched.wait_for_url(f"**/gebied/{TOWN}?thema=materiele_welvaart#thema-materiele_welvaart")
    expect(watched.locator("#thema-materiele_welvaart tbody tr").nth(5)).to_be_visible()
    watched.locator(".hidden-buurten tbody a").first.click()
    watched.wait_for_url(re.compile(r"/gebied/BU9002\d{4}\?cijfer="))
    expect(watched.locator(".crumbs li")).to_have_count(4)


def test_another_figure_is_drawn_at_once_and_stands_in_the_address(watched: Any, address: str) -> None:
    watched.goto(f"{address}/gebied/{TOWN}")
    watched.select_option("#cijfer", "bijstand")
    watched.wait_for_url("**cijfer=bijstand**")
    watched.wait_for_selector("figcaption:has-text('Bijstand')")
    watched.reload()
    expect(watched.locator("#cijfer")).to_have_value("bijstand")


def test_it_works_without_a_script(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/gebied/{WIJK}")
    page.select_option("#cijfer", "bijstand")
    page.click("form.ask button")
    page.wait_for_url("**cijfer=bijstand**")
    expect(page.locator("figcaption:has-text('Bijstand')")).to_have_count(1)
    page.locator("p.theme a").first.click()
    page.wait_for_url(lambda url: "thema=" in url and "cijfer=bijstand" in url)
    expect(page.locator("details.theme[open] tbody tr").first).to_be_visible()


@pytest.mark.parametrize("path", [f"/stad/{TOWN}", f"/gebied/{TOWN}", f"/en/gebied/{WIJK}"])
def test_a_narrow_phone_needs_no_scrolling_to_the_side(opened: Callable[..., Any], address: str, path: str) -> None:
    page = opened(viewport={"width": 320, "height": 640})
    page.goto(f"{address}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


# What a keyboard must reach: links, choices and what scrolls, unless it is folded away or seen by nobody.
_REACHED = """() => [...document.querySelectorAll("main a[href], main select, main button, main [tabindex='0'], main summary")]
  .filter((each) => each.checkVisibility())"""


def test_the_keyboard_reaches_every_link_and_region(watched: Any, address: str) -> None:
    watched.goto(f"{address}/gebied/{WIJK}")
    wanted = watched.evaluate(f"({_REACHED})().length")
    watched.focus("#inhoud")
    seen = set()
    for _ in range(wanted):
        watched.keyboard.press("Tab")
        seen.add(watched.evaluate(f"({_REACHED})().indexOf(document.activeElement)"))
    missed = [
        watched.evaluate(f"({_REACHED})()[{place}].outerHTML.slice(0, 120)")
        for place in range(wanted)
        if place not in seen
    ]
    assert missed == []
