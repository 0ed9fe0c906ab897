"""Margins hold what they promise: the rate that stands behind each buurt's count lies in nine of ten intervals.

A count of Nieuwland is drawn around what was expected, so the truth behind it is known. Shares that are printed as they
are (low incomes, tenure) have no chance in them and would always be covered: they say nothing here.
"""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.shrunken import shrink_shares
from stadspeil.catalogue import load_catalogue
from stadspeil.indicators import build_values
from stadspeil.sources import SnapshotStore, import_files, read_snapshot
from stadspeil.sources.nieuwland import Country, World
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow

YEAR = 2021
COUNTED = {"geboorten": "geboorten", "sterfte": "sterfgevallen", "bijstand": "bijstand_personen", "ww": "ww_personen"}
PER = {"ww": 100.0}


@pytest.fixture(scope="module")
def measured(country: Country, truth: dict[str, Any], world: World, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Per figure: value, standard error, base, and the true rate behind each buurt."""
    workspace = Workspace(tmp_path_factory.mktemp("werkmap"))
    shutil.copytree(country.catalogue, workspace.own_catalogue)
    catalogue = load_catalogue(own=workspace.own_catalogue)
    (file,) = (path for path in country.files if path.name == "nieuwland_85039NED.csv")
    (snapshot,) = import_files([file], workspace, catalogue).added
    values = build_values(read_snapshot(SnapshotStore(workspace.raw), snapshot, catalogue).cells, catalogue)
    division = world.gazetteer.division(YEAR).only("buurt")
    people = dict(zip(division.codes, world.figures.over(division.members, "inwoners", YEAR), strict=True))

    def of(indicator: str) -> dict[str, np.ndarray]:
        rows = values.filter(
            pl.col("level") == "buurt", pl.col("indicator") == indicator,
            pl.col("value").is_not_null(), pl.col("spread").is_not_null(),
        )  # fmt: skip
        expected = truth["expected_counts"][COUNTED[indicator]][str(YEAR)]
        lived_in = rows.filter(pl.col("area").is_in([code for code, number in people.items() if number]))
        true = [PER.get(indicator, 1000.0) * expected[code] / people[code] for code in lived_in["area"]]
        gemeente = lived_in["area"].str.slice(2, 4).to_numpy()
        return {name: lived_in[name].to_numpy() for name in ("value", "spread", "n")} | {
            "true": np.array(true), "gemeente": gemeente,
        }  # fmt: skip

    return of


@pytest.mark.parametrize("indicator", list(COUNTED))
def test_nine_of_ten_intervals_hold_the_rate_behind_the_count(measured: Any, indicator: str) -> None:
    found = measured(indicator)
    away = np.abs(found["value"] - found["true"]) / found["spread"]
    assert len(away) > 400
    assert 0.85 <= (away <= 1.645).mean() <= 0.95
    # Also where nobody would doubt the margin: in buurten of three hundred people and more.
    assert (away[found["n"] >= 300] <= 1.645).mean() >= 0.85
    # And the margin is needed: figures do not lie on the truth.
    assert (away > 0.5).mean() > 0.4


def test_intervals_of_raw_shares_hold_and_shrunken_shares_are_nearer(measured: Any) -> None:
    found = measured("ww")
    shares, true = found["value"] / 100, found["true"] / 100
    made = shrink_shares(shares, found["n"], found["gemeente"], threshold=0.05, rounding=4.0)
    assert ((made.low <= true) & (true <= made.high)).mean() >= 0.85
    error = [np.sqrt(((each - true) ** 2).mean()) for each in (shares, made.shrunken)]
    assert error[1] < 0.7 * error[0]
    # Nearer, and not by calling all buurten of a gemeente alike.
    inside = [each - np.bincount(codes, each)[codes] / np.bincount(codes)[codes]
              for codes in [np.unique(found["gemeente"], return_inverse=True)[1]] for each in (made.shrunken, true)]  # fmt: skip
    assert np.corrcoef(*inside)[0, 1] > 0.5 and inside[0].std() > 0.3 * inside[1].std()
