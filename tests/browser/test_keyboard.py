"""A reader with only a keyboard: from the first visit to the weakest theme, a buurt and a download, always seeing where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect
from site_addresses import ADDRESSES, TOWN, plain

pytestmark = pytest.mark.slow

# The element that has the focus, and whether it shows that: an outline of two pixels, on itself or on what is around it.
FOCUS = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const shows = (one) => { const look = getComputedStyle(one); return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2; };
  const box = each.getBoundingClientRect();
  return { at: [...document.querySelectorAll("*")].indexOf(each), name: `${each.tagName} ${each.id} ${(each.innerText || each.getAttribute("aria-label") || "").slice(0, 30)}`,
    seen: shows(each) && box.width > 0 && box.right > 0 && box.bottom > 0 };
}"""
STEPS = 300
# So many stops of a page are looked at; rows of a long table are all alike.
STOPS = 90


def tab_to(page: Any, wanted: str) -> int:
    """Press Tab until an element that fits has the focus; how many times. Every stop on the way must be seen."""
    unseen = []
    for step in range(1, STEPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            continue
        if not focus["seen"]:
            unseen.append(focus["name"])
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            assert unseen == [], "the focus is not seen here"
            return step
    raise AssertionError(f"no Tab leads to {wanted}")


def test_the_first_tab_skips_the_menu(watched: Any, address: str) -> None:
    watched.goto(f"{address}/?kies")
    assert tab_to(watched, "a.skip") == 1
    watched.keyboard.press("Enter")
    watched.wait_for_function("() => document.activeElement.id === 'inhoud'")
    watched.keyboard.press("Tab")
    watched.wait_for_function("() => document.activeElement.id !== 'inhoud' && document.activeElement.closest('main')")


def test_a_keyboard_leads_to_theme_buurt_and_download(watched: Any, address: str, tmp_path: Path) -> None:
    page = watched
    page.goto(f"{address}/?kies")
    tab_to(page, "#stad")
    page.keyboard.type(page.locator(f"#stad option[value={TOWN}]").first.inner_text())
    expect(page.locator("#stad")).to_have_value(TOWN)
    tab_to(page, "form.choose button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/stad/{TOWN}")

    told = page.request.get(f"{page.url}?als=json").json()
    themes = next(table for table in told["tables"] if table["id"] == "themas")
    marks = {row["thema"]: row["cijfer"] for row in themes["rows"]}
    weakest = min(marks, key=lambda each: marks[each])
    page.evaluate(
        """(name) => [...document.querySelectorAll("main table tr")].filter((each) => each.querySelector("th[scope=row]")?.innerText.trim() === name)
             .forEach((each) => each.querySelector("a")?.setAttribute("data-weakest", ""))""",
        weakest,
    )
    tab_to(page, "[data-weakest]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != f"{address}/stad/{TOWN}")
    expect(page.locator("h1")).to_have_count(1)
    if "profiel" in ADDRESSES:
        expect(page.locator("main")).to_contain_text(weakest)

    tab_to(page, "#zoek")
    page.keyboard.type("Broeksterdam")
    page.wait_for_selector("#zoek-lijst [role=option]")
    page.keyboard.press("ArrowDown")
    target = page.locator("#zoek-lijst [role=option][aria-selected=true]").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{target}")

    page.goto(f"{address}/stad/{TOWN}")
    tab_to(page, "nav.leaving a[href*='als=xlsx']")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    coming.value.save_as(tmp_path / "mee.xlsx")
    assert coming.value.suggested_filename.endswith(".xlsx")
    assert len(openpyxl.load_workbook(tmp_path / "mee.xlsx").sheetnames) > 1


@pytest.mark.parametrize(("name", "place"), plain())
def test_every_stop_of_the_focus_is_seen_and_none_is_a_trap(
    watched: Any, address: str, settle: Callable[[Any], None], name: str, place: str
) -> None:
    watched.goto(f"{address}{place}")
    settle(watched)
    unseen, last = [], None
    for _ in range(STOPS):
        watched.keyboard.press("Tab")
        focus = watched.evaluate(FOCUS)
        if focus is None:
            break
        if not focus["seen"]:
            unseen.append(focus["name"])
        assert focus["at"] != last, f"Tab does not leave {focus['name']}"
        last = focus["at"]
    assert unseen == []


def test_a_focus_that_is_hidden_is_reported(watched: Any, address: str) -> None:
    watched.goto(f"{address}/?kies")
    watched.evaluate("() => { document.querySelector('a.brand').style.setProperty('outline', 'none', 'important'); }")
    with pytest.raises(AssertionError, match="not seen"):
        tab_to(watched, "#zoek")
