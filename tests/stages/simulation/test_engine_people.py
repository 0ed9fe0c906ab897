"""Births, deaths and all between: as many as their chances sum to, and what they do to a household."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.classes import age_band
from stadspeil.simulation.demography import chances_of
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.incomes import Incomes
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.randomness import Purpose, draws, gumbel_table, new_numbers, stream
from stadspeil.simulation.rules import PREFIX, Rules
from stadspeil.simulation.run import Run
from stadspeil.simulation.world import World

QUIET = {
    "birth_level": 0.0, "death_level": 0.0, "institution_level": 0.0, "leave_home_level": 0.0, "union_level": 0.0,
    "separation": 0.0, "emigration": 0.0, "immigration": 0.0, "stay_behind": 0.0, "return_home": 0.0,
}  # fmt: skip


def lived(world: World, rules: Rules, **only: float) -> Run:
    """A year in which nothing happens but what is named."""
    return simulate(world, dataclasses.replace(rules, **{**QUIET, **only}), months=12, seed=4)


def kinds(world: World) -> list[int]:
    people = world.households
    return np.bincount(people.kind[people.alive], minlength=4).tolist()


def test_as_many_events_happen_as_their_chances_sum_to(region: World, rules: Rules) -> None:
    """Deaths of a year: a hand sum over households, each by type and age."""
    people = region.households
    expected = chances_of(rules)[Purpose.DEATH][people.kind, people.age].sum()
    run = lived(region, rules, death_level=rules.death_level)
    assert run.events["deaths"].sum() == round(expected) > 50
    others = set(run.events) - {"deaths", "dissolved", "began_search", "gave_up"}
    assert all(run.events[name].sum() == 0 for name in others)


def test_a_year_without_events_keeps_every_household(region: World, rules: Rules) -> None:
    run = lived(region, rules)
    before, after = region.households, run.end.households
    assert np.array_equal(before.number, after.number) and after.alive.all()
    assert np.array_equal(before.persons, after.persons) and np.array_equal(before.kind, after.kind)


def test_a_birth_makes_a_couple_a_family_of_three(region: World, rules: Rules) -> None:
    run = lived(region, rules, birth_level=rules.birth_level)
    before, after = region.households, run.end.households
    born = after.persons != before.persons
    assert born.sum() == run.events["births"].sum() > 50
    assert (after.persons[born] == before.persons[born] + 1).all()
    assert (after.kind[born & (before.kind == 1)] == 2).all() and (after.kind[born & (before.kind == 0)] == 3).all()


def test_a_separation_makes_two_households_of_one(region: World, rules: Rules) -> None:
    run = lived(region, rules, separation=rules.separation)
    parted = int(run.events["separations"].sum())
    assert parted > 50 and run.end.households.alive.sum() == len(region.households.number) + parted
    assert kinds(run.end)[0] > kinds(region)[0] + parted


def test_a_union_makes_one_household_of_two_in_one_gemeente(region: World, rules: Rules) -> None:
    run = lived(region, rules, union_level=rules.union_level)
    joined = int(run.events["unions"].sum())
    wanted = chances_of(rules)[Purpose.UNION][region.households.kind, region.households.age].sum() / 2
    assert 0.75 * wanted < joined <= wanted
    assert run.end.households.alive.sum() == len(region.households.number) - joined
    assert kinds(run.end)[1] + kinds(run.end)[2] == kinds(region)[1] + kinds(region)[2] + joined


def test_children_leave_home_and_come_back_if_they_find_nothing(region: World, rules: Rules) -> None:
    stays = lived(region, rules, leave_home_level=rules.leave_home_level)
    back = lived(region, rules, leave_home_level=rules.leave_home_level, return_home=0.9)
    left = int(stays.events["leaving_home"].sum())
    # Who drew to leave from a household that has taken a child back since may leave all the same, or not.
    assert left > 50 and abs(back.events["leaving_home"].sum() - left) <= 3
    returned = int(back.events["returned_home"].sum())
    assert returned > 20

    def persons(run: Run) -> int:
        return int(run.end.households.persons[run.end.households.alive].sum())

    assert persons(stays) == persons(back) + back.events["institution"].sum()


def test_those_without_a_home_do_not_grow_without_bound(rules: Rules) -> None:
    world = invented_world(12_000, 80, seed=3)
    none: list[int] = []
    for years in (6, 12):
        people = simulate(world, rules, months=12 * years, seed=1).end.households
        none.append(int((people.alive & (people.dwelling < 0)).sum()))
    assert none[1] < 1.3 * none[0]


def test_income_keeps_its_distribution_within_a_class() -> None:
    """Households that grow older take the incomes of those who were that age before them."""
    world = invented_world(20_000, 80, seed=2)
    people = world.households
    incomes = Incomes.measured(people)
    young = np.flatnonzero((people.kind == 0) & (age_band(people.age) == 0)).astype(np.int32)
    before = people.age[young].copy()
    people.age[young] = 35
    incomes.follow(people, young, people.kind[young], before, draws(people.number[young], stream(1, Purpose.RANK)))
    of_class = incomes.below[0 * 5 + 1]
    shares = np.bincount(people.decile[young], minlength=10) / len(young)
    assert np.allclose(shares, np.diff(of_class), atol=4 * np.sqrt(0.25 / len(young)))


def test_a_household_keeps_its_rank_among_its_like() -> None:
    world = invented_world(20_000, 80, seed=2)
    people = world.households
    incomes = Incomes.measured(people)
    young = np.flatnonzero((people.kind == 0) & (age_band(people.age) == 0)).astype(np.int32)
    was, before = people.decile[young].copy(), people.age[young].copy()
    people.age[young] = 35
    incomes.follow(people, young, people.kind[young], before, np.full(len(young), 0.5))
    order = np.argsort(was, kind="stable")
    assert (np.diff(people.decile[young][order].astype(int)) >= 0).all()
    assert people.decile[young].mean() > was.mean()


def test_draws_are_even_and_streams_do_not_know_of_each_other() -> None:
    numbers = np.arange(1, 200_001, dtype=np.int64)
    one, other = (draws(numbers, stream(3, purpose)) for purpose in (Purpose.BIRTH, Purpose.DEATH))
    counts = np.bincount((one * 100).astype(int), minlength=100)
    assert ((counts - 2000) ** 2 / 2000).sum() < 160
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.01
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.01
    assert one.min() > 0 and one.max() < 1
    assert len(np.unique(new_numbers(numbers, stream(0, Purpose.NEW_NUMBER)))) == len(numbers)
    months = {int(stream(3, Purpose.SLOTS, month)) for month in range(-40, 400)}
    assert len(months) == 440


def test_the_table_of_tastes_is_that_of_gumbel() -> None:
    table = gumbel_table()
    assert len(table) == 65_536 and table.mean() == pytest.approx(0.5772, abs=1e-3)
    assert table.std() == pytest.approx(np.pi / np.sqrt(6), abs=2e-3)


def test_every_rule_has_a_provenance_and_lies_in_the_range_that_is_believed(rules: Rules) -> None:
    catalogue = load_catalogue()
    ours = {id: entry for id, entry in catalogue.parameters.items() if id.startswith(PREFIX)}
    names = {PREFIX + each.name for each in dataclasses.fields(rules)}
    assert names <= set(ours)
    for id in names:
        entry = ours[id]
        assert entry.provenance in {"estimated", "calibrated", "literature", "assumption"}, id
        assert len(entry.believed) == 2 and entry.believed[0] <= entry.value <= entry.believed[1], id
        assert len(entry.source) > 10, id
