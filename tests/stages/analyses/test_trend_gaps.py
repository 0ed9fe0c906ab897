"""A town's change beside that of its groups, with the noise of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.panel import panels_of
from stadspeil.analyses.tables import REAL_MARKS
from stadspeil.analyses.trend_gaps import trend_gaps
from stadspeil.analyses.trends import trends
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import SCORES, empty

TOWN = "GM0637"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def register(catalogue: Catalogue) -> AreaRegister:
    return AreaRegister(catalogue.gemeenten, catalogue.changes)


def scored(codes: list[str], moved: dict[str, float], spread: float | None = 0.5, years: int = 8) -> pl.DataFrame:
    """All rise by one a year on the division of 2020; some end higher, as a jump in the last year."""
    rows: list[dict[str, Any]] = [
        {"area": code, "level": "gemeente", "year": 2020 - years + 1 + n, "boundaries": 2020, "indicator": "bijstand",
         "value": 30.0 + n + moved.get(code, 0.0) * n / (years - 1), "spread": spread, "status": "waarde", "rank": 1}
        for code in codes
        for n in range(years)
    ]  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in SCORES.columns} for row in rows], schema=dict(SCORES.columns))


@pytest.fixture(scope="module")
def codes(register: AreaRegister) -> list[str]:
    return sorted(code for code in register.codes(2020) if code < "GM9000")


def gaps_of(scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> dict[str, dict[str, Any]]:
    panels = panels_of(scores, empty(REAL_MARKS), catalogue, register)
    made = trend_gaps(panels, scores, catalogue, register)
    return {row["group"]: row for row in made.filter(pl.col("area") == TOWN).to_dicts()}


def test_the_difference_and_its_noise_by_hand(catalogue: Catalogue, register: AreaRegister, codes: list[str]) -> None:
    """Of seven in the Alliance the town rises 7 more: 6 more than their mean, with the noise of two years of each."""
    row = gaps_of(scored(codes, {TOWN: 7.0}), catalogue, register)["nta"]
    assert (row["first_year"], row["last_year"], row["members"], row["present"]) == (2013, 2020, 7, 7)
    assert row["own_change"] == pytest.approx(14) and row["group_change"] == pytest.approx(8)
    error = 0.5 * np.sqrt(2) * np.sqrt((6 / 7) ** 2 + 6 / 49)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(1.6449 * error, rel=1e-3)
    assert row["verdict"] == "hoger"
    assert row["group_slope"] == pytest.approx(8 / 7) and row["slope_difference"] == pytest.approx(6 / 7)


def test_groups_region_and_country_each_have_a_row_and_foreign_ones_none(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    made = gaps_of(scored(codes, {}), catalogue, register)
    assert {"nta", f"{TOWN}:net", f"{TOWN}:gross", "NL"} <= set(made)
    assert all(not group.endswith((":net", ":gross")) or group.startswith(TOWN) for group in made)
    assert {row["verdict"] for row in made.values()} == {"gelijk"}
    assert max(abs(row["difference"]) for row in made.values()) < 1e-9


def test_without_noise_nothing_is_said_and_short_series_have_no_slope(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    row = gaps_of(scored(codes, {TOWN: 50.0}, spread=None, years=5), catalogue, register)["nta"]
    assert row["verdict"] == "onbekend" and row["low"] is None and row["slope_difference"] is None


def test_a_difference_that_passes_alone_may_not_pass_in_a_list(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    """Beside the country 1.3 is beyond 1.645 x 0.707 = 1.16, but four are read together: 2.24 x 0.707 = 1.58."""
    rows = gaps_of(scored(codes, {TOWN: 1.3}), catalogue, register)
    assert rows["NL"]["low"] > 0 and rows["NL"]["verdict"] == "gelijk"


def test_who_was_redrawn_counts_in_neither_year(catalogue: Catalogue, register: AreaRegister) -> None:
    """Purmerend took in Beemster in 2022 and kept its code: it has no change from 2020 on."""
    members = list(catalogue.group("nta").members)
    rows = [
        {"area": code, "level": "gemeente", "year": year, "boundaries": year, "indicator": "bijstand",
         "value": 30.0 + (1000 if code == "GM0439" and year >= 2022 else 0), "spread": 0.1, "status": "waarde", "rank": 1}
        for code in members for year in range(2020, 2024)
    ]  # fmt: skip
    scores = pl.DataFrame(
        [{name: row.get(name) for name in SCORES.columns} for row in rows], schema=dict(SCORES.columns)
    )
    row = gaps_of(scores, catalogue, register)["nta"]
    # Each year lies on its own division, so no two years of the others can be held together but over untouched ground.
    assert (row["members"], row["present"], row["group_change"]) == (7, 6, 0)


def test_a_group_of_which_most_lack_is_not_named(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    few = [code for code in codes if code not in catalogue.group("nta").members[1:]] + [TOWN]
    assert "nta" not in gaps_of(scored(sorted(set(few)), {}), catalogue, register)


def test_composites_are_followed_on_a_fixed_base_and_never_on_the_relative_mark(
    catalogue: Catalogue, register: AreaRegister
) -> None:
    def marks(year: int, mark: float, note: str = "") -> dict[str, Any]:
        return {"area": TOWN, "level": "gemeente", "year": year, "boundaries": 2020, "indicator": "thema_werk",
                "value": mark, "mark": mark, "rank": 1, "status": "afgeleid", "note": note}  # fmt: skip

    rows = [marks(year, 6.5, "carried:2018" if year == 2020 else "") for year in range(2017, 2021)]
    scores = pl.DataFrame(
        [{name: row.get(name) for name in SCORES.columns} for row in rows], schema=dict(SCORES.columns)
    )
    assert trends(panels_of(scores, empty(REAL_MARKS), catalogue, register)).is_empty()
    fixed = [{**row, "base_year": 2019, "fixed_mark": row["year"] - 2011.0, "fixed_spread": 0.2} for row in rows]
    real = pl.DataFrame([{name: row.get(name) for name in REAL_MARKS.columns} for row in fixed],
                        schema=dict(REAL_MARKS.columns))  # fmt: skip
    (row,) = trends(panels_of(scores, real, catalogue, register)).to_dicts()
    # The year of which a part is older is left out.
    assert (row["scale"], row["first_year"], row["last_year"], row["change"]) == ("vast cijfer", 2017, 2019, 2.0)
    assert row["verdict"] == "gestegen"
