"""What counts as more than a revision: each rule broken by a hand-made delivery, and kept by an ordinary one."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS
from stadspeil.sources.reading import read_file
from stadspeil.sources.revisions import changes, compare, compare_years, parts_broken

FIELDS = {
    "inwoners": Field("inwoners", "", "personen", "count", (0, 1e9)),
    "saldo": Field("saldo", "", "personen", "count", (-1e9, 1e9)),
    "pct": Field("pct", "", "%", "share", (0, 100)),
}


def cells(rows: list[tuple[str, str, float | None]], year: int = 2020, boundaries: int = 2020) -> pl.DataFrame:
    levels = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}
    full = [
        (
            area,
            levels[area[:2]],
            year,
            boundaries,
            field,
            value,
            None,
            None,
            "waarde" if value is not None else "geheim",
            "s",
            1,
        )
        for area, field, value in rows
    ]
    return pl.DataFrame(full, schema=dict(CELLS.columns), orient="row")


def towns(values: list[float | None], field: str = "inwoners", **more: Any) -> pl.DataFrame:
    return cells([(f"GM{number:04}", field, value) for number, value in enumerate(values, start=1)], **more)


OLD = [1000.0 * number for number in range(1, 51)]


def test_an_ordinary_revision_breaks_nothing_and_is_counted() -> None:
    new = [*OLD]
    new[3], new[10] = OLD[3] * 1.1, OLD[10] - 5
    found = compare(towns(OLD), towns(new), FIELDS)
    assert (found.changed, found.added, found.gone, found.emptied, found.filled) == (2, 0, 0, 0, 0)
    assert found.broken == ()


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (OLD[:48], "er zijn 48 gebieden van het niveau gemeente; eerst waren dat er 50"),
        ([None] * 50, "geen enkel getal meer"),
        ([*OLD[:46], None, None, None, None], "vaker leeg"),
        ([value / 1000 for value in OLD], "0.001 keer zo groot"),
        ([value * 3 for value in OLD], "is de eenheid veranderd"),
        ([OLD[0] * 9, *OLD[1:]], "springt in 1 cellen"),
        ([*OLD[:20], 0.0, *OLD[21:]], "springt in 1 cellen"),
    ],
)
def test_each_rule_is_broken_by_what_it_is_for(new: list[float | None], said: str) -> None:
    assert said in "\n".join(compare(towns(OLD), towns(new), FIELDS).broken)


def test_one_area_of_fifty_may_go_and_small_counts_may_move() -> None:
    assert compare(towns(OLD), towns(OLD[:49]), FIELDS).broken == ()
    small, moved = [5.0] * 50, [15.0] + [5.0] * 49
    assert compare(towns(small), towns(moved), FIELDS).broken == ()


def test_a_balance_around_zero_has_no_unit() -> None:
    old = [(-1.0) ** number * 100 for number in range(50)]
    new = [value * 1.2 for value in old]
    assert compare(towns(old, "saldo"), towns(new, "saldo"), FIELDS).broken == ()


def test_changes_come_largest_first_with_both_sides() -> None:
    found = changes(towns([100.0, 100.0, 100.0]), towns([110.0, 50.0, None]))
    assert found.select("area", "old", "new", "new_status").rows() == [
        ("GM0002", 100.0, 50.0, "waarde"), ("GM0001", 100.0, 110.0, "waarde"), ("GM0003", 100.0, None, "geheim"),
    ]  # fmt: skip


def test_a_year_later_only_what_no_year_brings_is_held() -> None:
    before = towns(OLD, year=2019, boundaries=2019)
    grown = [value * 1.6 for value in OLD]
    assert compare_years(before, towns(grown), 2020, FIELDS) == ()
    assert "eenheid" in compare_years(before, towns([value / 1000 for value in OLD]), 2020, FIELDS)[0]
    assert "gebieden" in compare_years(before, towns(OLD[:40]), 2020, FIELDS)[0]
    # A reorganization takes a few codes away, in a small country as in a large one.
    assert compare_years(towns(OLD[:9], year=2019), towns(OLD[:8]), 2020, FIELDS) == ()


def parts(total: float, each: float, field: str = "inwoners") -> pl.DataFrame:
    rows: list[tuple[str, str, float | None]] = []
    for number in range(1, 11):
        rows += [(f"GM{number:04}", field, total)] + [(f"WK{number:04}{place:02}", field, each) for place in range(4)]
    return cells(rows)


def test_parts_that_do_not_make_their_whole_are_told_as_a_pattern() -> None:
    assert parts_broken(parts(1000, 250), FIELDS) == []
    # Four parts, each rounded to five: 5 x 5 x 2 = 50 may be rounding, and 5 % of people have no wijk.
    assert parts_broken(parts(1000, 225.5), FIELDS) == []
    (told,) = parts_broken(parts(1000, 220), FIELDS)
    assert "in 10 van 10 gemeenten" in told and "880 en 1000" in told
    assert parts_broken(parts(1000, 220, "pct"), FIELDS) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=60), st.floats(0.95, 1.05))
def test_a_delivery_against_itself_or_nearly_itself_breaks_nothing(values: list[float], factor: float) -> None:
    found: list[float | None] = list(values)
    assert compare(towns(found), towns(found), FIELDS).broken == ()
    assert compare(towns(found), towns([value * factor for value in values]), FIELDS).broken == ()


@pytest.mark.slow
def test_real_key_figures_raise_no_alarm(shared_data: Any) -> None:
    catalogue = load_catalogue()
    path = shared_data / "more" / "kwb_2020_84799NED_TypedDataSet.parquet"
    read = read_file(path.read_bytes(), path.name, catalogue, None, "s").cells
    assert parts_broken(read, catalogue.fields) == []
    assert compare(read, read, catalogue.fields).broken == ()


@pytest.mark.slow
def test_real_health_figures_of_two_years_raise_no_alarm(real_data: Any) -> None:
    catalogue = load_catalogue()
    paths = [real_data / f"gezondheid_{year}_18plus.xlsx" for year in (2016, 2020)]
    early, late = (read_file(path.read_bytes(), path.name, catalogue, None, "s").cells for path in paths)
    moved = early.with_columns(year=pl.lit(2019, dtype=pl.Int16))
    assert compare_years(moved, late, 2020, catalogue.fields) == ()
