"""What holds for every pair of deliveries, whatever is in them."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS
from stadspeil.sources.revisions import changes, compare, compare_years

FIELDS = {
    "inwoners": Field("inwoners", "", "personen", "count", (0, 1e9), 5.0),
    "pct": Field("pct", "", "%", "share", (0, 100), 0.1),
}
NUMBERS = st.one_of(st.none(), st.integers(0, 100_000).map(float), st.sampled_from([0.0, 5.0, 10.0]))
COLUMN = st.lists(NUMBERS, min_size=1, max_size=40)


def delivery(values: list[float | None], field: str = "inwoners", year: int = 2020) -> pl.DataFrame:
    rows = [
        (
            f"BU0637{n:04}",
            "buurt",
            year,
            year,
            field,
            value,
            None,
            None,
            "geheim" if value is None else "waarde",
            "s",
            n,
        )
        for n, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=dict(CELLS.columns), orient="row")


@settings(max_examples=80)
@given(COLUMN)
def test_nothing_changed_breaks_nothing_and_lists_nothing(values: list[float | None]) -> None:
    found = compare(delivery(values), delivery(values), FIELDS)
    assert (found.broken, found.fields, found.largest) == ((), (), ())
    assert (found.added, found.gone, found.changed, found.emptied, found.filled) == (0, 0, 0, 0, 0)
    assert changes(delivery(values), delivery(values)).is_empty()


@settings(max_examples=80)
@given(COLUMN, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(values: list[float | None], random: Any) -> None:
    shuffled = list(range(len(values)))
    random.shuffle(shuffled)
    found = compare(delivery(values), delivery(values)[shuffled], FIELDS)
    assert (found.broken, found.changed) == ((), 0)


@settings(max_examples=80)
@given(COLUMN, COLUMN)
def test_every_cell_is_counted_once_and_back_is_the_mirror(old: list[float | None], new: list[float | None]) -> None:
    there, back = (compare(*map(delivery, each), FIELDS) for each in ((old, new), (new, old)))
    assert (there.added, there.gone, there.emptied, there.filled) == (back.gone, back.added, back.filled, back.emptied)
    assert there.changed == back.changed
    listed = changes(delivery(old), delivery(new))
    assert listed.height == there.added + there.gone + there.changed + there.emptied + there.filled
    assert max(len(old), len(new)) == min(len(old), len(new)) + there.added + there.gone


@settings(max_examples=60)
@given(
    st.lists(st.integers(200, 100_000).map(float), min_size=1, max_size=40), st.sampled_from([0.001, 0.01, 10, 1000])
)
def test_another_unit_is_seen_at_every_size(values: list[float | None], factor: float) -> None:
    found = compare(delivery(values), delivery([value * factor for value in values if value is not None]), FIELDS)
    assert found.broken


@settings(max_examples=60)
@given(st.lists(st.integers(20, 60).map(float), min_size=1, max_size=40))
def test_percentages_that_became_shares_are_seen_at_every_size(values: list[float | None]) -> None:
    shares = [value / 100 for value in values if value is not None]
    assert compare(delivery(values, "pct"), delivery(shares, "pct"), FIELDS).broken


@settings(max_examples=60)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.data())
def test_rounding_anew_is_never_a_jump(counts: list[int], data: Any) -> None:
    """The publisher rounds to five at random, and each delivery draws again."""

    def rounded() -> list[float | None]:
        return [float(count - count % 5 + 5 * data.draw(st.integers(0, 1)) * (count % 5 > 0)) for count in counts]

    broken = compare(delivery(rounded()), delivery(rounded()), FIELDS).broken
    assert not [each for each in broken if "springt" in each]


@settings(max_examples=60)
@given(st.lists(NUMBERS, min_size=2, max_size=40), st.integers(1, 39))
def test_a_part_breaks_no_rule_of_rows(values: list[float | None], size: int) -> None:
    part = values[:size]
    found = compare(delivery(values), delivery(part), FIELDS, partial=True)
    assert (found.broken, found.gone, found.changed) == ((), 0, 0)


@settings(max_examples=60)
@given(COLUMN, st.integers(-1, 1))
def test_small_areas_alone_never_hold_a_new_year(values: list[float | None], step: int) -> None:
    before = delivery(values, year=2020 + step) if step else delivery(values)
    assert compare_years(before, delivery(values[:1]), 2020, FIELDS, 2020 + step) == ()


@pytest.mark.parametrize("empty", [[None], [None, None, None]])
def test_a_column_that_never_had_a_number_is_no_alarm(empty: list[float | None]) -> None:
    assert compare(delivery(empty), delivery(empty), FIELDS).broken == ()
    assert compare(delivery(empty), delivery([5.0 for _ in empty]), FIELDS).broken == ()
