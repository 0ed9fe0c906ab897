"""A site of Nieuwland to ask from a test, without a browser and without a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.appraised.benchmarks import prepare_benchmarks
from stadspeil.atlas.preparing import prepare
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.site import Site
from stadspeil.atlas.surroundings import prepare_surroundings
from stadspeil.atlas.tiles import prepare_maps
from stadspeil.catalogue import load_catalogue
from stadspeil.workspace import Workspace

TOWN = "GM9002"


@pytest.fixture(scope="session")
def site(demo: Path) -> Site:
    """The site of the demo."""
    workspace = Workspace(demo / "werkmap")
    catalogue = load_catalogue(own=workspace.own_catalogue)
    # As `stadspeil serve` does: a demo that was made by an older version is served too.
    prepare(workspace, catalogue)
    prepare_surroundings(workspace)
    prepare_benchmarks(workspace, catalogue)
    prepare_maps(workspace)
    return Site(workspace, catalogue, Settings(requests_per_minute=1_000_000))


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a machine takes over some questions, for the guard no minute passes in between."""
    still = SimpleNamespace(monotonic=lambda: 7.0, perf_counter=time.perf_counter)
    monkeypatch.setattr("stadspeil.atlas.guarding.time", still)


@pytest.fixture(scope="session")
def client(site: Site) -> Iterator[TestClient]:
    """A caller of the site, who is told of faults of ours as a reader is."""
    with TestClient(create_app(site), raise_server_exceptions=False, follow_redirects=False) as caller:
        yield caller
