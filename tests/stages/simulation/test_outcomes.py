"""Measures of how far buurten lie apart, against values by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.simulation.outcomes import dissimilarity, standard_deviation, theil


def test_the_standard_deviation_is_weighed_by_households() -> None:
    # Mean (10 x 1 + 20 x 3) / 4 = 17.5; variance (56.25 x 1 + 6.25 x 3) / 4 = 18.75.
    assert standard_deviation(np.array([10.0, 20.0]), np.array([1.0, 3.0])) == pytest.approx(18.75**0.5)


def test_theil_is_nothing_when_equal_and_as_by_hand_when_not() -> None:
    assert theil(np.array([30.0, 30.0]), np.array([5.0, 9.0])) == pytest.approx(0)
    # Two equal halves with 1 and 3: mean 2; 0.5 (0.5 ln 0.5 + 1.5 ln 1.5).
    by_hand = 0.5 * (0.5 * np.log(0.5) + 1.5 * np.log(1.5))
    assert theil(np.array([1.0, 3.0]), np.array([7.0, 7.0])) == pytest.approx(by_hand)


def test_a_buurt_without_weight_does_not_count() -> None:
    few = theil(np.array([1.0, 3.0, 99.0]), np.array([7.0, 7.0, 0.0]))
    assert few == pytest.approx(theil(np.array([1.0, 3.0]), np.array([7.0, 7.0])))


def test_dissimilarity_is_one_apart_and_none_when_even() -> None:
    assert dissimilarity(np.array([10.0, 0.0]), np.array([0.0, 30.0])) == pytest.approx(1)
    assert dissimilarity(np.array([10.0, 20.0]), np.array([1.0, 2.0])) == pytest.approx(0)
    # Shares 0.75 and 0.25 against 0.25 and 0.75.
    assert dissimilarity(np.array([3.0, 1.0]), np.array([1.0, 3.0])) == pytest.approx(0.5)


def test_a_town_without_the_group_has_no_figure_and_no_warning() -> None:
    assert np.isnan(dissimilarity(np.array([0.0, 0.0]), np.array([1.0, 3.0])))
