"""The map when not all goes well: wishes that overtake each other, a worker that dies, a background that comes and goes."""

from __future__ import annotations

import io
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from kept_pages import MILLISECONDS, new_page
from PIL import Image
from playwright.sync_api import expect
from site_serving import serving
from waiting import until

pytestmark = pytest.mark.slow
FIGURES = ("koopwoningen_aandeel", "bijstand", "eenzaam", "inwoners")
# No two colours of a map lie near this one, nor does what shows of it under them.
MAGENTA = (255, 0, 255)
_FEW = 200
_HOLD = 1.2
# Tests need not wait as long as a reader does; the first map of a page has its moment to begin.
_HURRY = """(() => { const real = window.setTimeout;
window.setTimeout = (act, wait, ...more) => real(act, wait === 15000 ? 2500 : wait, ...more); })()"""


def painted(page: Any, figure: str) -> None:
    """Wait until the first map shows a figure."""
    page.wait_for_selector(f".map#kaart-1[data-painted^='{figure} ']", timeout=MILLISECONDS)


def figure_of(asked: str) -> str:
    """The figure that an address asks for."""
    return parse_qs(urlsplit(asked).query).get("cijfer", [""])[0]


def held(page: Any, path: str, figures: tuple[str, ...]) -> None:
    """Answers about some figures come late."""

    def answer(route: Any) -> None:
        if figure_of(route.request.url) in figures:
            time.sleep(_HOLD)
        route.continue_()

    page.route(path, answer)


def test_a_sketch_keeps_the_place_of_the_map_until_that_is_painted_or_something_else_is_wished(
    watched: Any, address: str
) -> None:
    waiting: list[Any] = []
    watched.route("**/*.pmtiles", lambda route: waiting.append(route))

    def let_go() -> None:
        while waiting:
            waiting.pop().continue_()
        watched.unroute("**/*.pmtiles")

    sketch, map_address = watched.locator(".map .sketch"), f"{address}/kaart?cijfer={FIGURES[0]}&niveau="
    watched.goto(f"{map_address}gemeente")
    assert sketch.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    box, around = sketch.bounding_box(), watched.locator("#kaart-1").bounding_box()
    assert box["x"] - around["x"] == pytest.approx(15, abs=1), "the padding of the map, and its border"
    let_go()
    painted(watched, FIGURES[0])
    expect(sketch).to_have_count(0)
    watched.route("**/*.pmtiles", lambda route: waiting.append(route))
    watched.goto(f"{map_address}buurt")
    expect(sketch).to_have_count(1)
    watched.select_option("#cijfer", FIGURES[1])
    expect(sketch).to_have_count(0)
    let_go()
    painted(watched, FIGURES[1])
    watched.route("**/*.pmtiles", lambda route: waiting.append(route))
    watched.goto("about:blank")
    watched.goto(f"{map_address}gemeente#beeld=9/52.1/4.5")
    # It would lie elsewhere than the map that comes.
    expect(sketch).to_have_count(0)
    let_go()
    painted(watched, FIGURES[0])


@pytest.mark.parametrize("path", ["**/kaart/waarden?*", "**/kaart?*"])
def test_the_last_of_quick_choices_is_shown_whatever_is_answered_last(watched: Any, address: str, path: str) -> None:
    watched.goto(f"{address}/kaart?cijfer={FIGURES[0]}&niveau=gemeente")
    painted(watched, FIGURES[0])
    held(watched, path, FIGURES[1:2])
    for figure in FIGURES[1:]:
        watched.select_option("#cijfer", figure)
    painted(watched, FIGURES[-1])
    watched.wait_for_url(lambda url: figure_of(url) == FIGURES[-1])
    watched.wait_for_load_state("networkidle")
    watched.wait_for_timeout(int(1000 * _HOLD))
    expect(watched.locator("#kaart-1")).to_have_attribute("data-painted", re.compile(f"^{FIGURES[-1]} "))
    expect(watched.locator("#cijfer")).to_have_value(FIGURES[-1])


def test_quick_choices_on_other_divisions_are_each_painted(watched: Any, address: str, demo: Path) -> None:
    tiles = demo / "werkmap" / "out" / "atlas" / "tiles"
    shutil.copyfile(next(tiles.glob("20*.pmtiles")), tiles / "another.pmtiles")
    asked: list[str] = []

    def moved(route: Any) -> None:
        told = route.fetch().json()
        if told["figure"] in FIGURES[1::2]:
            told["tiles"] = "/tiles/another.pmtiles"
        route.fulfill(json=told)

    watched.route("**/kaart/waarden?*", moved)
    watched.on("request", lambda each: asked.append(each.url) if each.url.endswith("another.pmtiles") else None)
    watched.goto(f"{address}/kaart?cijfer={FIGURES[0]}&niveau=buurt")
    painted(watched, FIGURES[0])
    for figure in 3 * FIGURES:
        watched.select_option("#cijfer", figure)
        painted(watched, figure)
    watched.wait_for_url(lambda url: figure_of(url) == FIGURES[-1])
    watched.wait_for_load_state("networkidle")
    painted(watched, FIGURES[-1])
    assert asked, "all was on one division: this tried nothing"


def test_a_choice_does_not_fetch_the_drawing_for_who_has_no_scripts(watched: Any, address: str) -> None:
    drawings: list[str] = []
    watched.on("request", lambda asked: drawings.append(asked.url) if "tekening" in asked.url else None)
    watched.goto(f"{address}/kaart?cijfer={FIGURES[0]}&niveau=gemeente")
    painted(watched, FIGURES[0])
    watched.select_option("#cijfer", FIGURES[1])
    watched.wait_for_selector(f".pane[data-values*='cijfer={FIGURES[1]}&']")
    watched.wait_for_load_state("networkidle")
    assert drawings == []


@pytest.mark.parametrize("dead", [True, False])
def test_a_worker_that_dies_in_silence_leaves_a_drawing_and_says_so(browser: Any, address: str, dead: bool) -> None:
    page = new_page(browser, viewport={"width": 1000, "height": 900})
    if dead:
        page.add_init_script(_HURRY)
    if dead:
        page.route("**/maplibre-gl-worker.mjs", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{address}/kaart?cijfer={FIGURES[0]}&niveau=gemeente")
    page.wait_for_selector("#kaart-1[data-drawn]" if dead else "#kaart-1[data-painted]", timeout=MILLISECONDS)
    expect(page.locator("#kaart-1 img.drawn")).to_have_count(int(dead))
    if dead:
        expect(page.locator("#kaart-stand")).to_contain_text("komt in deze browser niet op gang")
        expect(page.locator(".areas tbody tr")).to_have_count(12)
        page.select_option("#cijfer", FIGURES[1])
        page.wait_for_selector(f"#kaart-1 img.drawn[src*='{FIGURES[1]}']")
        page.wait_for_function("() => document.querySelector('#kaart-1 img').naturalWidth > 100")
        expect(page.locator("#kaart-stand")).to_contain_text("komt in deze browser niet op gang")
        expect(page.locator("#kaart-1 canvas")).to_have_count(0)
    page.context.close()


@dataclass
class TileServer:
    """A host that gives one magenta tile for every address; it can be made to refuse or to hang."""

    port: int
    mood: str = "gives"
    asked: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def layer(self) -> str:
        """The setting of a site that shows these tiles."""
        return f"http://127.0.0.1:{self.port}/{{z}}/{{x}}/{{y}}.png"


@pytest.fixture
def tile_server() -> Iterator[TileServer]:
    """A host of background tiles."""
    content = io.BytesIO()
    Image.new("RGB", (256, 256), MAGENTA).save(content, "PNG")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            if told.mood == "hangs":
                told.ended.wait(20)
            self.send_response(503 if told.mood == "refuses" else 200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            if told.mood == "gives":
                self.wfile.write(content.getvalue())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = TileServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    told.ended.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def with_background(demo: Path, tmp_path: Path, tile_server: TileServer) -> Iterator[str]:
    """The address of a site whose setting names the tile server."""
    workspace = Path(shutil.copytree(demo / "werkmap", tmp_path / "werkmap"))
    (workspace / "stadspeil.toml").write_text(f'[atlas]\nbackground = "{tile_server.layer}"\n', encoding="utf-8")
    with serving(workspace) as site:
        yield site.address


def magenta(page: Any) -> int:
    """Pixels of a map that are the background and nothing else."""
    picture = Image.open(io.BytesIO(page.locator("#kaart-1").screenshot())).convert("RGB")
    colors = Counter({color: number for number, color in picture.getcolors(picture.width * picture.height) or []})
    return colors[MAGENTA]


def test_a_background_shows_and_the_map_does_without_it(
    browser: Any, with_background: str, tile_server: TileServer
) -> None:
    for mood in ("gives", "refuses", "hangs"):
        tile_server.mood = mood
        tile_server.asked.clear()
        page = new_page(browser, viewport={"width": 1000, "height": 900})
        outside: set[str] = set()
        page.on("request", lambda asked, seen=outside: seen.add(urlsplit(asked.url).netloc))
        answer = page.goto(f"{with_background}/kaart?cijfer={FIGURES[0]}&niveau=gemeente")
        painted(page, FIGURES[0])
        page.select_option("#cijfer", FIGURES[1])
        painted(page, FIGURES[1])
        if mood == "gives":
            until(lambda page=page: magenta(page) > _FEW, lambda: "no background came", pause=0.2)
        else:
            assert magenta(page) <= _FEW, mood
        expect(page.locator("#kaart-1 canvas")).to_have_count(1)
        assert tile_server.asked, "no tile was asked"
        host = f"127.0.0.1:{tile_server.port}"
        assert {each for each in outside if each} == {urlsplit(with_background).netloc, host}
        policy = answer.headers["content-security-policy"]
        for name in ("img-src", "connect-src"):
            rule = next(each.strip() for each in policy.split(";") if each.strip().startswith(name))
            assert [each for each in rule.split() if each.startswith("http")] == [f"http://{host}"]
        # Another host, even one that answers the same, is out of reach.
        blocked = "(url) => fetch(url).then(() => 'reached', () => 'blocked')"
        assert page.evaluate(blocked, f"http://localhost:{tile_server.port}/0/0/0.png") == "blocked"
        if mood == "gives":
            assert page.evaluate(blocked, f"http://{host}/0/0/0.png") == "reached"
        page.context.close()


def test_without_the_setting_no_background_is_asked(watched: Any, address: str) -> None:
    watched.goto(f"{address}/kaart?cijfer={FIGURES[0]}&niveau=gemeente")
    painted(watched, FIGURES[0])
    assert magenta(watched) == 0
