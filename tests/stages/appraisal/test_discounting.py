"""Discount rates against the published schedules, and worth now against hand-computed values."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_money import FRAME, stream

from stadspeil.appraisal.discounting import Schedule, growth_factors, present_value, price_level, schedule_of
from stadspeil.appraisal.frame import Frame
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError

# HM Treasury, The Green Book, A6: years in which each rate holds.
GREEN_BOOK = [(0, 0.035), (1, 0.035), (30, 0.035), (31, 0.030), (75, 0.030), (76, 0.025), (125, 0.025), (126, 0.020),
              (200, 0.020), (201, 0.015), (300, 0.015), (301, 0.010), (1000, 0.010)]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.mark.parametrize(("year", "rate"), GREEN_BOOK)
def test_the_british_rates_step_down_where_the_green_book_says(catalogue, year, rate):
    schedule = schedule_of(catalogue, "standaard", scheme="uk")
    assert schedule.rate_of(np.array([year]))[0] == pytest.approx(rate, abs=1e-12)


def test_the_british_factors_are_products_of_the_bands_to_1e_9(catalogue):
    factors = schedule_of(catalogue, "standaard", scheme="uk").factors(351)
    by_hand = {
        0: 1.0, 1: 1.035**-1, 30: 1.035**-30, 31: 1.035**-30 / 1.03, 75: 1.035**-30 * 1.03**-45,
        76: 1.035**-30 * 1.03**-45 / 1.025, 125: 1.035**-30 * 1.03**-45 * 1.025**-50,
        200: 1.035**-30 * 1.03**-45 * 1.025**-50 * 1.02**-75,
        300: 1.035**-30 * 1.03**-45 * 1.025**-50 * 1.02**-75 * 1.015**-100,
        350: 1.035**-30 * 1.03**-45 * 1.025**-50 * 1.02**-75 * 1.015**-100 * 1.01**-50,
    }  # fmt: skip
    for year, factor in by_hand.items():
        assert factors[year] == pytest.approx(factor, abs=1e-9, rel=1e-9)
    # Printed to four figures in the Green Book's own table of factors.
    assert (round(factors[10], 4), round(factors[25], 4), round(factors[30], 4)) == (0.7089, 0.4231, 0.3563)


def test_british_health_starts_at_one_and_a_half_percent(catalogue):
    health = schedule_of(catalogue, "standaard", "gezondheid", "uk")
    assert health.rate_of(np.array([1, 31, 76])) == pytest.approx([0.015, 0.0129, 0.0107])
    assert schedule_of(catalogue, "standaard", "gezondheid").rates == (0.0225,)


def test_dutch_rates_are_flat_and_differ_by_kind(catalogue):
    rates = ("standaard", "kosten_gebruiksonafhankelijk", "conjunctuurgevoelig")
    assert [schedule_of(catalogue, each).rates for each in rates] == [(0.0225,), (0.016,), (0.029,)]
    assert [schedule_of(catalogue, each, scheme="nl_2015").rates for each in rates] == [(0.03,), (0.03,), (0.045,)]
    assert schedule_of(catalogue, "standaard").factors(3) == pytest.approx([1, 1 / 1.0225, 1 / 1.0225**2], abs=1e-12)


def test_the_rates_of_2026_step_down_after_year_35_and_are_one_for_all(catalogue):
    factors = schedule_of(catalogue, "standaard", scheme="nl_2026").factors(41)
    assert factors[35] == pytest.approx(1.028**-35, abs=1e-12)
    assert factors[40] == pytest.approx(1.028**-35 * 1.018**-5, abs=1e-12)
    assert schedule_of(catalogue, "conjunctuurgevoelig", scheme="nl_2026").rates == (0.028, 0.018)


def test_a_town_that_says_so_is_weighed_by_the_rates_of_2026(catalogue):
    later = dataclasses.replace(catalogue.parameters["rates_since"], value=2026.0)
    changed = dataclasses.replace(catalogue, parameters={**catalogue.parameters, "rates_since": later})
    assert schedule_of(changed, "standaard").rates == (0.028, 0.018)
    assert schedule_of(changed, "standaard", scheme="nl_2015").rates == (0.03,)


def test_a_year_before_the_first_has_no_rate():
    with pytest.raises(QuestionError, match="voor het eerste"):
        Schedule((0,), (0.02,)).rate_of(np.array([-1]))


def test_a_hand_computed_present_value(catalogue):
    """100 a year for three years at 2.25 %: 100 (1 + 0.977995 + 0.956474) = 293.4470."""
    frame = Frame(2026, 3, draws=2)
    assert present_value(stream(frame=frame), frame, catalogue) == pytest.approx([293.446954, 293.446954], abs=1e-5)


def test_a_price_that_grows_at_the_discount_rate_is_worth_the_same_every_year(catalogue):
    growing = dataclasses.replace(stream(), growth=0.0225)
    assert present_value(growing, FRAME, catalogue) == pytest.approx(np.full(FRAME.draws, 1000.0))


def test_no_price_grows_after_the_hundredth_year():
    factors = growth_factors(0.01, 130, 100)
    assert factors[100] == factors[129] == pytest.approx(1.01**100)


def test_price_levels_follow_the_series_and_then_the_assumption(catalogue):
    """2021 to 2023: 1.10 x 1.038; 2025 to 2026 is assumed, 2 %."""
    assert price_level(catalogue, 2021, 2023) == pytest.approx(1.1418)
    assert price_level(catalogue, 2025, 2026) == pytest.approx(1.02)
    assert price_level(catalogue, 2026, 2026) == 1.0
    assert price_level(catalogue, 2023, 2021) == pytest.approx(1 / 1.1418)
    with pytest.raises(QuestionError, match="de reeks begint in 2005"):
        price_level(catalogue, 1999, 2026)
