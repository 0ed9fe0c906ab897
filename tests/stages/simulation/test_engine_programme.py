"""A programme in a run: homes come, go, change hands and are given back, each when it should."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import OWNER, SOCIAL
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.programme import Step
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import AT_START, MOVED_ON, NEW_HOME, RETURNED, WITHDRAWN, Run
from stadspeil.simulation.works import plan_of, site_numbers
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE, World, check_world

START = 12 * 2025


def step(world: World, act: Any, homes: int, first: int, last: int, **change: Any) -> Step:
    plain = Step(act, f"{act} {homes}", busiest(world), START + first, START + last, homes, SOCIAL, 1, 1, 60.0)
    return dataclasses.replace(plain, **change)


def busiest(world: World) -> str:
    """The buurt with most social flats."""
    homes = world.dwellings
    like = (homes.tenure == SOCIAL) & (homes.form == 1)
    return world.places.codes[int(np.bincount(homes.buurt[like]).argmax())]


def taken(world: World, one: Step) -> list[int]:
    plan = plan_of(world, [one])
    if plan.demolished:
        return plan.demolished[0][1].tolist()
    return (plan.sold[0][0] if plan.sold else plan.renovated[0].homes).tolist()


def entered(run: Run, homes: list[int]) -> list[int]:
    """Months of moves into dwellings."""
    return run.moves.month[np.isin(run.moves.home, homes)].tolist()


def test_new_homes_are_let_from_their_month_on_and_start_chains(region: World, rules: Rules) -> None:
    build = step(region, "bouwen", 24, 6, 11)
    run = simulate(region, rules, [build], months=24, seed=1)
    new = np.arange(len(region.dwellings.number), len(region.dwellings.number) + 24)
    assert np.array_equal(run.end.dwellings.number[new], site_numbers(build.site, 24))
    assert np.bincount(run.end.dwellings.from_month[new], minlength=12)[6:12].tolist() == [4] * 6
    found = run.vacancies
    roots = np.isin(found.home, new) & (found.link == 0) & (found.cause == NEW_HOME)
    assert roots.sum() == 24 and np.array_equal(found.opened[roots], run.end.dwellings.from_month[found.home[roots]])
    assert (found.ending[roots] == MOVED_ON).sum() >= 5
    moved = np.isin(run.moves.home, new)
    assert (run.moves.month[moved] >= run.end.dwellings.from_month[run.moves.home[moved]]).all()
    assert (found.cause[found.cause != AT_START] != AT_START).all()


def test_homes_of_a_site_are_the_same_whatever_else_is_built() -> None:
    assert np.array_equal(site_numbers("A", 10), site_numbers("A", 25)[:10])
    assert len(np.unique(np.r_[site_numbers("A", 1000), site_numbers("B", 1000)])) == 2000
    assert site_numbers("A", 1000).min() > 0


@pytest.mark.parametrize("months", [10, 14, 20, 24])
def test_withdrawn_homes_are_never_lived_in(region: World, rules: Rules, months: int) -> None:
    down = step(region, "slopen", 12, 10, 15)
    homes = taken(region, down)
    run = simulate(region, rules, [down], months=months, seed=1)
    check_world(run.end)
    gone = run.end.dwellings.until_month[homes] < months
    assert gone.sum() == min(max(2 * (months - 10), 0), 12)
    assert (run.end.dwellings.household[homes][gone] == NOBODY).all()
    until = run.end.dwellings.until_month[run.moves.home]
    assert (run.moves.month < until).all()
    standing = (run.end.dwellings.until_month >= months) & (run.end.dwellings.from_month <= months)
    assert run.buurten.homes[-1].sum() == standing.sum() or months % 12


def test_homes_about_to_go_are_let_no_more_and_their_vacancies_end_withdrawn(region: World, rules: Rules) -> None:
    down = step(region, "slopen", 12, 18, 18)
    homes = taken(region, down)
    run = simulate(region, rules, [down], months=24, seed=1)
    assert all(month < 18 - rules.clearing_months for month in entered(run, homes))
    found = run.vacancies
    of_homes = np.isin(found.home, homes) & (found.opened >= 18 - rules.clearing_months)
    assert of_homes.sum() >= 4
    assert (found.ending[of_homes] == WITHDRAWN).all() and (found.closed[of_homes] == 18).all()


def test_who_must_leave_goes_first_and_most_are_housed_before_demolition(region: World, rules: Rules) -> None:
    down = step(region, "slopen", 15, 14, 14)
    tenants = region.households.number[region.dwellings.household[taken(region, down)]]
    run = simulate(region, rules, [down], months=14, seed=1)
    without = simulate(region, rules, months=14, seed=1)
    moved, stayed = (np.isin(tenants, each.moves.household).sum() for each in (run, without))
    assert moved >= 9 and moved > 2 * stayed


def test_a_household_put_out_fills_a_home_and_frees_none(region: World, rules: Rules) -> None:
    down = step(region, "slopen", 15, 1, 1)
    run = simulate(region, rules, [down], months=24, seed=1)
    ended = run.moves.ending == WITHDRAWN
    assert ended.sum() >= 5 and (run.moves.left[ended] == NOWHERE).all()


def test_tenants_with_a_right_to_return_come_first_to_new_homes_there(region: World, rules: Rules) -> None:
    rules = dataclasses.replace(rules, return_share=1.0)
    down = step(region, "slopen", 15, 8, 8, return_right=True)
    build = step(region, "bouwen", 15, 14, 14)
    tenants = region.households.number[region.dwellings.household[taken(region, down)]]
    came = []
    for right in (True, False):
        run = simulate(region, rules, [dataclasses.replace(down, return_right=right), build], months=20, seed=1)
        into_new = run.moves.home >= len(region.dwellings.number)
        came.append(np.isin(run.moves.household[into_new], tenants).sum())
    assert came[0] > came[1] and came[0] >= 4


def test_renovated_homes_stand_empty_and_then_their_tenants_come_back(region: World, rules: Rules) -> None:
    rules = dataclasses.replace(rules, return_share=1.0)
    renew = step(region, "renoveren", 12, 3, 9, floor=66.0, cost=640.0, return_right=True)
    homes = taken(region, renew)
    run = simulate(region, rules, [renew], months=12, seed=1)
    check_world(run.end)
    assert all(month < 3 or month >= 9 for month in entered(run, homes))
    assert (run.end.dwellings.floor[homes] == 66.0).all() and (run.end.dwellings.cost[homes] == 640.0).all()
    returning = (run.moves.ending == RETURNED) | (np.isin(run.moves.home, homes) & (run.moves.month == 9))
    home_of = dict(zip(run.moves.household[returning].tolist(), run.moves.home[returning].tolist(), strict=True))
    lived = [home for home in homes if region.dwellings.household[home] != NOBODY]
    tenants = {int(region.households.number[region.dwellings.household[home]]): home for home in lived}
    assert len(tenants) >= 8
    assert sum(home_of.get(household) == home for household, home in tenants.items()) >= len(tenants) - 2
    none = simulate(region, rules, [dataclasses.replace(renew, return_right=False)], months=12, seed=1)
    assert not (none.moves.ending == RETURNED).any()


def test_social_homes_are_sold_when_they_fall_vacant(region: World, rules: Rules) -> None:
    sell = step(region, "verkopen", 20, 0, 0)
    homes = taken(region, sell)
    run = simulate(region, rules, [sell], months=36, seed=1)
    now = run.end.dwellings.tenure[homes]
    left = np.isin(homes, run.vacancies.home)
    assert 0 < left.sum() < 20
    assert (now[left] == OWNER).all() and (now[~left] == SOCIAL).all()


def test_target_groups_go_first(region: World, rules: Rules) -> None:
    families = step(region, "bouwen", 30, 2, 2, groups=(2,))
    shares = []
    for build in (families, dataclasses.replace(families, groups=())):
        run = simulate(region, rules, [build], months=8, seed=1)
        kinds = run.moves.kind[run.moves.home >= len(region.dwellings.number)]
        shares.append((kinds == 2).mean())
    assert shares[0] > shares[1] + 0.15


def test_all_that_cannot_be_is_said_at_once(region: World, rules: Rules) -> None:
    good = step(region, "bouwen", 5, 1, 3)
    wrong = [
        dataclasses.replace(good, site="A", buurt="BU00000000"),
        dataclasses.replace(good, site="B", homes=-4),
        dataclasses.replace(good, site="C", last=good.first - 1),
        dataclasses.replace(good, site="D", first=START - 3),
        dataclasses.replace(good, site="E", tenure=9),
        dataclasses.replace(good, site="F"),
        dataclasses.replace(good, site="F"),
    ]
    with pytest.raises(QuestionError) as caught:
        simulate(region, rules, wrong, months=3, seed=1)
    said = "\n".join(caught.value.problems)
    for piece in (
        "A: buurt BU00000000 bestaat niet", "B: -4 woningen; verwacht 0 tot", "C: de laatste maand ligt voor de eerste",
        "D: begint voor januari 2025", "E: onbekende eigendom 9", "F: staat meer dan een keer",
    ):  # fmt: skip
        assert piece in said
    assert len(caught.value.problems) == 6


def test_no_more_homes_go_than_there_are_and_two_steps_take_different_ones(region: World, rules: Rules) -> None:
    with pytest.raises(QuestionError, match=r"woningen om te slopen, maar in .* staan er"):
        simulate(region, rules, [step(region, "slopen", 5_000, 2, 3)], months=2, seed=1)
    plan = plan_of(region, [step(region, "slopen", 6, 2, 3), step(region, "slopen", 5, 2, 3, site="nog een")])
    both = np.concatenate([homes for _, homes, _ in plan.demolished])
    assert len(np.unique(both)) == 11
    assert (region.dwellings.until_month == NEVER).all()
