"""The development in a browser: years are read off by mouse and by keys; every state has an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

TOWN = "GM9002"


def test_a_year_is_read_off_with_the_slider(watched: Any, address: str) -> None:
    watched.goto(f"{address}/ontwikkeling/{TOWN}?cijfer=bijstand")
    slider = watched.locator("#year-slider")
    slider.wait_for()
    expect(watched.locator(".years")).to_have_attribute("data-year", "2024")
    slider.focus()
    watched.keyboard.press("ArrowLeft")
    expect(watched.locator(".read")).to_have_text(re.compile("^2023: Vierlingstad "))
    said = watched.locator(".read").inner_text()
    assert "±" in said and "Alle gemeenten" in said
    expect(slider).to_have_attribute("aria-valuetext", said)
    expect(watched.locator("g.year.on").first).to_have_attribute("data-year", "2023")
    watched.keyboard.press("Home")
    expect(watched.locator(".read")).to_have_text(re.compile("^2005: "))


def test_what_is_read_off_is_what_the_table_says(watched: Any, address: str) -> None:
    watched.goto(f"{address}/ontwikkeling/{TOWN}?cijfer=bijstand")
    watched.locator("#year-slider").wait_for()
    box = watched.locator('.wide-only g.year[data-year="2015"]').bounding_box()
    watched.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(watched.locator(".read")).to_have_text(re.compile("^2015: "))
    said = watched.locator(".read").inner_text()
    row = watched.locator(".years-table tbody tr", has=watched.locator("th", has_text="2015"))
    for cell in row.locator("td").all_inner_texts():
        assert cell in said


def test_all_charts_follow_one_year(watched: Any, address: str) -> None:
    watched.goto(f"{address}/ontwikkeling/{TOWN}?thema=veiligheid")
    watched.locator("#year-slider").wait_for()
    watched.locator("#year-slider").fill("0")
    reads = watched.locator(".read")
    number = reads.count()
    assert number > 3
    expect(reads).to_have_text(number * [re.compile("^2012: ")])


def test_another_form_goes_into_the_address_and_survives_a_reload(watched: Any, address: str) -> None:
    watched.goto(f"{address}/ontwikkeling/{TOWN}?cijfer=bijstand")
    watched.select_option("#weergave", "index")
    watched.wait_for_url("**weergave=index**")
    watched.wait_for_function("document.querySelector('figcaption').textContent.includes('2019 = 100')")
    watched.reload()
    expect(watched.locator("figcaption").first).to_contain_text("2019 = 100")
    watched.locator("#year-slider").wait_for()


def test_without_a_script_the_numbers_are_in_a_table(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/ontwikkeling/{TOWN}?cijfer=bijstand")
    expect(page.locator(".years-table tbody tr")).to_have_count(20)
    expect(page.locator(".years-table")).to_be_visible()


def test_a_narrow_phone_shows_the_chart_made_for_it(opened: Callable[..., Any], address: str) -> None:
    page = opened(viewport={"width": 320, "height": 700})
    for path in (f"/ontwikkeling/{TOWN}", f"/en/ontwikkeling/{TOWN}?cijfer=bijstand"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    expect(page.locator(".narrow-only")).to_be_visible()
    expect(page.locator(".wide-only")).to_be_hidden()
