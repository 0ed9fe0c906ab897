"""The site as a user starts it: `stadspeil serve` in a process of its own, on a free port, until the tests are done."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waiting import LONG, until

# What the command says of a port on which somebody else listens.
TAKEN = "kies een andere poort"


@dataclass
class Served:
    """A running site: its address, its process, the file that holds what it says."""

    address: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """All that was said so far."""
        return self.log.read_text(encoding="utf-8")


def command(workspace: Path, *words: str) -> list[str]:
    """The command that a user gives."""
    run = [sys.executable, "-c", "from stadspeil.cli import main; main()", "serve"]
    return [*run, "--workspace", str(workspace), *words]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(workspace: Path, *words: str) -> Iterator[Served]:
    """A running site of a workspace."""
    site = _begun(workspace, *words)
    try:
        try:
            _wait(site)
        except RuntimeError:
            # Another test may have taken the port between our look at it and the start of the site.
            if TAKEN not in site.said:
                raise
            site = _begun(workspace, *words)
            _wait(site)
        yield site
    finally:
        site.process.terminate()
        site.process.wait(timeout=LONG)


def _begun(workspace: Path, *words: str) -> Served:
    port = free_port()
    log = workspace.parent / f"serve-{port}.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command(workspace, "--port", str(port), *words), stdout=told, stderr=told)
    return Served(f"http://127.0.0.1:{port}", port, process, log)


def _wait(site: Served) -> None:
    def ready() -> bool:
        if site.process.poll() is not None:
            raise RuntimeError(f"stadspeil serve ended with {site.process.returncode}:\n{site.said}")
        # Before that it may be somebody else who answers there.
        if "de site staat op" not in site.said:
            return False
        try:
            urllib.request.urlopen(f"{site.address}/gereed", timeout=LONG).close()
        except OSError as problem:
            # A reader opens the address once it is told: from then on nobody may find the door closed.
            if isinstance(getattr(problem, "reason", problem), ConnectionRefusedError):
                raise
            return False
        return True

    until(ready, lambda: f"the site did not start:\n{site.said}", pause=0.1)
