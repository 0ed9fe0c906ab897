"""What changed between two workspaces, each change with its cause and no change with another's."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stadspeil.contracts import SCORES
from stadspeil.report.differences import Side, differences
from stadspeil.scores.marks import report_mark
from stadspeil.scores.ranks import rank_areas

CODES = [f"GM{n:04}" for n in range(1, 31)]


def scores(values: list[float], boundaries: int = 2020, stretch: float = 1.0) -> pl.DataFrame:
    numbers = pl.Series(values).to_numpy()
    mark, ranking = report_mark(numbers, "higher_is_better"), rank_areas(numbers, "higher_is_better")
    frame = pl.DataFrame({"area": CODES, "value": values, "mark": 6.5 + stretch * (mark - 6.5), "rank": ranking.rank})
    frame = frame.with_columns(
        level=pl.lit("gemeente"), year=pl.lit(2020), boundaries=pl.lit(boundaries), indicator=pl.lit("bijstand"),
        status=pl.lit("waarde"), note=pl.lit(""), tied=1, ranked=len(CODES),
    )  # fmt: skip
    missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())


VALUES = [float(n * n % 37) + n / 100 for n in range(30)]
RUN: dict[str, Any] = {"catalogue": "c", "code": "p", "snapshots": ["a-1", "b-1"]}


def causes(old: Side, new: Side) -> dict[str, set[str]]:
    table = differences(old, new).table
    return {str(cause): set(rows["area"]) for (cause,), rows in table.group_by("cause")}


def test_equal_workspaces_do_not_differ() -> None:
    assert differences(Side(scores(VALUES), RUN), Side(scores(VALUES), RUN)).table.is_empty()


def test_one_changed_cell_is_data_for_that_area_and_the_field_for_the_others() -> None:
    changed = [*VALUES[:4], 60.0, *VALUES[5:]]
    found = causes(Side(scores(VALUES), RUN), Side(scores(changed), {**RUN, "snapshots": ["a-1", "b-2"]}))
    assert found["gegevens"] == {"GM0005"}
    assert "GM0005" not in found["veld"] and len(found["veld"]) >= 20
    assert set(found) == {"gegevens", "veld"}


def test_another_parameter_is_method_and_nothing_else() -> None:
    found = causes(Side(scores(VALUES), RUN), Side(scores(VALUES, stretch=0.8), {**RUN, "catalogue": "d"}))
    assert set(found) == {"methode"}


def test_another_division_is_boundaries_even_where_the_value_changed_too() -> None:
    found = causes(Side(scores(VALUES), RUN), Side(scores([each + 1 for each in VALUES], boundaries=2022), RUN))
    assert set(found) == {"grenzen"}


def test_what_came_and_what_went_is_told_with_its_snapshots() -> None:
    old, new = scores(VALUES).head(20), scores(VALUES).tail(20)
    found = differences(Side(old, RUN), Side(new, {**RUN, "snapshots": ["b-1", "c-9"]}))
    assert dict(found.table.group_by("cause").len().iter_rows()) == {"nieuw": 10, "vervallen": 10}
    assert "momentopname erbij: c-9" in found.sentences and "momentopname weg: a-1" in found.sentences


@pytest.mark.parametrize("tiny", [1e-13, -1e-13])
def test_the_rounding_of_the_computer_is_no_difference(tiny: float) -> None:
    assert differences(
        Side(scores(VALUES), RUN), Side(scores([each * (1 + tiny) for each in VALUES]), RUN)
    ).table.is_empty()
