"""Method: whether a group differs from others by more than the luck of the draw."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from stadspeil.scores.permuting import DRAWN, Picks, group_difference, hedges_g

title = "Een groep naast de rest"
chapter = "Cijfers en plaatsen"
order = 50
says = """Verschilt een groep gemeenten van de rest van het land? Dat wordt getoetst door te loten: hoe vaak zou een even
grote groep die geloot is, minstens zo ver van de rest liggen? De grootte van het verschil staat ernaast."""
formula = """p = deel van alle (of 20.000 gelote) groepen waarvan het verschil minstens zo groot is; Hedges g = verschil / gezamenlijke
standaardafwijking × (1 − 3 / (4 (n₁ + n₂ − 2) − 1))."""
source = "Fisher (1935); Hedges (1981); Benjamini en Hochberg (1995)."


def picks(seed: int = 0) -> Picks:
    return Picks(np.random.default_rng(seed))


def test_two_against_three_by_hand() -> None:
    """8 and 9 against 1, 2, 3. Of the ten pairs only these two lie so far from the rest: p is one in ten."""
    made = group_difference(np.array([8.0, 9]), np.array([1.0, 2, 3]), picks())
    assert made.difference == pytest.approx(6.5) and made.exact
    assert made.p == pytest.approx(1 / 10)


def test_equal_means_have_p_one_and_ties_count_as_as_far() -> None:
    assert group_difference(np.array([1.0, 3]), np.array([2.0, 2]), picks()).p == 1
    # Four equal values and one other: each of the four pairs of ten that hold it lies as far.
    made = group_difference(np.array([0.0, 5]), np.array([0.0, 0, 0]), picks())
    assert made.p == pytest.approx(4 / 10)


def test_all_ways_of_seven_of_fourteen_agree_with_scipy() -> None:
    rng = np.random.default_rng(7)
    one, two = rng.normal(0.9, 1, 7), rng.normal(0, 1, 7)

    def apart(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return np.mean(x, axis=axis) - np.mean(y, axis=axis)

    theirs = stats.permutation_test((one, two), apart, vectorized=True, n_resamples=np.inf)
    made = group_difference(one, two, picks())
    assert made.exact and made.p == pytest.approx(theirs.pvalue)


def test_the_larger_group_may_come_first() -> None:
    rng = np.random.default_rng(8)
    one, two = rng.normal(1, 1, 9), rng.normal(0, 1, 4)
    first, second = group_difference(one, two, picks()), group_difference(two, one, picks())
    assert first.p == second.p and first.difference == pytest.approx(-second.difference)
    counted = [abs(np.concatenate([one, two])[list(each)].mean() - np.delete(np.concatenate([one, two]), each).mean())
               for each in combinations(range(13), 4)]  # fmt: skip
    assert first.p == pytest.approx(np.mean(np.array(counted) >= abs(first.difference) - 1e-9))


def test_drawn_ways_come_near_to_all_ways_and_are_never_zero() -> None:
    rng = np.random.default_rng(9)
    one, two = rng.normal(1, 1, 7), rng.normal(0, 1, 300)
    made = group_difference(one, two, picks(1))
    assert not made.exact and made.p >= 1 / (DRAWN + 1)
    normal = 2 * stats.norm.sf(
        abs(made.difference) / (np.concatenate([one, two]).std(ddof=1) * np.sqrt(1 / 7 + 1 / 300))
    )
    assert made.p == pytest.approx(normal, abs=0.01)
    assert group_difference(np.array([90.0, 91, 92]), two, picks()).p == pytest.approx(1 / (DRAWN + 1))


def test_a_group_by_lot_is_called_different_as_often_as_promised() -> None:
    rng, made = np.random.default_rng(10), picks()
    values = rng.lognormal(size=100)
    found = [group_difference(values[chosen[:7]], values[chosen[7:]], made).p <= 0.1
             for chosen in (rng.permutation(100) for _ in range(400))]  # fmt: skip
    assert 0.06 < np.mean(found) < 0.14


def test_hedges_g_by_hand() -> None:
    """1, 2, 3 against 4, 5, 6: three apart, pooled spread 1, four degrees of freedom: J is 0.798."""
    g, low, high = hedges_g(np.array([4.0, 5, 6]), np.array([1.0, 2, 3]))
    assert g == pytest.approx(3 * 0.79788, abs=1e-3)
    error = np.sqrt(6 / 9 + g**2 / 12)
    assert (low, high) == pytest.approx((g - 1.6449 * error, g + 1.6449 * error), abs=1e-3)


def test_groups_without_spread_have_no_size() -> None:
    assert np.isnan(hedges_g(np.ones(3), np.ones(4))).all()
