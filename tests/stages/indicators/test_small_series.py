"""Series of buurten on one division, against the planted ground of Nieuwland: the same place is the same buurt."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue
from stadspeil.indicators import write_values
from stadspeil.shelf import read_shelf
from stadspeil.sources.fetching.client import Client, Manners
from stadspeil.sources.fetching.planning import plan
from stadspeil.sources.fetching.running import fetch
from stadspeil.sources.nieuwland.serving import serve
from stadspeil.sources.nieuwland.wide import make_country, write_warehouse
from stadspeil.sources.nieuwland.wide.land import Land
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow
SOURCES = ["cbs_kerncijfers_wijken_buurten", "pdok_gebiedsindelingen"]
TARGET = 2024


@pytest.fixture(scope="module")
def land() -> Land:
    return make_country("mini").land


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder, workspace = tmp_path_factory.mktemp("land"), Workspace(tmp_path_factory.mktemp("werk"))

    def smaller(catalogue):
        wide = catalogue.sources[SOURCES[0]]
        wanted = {"indelingswijziging", "inwoners", "inwoners_65_plus", "huishoudens"}
        few = dataclasses.replace(wide, columns=tuple(each for each in wide.columns if each.field in wanted))
        return dataclasses.replace(catalogue, sources={SOURCES[0]: few, SOURCES[1]: catalogue.sources[SOURCES[1]]})

    write_warehouse(make_country("mini"), smaller(load_catalogue()), folder)
    catalogue = smaller(load_catalogue(own=folder / "overlay"))
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    with serve(folder) as publishers, Client(publishers=publishers.address, manners=Manners(pause_s=0)) as client:
        result = fetch(
            plan(catalogue, register, sources=SOURCES, since=2018, newest=2024), workspace, catalogue, client
        )
    assert result.error() is None
    build_tables(workspace, catalogue)
    write_values(workspace, catalogue, boundaries=TARGET)
    return workspace


def share(workspace: Workspace, boundaries: int, year: int) -> dict[str, float | None]:
    """Inhabitants of 65 and over per buurt, as a share, on a division."""
    wanted = {"year": [year], "boundaries": [boundaries], "level": ["buurt"], "indicator": ["inwoners_65_plus_aandeel"]}
    found = read_shelf(workspace.out / "values", wanted)
    return dict(found.select("area", "value").iter_rows())


def test_an_unbroken_buurt_has_its_own_past_under_its_code_of_now(workspace: Workspace, land: Land) -> None:
    broken = set(read_shelf(workspace.out / "breaks")["area"])
    for year in land.years[:-1]:
        before, after = land.divisions[year], land.divisions[TARGET]
        published, moved = share(workspace, year, year), share(workspace, TARGET, year)
        assert published and moved
        followed = 0
        for old, new in zip(before.buurt_codes.tolist(), after.buurt_codes.tolist(), strict=True):
            if new in broken:
                continue
            followed += old != new
            if published.get(old) is not None:
                assert moved[new] == pytest.approx(published[old]), (year, old, new)
        # Renumbered buurten are among them as long as there were other codes.
        assert followed > 0 or set(before.buurt_codes.tolist()) == set(after.buurt_codes.tolist())


def test_a_redrawn_buurt_is_told_as_a_break_and_has_no_past(workspace: Workspace, land: Land) -> None:
    breaks = read_shelf(workspace.out / "breaks")
    planted = {f"{number:04}" for number in land.redrawn}
    assert planted
    small = breaks.filter(pl.col("area").str.starts_with("BU"))
    assert {area[2:6] for area in small["area"]} == planted
    (first,) = small["first_year_after"].unique()
    earlier = share(workspace, TARGET, int(first) - 1)
    assert all(earlier.get(area) is None for area in small["area"])


def test_without_another_division_there_are_no_breaks_on_file(workspace: Workspace, tmp_path: Path) -> None:
    catalogue = load_catalogue()
    copy = Workspace(tmp_path)
    import shutil

    shutil.copytree(workspace.root, tmp_path, dirs_exist_ok=True)
    write_values(copy, catalogue)
    assert not (copy.out / "breaks" / "index.json").exists()
