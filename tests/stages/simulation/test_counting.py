"""What is kept of a run: flows of areas, chains and schuifruimte, each against a count by hand or by another way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from standin_engine import TOWN, Rules, simulate, small_world

from stadspeil.simulation.chaining import ALL_LINKS, chains_of, difference, followed
from stadspeil.simulation.classes import income_group
from stadspeil.simulation.counting import COLUMN, columns_of, counts_of
from stadspeil.simulation.dispersing import REACHES, Limits, emptied_by, shift_of
from stadspeil.simulation.places import Grouping, groupings_of, neighbours, site_rows
from stadspeil.simulation.programme import Programme, Step
from stadspeil.simulation.run import MOVED_ON, NEW_HOME, STARTER, Moves, Run, Vacancies
from stadspeil.simulation.world import NEVER, NOWHERE, World

START = 2024 * 12
NEW = Step("bouwen", "nieuw", "BU90020103", START + 3, START + 14, 20, 0, 1, 1)
GONE = Step("slopen", "sloop", "BU90020102", START + 6, START + 11, 3, 1, 1, 0)
LIMITS = Limits(30.0, 10.0, 0.45)
PROGRAMME = Programme("proef", "Proef", TOWN, (NEW, GONE))


@pytest.fixture(scope="module")
def world() -> World:
    return small_world().world


@pytest.fixture(scope="module")
def run(world: World) -> Run:
    return simulate(world, Rules(), PROGRAMME.steps, months=24, seed=4)


@pytest.fixture(scope="module")
def groupings(world: World) -> tuple[Grouping, ...]:
    return groupings_of(world.places, PROGRAMME, (TOWN,))


def test_buurten_of_the_town_are_told_and_gemeenten_all(groupings: tuple[Grouping, ...]) -> None:
    buurten, wijken, towns, sites, around = groupings
    assert len(buurten.codes) == 8 and wijken.codes == ("WK900201",)
    assert towns.codes == ("GM9002", "GM9001")
    assert np.flatnonzero(sites.row == 0).tolist() == [2, 3]
    # A kilometer apart on a line: two on either side, those with a site left out.
    assert np.flatnonzero(around.row == 0).tolist() == [0, 1, 4, 5]


def test_neighbours_are_the_nearest_and_not_the_buurt_itself(world: World) -> None:
    assert sorted(neighbours(world.places, 0).tolist()) == [1, 2]
    assert sorted(neighbours(world.places, 4).tolist()) == [2, 3, 5, 6]


def test_a_site_without_homes_is_nowhere(world: World) -> None:
    nothing = Programme("x", "x", TOWN, (replace(NEW, homes=0),))
    assert site_rows(world.places, nothing) == []


def test_counts_of_a_wijk_are_those_of_its_buurten(run: Run, groupings: tuple[Grouping, ...]) -> None:
    counted = counts_of(run, groupings)
    stock = slice(0, COLUMN["entered", "laag"])
    assert counted["wijk"][:, 0, stock] == pytest.approx(counted["buurt"].sum(axis=1)[:, stock])
    assert counted["gemeente"][:, 0, stock] == pytest.approx(counted["wijk"][:, 0, stock])


@pytest.mark.parametrize("level", ["buurt", "wijk", "gemeente", "locaties", "omgeving"])
def test_flows_are_those_of_the_moves_counted_one_by_one(level: str, run: Run, groupings: tuple[Grouping, ...]) -> None:
    grouping = next(each for each in groupings if each.level == level)
    came: Counter[tuple[int, int, int]] = Counter()
    went: Counter[tuple[int, int, int]] = Counter()
    stayed: Counter[tuple[int, int]] = Counter()
    moves, homes = run.moves, run.end.dwellings
    for at in range(len(moves.month)):
        year, group = int(moves.month[at]) // 12 + 1, int(income_group(moves.decile[at : at + 1])[0])
        to = int(grouping.row[homes.buurt[moves.home[at]]])
        left = int(moves.left[at])
        origin = int(grouping.row[homes.buurt[left]]) if left != NOWHERE else -1
        if to == origin:
            stayed[year, to] += to >= 0
        else:
            came[year, to, group] += to >= 0
            went[year, origin, group] += origin >= 0
    counted = counts_of(run, groupings)[level]
    entered, left_it = counted[..., columns_of("entered")], counted[..., columns_of("left")]
    within = counted[..., COLUMN["within", ""]]
    assert came and sum(stayed.values())
    assert all(entered[key] == number for key, number in came.items() if key[1] >= 0)
    assert all(left_it[key] == number for key, number in went.items() if key[1] >= 0)
    assert all(within[key] == number for key, number in stayed.items() if key[1] >= 0)
    assert entered.sum() == sum(came.values()) and left_it.sum() == sum(went.values())


def chain_run(world: World) -> Run:
    """Two new homes: one filled by who leaves home 5, which a starter takes; the other stays empty."""
    homes = world.dwellings
    end = world.copy()
    end.dwellings = type(homes)(**{
        name: np.concatenate([getattr(homes, name), getattr(homes, name)[:2]]) for name in homes.__dataclass_fields__
    })  # fmt: skip
    end.dwellings.number[-2:] = [90_001, 90_002]
    new = len(homes.number)
    vacancies = Vacancies(
        np.array([new, new + 1, 5, 7], np.int32), np.array([NEW_HOME, NEW_HOME, 0, 1], np.uint8),
        np.array([0, 1, 0, 3], np.int32), np.array([0, 0, 1, 0], np.int16), np.array([2, 2, 3, 0], np.int16),
        np.array([3, NEVER, 7, 4], np.int16), np.array([MOVED_ON, 6, STARTER, STARTER], np.uint8),
    )  # fmt: skip
    moves = Moves(
        np.array([3, 4, 7], np.int16), np.array([11, 12, 13], np.int64), np.array([new, 7, 5], np.int32),
        np.array([5, NOWHERE, NOWHERE], np.int32), *(np.zeros(3, np.uint8) for _ in range(2)),
        np.array([9, 5, 1], np.uint8), np.array([0, 3, 0], np.int32), np.array([0, 0, 1], np.int16),
        np.array([MOVED_ON, STARTER, STARTER], np.uint8),
    )  # fmt: skip
    some = simulate(world, Rules(), (), months=12, seed=1)
    return replace(some, moves=moves, vacancies=vacancies, end=end)


def test_a_chain_is_followed_from_the_programmes_homes_only(world: World) -> None:
    chains = chains_of(chain_run(world), world)
    assert chains.opened[:3].tolist() == [2, 1, 0]
    assert chains.filled[:3].tolist() == [1, 1, 0]
    assert chains.income[0].tolist() == [0, 0, 1] and chains.income[1].tolist() == [1, 0, 0]
    assert chains.endings.sum() == chains.opened.sum() == 3
    told = followed(chains)
    assert told[ALL_LINKS, "vrijgekomen woningen", "alle"] == 1
    assert told[ALL_LINKS, "verhuizingen", "alle"] == 2
    assert told[1, "maanden", "alle"] == 5
    assert told[0, "einde", "nog leeg"] == 1 and told[1, "einde", "starter"] == 1


def test_freed_and_endings_add_up_to_links(run: Run, world: World) -> None:
    chains = chains_of(run, world)
    assert chains.opened[0] == 20
    assert chains.endings.sum(axis=1).tolist() == chains.opened.tolist()
    on = chains.endings[:, MOVED_ON]
    assert on[:-2].tolist() == chains.opened[1:-1].tolist()
    assert chains.income.sum(axis=1).tolist() == chains.filled.tolist() == chains.tenure.sum(axis=1).tolist()


def test_a_programme_without_homes_has_no_chains(world: World) -> None:
    nothing = simulate(world, Rules(), (), months=12, seed=1)
    assert followed(chains_of(nothing, world)) == {}
    assert difference(0, np.ones(3), np.ones(3), 1, 1) == {}


def test_the_difference_is_per_home_that_was_occupied() -> None:
    told = difference(10, np.array([8.0, 7.0, 5.0]), np.array([2.0, 3.0, 0.0]), 90, 95)
    assert told[ALL_LINKS, "verhuizingen", "alle"] == 1.5
    assert told[ALL_LINKS, "inkomensgroep", "hoog"] == 0.5
    assert told[ALL_LINKS, "zonder eigen woning", "alle"] == -0.5


def test_households_of_a_site_are_followed_to_their_first_home(run: Run, world: World) -> None:
    emptied = emptied_by(world, PROGRAMME.steps)["sloop"]
    rows, months = emptied
    assert len(rows) == 3 and months.tolist() == [6, 8, 10]
    assert set(world.dwellings.buurt[rows]) == {2}
    needed, found = shift_of(run, world, GONE, emptied, 0, LIMITS)
    # By hand: who lives there in the month, and the first move after it.
    lived = {}
    for row, month in zip(rows.tolist(), months.tolist(), strict=True):
        who = int(world.households.number[world.dwellings.household[row]])
        for at in range(len(run.moves.month)):
            if run.moves.home[at] == row and run.moves.month[at] < month:
                who = int(run.moves.household[at])
        lived[who] = month
    assert needed == len(lived) == 3
    anywhere = 0
    for who, month in lived.items():
        after = [
            at for at in range(len(run.moves.month)) if run.moves.household[at] == who and run.moves.month[at] >= month
        ]
        if after:
            home = run.moves.home[after[0]]
            person = int(np.flatnonzero(run.end.households.number == who)[0])
            tenure, cost = run.end.dwellings.tenure[home], run.end.dwellings.cost[home]
            enough = cost * 12 <= 0.45 * run.end.households.income[person] * 1000
            fits = run.end.dwellings.floor[home] >= 20 + 10 * int(run.end.households.persons[person])
            anywhere += bool(tenure in (1, 0) and enough and fits)
    assert found[-1, REACHES.index("waar dan ook")] == anywhere
    assert (np.diff(found, axis=0) >= 0).all() and (np.diff(found, axis=1) >= 0).all()
    assert found[0].tolist() == [0, 0, 0, 0]


def test_who_finds_a_suitable_home_depends_on_what_is_called_suitable(run: Run, world: World) -> None:
    emptied = emptied_by(world, PROGRAMME.steps)["sloop"]
    for never in (Limits(1e9, 10, 0.45), Limits(30, 10, 0.0)):
        needed, found = shift_of(run, world, GONE, emptied, 0, never)
        assert needed == 3 and found.sum() == 0
    # One person more takes a thousand m2: only who lives alone can be suited.
    _, alone = shift_of(run, world, GONE, emptied, 0, Limits(30, 1000, 10.0))
    _, all_of_them = shift_of(run, world, GONE, emptied, 0, Limits(0, 0, 10.0))
    assert (alone <= all_of_them).all()


def test_an_empty_home_makes_nobody_leave(world: World) -> None:
    empty = world.copy()
    rows, months = emptied_by(world, PROGRAMME.steps)["sloop"]
    who = empty.dwellings.household[rows[0]]
    empty.dwellings.household[rows[0]] = -1
    empty.households.dwelling[who] = NOWHERE
    nobody_moves = simulate(empty, Rules(filled=0.0), PROGRAMME.steps, months=24, seed=4)
    needed, found = shift_of(nobody_moves, empty, GONE, (rows, months), 0, LIMITS)
    assert needed == 2 and found.sum() == 0
