"""What knowing is worth against closed forms, triggers against hand-made paths, and the verdict on what already runs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from stadspeil.appraisal.portfolio.efforts import Standing, judged
from stadspeil.appraisal.portfolio.information import evppi, perfect, worth_of_knowing
from stadspeil.appraisal.portfolio.pathways import (
    chances,
    fallen,
    in_time,
    paths_of,
    trigger_from,
    waiting,
)
from stadspeil.errors import QuestionError


def of_normal(mean: float, sigma: float) -> float:
    """E[max(0, N)] - max(0, mean): what knowing a normal is worth to who may also do nothing."""
    return sigma * norm.pdf(mean / sigma) + mean * norm.cdf(mean / sigma) - max(0.0, mean)


@pytest.mark.parametrize(("mean", "one", "two"), [(0.0, 1.0, 2.0), (0.5, 1.0, 1.0), (-1.0, 2.0, 0.5), (1.0, 0.3, 3.0)])
def test_two_normals_give_the_closed_form(mean: float, one: float, two: float) -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(0, 1, 40_000), rng.normal(0, 1, 40_000)
    values = np.stack([np.zeros(40_000), mean + one * first + two * second])
    assert evppi(values, first) == pytest.approx(of_normal(mean, one), abs=0.03)
    assert evppi(values, second) == pytest.approx(of_normal(mean, two), abs=0.03)
    assert perfect(values) == pytest.approx(of_normal(mean, math.hypot(one, two)), abs=0.03)


def test_what_matters_comes_first_and_what_does_not_is_no_more_than_chance() -> None:
    rng = np.random.default_rng(2)
    inputs = {name: rng.normal(0, 1, 2000) for name in ("niets", "veel", "weinig")}
    values = np.stack([np.zeros(2000), 0.1 + 2 * inputs["veel"] + 0.6 * inputs["weinig"] + rng.normal(0, 1, 2000)])
    found = worth_of_knowing(values, inputs, rng)
    assert [each.input for each in found][:2] == ["veel", "weinig"]
    assert {each.input: each.clear for each in found} == {"veel": True, "weinig": True, "niets": False}


def test_with_one_plan_or_a_fixed_input_there_is_nothing_to_know() -> None:
    rng = np.random.default_rng(3)
    draws = rng.normal(0, 1, 500)
    assert evppi(draws[None], draws) == 0.0
    assert evppi(np.stack([draws, -draws]), np.ones(500)) == 0.0


def test_an_input_of_two_levels_is_read_by_level() -> None:
    """Half of the draws give 3, half -1: knowing it avoids -1 half of the time."""
    comes = np.tile([0.0, 1.0], 200)
    assert evppi(np.stack([np.zeros(400), 4 * comes - 1]), comes) == pytest.approx(0.5)


def test_a_trigger_falls_in_the_first_year_past_its_bound() -> None:
    trigger = trigger_from("leefbaarheid < 4.0")
    paths = np.array([[4.2, 3.9, 4.1], [4.0, 4.0, 4.0], [3.0, 5.0, 5.0]])
    assert fallen(trigger, paths).tolist() == [1, -1, 0]
    assert chances(trigger, paths) == pytest.approx([1 / 3, 2 / 3, 2 / 3])


def test_what_is_no_trigger_is_refused() -> None:
    with pytest.raises(QuestionError, match="verwacht 'indicator < getal'"):
        trigger_from("als het slechter gaat")


def test_lead_time_and_sell_by_year_close_the_window() -> None:
    assert in_time(np.array([-1, 0, 1, 2, 3]), 1, 2, 5).tolist() == [False, True, True, False, False]


def test_waiting_spares_the_cost_where_the_problem_does_not_come() -> None:
    """It comes in half of the draws, in year 1: acting costs 2 and brings 3. Fixed: 1.5 - 2 < 0, so never. Waiting: 0.5."""
    fell = np.array([1, -1, 1, -1])
    values = np.where((fell >= 0)[:, None], 3.0, 0.0) * np.ones((4, 3)) - 2.0
    found = waiting(values, fell)
    assert (found.waits, found.committed, found.option, found.acts) == (0.5, 0.0, 0.5, 0.5)


def test_waiting_is_worth_less_than_nothing_where_it_only_delays() -> None:
    """It always comes, in year 2, when acting brings 1 in place of 3."""
    found = waiting(np.array([[3.0, 2.0, 1.0]] * 3), np.array([2, 2, 2]))
    assert (found.waits, found.committed, found.year, found.option) == (1.0, 3.0, 0, -2.0)


def test_who_waits_does_nothing_when_it_comes_too_late() -> None:
    found = waiting(np.full((2, 4), 5.0), np.array([3, 3]), lead=1)
    assert found.waits == 0.0 and found.acts == 0.0 and found.committed == 5.0


def test_paths_begin_at_the_last_value_and_follow_its_slope() -> None:
    paths = paths_of(10.0, 2024, -0.5, 0.2, np.array([2024, 2026, 2034]), 20_000, np.random.default_rng(1))
    assert paths.mean(axis=0) == pytest.approx([10.0, 9.0, 5.0], abs=0.05)
    assert paths[:, 0].std() == 0
    assert paths[:, 2].std() == pytest.approx(math.sqrt(0.02 * 100 + 0.02 * 10), rel=0.03)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "behouden"),
        ({"late": 2}, "vertragen"),
        ({"index": 0.3}, "ombuigen"),
        ({"chance": 0.4}, "ombuigen"),
        ({"gains": 0.0}, "ombuigen"),
        ({"chosen": False, "worth": 1e6, "gains": -1e5}, "afbouwen"),
        ({"chosen": False, "worth": -1e6, "gains": -1e6, "marks": {"adaptief_vermogen": 0.1}}, "ombuigen"),
        ({"chosen": False, "worth": -1e6, "gains": -1e6}, "stoppen"),
        ({"chosen": False, "worth": 1e6, "gains": 5e4}, "behouden"),
    ],
)
def test_what_runs_is_judged_by_what_the_plan_gains(changes: dict[str, object], verdict: str) -> None:
    given = {"name": "loket", "chosen": True, "gains": 2e6, "index": 0.9, "chance": 0.8, "worth": 3e6, "frees": 1e6}
    found = judged(Standing(**(given | changes)))
    assert found.verdict == verdict
    assert len(found.reasons) >= 3
