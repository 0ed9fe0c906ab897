"""The real accounts of all gemeenten, held against themselves and against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from stadspeil.analyses.purse import CHAPTERS, beside_groups, purse_of
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue
from stadspeil.shelf import read_shelf
from stadspeil.sources import import_files
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

CATALOGUE = load_catalogue()


def test_on_the_real_accounts_task_fields_add_up_to_all_costs(shared_data: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    import_files([shared_data / "more" / "iv3_summary_gemeente_2017_2026.csv"], workspace, CATALOGUE)
    build_tables(workspace, CATALOGUE)
    purse = purse_of(read_shelf(tmp_path / "tables" / "financien"), CATALOGUE)
    last = purse.filter(year=2024)
    assert last["area"].n_unique() == 342
    chapters = last.filter(pl.col("part").is_in(list(CHAPTERS))).group_by("area").agg(pl.col("amount").sum())
    both = last.filter(part="lasten").join(chapters, on="area", suffix="_chapters")
    assert (both["amount"] - both["amount_chapters"]).abs().max() < 0.6
    # 534,272 thousand euro over 128,434 inhabitants.
    assert amount(last, "lasten") == pytest.approx(4159.9, abs=0.05)
    assert amount(last, "aandeel_rijk") == pytest.approx(100 * 295586 / 520504, abs=1e-6)
    beside = beside_groups(purse, "GM0637", CATALOGUE, AreaRegister(CATALOGUE.gemeenten, CATALOGUE.changes))
    assert beside.filter(part="lasten")["groep:nta"][0] == pytest.approx(4386, abs=1)


def amount(purse: pl.DataFrame, part: str) -> float:
    return float(purse.filter(area="GM0637", part=part)["amount"][0])
