"""A real browser on a real server. Without Chromium these tests are skipped, and say so; in CI they must run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from kept_pages import MILLISECONDS, KeptPages, new_page
from site_serving import serving
from trickling import trickled

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# The first has no windows to keep: a fifth less work for each page, and the same engine.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
TRICKLE = os.environ.get("STADSPEIL_TRICKLE")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), "")
PLAIN = ("--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars")
# A map draws in three dimensions, in software. All else is put together without: that takes half the time.
FLAGS = (
    *PLAIN,
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",
)
WITHOUT_3D = (*PLAIN, "--disable-3d-apis", "--disable-gpu")


def missing(what: str, remedy: str) -> None:
    """Skip on a laptop, fail in CI: there a test that is left out is a test that does not guard."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not here, and CI may skip nothing: {remedy}")
    pytest.skip(f"no {what} here; {remedy}")


@pytest.fixture(scope="session")
def address(demo: Path) -> Iterator[str]:
    """Where the site of the demo is served, by the command that a user gives."""
    with serving(demo / "werkmap") as site:
        if not TRICKLE:
            yield site.address
            return
        with trickled(site.port, float(TRICKLE)) as port:
            yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    """Playwright."""
    if not CHROMIUM:
        missing("Chromium", "on Debian: apt-get install chromium-headless-shell fonts-noto-core")
    from playwright.sync_api import expect, sync_playwright

    # What is expected of a page is waited for; a busy machine may take long.
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(driver: Any) -> Iterator[Any]:
    """One Chromium for all tests of a worker."""
    found = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield found
    found.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which frontend/package.json pins."""
    if not AXE.is_file():
        missing("axe-core", "run: npm ci --prefix frontend")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Watch:
    """What a page did that it should not: errors in its console, requests that left the host."""

    host: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def on(self, page: Any) -> None:
        """Begin to watch a page."""
        page.on("console", self._said)
        page.on("pageerror", self._erred)
        page.on("request", self._asked)

    def off(self, page: Any) -> None:
        """End it."""
        page.remove_listener("console", self._said)
        page.remove_listener("pageerror", self._erred)
        page.remove_listener("request", self._asked)

    def _said(self, said: Any) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    def _erred(self, fault: Any) -> None:
        self.errors.append(str(fault))

    def _asked(self, asked: Any) -> None:
        if not asked.url.startswith((self.host, "data:", "blob:")):
            self.outside.append(asked.url)


@pytest.fixture
def watch_of(address: str) -> Callable[[Any], Watch]:
    """Watch a page without judging it."""

    def begin(page: Any) -> Watch:
        watch = Watch(address)
        watch.on(page)
        return watch

    return begin


@pytest.fixture(scope="session")
def flat(driver: Any) -> Iterator[Any]:
    """A browser that cannot draw in three dimensions, as on a locked desk."""
    found = driver.chromium.launch(executable_path=CHROMIUM, args=list(WITHOUT_3D))
    yield found
    found.close()


@pytest.fixture(scope="session")
def kept(browser: Any, address: str) -> KeptPages:
    """Pages that are used again by the next test of a worker."""
    return KeptPages(browser, address)


@pytest.fixture
def opened(kept: KeptPages, address: str) -> Iterator[Callable[..., Any]]:
    """Open pages without cookies or anything stored; all are watched."""
    lent: list[Any] = []
    watch = Watch(address)

    def open_page(**asked: Any) -> Any:
        page = kept.lend(**asked)
        lent.append(page)
        watch.on(page)
        return page

    yield open_page
    for page in lent:
        watch.off(page)
        kept.take_back(page)
    assert watch.errors == []
    assert watch.outside == []


@pytest.fixture
def first_visit(browser: Any, address: str) -> Iterator[Any]:
    """A page of a reader who never was here: nothing of the site is in the cache. It is watched and closed at the end."""
    page = new_page(browser)
    watch = Watch(address)
    watch.on(page)
    yield page
    page.context.close()
    assert watch.errors == []
    assert watch.outside == []


@pytest.fixture
def watched(opened: Callable[..., Any]) -> Any:
    """A page of a desktop screen. At the end it must have had no error and have asked nothing outside the host."""
    return opened()


@pytest.fixture
def line(watched: Any) -> Iterator[Any]:
    """The line to the watched page, on which everything comes anew: nothing from the cache of the browser."""
    found = watched.context.new_cdp_session(watched)
    found.send("Network.enable")
    found.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield found
    found.detach()


@pytest.fixture(scope="session")
def settle() -> Callable[[Any], None]:
    """Wait until the islands of a page have done what they do at first."""

    def wait(page: Any) -> None:
        page.wait_for_load_state("load")
        page.wait_for_selector(":root:not([data-coming])", state="attached")
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-island=map]')].every((each) => each.dataset.painted || each.dataset.drawn)"
        )

    return wait
