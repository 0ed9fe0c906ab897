"""The real accounts of all gemeenten, held against themselves and against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from stadspeil.analyses.purse import CHAPTERS, beside_groups, over_budget, purse_of
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
    last = purse.filter(year=2024, kind="rekening")
    # GM0809 gave no account of 2024: all its amounts are 0 in the file.
    assert last["area"].n_unique() == 341
    for kind, year in (("rekening", 2024), ("begroting", 2024), ("begroting", 2025), ("begroting", 2026)):
        whole = purse.filter(year=year, kind=kind)
        chapters = whole.filter(pl.col("part").is_in(list(CHAPTERS))).group_by("area").agg(pl.col("amount").sum())
        both = whole.filter(part="lasten").join(chapters, on="area", suffix="_chapters")
        assert (both["amount"] - both["amount_chapters"]).abs().max() < 0.6
        social = whole.filter(part="aandeel_sociaal").join(
            whole.filter(part="sociaal_domein"), on="area", suffix="_task"
        )
        social = social.join(whole.filter(part="lasten"), on="area", suffix="_all")
        assert (social["amount"] - 100 * social["amount_task"] / social["amount_all"]).abs().max() < 1e-6
    kinds = purse.filter(part="lasten").group_by("kind").agg(pl.col("year").min().alias("first"), pl.col("year").max())
    assert sorted(kinds.rows()) == [("begroting", 2017, 2026), ("rekening", 2017, 2024)]
    planned = purse.filter(year=2026, kind="begroting")
    # 543,860 thousand euro over 130,836 inhabitants; a budget has no balance sheet.
    assert amount(planned, "lasten") == pytest.approx(4156.8, abs=0.05)
    assert amount(planned, "saldo_na_reserves") == pytest.approx((531401 - 543860 + 28693 - 15812) / 130.836, abs=0.01)
    assert planned.filter(pl.col("part").is_in(["eigen_vermogen", "solvabiliteit"])).is_empty()
    assert not set(planned["area"].unique()) & set(purse.filter(year=2026, kind="rekening")["area"].unique())
    # 486,816 thousand euro planned, 534,272 spent.
    over = over_budget(purse, "GM0637").filter(year=2024)["over"][0]
    assert over == pytest.approx(100 * (534272 / 486816 - 1), abs=1e-6)
    # 534,272 thousand euro over 128,434 inhabitants.
    assert amount(last, "lasten") == pytest.approx(4159.9, abs=0.05)
    assert amount(last, "aandeel_rijk") == pytest.approx(100 * 295586 / 520504, abs=1e-6)
    beside = beside_groups(purse, "GM0637", CATALOGUE, AreaRegister(CATALOGUE.gemeenten, CATALOGUE.changes))
    assert beside.filter(part="lasten")["groep:nta"][0] == pytest.approx(4386, abs=1)


def amount(purse: pl.DataFrame, part: str) -> float:
    return float(purse.filter(area="GM0637", part=part)["amount"][0])
