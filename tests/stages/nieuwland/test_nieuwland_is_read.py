"""The readers for real files read Nieuwland, and find in it what was put there."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.sources import ImportResult, SnapshotStore, import_files, read_snapshot
from stadspeil.sources.nieuwland import Country, World
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def imported(country: Country, tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportResult, Workspace, Catalogue]:
    workspace = Workspace(tmp_path_factory.mktemp("werkmap"))
    shutil.copytree(country.catalogue, workspace.own_catalogue)
    catalogue = load_catalogue(own=workspace.own_catalogue)
    return import_files(list(country.files), workspace, catalogue), workspace, catalogue


def cells_of(imported: tuple[ImportResult, Workspace, Catalogue], name: str) -> pl.DataFrame:
    result, workspace, catalogue = imported
    snapshot = next(each for each in result.added if each.file_name == name)
    return read_snapshot(SnapshotStore(workspace.raw), snapshot, catalogue).cells


def test_every_file_is_recognised_and_none_is_skipped(imported, country: Country) -> None:
    result = imported[0]
    assert result.skipped == []
    assert {each.file_name for each in result.added} == {path.name for path in country.files}


def test_every_snapshot_is_known_to_be_invented(imported) -> None:
    assert all(each.invented for each in imported[0].added)


def test_each_edition_of_the_key_figures_is_told_from_name_or_table(imported) -> None:
    editions = {each.edition for each in imported[0].added if each.source == "cbs_kerncijfers_wijken_buurten"}
    assert editions == {str(year) for year in range(2005, 2025)}


@pytest.mark.parametrize(
    ("name", "year"), [("nieuwland_kwb-2009.csv", 2009), ("nieuwland_kerncijfers_2020.json", 2020)]
)
def test_inhabitants_of_gemeenten_are_read_as_they_are(imported, world: World, name: str, year: int) -> None:
    cells = cells_of(imported, name).filter((pl.col("field") == "inwoners") & (pl.col("level") == "gemeente"))
    division = world.gazetteer.division(year).only("gemeente")
    true = dict(zip(division.codes, world.figures.over(division.members, "inwoners", year), strict=True))
    assert dict(zip(cells["area"], cells["value"], strict=True)) == true


def test_what_is_kept_back_is_never_read_as_a_number(imported) -> None:
    cells = cells_of(imported, "nieuwland_85039NED.csv").filter(pl.col("field") == "huishoudens_laag_inkomen_pct")
    secret = cells.filter(pl.col("status") == "geheim")
    assert secret.height > 5
    assert secret["value"].null_count() == secret.height


def test_crimes_and_stock_are_read_by_their_dimensions(imported, world: World) -> None:
    cells = cells_of(imported, "nieuwland_47018NED_misdrijven.csv")
    wanted = cells.filter((pl.col("area") == "NL") & (pl.col("year") == 2020) & (pl.col("field") == "misdrijven"))
    assert wanted["value"].to_list() == [world.figures.values["misdrijven_0.0.0"][:, 15].sum()]
    stock = cells_of(imported, "nieuwland_82550NED_woningvoorraad.json").filter(pl.col("area") == "GM9002")
    assert stock.filter(pl.col("field") == "voorraad_1975_1985")["value"].max() > 10_000


def test_the_merged_gemeenten_are_read_in_the_years_in_which_they_existed(imported) -> None:
    cells = cells_of(imported, "nieuwland_70072ned_regionale_kerncijfers.json").filter(pl.col("field") == "inwoners")
    years = {code: set(part["year"]) for (code,), part in cells.group_by("area")}
    assert max(years["GM9012"]) == 2014
    assert min(years["GM9014"]) == 2015
