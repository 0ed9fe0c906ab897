"""Optimism bias against the published bounds, draws against the moments of a beta distribution, and years of paying."""

from __future__ import annotations

import numpy as np
import pytest
from appraisal_money import FRAME, cost_line, intervention, measure
from scipy import stats

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.optimism import costs_of, delay_of, spread_evenly, surcharges, with_optimism
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError

# Mott MacDonald 2002: upper bounds of capital expenditure and works duration.
PUBLISHED = {
    "gebouwen_gewoon": (0.24, 0.04), "gebouwen_bijzonder": (0.51, 0.39), "werken_gewoon": (0.44, 0.20),
    "werken_bijzonder": (0.66, 0.25), "uitrusting": (2.00, 0.54), "uitbesteding": (0.41, 0.15), "geen": (0.0, 0.0),
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_the_published_bounds_are_ours(catalogue):
    assert {id: (each.cost, each.duration) for id, each in catalogue.optimism.items()} == PUBLISHED


@pytest.mark.parametrize(
    ("amount", "bound", "mitigated", "answer"),
    [
        (100, 0.51, 0.0, 151.0),
        (50, 0.51, 0.0, 75.5),
        (100, 0.50, 0.5, 125.0),
        (200, 0.5, 1.0, 200.0),
        (100, 0.44, 0.3, 130.8),
    ],
)
def test_an_estimate_with_optimism_to_1e_9(amount, bound, mitigated, answer):
    assert with_optimism(amount, bound, mitigated) == pytest.approx(answer, abs=1e-9)


@pytest.mark.parametrize("mitigated", [0.0, 0.3, 0.8])
def test_surcharges_have_the_moments_of_a_pert_distribution(mitigated):
    low, mode, high = -0.05, 0.44 * (1 - mitigated), 0.44
    width = high - low
    exact = stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, loc=low, scale=width)
    drawn = surcharges(0.44, mitigated, low, 200_000, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(exact.mean(), abs=4 * exact.std() / 200_000**0.5)
    assert drawn.std() == pytest.approx(exact.std(), rel=0.02)
    assert drawn.min() >= low and drawn.max() <= high


def test_a_class_without_bias_draws_nothing():
    assert not surcharges(0.0, 0.0, -0.05, 10, np.random.default_rng(1)).any()


def test_costs_are_dose_times_price_times_price_level(catalogue):
    """10 homes x 100 euro of 2021 x 1.10 x 1.038 x 1.033 x 1.033 x 1.02 x own factor 1.5."""
    line = cost_line(per="eenheid", price_year=2021)
    made = costs_of(measure(cost_factor=1.5, source="offerte"), intervention(line), "plan", FRAME, catalogue)
    assert made[0].amount[0] == pytest.approx(1500 * 1.1 * 1.038 * 1.033 * 1.033 * 1.02)
    assert "eigen:offerte" in made[0].trace and made[0].shares == {"gemeente": 1.0}


def test_what_is_paid_once_is_spread_over_a_longer_making(catalogue):
    """Four years planned, gewone werken, stage idee: 4 x 1.2 = 4.8 years; the total stays the same."""
    line = cost_line(optimism="werken_gewoon")
    built = measure(last=2029)
    profile = costs_of(built, intervention(line), "idee", FRAME, catalogue)[0].profile
    assert profile == pytest.approx([1 / 4.8] * 4 + [0.8 / 4.8] + [0] * 5)
    assert delay_of(built, intervention(line), "idee", catalogue) == pytest.approx(0.8)
    assert delay_of(built, intervention(line), "gecontracteerd", catalogue) == pytest.approx(0.16)


def test_upkeep_of_something_built_runs_until_the_horizon(catalogue):
    line = cost_line(timing="jaarlijks")
    profile = costs_of(measure(last=2027), intervention(line), "idee", FRAME, catalogue)[0].profile
    assert profile == pytest.approx([0, 0] + [1] * 8)


def test_a_programme_is_paid_while_it_runs(catalogue):
    line = cost_line(timing="jaarlijks")
    programme = intervention(line, running=4, making=0)
    profile = costs_of(measure(first=2027, last=2030), programme, "idee", FRAME, catalogue)[0].profile
    assert profile == pytest.approx([0, 1, 1, 1, 1, 0, 0, 0, 0, 0])


def test_a_stage_further_costs_less_and_never_below_the_windfall(catalogue):
    line = cost_line(optimism="gebouwen_bijzonder")
    mean = [
        costs_of(measure(), intervention(line), stage, Frame(2026, 10, 4000), catalogue)[0].amount.mean()
        for stage in ("idee", "plan", "contractgereed", "gecontracteerd")
    ]
    assert mean == sorted(mean, reverse=True)
    assert min(mean) > 100 * 0.95


def test_an_unknown_class_is_named_with_a_near_one(catalogue):
    with pytest.raises(QuestionError, match="werken_gewoon"):
        costs_of(measure(), intervention(cost_line(optimism="werken_gewon")), "idee", FRAME, catalogue)


def test_a_stretch_outside_the_years_is_left_out():
    assert spread_evenly(-1.5, 2.0, 3) == pytest.approx([0.5, 0, 0])
    assert spread_evenly(2.25, np.inf, 4) == pytest.approx([0, 0, 0.75, 1])
