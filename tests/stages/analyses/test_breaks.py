"""No change, trend, projection or move between fifths crosses a break: of ground, or of definition."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.mechanisms import mechanisms_of
from stadspeil.analyses.mobility import buurt_transitions, mobility_of
from stadspeil.analyses.panel import Panel, panels_of
from stadspeil.analyses.real_change import real_marks
from stadspeil.analyses.same_ground import followed
from stadspeil.analyses.sliding import pocket_changes
from stadspeil.analyses.tables import REAL_MARKS
from stadspeil.analyses.trends import trends
from stadspeil.areas import AreaRegister
from stadspeil.areas.small_series import BREAKS
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import GROUP_SCORES, SCORES, VALUES, Contract, empty

YEARS = range(2010, 2022)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def register(catalogue: Catalogue) -> AreaRegister:
    return AreaRegister(catalogue.gemeenten, catalogue.changes)


def redefined(catalogue: Catalogue, id: str, year: int) -> Catalogue:
    """The catalogue with a figure that is measured otherwise from a year on."""
    entry = dataclasses.replace(catalogue.indicators[id], breaks={str(year): "andere telling"})
    return dataclasses.replace(catalogue, indicators={**catalogue.indicators, id: entry})


def filled(contract: Contract, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in contract.columns} for row in rows], schema=dict(contract.columns)
    )


def jump(year: int, number: int = 0) -> float:
    """Rises by one a year, and stands 50 higher from 2016 on, where the counting changed."""
    return float(year - 2010) + 50 * (year >= 2016) + number


def scored(areas: list[str], marked: bool = False) -> pl.DataFrame:
    return filled(SCORES, [
        {"area": area, "level": "gemeente", "year": year, "boundaries": 2021, "indicator": "bijstand",
         "value": jump(year, number), "spread": 0.1, "status": "waarde", "rank": 1, "ranked": len(areas),
         "mark": 5 + number / 10 if marked else None}
        for number, area in enumerate(areas)
        for year in YEARS
    ])  # fmt: skip


def panel_of(catalogue: Catalogue, register: AreaRegister, areas: list[str]) -> Panel:
    (panel,) = panels_of(scored(areas), empty(REAL_MARKS), catalogue, register)
    return panel


def test_a_trend_is_told_over_the_part_after_the_break_and_says_so(
    catalogue: Catalogue, register: AreaRegister
) -> None:
    whole = trends([panel_of(catalogue, register, ["GM0637"])]).row(0, named=True)
    assert (whole["first_year"], whole["change"], whole["broken"], whole["break_year"]) == (2010, 61, False, None)
    cut = trends([panel_of(redefined(catalogue, "bijstand", 2016), register, ["GM0637"])]).row(0, named=True)
    assert (cut["first_year"], cut["change"], cut["years"], cut["slope"]) == (2016, 5, 6, 1)
    assert (cut["broken"], cut["broken_by"], cut["break_year"]) == (True, "definitie", 2016)
    assert cut["smallest_detectable"] == pytest.approx(1.645 * 0.1 * 2**0.5, rel=1e-3)


def test_a_break_outside_the_years_is_none(catalogue: Catalogue, register: AreaRegister) -> None:
    for year in (2005, 2010, 2030):
        made = trends([panel_of(redefined(catalogue, "bijstand", year), register, ["GM0637"])]).row(0, named=True)
        assert (made["first_year"], made["broken"]) == (2010, False), year


def test_places_are_not_held_beside_those_before_a_break(catalogue: Catalogue, register: AreaRegister) -> None:
    areas = sorted(code for code in register.codes(2021) if code < "GM9000")[:20]
    made = mobility_of([panel_of(redefined(catalogue, "bijstand", 2016), register, areas)], catalogue,
                       np.random.default_rng(1))  # fmt: skip
    assert made.mobility.row(0, named=True)["first_year"] == 2016
    assert made.transitions["first_year"].unique().to_list() == [2016]


def test_marks_on_a_fixed_base_have_no_base_year_before_the_break(catalogue: Catalogue, register: AreaRegister) -> None:
    areas = [f"GM{code:04}" for code in (34, 502, 637, 794, 356)]
    scores = scored(areas, marked=True)
    made = real_marks(scores, redefined(catalogue, "bijstand", 2020), register)
    own = made.filter(pl.col("indicator") == "bijstand")
    assert own["base_year"].unique().to_list() == [2020] and own["year"].unique().to_list() == [2020, 2021]


def test_a_composite_is_broken_where_a_part_is(catalogue: Catalogue) -> None:
    broken = redefined(catalogue, "bijstand", 2016)
    assert broken.breaks_of("thema_werk") == {2016: "andere telling"}
    assert broken.breaks_of("mechanisme_sociaaleconomische_kracht") == {2016: "andere telling"}
    assert broken.breaks_of("thema_zorg") == {}
    assert [broken.unbroken_since("thema_werk", year) for year in (2015, 2016, 2020)] == [0, 2016, 2016]


def test_no_line_is_drawn_on_from_years_before_a_break(catalogue: Catalogue) -> None:
    composite = "mechanisme_sociaaleconomische_kracht"
    marks = [
        {"area": "GM0637", "level": "gemeente", "year": year, "boundaries": year, "indicator": composite,
         "mark": 6.0 - jump(year) / 10, "value": 6.0, "status": "afgeleid", "note": ""} for year in YEARS
    ]  # fmt: skip
    beside = [
        {"group": "GM0637:net", "kind": "region_net", "year": year, "boundaries": year, "indicator": composite,
         "mark": 6.5, "value": 6.5, "members": 5, "present": 5} for year in YEARS
    ]  # fmt: skip
    none = pl.DataFrame(schema={"area": pl.String, "year": pl.Int16, "indicator": pl.String, "total": pl.Float64})
    for since, years in ((None, 12), (2016, 6), (2018, 4)):
        own = catalogue if since is None else redefined(catalogue, "bijstand", since)
        made = mechanisms_of(filled(SCORES, marks), filled(GROUP_SCORES, beside), none, own)
        row = made.filter(pl.col("area") == "GM0637", pl.col("measured") == composite).row(0, named=True)
        assert row["years"] == years and (row["projection"] is None) == (years < 6)


# --- buurten


def country(year: int, level: float, spread: float | None = 1.0) -> pl.DataFrame:
    """Forty wijken of five buurten; the very first buurt is `level` higher."""
    rng = np.random.default_rng(year)
    rows = []
    for wijk in range(40):
        for n in range(5):
            rows.append(
                {
                    "area": f"BU0001{wijk:02}{n:02}",
                    "level": "buurt",
                    "value": 20 + rng.normal() + level * (wijk == n == 0),
                }
            )
        rows.append({"area": f"WK0001{wijk:02}", "level": "wijk", "value": 20.0})
    kept = {"year": year, "boundaries": 2024, "indicator": "bijstand", "spread": spread, "n": 800.0,
            "status": "waarde", "method": "rebuilt"}  # fmt: skip
    return filled(VALUES, [{**row, **kept} for row in rows])


def broken(*areas: str, since: int) -> pl.DataFrame:
    rows = [{"area": area, "boundaries": 2024, "first_year_after": since, "reason": "ongenoemd"} for area in areas]
    return filled(BREAKS, rows)


def test_a_buurt_whose_ground_changed_in_between_has_no_change(catalogue: Catalogue) -> None:
    first, last = country(2019, 0), country(2024, 14)
    whole = pocket_changes(first, last, catalogue)
    assert "BU00010000" in whole.filter(pl.col("found"))["area"]
    made = pocket_changes(first, last, catalogue, broken("BU00010000", "WK000101", since=2021))
    assert "BU00010000" not in made["area"] and made.height == whole.height - 1
    assert made.filter(pl.col("area") == "BU00010100")["wijk_change"].to_list() == [None]
    # A break before the first year is behind us.
    assert pocket_changes(first, last, catalogue, broken("BU00010000", since=2019)).height == whole.height


def test_a_figure_that_was_defined_anew_in_between_has_no_change(catalogue: Catalogue) -> None:
    first, last = country(2019, 0), country(2024, 14)
    assert pocket_changes(first, last, redefined(catalogue, "bijstand", 2022)).is_empty()
    assert not pocket_changes(first, last, redefined(catalogue, "bijstand", 2019)).is_empty()


def test_buurten_move_between_fifths_only_on_their_own_ground(catalogue: Catalogue) -> None:
    first, last, rng = country(2019, 0), country(2024, 0), np.random.default_rng(1)
    made = buurt_transitions(first, last, broken("BU00010000", since=2021), catalogue, rng)
    assert made["areas"].unique().to_list() == [199] and made.height == 25
    rows = made.group_by("from_fifth").agg(pl.col("share", "share_by_noise").sum())
    assert rows["share"].to_list() == pytest.approx([1] * 5) and rows["share_by_noise"].to_list() == pytest.approx(
        [1] * 5
    )
    assert buurt_transitions(first, last, empty(BREAKS), redefined(catalogue, "bijstand", 2022), rng).is_empty()
    unknown = buurt_transitions(first, country(2024, 0, None), empty(BREAKS), catalogue, rng)
    assert unknown["share_by_noise"].null_count() == 25


def test_differences_between_buurten_are_followed_while_there_are_the_same_buurten() -> None:
    def rows(year: int, areas: list[str], boundaries: int = 0) -> list[dict[str, Any]]:
        return [{"area": area, "level": "buurt", "year": year, "boundaries": boundaries or year, "indicator": "bijstand",
                 "status": "waarde", "value": 1.0, "method": "rebuilt"} for area in areas]  # fmt: skip

    old, new = ["BU00010000", "BU00010001"], ["BU00010000", "BU00010002", "BU00010003"]
    other = ["BU00020000"]
    table = filled(VALUES, [row for year in range(2018, 2023)
                            for row in rows(year, (old if year < 2021 else new) + other)])  # fmt: skip
    kept = followed(table, empty(BREAKS))
    years = dict(kept.group_by(pl.col("area").str.slice(2, 4)).agg(pl.col("year").unique().sort()).iter_rows())
    assert years == {"0001": [2021, 2022], "0002": [2018, 2019, 2020, 2021, 2022]}
    assert followed(table, empty(BREAKS), 2022)["year"].unique().to_list() == [2022]
    # On one division a broken buurt is left out of all years, and the others are followed.
    one = filled(VALUES, rows(2018, old[:1], 2024) + rows(2024, old, 2024))
    kept = followed(one, broken("BU00010001", since=2020))
    assert kept["year"].to_list() == [2018, 2024] and kept["area"].unique().to_list() == ["BU00010000"]
