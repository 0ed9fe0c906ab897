"""What may be shown of many pairs: percentiles, standard errors and the mask, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.simulation.summing import errors_needed, spread_over_pairs


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
