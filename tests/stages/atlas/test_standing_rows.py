"""Rows that tell where an area stands: which count, by hand and by the report's own rule, and what lies around them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.atlas.lines import lines_of, way_up
from stadspeil.atlas.profiles.figures import figures_of
from stadspeil.atlas.results import Results
from stadspeil.atlas.site import Site
from stadspeil.atlas.standing_rows import standing_rows
from stadspeil.atlas.surroundings import prepare_surroundings
from stadspeil.atlas.words import words_of
from stadspeil.contracts import SCORES
from stadspeil.report.standing import newer_rows, reported_row
from stadspeil.workspace import Workspace

NAMES = ("area", "level", "indicator", "year", "boundaries", "value", "spread", "rank")
LEVELS = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}
Told = tuple[str, int, int, float | None, int | None]


def made(rows: list[Told]) -> pl.DataFrame:
    """SCORES of one figure; the spread is a tenth of the value."""
    told = [(area, LEVELS[area[:2]], "x", year, on, value, None if value is None else value / 10, rank)
            for area, year, on, value, rank in rows]  # fmt: skip
    wanted = {name: SCORES.columns[name] for name in NAMES}
    return pl.DataFrame(told, schema=wanted, orient="row").sort("area", "indicator", "year", "boundaries")


def years(found: pl.DataFrame, area: str) -> list[tuple[int, int]]:
    return found.filter(area=area).select("year", "boundaries").rows()


def test_rows_from_the_newest_place_on_are_kept_else_from_the_newest_value_else_the_newest() -> None:
    found = standing_rows(made([
        ("GM0001", 2019, 2019, 1.0, 1), ("GM0001", 2020, 2020, 2.0, 1), ("GM0001", 2021, 2021, 3.0, None),
        ("WK000101", 2019, 2019, 1.0, None), ("WK000101", 2020, 2020, None, None),
        ("BU00010101", 2019, 2019, None, None), ("BU00010101", 2020, 2020, None, None),
    ]))  # fmt: skip
    assert years(found, "GM0001") == [(2020, 2020), (2021, 2021)]
    assert years(found, "WK000101") == [(2019, 2019), (2020, 2020)]
    assert years(found, "BU00010101") == [(2020, 2020)]


def test_the_value_around_is_of_the_same_year_and_of_its_newest_division() -> None:
    found = standing_rows(made([
        ("BU00010101", 2020, 2020, 5.0, 1), ("WK000101", 2020, 2019, 1.0, None), ("WK000101", 2020, 2020, 2.0, None),
        ("GM0001", 2020, 2020, 3.0, 1), ("GM0001", 2020, 2021, None, None), ("GM0001", 2021, 2021, 9.0, 1),
    ]))  # fmt: skip
    names = ["wijk_value", "wijk_spread", "gemeente_value", "gemeente_spread"]
    assert found.filter(area="BU00010101").select(names).rows() == [(2.0, 0.2, 3.0, 0.3)]
    assert found.filter(area="WK000101").select(names).rows() == [(None, None, 3.0, 0.3)] * 2
    assert set(found.filter(area="GM0001").select(names).rows()) == {(None, None, None, None)}


def test_a_wijk_does_not_lend_what_its_code_meant_elsewhere() -> None:
    rows = made([
        ("BU00010101", 2020, 2020, 5.0, 1), ("WK000101", 2020, 2020, 2.0, None), ("WK000101", 2021, 2021, 4.0, None),
    ])  # fmt: skip
    found = standing_rows(rows, {("WK000101", 2020)})
    assert found.filter(area="BU00010101")["wijk_value"].to_list() == [None]
    assert years(found, "WK000101") == [(2021, 2021)]
    assert years(standing_rows(rows, {("WK000101", 2021)}), "WK000101") == [(2020, 2020)]


@given(st.lists(
    st.tuples(st.integers(2018, 2022), st.integers(2019, 2021), st.none() | st.floats(0, 9), st.none() | st.integers(1, 9)),
    min_size=1, max_size=8, unique_by=lambda row: row[:2],
))  # fmt: skip
def test_what_is_kept_is_all_that_the_report_reads(rows: list[tuple[int, int, float | None, int | None]]) -> None:
    every: list[dict[str, Any]] = made([("GM0001", *row) for row in rows]).to_dicts()
    kept = standing_rows(made([("GM0001", *row) for row in rows])).select(NAMES).to_dicts()
    counted = reported_row(every)
    assert counted is not None
    assert reported_row(kept) == counted
    assert newer_rows(kept, counted) == newer_rows(every, counted)


@pytest.mark.parametrize("level", ["buurt", "wijk"])
def test_a_profile_stands_beside_what_the_scores_of_the_areas_around_say(site: Site, level: str) -> None:
    areas = site.results.areas
    codes = areas.filter(pl.col("boundaries") == pl.col("boundaries").max()).filter(level=level)["area"]
    found = 0
    for code in codes.unique().sort()[:4]:
        known = lines_of(site, code, "nl")
        others, figures = figures_of(site, known, words_of("nl"))
        assert [each.code for each in others if each.code] == way_up(code)[1:]
        for number, other in enumerate(each for each in others if each.code):
            scores = site.results.of_area(other.code).filter(pl.col("value").is_not_null()).sort("boundaries")
            newest = {(row["indicator"], row["year"]): row["value"] for row in scores.iter_rows(named=True)}
            for id, figure in figures.items():
                expected = None if figure.line.composite else newest.get((id, figure.line.year))
                assert figure.beside[number].value == expected, (code, other.code, id)
                found += expected is not None
    assert found > 50


def test_a_buurt_stands_beside_no_wijk_in_which_it_does_not_lie(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    code = str(site.results.areas.filter(level="buurt")["area"].sort()[0])
    known = lines_of(site, code, "nl")
    monkeypatch.setattr(Site, "lies_in_wijk", lambda _, buurt: buurt != code)
    others, figures = figures_of(site, known, words_of("nl"))
    assert [each.code for each in others] == [f"GM{code[2:6]}", ""]
    assert all(len(each.beside) == 2 for each in figures.values())


@pytest.mark.slow
def test_what_the_tables_say_of_other_ground_is_prepared_anew(site: Site, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    shutil.copytree(
        site.workspace.root, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("tiles", "snapshots")
    )
    code = str(site.results.areas.filter(level="wijk")["area"].sort()[0])
    before = Results(site.workspace, site.catalogue).standing(code)
    newest = int(before["boundaries"].max())  # type: ignore[arg-type]
    assert before.filter(boundaries=newest).height
    (workspace.tables / "elsewhere.json").write_text(json.dumps([[code, newest]]), encoding="utf-8")
    prepare_surroundings(workspace)
    found = Results(workspace, site.catalogue).standing(code)
    assert found.height
    assert found["boundaries"].max() != newest
