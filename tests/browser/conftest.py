"""A real browser on a real server. Without Chromium these tests are skipped, and say so; in CI they must run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from site_serving import serving

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
PLAIN = ("--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars")
FLAGS = (*PLAIN, "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WITHOUT_3D = (*PLAIN, "--disable-3d-apis", "--disable-gpu")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TOWN = "GM9002"


def missing(what: str, remedy: str) -> None:
    """Skip on a laptop, fail in CI: there a test that is left out is a test that does not guard."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not here, and CI may skip nothing: {remedy}")
    pytest.skip(f"no {what} here; {remedy}")


@pytest.fixture(scope="session")
def address(demo: Path) -> Iterator[str]:
    """Where the site of the demo is served, by the command that a user gives."""
    with serving(demo / "werkmap") as site:
        yield site.address


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    """Playwright."""
    if not CHROMIUM:
        missing("Chromium", "on Debian: apt-get install chromium fonts-noto-core")
    from playwright.sync_api import sync_playwright

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
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        page.on("request", lambda asked: None if asked.url.startswith((self.host, "data:", "blob:"))
                else self.outside.append(asked.url))  # fmt: skip


@pytest.fixture
def watch_of(address: str) -> Callable[[Any], Watch]:
    """Watch a page without judging it."""

    def begin(page: Any) -> Watch:
        watch = Watch(address)
        watch.on(page)
        return watch

    return begin


@pytest.fixture(scope="module")
def flat(driver: Any) -> Iterator[Any]:
    """A browser that cannot draw in three dimensions, as on a locked desk."""
    found = driver.chromium.launch(executable_path=CHROMIUM, args=list(WITHOUT_3D))
    yield found
    found.close()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open pages of contexts of one's own; all are watched and closed at the end."""
    contexts: list[Any] = []
    watch = Watch(address)

    def open_page(**asked: Any) -> Any:
        chosen = {"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "nl-NL", **asked}
        contexts.append(browser.new_context(**chosen))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        watch.on(page)
        page.watch = watch
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.errors == []
    assert watch.outside == []


@pytest.fixture
def watched(opened: Callable[..., Any]) -> Any:
    """A page of a desktop screen. At the end it must have had no error and have asked nothing outside the host."""
    return opened()


@pytest.fixture(scope="session")
def settle() -> Callable[[Any], None]:
    """Wait until the islands of a page have done what they do at first."""

    def wait(page: Any) -> None:
        page.wait_for_load_state("load")
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-island=map]')].every((each) => each.dataset.painted || each.dataset.drawn)"
        )

    return wait
