"""Marks and ranks of any values: what must hold whatever a publisher sends."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.areas import AreaRegister
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.contracts import SCORES
from stadspeil.scores import fit_scale, position, rank_areas, report_mark
from stadspeil.scores.carrying import MARKS, CarryRules
from stadspeil.scores.composites import compose
from stadspeil.scores.recipes import Recipe

NOBODY_MOVED = AreaRegister(pl.DataFrame(schema=GEMEENTEN_SCHEMA), pl.DataFrame(schema=CHANGES_SCHEMA))
DIRECTIONS = st.sampled_from(["higher_is_better", "lower_is_better"])
# Published figures have few decimals; ties and repeated values are common.
FIGURES = st.integers(min_value=-10_000, max_value=1_000_000).map(lambda whole: whole / 10)


def fields(smallest: int = 2, missing: bool = False):
    cell = st.one_of(FIGURES, st.just(float("nan"))) if missing else FIGURES
    return st.lists(cell, min_size=smallest, max_size=60).map(np.array)


@given(fields(smallest=1, missing=True), DIRECTIONS)
def test_marks_stay_between_three_and_ten(values, direction):
    marks = report_mark(values, direction)
    known = marks[~np.isnan(marks)]
    assert ((known >= 3) & (known <= 10)).all()


@given(fields(smallest=1), DIRECTIONS)
def test_marks_average_six_and_a_half(values, direction):
    assert report_mark(values, direction).mean() == pytest.approx(6.5, abs=1e-9)


@given(fields(), DIRECTIONS)
def test_marks_have_the_wanted_spread_where_the_limits_allow_it(values, direction):
    marks = report_mark(values, direction)
    different, at_a_limit = len(np.unique(values)) > 1, bool(np.isin(marks, (3.0, 10.0)).any())
    if different and not at_a_limit:
        assert marks.std() == pytest.approx(1.25, abs=1e-9)
    assert marks.std() <= 1.25 + 1e-9


@given(fields(), DIRECTIONS)
def test_a_better_value_never_gets_a_lower_mark(values, direction):
    sign = 1 if direction == "higher_is_better" else -1
    marks = report_mark(values, direction)[np.argsort(sign * values, kind="stable")]
    assert (np.diff(marks) >= -1e-9).all()


@given(fields(), DIRECTIONS)
def test_a_missing_value_gets_no_mark_and_changes_nobodys(values, direction):
    more = np.append(values, np.nan)
    marks = report_mark(more, direction)
    assert np.isnan(marks[-1])
    assert np.array_equal(marks[:-1], report_mark(values, direction))


@given(fields(), DIRECTIONS, st.sampled_from([0.001, 0.01, 100.0, 1000.0]), st.integers(-1000, 1000))
def test_marks_do_not_depend_on_the_unit(values, direction, factor, shift):
    marks = report_mark(values, direction)
    assert report_mark(values * factor + shift, direction) == pytest.approx(marks, abs=1e-5)


@given(fields(smallest=1, missing=True), DIRECTIONS, st.sampled_from([0.001, 0.01, 100.0, 1000.0]))
def test_ranks_do_not_depend_on_the_unit(values, direction, factor):
    assert np.array_equal(rank_areas(values * factor, direction).rank, rank_areas(values, direction).rank)


@given(fields(smallest=1, missing=True), DIRECTIONS, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_the_rows(values, direction, chance):
    order = list(range(len(values)))
    chance.shuffle(order)
    assert np.array_equal(rank_areas(values[order], direction).rank, rank_areas(values, direction).rank[order])


@given(fields(missing=True))
def test_the_other_direction_mirrors_the_ranks(values):
    up, down = rank_areas(values, "higher_is_better"), rank_areas(values, "lower_is_better")
    placed = up.rank > 0
    # Of N areas the last of a shared place from above is the first of it from below.
    assert np.array_equal((up.rank + up.tied - 1)[placed], (up.ranked + 1 - down.rank)[placed])


@given(fields(smallest=1, missing=True), DIRECTIONS)
def test_as_many_areas_share_a_place_as_have_the_same_value(values, direction):
    ranking = rank_areas(values, direction)
    for value, tied in zip(values, ranking.tied, strict=True):
        assert tied == (values == value).sum()


@given(fields(), DIRECTIONS)
def test_a_member_of_the_field_would_take_the_place_that_it_has(values, direction):
    ranks = rank_areas(values, direction).rank
    assert [position(value, values, direction) for value in values] == ranks.tolist()


@given(fields(), DIRECTIONS)
def test_a_scale_gives_the_areas_it_was_fitted_on_their_own_marks(values, direction):
    assert np.array_equal(fit_scale(values, direction).marks(values), report_mark(values, direction))


@given(st.lists(st.floats(3, 10), min_size=1, max_size=20), st.integers(1, 6))
def test_a_composite_of_equal_marks_is_that_mark(marks, number):
    rows = [
        (f"part{part}", "gemeente", 2021, 2021, f"GM{area:04}", mark, None, 2021, "")
        for part in range(number)
        for area, mark in enumerate(marks)
    ]
    types = {name: SCORES.columns.get(name, pl.Int16) for name in MARKS}
    parts = pl.DataFrame(rows, schema=types, orient="row")
    made = compose(
        Recipe("thema", tuple(f"part{n}" for n in range(number))), parts, CarryRules(0.6667, 2), NOBODY_MOVED
    )
    assert made.sort("area")["mark"].to_list() == pytest.approx(marks)
