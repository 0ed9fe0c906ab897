"""Every view has an address: what a reader changes stands in it, and who opens it sees the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from site_addresses import ADDRESSES

pytestmark = pytest.mark.slow

# Controls of the forms of a page that are sent with GET: the form, the name, the kind, and another value.
CONTROLS = """() => [...document.querySelectorAll("main form")].flatMap((form, number) => {
  if (form.method !== "get") return [];
  const seen = new Set();
  return [...form.elements].filter((each) => each.name && each.type !== "hidden" && each.type !== "submit" && each.checkVisibility()).map((each) => {
    let other = null;
    if (each.tagName === "SELECT") other = [...each.options].find((one) => !one.selected && !one.disabled)?.value;
    else if (each.type === "radio") other = each.checked ? undefined : each.value;
    else if (each.type === "checkbox") other = "toggle";
    else if (each.type === "range" || each.type === "number") other = String(Number(each.value) === Number(each.min || 0) ? each.max || Number(each.value) + 1 : each.min || 0);
    else other = each.inputMode === "decimal" ? "0" : "wonen";
    const key = `${each.name}`;
    if (other === undefined || seen.has(key)) return null;
    seen.add(key);
    return { form: number, name: each.name, kind: each.tagName === "SELECT" ? "select" : each.type, other };
  }).filter(Boolean);
})"""
CHANGE = """({ form, name, kind, other }) => {
  const own = [...document.querySelectorAll("main form")][form];
  const all = [...own.elements].filter((each) => each.name === name);
  const each = kind === "radio" ? all.find((one) => one.value === other) : all.find((one) => one.type !== "hidden");
  for (let outer = each.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
  if (kind === "checkbox" || kind === "radio") each.click();
  else { each.value = other; each.dispatchEvent(new Event("input", { bubbles: true })); each.dispatchEvent(new Event("change", { bubbles: true })); }
}"""
SEND = """(form) => {
  const own = [...document.querySelectorAll("main form")][form];
  own.requestSubmit(own.querySelector("button:not([type=button]), input[type=submit]"));
}"""


def main_text(page: Any, settle: Callable[[Any], None]) -> str:
    settle(page)
    return re.sub(r"\s+", " ", page.locator("main").inner_text()).strip()


@pytest.mark.parametrize("place", [own[0] for own in ADDRESSES.values()])
def test_what_is_chosen_stands_in_the_address_and_opens_the_same(
    opened: Callable[..., Any], address: str, settle: Callable[[Any], None], place: str
) -> None:
    page = opened()
    page.goto(f"{address}{place}")
    settle(page)
    names = [each["name"] for each in page.evaluate(CONTROLS)]
    for name in names:
        # What can be chosen depends on what was chosen before.
        control = next((each for each in page.evaluate(CONTROLS) if each["name"] == name), None)
        if control is None:
            continue
        before = page.url
        live = page.evaluate(
            "(form) => [...document.querySelectorAll('main form')][form].hasAttribute('hx-get')", control["form"]
        )
        with page.expect_response(lambda answer: answer.url.startswith(address) and "/static/" not in answer.url):
            page.evaluate(CHANGE, control)
            if not live:
                page.evaluate(SEND, control["form"])
        page.wait_for_function("(before) => location.href !== before", arg=before)
        page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
        settle(page)
        assert f"{name}=" in page.url, f"{control} is not in {page.url}"
    if names:
        page.mouse.move(1, 1)
        fresh = opened()
        fresh.goto(page.url)
        assert main_text(fresh, settle) == main_text(page, settle), page.url
