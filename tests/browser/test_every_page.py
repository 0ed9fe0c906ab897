"""Every page for every reader: WCAG 2.2 AA by axe-core, on a desk, a phone and paper, and the same without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kept_pages import DESKTOP
from site_addresses import walked
from wcag import ON_A_DESK, ON_PAPER, SCROLLING, WITHOUT_COLORS, against_wcag, thin

pytestmark = pytest.mark.slow

PHONE, NARROW = {"width": 390, "height": 844}, {"width": 320, "height": 700}
# What sticks out to the right of the screen and is not inside something that scrolls by itself.
WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const scrolls = (each) => each && each !== document.body && (/auto|scroll|hidden/.test(getComputedStyle(each).overflowX) || scrolls(each.parentElement));
  return [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > wide + 1 && !scrolls(each.parentElement))
    .slice(0, 4).map((each) => `${each.tagName}.${each.className} to ${Math.round(each.getBoundingClientRect().right)} of ${wide}`);
}"""
# Twice the same id, a heading that skips a level, a page without exactly one h1 or main.
ORDER = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const found = ids.filter((each, place) => ids.indexOf(each) !== place).map((each) => `twice: #${each}`);
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((each) => Number(each.tagName[1]));
  levels.forEach((level, place) => { if (place && level > levels[place - 1] + 1) found.push(`h${level} after h${levels[place - 1]}`); });
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1) found.push(`headings ${levels}`);
  if (document.querySelectorAll("main").length !== 1) found.push("main");
  const lead = document.querySelector("h1 + p.lead");
  if (!lead || lead.textContent.trim().length < 20) found.push("no sentence under the title");
  return found;
}"""

# What a reader sees of a page: how much there is to read, what is listed, and forms that no button sends.
SEEN = """() => {
  const main = document.querySelector("main");
  const shown = (each) => each.checkVisibility();
  return {
    heading: main.querySelector("h1").innerText.trim(), lead: main.querySelector("h1 + p.lead").innerText.trim(),
    rows: [...main.querySelectorAll("tbody tr, option, li")].length,
    tables: [...main.querySelectorAll("table")].filter(shown).length,
    unsent: [...document.querySelectorAll("form")].filter((each) => !each.querySelector("button:not([type=button]), input[type=submit]"))
      .map((each) => each.outerHTML.slice(0, 80)),
  };
}"""


def compare_without_script(page: Any, watched: Any, place: str) -> None:
    """A page says the same with and without its scripts."""
    page.goto(place)
    told, without = watched.evaluate(SEEN), page.evaluate(SEEN)
    assert without["unsent"] == [], "a form that only a script sends"
    assert (without["heading"], without["lead"]) == (told["heading"], told["lead"])
    assert without["tables"] >= told["tables"], "a table that only a script shows"
    assert without["rows"] >= min(told["rows"], 2)


@pytest.mark.parametrize(("name", "place"), walked())
def test_a_page_is_for_every_reader(
    opened: Callable[..., Any], address: str, axe: str, settle: Callable[[Any], None], name: str, place: str
) -> None:
    watched = opened()
    watched.goto(f"{address}{place}")
    settle(watched)
    compare_without_script(opened(java_script_enabled=False), watched, f"{address}{place}")
    found = [f"desk: {each}" for each in (*watched.evaluate(ORDER), *against_wcag(watched, axe, SCROLLING))]
    english = place.startswith("/en")
    assert watched.evaluate("() => document.documentElement.lang") == ("en" if english else "nl")
    assert watched.evaluate("() => localStorage.length + sessionStorage.length") == 0, "kept in the browser of a reader"
    for named, size in (("phone", PHONE), ("narrow", NARROW)):
        watched.set_viewport_size(size)
        found += [f"{named}: {each}" for each in watched.evaluate(WIDER)]
    found += [f"narrow: {each}" for each in against_wcag(watched, axe, SCROLLING)]
    thin(watched)
    found += [f"narrow: {each}" for each in against_wcag(watched, axe, WITHOUT_COLORS)]
    watched.set_viewport_size(DESKTOP)
    # No style knows a language, and every page in English is there in Dutch.
    found += [f"desk: {each}" for each in against_wcag(watched, axe, WITHOUT_COLORS if english else ON_A_DESK)]
    if not english:
        watched.emulate_media(media="print")
        found += [f"print: {each}" for each in against_wcag(watched, axe, ON_PAPER)]
    assert found == []


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("document.querySelector('label[for=zoek]').remove(); document.getElementById('zoek').removeAttribute('placeholder')", "label"),
        ("document.querySelector('main p').append(Object.assign(document.createElement('a'), {href: '/kaart', textContent: 'grijs', id: 'grijs'}));"
         " new CSSStyleSheet(); document.getElementById('grijs').style.color = '#bbb'", "color-contrast"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('.brand').replaceChildren()", "link-name"),
    ],
)  # fmt: skip
def test_axe_reports_a_page_that_was_harmed(watched: Any, address: str, axe: str, harm: str, rule: str) -> None:
    watched.goto(f"{address}/?kies")
    watched.evaluate(f"() => {{ {harm} }}")
    thin(watched)
    assert rule in {each.split(":")[0] for each in against_wcag(watched, axe)}


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("row.querySelector('a').replaceChildren()", "link-name"),
        ("row.querySelector('td').style.color = '#bbb'", "color-contrast"),
        ("row.querySelector('a').setAttribute('role', 'knop')", "aria-roles"),
    ],
)
def test_what_is_left_out_of_a_long_table_is_what_axe_would_say_again(
    watched: Any, address: str, axe: str, harm: str, rule: str
) -> None:
    watched.goto(f"{address}/afwegen/ingrepen")
    watched.evaluate(f"() => {{ const row = document.querySelectorAll('tbody tr')[11]; {harm} }}")
    assert thin(watched) >= 10
    assert rule in {each.split(":")[0] for each in against_wcag(watched, axe)}


def test_order_and_width_are_really_looked_at(watched: Any, address: str) -> None:
    watched.goto(f"{address}/?kies")
    watched.evaluate("""() => {
      const main = document.querySelector("main");
      main.append(Object.assign(document.createElement("h6"), { id: "zoek", textContent: "te diep" }));
      const wide = Object.assign(document.createElement("div"), { className: "breed", textContent: "x" });
      wide.style.width = "2000px"; main.append(wide);
    }""")
    assert watched.evaluate(ORDER)[-2:] == ["twice: #zoek", "h6 after h2"]
    assert any("breed" in each for each in watched.evaluate(WIDER))
