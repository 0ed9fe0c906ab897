"""Pages without JavaScript, without WebGL, on a slow line; and the watch over errors and other hosts that all tests use."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kept_pages import KeptPages
from playwright.sync_api import expect
from site_addresses import ADDRESSES, TOWN, plain

pytestmark = pytest.mark.slow
STATIC = Path(__file__).parents[2] / "src" / "stadspeil" / "atlas" / "static"


@pytest.mark.parametrize(
    ("harm", "kind"),
    [("console.error('stuk')", "errors"), ("setTimeout(() => { throw new Error('stuk') })", "errors"),
     ("Promise.reject(new Error('stuk'))", "errors"), ("new Image().src = 'http://outside.invalid/x.png'", "errors"),
     ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')", "errors"),
     ("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))", "errors"),
     ("document.body.append(Object.assign(document.createElement('a'), {href: 'http://outside.invalid/', id: 'weg'})); document.getElementById('weg').click()", "outside")],
)  # fmt: skip
def test_the_watch_sees_a_page_that_errs_or_asks_elsewhere(
    kept: KeptPages, address: str, watch_of: Callable[[Any], Any], harm: str, kind: str
) -> None:
    page = kept.lend()
    watch = watch_of(page)
    page.goto(f"{address}/?kies")
    page.evaluate(f"() => {{ {harm} }}")
    for _ in range(600):
        if getattr(watch, kind):
            break
        page.wait_for_timeout(50)
    watch.off(page)
    if kind == "outside":
        # It is on its way elsewhere, and may not be lent before it is there.
        page.context.close()
    else:
        kept.take_back(page)
    assert getattr(watch, kind), f"{harm} went unseen"


def test_a_town_is_chosen_without_a_script(opened: Callable[..., Any], address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/en?kies")
    page.select_option("#stad", TOWN)
    page.click("form.choose button")
    page.wait_for_url(f"{address}/en/stad/{TOWN}")


@pytest.mark.parametrize(("name", "place"), plain())
def test_a_form_is_sent_without_a_script(opened: Callable[..., Any], address: str, name: str, place: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}{place}")
    for number in range(page.locator("main form.ask[method=get], main form.ask:not([method])").count()):
        form = page.locator("main form.ask[method=get], main form.ask:not([method])").nth(number)
        selects = form.locator("select")
        if not selects.count() or not form.locator("button:not([type=button])").first.is_visible():
            continue
        other = selects.first.evaluate(
            "(each) => [...each.options].find((one) => !one.selected && !one.disabled)?.value"
        )
        if other is None:
            continue
        field = selects.first.get_attribute("name")
        selects.first.select_option(other)
        with page.expect_navigation():
            form.locator("button:not([type=button])").first.click()
        chosen = page.locator(f"main select[name='{field}']")
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("p.lead")).to_have_count(1)
        if chosen.count():
            expect(chosen.first).to_have_value(other)
        page.goto(f"{address}{place}")


@pytest.fixture(scope="module")
def flat_pages(flat: Any, address: str) -> KeptPages:
    """Pages of the browser that cannot draw."""
    return KeptPages(flat, address)


@pytest.mark.parametrize("place", [each for own in ADDRESSES.values() for each in own])
def test_a_page_is_whole_without_webgl(
    flat_pages: KeptPages, address: str, watch_of: Callable[[Any], Any], place: str
) -> None:
    with urllib.request.urlopen(f"{address}{place}") as answer:
        drawn = b'data-island="map"' in answer.read()
    if not drawn and place != ADDRESSES["start"][0]:
        # Only a map draws (the test below watches that); without one this is what test_every_page looks at.
        return
    page = flat_pages.lend()
    watch = watch_of(page)
    page.goto(f"{address}{place}")
    assert not page.evaluate("() => document.createElement('canvas').getContext('webgl2')"), (
        "this browser draws after all"
    )
    if page.locator("[data-island=map]").count():
        # The server draws what the browser cannot.
        page.wait_for_selector("[data-island=map][data-drawn]")
        page.wait_for_function(
            "() => [...document.querySelectorAll('img.drawn')].every((each) => each.naturalWidth > 100)"
        )
        expect(page.locator("img.drawn").first).to_be_visible()
        expect(page.locator("#kaart-stand"), "nothing says why there is no map to move").not_to_be_empty()
        expect(page.locator("main tbody tr").first).to_be_attached()
    page.wait_for_timeout(100)
    # A library may say that it could not draw; what it may not do is leave a promise that nobody catches.
    found = [each for each in watch.errors if "WebGL" not in each]
    watch.off(page)
    flat_pages.take_back(page)
    assert (found, watch.outside) == ([], [])


def test_only_a_map_draws_in_three_dimensions() -> None:
    ours = {path.relative_to(STATIC).as_posix(): path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js")}
    ours = {name: text for name, text in ours.items() if not name.startswith("vendor/")}
    assert [name for name, text in ours.items() if re.search("maplibre|webgl|getContext|canvas", text)] == [
        "map/view.js"
    ]
    assert [name for name, text in ours.items() if "/map/view.js" in text] == ["islands/map.js"]


MOVED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => { if (!each.hadRecentInput) sum += each.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 100);
})"""


@pytest.mark.parametrize(("name", "place"), plain())
def test_a_page_is_there_on_a_slow_line_and_stays_in_place(
    watched: Any, line: Any, address: str, settle: Callable[[Any], None], name: str, place: str
) -> None:
    line.send("Network.emulateNetworkConditions",
              {"offline": False, "latency": 150, "downloadThroughput": 250_000, "uploadThroughput": 100_000})  # fmt: skip
    watched.goto(f"{address}{place}", wait_until="domcontentloaded")
    assert watched.locator("p.lead").is_visible(), "what matters is there before the map is"
    settle(watched)
    assert watched.evaluate(MOVED) < 0.1
