"""What always holds in a run: nobody is lost, no dwelling has two households, chains add up, and chance has no order."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from stadspeil.errors import QuestionError
from stadspeil.simulation.engine import run_hash, simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.programme import Step
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import AT_START, ENDINGS, MOVED_ON, STILL_EMPTY, Run
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE, World, check_world


def persons(world: World) -> int:
    return int(world.households.persons[world.households.alive].sum())


def shuffled(world: World, seed: int) -> World:
    """The same world with its households in another order."""
    other = world.copy()
    order = np.random.default_rng(seed).permutation(len(other.households.number))
    for each in dataclasses.fields(other.households):
        setattr(other.households, each.name, getattr(other.households, each.name)[order])
    place = np.argsort(order).astype(np.int32)
    lived = other.dwellings.household != NOBODY
    other.dwellings.household[lived] = place[other.dwellings.household[lived]]
    return other


def same_arrays(one: object, other: object) -> bool:
    return all(
        np.array_equal(getattr(one, each.name), getattr(other, each.name))
        for each in dataclasses.fields(one)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("months", [1, 2, 5, 12, 13, 24])
def test_every_month_the_world_holds_together_and_persons_balance(region: World, rules: Rules, months: int) -> None:
    run = simulate(region, rules, months=months, seed=7)
    check_world(run.end)
    happened = {name: int(years.sum()) for name, years in run.events.items()}
    gained = happened["births"] + happened["arrivals"]
    lost = happened["deaths"] + happened["departures"] + happened["institution"]
    assert gained > 0 and lost > 0
    assert persons(region) + gained - lost == persons(run.end)


def test_a_shorter_run_is_the_beginning_of_a_longer_one(region: World, rules: Rules, two_years: Run) -> None:
    half = simulate(region, rules, months=13, seed=7)
    early = two_years.moves.month < 13
    for each in dataclasses.fields(half.moves):
        assert np.array_equal(getattr(half.moves, each.name), getattr(two_years.moves, each.name)[early]), each.name


def test_freed_dwellings_and_endings_are_all_links(two_years: Run) -> None:
    found = two_years.vacancies
    closed = found.closed != NEVER
    ended = np.bincount(found.ending, minlength=len(ENDINGS))
    assert (found.ending[~closed] == STILL_EMPTY).all() and ended[STILL_EMPTY] == (~closed).sum()
    assert (found.link > 0).sum() == ended[MOVED_ON] > 100
    assert ended.sum() == len(found.home) == ended[MOVED_ON] + (found.link == 0).sum()


def test_every_link_follows_a_move_of_its_own_chain(two_years: Run) -> None:
    found, moves = two_years.vacancies, two_years.moves
    roots = np.flatnonzero(found.link == 0)
    assert np.array_equal(found.root[roots], roots)
    assert (found.cause == found.cause[found.root]).all()
    on = moves.ending == MOVED_ON
    freed = {(home, month) for home, month in zip(moves.left[on].tolist(), moves.month[on].tolist(), strict=True)}
    later = found.link > 0
    opened = list(zip(found.home[later].tolist(), found.opened[later].tolist(), strict=True))
    assert set(opened) == freed and len(opened) == len(freed) == on.sum()


def test_moves_and_closed_vacancies_tell_the_same(two_years: Run) -> None:
    found, moves = two_years.vacancies, two_years.moves
    filled = (found.closed != NEVER) & (found.ending != ENDINGS.index("onttrokken"))
    of_vacancies = sorted(zip(found.closed[filled].tolist(), found.home[filled].tolist(), strict=True))
    assert of_vacancies == sorted(zip(moves.month.tolist(), moves.home.tolist(), strict=True))


def test_counts_of_buurten_are_those_of_the_world_at_the_end(two_years: Run) -> None:
    people, homes, last = two_years.end.households, two_years.end.dwellings, two_years.buurten
    housed = people.alive & (people.dwelling != NOWHERE)
    buurt = homes.buurt[people.dwelling[housed]]
    size = len(two_years.end.places.codes)
    assert np.array_equal(last.households[-1], np.bincount(buurt, minlength=size))
    assert np.array_equal(last.persons[-1], np.bincount(buurt, people.persons[housed], size).astype(int))
    assert np.array_equal(last.homes[-1] - last.vacant[-1], last.households[-1])
    income = np.bincount(buurt, people.income[housed].astype(float), size) / np.maximum(last.households[-1], 1)
    assert np.allclose(last.income[-1], income, atol=1e-3)
    for table in (last.by_kind, last.by_age, last.by_decile, last.by_tenure):
        assert np.array_equal(table.sum(axis=2), last.households)


def test_two_threads_give_the_same_run(rules: Rules) -> None:
    """Large enough that the work is cut into stretches."""
    world = invented_world(60_000, 104, seed=5)
    one, two = (simulate(world, rules, months=2, seed=1, threads=threads) for threads in (1, 2))
    assert run_hash(one) == run_hash(two)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_households_in_memory_changes_nothing(region: World, rules: Rules, seed: int) -> None:
    run = simulate(region, rules, months=14, seed=7)
    other = simulate(shuffled(region, seed), rules, months=14, seed=7)
    assert run_hash(run) == run_hash(other)


def test_another_seed_is_another_run(region: World, rules: Rules, two_years: Run) -> None:
    assert run_hash(simulate(region, rules, months=24, seed=8)) != run_hash(two_years)


def test_the_world_given_is_not_changed(region: World, rules: Rules) -> None:
    before = region.copy()
    simulate(region, rules, months=3, seed=2)
    assert same_arrays(before.households, region.households) and same_arrays(before.dwellings, region.dwellings)


def test_a_run_that_is_stopped_leaves_no_thread_and_the_world_as_it_was(region: World, rules: Rules) -> None:
    before, running = region.copy(), threading.active_count()

    def stop(month: int) -> None:
        if month == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(region, rules, months=12, seed=1, threads=2, progress=stop)
    assert threading.active_count() == running
    assert same_arrays(before.households, region.households) and same_arrays(before.dwellings, region.dwellings)


def test_progress_tells_each_month(region: World, rules: Rules) -> None:
    told: list[int] = []
    simulate(region, rules, months=4, seed=1, progress=told.append)
    assert told == [1, 2, 3, 4]


@pytest.mark.parametrize("months", [0, -3, 100_000])
def test_a_number_of_months_that_cannot_be_is_refused(region: World, rules: Rules, months: int) -> None:
    with pytest.raises(QuestionError, match="maanden; verwacht 1 tot"):
        simulate(region, rules, months=months, seed=1)


def test_what_drives_moves_without_tuning_lies_near_what_is_published(rules: Rules) -> None:
    """Movers 5 to 7 % of households a year (V1, WoON 2018) and links near 0.69 and 0.59, broadly: 0.5 to 0.8."""
    world = invented_world(40_000, 80, seed=5)
    sites = [
        Step("bouwen", f"{code} {tenure}", code, 12 * 2025, 12 * 2028 - 1, homes, tenure, form, 1, floor)
        for code in world.places.codes
        for tenure, form, floor, homes in ((0, 0, 115.0, 5), (1, 1, 62.0, 4), (2, 1, 70.0, 3))
    ]
    run = simulate(world, rules, sites, months=36, seed=3)
    # The third year: in the first two, homes that stood empty at the start are filled as well.
    share = (run.moves.month // 12 == 2).sum() / run.buurten.households[2].sum()
    assert 0.05 < share < 0.07
    found = run.vacancies
    early = (found.opened >= 6) & (found.opened < 24) & (found.closed != NEVER) & (found.cause != AT_START)
    for link in (0, 1, 2):
        ended = found.ending[early & (found.link == link)]
        assert len(ended) > 300
        assert 0.5 < (ended == MOVED_ON).mean() < 0.8


def changed_households(one: Run, other: Run) -> int:
    """Households that moved otherwise in two runs."""
    pairs = [set(zip(run.moves.household.tolist(), run.moves.home.tolist(), strict=True)) for run in (one, other)]
    return len({household for household, _ in pairs[0] ^ pairs[1]})


def site(world: World, homes: int, first: int = 0, **change: object) -> Step:
    start = 12 * world.year + first
    step = Step("bouwen", "Nieuwe wijk", world.places.codes[10], start, start, homes, 0, 0, 1, 110.0)
    return dataclasses.replace(step, **change)  # type: ignore[arg-type]


def test_no_dwelling_more_changes_nothing(region: World, rules: Rules) -> None:
    without = simulate(region, rules, months=14, seed=7)
    assert run_hash(simulate(region, rules, [site(region, 0)], months=14, seed=7)) == run_hash(without)


def test_one_dwelling_more_is_noticed_by_few_in_the_first_month(rules: Rules) -> None:
    world = invented_world(60_000, 104, seed=5)
    runs = [simulate(world, rules, steps, months=4, seed=1) for steps in ((), (site(world, 1, first=3),))]
    assert (runs[0].moves.month == 3).sum() > 100
    assert 1 <= changed_households(*runs) < 50
