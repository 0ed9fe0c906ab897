"""An area is coloured only where its difference exceeds its margin. Margins and classes here are worked out by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from stadspeil.atlas.classes import CHANGE_MARGIN, classes_of, classes_of_change, classes_of_estimates


def edition(**columns: list[float | None]) -> pl.DataFrame:
    """Some rows of SCORES; columns that are not given are empty."""
    size = len(next(iter(columns.values())))
    empty: list[float | None] = [None] * size
    named = {name: columns.get(name, empty) for name in ("value", "spread", "mark", "mark_spread", "n")}
    return pl.DataFrame(named, schema=dict.fromkeys(named, pl.Float64))


def test_a_judged_figure_is_classed_by_its_mark() -> None:
    table = edition(value=[1, 2, 3, 4, 5, 6], mark=[4.9, 5.0, 6.5, 7.0, 8.0, None])
    assert classes_of(table, True, 6.5).number.tolist() == [0, 1, 2, 3, 4, -1]


def test_a_mark_whose_interval_holds_the_middle_is_white() -> None:
    # 6.5 - 5.4 = 1.1; 1.96 x 0.56 = 1.098 and 1.96 x 0.57 = 1.117.
    table = edition(value=[1, 1], mark=[5.4, 5.4], mark_spread=[0.56, 0.57])
    classes = classes_of(table, True, 6.5)
    assert classes.number.tolist() == [1, 2]
    assert classes.within.tolist() == [False, True]


def test_a_mark_in_the_middle_is_not_called_within_its_margin() -> None:
    classes = classes_of(edition(value=[1], mark=[6.6], mark_spread=[2.0]), True, 6.5)
    assert (classes.number.tolist(), classes.within.tolist()) == ([2], [False])


def test_a_neutral_figure_is_classed_by_fifths_around_the_median() -> None:
    # Fifths of 1..10 end at 2.8, 4.6, 6.4 and 8.2; the median is 5.5, and 1.96 x 1.2 = 2.35 reaches from 8 but not to 3.
    values: list[float | None] = [float(each) for each in range(1, 11)]
    classes = classes_of(edition(value=values), False, 6.5)
    assert classes.number.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    spread: list[float | None] = [1.2] * 10
    assert classes_of(edition(value=values, spread=spread), False, 6.5).number.tolist() == [
        0,
        0,
        1,
        2,
        2,
        2,
        2,
        3,
        4,
        4,
    ]


def test_fewer_than_thirty_have_no_colour_and_unknown_margins_are_told() -> None:
    classes = classes_of(
        edition(value=[1, 1, 1], mark=[4, 4, 4], mark_spread=[0.1, None, None], n=[29, 30, None]), True, 6.5
    )
    assert classes.number.tolist() == [-1, 0, 0]
    assert classes.few.tolist() == [True, False, False]
    assert classes.unsure.tolist() == [False, True, True]


def test_a_place_that_may_lie_at_the_other_side_of_the_middle_has_no_colour() -> None:
    table = edition(value=[1, 1], mark=[4.0, 4.0], mark_spread=[0.1, 0.1])
    assert classes_of(table, True, 6.5, np.array([True, False])).number.tolist() == [2, 0]


def test_a_change_within_its_margin_is_white_and_a_strong_one_is_twice_its_margin() -> None:
    change = np.array([0.9, 1.1, 2.1, -1.1, -2.1, 0.0, np.nan])
    margin, many = np.ones(7), np.full(7, np.nan)
    assert classes_of_change(change, margin, many, 1).number.tolist() == [2, 3, 4, 1, 0, 2, -1]
    assert classes_of_change(change, margin, many, -1).number.tolist() == [2, 1, 0, 3, 4, 2, -1]
    assert classes_of_change(change, margin, many, 1).within.tolist() == [
        True,
        False,
        False,
        False,
        False,
        False,
        False,
    ]


def test_a_change_without_a_known_margin_is_never_strong_and_only_the_larger_half_has_a_colour() -> None:
    change, unknown = np.array([1.0, -2.0, 3.0, -40.0]), np.full(4, np.nan)
    classes = classes_of_change(change, unknown, unknown, 1)
    assert classes.number.tolist() == [2, 2, 3, 1]
    assert classes.unsure.tolist() == [False, False, True, True]


def test_the_margin_of_a_change_is_that_of_the_trends() -> None:
    # Two-sided 90 %: 1.6449 standard errors.
    assert pytest.approx(1.6449, abs=1e-4) == CHANGE_MARGIN


def test_an_estimate_whose_interval_holds_the_median_is_white() -> None:
    table = pl.DataFrame({
        "shrunken": [1.0, 2.0, 3.0, 4.0, 5.0], "low": [0.5, 1.5, 2.5, 2.9, 4.5], "high": [1.5, 2.5, 3.5, 5.0, 5.5],
        "base": [100.0, 100.0, 100.0, 100.0, 12.0],
    })  # fmt: skip
    assert classes_of_estimates(table, 1).number.tolist() == [0, 1, 2, 2, -1]
    assert classes_of_estimates(table, -1).number.tolist() == [4, 3, 2, 2, -1]
