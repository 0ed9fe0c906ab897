"""The budget of a page: bytes, requests and size, which do not depend on the clock of a machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from site_addresses import TOWN, plain

# What a page may weigh on the line at a first visit. The map brings its own library of 0.45 MB, and tiles.
BUDGET = 300_000
MAP = 900_000
REQUESTS, NODES, NODES_AT_FIRST = 14, 5000, 1500
PAGE_FACTS = """() => ({
  nodes: document.querySelectorAll("*").length,
  blocking: [...document.querySelectorAll("head script")].filter((each) => each.type !== "module" && !each.async && !each.defer).length,
  fonts: [...document.fonts].length,
  bare: [...document.querySelectorAll("img")].filter((each) => !each.getAttribute("width") || !each.getAttribute("height")).length,
  viewport: document.querySelector("meta[name=viewport]")?.content, title: document.title, lang: document.documentElement.lang,
})"""


@dataclass
class Weighed:
    """Bytes on the line by address, and the headers of each answer."""

    bytes: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def on(self, line: Any) -> None:
        """Begin to weigh what comes over a line."""
        line.on("Network.responseReceived", self._begun)
        line.on("Network.loadingFinished", self._ended)

    def _begun(self, told: dict[str, Any]) -> None:
        if told["response"]["url"].startswith("http"):
            self._names[told["requestId"]] = told["response"]["url"]
            self.headers[told["response"]["url"]] = {
                name.lower(): each for name, each in told["response"]["headers"].items()
            }

    def _ended(self, told: dict[str, Any]) -> None:
        name = self._names.get(told["requestId"])
        if name:
            self.bytes[name] = self.bytes.get(name, 0) + int(told["encodedDataLength"])


@pytest.mark.parametrize(("name", "place"), [*plain(), ("towns", f"/en/stad/{TOWN}")])
def test_a_page_stays_within_its_budget(watched: Any, line: Any, address: str, name: str, place: str) -> None:
    weighed = Weighed()
    weighed.on(line)
    watched.goto(f"{address}{place}", wait_until="networkidle")
    has_map = watched.locator("[data-island=map]").count() > 0
    assert sum(weighed.bytes.values()) <= (MAP if has_map else BUDGET), weighed.bytes
    assert len(weighed.bytes) <= REQUESTS + (10 if has_map else 0), sorted(weighed.bytes)
    facts = watched.evaluate(PAGE_FACTS)
    assert facts["nodes"] <= (NODES_AT_FIRST if name == "start" else NODES)
    assert (facts["blocking"], facts["fonts"], facts["bare"]) == (0, 0, 0)
    assert facts["viewport"] == "width=device-width, initial-scale=1" and facts["title"] and facts["lang"]
    texts = {url: told for url, told in weighed.headers.items() if "text/" in told.get("content-type", "")}
    assert [
        url
        for url, told in texts.items()
        if weighed.bytes.get(url, 0) > 2000 and told.get("content-encoding") != "gzip"
    ] == []
    for url, told in weighed.headers.items():
        assert told.get("cache-control"), url
        if "?v=" in url:
            assert "immutable" in told["cache-control"], url


def test_a_second_visit_loads_almost_nothing(first_visit: Any, address: str) -> None:
    first_visit.goto(f"{address}/?kies", wait_until="networkidle")
    line = first_visit.context.new_cdp_session(first_visit)
    line.send("Network.enable")
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    first_visit.goto(f"{address}/stad/{TOWN}", wait_until="networkidle")
    assert sum(sizes) < 40_000, "the page itself, and no style or script again"


def test_the_weighing_weighs(watched: Any, line: Any, address: str) -> None:
    weighed = Weighed()
    weighed.on(line)
    watched.goto(f"{address}/?kies", wait_until="networkidle")
    named = {url.split("?")[0].removeprefix(address): size for url, size in weighed.bytes.items()}
    assert {"/", "/static/stadspeil.css", "/static/vendor/htmx.js"} <= named.keys()
    assert named["/static/vendor/utrecht.css"] > 1000
