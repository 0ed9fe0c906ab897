"""A real browser on a real server. Without Chromium these tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = (
    "--no-sandbox", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--force-color-profile=srgb", "--hide-scrollbars",
)  # fmt: skip
TOWN = "GM9002"
_SECONDS_TO_START = 60


@pytest.fixture(scope="session")
def address(demo: Path) -> Iterator[str]:
    """Where the site of the demo is served, by the command that a user gives."""
    yield from served(demo / "werkmap")


def served(workspace: Path) -> Iterator[str]:
    """Serve a workspace on a free port until the tests are done."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from stadspeil.cli import main; main()", "serve",
               "--workspace", str(workspace), "--port", str(port)]  # fmt: skip
    log = workspace.parent / f"serve-{port}.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told)
    here = f"http://127.0.0.1:{port}"
    try:
        for _ in range(_SECONDS_TO_START * 10):
            if process.poll() is not None:
                pytest.fail(f"stadspeil serve ended with {process.returncode}:\n{log.read_text()}")
            try:
                urllib.request.urlopen(f"{here}/gereed", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail(f"the site did not start:\n{log.read_text()}")
        yield here
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of a worker."""
    if not CHROMIUM:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield found
        found.close()


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
def watched(browser: Any, address: str) -> Iterator[Any]:
    """A page of a desktop screen. At the end it must have had no error and have asked nothing outside the host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="nl-NL")
    page = context.new_page()
    watch = Watch(address)
    watch.on(page)
    page.watch = watch
    yield page
    context.close()
    assert watch.errors == []
    assert watch.outside == []
