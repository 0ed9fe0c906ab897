"""Squares asked from the fake publishers: a town's own box, after its map, and the same pockets in what was planted."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.sources.fetching.client import Client, Manners
from stadspeil.sources.fetching.planning import plan
from stadspeil.sources.fetching.running import FetchResult, fetch
from stadspeil.sources.nieuwland.serving.server import Publishers, serve
from stadspeil.sources.nieuwland.wide import make_country, write_warehouse
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow

SQUARES, MAPS = "leefbaarometer_vakken", "pdok_gebiedsindelingen"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("land")
    write_warehouse(make_country("mini"), load_catalogue(), folder)
    return folder


@pytest.fixture(scope="module")
def ours(folder: Path) -> Catalogue:
    return load_catalogue(own=folder / "overlay")


def asked(town: str, sources: list[str], workspace: Workspace, ours: Catalogue, publishers: Publishers) -> FetchResult:
    jobs = plan(ours, AreaRegister(ours.gemeenten, ours.changes), town, sources, 2024, 2024)
    with Client(publishers=publishers.address, manners=Manners(pause_s=0.0)) as client:
        return fetch(jobs, workspace, ours, client)


def test_squares_come_within_the_box_of_the_town_and_only_after_its_map(
    folder: Path, ours: Catalogue, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "werkmap")
    town = sorted(ours.group("nta").members)[0]
    with serve(folder) as publishers:
        early = asked(town, [SQUARES], workspace, ours, publishers)
        assert "nog geen kaart" in str(early.error()) and early.added == []
        result = asked(town, [SQUARES, MAPS], workspace, ours, publishers)
        (question,) = {each for each in publishers.asked if "clippedgridscore24" in each}
    assert result.error() is None
    box = parse_qs(urlsplit(question).query)["bbox"][0].split(",")
    assert box[4] == "EPSG:28992" and all(int(each) % 100 == 0 for each in box[:4])
    build_tables(workspace, ours)
    table = pl.concat(pl.read_parquet(path) for path in sorted((workspace.tables / SQUARES).glob("*.parquet")))
    own = table.filter(pl.col("buurt").str.slice(2, 4) == town[2:])["square"].unique()
    layer = json.loads((folder / "features" / "lbm3-clippedgridscore24.geojson").read_text())["features"]
    assert 0 < own.len() <= table["square"].n_unique() <= len(layer)
    assert table["buurt"].null_count() == 0
    planted = json.loads((folder / "truth.json").read_text())["square_pockets"]
    mine = {square for each in planted if each["buurt"][2:6] == town[2:] for square in each["squares"]}
    assert mine <= set(own)
