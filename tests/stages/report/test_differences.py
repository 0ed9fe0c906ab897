"""What changed between two workspaces: each change with its cause, and no change with another's."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import polars as pl
import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.entry_sums import entry_sums
from stadspeil.contracts import SCORES
from stadspeil.report.causes import differences
from stadspeil.report.differences import Side
from stadspeil.scores.marks import report_mark
from stadspeil.scores.ranks import rank_areas

CODES = [f"GM{n:04}" for n in range(1, 31)]
VALUES = [float(n * n % 37) + n / 100 for n in range(30)]


def scores(
    values: list[float], boundaries: int = 2020, stretch: float = 1.0, id: str = "bijstand", year: int = 2020
) -> pl.DataFrame:
    numbers = pl.Series(values).to_numpy()
    mark, ranking = report_mark(numbers, "higher_is_better"), rank_areas(numbers, "higher_is_better")
    frame = pl.DataFrame({"area": CODES, "value": values, "mark": 6.5 + stretch * (mark - 6.5), "rank": ranking.rank})
    frame = frame.with_columns(
        level=pl.lit("gemeente"), year=pl.lit(year), boundaries=pl.lit(boundaries), indicator=pl.lit(id),
        status=pl.lit("waarde"), note=pl.lit(""), tied=1, ranked=len(CODES),
    )  # fmt: skip
    missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())


def mean_of(*parts: pl.DataFrame) -> pl.DataFrame:
    """A composite as the program makes it: its value is the mean of the marks of its parts."""
    marks = sum((part["mark"] for part in parts[1:]), parts[0]["mark"]) / len(parts)
    made = scores(marks.to_list(), id="thema_werk")
    return made.with_columns(mark=pl.col("value"))


@pytest.fixture(scope="module")
def ours() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def side(ours: Catalogue) -> Any:
    """A side of a comparison from scores; what differs from an ordinary run is given by name."""
    field = ours.indicators["bijstand"].column or ours.indicators["bijstand"].numerator

    def make(table: pl.DataFrame, catalogue: Catalogue = ours, snapshot: str = "kwb-2020-aa", **run: Any) -> Side:
        names = {ours.indicators["bijstand"].numerator, ours.indicators["bijstand"].denominator, field} - {""}
        cells = {(name, 2020): {2020: {snapshot}, 2022: {snapshot}} for name in names}
        made = {
            "catalogue": str(catalogue is ours),
            "code": "p",
            "version": "1",
            "snapshots": [snapshot],
            "entries": entry_sums(catalogue),
        }
        return Side(table, {**made, **run}, catalogue, cells)

    return make


def causes(old: Side, new: Side) -> dict[str, set[str]]:
    table = differences(old, new).table
    return {str(cause): set(rows["area"]) for (cause,), rows in table.group_by("cause")}


def whys(old: Side, new: Side) -> set[str]:
    return set(differences(old, new).table["why"])


def test_equal_workspaces_do_not_differ(side: Any) -> None:
    found = differences(side(scores(VALUES)), side(scores(VALUES)))
    assert found.table.is_empty() and found.causes.is_empty()


def test_one_changed_cell_is_data_for_that_area_and_the_field_for_the_others(side: Any) -> None:
    changed = [*VALUES[:4], 60.0, *VALUES[5:]]
    old, new = side(scores(VALUES)), side(scores(changed), snapshot="kwb-2020-bb")
    found = causes(old, new)
    assert found["gegevens"] == {"GM0005"}
    assert "GM0005" not in found["veld"] and len(found["veld"]) >= 20
    assert set(found) == {"gegevens", "veld"}
    assert whys(old, new) == {
        "momentopname kwb-2020-aa vervangen door kwb-2020-bb", "andere gebieden: 1 met een andere waarde",
    }  # fmt: skip


def test_another_parameter_is_method_and_is_named_with_both_values(side: Any, ours: Catalogue) -> None:
    changed = {**ours.parameters, "mark_sd": dataclasses.replace(ours.parameters["mark_sd"], value=1.0)}
    other = dataclasses.replace(ours, parameters=changed)
    old, new = side(scores(VALUES)), side(scores(VALUES, stretch=0.8), other)
    assert set(causes(old, new)) == {"methode"}
    assert whys(old, new) == {"parameter mark_sd: 1.25 → 1"}


def test_a_changed_entry_is_the_catalogue_and_its_words_are_not(side: Any, ours: Catalogue) -> None:
    entry = ours.indicators["bijstand"]

    def with_entry(**changes: Any) -> Catalogue:
        changed = dataclasses.replace(entry, **changes)
        return dataclasses.replace(ours, indicators={**ours.indicators, "bijstand": changed})

    old, doubled = side(scores(VALUES)), scores([2 * each for each in VALUES])
    redefined = side(doubled, with_entry(per=2 * entry.per))
    assert set(causes(old, redefined)) == {"catalogus"}
    assert whys(old, redefined) == {"cijfer bijstand is anders"}
    assert (
        entry_sums(with_entry(title="Anders genoemd"))["indicator bijstand"] == entry_sums(ours)["indicator bijstand"]
    )


def test_another_program_is_method(side: Any) -> None:
    found = causes(side(scores(VALUES)), side(scores(VALUES, stretch=0.8), code="q"))
    assert set(found) == {"methode"}


def test_method_and_others_at_once_are_not_told_apart(side: Any, ours: Catalogue) -> None:
    changed = {**ours.parameters, "mark_sd": dataclasses.replace(ours.parameters["mark_sd"], value=1.0)}
    other = dataclasses.replace(ours, parameters=changed)
    new = side(scores([*VALUES[:4], 60.0, *VALUES[5:]], stretch=0.8), other, snapshot="kwb-2020-bb")
    assert set(causes(side(scores(VALUES)), new)) == {"gegevens", "methode en veld"}


def test_another_division_is_boundaries_even_where_the_value_changed_too(side: Any) -> None:
    old, new = side(scores(VALUES)), side(scores([each + 1 for each in VALUES], boundaries=2022))
    assert set(causes(old, new)) == {"grenzen"}
    assert whys(old, new) == {"indeling 2020 → 2022"}


def test_what_came_and_what_went_is_told_with_its_snapshots(side: Any) -> None:
    old, new = scores(VALUES).head(20), scores(VALUES).tail(20)
    found = differences(side(old), side(new, snapshot="kwb-2020-bb"))
    assert dict(found.table.group_by("cause").len().iter_rows()) == {"nieuw": 10, "vervallen": 10}
    assert "momentopname erbij: kwb-2020-bb" in found.sentences
    assert "momentopname weg: kwb-2020-aa" in found.sentences


def test_a_value_that_nothing_explains_is_called_unknown(side: Any) -> None:
    assert set(causes(side(scores(VALUES)), side(scores([each + n + 1 for n, each in enumerate(VALUES)])))) == {
        "onbekend"
    }


def test_a_composite_takes_the_cause_of_its_parts_and_lists_them_where_they_differ(side: Any) -> None:
    one, two = scores(VALUES), scores(VALUES[::-1], id="ww")
    changed = scores([*VALUES[:4], 60.0, *VALUES[5:]])
    old = side(pl.concat([one, two, mean_of(one, two)]))
    new = side(pl.concat([changed, two, mean_of(changed, two)]), snapshot="kwb-2020-bb")
    table = differences(old, new).table.filter(pl.col("indicator") == "thema_werk")
    by_area = {row["area"]: row for row in table.to_dicts()}
    assert by_area["GM0005"]["cause"] == "gegevens"
    assert by_area["GM0005"]["why"].startswith("via bijstand: momentopname")
    assert {row["cause"] for area, row in by_area.items() if area != "GM0005"} == {"veld"}


def test_the_causes_are_counted_with_the_largest_move(side: Any) -> None:
    changed = [*VALUES[:4], 60.0, *VALUES[5:]]
    found = differences(side(scores(VALUES)), side(scores(changed), snapshot="kwb-2020-bb"))
    assert found.causes["figures"].sum() == found.table.height
    rank = scores(VALUES).filter(pl.col("area") == "GM0005")["rank"][0]
    assert found.causes.filter(pl.col("cause") == "gegevens")["largest_move"].to_list() == [rank - 1]


def test_an_area_is_told_what_all_others_did(side: Any) -> None:
    changed = [*VALUES[:4], 60.0, *VALUES[5:]]
    found = differences(side(scores(VALUES)), side(scores(changed), snapshot="kwb-2020-bb"), "GM0030")
    assert set(found.table["area"]) == {"GM0030"} and found.table["cause"].to_list() == ["veld"]


def test_two_years_of_one_workspace_are_compared_as_two_workspaces(side: Any) -> None:
    table = pl.concat([scores(VALUES), scores([*VALUES[:4], 60.0, *VALUES[5:]], year=2022)])
    made = side(table)
    old, new = (dataclasses.replace(made, year=year) for year in (2020, 2022))
    found = differences(old, new)
    assert found.table.filter(pl.col("cause") != "veld")["area"].to_list() == ["GM0005"]
    assert "onbekend" not in set(found.table["cause"])
    assert found.table["year"].unique().to_list() == [2022]


def test_between_years_only_a_reorganized_gemeente_stands_on_other_ground(side: Any, ours: Catalogue) -> None:
    later = scores([each + 1 for each in VALUES], year=2022, boundaries=2022)
    row = {"date": date(2021, 1, 1), "from_code": "GM0007", "to_code": "GM0008"}
    changes = pl.DataFrame([{**dict.fromkeys(ours.changes.columns), **row}], schema=ours.changes.schema)
    made = side(pl.concat([scores(VALUES), later]), dataclasses.replace(ours, changes=changes))
    found = causes(*(dataclasses.replace(made, year=year) for year in (2020, 2022)))
    assert found["grenzen"] == {"GM0007", "GM0008"}
    assert len(set().union(*found.values())) == 30


@pytest.mark.parametrize("tiny", [1e-13, -1e-13])
def test_the_rounding_of_the_computer_is_no_difference(side: Any, tiny: float) -> None:
    assert differences(side(scores(VALUES)), side(scores([each * (1 + tiny) for each in VALUES]))).table.is_empty()
