"""What may be shown of many pairs: percentiles, standard errors and the mask, computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy

from stadspeil.simulation.summing import errors_needed, few_by_chance, share_between, spread_over_pairs


def one(*values: float) -> tuple[float, float, float, float, float, bool]:
    found = spread_over_pairs(np.array(values)[:, None])
    return tuple(each[0] for each in (found.mean, found.low, found.middle, found.high, found.error, found.shown))  # type: ignore[return-value]


def test_percentiles_and_error_are_those_of_the_hand() -> None:
    # 1..5: mean 3, variance 2.5, error sqrt(2.5 / 5); the 10th percentile lies 0.4 of a step above the lowest.
    mean, low, middle, high, error, _ = one(5, 3, 1, 4, 2)
    assert (mean, low, middle, high) == pytest.approx((3, 1.4, 3, 4.6))
    assert error == pytest.approx(0.5**0.5)


@pytest.mark.parametrize(("pairs", "needed"), [(2, 12.706), (3, 4.303), (5, 2.776), (30, 2.045), (1000, 2.0)])
def test_few_pairs_need_more_than_two_errors(pairs: int, needed: float) -> None:
    assert errors_needed(pairs) == pytest.approx(needed, abs=0.001)


def test_an_effect_within_the_errors_is_not_shown() -> None:
    # Error of (0, 1, 2, 3, 4) + shift is sqrt(0.5) = 0.707; shown from 2.776 x 0.707 = 1.963 on.
    assert not one(*(np.arange(5.0) - 0.05))[-1]
    assert not one(*(np.arange(5.0) - 0.04))[-1]
    assert one(*(np.arange(5.0) - 0.03))[-1]
    assert one(*-(np.arange(5.0) - 0.03))[-1]


def test_an_effect_of_nothing_is_not_shown_and_one_that_never_varies_is() -> None:
    assert one(0, 0, 0) == (0, 0, 0, 0, 0, False)
    assert one(4, 4, 4) == (4, 4, 4, 4, 0, True)


def test_rounding_is_no_effect() -> None:
    assert one(0.1 + 0.2 - 0.3, 0.1 + 0.2 - 0.3)[0] == 0
    assert one(0.1, 0.1, 0.1, 0.1, 0.1, 0.1)[4] == 0


def test_one_pair_tells_nothing_but_its_mean_and_is_never_shown() -> None:
    mean, low, middle, high, error, shown = one(7.0)
    assert mean == 7 and not shown
    assert all(np.isnan(each) for each in (low, middle, high, error))


def test_what_is_not_known_in_one_pair_is_not_known() -> None:
    found = one(1.0, np.nan, 2.0)
    assert np.isnan(found[0]) and not found[-1]


def test_the_mask_keeps_its_promise_under_no_effect() -> None:
    draws = np.random.default_rng(1).normal(size=(4, 20_000))
    assert 0.04 < spread_over_pairs(draws).shown.mean() < 0.06


def test_of_many_areas_those_are_kept_that_chance_does_not_explain() -> None:
    """By hand, at one in ten of four areas: chances 0.01, 0.04, 0.06, 0.5 against 0.025, 0.05, 0.075, 0.1 keep three, of which
    the third passes no limit of its own; nought in every pair is no test."""
    spread = spread_over_pairs(np.random.default_rng(1).normal(size=(4, 5, 1)))
    chance, own = (
        np.array([0.01, 0.04, 0.06, 0.5, np.nan])[:, None],
        np.array([True, True, False, False, False])[:, None],
    )
    assert few_by_chance(replace(spread, chance=chance, shown=own)).shown[:, 0].tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]
    alone = np.array([0.03, 0.4, 0.6, 0.5, np.nan])[:, None]
    assert not few_by_chance(replace(spread, chance=alone, shown=own)).shown.any()
    assert np.isnan(spread_over_pairs(np.zeros((4, 1))).chance).all()
    assert spread_over_pairs(np.ones((4, 1))).chance[0] == 0


def test_the_chance_of_a_mean_is_that_of_students_test() -> None:
    values = np.random.default_rng(3).normal(0.5, 1, (6, 3))
    assert spread_over_pairs(values).chance == pytest.approx(scipy.stats.ttest_1samp(values, 0).pvalue)


@pytest.mark.parametrize("pairs", [6, 10, 30])
def test_where_nothing_happens_a_table_rarely_shows_anything(pairs: int) -> None:
    """400 tables of 50 areas: one by one five of a hundred cells would pass, in nine tables of ten at least one."""
    found = spread_over_pairs(np.random.default_rng(pairs).normal(size=(pairs, 400, 50, 1)))
    assert found.shown.any(axis=1).mean() > 0.85
    assert few_by_chance(found).shown.any(axis=1).mean() == pytest.approx(0.1, abs=0.04)


def test_the_share_between_populations_is_that_of_the_hand() -> None:
    # (0, 2), (4, 6): between 2 x (2^2 + 2^2) / 1 = 16, inside (1 + 1 + 1 + 1) / 2 = 2: (16 - 2) / (16 + 2).
    values = np.array([[0.0], [2], [4], [6]])
    assert share_between(values, [0, 0, 1, 1]) == pytest.approx(14 / 18)
    found = spread_over_pairs(values, [0, 0, 1, 1])
    # Two alike say 1 + 14 / 18 times less.
    assert found.error[0] == pytest.approx(spread_over_pairs(values).error[0] * (1 + 14 / 18) ** 0.5)
    assert found.mean[0] == 3


def test_figures_that_do_not_differ_between_populations_keep_their_error() -> None:
    values = np.array([[0.0], [6], [2], [4]])
    assert share_between(values, [0, 0, 1, 1]) == 0
    assert spread_over_pairs(values, [0, 0, 1, 1]).error == spread_over_pairs(values).error


@pytest.mark.parametrize("populations", [[0, 0, 0, 0], [0, 1, 2, 3]])
def test_one_population_or_one_each_says_nothing_of_the_share(populations: list[int]) -> None:
    assert share_between(np.array([[0.0], [2], [4], [6]]), populations) == 0


def test_a_planted_share_between_populations_is_found_and_the_mask_keeps_its_promise() -> None:
    rng = np.random.default_rng(2)
    numbers = np.arange(24) % 6
    values = rng.normal(size=(6, 4000))[numbers] * 0.6 + rng.normal(size=(24, 4000)) * 0.8
    assert share_between(values, numbers.tolist()) == pytest.approx(0.36, abs=0.02)
    assert spread_over_pairs(values).shown.mean() > 0.15, "pairs of one population taken for apart promise too much"
    assert 0.02 < spread_over_pairs(values, numbers.tolist()).shown.mean() < 0.08
