"""The map in a real browser: its colours are counted in pixels, and one choice shows in map, table, chart and address."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from kept_pages import MILLISECONDS, new_page
from PIL import Image
from playwright.sync_api import expect
from waiting import until

from stadspeil.atlas.painting import GREY, JUDGED, NEUTRAL

TOWN = "GM9002"
# Fewer pixels of a colour than this may be the edge of something else.
_FEW = 60
_FIRST = ".map#kaart-1[data-painted]"


def painted(page: Any, text: str = "") -> str:
    """Wait until the first map has drawn what is meant."""
    page.wait_for_selector(f".map#kaart-1[data-painted*='{text or ' '}']", timeout=MILLISECONDS)
    return str(page.locator("#kaart-1").get_attribute("data-painted"))


def colors(page: Any, selector: str = "#kaart-1") -> Counter[str]:
    """How many pixels of each colour a map shows."""
    picture = Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")
    found = picture.getcolors(picture.width * picture.height) or []
    return Counter({"#{:02x}{:02x}{:02x}".format(*color): number for number, color in found})


def counts(page: Any) -> dict[str, int]:
    """The legend: how many areas have a code."""
    entries = page.locator("#legenda-1 li").all()
    return {str(each.get_attribute("data-code")): int(re.sub(r"\D", "", each.locator(".count").inner_text()))
            for each in entries}  # fmt: skip


def query(page: Any) -> dict[str, str]:
    """The address of the page."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


# All that is said aloud: a part of the page that comes anew may take the words away at once.
LISTEN = """() => {
  window.saidAloud = [];
  new MutationObserver(() => {
    const text = document.getElementById("kaart-stand")?.innerText;
    if (text && text !== window.saidAloud.at(-1)) window.saidAloud.push(text);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def nearer(page: Any) -> None:
    """A step nearer, by the keyboard; the address tells when the map has made it."""
    before = page.url
    page.keyboard.press("+")
    page.wait_for_url(lambda url: url != before)


def told(page: Any, number: int) -> str:
    """What was said aloud so many times after listening began."""
    page.wait_for_function("(number) => window.saidAloud.length >= number", arg=number)
    return str(page.evaluate("(number) => window.saidAloud[number - 1]", number))


@pytest.mark.parametrize(
    ("asked", "palette"),
    [("cijfer=bijstand&niveau=gemeente", JUDGED), ("cijfer=koopwoningen_aandeel&niveau=buurt", NEUTRAL)],
)
def test_the_map_shows_the_colours_that_the_legend_counts(
    watched: Any, address: str, asked: str, palette: tuple[str, ...]
) -> None:
    watched.goto(f"{address}/kaart?{asked}")
    painted(watched)
    seen, areas = colors(watched), counts(watched)
    for number, color in enumerate(palette):
        if number != 2:
            assert (seen[color] > _FEW) == (areas.get(str(number), 0) > 0), (color, seen[color], areas)
    other = NEUTRAL if palette is JUDGED else JUDGED
    assert all(seen[color] < _FEW for number, color in enumerate(other) if number != 2)


@pytest.mark.parametrize("asked", ["cijfer=koopwoningen_aandeel&niveau=buurt", "cijfer=bijstand&niveau=wijk"])
def test_each_area_has_the_colour_that_the_answer_says_of_it(watched: Any, address: str, asked: str) -> None:
    answer = watched.request.get(f"{address}/kaart/waarden?{asked}").json()
    lists = watched.request.get(f"{address}{answer['areas']}").json()
    zoom, middle = 10.5, (sum(lists["x"]) / len(lists["x"]), sum(lists["y"]) / len(lists["y"]))
    watched.goto(f"{address}/kaart?{asked}#beeld={zoom}/{middle[1]}/{middle[0]}")
    painted(watched)
    shown = Image.open(io.BytesIO(watched.locator("#kaart-1 canvas").screenshot())).convert("RGB")
    world = 512 * 2**zoom

    def height(degrees: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2)) * world / (2 * math.pi)

    legend = {code: color for code, color, _, _ in answer["legend"]}
    seen: list[tuple[str, str]] = []
    for number, code in enumerate(answer["codes"]):
        x = shown.width / 2 + (lists["x"][number] - middle[0]) * world / 360
        y = shown.height / 2 - height(lists["y"][number]) + height(middle[1])
        if 0 < x < shown.width - 60 and 0 < y < shown.height and lists["width"][number] * world / 360 > 8:
            seen.append((legend[code], "#{:02x}{:02x}{:02x}".format(*shown.getpixel((int(x), int(y))))))
    assert len(seen) > 20

    def agree(shift: int) -> float:
        wanted = [each for each, _ in seen]
        return sum(a == b for a, (_, b) in zip(wanted[shift:] + wanted[:shift], seen, strict=True)) / len(seen)

    # Names and borders lie over some middles. Neighbours in the list have other colours: a row too far would be seen.
    assert agree(0) > 0.85, agree(0)
    assert agree(1) < 0.7, agree(1)


def test_the_count_of_pixels_sees_a_map_that_is_not_painted(browser: Any, address: str) -> None:
    page = new_page(browser)
    page.route("**/maplibre-gl-worker.mjs", lambda route: route.fulfill(status=404))
    page.goto(f"{address}/kaart?cijfer=bijstand&niveau=gemeente")
    page.wait_for_timeout(2500)
    # The sketch in its place has these colors too.
    page.locator(".map .sketch").evaluate("(sketch) => sketch.remove()")
    seen = colors(page)
    expect(page.locator(_FIRST)).to_have_count(0)
    assert all(seen[color] < _FEW for number, color in enumerate(JUDGED) if number != 2)
    page.close()


def test_pointing_at_an_area_says_what_it_is(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente&binnen={TOWN}")
    painted(watched)
    box = watched.locator("#kaart-1").bounding_box()
    watched.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    watched.wait_for_selector(".tip:not([hidden])")
    tip = watched.locator(".tip")
    expect(tip).to_have_text(re.compile("^Vierlingstad"))
    expect(tip).to_have_text(re.compile(r"57%.* ± "))
    expect(tip).to_have_text(re.compile(r"plaats \d+ van 12"))
    watched.wait_for_selector(f"tr[data-area={TOWN}].is-near")


def test_a_keyboard_alone_walks_over_the_map(watched: Any, address: str) -> None:
    watched.route("**/gebied/*", lambda route: route.fulfill(status=200, body="ok"))
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente")
    painted(watched)
    watched.evaluate(LISTEN)
    watched.locator("#kaart-1").focus()
    watched.keyboard.press("ArrowDown")
    watched.wait_for_selector("tr.is-chosen")
    first = told(watched, 1)
    assert ": " in first
    watched.wait_for_url(re.compile("gebied=GM"))
    chosen = query(watched)["gebied"]
    expect(watched.locator("tr.is-chosen")).to_have_attribute("data-area", chosen)
    expect(watched.locator(".chosen-mark")).not_to_have_attribute("visibility", "hidden")
    watched.wait_for_selector("#gekozen .chosen-value")
    expect(watched.locator("#kaart-1")).to_be_focused()
    watched.keyboard.press("ArrowLeft")
    watched.wait_for_url(lambda url: "gebied=GM" in url and chosen not in url)
    assert told(watched, 2) != first
    watched.keyboard.press("Escape")
    watched.wait_for_url(lambda url: "gebied=" not in url)
    watched.wait_for_function("() => document.getElementById('kaart-stand').innerText === ''")
    watched.keyboard.press("ArrowRight")
    watched.wait_for_url(re.compile("gebied=GM"))
    again = query(watched)["gebied"]
    watched.keyboard.press("Enter")
    watched.wait_for_url(f"{address}/gebied/{again}")


def test_what_is_said_of_a_chosen_area_stays_and_follows_the_figure(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente")
    painted(watched)
    watched.locator("#kaart-1").focus()
    watched.keyboard.press("ArrowDown")
    stand = watched.locator("#kaart-stand")
    expect(stand).not_to_be_empty()
    said = stand.inner_text()
    # The page around the map comes anew, and its own words of the chosen area with it.
    watched.wait_for_url(re.compile("gebied=GM"))
    expect(watched.locator("#gekozen .chosen-name")).to_contain_text(said.split(":")[0])
    watched.wait_for_load_state("networkidle")
    expect(stand).to_have_text(said, use_inner_text=True)
    watched.select_option("#cijfer", "bijstand")
    painted(watched, "bijstand")
    watched.wait_for_url(re.compile("cijfer=bijstand"))
    expect(stand).not_to_have_text(said, use_inner_text=True)
    expect(stand).to_contain_text(f"{said.split(':')[0]}: ")
    value = watched.locator("#gekozen .chosen-value").inner_text().split("±")[0].strip()
    expect(stand).to_contain_text(value)


def test_an_address_restores_the_map(watched: Any, address: str) -> None:
    watched.goto(
        f"{address}/kaart?cijfer=koopwoningen_aandeel&toon=waarde&jaar=2015&niveau=wijk&binnen={TOWN}&gebied=WK900202"
    )
    assert painted(watched) == "koopwoningen_aandeel waarde 2015  wijk"
    chosen = {
        name: watched.locator(f"#{name}").input_value() for name in ("cijfer", "jaar", "niveau", "binnen", "gebied")
    }
    assert chosen == {
        "cijfer": "koopwoningen_aandeel", "jaar": "2015", "niveau": "wijk", "binnen": TOWN, "gebied": "WK900202",
    }  # fmt: skip
    expect(watched.locator("tr.is-chosen")).to_have_attribute("data-area", "WK900202")
    codes = watched.locator(".areas tbody tr").evaluate_all("rows => rows.map(row => row.dataset.area)")
    assert codes
    assert all(code.startswith("WK9002") for code in codes)


def test_another_figure_is_painted_on_the_same_map(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente")
    painted(watched)
    watched.evaluate("document.querySelector('#kaart-1 canvas').mark = 'same'")
    watched.select_option("#cijfer", "bijstand")
    painted(watched, "bijstand")
    watched.wait_for_url(re.compile("cijfer=bijstand"))
    expect(watched.locator("h1")).to_have_text(re.compile("^Bijstand"))
    expect(watched).to_have_title(re.compile("^Bijstand"))
    assert watched.evaluate("document.querySelector('#kaart-1 canvas').mark") == "same"
    assert watched.evaluate("document.activeElement.id") in ("cijfer", "")
    seen, areas = colors(watched), counts(watched)
    assert all((seen[JUDGED[code]] > _FEW) == (areas[str(code)] > 0) for code in (0, 4))


def test_two_maps_stand_side_by_side_and_move_together(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente&naast=bijstand")
    painted(watched)
    watched.wait_for_selector(".map#kaart-2[data-painted*='bijstand']", timeout=MILLISECONDS)
    first, second = colors(watched), colors(watched, "#kaart-2")
    assert first[NEUTRAL[0]] > _FEW > second[NEUTRAL[0]]
    assert second[JUDGED[0]] > _FEW > first[JUDGED[0]]
    expect(watched.locator(".areas thead th").nth(3)).to_be_attached()
    watched.locator("#kaart-1").focus()
    before = colors(watched, "#kaart-2")
    watched.keyboard.press("+")
    until(lambda: colors(watched, "#kaart-2") != before)
    watched.select_option("#naast", "")
    watched.wait_for_selector("#kaart-2", state="detached")


def test_the_slider_goes_through_the_years(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente")
    painted(watched)
    slider = watched.locator("#tijd")
    slider.focus()
    last = slider.get_attribute("aria-valuetext")
    watched.keyboard.press("ArrowLeft")
    painted(watched, f"waarde {int(last) - 1} ")
    watched.wait_for_url(re.compile(f"jaar={int(last) - 1}"))
    expect(slider).to_have_attribute("aria-valuetext", str(int(last) - 1))
    expect(watched.locator("h1")).to_contain_text(str(int(last) - 1))


def test_zooming_in_goes_to_smaller_areas_and_the_table_follows(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel")
    assert painted(watched).endswith("gemeente")
    watched.locator("#kaart-1").focus()
    for _ in range(2):
        nearer(watched)
    painted(watched, "wijk")
    watched.wait_for_url(re.compile("vlak=wijk"))
    watched.wait_for_selector(".areas tr[data-area^=WK]")


def test_a_large_area_is_still_there_from_near(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer=koopwoningen_aandeel&niveau=gemeente")
    painted(watched)
    watched.locator("#kaart-1").focus()
    for _ in range(5):
        nearer(watched)
    watched.wait_for_url(lambda url: float(re.search("beeld=([0-9.]+)", url)[1]) > 12 if "beeld=" in url else False)
    until(lambda: max(colors(watched)[each] for each in NEUTRAL) > 100_000)


@pytest.mark.parametrize("scripts", [True, False])
def test_without_webgl_or_scripts_a_drawing_and_the_table_say_the_same(
    request: pytest.FixtureRequest, address: str, scripts: bool
) -> None:
    chosen = request.getfixturevalue("flat" if scripts else "browser")
    page = new_page(chosen, java_script_enabled=scripts, viewport={"width": 1000, "height": 900})
    page.goto(f"{address}/kaart?cijfer=bijstand&niveau=gemeente")
    page.wait_for_selector("#kaart-1 img.drawn")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".areas tbody tr")).to_have_count(12)
    seen = colors(page)
    assert seen[JUDGED[4]] > _FEW or seen[JUDGED[3]] > _FEW
    assert seen[GREY] < 10 * _FEW
    page.context.close()
