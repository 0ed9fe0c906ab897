"""Effects that have a sign which research agrees on; a run that has it the other way is wrong (I4, V3, I5)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from stadspeil.simulation.classes import OWNER, SOCIAL
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.programme import Step
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import MOVED_ON, NEW_HOME, Run
from stadspeil.simulation.world import NEVER, World

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def town() -> World:
    return invented_world(24_000, 80, seed=9)


def built(world: World, tenure: int, form: int, floor: float, homes: int = 6, first: int = 3) -> list[Step]:
    start = 12 * world.year + first
    return [
        Step("bouwen", f"{code}", code, start, start + 5, homes, tenure, form, 1, floor)
        for code in world.places.codes[::2]
    ]


def freed(run: Run) -> tuple[float, float]:
    """Homes freed and re-occupied per new home, and the mean cost of homes freed at the first link."""
    found = run.vacancies
    roots = (found.link == 0) & (found.cause == NEW_HOME)
    later = (found.link > 0) & (found.cause == NEW_HOME)
    first = found.home[later & (found.link == 1)]
    return (later & (found.closed != NEVER)).sum() / roots.sum(), float(run.end.dwellings.cost[first].mean())


def test_homes_with_an_income_limit_free_fewer_and_cheaper_homes(town: World, rules: Rules) -> None:
    pairs = [
        [
            freed(simulate(town, rules, built(town, tenure, form, floor), months=48, seed=seed))
            for tenure, form, floor in ((SOCIAL, 1, 62.0), (OWNER, 0, 115.0))
        ]
        for seed in SEEDS
    ]
    social, market = np.array(pairs).transpose(1, 2, 0)
    assert (social[0] < market[0]).all(), (social, market)
    assert (social[1] < 0.8 * market[1]).all(), (social, market)


def test_chains_end_sooner_in_a_tight_social_market(town: World, rules: Rules) -> None:
    """More who have no home and wait for social rent: a vacancy there goes to somebody who frees nothing."""
    shares = []
    for arrivals, leaving in ((0.004, 0.08), (0.025, 0.3)):
        tight = dataclasses.replace(rules, immigration=arrivals, leave_home_level=leaving)
        run = simulate(town, tight, built(town, SOCIAL, 1, 62.0), months=36, seed=1)
        moves = run.moves
        social = (run.end.dwellings.tenure[moves.home] == SOCIAL) & (moves.month >= 12)
        assert social.sum() > 300
        shares.append((moves.ending[social] == MOVED_ON).mean())
    assert shares[1] < shares[0] - 0.1, shares


def test_who_has_a_home_moves_less_when_moving_costs_more(town: World, rules: Rules) -> None:
    on = []
    for cost in (0.0, 4.0):
        run = simulate(town, dataclasses.replace(rules, stay_cost=cost), months=24, seed=1)
        on.append((run.moves.ending == MOVED_ON).mean())
    assert on[1] < on[0] - 0.15


def test_more_homes_make_prices_fall_and_never_by_more_than_the_cap(town: World, rules: Rules) -> None:
    fast = dataclasses.replace(rules, price_speed=0.05, price_cap=0.03)
    many = built(town, OWNER, 0, 115.0, homes=20, first=14)
    costs = []
    for steps in ([], many):
        run = simulate(town, fast, steps, months=36, seed=1)
        homes = run.end.dwellings
        old = np.arange(len(town.dwellings.number))
        ratio = homes.cost[old] / town.dwellings.cost
        assert (np.abs(np.log(ratio)) <= 2 * 0.03 + 1e-5).all()
        assert np.allclose(ratio[homes.tenure[old] == SOCIAL], 1)
        costs.append(ratio[homes.tenure[old] == OWNER].mean())
    assert costs[1] < costs[0] - 0.005, costs


def test_prices_of_a_run_without_speed_stay(town: World, rules: Rules) -> None:
    run = simulate(town, dataclasses.replace(rules, price_speed=0.0), months=24, seed=1)
    assert np.array_equal(run.end.dwellings.cost, town.dwellings.cost)


def test_a_buurt_draws_others_only_where_feedback_is_on(town: World, rules: Rules) -> None:
    """Off by default: no tipping by assumption."""
    assert rules.feedback == 0
    off, on = (simulate(town, dataclasses.replace(rules, feedback=each), months=30, seed=1) for each in (0.0, 1.0))
    first_years = off.moves.month < 12
    for name in ("household", "home"):
        one, other = getattr(off.moves, name), getattr(on.moves, name)
        assert np.array_equal(one[first_years], other[: first_years.sum()])
    assert not np.array_equal(off.moves.household, on.moves.household)
