"""Method: change between years, trends over more of them, and places that move by noise alone."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.analyses.development import (
    band_of_share,
    change_between,
    mobility_by_noise,
    project,
    smallest_detectable,
    trend,
)

title = "Trend en toeval in nagebootste reeksen"
chapter = "Ontwikkeling"
order = 20
says = """Hoe vaak noemt een methode iets een trend dat er geen is? Dat wordt gemeten op reeksen waarvan de waarheid
bekend is, ook als opeenvolgende jaren op elkaar lijken."""
formula = ""
source = "docs/explanation/certainty.md; scores.md 4.12 en 4.13 van het ontwerp."
NAN = float("nan")
YEARS = np.arange(2016, 2021)


def test_more_comparisons_ask_for_more() -> None:
    assert smallest_detectable(0.5, comparisons=10) > smallest_detectable(0.5)
    found = change_between(YEARS, np.array([10.0, 10, 10, 10, 11.2]), np.full(5, 0.5), comparisons=10)
    assert found is not None and found.verdict == "geen aantoonbare verandering"


def test_without_noise_nothing_is_said_of_a_change_and_one_year_is_none() -> None:
    found = change_between(YEARS, np.array([10.0, NAN, NAN, NAN, 20]), np.full(5, NAN))
    assert found is not None and found.verdict == "onbekende marge" and found.change == 10
    assert change_between(YEARS, np.array([10.0, NAN, NAN, NAN, NAN]), np.full(5, 1.0)) is None


@pytest.mark.parametrize(
    ("people", "band"), [(100, 10.0), (250, 5.7), (500, 3.9), (1000, 2.7), (2500, 1.7), (5000, 1.2)]
)
def test_the_band_of_a_share_of_ten_percent_is_that_of_the_design_note(people: int, band: float) -> None:
    """The note drew lots; the formula of this page may differ from it by a tenth."""
    assert 100 * band_of_share(0.1, people) == pytest.approx(band, rel=0.15)


def test_the_middle_slope_by_hand_and_one_wild_year_does_not_move_it() -> None:
    years = np.arange(2015, 2022)
    found = trend(years, np.array([1.0, 2, 3, 4, 5, 6, 7]))
    assert found is not None and found.slope == 1 and found.p < 0.01 and found.low == found.high == 1
    wild = trend(years, np.array([1.0, 2, 3, 40, 5, 6, 7]))
    assert wild is not None and wild.slope == 1
    assert trend(years[:5], np.arange(5.0)) is None


def test_series_that_resemble_the_year_before_are_seldom_called_a_trend() -> None:
    """Trendless AR(1) with rho 0.5 over 18 years: the plain test rejects 22 % at 5 %; ours must stay near it."""
    rng, years, called = np.random.default_rng(1), np.arange(18), 0
    for _ in range(400):
        series = np.zeros(68)
        for i in range(1, 68):
            series[i] = 0.5 * series[i - 1] + rng.normal()
        found = trend(years, series[50:])
        called += found is not None and found.p < 0.05
    assert called / 400 < 0.15


def test_a_real_trend_is_found_and_its_interval_holds_the_truth() -> None:
    rng, years = np.random.default_rng(2), np.arange(2005, 2023)
    held = found = 0
    for _ in range(200):
        made = trend(years, 0.3 * np.arange(18) + rng.normal(size=18))
        if made is not None:
            held += made.low <= 0.3 <= made.high
            found += made.p < 0.05
    assert held / 200 > 0.85 and found / 200 > 0.9


def test_a_projection_holds_the_next_year_in_nine_of_ten_series() -> None:
    rng, years = np.random.default_rng(3), np.arange(2010, 2020)
    held = 0
    for _ in range(400):
        line = 2.0 + 0.1 * (years - 2010) + rng.normal(0, 0.5, 10)
        made = project(years, line, 2025)
        new = 2.0 + 0.1 * 15 + rng.normal(0, 0.5)
        held += made is not None and made.low <= new <= made.high
    assert held / 400 == pytest.approx(0.9, abs=0.04)
    assert project(years[:3], np.arange(3.0), 2025) is None


def test_noise_alone_moves_about_a_fifth_of_the_buurten_to_another_fifth() -> None:
    """scores.md 4.13: 22 % switch with no true change, at the noise of ordinary buurten."""
    rng = np.random.default_rng(4)
    true = rng.normal(12, 5, 3000)
    spread = np.sqrt(12 * 88 / rng.lognormal(6.07, 0.7, 3000).clip(60))
    table = mobility_by_noise(true + spread * rng.normal(size=3000), spread, rng)
    moved = 1 - np.diag(table).mean()
    assert 0.1 < moved < 0.45
    assert table.sum(axis=1) == pytest.approx(np.ones(5))
