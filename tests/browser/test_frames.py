"""A view in a frame of another site: the frame address may, every other one may not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from kept_pages import KeptPages
from playwright.sync_api import expect
from site_addresses import ADDRESSES, TOWN, plain

pytestmark = pytest.mark.slow
TAKING = ADDRESSES["lopend"][0]


@pytest.fixture(scope="module")
def elsewhere(address: str) -> Iterator[str]:
    """Another site, whose pages put what is asked for in a frame."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = self.path.partition("?place=")[2]
            page = f'<!doctype html><title>x</title><iframe src="{address}{place}" width="900" height="600"></iframe>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page if place else b"")

        def log_message(self, *told: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def framed(kept: KeptPages, elsewhere: str) -> Iterator[Callable[[str], Any]]:
    """The page elsewhere with a view in its frame."""
    page = kept.lend(viewport={"width": 1000, "height": 700})

    def show(place: str) -> Any:
        page.goto(f"{elsewhere}/?place={place}", wait_until="load")
        return page

    yield show
    kept.take_back(page)


# A page that takes what a reader sends stays out of the frames of others.
@pytest.mark.parametrize(("name", "place"), [each for each in plain() if each[0] != "lopend"])
def test_a_frame_address_stands_in_another_site(framed: Callable[[str], Any], name: str, place: str) -> None:
    mark = "&" if "?" in place else "?"
    page = framed(f"{place}{mark}als=frame")
    inside = page.frames[1]
    expect(inside.locator("h1")).to_be_visible()
    expect(inside.locator("header")).to_have_count(0)
    # A link that opened in the frame would show nothing: its page may not stand there.
    expect(inside.locator("base[target=_blank]")).to_have_count(1)


@pytest.mark.parametrize("place", ["/?kies", f"/stad/{TOWN}", f"/stad/{TOWN}?als=frame&als=", f"{TAKING}?als=frame"])
def test_another_page_does_not(framed: Callable[[str], Any], place: str) -> None:
    page = framed(place)
    page.wait_for_timeout(200)
    assert page.frames[1].url.startswith("chrome-error:") or not page.frames[1].locator("h1").count()
